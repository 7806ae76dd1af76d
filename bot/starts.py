"""Starts of gateway sessions: how many Discord allows for, and how soon after one another.

A shard that identifies itself starts one. Within five seconds one of each bucket may (``shard_id %
max_concurrency``), over all processes. Beyond ``remaining`` Discord ends every session and resets the token.
https://docs.discord.com/developers/events/gateway#session-start-limit-object
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Protocol, Self

from bot.errors import StartupError
from bot.storage.troubles import find_reason

_log = logging.getLogger(__name__)

BETWEEN = 5.25
"""Seconds between two starts of one bucket, with a margin to Discord's five for what is on its way."""
_LONGEST_PAUSE = 600.0
"""Seconds that a process waits at most before it starts when starts have become scarce."""
_STANDS = 60.0
"""Seconds for which what Discord allows for is taken as known, as long as it is much."""
_MUCH = 100
_PATIENCE = 45.0
"""Seconds between two questions whether starts are allowed again; discord.py gives a shard sixty."""


@dataclass(frozen=True, slots=True)
class Limit:
    """What Discord allows for; ``reset_after`` is in seconds."""

    total: int
    remaining: int
    reset_after: float
    max_concurrency: int

    @classmethod
    def read(cls, answer: Mapping[str, Any]) -> Self:
        """Read the answer to ``GET /gateway/bot``; one without a limit is a proxy's, and is no limit."""
        found: Mapping[str, Any] = answer.get("session_start_limit") or {}
        remaining = int(found.get("remaining", 1000))
        return cls(
            int(found.get("total", remaining)),
            remaining,
            found.get("reset_after", 0) / 1000,
            max(1, int(found.get("max_concurrency", 1))),
        )

    def pause(self, shards: int) -> float:
        """Return for how many seconds to wait before so many shards start.

        It is 0 as long as half of the starts are left: fewer are used up by a process that ends soon and is
        started again and again. From there on as long as it takes that the rest lasts until the reset.
        """
        if self.remaining * 2 >= self.total:
            return 0.0
        return min(_LONGEST_PAUSE, self.reset_after * shards / self.remaining)


class Taking(Protocol):
    """Takes turns, among the processes of one app."""

    async def take(self, bucket: int) -> float:
        """Take a turn in a bucket; return 0.0, or in how many seconds to ask again."""
        ...


class OwnTurns:
    """The turns of a process that has no other beside it. ``clock`` is monotonic."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._next: dict[int, float] = {}

    async def take(self, bucket: int) -> float:
        """Take a turn in a bucket; return 0.0, or in how many seconds it is free."""
        now = self._clock()
        left = self._next.get(bucket, now) - now
        if left <= 0:
            self._next[bucket] = now + BETWEEN
        return max(0.0, left)


Ask = Callable[[], Awaitable[Limit]]
Sleep = Callable[[float], Awaitable[object]]


class Starts:
    """When the shards of this process may start sessions. ``ask`` asks Discord what it allows for.

    ``clock`` gives seconds since 1970, ``monotonic`` those that no clock being set changes.
    """

    def __init__(
        self,
        ask: Ask,
        turns: Taking,
        *,
        clock: Callable[[], float],
        monotonic: Callable[[], float] = time.monotonic,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        self._ask, self._turns = ask, turns
        self._clock, self._monotonic, self._sleep = clock, monotonic, sleep
        self._limit: Limit | None = None
        self._known_until = 0.0

    async def begin(self, limit: Limit, shards: int) -> None:
        """Let so many shards start, or wait where starts have become scarce.

        Raises :class:`~bot.errors.StartupError` where too few are left.
        """
        self._know(limit)
        if limit.remaining < shards:
            raise StartupError(
                f"DISCORD_TOKEN: Discord lets this app start {limit.remaining} more gateway sessions until "
                f"{self._reset(limit)}, and {shards} are needed, one a shard; start it after that, and look "
                "why it was started so often (beyond the limit Discord resets the token)"
            )
        pause = limit.pause(shards)
        if pause:
            _log.warning(
                "waiting for %.0f s: Discord lets this app start %d (of %d) more gateway sessions until %s",
                pause,
                limit.remaining,
                limit.total,
                self._reset(limit),
            )
            await self._sleep(pause)

    async def wait(self, shard_id: int) -> None:
        """Wait until a shard may identify itself. A session that is resumed need not."""
        limit = await self._current()
        while limit.remaining < 1:
            _log.error(
                "shard %d waits: Discord allows for no gateway session until %s", shard_id, self._reset(limit)
            )
            await self._sleep(min(_PATIENCE, max(1.0, limit.reset_after)))
            limit = await self._asked()
        while left := await self._take(shard_id % limit.max_concurrency):
            await self._sleep(left)
        self._limit = replace(limit, remaining=limit.remaining - 1)

    async def _take(self, bucket: int) -> float:
        try:
            return await self._turns.take(bucket)
        except Exception as error:
            # discord.py ends the bot for what it does not know; a database comes back.
            reason = find_reason(error)
            if reason is None:
                raise
            _log.warning("a shard waits with its start: %s", reason)
            return BETWEEN

    async def _current(self) -> Limit:
        if self._limit is not None and self._monotonic() < self._known_until:
            return self._limit
        return await self._asked()

    async def _asked(self) -> Limit:
        limit = await self._ask()
        self._know(limit)
        return limit

    def _know(self, limit: Limit) -> None:
        self._limit = limit
        self._known_until = self._monotonic() + (_STANDS if limit.remaining > _MUCH else 0.0)

    def _reset(self, limit: Limit) -> str:
        at = datetime.fromtimestamp(self._clock() + limit.reset_after, UTC)
        return f"{at:%Y-%m-%d %H:%M} UTC"
