"""What each kind of setting may be written as. A refusal is a ``ValueError`` that never repeats the value."""

from __future__ import annotations

import re
from ipaddress import ip_address
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr
from pydantic_settings import NoDecode

from bot.crypto import read_key
from bot.hosts import read_host
from bot.services import Service
from bot.shards import MOST, read_ids


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


def _shard_ids(value: object) -> object:
    return read_ids(value) if isinstance(value, str) else value


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


def _public_key(text: str) -> str:
    bare = text.strip()
    if _PUBLIC_KEY.fullmatch(bare) is None:
        raise ValueError(
            "must be the 64 hexadecimal digits of your app's page General Information, discord.com/developers"
        )
    return bare.lower()


def _database(value: SecretStr) -> SecretStr:
    found = _DATABASE.match(value.get_secret_value())
    if found is None or not (found["port"] or "0").isdecimal():
        raise ValueError("is not the address of a database")
    if found["driver"] not in {"sqlite+aiosqlite", "postgresql+asyncpg"}:
        raise ValueError("must start with sqlite+aiosqlite:// or postgresql+asyncpg://")
    return value


def _limits_server(value: SecretStr) -> SecretStr:
    text = value.get_secret_value().strip()
    if _LIMITS_SCHEME.match(text) is None:
        raise ValueError("must start with valkey://, valkeys://, redis://, rediss:// or unix://")
    found = _LIMITS_SERVER.fullmatch(text)
    if found is None or not text.isprintable() or not 1 <= int(found["port"] or 1) <= 65535:
        raise ValueError(
            "is not the address of a Valkey or Redis, like valkey://:password@host:6379/0 or "
            "unix:///folder/socket?db=0; percent-encode signs like / and @ in a password"
        )
    return SecretStr(text)


def _own_address(text: str) -> str:
    try:
        return str(ip_address(text.strip()))
    except ValueError:
        raise ValueError("must be an IP address of this machine, or 0.0.0.0 for all of them") from None


_DATABASE = re.compile(
    r"(?P<driver>[\w+]+)://(?:[^:/]*(?::[^@]*)?@)?(?:\[[^/?]+\]|[^/:?]+)?(?::(?P<port>[^/?]*))?(?:[/?]|$)",
    re.ASCII,
)
"""As SQLAlchemy reads it, which the settings do not know."""
_LIMITS_SCHEME = re.compile(r"(?:(?:valkey|redis)s?|unix)://")
_LIMITS_SERVER = re.compile(
    r"(?:(?P<unix>unix)|\w+)://(?:[^\s:/?#@]*(?::[^\s/?#@]*)?@)?"
    r"(?(unix)/[^\s?#]+(?:\?db=\d{1,3})?"
    r"|(?:\[[\da-fA-F:.]+\]|[\w.-]+)(?::(?P<port>\d{1,5}))?(?:/\d{0,3})?)",
    re.ASCII,
)
"""With the path of a socket or a host, and perhaps the number of a database."""
_PUBLIC_KEY = re.compile(r"[0-9A-Fa-f]{64}", re.ASCII)

Address = Annotated[str, AfterValidator(_address)]
OwnAddress = Annotated[str, AfterValidator(_own_address)]
Port = Annotated[int, Field(ge=1, le=65535)]
Hosts = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_names), AfterValidator(_hosts)]
Services = Annotated[tuple[Service, ...], NoDecode, BeforeValidator(_names), Field(min_length=1)]
DatabaseAddress = Annotated[SecretStr, AfterValidator(_database)]
LimitsServer = Annotated[SecretStr, AfterValidator(_limits_server)]
Workers = Annotated[int, Field(ge=1, le=1000)]
Token = Annotated[SecretStr, AfterValidator(_one_line)]
Keys = Annotated[SecretStr, AfterValidator(_all_keys)]
ShardCount = Annotated[int, Field(ge=1, le=MOST)]
ShardIds = Annotated[tuple[int, ...], NoDecode, BeforeValidator(_shard_ids)]
Seconds = Annotated[float, Field(gt=0, allow_inf_nan=False)]
Contact = Annotated[str, AfterValidator(_contact)]
PublicKeyText = Annotated[str, AfterValidator(_public_key)]
LogLevel = Annotated[Literal["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"], BeforeValidator(_upper)]
LogFormat = Annotated[Literal["text", "json"], BeforeValidator(_lower)]
