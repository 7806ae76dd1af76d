from __future__ import annotations

import asyncio
import re
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from pydantic import SecretStr

import bot
from bot.crypto import Place, new_key, read_key
from bot.errors import StartupError
from bot.settings import Settings
from bot.storage.database import Database
from bot.vault import CANARY, check_vault, key_file, open_vault
from tests.databases import file_of

HERE = Place(1, 2, "useapi")
SECRET = SecretStr("user:10001-somebody")
POSTGRESQL = "postgresql+asyncpg://switchboard:hunter2@db/switchboard"


@pytest.fixture
def database_url(database_url: str) -> str:
    """Return the address of a database that has a file, beside which a key can lie."""
    file_of(database_url)
    return database_url


def settings_of(url: str, keys: str | None = None) -> Settings:
    return Settings(database_url=SecretStr(url), encryption_keys=SecretStr(keys) if keys else None)


def path_of_key(url: str) -> Path:
    path = key_file(settings_of(url))
    assert path is not None
    return path


async def why_not(settings: Settings, database: Database) -> str:
    """Return why the vault does not open; both ways of asking must agree."""
    with pytest.raises(StartupError) as caught:
        await open_vault(settings, database)
    with pytest.raises(StartupError) as checked:
        check_vault(settings, await database.find_fact(CANARY))
    assert caught.value.problems == checked.value.problems
    (line,) = caught.value.problems
    return line


async def test_the_first_start_makes_a_key_beside_the_database(
    database_url: str, database: Database, log_lines: list[str]
) -> None:
    keyring = await open_vault(settings_of(database_url), database)
    path = path_of_key(database_url)
    assert path.name == "switchboard.db.key"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert len(read_key(path.read_text())) == 32
    assert any(str(path) in line for line in log_lines)
    assert not any(path.read_text() in line for line in log_lines)
    assert keyring.open(keyring.seal(SECRET, HERE), HERE) == SECRET


async def test_the_second_start_uses_the_key_of_the_first(database_url: str, database: Database) -> None:
    sealed = (await open_vault(settings_of(database_url), database)).seal(SECRET, HERE)
    key = path_of_key(database_url).read_text()
    assert (await open_vault(settings_of(database_url), database)).open(sealed, HERE) == SECRET
    assert path_of_key(database_url).read_text() == key


async def test_the_content_of_the_key_file_serves_as_the_setting(
    database_url: str, database: Database
) -> None:
    sealed = (await open_vault(settings_of(database_url), database)).seal(SECRET, HERE)
    key = path_of_key(database_url).read_text()
    path_of_key(database_url).unlink()
    assert (await open_vault(settings_of(database_url, key), database)).open(sealed, HERE) == SECRET


async def test_a_key_file_is_used_that_was_there_before_the_database(
    database_url: str, database: Database
) -> None:
    key = new_key()
    path_of_key(database_url).write_text(f"{key}\n")
    check_vault(settings_of(database_url), None)
    sealed = (await open_vault(settings_of(database_url), database)).seal(SECRET, HERE)
    assert (await open_vault(settings_of(database_url, key), database)).open(sealed, HERE) == SECRET


async def test_a_lost_key_file_stops_the_start_and_no_new_key_is_made(
    database_url: str, database: Database
) -> None:
    await open_vault(settings_of(database_url), database)
    path = path_of_key(database_url)
    path.unlink()
    line = await why_not(settings_of(database_url), database)
    assert line.startswith("ENCRYPTION_KEYS: ")
    assert str(path) in line
    assert not path.exists()


async def test_a_wrong_key_stops_the_start(database_url: str, database: Database) -> None:
    await open_vault(settings_of(database_url, new_key()), database)
    canary = await database.find_fact(CANARY)
    line = await why_not(settings_of(database_url, new_key()), database)
    assert line == "ENCRYPTION_KEYS: none of the keys opens this database; use the key it was made with"
    assert await database.find_fact(CANARY) == canary


async def test_a_key_file_of_another_database_stops_the_start(database_url: str, database: Database) -> None:
    await open_vault(settings_of(database_url), database)
    path_of_key(database_url).write_text(new_key())
    assert "none of the keys opens this database" in await why_not(settings_of(database_url), database)


async def test_rotated_keys_open_and_the_new_one_alone_does_not(
    database_url: str, database: Database
) -> None:
    old, new = new_key(), new_key()
    sealed = (await open_vault(settings_of(database_url, old), database)).seal(SECRET, HERE)
    check_vault(settings_of(database_url, f"{new},{old}"), await database.find_fact(CANARY))
    rotated = await open_vault(settings_of(database_url, f"{new},{old}"), database)
    assert rotated.open(sealed, HERE) == SECRET
    assert "none of the keys" in await why_not(settings_of(database_url, new), database)


async def test_the_setting_comes_before_the_file(database_url: str, database: Database) -> None:
    await open_vault(settings_of(database_url, new_key()), database)
    assert not path_of_key(database_url).exists()


@pytest.mark.parametrize("url", [POSTGRESQL, "sqlite+aiosqlite://", "sqlite+aiosqlite:///:memory:"])
async def test_without_a_file_of_the_database_the_key_must_be_a_setting(url: str, database: Database) -> None:
    assert key_file(settings_of(url)) is None
    line = await why_not(settings_of(url), database)
    assert line == "ENCRYPTION_KEYS: must be set with this DATABASE_URL"
    assert await database.find_fact(CANARY) is None
    await open_vault(settings_of(url, new_key()), database)


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b"", "holds no key"),
        (b"\n", "holds no key"),
        (b"I8cf6snUeJ3woF2tO6N-", "holds 15 bytes instead of 32"),
        (b"\xff\xfe\x00 not a key", "is not URL-safe base64"),
    ],
)
async def test_a_damaged_key_file_stops_the_start_and_stays_as_it_is(
    content: bytes, complaint: str, database_url: str, database: Database
) -> None:
    path = path_of_key(database_url)
    path.write_bytes(content)
    line = await why_not(settings_of(database_url), database)
    assert line == f"ENCRYPTION_KEYS: the file {path} {complaint}"
    assert path.read_bytes() == content
    assert await database.find_fact(CANARY) is None


async def test_a_key_file_that_cannot_be_read_stops_the_start(database_url: str, database: Database) -> None:
    path = path_of_key(database_url)
    path.mkdir()
    line = await why_not(settings_of(database_url), database)
    assert line == f"ENCRYPTION_KEYS: {path} cannot be read (Is a directory)"


async def test_a_key_file_that_cannot_be_written_stops_the_start(
    database_url: str, database: Database
) -> None:
    path = path_of_key(database_url)
    path.symlink_to(path.with_name("a place that is not there") / "key")
    with pytest.raises(StartupError) as caught:
        await open_vault(settings_of(database_url), database)
    assert caught.value.problems == (f"ENCRYPTION_KEYS: {path} cannot be written (File exists)",)
    assert await database.find_fact(CANARY) is None


async def test_looking_whether_the_vault_would_open_makes_no_key(
    database_url: str, database: Database
) -> None:
    check_vault(settings_of(database_url), await database.find_fact(CANARY))
    assert not path_of_key(database_url).exists()


_FIRST_START = """
import asyncio, sys
from bot.settings import Settings
from bot.storage.database import Database
from bot.vault import CANARY, open_vault

async def start() -> None:
    settings = Settings()
    database = await Database.open(settings.database_url.get_secret_value())
    await open_vault(settings, database)
    print((await database.find_fact(CANARY) or b"").hex())
    await database.close()

asyncio.run(start())
"""


async def test_processes_that_start_for_the_first_time_at_once_agree_on_one_key(tmp_path: Path) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path / 'new' / 'switchboard.db'}"
    processes = [
        await asyncio.create_subprocess_exec(
            sys.executable,
            "-c",
            _FIRST_START,
            env={"DATABASE_URL": url, "PYTHONPATH": str(Path(bot.__file__).parent.parent)},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        for _ in range(2)
    ]
    answers = await asyncio.gather(*(process.communicate() for process in processes))
    assert [process.returncode for process in processes] == [0, 0], answers
    canaries = {out.strip() for out, _ in answers}
    assert len(canaries) == 1
    assert re.fullmatch(rb"[0-9a-f]{80,}", canaries.pop())


async def test_a_database_that_fails_meanwhile_is_told_in_a_sentence(
    database_url: str, database: Database
) -> None:
    async with database.writing() as connection:
        await connection.exec_driver_sql("DROP TABLE facts")
    with pytest.raises(StartupError, match="DATABASE_URL: the database cannot be used"):
        await open_vault(settings_of(database_url), database)
