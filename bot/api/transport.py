"""The one request loop: limit, send, decode, retry. Nothing else sends a request to an upstream."""

from __future__ import annotations

import asyncio
import random
import re
import time
from collections.abc import AsyncGenerator, Callable, Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TypeVar

import aiohttp
import yarl
from pydantic import TypeAdapter, ValidationError

from bot.api.attempts import Attempt, Observer, show
from bot.api.call import ANSWER, Call
from bot.api.limiter import Limiter, Sleep
from bot.api.multipart import Multipart
from bot.api.policy import (
    Accept,
    Dialect,
    Effect,
    Patience,
    Refuse,
    Repeat,
    Reply,
    Setback,
    Verdict,
    judge_reply,
    judge_setback,
    unexpected,
)
from bot.errors import ApiError, Broken, RateLimited, Uncertain, Unexpected, Unreachable
from bot.services import Provider

T = TypeVar("T")

_FIELD = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,39}")

_WORTH_A_TRY = 0.2
"""Seconds that must be left to try once more: with fewer, the deadline would cut the attempt off and
hide what the one before it had brought."""

_LONG = 256 * 1024
"""Bytes from which an answer is read in a thread of its own: everybody would wait for that."""

MAX_REFUSAL = 64 * 1024
"""Bytes that are read of an answer that is no success; a longer one counts as empty."""


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Seconds: to connect, between two reads, and for one whole attempt.

    Connecting may take half of what an attempt has at most, so that running out of time there is told
    from running out of it once the request was sent.
    """

    connect: float = 4.0
    read: float = 8.0
    attempt: float = 12.0


@dataclass(frozen=True, slots=True)
class Pace:
    """What time means to a transport, so that tests can do without waiting."""

    patience: Patience = field(default_factory=Patience)
    timeouts: Timeouts = field(default_factory=Timeouts)
    clock: Callable[[], float] = time.monotonic
    sleep: Sleep = asyncio.sleep
    jitter: Callable[[], float] = random.random


class Transport:
    """Sends the calls of one upstream.

    ``session`` is shared and closed by whoever made it. ``base_url`` has no trailing slash. ``observers`` are
    told of every attempt; whoever joins them later is told from then on.
    """

    def __init__(
        self,
        session: aiohttp.ClientSession,
        provider: Provider,
        base_url: str,
        dialect: Dialect,
        limiter: Limiter,
        pace: Pace | None = None,
        observers: Sequence[Observer] = (),
    ) -> None:
        self.provider = provider
        self._session = session
        self._base_url = base_url.rstrip("/")
        self._dialect = dialect
        self._limiter = limiter
        self._pace = pace or Pace()
        self._observers = observers
        self._in_flight: dict[str, asyncio.Task[Reply]] = {}
        """Reads that others may join. One begun before a write ended is not joined after it."""

    async def send(self, call: Call, *, deadline: float | None = None) -> Reply:
        """Send a call and return its answer, one that is no refusal.

        ``deadline`` in seconds shortens the usual patience. Equal reads that are in flight at once
        are sent once. Raises an :class:`~bot.errors.ApiError` of any kind, and ``ValueError`` for a
        path that would climb or be cleaned into another, and for a file of another size than is said.
        """
        if call.effect is Effect.WRITE:
            try:
                return await self._try(call, deadline)
            finally:
                # Whose reads it changes cannot be told: what is public is read without a credential,
                # and Pixela's webhooks are called without one.
                self._in_flight.clear()
        if deadline is not None:
            return await self._try(call, deadline)
        key = call.identity()
        task = self._in_flight.get(key)
        if task is None:
            task = asyncio.create_task(self._try(call, None), name=f"{self.provider} read")
            self._in_flight[key] = task
            task.add_done_callback(lambda done: self._forget(key, done))
        await asyncio.wait({task})  # whoever waits no longer does not end it for the others
        return task.result()

    async def fetch(self, call: Call, shape: type[T] | TypeAdapter[T], *, deadline: float | None = None) -> T:
        """Send a call and read its answer as ``shape``.

        Raises what :meth:`send` raises, and :class:`~bot.errors.Unexpected` with the path of the
        first field that does not fit, never its value; for a write, which may well have been done,
        :class:`~bot.errors.Uncertain`.
        """
        reply = await self.send(call, deadline=deadline)
        try:
            if len(reply.body) > _LONG:
                return await asyncio.to_thread(self.read, reply, shape)
            return self.read(reply, shape)
        except Unexpected:
            if call.effect is Effect.READ:
                raise
            raise Uncertain(self.provider, status=reply.status) from None

    def read(self, reply: Reply, shape: type[T] | TypeAdapter[T]) -> T:
        """Read an answer as ``shape``. Raises :class:`~bot.errors.Unexpected`."""
        try:
            adapter = shape if isinstance(shape, TypeAdapter) else TypeAdapter(shape)
            return adapter.validate_json(reply.body)
        except ValidationError as error:
            raise unexpected(self.provider, reply, _where(error)) from None

    def _forget(self, key: str, task: asyncio.Task[Reply]) -> None:
        if self._in_flight.get(key) is task:
            del self._in_flight[key]
        if not task.cancelled():
            # Everybody who waited may be gone; an error nobody reads must not be reported as lost.
            task.exception()

    async def _try(self, call: Call, deadline: float | None) -> Reply:
        pace = self._pace
        usual = max(pace.patience.deadline, call.seconds or 0.0)
        ends = pace.clock() + (usual if deadline is None else min(usual, deadline))
        failure: ApiError = Unreachable(self.provider)
        attempt = counted = 0
        while True:
            await self._make_room(call, ends - pace.clock())
            left = ends - pace.clock()
            if left <= (_WORTH_A_TRY if attempt else 0):
                raise failure
            outcome = await self._attempt(call, left)
            if isinstance(outcome, Reply):
                return outcome
            outcome.error.reason = call.presentable(outcome.error.reason)
            if isinstance(outcome, Refuse):
                raise outcome.error
            pause = pace.patience.pause(attempt, outcome, pace.jitter())
            if call.once or pace.patience.is_over(counted, outcome, pause, ends - pace.clock()):
                raise outcome.error
            failure = outcome.error
            attempt += 1
            counted += outcome.counted
            await pace.sleep(pause)

    async def _make_room(self, call: Call, left: float) -> None:
        ends = self._pace.clock() + left
        for scope in (call.throttle, call.scope):
            wait = await self._limiter.wait(scope, call.counted_as(), at_most=ends - self._pace.clock())
            if wait is not None:
                raise RateLimited(self.provider, retry_after=wait)

    async def _attempt(self, call: Call, left: float) -> Reply | Refuse | Repeat:
        began = self._pace.clock()
        try:
            reply = await self._exchange(call, left)
        except _NoAnswer as ended:
            self._observe(None, ended.setback, began)
            return judge_setback(ended.setback, call.effect, self.provider)
        verdict = judge_reply(reply, call.effect, self.provider, call.dialect or self._dialect)
        garbled = isinstance(verdict, Accept) and call.accept == ANSWER and not reply.is_readable()
        self._observe(reply.status, Setback.GARBLED if garbled else None, began, _answered(verdict))
        if garbled:
            return judge_setback(Setback.GARBLED, call.effect, self.provider)
        return reply if isinstance(verdict, Accept) else verdict

    def _observe(
        self, status: int | None, setback: Setback | None, began: float, answered: bool = False
    ) -> None:
        seconds = self._pace.clock() - began
        attempt = Attempt(self.provider, status, setback, seconds, answered and setback is None)
        show(attempt, self._observers)

    async def _exchange(self, call: Call, left: float) -> Reply:
        headers, body = _written(call)
        with _setbacks():
            async with self._session.request(
                call.method,
                yarl.URL(self._base_url + call.target(), encoded=True),
                data=body,
                headers=headers,
                allow_redirects=False,
                timeout=self._timeout(call, left),
                middlewares=(_send_once,),
            ) as response:
                told = {name.lower(): value for name, value in response.headers.items()}
                return Reply(response.status, told, await _read_body(response, call.most))

    def _timeout(self, call: Call, left: float) -> aiohttp.ClientTimeout:
        timeouts, longer = self._pace.timeouts, call.seconds or 0.0
        total = max(0.01, min(max(timeouts.attempt, longer), left))
        return aiohttp.ClientTimeout(
            total=total, connect=min(timeouts.connect, total / 2), sock_read=max(timeouts.read, longer)
        )


def _written(call: Call) -> tuple[dict[str, str], AsyncGenerator[bytes] | bytes | None]:
    """Write a call down anew: a form is read while it is sent, so that each attempt needs its own."""
    if not call.form:
        return call.headers(), call.body()
    form = Multipart(call.form)
    return call.headers() | form.headers(), form.chunks()


class _NoAnswer(Exception):
    """An attempt that brought no answer."""

    def __init__(self, setback: Setback) -> None:
        self.setback = setback
        super().__init__(setback)


async def _send_once(
    request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType
) -> aiohttp.ClientResponse:
    """Keep aiohttp from repeating a request by itself.

    It sends GET, PUT and DELETE a second time when a connection breaks, which would count a habit
    twice: Pixela increments by PUT. An error that it does not know passes through at once.
    """
    with _setbacks():
        return await handler(request)


@contextmanager
def _setbacks() -> Generator[None]:
    """Tell what aiohttp raises apart by whether the request can have been carried out."""
    try:
        yield
    except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError):
        raise _NoAnswer(Setback.NOT_CONNECTED) from None
    except TimeoutError:
        raise _NoAnswer(Setback.TIMED_OUT) from None
    except (aiohttp.ClientError, OSError):
        raise _NoAnswer(Setback.CUT_OFF) from None


async def _read_body(response: aiohttp.ClientResponse, most: int) -> bytes:
    if response.ok:
        return await _read_at_most(response, most)
    try:
        return await _read_at_most(response, MAX_REFUSAL)
    except _NoAnswer:
        return b""  # the status says enough


async def _read_at_most(response: aiohttp.ClientResponse, most: int) -> bytes:
    body = bytearray()
    async for chunk in response.content.iter_any():
        body += chunk
        if len(body) > most:
            raise _NoAnswer(Setback.TOO_LARGE)
    return bytes(body)


def _where(error: ValidationError) -> str:
    first = error.errors(include_url=False, include_context=False, include_input=False)[0]
    return ".".join(_step(step) for step in first["loc"]) or "the body"


def _step(step: int | str) -> str:
    """Name a step of a path; a key that is no field's name is part of the answer and stays out."""
    return str(step) if isinstance(step, int) or _FIELD.fullmatch(step) else "*"


def _answered(verdict: Verdict) -> bool:
    """Say whether the upstream did its part: what it refuses, or turns away as it says it does, is that."""
    if isinstance(verdict, Accept):
        return True
    turned_away = isinstance(verdict, Repeat) and not verdict.counted
    return turned_away or not isinstance(verdict.error, Broken | Unexpected | Uncertain | Unreachable)
