"""The rows of what servers are to be told: leased, put off, ended."""

from __future__ import annotations

from bot.storage.audit import Action, AuditBook, Entry
from bot.storage.channels import ChannelBook
from bot.storage.database import Database
from bot.storage.leases import LEASE_SECONDS as LEASE
from bot.storage.notices import NoticeQueue
from bot.storage.people import PersonalData
from tests.storage.samples import ADA, HARBOUR, Clock

CHANNEL = 3001


async def write(database: Database, clock: Clock, number: int) -> None:
    """Let managers change things in a server whose changes are posted."""
    await ChannelBook(database, HARBOUR, clock).choose_audit(CHANNEL, ADA)
    for _ in range(number - 1):
        entry = Entry(HARBOUR, ADA, Action.LIMITS, int(clock.now))
        await AuditBook(database, HARBOUR).add(entry)


async def test_of_two_workers_one_has_a_notice_until_its_lease_is_over(database: Database) -> None:
    clock = Clock()
    one, two = NoticeQueue(database, "one", clock), NoticeQueue(database, "two", clock)
    assert await one.next_due() is None
    await write(database, clock, 3)
    assert await one.next_due() == one.now()
    first = await one.claim(2)
    assert [notice.channel_id for notice in first] == [CHANNEL, CHANNEL]
    (third,) = await two.claim(20)
    assert third.id > first[1].id > first[0].id
    assert len({notice.ref for notice in (*first, third)}) == 3
    assert await one.claim(20) == []
    clock.now += LEASE
    assert len(await two.claim(20)) == 3
    assert not await one.begin(first[0])  # which another one has now
    await one.end(first[0])
    await one.put_off(first[0], 60)
    clock.now += LEASE
    (notice, *_) = await one.claim(20)
    assert (notice.tries, notice.posting_at) == (0, None)
    assert await one.begin(notice)
    await one.put_off(notice, 60)
    assert await one.next_due() == one.now() - 2 * LEASE
    clock.now += 60
    again = next(each for each in await one.claim(20) if each.id == notice.id)
    assert (again.tries, again.posting_at) == (1, one.now() - 60)
    await one.end(again)
    clock.now += LEASE
    assert len(await one.claim(20)) == 2


async def test_a_worker_that_is_alone_takes_over_what_its_dead_predecessor_had(database: Database) -> None:
    clock = Clock()
    await write(database, clock, 1)
    assert len(await NoticeQueue(database, "dead", clock).claim(20)) == 1
    queue = NoticeQueue(database, "one", clock)
    assert await queue.claim(20) == []
    await queue.take_over()
    assert len(await queue.claim(20)) == 1


async def test_a_clock_that_was_put_back_holds_up_nothing(database: Database) -> None:
    clock = Clock()
    await write(database, clock, 2)
    queue = NoticeQueue(database, "one", clock)
    (first, _) = await queue.claim(20)
    await queue.put_off(first, 600)
    clock.now -= 10_000
    assert await queue.next_due() == 0
    assert len(await queue.claim(20)) == 2


async def test_an_entry_is_told_as_it_is_by_then(database: Database) -> None:
    clock = Clock()
    await write(database, clock, 1)
    queue = NoticeQueue(database, "one", clock)
    (notice,) = await queue.claim(20)
    found = await queue.find_entry(notice)
    assert found is not None
    assert (found.actor_id, found.action, found.detail) == (ADA, Action.AUDIT_CHANNEL, f"<#{CHANNEL}>")
    await PersonalData(database, ADA, clock).erase()
    forgotten = await queue.find_entry(notice)
    assert forgotten is not None
    assert forgotten.actor_id is None
    async with database.writing() as connection:
        await connection.exec_driver_sql("DELETE FROM audit")
    assert await queue.find_entry(notice) is None
    assert await queue.next_due() is None  # it goes with its entry


async def test_nothing_overtakes_what_is_tried_again_later_in_the_same_channel(database: Database) -> None:
    clock = Clock()
    queue = NoticeQueue(database, "one", clock)
    await write(database, clock, 2)
    first, second = await queue.claim(20)
    await queue.put_off(first, 60)
    await queue.release(second)
    await ChannelBook(database, HARBOUR, clock).choose_audit(CHANNEL + 1, ADA)
    assert [notice.channel_id for notice in await queue.claim(20)] == [CHANNEL + 1]
    clock.now += 60
    again = [notice.id for notice in await queue.claim(20)]
    assert again[:2] == [first.id, second.id]
