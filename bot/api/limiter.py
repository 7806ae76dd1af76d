"""Limits that an upstream sets on calls, kept on our side so that it need not refuse us."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

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


class Limiter:
    """Holds calls back until their scope has room.

    ``budgets`` maps a scope to its :class:`Budget`; a scope without one is not held back. What was
    called is counted in ``storage``, by default this process's memory.
    """

    def __init__(
        self, budgets: Mapping[str, Budget], *, storage: Storage | None = None, sleep: Sleep = asyncio.sleep
    ) -> None:
        self._items = {scope: budget.item() for scope, budget in budgets.items()}
        self._strategy = MovingWindowRateLimiter(storage or MemoryStorage())
        self._sleep = sleep

    async def wait(self, scope: str, caller: str, *, at_most: float) -> float | None:
        """Wait for room and take it.

        Returns None when the call may go. Where that would take longer than ``at_most`` seconds,
        returns at once how long it would take, having taken nothing.
        """
        item = self._items.get(scope)
        if item is None:
            return None
        waited = 0.0
        while not await self._strategy.hit(item, scope, caller):
            stats = await self._strategy.get_window_stats(item, scope, caller)
            pause = max(stats.reset_time - time.time(), 0.0) + _SLACK
            if waited + pause > at_most:
                return pause
            await self._sleep(pause)
            waited += pause
        return None
