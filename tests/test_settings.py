from __future__ import annotations

import base64
from pathlib import Path

import pytest
from pydantic import SecretStr, ValidationError

from bot.crypto import new_key
from bot.errors import StartupError
from bot.services import Service
from bot.settings import Settings
from bot.storage.database import parse_address

KEY = "c3dpdGNoYm9hcmQtdGVzdHMtdXNlLXRoaXMta2V5Li4="
TOKEN = "MTIzNDU2Nzg5MDEyMzQ1Njc4.Gabcde.not-a-token-of-anybody-at-all"

NAMES = [
    "DISCORD_TOKEN",
    "DISCORD_API_URL",
    "DATABASE_URL",
    "ENCRYPTION_KEYS",
    "SERVICES",
    "USEAPI_URL",
    "PIXELA_URL",
    "PLURALKIT_URL",
    "MEDIA_HOSTS",
    "JOB_POLL_SECONDS",
    "JOB_LOST_SECONDS",
    "CONTACT",
    "HEALTH_PORT",
    "HEALTH_HOST",
    "HTTP_HOST",
    "HTTP_PORT",
    "DISCORD_PUBLIC_KEY",
    "SHARD_COUNT",
    "SHARD_IDS",
    "RATE_LIMIT_URL",
    "WORKERS",
    "LOG_LEVEL",
    "LOG_FORMAT",
]


@pytest.fixture(autouse=True)
def _nothing_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (*NAMES, *(f"{name}_FILE" for name in NAMES)):
        monkeypatch.delenv(name, raising=False)


def load(folder: Path) -> Settings:
    """Load the settings with ``.env`` and ``secrets`` of a folder."""
    return Settings.load(env_file=folder / ".env", secrets_folder=folder / "secrets")


def problems(folder: Path) -> list[str]:
    """Return what is wrong with the settings, a line each."""
    with pytest.raises(StartupError) as caught:
        load(folder)
    assert caught.value.__suppress_context__
    return [*caught.value.problems]


def plain(value: object) -> object:
    return value.get_secret_value() if isinstance(value, SecretStr) else value


def test_without_anything_set_every_setting_has_its_default(tmp_path: Path) -> None:
    found = {name: plain(value) for name, value in load(tmp_path)}
    assert found == {
        "discord_token": None,
        "discord_api_url": "https://discord.com/api/v10",
        "database_url": "sqlite+aiosqlite:///data/switchboard.db",
        "encryption_keys": None,
        "services": (Service.PIKA, Service.MIDJOURNEY, Service.PIXELA, Service.PLURALKIT),
        "useapi_url": "https://api.useapi.net",
        "pixela_url": "https://pixe.la",
        "pluralkit_url": "https://api.pluralkit.me/v2",
        "media_hosts": ("cdn.discordapp.com:443", "media.discordapp.net:443"),
        "job_poll_seconds": 15.0,
        "job_lost_seconds": 7200.0,
        "contact": None,
        "health_port": None,
        "health_host": "127.0.0.1",
        "http_host": "127.0.0.1",
        "http_port": 8080,
        "discord_public_key": None,
        "shard_count": None,
        "shard_ids": None,
        "rate_limit_url": None,
        "workers": 1,
        "log_level": "INFO",
        "log_format": "text",
    }


def test_the_list_of_names_in_these_tests_is_complete() -> None:
    assert {name.upper() for name in Settings.model_fields} == {*NAMES}


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("DISCORD_TOKEN", TOKEN, TOKEN),
        ("DISCORD_TOKEN", f" {TOKEN}\n", TOKEN),
        ("DISCORD_API_URL", "http://127.0.0.1:8080/api/v10/", "http://127.0.0.1:8080/api/v10"),
        *(
            ("DATABASE_URL", url, url)
            for url in (
                *("postgresql+asyncpg://ada:pw@db/x", "postgresql+asyncpg:///x?host=/run/postgresql"),
                *("postgresql+asyncpg://ada:p:/ss@[::1]:5432/x?ssl=require", "sqlite+aiosqlite://"),
                *(
                    "sqlite+aiosqlite:////data/a b#1%25.db",
                    "postgresql+asyncpg://ada@db",
                    "sqlite+aiosqlite:///a",
                ),
            )
        ),
        ("ENCRYPTION_KEYS", f"{KEY},{KEY}", f"{KEY},{KEY}"),
        ("SERVICES", "pixela", (Service.PIXELA,)),
        ("SERVICES", " PluralKit , pika ,", (Service.PLURALKIT, Service.PIKA)),
        ("USEAPI_URL", "https://useapi.example", "https://useapi.example"),
        ("PIXELA_URL", " HTTPS://pixela.example/ ", "HTTPS://pixela.example"),
        ("PLURALKIT_URL", "http://[::1]:5000/v2", "http://[::1]:5000/v2"),
        (
            "MEDIA_HOSTS",
            "CDN.example, media.example:8443,127.0.0.1:8080,[0::1]:80,",
            ("cdn.example:443", "media.example:8443", "127.0.0.1:8080", "[::1]:80"),
        ),
        ("MEDIA_HOSTS", "8.8.8.8", ("8.8.8.8:443",)),
        ("JOB_POLL_SECONDS", "0.25", 0.25),
        ("JOB_LOST_SECONDS", " 60 ", 60.0),
        ("CONTACT", "https://example.org/bot", "https://example.org/bot"),
        ("HEALTH_PORT", "9090", 9090),
        ("HEALTH_HOST", " 0.0.0.0 ", "0.0.0.0"),  # noqa: S104
        ("HEALTH_HOST", "0:0::1", "::1"),
        ("HTTP_HOST", "::", "::"),
        ("HTTP_PORT", "9091", 9091),
        ("DISCORD_PUBLIC_KEY", f" {'aB' * 32} ", "ab" * 32),
        *(
            ("RATE_LIMIT_URL", f" {url}\n", url)
            for url in (
                *("valkey://limits", "redis://limits:6379/0", "valkeys://ada:p%2Fw@[::1]:6380/12"),
                *("rediss://:pw@limits.example/", "unix:///run/limits", "unix://:pw@/run/limits.sock?db=3"),
            )
        ),
        ("WORKERS", "1000", 1000),
        ("SHARD_COUNT", "16", 16),
        ("LOG_LEVEL", "debug", "DEBUG"),
        ("LOG_FORMAT", "JSON", "json"),
    ],
)
def test_a_variable_sets_its_setting(
    name: str, text: str, value: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, text)
    assert plain(getattr(load(tmp_path), name.lower())) == value


@pytest.mark.parametrize("name", NAMES)
def test_an_empty_variable_is_as_good_as_none(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    default = load(tmp_path)
    monkeypatch.setenv(name, "")
    assert load(tmp_path) == default
    (tmp_path / ".env").write_text(f"{name}=\n")
    monkeypatch.delenv(name)
    assert load(tmp_path) == default


ADDRESS = "must be an address that starts with https:// or http://"
BARE = "must be an address without user, query and fragment"
NO_SERVER = (
    "is not the address of a Valkey or Redis, like valkey://:password@host:6379/0 or "
    "unix:///folder/socket?db=0; percent-encode signs like / and @ in a password"
)
ONE_LINE = "must be one line without blanks"

PORTAL = "your app's page General Information, discord.com/developers"
WRONG = [
    ("DISCORD_TOKEN", "two words", ONE_LINE),
    ("DISCORD_TOKEN", "two\nlines", ONE_LINE),
    ("DISCORD_TOKEN", "  ", ONE_LINE),
    ("DISCORD_TOKEN", "tökén", ONE_LINE),
    *(
        ("DATABASE_URL", url, "is not the address of a database")
        for url in ("hunter2", "postgresql+asyncpg://ada:hunter2@db:port/x", "sqlite+aiosqlite:/a.db", "://a")
    ),
    *(
        ("DATABASE_URL", url, "must start with sqlite+aiosqlite:// or postgresql+asyncpg://")
        for url in (
            "postgres://ada:hunter2@db/x",
            "sqlite:///a.db",
            "mysql+pymysql://ada:hunter2@[::1]:3306/x",
        )
    ),
    ("ENCRYPTION_KEYS", " , ", "holds no key"),
    ("ENCRYPTION_KEYS", f"{KEY},hunter2!", "key 2 is not URL-safe base64"),
    (
        "ENCRYPTION_KEYS",
        f"{base64.b64encode(b'hunter2').decode()},{KEY}",
        "key 1 holds 7 bytes instead of 32",
    ),
    ("SERVICES", "pixela,pikachu,evoli", "Input should be 'pika', 'midjourney', 'pixela' or 'pluralkit'"),
    ("SERVICES", ",", "Value should have at least 1 item after validation, not 0"),
    ("MEDIA_HOSTS", " , ", "names no host"),
    *(
        ("MEDIA_HOSTS", f"cdn.example,{host}", "host 2 is no name or IP address with or without a port")
        for host in (
            *("https://hunter2", "hunter2/", "ada@hunter2", "*.hunter2", "hunter2.", "-hunter2", "tökén"),
            *("cdn:0", "cdn:70000", "cdn:", "cdn:port", "::1", "[::1", "[hunter2]", "127.1", "0x7f.0x1"),
            *("2130706433", "hunter2..example", "a" * 64, "a." * 127 + "aa"),
        )
    ),
    *(
        ("MEDIA_HOSTS", f"{host}:80", "host 1 is an address of a private network")
        for host in ("10.0.0.1", "192.168.1.1", "169.254.169.254", "0.0.0.0", "[::]", "[fd00::1]")  # noqa: S104
    ),
    (
        "MEDIA_HOSTS",
        "a b,cdn.example,[::ffff:127.0.0.1]",
        "host 1 is no name or IP address with or without a port; host 3 is an address of a private network",
    ),
    *((name, "0", "Input should be greater than 0") for name in ("JOB_POLL_SECONDS", "JOB_LOST_SECONDS")),
    *(("JOB_POLL_SECONDS", odd, "Input should be a finite number") for odd in ("nan", "inf", "1e999")),
    (
        "JOB_LOST_SECONDS",
        "hunter2",
        "Input should be a valid number, unable to parse string as a number",
    ),
    ("CONTACT", "two words", "must be an address or a link: 3 to 200 characters without blanks"),
    *(
        (
            "DISCORD_PUBLIC_KEY",
            wrong,
            f"must be the 64 hexadecimal digits of {PORTAL}",
        )
        for wrong in ("a key", "ab" * 31, "ab" * 33, "g" * 64, "१" * 64)
    ),
    ("SHARD_COUNT", "0", "Input should be greater than or equal to 1"),
    ("SHARD_IDS", "0-3", "needs SHARD_COUNT, how many shards there are in all processes together"),
    ("SHARD_IDS", "0, hunter2", "part 2 is neither a number nor a range like 0-3"),
    ("HTTP_HOST", "localhost", "must be an IP address of this machine, or 0.0.0.0 for all of them"),
    ("HTTP_PORT", "70000", "Input should be less than or equal to 65535"),
    ("HEALTH_PORT", "0", "Input should be greater than or equal to 1"),
    ("HEALTH_PORT", "65536", "Input should be less than or equal to 65535"),
    (
        "HEALTH_HOST",
        "hunter2",
        "must be an IP address of this machine, or 0.0.0.0 for all of them",
    ),
    *(
        ("RATE_LIMIT_URL", url, "must start with valkey://, valkeys://, redis://, rediss:// or unix://")
        for url in ("limits:6379", "http://ada:hunter2@limits", "redis+cluster://hunter2", "Redis://limits")
    ),
    *(
        ("RATE_LIMIT_URL", url, NO_SERVER)
        for url in (
            *("redis://", "redis://limits:0", "redis://limits:70000", "redis://limits:port", "redis:///0"),
            *("redis://limits/first", "redis://limits?db=1", "redis://limits#1", "redis://lim its"),
            *("redis://:hun@ter2@limits", "redis://:hun/ter2@limits", "redis://lim\u200bits", "unix://"),
            *("unix:///", "unix://limits/run/it", "unix:///run/it?password=hunter2", "unix:///run/it?db=x"),
        )
    ),
    ("WORKERS", "0", "Input should be greater than or equal to 1"),
    ("WORKERS", "1001", "Input should be less than or equal to 1000"),
    ("LOG_LEVEL", "loud", "Input should be 'DEBUG', 'INFO', 'WARNING', 'ERROR' or 'CRITICAL'"),
    ("LOG_FORMAT", "xml", "Input should be 'text' or 'json'"),
    *(
        (name, "pixe.la", ADDRESS)
        for name in ("DISCORD_API_URL", "USEAPI_URL", "PIXELA_URL", "PLURALKIT_URL")
    ),
    ("PIXELA_URL", "ftp://pixe.la", ADDRESS),
    ("PIXELA_URL", "https://", ADDRESS),
    ("PIXELA_URL", "https://pixe.la:port", ADDRESS),
    ("PIXELA_URL", "https://pixe.la:70000", ADDRESS),
    ("PIXELA_URL", "https://pixe.la:0", ADDRESS),
    ("PIXELA_URL", "https://[hunter2]", ADDRESS),
    ("PIXELA_URL", "https://[::1", ADDRESS),
    ("PIXELA_URL", "https://ada:hunter2\u2100@pixe.la", ADDRESS),
    ("PIXELA_URL", "https://pixe.la/some where", ADDRESS),
    ("PIXELA_URL", "https://pixe.la/\u200bv1", ADDRESS),
    ("PIXELA_URL", "https://ada:hunter2@pixe.la", BARE),
    ("PIXELA_URL", "https://pixe.la?token=hunter2", BARE),
    ("PIXELA_URL", "https://pixe.la?", BARE),
    ("PIXELA_URL", "https://pixe.la#top", BARE),
]


@pytest.mark.parametrize(("name", "text", "complaint"), WRONG)
def test_a_wrong_value_is_one_line_that_names_the_setting_and_not_the_value(
    name: str, text: str, complaint: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, text)
    assert problems(tmp_path) == [f"{name}: {complaint}"]


def test_the_shards_of_a_process_are_some_of_those_that_there_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHARD_COUNT", "4")
    monkeypatch.setenv("SHARD_IDS", "3,0-1")
    assert load(tmp_path).shard_ids == (0, 1, 3)
    monkeypatch.setenv("SHARD_IDS", "0-4")
    below = "SHARD_IDS: names a shard that is not below SHARD_COUNT; they are counted from 0"
    assert problems(tmp_path) == [below]


def test_all_problems_are_told_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from_files = {"DISCORD_TOKEN", "DATABASE_URL"}
    wrong = {name: (text, complaint) for name, text, complaint in WRONG if name not in from_files}
    for name, (text, _) in wrong.items():
        monkeypatch.setenv(name, text)
    monkeypatch.setenv("DISCORD_TOKEN_FILE", str(tmp_path / "missing"))
    (tmp_path / "secrets" / "DATABASE_URL").mkdir(parents=True)
    assert sorted(problems(tmp_path)) == sorted(
        [
            *(f"{name}: {complaint}" for name, (_, complaint) in wrong.items()),
            "DISCORD_TOKEN: the file that DISCORD_TOKEN_FILE names cannot be read",
            f"DATABASE_URL: {tmp_path / 'secrets' / 'DATABASE_URL'} cannot be read",
        ]
    )


def test_an_address_is_a_database_for_the_settings_where_it_is_one_for_the_storage() -> None:
    """The settings do not know SQLAlchemy, and tell what is wrong with an address with everything else."""
    found = [(text, complaint) for name, text, complaint in WRONG if name == "DATABASE_URL"]
    assert found
    for text, complaint in found:
        with pytest.raises(StartupError) as caught:
            parse_address(text)
        assert caught.value.problems == (f"DATABASE_URL: {complaint}",)


def test_the_settings_show_no_secret(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    database = "postgresql+asyncpg://ada:hunter2@db/switchboard"
    monkeypatch.setenv("DISCORD_TOKEN", TOKEN)
    monkeypatch.setenv("ENCRYPTION_KEYS", KEY)
    monkeypatch.setenv("DATABASE_URL", database)
    settings = load(tmp_path)
    for shown in (repr(settings), str(settings), str(settings.model_dump()), settings.model_dump_json()):
        assert not [secret for secret in (TOKEN, KEY, "hunter2") if secret in shown]


@pytest.mark.parametrize(("name", "text", "complaint"), WRONG)
def test_an_error_of_the_settings_shows_no_value_however_it_is_printed(
    name: str, text: str, complaint: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, text)
    with pytest.raises(ValidationError, match="validation error") as caught:
        Settings()
    assert complaint in str(caught.value)
    assert not [
        word for word in ("hunter2", KEY, "tökén", "pikachu") if word in f"{caught.value}{caught.value!r}"
    ]


def test_the_settings_cannot_be_changed(tmp_path: Path) -> None:
    with pytest.raises(ValidationError, match="frozen"):
        load(tmp_path).log_level = "DEBUG"


def test_every_secret_is_known_to_the_log_each_key_by_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert [plain(secret) for secret in load(tmp_path).secrets()] == [
        "sqlite+aiosqlite:///data/switchboard.db"
    ]
    other = new_key()
    monkeypatch.setenv("DISCORD_TOKEN", TOKEN)
    monkeypatch.setenv("ENCRYPTION_KEYS", f"{KEY}, {other}")
    assert {TOKEN, KEY, other} < {plain(secret) for secret in load(tmp_path).secrets()}


def test_what_is_no_setting_of_ours_is_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    default = load(tmp_path)
    (tmp_path / ".env").write_text("COLOUR=green\n")
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets" / "of_another_program").write_bytes(b"\xff")
    monkeypatch.setenv("SHAPE", "round")
    assert load(tmp_path) == default


def test_the_label_and_the_provider_of_every_service_are_known() -> None:
    assert [service.label for service in Service] == ["Pika", "Midjourney", "Pixela", "PluralKit"]
    labels = [service.provider.label for service in Service]
    assert labels == ["useapi.net", "useapi.net", "Pixela", "PluralKit"]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("DATABASE_URL", "postgresql+asyncpg://ada:hunter%2F2@db/x"),
        ("RATE_LIMIT_URL", "valkeys://:hunter%2F2@limits:6379"),
        ("RATE_LIMIT_URL", "unix://ada:hunter%2F2@/run/limits"),
    ],
)
def test_the_password_of_a_server_is_a_secret_by_itself(
    name: str, text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, text)
    assert {text, "hunter%2F2", "hunter/2"} <= {plain(secret) for secret in load(tmp_path).secrets()}
