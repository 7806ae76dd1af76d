"""Limits that an upstream sets on calls, kept on our side so that it need not refuse us."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from limits import RateLimitItem, RateLimitItemPerSecond
from limits.aio.storage import MemoryStorage, Storage
from limits.aio.strategies import MovingWindowRateLimiter

Sleep = Callable[[float], Awaitable[None]]

_SLACK = 0.002
"""Seconds added to a wait, since the window's end is rounded."""


@dataclass(frozen=True, slots=True)
class Budget:
    """At most ``calls`` in any ``seconds``, counted apart for each scope and each caller."""

    calls: int
    seconds: int = 1

    def item(self) -> RateLimitItem:
        """Return it as the limiting library counts it."""
        return RateLimitItemPerSecond(self.calls, self.seconds)

    def share(self, workers: int) -> Budget:
        """Return what each of so many may call that know nothing of each other.

        Together they keep to the budget in any window. Where they are more than its calls, each may call
        once in a window that is longer by whole times, and together they keep to the budget of that time.
        """
        if workers <= self.calls:
            return Budget(self.calls // workers, self.seconds)
        return Budget(1, self.seconds * -(-workers // self.calls))


class Counts(Protocol):
    """Where several processes count their calls together."""

    async def take(self, budget: Budget, scope: str, caller: str) -> float | None:
        """Take room for a call, and return 0; or return in how many seconds there may be some.

        Returns None where it cannot be told. Never raises, and is quick.
        """
        ...


class Limiter:
    """Holds calls back until their scope has room.

    ``budgets`` maps a scope to its :class:`Budget`; a scope without one is not held back. What was
    called is counted in ``shared``, and where there is none or it cannot tell, in ``storage``, by default
    this process's memory, against the share that one of so many ``workers`` has.
    """

    def __init__(
        self,
        budgets: Mapping[str, Budget],
        *,
        storage: Storage | None = None,
        shared: Counts | None = None,
        workers: int = 1,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        self._budgets = {**budgets}
        self._shares = {scope: budget.share(workers).item() for scope, budget in budgets.items()}
        self._strategy = MovingWindowRateLimiter(storage or MemoryStorage())
        self._shared = shared
        self._sleep = sleep

    async def wait(self, scope: str, caller: str, *, at_most: float) -> float | None:
        """Wait for room and take it.

        Returns None when the call may go. Where that would take longer than ``at_most`` seconds,
        returns at once how long it would take, having taken nothing.
        """
        if scope not in self._budgets:
            return None
        waited = 0.0
        while (pause := await self._take(scope, caller)) > 0:
            if waited + pause > at_most:
                return pause
            await self._sleep(pause)
            waited += pause
        return None

    async def _take(self, scope: str, caller: str) -> float:
        """Take room and return 0, or return how long to wait before the next try."""
        told = None
        if self._shared is not None:
            told = await self._shared.take(self._budgets[scope], scope, caller)
        if told is None:
            told = await self._take_own(self._shares[scope], scope, caller)
        return told + _SLACK if told else 0.0

    async def _take_own(self, item: RateLimitItem, scope: str, caller: str) -> float:
        if await self._strategy.hit(item, scope, caller):
            return 0.0
        stats = await self._strategy.get_window_stats(item, scope, caller)
        pause = max(stats.reset_time - time.time(), _SLACK)
        if pause > item.get_expiry() + _SLACK:
            # The clock was set back since, perhaps by hours, for which nothing would go.
            await self._strategy.clear(item, scope, caller)
            return _SLACK
        return pause
