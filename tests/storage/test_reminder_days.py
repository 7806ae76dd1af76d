"""A day is recorded by one press at a time, among all processes and whichever of them dies."""

from __future__ import annotations

import asyncio
import sqlite3
from datetime import date

from bot.storage.database import Database
from bot.storage.reminder_days import LONGEST_PRESS, DayClaim, ReminderDays
from bot.storage.reminders import ReminderBook
from tests.storage.samples import ADA, HARBOUR, Clock
from tests.storage.test_reminders import DAY, add


async def firsts(days: ReminderDays, database: Database, *refs: str) -> list[DayClaim]:
    """Claim a day of new reminders."""
    claims = [await days.claim(await add(database, ref), DAY) for ref in refs]
    return [claim for claim in claims if claim is not None and claim.is_first]


async def test_of_two_processes_one_has_a_day_and_the_other_is_told(
    database: Database, database_url: str
) -> None:
    other = await Database.open(database_url)
    clock = Clock()
    days = [ReminderDays(each, clock) for each in (database, other)]
    one = await add(database, "one")
    claims = await asyncio.gather(*(each.claim(one, DAY) for each in days))
    (claim,) = (each for each in claims if each is not None)
    assert claim.is_first
    assert await days[0].claim(one, date(2026, 11, 19)) is not None
    assert len(await firsts(days[1], other, "two")) == 1
    await days[1].settle(claim)
    again = await days[0].claim(one, DAY)
    assert again is not None
    assert not again.is_first
    assert await days[1].claim(one, DAY) is None
    await days[0].drop(again)
    new = await days[1].claim(one, DAY)
    assert new is not None
    assert new.is_first
    await other.close()


async def test_a_press_that_died_holds_up_the_next_for_as_long_as_a_press_may_take(
    database: Database,
) -> None:
    clock = Clock()
    days = ReminderDays(database, clock)
    one = await add(database, "one")
    dead = await days.claim(one, DAY)
    assert dead is not None
    clock.now += LONGEST_PRESS - 1
    assert await days.claim(one, DAY) is None
    clock.now += 1
    new = await days.claim(one, DAY)
    assert new is not None
    assert not new.is_first
    for late in (days.settle, days.drop):  # it was not dead after all
        await late(dead)
        assert await days.claim(one, DAY) is None


async def test_a_starting_process_or_a_clock_put_back_leaves_no_day_stuck(database: Database) -> None:
    clock = Clock()
    days = ReminderDays(database, clock)
    one = await add(database, "one")
    await days.claim(one, DAY)
    clock.now -= 30
    assert await days.claim(one, DAY) is None
    clock.now -= 3600
    assert await days.claim(one, DAY) is not None
    assert await days.claim(one, DAY) is None
    await ReminderDays(database, clock).take_over()
    assert await days.claim(one, DAY) is not None


async def test_a_day_of_a_reminder_that_was_removed_meanwhile_cannot_be_claimed(database: Database) -> None:
    one = await add(database, "one")
    await ReminderBook(database, HARBOUR, ADA).remove("one")
    assert await ReminderDays(database, Clock()).claim(one, DAY) is None


async def test_days_are_forgotten_when_their_buttons_do_nothing_any_more(
    database: Database, raw: sqlite3.Connection
) -> None:
    one = await add(database, "one")
    days = ReminderDays(database, Clock())
    for day in (date(2026, 9, 1), date(2026, 10, 31), DAY):
        await days.claim(one, day)
    found = raw.execute("SELECT day FROM reminder_days ORDER BY day").fetchall()
    assert found == [(20261031,), (20261120,)]
