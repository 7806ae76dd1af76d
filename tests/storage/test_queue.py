from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest
from sqlalchemy import select

from bot.storage.database import Database
from bot.storage.people import PersonalData
from bot.storage.queue import KEPT, LEASE
from bot.storage.schema import jobs
from bot.storage.work import ANSWERING, Outcome, State, Work, WorkBook
from tests.storage.samples import (
    ADA,
    BEN,
    HARBOUR,
    LONGEST,
    VILLAGE,
    Clock,
    ask,
    claimed,
    lay,
    look,
    work_queue,
)

Lose = Callable[[Database, Clock, Work], Awaitable[None]]
NOW = 1_800_000_000_750
HOUR = 3600.0


async def refs(database: Database, clock: Clock, most: int = 100) -> list[str]:
    """Claim what is due, as a worker of its own, and return the references."""
    return [work.ref for work in await work_queue(database, clock, "another").claim(most)]


async def everything(database: Database) -> list[str]:
    """Return the references of all rows there are."""
    async with database.reading() as connection:
        return list((await connection.execute(select(jobs.c.ref).order_by(jobs.c.id))).scalars())


async def test_a_new_job_is_left_for_ten_seconds_to_whoever_answers(database: Database) -> None:
    clock = Clock()
    await ask(database, clock, "lighthouse")
    clock.now += ANSWERING / 1000 - 0.001
    assert await refs(database, clock) == []
    clock.now += 0.001
    assert await refs(database, clock) == ["lighthouse"]


async def test_the_longest_due_are_claimed_first_and_no_more_than_asked_for(database: Database) -> None:
    dues = {"third": 30, "first": 10, "fourth": 40, "second": 20, "not yet": NOW + 1}
    await lay(database, *({"ref": ref, "due_at": due} for ref, due in dues.items()))
    assert await refs(database, Clock(), most=2) == ["first", "second"]
    assert await refs(database, Clock(), most=3) == ["third", "fourth"]
    assert await refs(database, Clock()) == []


@pytest.mark.parametrize("most", [0, -1])
async def test_a_worker_that_has_no_hand_free_claims_nothing(database: Database, most: int) -> None:
    await lay(database, {"ref": "lighthouse"})
    assert await refs(database, Clock(), most) == []


async def test_what_is_claimed_is_held_for_ten_seconds_under_a_new_number(database: Database) -> None:
    await lay(database, {"ref": "lighthouse", "fence": 6})
    (work,) = await work_queue(database, Clock()).claim(1)
    assert (work.lease_by, work.lease_until, work.fence) == ("one", NOW + 10_000, 7)
    assert await look(database, work) == work


async def test_jobs_of_every_server_and_state_are_claimed_but_none_that_was_told(database: Database) -> None:
    open_states = [state for state in State if state is not State.TOLD]
    await lay(
        database,
        {"ref": "far", "guild_id": VILLAGE},
        {"ref": "told", "state": "told", "due_at": None},
        *({"ref": state.value, "state": state.value} for state in open_states),
    )
    assert await refs(database, Clock()) == ["far", *open_states]


async def test_it_is_known_when_the_next_is_due(database: Database) -> None:
    queue = work_queue(database, Clock())
    assert await queue.next_due() is None
    await lay(database, {"ref": "told", "state": "told", "due_at": None})
    assert await queue.next_due() is None
    await lay(database, {"ref": "later", "due_at": NOW + 2}, {"ref": "next", "due_at": NOW + 1})
    assert await queue.next_due() == NOW + 1


async def test_one_job_is_claimed_whether_it_is_due_or_not(database: Database) -> None:
    clock = Clock()
    asked = await ask(database, clock, "lighthouse")
    held = await work_queue(database, clock).claim_one(asked.id)
    assert held == replace(asked, lease_by="one", lease_until=NOW + LEASE, fence=1)
    assert await work_queue(database, clock).claim_one(asked.id) is None
    assert await work_queue(database, clock, "two").claim_one(asked.id) is None
    assert await work_queue(database, clock).claim_one(asked.id + 1) is None


async def test_a_job_that_was_told_is_not_claimed_by_its_number(database: Database) -> None:
    await lay(database, {"ref": "lighthouse", "state": "told", "due_at": None})
    told = await WorkBook(database, HARBOUR, Clock()).find("lighthouse")
    assert told is not None
    assert await work_queue(database, Clock()).claim_one(told.id) is None


async def test_two_workers_never_get_the_same_row(database: Database) -> None:
    await lay(database, *({"ref": f"number {n}"} for n in range(40)))
    queues = [work_queue(database, Clock(), worker) for worker in ("one", "two")]
    claims = await asyncio.gather(*(queues[n % 2].claim(5) for n in range(10)))
    ids = [work.id for claim in claims for work in claim]
    assert len(ids) == len(set(ids)) == 40
    assert await refs(database, Clock()) == []


async def test_a_lease_ends_after_ten_seconds(database: Database) -> None:
    clock = Clock()
    await lay(database, {"ref": "lighthouse"})
    await work_queue(database, clock).claim(1)
    clock.now += 9.999
    assert await refs(database, clock) == []
    clock.now += 0.001
    assert await refs(database, clock) == ["lighthouse"]


async def test_a_lease_that_is_renewed_goes_on(database: Database) -> None:
    clock = Clock()
    await lay(database, {"ref": "one"}, {"ref": "two"})
    queue = work_queue(database, clock)
    one, two = await queue.claim(2)
    clock.now += 9
    await queue.renew([one.id])
    clock.now += 9
    assert await refs(database, clock) == ["two"]
    assert await queue.save(one, tries=1)
    assert not await queue.save(two, tries=1)


async def test_a_lease_that_ended_is_still_renewed_where_nobody_took_the_row(database: Database) -> None:
    clock = Clock()
    await lay(database, {"ref": "lighthouse"})
    queue = work_queue(database, clock)
    (work,) = await queue.claim(1)
    clock.now += 60
    await queue.renew([work.id])
    assert await refs(database, clock) == []
    assert await queue.save(work, tries=1)


async def test_only_what_a_worker_still_holds_is_renewed(database: Database) -> None:
    clock = Clock()
    await lay(database, {"ref": "lost"}, {"ref": "given up"})
    queue, other = work_queue(database, clock), work_queue(database, clock, "two")
    lost, given_up = await queue.claim(2)
    await queue.save(given_up)
    clock.now += 10
    taken = await claimed(other, lost)
    await queue.renew([])
    clock.now += 1
    await queue.renew([lost.id, given_up.id])
    assert await look(database, lost) == taken
    assert (await look(database, given_up)).lease_until == 0


async def lose_to_another(database: Database, clock: Clock, work: Work) -> None:
    clock.now += 10
    await claimed(work_queue(database, clock, "two"), work)


async def lose_to_oneself(database: Database, clock: Clock, work: Work) -> None:
    clock.now += 10
    await claimed(work_queue(database, clock), work)


async def give_up(database: Database, clock: Clock, work: Work) -> None:
    assert await work_queue(database, clock).save(work)


async def start_anew(database: Database, clock: Clock, work: Work) -> None:
    assert work.lease_until
    await work_queue(database, clock, "two").take_over()


@pytest.mark.parametrize("lose", [lose_to_another, lose_to_oneself, give_up, start_anew])
async def test_what_a_former_holder_writes_changes_nothing(database: Database, lose: Lose) -> None:
    clock = Clock()
    queue = work_queue(database, clock)
    work = await claimed(queue, await ask(database, clock, "lighthouse"))
    await lose(database, clock, work)
    before = await look(database, work)
    assert not await queue.save(work, state=State.TOLD, due_at=None)
    assert not await queue.save(work, keep=True, tries=9)
    await queue.put_off([(work, NOW + 99_000, {"tries": 9})])
    assert await queue.lanes.begin_to_send(work) is None
    assert await look(database, work) == before


async def test_a_starting_worker_frees_every_lease_at_once(database: Database) -> None:
    await lay(database, {"ref": "one"}, {"ref": "two"}, {"ref": "three"})
    await work_queue(database, Clock()).claim(2)
    assert await refs(database, Clock()) == ["three"]
    await work_queue(database, Clock(), "new").take_over()
    assert await refs(database, Clock()) == ["one", "two", "three"]


async def test_a_starting_worker_that_finds_nothing_leased_changes_nothing(database: Database) -> None:
    (work,) = await lay(database, {"ref": "lighthouse", "lease_by": "dead", "fence": 1})
    await work_queue(database, Clock(), "new").take_over()
    assert await look(database, work) == work


async def test_what_was_just_asked_for_is_due_at_once_where_whoever_answered_is_gone(
    database: Database,
) -> None:
    await lay(database, {"ref": "new", "due_at": NOW + 30_000})
    queue = work_queue(database, Clock(), "new")
    assert await queue.claim(9) == []
    await queue.take_over()
    assert [work.ref for work in await queue.claim(9)] == ["new"]


async def test_a_clock_put_back_by_an_hour_leaves_nothing_stuck(database: Database) -> None:
    clock = Clock()
    await lay(database, {"ref": "held"}, {"ref": "put off", "due_at": NOW + int(LONGEST * 1000)})
    await work_queue(database, clock).claim(1)
    clock.now -= HOUR
    assert await refs(database, clock) == ["held", "put off"]


async def test_a_clock_put_back_by_a_few_seconds_takes_no_lease_from_its_holder(database: Database) -> None:
    clock = Clock()
    await lay(database, {"ref": "lighthouse", "due_at": NOW - 30_000})
    queue = work_queue(database, clock)
    (work,) = await queue.claim(1)
    clock.now -= 5
    assert await refs(database, clock) == []
    assert await queue.save(work, tries=1)


async def test_the_longest_wait_is_not_taken_for_a_clock_that_was_put_back(database: Database) -> None:
    clock = Clock()
    due = NOW + int(LONGEST * 1000)
    await lay(database, {"ref": "lighthouse", "due_at": due})
    assert await refs(database, clock) == []
    clock.now -= 60
    assert await refs(database, clock) == []
    clock.now -= 0.001
    assert await refs(database, clock) == ["lighthouse"]


async def test_a_clock_put_forward_makes_everything_due_and_its_holder_can_stay_so(
    database: Database,
) -> None:
    clock = Clock()
    await lay(database, {"ref": "held"}, {"ref": "lost"}, {"ref": "later", "due_at": NOW + 60_000})
    queue = work_queue(database, clock)
    held, lost = await queue.claim(2)
    clock.now += HOUR
    await queue.renew([held.id])
    assert await refs(database, clock) == ["lost", "later"]
    assert await queue.save(held, tries=1)
    assert not await queue.save(lost, tries=1)


async def test_a_row_that_is_changed_stays_with_its_holder_or_is_given_up(database: Database) -> None:
    await lay(database, {"ref": "lighthouse"})
    queue = work_queue(database, Clock())
    (work,) = await queue.claim(1)
    assert await queue.save(work, keep=True, state=State.ENDED, outcome=Outcome.LOST, note="gone")
    kept = await look(database, work)
    assert kept == replace(work, state=State.ENDED, outcome=Outcome.LOST, note="gone")
    assert await queue.save(work, tries=1)
    assert await look(database, work) == replace(kept, tries=1, lease_until=0)
    assert await refs(database, Clock()) == ["lighthouse"]


async def test_whoever_is_cancelled_while_it_is_worked_on_is_due_at_once(database: Database) -> None:
    clock = Clock()
    queue, book = work_queue(database, clock), WorkBook(database, HARBOUR, clock)
    work = await claimed(queue, await ask(database, clock, "lighthouse"))
    clock.now += 1
    await book.cancel("lighthouse", BEN)
    clock.now += 1
    assert await queue.save(work, keep=True, state=State.RUNNING, due_at=NOW + 60_000)
    assert (await look(database, work)).due_at == NOW + 2_000
    heard = replace(work, cancelled_by=BEN)
    assert await queue.save(heard, keep=True, due_at=NOW + 60_000)
    assert (await look(database, work)).due_at == NOW + 60_000
    assert await queue.save(work, state=State.TOLD, due_at=None)
    assert (await look(database, work)).due_at is None


async def test_many_rows_are_put_off_together_and_given_up(database: Database) -> None:
    await lay(database, *({"ref": f"number {n}"} for n in range(40)))
    clock = Clock()
    queue = work_queue(database, clock)
    rows = await queue.claim(40)
    later = [
        (work, NOW + 1000 + n, {"tries": n, "shown": None, "reply_token": b"sealed"})
        for n, work in enumerate(rows)
    ]
    await queue.put_off(later)
    for n, work in enumerate(rows):
        changed = replace(work, tries=n, reply_token=b"sealed", due_at=NOW + 1000 + n, lease_until=0)
        assert await look(database, work) == changed
    assert await refs(database, clock) == []
    clock.now += 1.5
    assert len(await refs(database, clock)) == 40


async def test_putting_nothing_off_writes_nothing(database: Database) -> None:
    await work_queue(database, Clock()).put_off([])


async def test_of_rows_put_off_together_those_that_were_lost_stay_as_they_are(database: Database) -> None:
    clock = Clock()
    await lay(database, {"ref": "kept"}, {"ref": "lost"})
    queue = work_queue(database, clock)
    kept, lost = await queue.claim(2)
    clock.now += 10
    taken = await claimed(work_queue(database, clock, "two"), lost)
    await queue.put_off([(lost, NOW + 99_000, {"tries": 9}), (kept, NOW + 99_000, {"tries": 9})])
    assert await look(database, lost) == taken
    assert (await look(database, kept)).tries == 9


async def test_whoever_is_cancelled_before_it_is_put_off_is_due_at_once(database: Database) -> None:
    clock = Clock()
    queue, book = work_queue(database, clock), WorkBook(database, HARBOUR, clock)
    rows = [await claimed(queue, await ask(database, clock, ref)) for ref in ("one", "two")]
    await book.cancel("one", BEN)
    later = NOW + 60_000
    await queue.put_off([(work, later, {"tries": 1}) for work in rows])
    assert [(await look(database, work)).due_at for work in rows] == [NOW, later]
    (again,) = await queue.claim(10)
    await queue.put_off([(again, later, {"tries": 2})])
    assert (await look(database, again)).due_at == later


async def test_a_cancel_counts_also_where_whoever_cancelled_is_forgotten(database: Database) -> None:
    clock = Clock()
    queue = work_queue(database, clock)
    work = await claimed(queue, await ask(database, clock, "lighthouse"))
    await WorkBook(database, HARBOUR, clock).cancel("lighthouse", BEN)
    await PersonalData(database, BEN, clock).erase()
    await queue.put_off([(work, NOW + 60_000, {"tries": 1})])
    (again,) = await queue.claim(10)
    assert again.cancelled_by == 0


async def test_what_is_erased_while_it_is_worked_on_stays_erased(database: Database) -> None:
    clock = Clock()
    queue = work_queue(database, clock)
    work = await claimed(queue, await ask(database, clock, "lighthouse"))
    await PersonalData(database, ADA, clock).erase()
    after = await claimed(queue, await ask(database, clock, "harbour", user_id=BEN))
    assert await queue.lanes.begin_to_send(work) is None
    assert not await queue.save(work, keep=True, body="what ada had made")
    await queue.put_off([(work, NOW, {"body": "what ada had made"})])
    assert await look(database, after) == after
    assert await everything(database) == ["harbour"]


async def test_the_upstreams_ids_that_a_server_knows_are_told_from_strangers(database: Database) -> None:
    await lay(
        database,
        {"ref": "one", "upstream_id": "known"},
        {"ref": "two", "upstream_id": "far", "guild_id": VILLAGE},
        {"ref": "three"},
    )
    queue = work_queue(database, Clock())
    assert await queue.known(HARBOUR, ["known", "far", "strange"]) == {"known"}
    assert await queue.known(HARBOUR, []) == frozenset()


async def test_it_is_known_whether_somebody_else_waits_for_the_same_job_upstream(database: Database) -> None:
    same = {"state": "running", "upstream_id": "same"}
    alone, *_ = await lay(
        database,
        {"ref": "alone"} | same,
        {"ref": "far", "guild_id": VILLAGE} | same,
        {"ref": "cancelled", "cancelled_by": BEN} | same,
        {"ref": "told"} | same | {"state": "told"},
    )
    queue = work_queue(database, Clock())
    assert not await queue.has_company(alone)
    await lay(database, {"ref": "beside", "user_id": BEN} | same)
    assert await queue.has_company(alone)


async def test_what_was_told_is_removed_31_days_after_its_end(database: Database) -> None:
    assert KEPT == 31 * 24 * 60 * 60 * 1000
    old = {"ended_at": NOW - KEPT}
    await lay(
        database,
        {"ref": "old", "state": "told", **old},
        {"ref": "younger", "state": "told", "ended_at": NOW - KEPT + 1},
        {"ref": "yet to be told", "state": "ended", **old},
        {"ref": "running", "state": "running"},
    )
    queue = work_queue(database, Clock())
    assert await queue.purge() == 1
    assert await queue.purge() == 0
    assert await everything(database) == ["younger", "yet to be told", "running"]
