"""The settings, and the only reader of the environment.

Each is an environment variable, a line of ``.env``, or a file in ``/run/secrets``; a secret may also
be named by ``NAME_FILE``. Nothing is read when this module is imported.
"""

from __future__ import annotations

import io
import os
import re
from pathlib import Path
from typing import Any, Self, get_args
from urllib.parse import unquote

from dotenv.parser import parse_stream
from pydantic import SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails
from pydantic_settings import (
    BaseSettings,
    EnvSettingsSource,
    PydanticBaseSettingsSource,
    SecretsSettingsSource,
    SettingsConfigDict,
)

from bot.errors import StartupError
from bot.hosts import DISCORD_HOSTS
from bot.services import Service
from bot.spelling import odd_names as find_odd
from bot.values import (
    Address,
    Contact,
    DatabaseAddress,
    Hosts,
    Keys,
    LimitsServer,
    LogFormat,
    LogLevel,
    OwnAddress,
    Port,
    PublicKeyText,
    Seconds,
    Services,
    ShardCount,
    ShardIds,
    Token,
    Workers,
)

SECRETS_FOLDER = Path("/run/secrets")
ENV_FILE = Path(".env")
_PASSWORD = re.compile(r"://[^:/@]*:([^@]+)@")
DISCORD_API_URL = "https://discord.com/api/v10"


class Settings(BaseSettings):
    """Everything that can be set from outside. Built once, by :meth:`load`, and passed in."""

    model_config = SettingsConfigDict(
        frozen=True, extra="ignore", hide_input_in_errors=True, env_ignore_empty=True
    )

    discord_token: Token | None = None
    discord_api_url: Address = DISCORD_API_URL
    database_url: DatabaseAddress = SecretStr("sqlite+aiosqlite:///data/switchboard.db")
    encryption_keys: Keys | None = None
    services: Services = tuple(Service)
    useapi_url: Address = "https://api.useapi.net"
    pixela_url: Address = "https://pixe.la"
    pluralkit_url: Address = "https://api.pluralkit.me/v2"
    media_hosts: Hosts = DISCORD_HOSTS
    job_poll_seconds: Seconds = 15.0
    job_lost_seconds: Seconds = 7200.0
    contact: Contact | None = None
    health_port: Port | None = None
    health_host: OwnAddress = "127.0.0.1"
    http_host: OwnAddress = "127.0.0.1"
    http_port: Port = 8080
    discord_public_key: PublicKeyText | None = None
    shard_count: ShardCount | None = None
    shard_ids: ShardIds | None = None
    rate_limit_url: LimitsServer | None = None
    workers: Workers = 1
    log_level: LogLevel = "INFO"
    log_format: LogFormat = "text"

    @classmethod
    def load(cls, *, env_file: Path = ENV_FILE, secrets_folder: Path = SECRETS_FOLDER) -> Self:
        """Read the settings. Raises :class:`~bot.errors.StartupError` with a line per problem."""
        _check_env_file(env_file)
        sources: dict[str, Any] = {
            "_env_file": env_file,
            "_secrets_dir": secrets_folder if _is_listable(secrets_folder) else None,
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

    @field_validator("shard_ids")
    @classmethod
    def _be_below_the_count(cls, ids: tuple[int, ...] | None, info: ValidationInfo) -> tuple[int, ...] | None:
        if ids is None or "shard_count" not in info.data:  # what is wrong with the count is told already
            return ids
        count: int | None = info.data["shard_count"]
        if count is None:
            raise ValueError("needs SHARD_COUNT, how many shards there are in all processes together")
        if ids[-1] >= count:
            raise ValueError("names a shard that is not below SHARD_COUNT; they are counted from 0")
        return ids

    def secrets(self) -> list[SecretStr]:
        """Return every secret that is set, so that the log can leave them out."""
        values = [value for name in SECRET_NAMES if isinstance(value := getattr(self, name), SecretStr)]
        keys = self.encryption_keys.get_secret_value().split(",") if self.encryption_keys else []
        parts = [key.strip() for key in keys]
        for address in (self.database_url, self.rate_limit_url):
            password = _PASSWORD.search(address.get_secret_value()) if address else None
            # A driver may name it without the rest of the address, as it stands there or as it is sent.
            parts += [password[1], unquote(password[1])] if password else []
        return [*values, *(SecretStr(part) for part in parts)]


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


def _holds_secret(annotation: object) -> bool:
    return annotation is SecretStr or any(_holds_secret(part) for part in get_args(annotation))


SECRET_NAMES = tuple(name for name, field in Settings.model_fields.items() if _holds_secret(field.annotation))
"""The fields that may come from a file named by ``NAME_FILE``: every one that is a secret."""


def odd_names(*, env_file: Path = ENV_FILE, secrets_folder: Path = SECRETS_FOLDER) -> list[str]:
    """Return a remark, without any value, for each name that was perhaps meant to be a setting.

    In the file every name that is none of ours is remarked on; in the environment and among the secrets
    only what is spelt nearly like one of ours, since other programs have theirs there.
    """
    known = {name.upper() for name in Settings.model_fields}
    known |= {f"{name.upper()}_FILE" for name in SECRET_NAMES}
    files = secrets_folder.iterdir() if _is_listable(secrets_folder) else ()
    return [
        *(f"{env_file}: {line}" for line in find_odd(_names_in(env_file), known, all_are_ours=True)),
        *find_odd(os.environ, known, all_are_ours=False),
        *(
            f"{secrets_folder}: {line}"
            for line in find_odd((path.name for path in files), known, all_are_ours=False)
        ),
    ]


def _names_in(env_file: Path) -> list[str]:
    try:
        text = env_file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):  # where it is there, that stops the start
        return []
    return [binding.key for binding in parse_stream(io.StringIO(text)) if binding.key]


def _is_listable(folder: Path) -> bool:
    return folder.is_dir() and os.access(folder, os.R_OK | os.X_OK)


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
