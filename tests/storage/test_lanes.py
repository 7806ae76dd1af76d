from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.services import Service
from bot.storage.database import Database
from bot.storage.queue import WorkQueue
from bot.storage.work import State, Work, WorkBook
from tests.storage.samples import (
    ADA,
    BEN,
    HARBOUR,
    LANE,
    VILLAGE,
    Clock,
    ask,
    claimed,
    lay,
    look,
    work_queue,
)

NOW = 1_800_000_000_750
CAY = 2003

_lanes = (f"midjourney:{n}" for n in count(1))
_members = st.sampled_from([ADA, BEN, CAY])
_crowds = st.lists(st.tuples(_members, st.sampled_from(list(State))), min_size=1, max_size=12)
_one_database = settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])


async def find(database: Database, ref: str, guild_id: int = HARBOUR) -> Work:
    work = await WorkBook(database, guild_id, Clock()).find(ref)
    assert work is not None
    return work


async def begin(queue: WorkQueue, work: Work) -> int | None:
    """Try to send a row as a worker does who just got it, and give it up where it has to wait."""
    held = await claimed(queue, work)
    place = await queue.lanes.begin_to_send(held)
    if place != 0:
        await queue.save(held)
    return place


async def crowd(database: Database, rows: Sequence[tuple[int, State]]) -> tuple[str, Sequence[Work]]:
    """Lay rows of members and states into a lane of their own; return it and the rows."""
    lane = next(_lanes)
    return lane, await lay(
        database,
        *(
            {"ref": f"{lane} number {n}", "user_id": user_id, "state": state.value, "lane": lane}
            for n, (user_id, state) in enumerate(rows)
        ),
    )


@_one_database
@given(rows=_crowds)
async def test_the_next_is_always_of_whoever_has_the_fewest_turns(
    database: Database, rows: Sequence[tuple[int, State]]
) -> None:
    lane, works = await crowd(database, rows)
    turns = Counter(work.user_id for work in works if work.state in {State.SENDING, State.RUNNING})
    waiting = [work for work in works if work.state is State.WAITING]
    expected: list[int] = []
    while waiting:
        chosen = min(waiting, key=lambda work: (turns[work.user_id], work.id))
        turns[chosen.user_id] += 1
        waiting.remove(chosen)
        expected.append(chosen.id)
    queue = work_queue(database, Clock())
    assert await queue.lanes.places(HARBOUR, lane) == expected
    assert await queue.lanes.next_in(HARBOUR, lane) == (expected[0] if expected else None)


@settings(_one_database, max_examples=15)
@given(members=st.lists(_members, min_size=1, max_size=6), ends=st.lists(st.booleans(), min_size=6))
async def test_nobody_gets_a_second_turn_while_another_member_waits_for_a_first(
    database: Database, members: Sequence[int], ends: Sequence[bool]
) -> None:
    lane, works = await crowd(database, [(user_id, State.WAITING) for user_id in members])
    queue = work_queue(database, Clock())
    running = Counter[int]()
    waiting = {work.id: work for work in works}
    for is_over in ends[: len(works)]:
        first = await queue.lanes.next_in(HARBOUR, lane)
        assert first is not None
        sent = await claimed(queue, waiting.pop(first))
        assert await queue.lanes.begin_to_send(sent) == 0
        assert running[sent.user_id] == 0 or all(running[work.user_id] for work in waiting.values())
        assert await queue.save(sent, state=State.ENDED if is_over else State.RUNNING)
        running[sent.user_id] += not is_over


async def test_a_row_whose_turn_it_is_is_marked_before_it_is_sent(database: Database) -> None:
    clock = Clock()
    queue = work_queue(database, clock)
    asked = await ask(database, clock, "lighthouse")
    held = await claimed(queue, asked)
    assert await queue.save(held, keep=True, tries=3, misses=1)
    clock.now += 4
    assert await queue.lanes.begin_to_send(held) == 0
    sending = await look(database, asked)
    assert (sending.state, sending.sent_at) == (State.SENDING, NOW + 4000)
    assert (sending.tries, sending.misses, sending.fence) == (0, 0, held.fence)
    assert sending.lease_until == NOW + 14_000


async def test_a_row_that_has_to_wait_is_told_its_place_and_stays_as_it_is(database: Database) -> None:
    clock = Clock()
    queue = work_queue(database, clock)
    one, two, three = [await ask(database, clock, ref) for ref in ("one", "two", "three")]
    assert await begin(queue, three) == 3
    assert await begin(queue, two) == 2
    assert (await look(database, three)).state is State.WAITING
    assert await begin(queue, one) == 0


async def test_while_one_of_a_lane_is_being_sent_the_first_that_waits_has_to(database: Database) -> None:
    clock = Clock()
    queue = work_queue(database, clock)
    one, two, three = [await ask(database, clock, ref) for ref in ("one", "two", "three")]
    held = await claimed(queue, one)
    assert await queue.lanes.begin_to_send(held) == 0
    for worker in ("one", "two"):
        assert await begin(work_queue(database, clock, worker), two) == 1
        assert await begin(work_queue(database, clock, worker), three) == 2
    assert await queue.save(held, state=State.RUNNING)
    assert await begin(queue, two) == 0


async def test_a_sender_that_died_blocks_its_lane_no_longer_than_its_lease(database: Database) -> None:
    clock = Clock()
    one, two = [await ask(database, clock, ref) for ref in ("one", "two")]
    assert await begin(work_queue(database, clock, "dead"), one) == 0
    queue = work_queue(database, clock)
    clock.now += 9.999
    assert await begin(queue, two) == 1
    clock.now += 0.001
    assert await begin(queue, two) == 0


async def test_a_sender_holds_its_lane_for_ten_seconds_from_when_it_began(database: Database) -> None:
    clock = Clock()
    queue = work_queue(database, clock)
    one, two = [await ask(database, clock, ref) for ref in ("one", "two")]
    held = await claimed(queue, one)
    clock.now += 11
    assert await queue.lanes.begin_to_send(held) == 0
    assert await work_queue(database, clock, "two").claim_one(one.id) is None
    assert await begin(queue, two) == 1


async def test_lanes_and_servers_do_not_wait_for_one_another(database: Database) -> None:
    clock = Clock()
    queue = work_queue(database, clock)
    for ref, lane, guild_id in (
        ("here", LANE, HARBOUR),
        ("beside", "midjourney:5", HARBOUR),
        ("there", LANE, VILLAGE),
    ):
        work = await ask(database, clock, ref, lane=lane, guild_id=guild_id)
        assert await queue.lanes.places(guild_id, lane) == [work.id]
        assert await begin(queue, work) == 0


async def test_what_a_member_has_running_elsewhere_costs_no_turn_here(database: Database) -> None:
    await lay(
        database,
        {"ref": "beside", "state": "running", "lane": "midjourney:5"},
        {"ref": "there", "state": "running", "guild_id": VILLAGE},
        {"ref": "ada"},
        {"ref": "ben", "user_id": BEN},
    )
    order = [(await find(database, ref)).id for ref in ("ada", "ben")]
    assert await work_queue(database, Clock()).lanes.places(HARBOUR, LANE) == order


async def test_what_is_cancelled_or_no_longer_waits_is_not_sent(database: Database) -> None:
    clock = Clock()
    queue, book = work_queue(database, clock), WorkBook(database, HARBOUR, clock)
    held = await claimed(queue, await ask(database, clock, "lighthouse"))
    await book.cancel("lighthouse", BEN)
    assert await queue.lanes.begin_to_send(held) is None
    assert (await look(database, held)).state is State.WAITING
    assert await queue.save(held, keep=True, state=State.ENDED)
    assert await queue.lanes.begin_to_send(held) is None


async def test_a_job_that_was_withdrawn_is_not_sent(database: Database) -> None:
    clock = Clock()
    queue = work_queue(database, clock)
    held = await claimed(queue, await ask(database, clock, "lighthouse"))
    await WorkBook(database, HARBOUR, clock).withdraw("lighthouse", "member 1")
    assert await queue.lanes.begin_to_send(held) is None


async def test_nobody_is_next_in_an_empty_lane(database: Database) -> None:
    queue = work_queue(database, Clock())
    assert await queue.lanes.next_in(HARBOUR, LANE) is None
    assert await queue.lanes.places(HARBOUR, LANE) == []


async def test_a_slot_that_is_free_wakes_the_first_of_each_lane_of_the_key(database: Database) -> None:
    later = {"due_at": NOW + 60_000}
    await lay(
        database,
        {"ref": "ended", "state": "ended"},
        {"ref": "ran", "state": "running", **later},
        {"ref": "ada", **later},
        {"ref": "ben", "user_id": BEN, **later},
        {"ref": "cay", "user_id": CAY, **later},
        {"ref": "beside", "lane": "midjourney:5", **later},
        {"ref": "pika", "lane": "pika:*", "service": Service.PIKA.value, **later},
        {"ref": "there", "guild_id": VILLAGE, **later},
        {"ref": "blue", "lane": "midjourney:*:blue", "key_name": "blue", **later},
    )
    queue = work_queue(database, Clock())
    await queue.lanes.wake(await find(database, "ended"))
    due = await queue.claim(100)
    # Ada has a job that runs, so it is Ben's turn.
    assert [work.ref for work in due] == ["ended", "ben", "beside"]


async def test_where_nobody_waits_nobody_is_woken(database: Database) -> None:
    await lay(database, {"ref": "ended", "state": "ended"}, {"ref": "ran", "state": "running"})
    before = await find(database, "ran")
    await work_queue(database, Clock()).lanes.wake(await find(database, "ended"))
    assert await find(database, "ran") == before


async def test_a_lane_is_held_back_and_nothing_else(database: Database) -> None:
    await lay(
        database,
        {"ref": "one"},
        {"ref": "two", "user_id": BEN},
        {"ref": "cancelled", "cancelled_by": BEN},
        {"ref": "ran", "state": "running"},
        {"ref": "beside", "lane": "midjourney:5"},
        {"ref": "there", "guild_id": VILLAGE},
    )
    clock = Clock()
    queue = work_queue(database, clock)
    await queue.lanes.hold_back(await find(database, "one"), 180)
    others = await queue.claim(100)
    assert [work.ref for work in others] == ["cancelled", "ran", "beside", "there"]
    for work in others:
        await queue.save(work, state=State.TOLD, due_at=None)
    clock.now += 179.999
    assert await queue.claim(100) == []
    clock.now += 0.001
    assert [work.ref for work in await queue.claim(100)] == ["one", "two"]


@pytest.mark.parametrize(("held_back", "due_at"), [(False, NOW + 1000), (True, NOW + 181_000)])
async def test_who_is_woken_or_held_back_while_worked_on_stays_so(
    database: Database, held_back: bool, due_at: int
) -> None:
    clock = Clock()
    queue = work_queue(database, clock)
    work = await claimed(queue, await ask(database, clock, "lighthouse"))
    clock.now += 1
    await (queue.lanes.hold_back(work, 180) if held_back else queue.lanes.wake(work))
    await queue.put_off([(work, NOW + 60_000, {"tries": 1})])
    assert (await look(database, work)).due_at == due_at


async def test_a_hold_on_the_lane_does_not_keep_one_that_runs_from_being_looked_at(
    database: Database,
) -> None:
    clock = Clock()
    queue = work_queue(database, clock)
    work = await claimed(queue, await ask(database, clock, "lighthouse"))
    await queue.lanes.hold_back(work, 180)
    assert await queue.save(work, keep=True, state=State.RUNNING)
    await queue.put_off([(work, NOW + 15_000, {"tries": 1})])
    assert (await look(database, work)).due_at == NOW + 15_000


async def test_a_lane_is_held_after_a_job_of_it_that_the_upstream_cannot_follow(database: Database) -> None:
    untracked = {"state": "told", "outcome": "uncertain", "upstream_id": "taken", "ended_at": NOW - 5000}
    others = (
        {"lane": "midjourney:5"},
        {"guild_id": VILLAGE},
        {"outcome": "completed"},
        {"upstream_id": None},
        {"state": "running"},
        {"ended_at": NOW - 180_001},
        {"ended_at": NOW + 3_600_000},
    )
    await lay(database, *({"ref": f"other {n}"} | untracked | other for n, other in enumerate(others)))
    lanes = work_queue(database, Clock()).lanes
    assert await lanes.held_until(HARBOUR, LANE, 180) is None
    await lay(database, {"ref": "untracked"} | untracked)
    assert await lanes.held_until(HARBOUR, LANE, 180) == NOW + 175_000
