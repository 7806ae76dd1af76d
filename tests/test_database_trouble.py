"""A database that cannot be written: what a person is told, and what the log says of a loop."""

from __future__ import annotations

import asyncio
import sqlite3

import pytest
from sqlalchemy.exc import OperationalError

from bot.report import loop_turn
from tests.stage import Stage, shown

FULL = OperationalError("INSERT", None, sqlite3.OperationalError("database or disk is full"))


async def test_who_asks_for_something_that_cannot_be_written_down_is_told_why(stage: Stage) -> None:
    await stage.connect_useapi()
    # A drill fills a real disk; here the database says what it says then.
    await stage.execute(
        "CREATE TRIGGER full BEFORE INSERT ON jobs BEGIN SELECT RAISE(FAIL, 'database or disk is full'); END"
    )
    refused = await stage.member.slash(stage.channel, "midjourney imagine", prompt="a harbour")
    (reference,) = stage.forgive()
    assert shown(refused) == (
        "⚠️ This could not be done, because the disk of whoever runs this app is full. Try again in a while; "
        f"if it stays, tell whoever runs this app the reference `{reference}`."
    )
    await stage.execute("DROP TRIGGER full")
    made = await stage.member.slash(stage.channel, "midjourney imagine", prompt="a harbour")
    assert "could not" not in shown(made)


async def test_a_loop_says_in_one_line_that_the_disk_is_full_and_lets_it_be_for_a_while(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def turn() -> None:
        async with loop_turn("the turn of the jobs"):
            raise FULL

    turning = asyncio.create_task(turn())
    await asyncio.sleep(0)
    assert not turning.done()
    turning.cancel()
    (record,) = caplog.records
    assert record.exc_info is None
    assert record.getMessage() == (
        "the turn of the jobs failed and will be tried again: the disk of whoever runs this app is full"
    )
