from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.storage.database import Database
from bot.storage.schema import facts


async def test_fifty_writers_at_once_all_get_through(database: Database) -> None:
    await asyncio.gather(*(database.put_fact(f"fact {n}", str(n).encode()) for n in range(50)))
    async with database.reading() as connection:
        names = (await connection.execute(select(facts.c.name))).scalars().all()
    assert len(names) == 50


@pytest.mark.sqlite("a writer has its lock from the start")
async def test_writers_that_read_before_they_write_lose_nothing(database: Database) -> None:
    await database.put_fact("count", b"0")

    async def count_up() -> None:
        async with database.writing() as connection:
            found = (await connection.execute(select(facts.c.value))).scalar_one()
            await connection.execute(facts.update().values(value=str(int(found) + 1).encode()))

    await asyncio.gather(*(count_up() for _ in range(50)))
    assert await database.find_fact("count") == b"50"


async def test_a_read_does_not_wait_for_another_process_that_writes(
    database: Database, raw: sqlite3.Connection
) -> None:
    await database.put_fact("colour", b"green")
    raw.execute("BEGIN IMMEDIATE")
    raw.execute("UPDATE facts SET value = x'00'")
    assert await database.find_fact("colour") == b"green"
    raw.execute("COMMIT")
    assert await database.find_fact("colour") == b"\x00"


async def test_a_read_does_not_wait_for_a_writer_of_ours(database: Database) -> None:
    await database.put_fact("colour", b"green")
    async with database.writing() as connection:
        await connection.execute(facts.update().values(value=b"blue"))
        assert await database.find_fact("colour") == b"green"
    assert await database.find_fact("colour") == b"blue"


async def test_a_reader_keeps_no_other_process_from_writing(
    database: Database, raw: sqlite3.Connection
) -> None:
    await database.put_fact("colour", b"green")
    async with database.reading() as connection:
        assert (await connection.execute(select(facts.c.value))).scalar_one() == b"green"
        raw.execute("BEGIN IMMEDIATE")
        raw.execute("UPDATE facts SET value = x'00'")
        raw.execute("COMMIT")
        assert (await connection.execute(select(facts.c.value))).scalar_one() == b"\x00"


async def test_a_writer_has_the_lock_from_its_start(database: Database, raw: sqlite3.Connection) -> None:
    async with database.writing():
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            raw.execute("BEGIN IMMEDIATE")
    raw.execute("BEGIN IMMEDIATE")
    raw.execute("ROLLBACK")


async def test_a_writer_that_is_cancelled_lets_go_of_the_lock(
    database: Database, raw: sqlite3.Connection
) -> None:
    inside = asyncio.Event()

    async def write() -> None:
        async with database.writing() as connection:
            await connection.execute(facts.insert().values(name="colour", value=b"green"))
            inside.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(write())
    await inside.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    raw.execute("BEGIN IMMEDIATE")
    raw.execute("ROLLBACK")
    assert await database.find_fact("colour") is None


@pytest.mark.parametrize("lock", ["BEGIN; SELECT * FROM sqlite_master", "BEGIN IMMEDIATE", "BEGIN EXCLUSIVE"])
async def test_a_new_file_that_another_process_is_busy_with_is_waited_for(lock: str, tmp_path: Path) -> None:
    file = tmp_path / "switchboard.db"
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        for statement in lock.split("; "):
            other.execute(statement).fetchall()
        opening = asyncio.create_task(Database.open(f"sqlite+aiosqlite:///{file}"))
        for _ in range(300):  # more steps than the task needs to find the file locked each time it tries
            await asyncio.to_thread(file.exists)
        assert not opening.done()
        other.execute("ROLLBACK")
        database = await opening
    await database.put_fact("colour", b"green")
    assert await database.find_fact("colour") == b"green"
    await database.close()


async def test_a_writer_waits_for_another_process_to_finish(
    database: Database, raw: sqlite3.Connection
) -> None:
    raw.execute("BEGIN IMMEDIATE")
    writing = asyncio.create_task(database.put_fact("colour", b"green"))
    await database.find_fact("colour")
    assert not writing.done()
    raw.execute("COMMIT")
    await writing
    assert await database.find_fact("colour") == b"green"
