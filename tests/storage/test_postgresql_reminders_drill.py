"""Reminders on a real PostgreSQL, which several workers share."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from bot.storage.database import Database
from bot.storage.reminder_days import ReminderDays
from bot.storage.reminders import ReminderBook, ReminderQueue
from tests.storage.samples import ADA, HARBOUR, Clock
from tests.storage.test_reminders import DAY, NOW, wish

pytestmark = pytest.mark.drill


async def test_workers_that_share_reminders_get_each_once(server: str) -> None:
    databases = [await Database.open(server), await Database.open(server)]
    clock = Clock()
    book = ReminderBook(databases[0], HARBOUR, ADA)
    for number in range(100):
        await book.add(wish(f"number {number}", graph="server:walks", at=NOW - number))
    queues = [ReminderQueue(each, name, clock) for each, name in zip(databases, "ab", strict=True)]

    async def work(queue: ReminderQueue) -> Sequence[str]:
        refs: list[str] = []
        while rows := await queue.claim(8):
            for row in rows:
                assert await queue.keep(row, posting_at=NOW)
                refs.append(row.ref)
                assert await queue.release(row, next_at=NOW + 9, due_at=NOW + 9, posting_at=None)
        return refs

    done = await asyncio.gather(*(work(queues[n % 2]) for n in range(4)))
    told = [ref for refs in done for ref in refs]
    assert len(told) == len(set(told)) == 100
    assert await queues[0].next_due() == NOW + 9
    assert len(await book.list(everybodys=True)) == 100
    assert not await queues[0].has_left(HARBOUR)
    assert await book.remove("number 1") is not None
    for each in databases:
        await each.close()


async def test_of_many_presses_in_two_processes_one_has_the_day(server: str) -> None:
    databases = [await Database.open(server), await Database.open(server)]
    clock = Clock()
    reminder = await ReminderBook(databases[0], HARBOUR, ADA).add(wish("one"))
    days = [ReminderDays(each, clock) for each in databases]
    for is_first in (True, False):
        claims = await asyncio.gather(*(days[n % 2].claim(reminder, DAY) for n in range(8)))
        (claim,) = (each for each in claims if each is not None)
        assert claim.is_first is is_first
        await days[1].settle(claim)
    for each in databases:
        await each.close()
