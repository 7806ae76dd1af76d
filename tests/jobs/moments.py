"""When to kill: at any moment, or right after something of which a careless program would do half."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TypeAlias

from benchmarks.driver import Driver
from benchmarks.wire import Call

Watch: TypeAlias = Callable[[], Callable[[], bool]]
"""Begins to watch, and returns what says whether something happened since."""

_SHORTLY = 0.04
"""Seconds within which the bot has written down what it was told."""


@dataclass(frozen=True)
class Moments:
    """Picks them by chance: one right after something that is watched for, or where that is None any."""

    chance: random.Random
    watches: Sequence[Watch | None]
    patience: float = 0.7
    """Seconds that something is waited for."""

    async def one(self, *, within: float, at_once: bool = False) -> None:
        """Wait for one, which begins to be looked for ``within`` so many seconds.

        ``at_once``: what is watched for is watched for from now on.
        """
        watch = self.chance.choice(self.watches)
        if watch is None or not at_once:
            await asyncio.sleep(self.chance.uniform(0, within))
        if watch is None:
            return
        happened = watch()
        loop = asyncio.get_running_loop()
        until = loop.time() + self.patience
        while not happened() and loop.time() < until:  # noqa: ASYNC110 - what is looked at tells nobody
            await asyncio.sleep(0.001)
        await asyncio.sleep(self.chance.uniform(0, _SHORTLY))


def grown(count: Callable[[], int], *, by: Callable[[], int] = lambda: 1) -> Watch:
    """Watch for a number to grow."""

    def watch() -> Callable[[], bool]:
        enough = count() + by()
        return lambda: count() >= enough

    return watch


def asked(discord: Driver, wanted: Callable[[Call], bool]) -> Watch:
    """Watch for the bot to ask something of Discord."""

    def watch() -> Callable[[], bool]:
        before = len(discord.requests)
        return lambda: any(wanted(call) for call in islice(discord.requests, before, None))

    return watch
