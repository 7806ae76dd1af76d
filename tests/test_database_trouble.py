"""A database that cannot be written: what a person is told, and what the log says of a loop."""

from __future__ import annotations

import asyncio
import sqlite3

import pytest
from sqlalchemy.exc import OperationalError

from bot.report import loop_turn
from tests.databases import FULL
from tests.stage import Stage, shown

FULL_DISK = OperationalError("INSERT", None, sqlite3.OperationalError(FULL))


async def test_who_asks_for_something_that_cannot_be_written_down_is_told_why(stage: Stage) -> None:
    await stage.connect_useapi()
    # A drill fills a real disk; here the database says what it says then.
    stage.refuse("INSERT", "jobs", FULL)
    refused = await stage.member.slash(stage.channel, "midjourney imagine", prompt="a harbour")
    (reference,) = stage.forgive()
    assert shown(refused) == (
        "⚠️ This could not be done, because the disk of whoever runs this app is full. Try again in a while; "
        f"if it stays, tell whoever runs this app the reference `{reference}`."
    )
    stage.permit("jobs")
    made = await stage.member.slash(stage.channel, "midjourney imagine", prompt="a harbour")
    assert "could not" not in shown(made)


async def test_who_cannot_be_told_whether_it_was_kept_is_told_that(stage: Stage) -> None:
    if stage.app.database.is_a_file:
        pytest.skip("about PostgreSQL itself: no connection is lost to a file")
    await stage.connect_useapi()
    assert stage.outside is not None
    stage.outside.execute(
        "CREATE FUNCTION die() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END $$"
    )
    stage.outside.execute(
        "CREATE CONSTRAINT TRIGGER dies AFTER INSERT ON jobs DEFERRABLE INITIALLY DEFERRED "
        "FOR EACH ROW EXECUTE FUNCTION die()"
    )
    doubtful = await stage.member.slash(stage.channel, "midjourney imagine", prompt="a harbour")
    (reference,) = stage.forgive()
    assert shown(doubtful) == (
        "⚠️ The database was lost while this was being written down, so it may have been done or not. Look "
        f"before you try again; if it stays, tell whoever runs this app the reference `{reference}`."
    )
    stage.outside.execute("DROP TRIGGER dies ON jobs")
    # The connection that was lost is given to nobody any more.
    made = await stage.member.slash(stage.channel, "midjourney imagine", prompt="a harbour")
    assert "may have been" not in shown(made)
    await stage.env.settle()


async def test_a_loop_says_in_one_line_that_the_disk_is_full_and_lets_it_be_for_a_while(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def turn() -> None:
        async with loop_turn("the turn of the jobs"):
            raise FULL_DISK

    turning = asyncio.create_task(turn())
    await asyncio.sleep(0)
    assert not turning.done()
    turning.cancel()
    (record,) = caplog.records
    assert record.exc_info is None
    assert record.getMessage() == (
        "the turn of the jobs failed and will be tried again: the disk of whoever runs this app is full"
    )
