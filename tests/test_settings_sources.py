from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.crypto import new_key
from bot.errors import StartupError
from bot.settings import SECRET_NAMES, Settings, odd_names

VALUES = {
    "discord_token": ["token-one", "token-two", "token-three", "token-four"],
    "database_url": [f"sqlite+aiosqlite:///{number}.db" for number in range(4)],
    "encryption_keys": [new_key() for _ in range(4)],
    "rate_limit_url": [f"valkey://:hunter2@limits:6379/{number}" for number in range(4)],
}


@pytest.fixture(autouse=True)
def _nothing_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
        monkeypatch.delenv(f"{name.upper()}_FILE", raising=False)


def load(folder: Path) -> Settings:
    return Settings.load(env_file=folder / ".env", secrets_folder=folder / "secrets")


def secret(folder: Path, name: str) -> str:
    value = getattr(load(folder), name)
    assert isinstance(value, SecretStr)
    return value.get_secret_value()


def problems(folder: Path) -> list[str]:
    with pytest.raises(StartupError) as caught:
        load(folder)
    return [*caught.value.problems]


def put_secret(folder: Path, name: str, text: str) -> Path:
    file = folder / "secrets" / name
    file.parent.mkdir(exist_ok=True)
    file.write_text(text)
    return file


def test_these_tests_know_every_secret() -> None:
    assert {*VALUES} == {*SECRET_NAMES}


@pytest.mark.parametrize("name", SECRET_NAMES)
def test_the_environment_comes_before_a_named_file_before_dotenv_before_the_secrets_folder(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second, third, fourth = VALUES[name]
    put_secret(tmp_path, name, f"{fourth}\n")
    assert secret(tmp_path, name) == fourth
    (tmp_path / ".env").write_text(f"{name.upper()}={third}\n")
    assert secret(tmp_path, name) == third
    (tmp_path / "named").write_text(f"\n {second} \n")
    monkeypatch.setenv(f"{name.upper()}_FILE", str(tmp_path / "named"))
    assert secret(tmp_path, name) == second
    monkeypatch.setenv(name.upper(), first)
    assert secret(tmp_path, name) == first


@pytest.mark.parametrize("name", SECRET_NAMES)
def test_a_file_can_be_named_in_dotenv_too(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, two, three, _ = VALUES[name]
    for number, value in enumerate((one, two)):
        (tmp_path / f"file{number}").write_text(value)
    (tmp_path / ".env").write_text(f"{name.upper()}_FILE={tmp_path / 'file0'}\n{name.upper()}={three}\n")
    assert secret(tmp_path, name) == one
    monkeypatch.setenv(f"{name.upper()}_FILE", str(tmp_path / "file1"))
    assert secret(tmp_path, name) == two


@pytest.mark.parametrize("name", SECRET_NAMES)
def test_a_named_file_that_cannot_be_read_stops_the_start(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    unreadable = [tmp_path / "missing", tmp_path / "folder", tmp_path / "latin"]
    unreadable[1].mkdir()
    unreadable[2].write_bytes(b"secr\xe9t")
    for path in unreadable:
        monkeypatch.setenv(f"{name.upper()}_FILE", str(path))
        line = f"{name.upper()}: the file that {name.upper()}_FILE names cannot be read"
        assert problems(tmp_path) == [line]


def test_a_named_file_that_is_empty_is_not_taken_for_unset(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "empty").write_text("\n")
    monkeypatch.setenv("DISCORD_TOKEN_FILE", str(tmp_path / "empty"))
    monkeypatch.setenv("ENCRYPTION_KEYS_FILE", str(tmp_path / "empty"))
    assert problems(tmp_path) == [
        "DISCORD_TOKEN: must be one line without blanks",
        "ENCRYPTION_KEYS: holds no key",
    ]


def test_only_secrets_come_from_named_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "level").write_text("DEBUG")
    monkeypatch.setenv("LOG_LEVEL_FILE", str(tmp_path / "level"))
    monkeypatch.setenv("DISCORD_TOKEN_FILE", "")
    assert load(tmp_path).log_level == "INFO"
    assert load(tmp_path).discord_token is None


@pytest.mark.parametrize("name", ["discord_token", "DISCORD_TOKEN", "Discord_Token"])
def test_a_file_of_the_secrets_folder_may_be_written_in_any_case(name: str, tmp_path: Path) -> None:
    put_secret(tmp_path, name, "of-a-file\n")
    assert secret(tmp_path, "discord_token") == "of-a-file"


def test_other_settings_come_from_the_secrets_folder_too(tmp_path: Path) -> None:
    put_secret(tmp_path, "SERVICES", "pixela,pika")
    put_secret(tmp_path, "log_level", "warning")
    settings = load(tmp_path)
    assert settings.log_level == "WARNING"
    assert settings.services == ("pixela", "pika")


def test_a_file_of_the_secrets_folder_that_cannot_be_read_stops_the_start(tmp_path: Path) -> None:
    latin = put_secret(tmp_path, "discord_token", "")
    latin.write_bytes(b"secr\xe9t")
    folder = tmp_path / "secrets" / "encryption_keys"
    folder.mkdir()
    assert problems(tmp_path) == [
        f"DISCORD_TOKEN: {latin} cannot be read",
        f"ENCRYPTION_KEYS: {folder} cannot be read",
    ]


def test_a_file_in_place_of_the_secrets_folder_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "secrets").write_text("a file")
    (tmp_path / "secrets").chmod(0o777)
    assert load(tmp_path).discord_token is None


def test_dotenv_is_read_where_the_program_is_started(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".env").write_text(
        "# how we run it\n\nexport LOG_LEVEL='debug'  # for now\nSERVICES=\"pixela,pika\"\n"
    )
    monkeypatch.chdir(tmp_path)
    settings = Settings.load(secrets_folder=tmp_path / "secrets")
    assert settings.log_level == "DEBUG"
    assert settings.services == ("pixela", "pika")


def test_dotenv_that_is_no_text_stops_the_start(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_bytes(b"DISCORD_TOKEN=secr\xe9t\n")
    assert problems(tmp_path) == [f"{file}: cannot be read as a text file"]
    file.unlink()
    file.mkdir()
    assert problems(tmp_path) == [f"{file}: cannot be read as a text file"]


def test_each_line_of_dotenv_that_is_no_setting_is_named_without_its_text(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".env").write_text("LOG_LEVEL=INFO\nDISCORD_TOKEN 'hunter2\n\nPIXELA_URL=x\n=hunter2\n")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(StartupError) as caught:
        Settings.load(secrets_folder=tmp_path / "secrets")
    assert caught.value.problems == (".env: line 2 is not NAME=value", ".env: line 5 is not NAME=value")


def test_a_name_that_is_nearly_a_setting_is_remarked_on_without_its_value(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    env_file, folder = tmp_path / ".env", tmp_path / "secrets"
    assert odd_names(env_file=env_file, secrets_folder=folder) == []
    env_file.write_text("export DISCORD_TOKN=hunter2\nCOLOUR=hunter2\n# LOGLEVEL=hunter2\nLOG_LEVEL=INFO\n")
    monkeypatch.setenv("ENCRYPTION_KEY", "hunter2")
    put_secret(tmp_path, "discord_tokem", "hunter2")
    put_secret(tmp_path, "of_another_program", "hunter2")
    assert odd_names(env_file=env_file, secrets_folder=folder) == [
        f"{env_file}: DISCORD_TOKN is no setting and is ignored; is DISCORD_TOKEN meant?",
        f"{env_file}: COLOUR is no setting and is ignored",
        "ENCRYPTION_KEY is no setting and is ignored; is ENCRYPTION_KEYS meant?",
        f"{folder}: discord_tokem is no setting and is ignored; is DISCORD_TOKEN meant?",
    ]
    assert load(tmp_path).discord_token is None


def test_every_setting_that_is_a_secret_may_come_from_a_file() -> None:
    shown = load(Path("nowhere")).model_dump()
    assert {name for name, value in shown.items() if isinstance(value, SecretStr)} <= {*SECRET_NAMES}
    assert all("secret" not in name and "password" not in name for name in shown)
