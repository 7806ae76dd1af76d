"""A call of which there may be many waits for a budget of its own too, and leaves room to the others."""

import pytest
from limits.aio.storage import MemoryStorage

from bot.api.call import Call
from bot.api.limiter import Budget, Limiter
from bot.api.policy import Effect, Patience
from bot.errors import RateLimited
from tests.api.desk import Desk

A_DAY = 86_400
WALK = Call("GET", ("thing",), Effect.READ, scope="reads", throttle="walks")
READ = Call("GET", ("thing",), Effect.READ, scope="reads")
DAYS = Patience(deadline=9.0 * A_DAY)


async def test_many_of_a_kind_leave_room_to_others(desk: Desk) -> None:
    limiter = Limiter({"walks": Budget(2, A_DAY), "reads": Budget(4, A_DAY)}, sleep=desk.time.sleep)
    transport = desk.transport(limiter=limiter)
    for call in (WALK, WALK, READ, READ):
        await transport.send(call)
    for call in (WALK, READ):
        with pytest.raises(RateLimited) as caught:
            await transport.send(call)
        assert caught.value.retry_after == pytest.approx(A_DAY, abs=60)
    assert len(desk.shop.requests) == 4


async def test_a_call_that_is_not_of_that_kind_is_not_held_back(desk: Desk) -> None:
    limiter = Limiter({"walks": Budget(1, A_DAY)}, sleep=desk.time.sleep)
    transport = desk.transport(limiter=limiter)
    for call in (WALK, READ, READ, READ):
        await transport.send(call)
    with pytest.raises(RateLimited):
        await transport.send(WALK)


@pytest.mark.parametrize(
    ("walks", "reads", "waits"), [(1, 9, 2), (9, 1, 2), (1, 1, 2)], ids=["its own", "the shared", "both"]
)
async def test_such_a_call_waits_for_whichever_budget_has_no_room(
    desk: Desk, walks: int, reads: int, waits: int
) -> None:
    storage = MemoryStorage()
    desk.time.on_sleep = storage.reset
    budgets = {"walks": Budget(walks, A_DAY), "reads": Budget(reads, A_DAY)}
    limiter = Limiter(budgets, storage=storage, sleep=desk.time.sleep)
    transport = desk.transport(limiter=limiter, patience=DAYS)
    for _ in range(3):
        await transport.send(WALK)
    assert desk.time.slept == [pytest.approx(A_DAY, abs=60)] * waits


async def test_waiting_for_one_budget_leaves_less_patience_for_the_other(desk: Desk) -> None:
    storage = MemoryStorage()
    budgets = {"walks": Budget(1, A_DAY), "reads": Budget(1, A_DAY)}

    async def make_room_for_walks() -> None:
        await storage.reset()
        await Limiter(budgets, storage=storage).wait("reads", READ.counted_as(), at_most=0)

    desk.time.on_sleep = make_room_for_walks
    limiter = Limiter(budgets, storage=storage, sleep=desk.time.sleep)
    transport = desk.transport(limiter=limiter, patience=Patience(deadline=1.5 * A_DAY))
    await transport.send(WALK)
    with pytest.raises(RateLimited):
        await transport.send(WALK)
    assert desk.time.slept == [pytest.approx(A_DAY, abs=60)]
    assert len(desk.shop.requests) == 1
