"""Limits: what is counted, when it is refused, and what is given back."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest
from sqlalchemy import text

from bot.limits import DAY, LimitKind, LimitReached, Limits, Made
from bot.services import Service
from bot.storage.audit import AuditBook
from bot.storage.database import Database
from bot.storage.limits import LimitBook, forget_old_tallies
from bot.storage.work import State, WorkBook
from tests.storage.samples import ADA, BEN, HARBOUR, VILLAGE, Clock, ask, claimed, work_queue

Rows = Callable[[str], list[tuple[object, ...]]]
PIKA = Service.PIKA
MIDJOURNEY = Service.MIDJOURNEY
DAILY, AT_ONCE, SERVER = LimitKind.MEMBER_DAY, LimitKind.MEMBER_AT_ONCE, LimitKind.SERVER_DAY


def book(database: Database, clock: Clock, guild_id: int = HARBOUR) -> LimitBook:
    """Return the limits of a server."""
    return LimitBook(database, guild_id, clock)


async def made(database: Database, clock: Clock, user_id: int = ADA) -> Made:
    """Return what was made with Midjourney."""
    return await book(database, clock).made(MIDJOURNEY, f"member {user_id % 100}", user_id)


async def test_limits_are_kept_per_service_and_go_when_none_is_left(database: Database) -> None:
    clock = Clock()
    limits = book(database, clock)
    assert await limits.limits() == {}
    await limits.change(PIKA, {DAILY: 3, SERVER: 10}, ADA)
    await limits.change(MIDJOURNEY, {AT_ONCE: 0}, ADA)
    assert await limits.limits() == {
        PIKA: Limits(member_day=3, server_day=10),
        MIDJOURNEY: Limits(member_at_once=0),
    }
    assert await book(database, clock, VILLAGE).limits() == {}
    await limits.change(PIKA, {DAILY: None}, BEN)
    assert (await limits.limits())[PIKA] == Limits(server_day=10)
    await limits.change(PIKA, {SERVER: None}, BEN)
    assert await limits.limits() == {MIDJOURNEY: Limits(member_at_once=0)}
    details = [entry.detail for entry in await AuditBook(database, HARBOUR).list(most=9)]
    assert details == [
        "the server a day: any",
        "a member a day: any",
        "a member at once: 0",
        "a member a day: 3, the server a day: 10",
    ]


@pytest.mark.parametrize(
    ("limits", "kind", "words"),
    [
        (Limits(member_day=1), LimitKind.MEMBER_DAY, "A member may make 1 Midjourney job a day here"),
        (Limits(member_at_once=1), LimitKind.MEMBER_AT_ONCE, "A member may have 1 Midjourney job made at"),
        (Limits(server_day=1), LimitKind.SERVER_DAY, "This server may make 1 Midjourney job a day"),
    ],
)
async def test_a_reached_limit_refuses_and_nothing_is_written(
    database: Database, rows: Rows, limits: Limits, kind: LimitKind, words: str
) -> None:
    clock = Clock()
    await book(database, clock).change(MIDJOURNEY, {kind: 1}, ADA)
    await ask(database, clock, "one")
    before = rows("SELECT * FROM jobs"), rows("SELECT * FROM tallies")
    with pytest.raises(LimitReached, match=words):
        await ask(database, clock, "two")
    assert (rows("SELECT * FROM jobs"), rows("SELECT * FROM tallies")) == before
    assert (await made(database, clock)).reached(limits) is kind
    await ask(database, clock, "of another service", service=PIKA)
    await ask(database, clock, "of another server", guild_id=VILLAGE)
    if kind is not LimitKind.SERVER_DAY:
        await ask(database, clock, "of somebody else", user_id=BEN)
    if kind is not LimitKind.MEMBER_AT_ONCE:
        clock.now += DAY
        await ask(database, clock, "on the next day")


async def test_of_many_at_once_as_many_are_taken_as_may_be(database: Database) -> None:
    clock = Clock()
    await book(database, clock).change(MIDJOURNEY, {DAILY: 5}, ADA)
    outcomes = await asyncio.gather(
        *(ask(database, clock, f"number {number}") for number in range(12)), return_exceptions=True
    )
    assert sum(isinstance(outcome, LimitReached) for outcome in outcomes) == 7
    assert await made(database, clock) == Made(member_day=5, member_at_once=5, server_day=5)


async def test_what_came_to_nothing_is_given_back(database: Database) -> None:
    clock = Clock()
    for ref in ("withdrawn", "refused", "made"):
        await ask(database, clock, ref)
    store = WorkBook(database, HARBOUR, clock)
    await store.withdraw("withdrawn", "member 1")
    await store.withdraw("withdrawn", "member 1")
    assert await made(database, clock) == Made(2, 2, 2)
    queue = work_queue(database, clock)
    work = await store.find("refused")
    assert work is not None
    held = await claimed(queue, work)
    clock.now += DAY  # it is taken off the day on which it was counted
    await ask(database, clock, "of today")
    assert await queue.save(held, uncounted="member 1", state=State.ENDED)
    assert not await queue.save(held, uncounted="member 1", state=State.ENDED)
    assert await made(database, clock) == Made(1, 2, 1)
    clock.now -= DAY
    assert await made(database, clock) == Made(1, 2, 1)


async def test_tallies_older_than_yesterday_are_forgotten(database: Database, rows: Rows) -> None:
    clock = Clock()
    await ask(database, clock, "one")
    await forget_old_tallies(database, clock.now + DAY)
    assert len(rows("SELECT * FROM tallies")) == 2
    await forget_old_tallies(database, clock.now + 2 * DAY)
    await forget_old_tallies(database, clock.now + 2 * DAY)
    assert rows("SELECT * FROM tallies") == []


async def test_forgetting_a_member_does_not_reset_what_was_counted(database: Database) -> None:
    clock = Clock()
    await book(database, clock).change(MIDJOURNEY, {DAILY: 1}, BEN)
    await ask(database, clock, "one")
    async with database.writing() as connection:
        await connection.execute(text("DELETE FROM jobs"))
    with pytest.raises(LimitReached):
        await ask(database, clock, "two")


async def test_a_job_that_is_taken_at_midnight_counts_on_one_day(database: Database, rows: Rows) -> None:
    midnight = (1_800_000_000 // DAY + 1) * DAY
    ticks = iter([midnight - 0.001, *[midnight + 0.001] * 20])
    store = WorkBook(database, HARBOUR, lambda: next(ticks))
    await store.add(
        "one",
        user_id=ADA,
        channel_id=3001,
        service=MIDJOURNEY,
        lane="midjourney:*",
        asked="{}",
        reply=(b"sealed", 0),
        upload_limit=0,
        who="member 1",
    )
    assert {row[0] for row in rows("SELECT day FROM tallies")} == {midnight // DAY - 1}
    await store.withdraw("one", "member 1")
    assert {row[0] for row in rows("SELECT count FROM tallies")} == {0}


async def test_a_limit_of_none_at_all_is_told_as_that(database: Database) -> None:
    clock = Clock()
    await book(database, clock).change(MIDJOURNEY, {SERVER: 0}, ADA)
    with pytest.raises(LimitReached, match=r"^No Midjourney jobs may be made here: the limit is 0\."):
        await ask(database, clock, "one")
