"""A loop of discord.py that rests for as long as it is told, whatever the clock on the wall does."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Collection
from datetime import datetime, timedelta
from math import inf
from typing import Any

import discord
from discord.ext import tasks

FINISH_SECONDS = 5.0
"""How long a stop waits for what is under way, where nobody says otherwise."""
_TURN_SECONDS = 60.0
"""How long a turn may take before the loop counts as late."""

Turn = Callable[[], Awaitable[float]]
"""Does what is to be done, and returns for how many seconds to rest."""


class Rhythm(tasks.Loop[Any]):
    """Takes a turn, rests for as long as the turn says, and so on, until it is cancelled.

    By itself discord.py sleeps until a time of day, counted from the turn before: it would rest for an
    hour when the clock is put back by one, and take all turns of that hour at once when it is put forward.
    """

    def __init__(self, turn: Turn) -> None:
        self._turn = turn
        self._rest = inf
        self._due = inf
        """When the next turn is to begin, or the one that was begun is to be over, on the monotonic clock."""
        missing: Any = discord.utils.MISSING
        super().__init__(
            self._take_turn,
            seconds=1,  # only says that there is a rest between two turns
            hours=0,
            minutes=0,
            time=missing,
            count=None,
            reconnect=True,
            name=None,
        )

    def hurry(self, seconds: float) -> None:
        """Take the next turn within so many seconds."""
        if self._rest <= seconds:
            return
        self._rest = seconds
        if self._handle is not None and not self._handle.done():
            self._due = min(self._due, time.monotonic() + seconds)
            self._handle.recalculate(_from_now(seconds))

    def go_on(self) -> None:
        """Say of a turn that takes long that it goes on."""
        self._due = time.monotonic() + _TURN_SECONDS

    def lateness(self) -> float:
        """Return by how many seconds the loop is late: negative where not, infinite once it ended."""
        return time.monotonic() - self._due if self.is_running() else inf

    async def finish(self, steps: Collection[asyncio.Task[None]], seconds: float) -> None:
        """Take no further turn; let the steps that turns began end, and cancel what is left after so long."""
        self.cancel()
        turns = self.get_task()
        if turns is not None:
            await asyncio.wait({turns}, timeout=seconds)
        if steps:
            await asyncio.wait(steps, timeout=seconds)
        left = list(steps)
        for step in left:
            step.cancel()
        await asyncio.gather(*left, return_exceptions=True)

    async def _take_turn(self) -> None:
        self._rest = inf
        self.go_on()
        rest = await self._turn()
        self._rest = min(rest, self._rest)  # somebody may have been in a hurry meanwhile
        self._due = time.monotonic() + self._rest

    def _try_sleep_until(self, dt: datetime) -> Any:
        del dt
        return super()._try_sleep_until(_from_now(self._rest))


def lateness(loop: tasks.Loop[Any]) -> float:
    """Return by how many seconds a plain loop of discord.py is late, as :meth:`Rhythm.lateness` does."""
    following = loop.next_iteration
    if following is None or not loop.is_running():
        return inf
    return (discord.utils.utcnow() - following).total_seconds()


def _from_now(seconds: float) -> datetime:
    return discord.utils.utcnow() + timedelta(seconds=seconds)


if not (hasattr(tasks.Loop, "_try_sleep_until") and hasattr(tasks.SleepHandle, "recalculate")):
    raise RuntimeError("this discord.py rests in another way; install the version in the lock")
