"""The settings, and the only reader of the environment.

Each is an environment variable, a line of ``.env``, or a file in ``/run/secrets``; a secret may also
be named by ``NAME_FILE``. Nothing is read when this module is imported.
"""

from __future__ import annotations

import io
import os
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit

from dotenv.parser import parse_stream
from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, ValidationError, field_validator
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails
from pydantic_settings import (
    BaseSettings,
    EnvSettingsSource,
    NoDecode,
    PydanticBaseSettingsSource,
    SecretsSettingsSource,
    SettingsConfigDict,
)

from bot.crypto import read_key
from bot.errors import StartupError
from bot.hosts import DISCORD_HOSTS, read_host
from bot.services import Service

SECRETS_FOLDER = Path("/run/secrets")
ENV_FILE = Path(".env")
DISCORD_API_URL = "https://discord.com/api/v10"


def _address(text: str) -> str:
    text = text.strip()
    try:
        parts = urlsplit(text)
        usable = parts.scheme in {"http", "https"} and parts.hostname and parts.port != 0
    except ValueError:
        usable = False  # told below: the words of urlsplit repeat the value
    if not usable or not text.isprintable() or " " in text:
        raise ValueError("must be an address that starts with https:// or http://")
    if {"?", "#", "@"} & {*text}:
        raise ValueError("must be an address without user, query and fragment")
    return text.rstrip("/")


def _names(value: object) -> object:
    if not isinstance(value, str):
        return value
    return tuple(name.strip().lower() for name in value.split(",") if name.strip())


def _hosts(value: tuple[str, ...]) -> tuple[str, ...]:
    if not value:
        raise ValueError("names no host")
    wrong: list[str] = []
    hosts: list[str] = []
    for number, text in enumerate(value, 1):
        try:
            host = read_host(text)
        except ValueError:
            wrong.append(f"host {number} is no name or IP address with or without a port")
            continue
        if not host.may_be_listed:
            wrong.append(f"host {number} is an address of a private network")
        hosts.append(str(host))
    if wrong:
        raise ValueError("; ".join(wrong))
    return tuple(hosts)


def _all_keys(value: SecretStr) -> SecretStr:
    parts = [part for part in value.get_secret_value().split(",") if part.strip()]
    if not parts:
        raise ValueError("holds no key")
    for number, part in enumerate(parts, 1):
        try:
            read_key(part)
        except ValueError as error:
            raise ValueError(f"key {number} {error}") from None
    return value


def _upper(value: object) -> object:
    return value.upper() if isinstance(value, str) else value


def _lower(value: object) -> object:
    return value.lower() if isinstance(value, str) else value


def _one_line(value: SecretStr) -> SecretStr:
    text = value.get_secret_value().strip()
    if not text or not text.isascii() or not text.isprintable() or " " in text:
        raise ValueError("must be one line without blanks")
    return SecretStr(text)


def _contact(text: str) -> str:
    bare = text.strip()
    usable = bare.isascii() and bare.isprintable() and not {" ", "(", ")", "\\"} & {*bare}
    if not usable or not 3 <= len(bare) <= 200:
        raise ValueError("must be an address or a link: 3 to 200 characters without blanks")
    return bare


Address = Annotated[str, AfterValidator(_address)]
Seconds = Annotated[float, Field(gt=0, allow_inf_nan=False)]
LogLevel = Literal["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"]


class Settings(BaseSettings):
    """Everything that can be set from outside. Built once, by :meth:`load`, and passed in."""

    model_config = SettingsConfigDict(
        frozen=True, extra="ignore", hide_input_in_errors=True, env_ignore_empty=True
    )

    discord_token: Annotated[SecretStr, AfterValidator(_one_line)] | None = None
    discord_api_url: Address = DISCORD_API_URL
    database_url: SecretStr = SecretStr("sqlite+aiosqlite:///data/switchboard.db")
    encryption_keys: Annotated[SecretStr, AfterValidator(_all_keys)] | None = None
    services: Annotated[tuple[Service, ...], NoDecode, BeforeValidator(_names), Field(min_length=1)] = tuple(
        Service
    )
    useapi_url: Address = "https://api.useapi.net"
    pixela_url: Address = "https://pixe.la"
    pluralkit_url: Address = "https://api.pluralkit.me/v2"
    media_hosts: Annotated[tuple[str, ...], NoDecode, BeforeValidator(_names), AfterValidator(_hosts)] = (
        DISCORD_HOSTS
    )
    job_poll_seconds: Seconds = 15.0
    job_lost_seconds: Seconds = 7200.0
    contact: Annotated[str, AfterValidator(_contact)] | None = None
    log_level: Annotated[LogLevel, BeforeValidator(_upper)] = "INFO"
    log_format: Annotated[Literal["text", "json"], BeforeValidator(_lower)] = "text"

    @classmethod
    def load(cls, *, env_file: Path = ENV_FILE, secrets_folder: Path = SECRETS_FOLDER) -> Self:
        """Read the settings. Raises :class:`~bot.errors.StartupError` with a line per problem."""
        _check_env_file(env_file)
        listable = secrets_folder.is_dir() and os.access(secrets_folder, os.R_OK | os.X_OK)
        sources: dict[str, Any] = {
            "_env_file": env_file,
            "_secrets_dir": secrets_folder if listable else None,
        }
        try:
            return cls(**sources)
        except ValidationError as error:
            raise StartupError(*_lines(error)) from None

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Add ``NAME_FILE`` to the usual sources, each of which yields to the one before it."""
        named = _NamedFiles(settings_cls, env_settings, dotenv_settings)
        folder = _Folder(settings_cls, file_secret_settings)
        return (init_settings, env_settings, named, dotenv_settings, folder)

    @field_validator("*", mode="before")
    @classmethod
    def _read(cls, value: object) -> object:
        if isinstance(value, _Unreadable):
            raise ValueError(f"{value.name} cannot be read")  # noqa: TRY004 - pydantic takes this one alone
        return value

    def secrets(self) -> list[SecretStr]:
        """Return every secret that is set, so that the log can leave them out."""
        values = [value for name in SECRET_NAMES if isinstance(value := getattr(self, name), SecretStr)]
        keys = self.encryption_keys.get_secret_value().split(",") if self.encryption_keys else []
        return [*values, *(SecretStr(key.strip()) for key in keys)]


class GivenSettings(Settings):
    """Settings that nothing from outside gets into, for the demo and for tests."""

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Read nothing but what is given."""
        del settings_cls, env_settings, dotenv_settings, file_secret_settings
        return (init_settings,)


SECRET_NAMES = ("discord_token", "database_url", "encryption_keys")
"""The fields that may come from a file named by ``NAME_FILE``."""


class _Unreadable:
    """Stands for what a file holds that cannot be read, so that it is told with all other problems."""

    def __init__(self, name: str) -> None:
        self.name = name


class _Files(PydanticBaseSettingsSource):
    """Reads values from files; subclasses say which."""

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[object, str, bool]:
        """Return the content of the file that is there for a field."""
        del field
        found = self.find_file(field_name)
        if found is None:
            return None, field_name, False
        path, name = found
        try:
            return path.read_text(encoding="utf-8").strip(), field_name, False
        except (OSError, UnicodeDecodeError):
            return _Unreadable(name), field_name, False

    def find_file(self, field_name: str) -> tuple[Path, str] | None:
        """Return the file for a field, and how to name it to the operator."""
        raise NotImplementedError

    def __call__(self) -> dict[str, object]:
        fields = self.settings_cls.model_fields
        values = {name: self.get_field_value(field, name)[0] for name, field in fields.items()}
        return {name: value for name, value in values.items() if value is not None}


class _NamedFiles(_Files):
    """The file that ``NAME_FILE`` names, for secrets."""

    def __init__(self, settings_cls: type[BaseSettings], *variables: PydanticBaseSettingsSource) -> None:
        super().__init__(settings_cls)
        readers = [source for source in reversed(variables) if isinstance(source, EnvSettingsSource)]
        self._variables = {name: text for reader in readers for name, text in reader.env_vars.items()}

    def find_file(self, field_name: str) -> tuple[Path, str] | None:
        """Return the file that is named for a secret."""
        path = self._variables.get(f"{field_name}_file") if field_name in SECRET_NAMES else None
        return (Path(path), f"the file that {field_name.upper()}_FILE names") if path else None


class _Folder(_Files):
    """The file of a folder that is called like the setting, in any case of letters."""

    def __init__(self, settings_cls: type[BaseSettings], secrets: PydanticBaseSettingsSource) -> None:
        super().__init__(settings_cls)
        folder = secrets.secrets_dir if isinstance(secrets, SecretsSettingsSource) else None
        self._files = {path.name.lower(): path for path in Path(str(folder)).iterdir()} if folder else {}

    def find_file(self, field_name: str) -> tuple[Path, str] | None:
        """Return the file that is called like a field."""
        path = self._files.get(field_name)
        return (path, str(path)) if path else None


def _check_env_file(path: Path) -> None:
    if not path.exists():
        return
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        raise StartupError(f"{path}: cannot be read as a text file") from None
    wrong = [binding.original.line for binding in parse_stream(io.StringIO(text)) if binding.error]
    if wrong:
        raise StartupError(*(f"{path}: line {line} is not NAME=value" for line in wrong))


def _lines(error: ValidationError) -> list[str]:
    lines = (_line(problem) for problem in error.errors(include_url=False, include_input=False))
    return [*dict.fromkeys(lines)]


def _line(problem: ErrorDetails) -> str:
    name = str(problem["loc"][0]).upper()
    return f"{name}: {problem['msg'].removeprefix('Value error, ')}"
