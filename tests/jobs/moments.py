"""When to kill: at any moment, or right after something of which a careless program would do half."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice

from benchmarks.loopback import LoopbackDiscord
from benchmarks.wire import Call
from bot.sandbox.useapi import Useapi

_SHORTLY = 0.04
"""Seconds within which the bot has written down what it was told."""
_WAITED = 0.7
"""Seconds that something is waited for."""


@dataclass(frozen=True)
class Moments:
    """Picks them by chance."""

    discord: LoopbackDiscord
    useapi: Useapi
    chance: random.Random

    async def one(self, *, within: float) -> None:
        """Wait for one, which begins to be looked for ``within`` so many seconds."""
        await asyncio.sleep(self.chance.uniform(0, within))
        happened = self.chance.choice((None, self._submitted(), self._ended(), self._answered()))
        if happened is None:
            return
        loop = asyncio.get_running_loop()
        until = loop.time() + _WAITED
        while not happened() and loop.time() < until:  # noqa: ASYNC110 - what is looked at tells nobody
            await asyncio.sleep(0.001)
        await asyncio.sleep(self.chance.uniform(0, _SHORTLY))

    def _submitted(self) -> Callable[[], bool]:
        """Return what says whether the upstream made a job since now."""
        before = len(self.useapi.jobs)
        return lambda: len(self.useapi.jobs) > before

    def _ended(self) -> Callable[[], bool]:
        """Return what says whether an end was shown since now."""
        return self._asked(lambda call: bool(call.files))

    def _answered(self) -> Callable[[], bool]:
        """Return what says whether a member was answered since now."""
        return self._asked(lambda call: call.path.endswith("/callback"))

    def _asked(self, wanted: Callable[[Call], bool]) -> Callable[[], bool]:
        before = len(self.discord.requests)
        return lambda: any(wanted(call) for call in islice(self.discord.requests, before, None))
