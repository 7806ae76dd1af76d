from __future__ import annotations

import asyncio
import os
import shutil
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import create_async_engine

import bot
from bot.errors import StartupError
from bot.storage import schema
from bot.storage.database import Database
from tests.databases import Outside, file_of

HOUSE = Path(bot.__file__).parent
MIGRATIONS = HOUSE / "storage" / "migrations"


def address(file: Path) -> str:
    return f"sqlite+aiosqlite:///{file}"


def objects(file: Path) -> dict[str, str | None]:
    """Return the statement that made each table and index of a database, blanks evened out."""
    with closing(sqlite3.connect(file)) as connection:
        rows = connection.execute("SELECT name, sql FROM sqlite_master").fetchall()
    return {name: sql and " ".join(sql.split()) for name, sql in rows}


def config(connection: object) -> Config:
    made = Config()
    made.set_main_option("script_location", str(MIGRATIONS))
    made.attributes["connection"] = connection
    return made


def upgrade(connection: Connection) -> None:
    command.upgrade(config(connection), "head")


def differences(connection: Connection) -> Sequence[object]:
    context = MigrationContext.configure(connection, opts={"compare_type": True})
    return compare_metadata(context, schema.metadata)


async def test_a_new_database_is_what_all_migrations_make_in_turn(migrated: Path, tmp_path: Path) -> None:
    file = tmp_path / "migrated.db"
    engine = create_async_engine(address(file))
    async with engine.begin() as connection:
        await connection.run_sync(upgrade)
    await engine.dispose()
    assert objects(file) == objects(migrated)
    for query in ("SELECT * FROM guilds", "SELECT * FROM alembic_version"):
        with closing(sqlite3.connect(file)) as one, closing(sqlite3.connect(migrated)) as other:
            assert one.execute(query).fetchall() == other.execute(query).fetchall() != []


async def test_a_new_database_is_what_the_code_expects(database: Database) -> None:
    async with database.reading() as connection:
        assert await connection.run_sync(differences) == []


def test_the_code_expects_the_newest_revision_and_the_revisions_are_one_line() -> None:
    scripts = ScriptDirectory.from_config(config(None))
    assert scripts.get_heads() == [schema.HEAD]
    assert scripts.get_bases() == ["0001"]


def test_a_migration_runs_on_the_connection_that_it_is_given_and_on_no_other() -> None:
    with pytest.raises(TypeError, match="run on the connection they are given"):
        command.upgrade(config("sqlite:///elsewhere.db"), "head")


async def test_a_database_of_a_newer_program_stops_the_start_and_stays_as_it_is(
    database_url: str, outside: Outside
) -> None:
    outside.execute("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(StartupError) as caught:
        await Database.open(database_url)
    (line,) = caught.value.problems
    assert line.startswith("DATABASE_URL: the database has schema 9999 and this program knows 0")
    assert line.endswith("run the newer program, or restore the backup made before it")
    assert outside.execute("SELECT version_num FROM alembic_version") == [("9999",)]


async def test_making_the_tables_fails_as_a_whole(tmp_path: Path) -> None:
    file = tmp_path / "switchboard.db"
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("CREATE TABLE facts (fun TEXT)")
    before = objects(file)
    with pytest.raises(StartupError, match=r"^DATABASE_URL: the database cannot be used"):
        await Database.open(address(file))
    assert objects(file) == before


async def test_of_many_that_open_a_new_database_at_once_one_makes_the_tables(tmp_path: Path) -> None:
    url = address(tmp_path / "switchboard.db")
    opened = await asyncio.gather(*(Database.open(url) for _ in range(5)))
    await asyncio.gather(*(database.put_fact(f"of {n}", b"1") for n, database in enumerate(opened)))
    assert [await opened[0].find_fact(f"of {number}") for number in range(5)] == [b"1"] * 5
    await asyncio.gather(*(database.close() for database in opened))


async def test_a_database_of_the_first_revision_keeps_everything_it_has(
    migrated: Path, tmp_path: Path
) -> None:
    file = tmp_path / "switchboard.db"
    engine = create_async_engine(address(file))
    async with engine.begin() as connection:
        await connection.run_sync(lambda inner: command.upgrade(config(inner), "0001"))
    await engine.dispose()
    before: dict[str, list[tuple[object, ...]]] = {
        "guilds": [(schema.NOWHERE, 0, None), (5, 17, None), (6, None, 18)],
        "credentials": [
            (5, 7, "pixela", b"sealed", "hint", "ada", 1, 7, 19, 20, 21, 22, "Broken"),
            (6, 0, "useapi", b"another", "hint", None, 0, None, 19, None, None, None, None),
        ],
        "audit": [(3, 5, 7, "linked", "pixela", 19), (4, 6, None, "erased", "pixela", 20)],
        "facts": [("canary", b"yellow")],
    }
    with closing(sqlite3.connect(file)) as connection:
        for table, rows in before.items():
            marks = ", ".join("?" for _ in rows[0])
            connection.executemany(f"INSERT OR REPLACE INTO {table} VALUES ({marks})", rows)  # noqa: S608
        connection.commit()
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("CREATE TABLE jobs (name TEXT)")
        with_jobs = objects(file)
        with pytest.raises(StartupError, match=r"the upgrade from schema 0001 to 0.* failed"):
            await Database.open(address(file))
        assert objects(file) == with_jobs
        connection.execute("DROP TABLE jobs")
    old, copy = objects(file), tmp_path / f"switchboard.db.before-{schema.HEAD}"
    copy.unlink()
    copy.mkdir()
    with pytest.raises(StartupError, match="could not be copied"):
        await Database.open(address(file))
    assert objects(file) == old
    copy.rmdir()
    database = await Database.open(address(file))
    await database.close()
    assert objects(copy) == old
    assert objects(file) == objects(migrated)
    before["guilds"] = [(*row, 0, "", None, None) for row in before["guilds"]]
    before["credentials"] = [(*row[:3], "", 1, *row[3:]) for row in before["credentials"]]
    before["audit"] = [(*row, "") for row in before["audit"]]
    with closing(sqlite3.connect(file)) as connection:
        found = {
            table: connection.execute(f"SELECT * FROM {table}").fetchall()  # noqa: S608 - a name from above
            for table in before
        }
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
    assert found == before


_OPEN = """
import asyncio, sys
from bot.errors import StartupError
from bot.storage.database import Database

async def opens() -> None:
    database = await Database.open(sys.argv[1])
    await database.put_fact(sys.argv[2], b"1")
    await database.close()

try:
    asyncio.run(opens())
except StartupError as error:
    sys.exit(str(error))
"""


async def open_in_a_process(file: Path, fact: str, house: Path = HOUSE.parent) -> tuple[int | None, str]:
    """Open a database in a process of its own, with the code in ``house``; return its code and complaint."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        _OPEN,
        address(file),
        fact,
        env={**os.environ, "PYTHONPATH": str(house)},
        cwd=file.parent,
        stderr=subprocess.PIPE,
    )
    _, complaint = await process.communicate()
    return process.returncode, complaint.decode()


async def test_two_processes_that_make_one_database_at_once_both_succeed(
    migrated: Path, tmp_path: Path
) -> None:
    file = tmp_path / "switchboard.db"
    ends = await asyncio.gather(*(open_in_a_process(file, name) for name in ("one", "two")))
    assert ends == [(0, ""), (0, "")]
    assert objects(file) == objects(migrated)
    with closing(sqlite3.connect(file)) as connection:
        assert connection.execute("SELECT name FROM facts ORDER BY name").fetchall() == [("one",), ("two",)]


@pytest.fixture
def newer_house(tmp_path: Path) -> Path:
    """Return a copy of the storage code that has one more revision, whose text is still to be written."""
    house = tmp_path / "100% newer" / "bot"
    shutil.copytree(HOUSE / "storage", house / "storage", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("__init__.py", "errors.py", "services.py"):
        shutil.copy(HOUSE / name, house / name)
    code = house / "storage" / "schema" / "__init__.py"
    code.write_text(code.read_text().replace(f'HEAD = "{schema.HEAD}"', 'HEAD = "0099"'))
    return house.parent


def write_revision(house: Path, *statements: str) -> None:
    lines = [
        f'revision = "0099"\ndown_revision = "{schema.HEAD}"',
        "from alembic import op",
        "def upgrade():",
    ]
    lines += [f"    op.execute({statement!r})" for statement in statements]
    (house / "bot" / "storage" / "migrations" / "versions" / "0099_next.py").write_text("\n".join(lines))


async def test_a_database_of_an_older_program_is_brought_up_to_date(
    newer_house: Path, database_url: str, raw: sqlite3.Connection
) -> None:
    write_revision(newer_house, "CREATE TABLE extras (name TEXT) STRICT")
    file = file_of(database_url)
    assert await open_in_a_process(file, "one", newer_house) == (0, "")
    assert "extras" in objects(file)
    assert raw.execute("SELECT version_num FROM alembic_version").fetchall() == [("0099",)]
    before = file.with_name(f"{file.name}.before-0099")
    assert stat.S_IMODE(before.stat().st_mode) == 0o600
    assert "extras" not in objects(before)


async def test_a_migration_that_the_data_does_not_allow_leaves_nothing_behind(
    newer_house: Path, database_url: str
) -> None:
    database = await Database.open(database_url)
    await database.put_fact("colour", b"green")
    await database.put_fact("flavour", b"green")
    await database.close()
    write_revision(
        newer_house,
        *("CREATE TABLE extras (name TEXT) STRICT", "DROP TABLE audit"),
        "CREATE UNIQUE INDEX facts_by_value ON facts (value)",
    )
    file = file_of(database_url)
    before = objects(file)
    code, complaint = await open_in_a_process(file, "one", newer_house)
    assert code == 1
    assert complaint.strip() == (
        f"DATABASE_URL: the upgrade from schema {schema.HEAD} to 0099 failed (the database cannot be used "
        "(IntegrityError)); nothing was changed, and the former program still works with this database"
    )
    assert objects(file) == before
    database = await Database.open(database_url)
    assert await database.find_fact("one") is None
    assert await database.find_fact("flavour") == b"green"
    await database.close()
