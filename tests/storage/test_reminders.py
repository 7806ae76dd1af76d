"""Reminders are told apart by place and person, and no two workers get the same one."""

from __future__ import annotations

import asyncio
import sqlite3
from dataclasses import replace
from datetime import date

from bot.storage.database import Database
from bot.storage.guilds import GRACE, Guilds
from bot.storage.leases import LEASE_SECONDS as LEASE
from bot.storage.people import PersonalData
from bot.storage.reminder_days import ReminderDays
from bot.storage.reminders import FARTHEST, Reminder, ReminderBook, ReminderQueue, Wish
from bot.storage.schema import NOWHERE
from tests.storage.samples import ADA, BEN, HARBOUR, VILLAGE, Clock
from tests.storage.test_plans import statements

NOW = 1_800_000_000
DAY = date(2026, 11, 20)


def wish(ref: str, *, graph: str = "reading", minute: int = 1290, at: int = NOW) -> Wish:
    return Wish(ref, 3001, graph, "Reading", "1", minute, "Europe/Berlin", at, "Asia/Tokyo")


async def add(
    database: Database,
    ref: str,
    *,
    guild_id: int = HARBOUR,
    user_id: int = ADA,
    graph: str = "reading",
    minute: int = 1290,
    at: int = NOW,
) -> Reminder:
    book = ReminderBook(database, guild_id, user_id)
    return await book.add(wish(ref, graph=graph, minute=minute, at=at))


def queue(database: Database, clock: Clock, worker: str = "one") -> ReminderQueue:
    return ReminderQueue(database, worker, clock)


async def refs(database: Database, clock: Clock, most: int = 100) -> list[str]:
    """Claim what is due, as a worker of its own, and return the references."""
    return [row.ref for row in await queue(database, clock, "another").claim(most)]


async def test_a_reminder_is_kept_as_it_was_wished_for(database: Database) -> None:
    kept = await add(database, "one")
    asked = (kept.guild_id, kept.user_id, kept.channel_id, kept.graph, kept.minute, kept.timezone)
    assert asked == (HARBOUR, ADA, 3001, "reading", 1290, "Europe/Berlin")
    assert (kept.next_at, kept.due_at, kept.posting_at, kept.tries, kept.fence) == (NOW, NOW, None, 0, 0)
    assert (kept.graph_zone, kept.refusals) == ("Asia/Tokyo", 0)
    assert await queue(database, Clock()).find("one") == kept
    assert await queue(database, Clock()).find("two") is None


async def test_a_member_sees_and_removes_own_reminders_of_a_place_alone(database: Database) -> None:
    for ref, guild_id, user_id, minute in (
        ("late", HARBOUR, ADA, 1300),
        ("early", HARBOUR, ADA, 60),
        ("village", VILLAGE, ADA, 60),
        ("alone", NOWHERE, ADA, 60),
        ("ben", HARBOUR, BEN, 60),
    ):
        await add(database, ref, guild_id=guild_id, user_id=user_id, minute=minute)
    book = ReminderBook(database, HARBOUR, ADA)
    assert [row.ref for row in await book.list()] == ["early", "late"]
    for ref in ("village", "alone", "ben", "unknown"):
        assert await book.remove(ref) is None
    removed = await book.remove("early")
    assert removed is not None
    assert removed.ref == "early"
    assert await book.remove("early") is None
    assert [row.ref for row in await book.list()] == ["late"]


async def test_a_manager_reaches_everybodys_reminders_of_the_server(database: Database) -> None:
    await add(database, "private", user_id=BEN, minute=60)
    await add(database, "shared", user_id=BEN, graph="server:walks")
    await add(database, "own")
    await add(database, "elsewhere", user_id=BEN, graph="server:walks", guild_id=VILLAGE)
    await add(database, "alone", user_id=BEN, guild_id=NOWHERE)
    book = ReminderBook(database, HARBOUR, ADA)
    assert [row.ref for row in await book.list(everybodys=True)] == ["own", "private", "shared"]
    assert await book.remove("elsewhere", everybodys=True) is None
    for ref in ("private", "shared"):
        assert await book.remove(ref) is None
        assert await book.remove(ref, everybodys=True) is not None
    nowhere = ReminderBook(database, NOWHERE, ADA)
    assert await nowhere.list(everybodys=True) == []
    assert await nowhere.remove("alone", everybodys=True) is None


async def test_the_longest_due_are_claimed_first_under_a_new_number(database: Database) -> None:
    clock = Clock()
    for ref, at in (("third", NOW), ("first", NOW - 20), ("second", NOW - 10), ("not yet", NOW + 1)):
        await add(database, ref, at=at)
    first, second = await queue(database, clock).claim(2)
    assert (first.ref, first.lease_by, first.lease_until, first.fence) == ("first", "one", NOW + LEASE, 1)
    assert second.ref == "second"
    assert await refs(database, clock) == ["third"]
    clock.now += 1
    assert await refs(database, clock) == ["not yet"]


async def test_two_workers_never_get_the_same_reminder(database: Database) -> None:
    for number in range(20):
        await add(database, f"number {number}")
    clock = Clock()
    workers = [queue(database, clock, worker) for worker in ("one", "two")]
    claims = await asyncio.gather(*(workers[n % 2].claim(5) for n in range(6)))
    ids = [row.id for claim in claims for row in claim]
    assert len(ids) == len(set(ids)) == 20


async def test_a_lease_ends_and_what_its_former_holder_writes_changes_nothing(database: Database) -> None:
    clock = Clock()
    await add(database, "one")
    former = queue(database, clock)
    (held,) = await former.claim(1)
    clock.now += LEASE - 1
    assert await former.keep(held, posting_at=NOW)
    clock.now += LEASE - 1
    assert await refs(database, clock) == []
    clock.now += 1
    assert await refs(database, clock) == ["one"]
    taken = await former.find("one")
    assert not await former.keep(held, tries=9)
    assert not await former.release(held, due_at=NOW + 99)
    await former.end(held)
    assert await former.find("one") == taken
    assert taken is not None
    assert taken.posting_at == NOW


async def test_a_reminder_that_is_given_up_is_due_when_it_was_said(database: Database) -> None:
    clock = Clock()
    await add(database, "one")
    worker = queue(database, clock)
    (held,) = await worker.claim(1)
    assert await worker.release(held, due_at=NOW + 15, tries=1)
    assert not await worker.release(held, due_at=NOW)
    assert await worker.find("one") == replace(held, due_at=NOW + 15, tries=1, lease_until=0)
    assert await worker.next_due() == NOW + 15
    clock.now += 15
    (held,) = await worker.claim(1)
    await worker.end(held)
    assert await worker.find("one") is None
    assert await worker.next_due() is None


async def test_a_starting_worker_frees_every_lease(database: Database) -> None:
    await add(database, "one")
    await queue(database, Clock()).claim(1)
    assert await refs(database, Clock()) == []
    await queue(database, Clock(), "new").take_over()
    assert await refs(database, Clock()) == ["one"]


async def test_a_clock_that_was_put_back_leaves_nothing_stuck(database: Database) -> None:
    clock = Clock()
    await add(database, "held")
    await queue(database, clock).claim(1)
    await add(database, "planned", at=NOW + FARTHEST)
    assert await queue(database, clock).next_due() == NOW
    assert await refs(database, clock) == []
    clock.now -= 3600
    assert await queue(database, clock).next_due() == 0
    assert await refs(database, clock) == ["planned"]
    clock.now += 5
    assert await refs(database, clock) == []


async def test_a_clock_put_back_by_seconds_takes_no_lease_from_its_holder(database: Database) -> None:
    clock = Clock()
    await add(database, "one", at=NOW - 30)
    await queue(database, clock).claim(1)
    clock.now -= 5
    assert await refs(database, clock) == []


async def test_reminders_go_with_their_server_and_with_their_person(
    database: Database, raw: sqlite3.Connection
) -> None:
    clock = Clock()
    for ref, guild_id, user_id in (("one", HARBOUR, ADA), ("two", VILLAGE, ADA), ("three", VILLAGE, BEN)):
        reminder = await add(database, ref, guild_id=guild_id, user_id=user_id)
        assert await ReminderDays(database, clock).claim(reminder, DAY)
    assert (await PersonalData(database, ADA, clock).look()).reminders == 2
    guilds = Guilds(database, clock)
    worker = queue(database, clock)
    assert not await worker.has_left(HARBOUR)
    assert not await worker.has_left(4711)
    await guilds.leave([HARBOUR])
    assert await worker.has_left(HARBOUR)
    clock.now += GRACE
    await guilds.purge()
    await PersonalData(database, ADA, clock).erase()
    assert raw.execute("SELECT ref FROM reminders").fetchall() == [("three",)]
    assert raw.execute("SELECT count(*) FROM reminder_days").fetchone() == (1,)


async def test_no_query_reads_all_reminders(database: Database, raw: sqlite3.Connection) -> None:
    one = await add(database, "one", at=NOW + 3600)
    worker, book = queue(database, Clock()), ReminderBook(database, HARBOUR, ADA)
    with statements() as seen:
        await worker.next_due()
        await worker.claim(16)
        await worker.release(one, tries=1)
        await ReminderDays(database, Clock()).claim(one, DAY)
        await ReminderDays(database, Clock()).claim(one, DAY)
        await worker.find("one")
        await book.list(everybodys=True)
        await book.remove("one")
    steps = [
        row[3]
        for statement, values in seen
        if statement.startswith(("SELECT", "UPDATE", "DELETE"))
        for row in raw.execute(f"EXPLAIN QUERY PLAN {statement}", values)
    ]
    assert len(steps) > 10
    assert [step for step in steps if step.startswith("SCAN reminder")] == []
