"""Calls counted together by all workers, in a Valkey or Redis.

One script per call counts by the server's clock alone: workers whose clocks differ would otherwise each
see another window. The names of what is counted tell nothing to who reads them there.
"""

from __future__ import annotations

import asyncio
import errno
import logging
import os
import ssl
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Protocol, cast

from pydantic import SecretStr

from bot.api.limiter import Budget
from bot.errors import StartupError

_log = logging.getLogger(__name__)

PREFIX = "switchboard:calls:"
"""How the name of everything begins that is kept there."""
_LANES = 8
"""How many calls ask at a time. An answer takes a fraction of a millisecond; the others queue here, where
waiting is no sign of trouble."""


@dataclass(frozen=True, slots=True)
class Waits:
    """How many seconds a call and others wait at most."""

    answer: float = 0.25
    """For the server, by a call."""
    turn: float = 1.0
    """For a turn to ask it."""
    look: float = 1.0
    """For the server, by a look, which no call waits for."""
    rest: float = 5.0
    """Until a server that failed is looked at again."""


_COUNT = """
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local calls, window = tonumber(ARGV[1]), tonumber(ARGV[2])
local newest = redis.pcall('LINDEX', KEYS[1], 0)
-- No list of ours, or from a time to come since the clock was set back: it would hold calls back for long.
if type(newest) == 'table' or (newest and tonumber(newest) > now + window) then
    redis.call('DEL', KEYS[1])
end
local oldest = redis.call('LINDEX', KEYS[1], calls - 1)
if oldest and now - tonumber(oldest) <= window then
    return window - (now - tonumber(oldest)) + 1
end
redis.call('LPUSH', KEYS[1], string.format('%.0f', now))
redis.call('LTRIM', KEYS[1], 0, calls - 1)
redis.call('PEXPIRE', KEYS[1], math.ceil(window / 1000) + 1000)
return 0
"""
"""Counts a call and returns 0, or the microseconds until there is room. The list has the moments of the last
calls, the newest first."""


class _Pool(Protocol):
    async def disconnect(self, inuse_connections: bool = True) -> None: ...


class _Server(Protocol):
    """What is used of the client."""

    @property
    def connection_pool(self) -> _Pool: ...

    def register_script(self, script: str) -> Callable[[Sequence[str], Sequence[int]], Awaitable[object]]: ...

    async def aclose(self) -> None: ...


class SharedCounts:
    """Counts calls at one server, until closed.

    ``alias`` turns what must not be read there into a name, the same in every worker. ``clock`` is
    monotonic. Raises :class:`~bot.errors.StartupError` where the client for the server is not installed.
    """

    def __init__(
        self,
        url: SecretStr,
        alias: Callable[[str], str],
        *,
        waits: Waits | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._alias = alias
        self._waits = waits or Waits()
        self._clock = clock
        self._server = _connected_to(url.get_secret_value(), self._waits.look)
        self._script = self._server.register_script(_COUNT)
        self._lanes = asyncio.Semaphore(_LANES)
        self._is_asked = True
        """Whether calls ask the server: not from a call's failure on until a look finds it well."""
        self._trouble: str | None = None
        """What the last look found wrong with it."""
        self._rests_until = 0.0
        self._looking: asyncio.Task[str | None] | None = None

    async def take(self, budget: Budget, scope: str, caller: str) -> float | None:
        """Take room as :class:`~bot.api.limiter.Counts` says. None while the server cannot be used."""
        if not self._is_in_use():
            if self._clock() >= self._rests_until:
                self._begin_look()
            return None
        try:
            async with asyncio.timeout(self._waits.turn):
                await self._lanes.acquire()
        except TimeoutError:
            return None
        try:
            # Whoever queued may have been overtaken by trouble.
            return await self._ask(budget, scope, caller) if self._is_in_use() else None
        finally:
            self._lanes.release()

    async def look(self) -> str | None:
        """Try the server, and return in a few words what is wrong with it, None where nothing is.

        Takes a second at most. Never raises.
        """
        return await asyncio.shield(self._begin_look())

    async def close(self) -> None:
        """Let go of the server."""
        if self._looking is not None:
            self._looking.cancel()
            await asyncio.wait({self._looking})
        with suppress(Exception):  # whatever it is, nothing is lost, and the stop goes on
            async with asyncio.timeout(self._waits.look):
                await self._server.aclose()

    async def _ask(self, budget: Budget, scope: str, caller: str) -> float | None:
        try:
            async with asyncio.timeout(self._waits.answer):
                return await self._count(budget, scope, caller)
        except Exception:  # noqa: BLE001 - whatever the server does, the call goes on
            # It may be us who were late, so a look decides; meanwhile nobody asks, and nobody waits.
            self._is_asked = False
            self._begin_look()
            return None

    def _is_in_use(self) -> bool:
        return self._is_asked

    async def _count(self, budget: Budget, scope: str, caller: str) -> float:
        whose = self._alias(f"{scope}\x00{budget.calls}/{budget.seconds}\x00{caller}")
        told = await self._script([PREFIX + whose], [budget.calls, budget.seconds * 1_000_000])
        return int(cast("int", told)) / 1_000_000

    def _begin_look(self) -> asyncio.Task[str | None]:
        """Look, once at a time. It goes on where nobody waits for it."""
        if self._looking is None:
            self._looking = asyncio.create_task(self._look(), name="a look at the server of shared limits")
            self._looking.add_done_callback(self._looked)
        return self._looking

    def _looked(self, _task: asyncio.Task[str | None]) -> None:
        self._looking = None

    async def _look(self) -> str | None:
        try:
            async with asyncio.timeout(self._waits.look):
                if not self._is_asked:
                    # Connections that rest may be dead as well, each of which would fail one more look.
                    await self._server.connection_pool.disconnect(inuse_connections=False)
                await self._count(_LOOKS, "a look", "")
                # Once more, now that it is connected: one that is slow would keep calls waiting.
                async with asyncio.timeout(2 * self._waits.answer):
                    await self._count(_LOOKS, "a look", "")
        except Exception as error:  # noqa: BLE001 - whatever it is, it is told
            self._fail(error)
        else:
            self._recover()
        return self._trouble

    def _fail(self, error: Exception) -> None:
        trouble = what_failed(error)
        if self._trouble is None:
            _log.warning(
                "calls of services are not counted together: the server of RATE_LIMIT_URL %s; "
                "each worker keeps to its own share",
                trouble,
            )
        self._trouble, self._is_asked = trouble, False
        self._rests_until = self._clock() + self._waits.rest

    def _recover(self) -> None:
        if self._trouble is not None:
            _log.warning("calls of services are counted together again")
        self._trouble, self._is_asked = None, True


_LOOKS = Budget(1_000)
"""A budget that looks do not fill."""


def _connected_to(url: str, seconds: float) -> _Server:
    try:
        from valkey.asyncio import Valkey  # noqa: PLC0415 - where somebody wants it
    except ModuleNotFoundError as error:
        missing = (error.name or "valkey").partition(".")[0]
        raise StartupError(f"RATE_LIMIT_URL: needs the package {missing} (make install brings it)") from None
    options = {} if url.startswith("unix:") else {"socket_keepalive": True}
    if url.startswith(("rediss:", "valkeys:")):
        options["ssl_check_hostname"] = True  # without it a certificate for any other name would do
    return cast(
        "_Server",
        Valkey.from_url(  # pyright: ignore[reportUnknownMemberType] - its keywords have no types
            url,
            socket_timeout=seconds,
            socket_connect_timeout=seconds,
            lib_name=None,  # to say who we are would take one more turn
            lib_version=None,
            **options,
        ),
    )


def what_failed(error: BaseException) -> str:
    """Return in a few words what the server did instead, without anything that it said of ours."""
    each: BaseException | None = error
    while each is not None:
        meaning = _meaning_of(each)
        if meaning is not None:
            return meaning
        each = each.__cause__ or each.__context__  # the client wraps what it meets
    if type(error).__name__ == "ConnectionError":
        return "cannot be reached"
    return f"does not answer as a Valkey or Redis does ({type(error).__name__})"


def _meaning_of(error: BaseException) -> str | None:
    name = type(error).__name__
    if isinstance(error, ssl.SSLCertVerificationError):
        return "has a certificate that is not trusted here"
    if name in _MEANINGS:
        return _MEANINGS[name]
    if isinstance(error, OSError) and error.errno is not None:
        known = error.errno in errno.errorcode
        return f"cannot be reached ({os.strerror(error.errno) if known else error.strerror})"
    if name == "ResponseError":
        code = str(error).partition(" ")[0]
        return f"refuses ({code})" if code.isalpha() and code.isupper() else "refuses"
    return None


_MEANINGS = {
    "TimeoutError": "does not answer in time",
    "AuthenticationError": "refuses the password",
    "AuthenticationWrongNumberOfArgsError": "refuses the password",
    "NoPermissionError": "does not permit our user to do that",
    "ReadOnlyError": "is a replica that must not be written to",
    "OutOfMemoryError": "is out of memory",
    "BusyLoadingError": "is still loading its data",
}
"""By the name of the error: the client is imported only where it is used."""
