from __future__ import annotations

import errno
import gc
import os
import shutil
import sqlite3
import stat
from pathlib import Path

import pytest
from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError, OperationalError

from bot.errors import NotDone, StartupError
from bot.storage.database import Database, database_file
from bot.storage.schema import facts, metadata
from bot.storage.troubles import RESTORE, explain, find_reason, writing
from tests.databases import file_of


def address(file: Path) -> str:
    return f"sqlite+aiosqlite:///{file}"


async def why_not(url: str) -> str:
    """Return why a database does not open, and see that the setting is named."""
    with pytest.raises(StartupError) as caught:
        await Database.open(url)
    (line,) = caught.value.problems
    assert line.startswith("DATABASE_URL: ")
    return line.removeprefix("DATABASE_URL: ")


async def test_a_fresh_database_and_its_folder_are_for_their_owner_alone(tmp_path: Path) -> None:
    file = tmp_path / "some" / "data" / "switchboard.db"
    before = os.umask(0)
    try:
        database = await Database.open(address(file))
        await database.put_fact("open", b"1")
        modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in file.parent.iterdir()}
        await database.close()
    finally:
        os.umask(before)
    assert modes == dict.fromkeys(["switchboard.db", "switchboard.db-wal", "switchboard.db-shm"], 0o600)
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700


@pytest.mark.sqlite("its pragmas")
async def test_every_connection_has_the_pragmas_that_the_data_needs(database: Database) -> None:
    wanted = {"journal_mode": "wal", "foreign_keys": 1, "secure_delete": 1, "synchronous": 2}
    for give in (database.reading, database.writing):
        async with give() as connection:
            found = {
                name: (await connection.exec_driver_sql(f"PRAGMA {name}")).scalar_one() for name in wanted
            }
        assert found == wanted


async def test_a_text_does_not_get_into_a_column_of_numbers(
    database: Database, raw: sqlite3.Connection
) -> None:
    with pytest.raises(IntegrityError, match="cannot store TEXT value in INTEGER column"):
        async with database.writing() as connection:
            await connection.exec_driver_sql("INSERT INTO guilds (guild_id, joined_at) VALUES (7, 'today')")
    tables = raw.execute("PRAGMA table_list").fetchall()
    strict = {row[1]: row[5] for row in tables if row[2] == "table" and not row[1].startswith("sqlite_")}
    assert strict.pop("alembic_version") == 0
    assert strict == dict.fromkeys(metadata.tables, 1)


async def test_a_row_cannot_point_at_a_server_that_is_not_there(database: Database) -> None:
    with pytest.raises(IntegrityError, match=r"(?i)foreign key"):
        async with database.writing() as connection:
            await connection.exec_driver_sql(
                "INSERT INTO audit (guild_id, action, service, at) VALUES (404, 'linked', 'pixela', 1)"
            )


async def test_a_database_is_found_as_it_was_left(tmp_path: Path) -> None:
    url = address(tmp_path / "switchboard.db")
    first = await Database.open(url)
    await first.put_fact("colour", b"green")
    await first.close()
    second = await Database.open(url)
    assert await second.find_fact("colour") == b"green"
    await second.close()


async def test_a_database_in_memory_can_be_used() -> None:
    database = await Database.open("sqlite+aiosqlite://")
    await database.put_fact("colour", b"green")
    assert await database.find_fact("colour") == b"green"
    await database.close()


async def test_a_fact_is_noted_and_replaced(database: Database) -> None:
    assert await database.find_fact("colour") is None
    await database.put_fact("colour", b"green")
    await database.put_fact("shape", b"\x00round\xff")
    await database.put_fact("colour", b"blue")
    assert await database.find_fact("colour") == b"blue"
    assert await database.find_fact("shape") == b"\x00round\xff"


async def test_a_fact_is_settled_once(database: Database) -> None:
    assert await database.settle_fact("colour", lambda: b"green") == b"green"
    assert await database.settle_fact("colour", lambda: b"blue") == b"green"
    assert await database.find_fact("colour") == b"green"


async def test_what_was_written_before_an_error_is_undone(database: Database) -> None:
    async def write_half() -> None:
        async with database.writing() as connection:
            await connection.execute(insert(facts).values(name="colour", value=b"green"))
            raise RuntimeError("half way")

    with pytest.raises(RuntimeError, match="half way"):
        await write_half()
    assert await database.find_fact("colour") is None


async def test_what_was_deleted_is_gone_from_the_files_too(database: Database, database_url: str) -> None:
    secret = os.urandom(64)
    await database.put_fact("secret", secret)
    await database.put_fact("secret", b"")
    await database.close()
    folder = file_of(database_url).parent
    assert not [path.name for path in folder.iterdir() if secret in path.read_bytes()]


@pytest.mark.parametrize(
    "url",
    ["", "nonsense", "://", "sqlite", "data/switchboard.db", "postgresql+asyncpg://ada:hunter2@db:pass/word"],
)
async def test_what_is_no_address_is_refused_without_repeating_it(url: str) -> None:
    assert await why_not(url) == "is not the address of a database"


@pytest.mark.parametrize(
    "url",
    [
        "sqlite:///data/switchboard.db",
        "postgresql://ada:hunter2@db/switchboard",
        "postgresql+psycopg://ada:hunter2@db/switchboard",
        "mysql+aiomysql://ada:hunter2@db/switchboard",
        "oracle://db",
    ],
)
async def test_a_database_of_another_kind_is_refused(url: str) -> None:
    assert await why_not(url) == "must start with sqlite+aiosqlite:// or postgresql+asyncpg://"


async def test_a_parameter_that_the_driver_refuses_is_not_repeated(tmp_path: Path) -> None:
    line = await why_not(f"{address(tmp_path / 'switchboard.db')}?timeout=hunter2")
    assert line == "a parameter after the question mark is refused by the driver"


@pytest.mark.parametrize(
    ("url", "file"),
    [
        ("sqlite+aiosqlite:///data/switchboard.db", Path("data/switchboard.db")),
        ("sqlite+aiosqlite:////data/switchboard.db", Path("/data/switchboard.db")),
        ("sqlite+aiosqlite://", None),
        ("sqlite+aiosqlite:///:memory:", None),
        ("postgresql+asyncpg://ada:hunter2@db/switchboard", None),
    ],
)
def test_the_file_of_a_database_is_known_from_its_address(url: str, file: Path | None) -> None:
    assert database_file(url) == file


async def test_a_file_that_is_no_database_is_left_as_it_is(tmp_path: Path) -> None:
    file = tmp_path / "switchboard.db"
    file.write_text("Dear diary, " * 1000)
    assert await why_not(address(file)) == f"the file is not an SQLite database, or damaged; {RESTORE}"
    gc.collect()  # a connection that was left open would complain now
    assert file.read_text() == "Dear diary, " * 1000


async def test_a_damaged_database_is_told_from_a_foreign_file(migrated: Path, tmp_path: Path) -> None:
    file = tmp_path / "switchboard.db"
    shutil.copy(migrated, file)
    with file.open("r+b") as content:
        content.seek(100)
        content.write(b"\xaa" * (file.stat().st_size - 100))
    assert await why_not(address(file)) == f"the database file is damaged; {RESTORE}"


async def test_a_folder_in_place_of_the_file_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "switchboard.db"
    file.mkdir()
    assert await why_not(address(file)) == f"{file} is not a file"


async def test_a_path_through_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file")
    line = await why_not(address(tmp_path / "data" / "switchboard.db"))
    assert line == f"the folder {tmp_path / 'data'} cannot be used (File exists)"


async def test_a_name_that_is_too_long_is_refused(tmp_path: Path) -> None:
    line = await why_not(address(tmp_path / ("x" * 300)))
    assert line == f"the folder {tmp_path} cannot be used (File name too long)"


async def test_a_folder_that_we_may_not_write_is_named_with_our_user_id(
    closed_folder: Path, ordinary_user: None
) -> None:
    del ordinary_user
    line = await why_not(address(closed_folder / "switchboard.db"))
    assert line == f"{closed_folder} cannot be written by user id {os.getuid()}"


async def test_a_file_that_we_may_not_write_is_named_with_our_user_id(
    closed_file: Path, ordinary_user: None
) -> None:
    del ordinary_user
    line = await why_not(address(closed_file))
    assert line == f"{closed_file} cannot be written by user id {os.getuid()}"


def test_a_server_that_does_not_answer_is_told_from_a_database_that_refuses() -> None:
    refused = ConnectionRefusedError(111, "Connection refused")
    assert explain(refused) == "the database server does not answer (Connection refused)"
    assert explain(TimeoutError()) == "the database server does not answer (TimeoutError)"


async def test_a_file_that_cannot_be_made_is_named() -> None:
    with pytest.raises(StartupError, match=r"DATABASE_URL: /proc/switchboard\.db cannot be made"):
        await Database.open("sqlite+aiosqlite:////proc/switchboard.db")


def failed(words: str) -> OperationalError:
    return OperationalError("BEGIN IMMEDIATE", None, sqlite3.OperationalError(words))


def test_a_lock_of_another_process_is_called_so() -> None:
    assert explain(failed("database is locked")) == "another process keeps the database locked"


def test_people_are_told_why_a_database_did_not_do_its_work_where_that_is_no_bug() -> None:
    reasons = [find_reason(failed(words)) for words in ("database is locked", "database or disk is full")]
    assert reasons == [
        "the database is busy with something else",
        "the disk of whoever runs this app is full",
    ]
    assert find_reason(failed("no such table: audit")) is None
    assert find_reason(RuntimeError("database is locked")) is None


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (OSError(errno.ENOSPC, "No space left"), "x.db: there is no room for it on the disk"),
        (sqlite3.OperationalError("database or disk is full"), "x.db: there is no room for it on the disk"),
        (PermissionError(13, "Permission denied"), r"x.db: cannot be written \(Permission denied\)"),
    ],
)
def test_a_file_that_cannot_be_written_is_named(error: Exception, words: str) -> None:
    with pytest.raises(NotDone, match=f"{words}; nothing was changed"), writing(Path("x.db")):
        raise error


def test_what_is_wrong_with_a_database_is_not_said_of_the_file_that_is_written() -> None:
    with pytest.raises(sqlite3.DatabaseError), writing(Path("x.db")):
        raise sqlite3.DatabaseError("database disk image is malformed")
