"""Reminders on a real PostgreSQL, which several workers share."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import date

import pytest

from bot.storage.database import Database
from bot.storage.guilds import SHARED
from bot.storage.reminders import ReminderBook, ReminderQueue
from tests.storage.samples import ADA, HARBOUR, Clock
from tests.storage.test_reminders import NOW, wish

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
                refs += [row.ref] * await queue.mark_done(row, date(2026, 11, 20))
                assert await queue.release(row, next_at=NOW + 9, due_at=NOW + 9, posting_at=None)
        return refs

    done = await asyncio.gather(*(work(queues[n % 2]) for n in range(4)))
    told = [ref for refs in done for ref in refs]
    assert len(told) == len(set(told)) == 100
    assert await queues[0].next_due() == NOW + 9
    assert len(await book.list(shared=SHARED)) == 100
    assert not await queues[0].has_left(HARBOUR)
    assert await book.remove("number 1") is not None
    for each in databases:
        await each.close()
