"""Reads in one go, on a real file and without the tests' own driver."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest
from sqlalchemy import Connection, select, text
from sqlalchemy.exc import DBAPIError

from bot.storage.database import Database
from bot.storage.schema import facts

BUOY = select(facts.c.value).where(facts.c.name == "buoy")


def buoy(connection: Connection) -> bytes | None:
    return connection.execute(BUOY).scalar_one_or_none()


@pytest.fixture
async def file(tmp_path: Path) -> AsyncGenerator[Database]:
    opened = await Database.open(f"sqlite+aiosqlite:///{tmp_path / 'switchboard.db'}")
    yield opened
    await opened.close()


async def test_a_read_sees_what_is_kept_at_once_and_never_waits_for_who_writes(file: Database) -> None:
    assert await file.read(buoy) is None
    await file.put_fact("buoy", b"red")
    assert await file.read(buoy) == b"red"
    async with asyncio.timeout(5), file.writing() as connection:
        await connection.execute(facts.update().values(value=b"green"))
        assert await file.read(buoy) == b"red"
    assert await file.read(buoy) == b"green"


async def test_reads_are_carried_out_side_by_side_off_the_event_loop(file: Database) -> None:
    meeting = threading.Barrier(3, timeout=5)

    def meet(connection: Connection) -> str:
        meeting.wait()
        assert connection.execute(text("PRAGMA journal_mode")).scalar() == "wal"
        assert connection.execute(text("PRAGMA secure_delete")).scalar() == 1
        return threading.current_thread().name

    assert len({*await asyncio.gather(*(file.read(meet) for _ in range(3)))}) == 3


async def test_many_more_reads_than_connections_are_all_answered(file: Database) -> None:
    await file.put_fact("buoy", b"red")
    assert {*await asyncio.gather(*(file.read(buoy) for _ in range(200)))} == {b"red"}


async def test_what_a_read_raises_comes_through_and_the_next_one_works(file: Database) -> None:
    with pytest.raises(DBAPIError, match="no such table"):
        await file.read(lambda connection: connection.execute(text("SELECT * FROM nowhere")))
    assert await file.read(buoy) is None


async def test_a_database_that_is_closed_leaves_no_thread(file: Database) -> None:
    await file.read(buoy)
    assert [thread for thread in threading.enumerate() if thread.name.startswith("reader")]
    await file.close()
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("reader")]


async def test_what_is_kept_in_memory_is_read_where_it_was_written() -> None:
    database = await Database.open("sqlite+aiosqlite://")
    try:
        await database.put_fact("buoy", b"red")
        assert await database.read(buoy) == b"red"
    finally:
        await database.close()


async def test_a_read_works_with_any_database_and_driver(database: Database) -> None:
    await database.put_fact("buoy", b"red")
    assert await database.read(buoy) == b"red"
