from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import create_engine

from bot.errors import StartupError
from bot.storage.backup import copy
from bot.storage.inspection import Inspection, inspect
from bot.storage.schema import HEAD
from bot.storage.shape import check_whole, find_lacking, shape_of
from tests.databases import Outside
from tests.storage.test_migrations import config


@pytest.mark.parametrize("revision", ["0001", "0002", "0003", HEAD])
def test_a_database_has_all_that_its_revision_makes_whoever_looks(revision: str, tmp_path: Path) -> None:
    file, draft = tmp_path / "old.db", tmp_path / "draft.db"
    engine = create_engine(f"sqlite:///{file}")
    with engine.begin() as connection:
        command.upgrade(config(connection), revision)
    with engine.connect() as connection:
        shape = shape_of(connection)
    engine.dispose()
    draft.touch()
    copied = copy(file, draft).shape
    assert {table: {*columns} for table, columns in shape.items()} == {
        table: columns for table, columns in copied.items() if not table.startswith("sqlite_")
    }
    check_whole(find_lacking(shape, revision))
    assert not find_lacking({}, "9999"), "nobody knows here what a newer program makes"


async def test_what_a_database_lacks_is_named(database_url: str, outside: Outside) -> None:
    outside.execute("DROP TABLE alerts")
    outside.execute("ALTER TABLE guilds DROP COLUMN recorders")
    lacking = ("the table alerts", "the column recorders of guilds")
    assert await inspect(database_url, "canary") == Inspection(HEAD, None, lacking)
    with pytest.raises(StartupError) as caught:
        check_whole(lacking)
    [line] = caught.value.problems
    assert line == (
        "DATABASE_URL: the database is not whole, it lacks the table alerts, the column recorders of guilds; "
        "`python -m bot restore FILE` puts a backup in its place"
    )
    outside.execute("UPDATE alembic_version SET version_num = '0003'")
    assert (await inspect(database_url, "canary")).lacking == ("the column recorders of guilds",)
    outside.execute("DROP TABLE facts")
    found = await inspect(database_url, "canary")
    assert found.canary is None
    assert found.lacking == ("the table facts", "the column recorders of guilds")


async def test_a_view_is_no_table(tmp_path: Path) -> None:
    file, draft = tmp_path / "odd.db", tmp_path / "draft.db"
    draft.touch()
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("CREATE TABLE facts (name TEXT)")
        connection.execute("CREATE VIEW jobs AS SELECT * FROM facts")
    assert copy(file, draft).shape == {"facts": {"name"}}
