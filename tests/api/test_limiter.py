"""Calls are held back until their scope has room. Nobody waits here: sleeping only clears the window."""

from collections.abc import Awaitable, Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from limits.aio.storage import MemoryStorage

from bot.api.limiter import Budget, Limiter

A_DAY = 86_400


class Night:
    """A night of any length after which every window is empty, but for the first ``restless`` ones."""

    def __init__(self, restless: int = 0) -> None:
        self.storage = MemoryStorage()
        self.slept: list[float] = []
        self._restless = restless

    async def sleep(self, seconds: float) -> None:
        """Pass it."""
        self.slept.append(seconds)
        if len(self.slept) > self._restless:
            await self.storage.reset()


def limiter(night: Night, **budgets: Budget) -> Limiter:
    return Limiter(budgets, storage=night.storage, sleep=night.sleep)


async def outcomes(times: int, ask: Callable[[], Awaitable[float | None]]) -> list[float | None]:
    return [await ask() for _ in range(times)]


async def test_a_scope_without_a_budget_is_not_held_back() -> None:
    night = Night()
    free = limiter(night, reads=Budget(1, A_DAY))
    assert await outcomes(50, lambda: free.wait("others", "me", at_most=0)) == [None] * 50
    assert night.slept == []


async def test_calls_within_the_budget_go_at_once() -> None:
    night = Night()
    limited = limiter(night, reads=Budget(3, A_DAY))
    assert await outcomes(3, lambda: limited.wait("reads", "me", at_most=0)) == [None] * 3
    assert night.slept == []


async def test_a_call_too_many_waits_until_the_window_has_room() -> None:
    night = Night()
    limited = limiter(night, reads=Budget(1, A_DAY))
    assert await outcomes(2, lambda: limited.wait("reads", "me", at_most=2 * A_DAY)) == [None, None]
    assert night.slept == [pytest.approx(A_DAY, abs=60)]


async def test_a_call_too_many_that_may_not_wait_is_told_how_long_it_would_be() -> None:
    night = Night()
    limited = limiter(night, reads=Budget(1, A_DAY))
    first, second = await outcomes(2, lambda: limited.wait("reads", "me", at_most=5.0))
    assert first is None
    assert second == pytest.approx(A_DAY, abs=60)
    assert night.slept == []


async def test_a_call_that_was_told_to_wait_has_taken_nothing() -> None:
    night = Night()
    limited = limiter(night, reads=Budget(2, A_DAY))
    await outcomes(20, lambda: limited.wait("reads", "me", at_most=0))
    await night.storage.reset()
    assert await outcomes(2, lambda: limited.wait("reads", "me", at_most=0)) == [None, None]


async def test_whoever_finds_the_window_full_again_waits_again_but_not_for_ever() -> None:
    night = Night(restless=2)
    limited = limiter(night, reads=Budget(1, A_DAY))
    assert await outcomes(2, lambda: limited.wait("reads", "me", at_most=9 * A_DAY)) == [None, None]
    assert len(night.slept) == 3

    tired = Night(restless=99)
    limited = limiter(tired, reads=Budget(1, A_DAY))
    _, told = await outcomes(2, lambda: limited.wait("reads", "me", at_most=3.5 * A_DAY))
    assert told is not None
    assert sum(tired.slept) <= 3.5 * A_DAY
    assert len(tired.slept) == 3


async def test_a_clock_that_was_set_back_holds_nobody_up() -> None:
    night = Night()
    limited = limiter(night, reads=Budget(1, 60))
    assert await limited.wait("reads", "me", at_most=0) is None
    for entries in night.storage.events.values():
        for entry in entries:
            entry.atime += 3600
    assert await limited.wait("reads", "me", at_most=1) is None
    assert await limited.wait("reads", "me", at_most=0) == pytest.approx(60, abs=30)


async def test_callers_and_scopes_are_counted_apart() -> None:
    limited = limiter(Night(), reads=Budget(1, A_DAY), writes=Budget(1, A_DAY))
    pairs = [("reads", "me"), ("reads", "you"), ("writes", "me"), ("writes", "you")]
    assert [await limited.wait(scope, caller, at_most=0) for scope, caller in pairs] == [None] * 4
    assert None not in [await limited.wait(scope, caller, at_most=0) for scope, caller in pairs]


async def test_a_limiter_counts_in_its_own_memory_unless_told_otherwise() -> None:
    one, other = Limiter({"reads": Budget(1, A_DAY)}), Limiter({"reads": Budget(1, A_DAY)})
    assert await one.wait("reads", "me", at_most=0) is None
    assert await other.wait("reads", "me", at_most=0) is None
    assert await one.wait("reads", "me", at_most=0) is not None


@given(calls=st.integers(1, 60), seconds=st.integers(1, 9), workers=st.integers(1, 1000))
def test_shares_together_never_are_more_than_the_budget_and_nobody_has_none(
    calls: int, seconds: int, workers: int
) -> None:
    share = Budget(calls, seconds).share(workers)
    longer, rest = divmod(share.seconds, seconds)
    assert share.calls >= 1
    assert rest == 0
    assert workers * share.calls <= calls * longer  # in any window of a share
    assert longer == 1 or workers > calls  # which is that of the budget wherever that can be
    assert workers * (share.calls + 1) > calls * longer  # more would be too much
    assert Budget(calls, seconds).share(1) == Budget(calls, seconds)


async def test_without_a_place_to_count_together_each_worker_has_its_share() -> None:
    for workers, goes in ((1, 6), (4, 1), (6, 1)):
        limited = Limiter({"reads": Budget(6, A_DAY)}, workers=workers)
        told = await outcomes(7, lambda limited=limited: limited.wait("reads", "me", at_most=0))
        assert told.count(None) == goes
    limited = Limiter({"reads": Budget(6, A_DAY)}, workers=13)
    told = await outcomes(2, lambda: limited.wait("reads", "me", at_most=0))
    assert told == [None, pytest.approx(3 * A_DAY, abs=60)]


def test_a_budget_says_how_many_calls_in_how_many_seconds() -> None:
    item = Budget(8).item()
    assert (item.amount, item.get_expiry()) == (8, 1)
