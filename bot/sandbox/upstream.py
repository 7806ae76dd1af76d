"""What every emulated upstream shares: a real HTTP server, a request log, faults on demand.

An emulator is a subclass of :class:`Upstream` that adds its routes in :meth:`Upstream.routes`. It
answers on a loopback port that the system picks, keeps its whole state in memory, and is loud: a
route or a field that the contract does not know is answered as the vendor would and noted in
:attr:`Upstream.complaints`, which tests expect to be empty.

Nothing here imports the rest of the project: an emulator that shared the client's models would
agree with its mistakes.
"""

from __future__ import annotations

import asyncio
import fnmatch
import json
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Self, TypeAlias

from aiohttp import web

JSON: TypeAlias = "bool | int | float | str | list[JSON] | dict[str, JSON] | None"
"""Anything that a JSON text can say."""

Handler: TypeAlias = Callable[[web.Request], Awaitable[web.StreamResponse]]

MAX_UPLOAD = 64 * 1024 * 1024
"""Bytes that an emulator takes in one request."""


@dataclass(frozen=True, slots=True)
class Seen:
    """One request as it arrived, for tests to look at."""

    method: str
    path: str
    """The path as sent, percent-encoding and all, without the query."""
    query: Mapping[str, str]
    headers: Mapping[str, str]
    """Names in lower case."""
    body: bytes

    @property
    def json(self) -> JSON:
        """The body read as JSON. Raises ``ValueError`` where it is none."""
        return json.loads(self.body)


class Trouble(Enum):
    """A way in which a server can go wrong."""

    STATUS = "status"
    """Answers with the status, body and headers of the fault instead of doing the work."""
    LOST = "lost"
    """Does the work, then closes the connection instead of answering."""
    DROP = "drop"
    """Closes the connection without doing the work."""
    HANG = "hang"
    """Takes the request and never answers, until the server closes."""
    SLOW = "slow"
    """Waits ``seconds`` and then does the work."""
    HTML = "html"
    """Answers 200 with a page instead of JSON, without doing the work."""
    TRUNCATED = "truncated"
    """Does the work and sends the first half of the answer's bytes, as if that were all."""
    HUGE = "huge"
    """Answers 200 with 50 MB."""


@dataclass(slots=True)
class Fault:
    """Trouble for the requests that it matches."""

    trouble: Trouble
    method: str = "*"
    path: str = "*"
    """An ``fnmatch`` pattern over the decoded path."""
    times: int | None = 1
    """How many more requests it hits; None: until it is cleared."""
    status: int = 500
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    seconds: float = 0.0

    def hits(self, request: web.Request) -> bool:
        """Say whether this fault wants the request, without counting it."""
        return (
            self.times != 0
            and self.method in {"*", request.method}
            and fnmatch.fnmatchcase(request.path, self.path)
        )


class Upstream:
    """One emulated vendor, on one loopback port.

    ``clock`` gives the time of day in seconds since 1970 (UTC). Use it as
    ``async with SomeUpstream() as upstream:`` or call :meth:`start` and :meth:`close`.
    """

    mount = ""
    """What the address in :attr:`url` ends with, for vendors whose address has a path."""

    def __init__(self, *, clock: Callable[[], float] = time.time) -> None:
        self.clock = clock
        self.requests: list[Seen] = []
        self.complaints: list[str] = []
        """What the contract does not know: unknown routes and fields, one line each."""
        self._faults: list[Fault] = []
        self._runner: web.AppRunner | None = None
        self._port: int | None = None
        self._closing: asyncio.Event = asyncio.Event()

    def routes(self) -> Iterable[web.RouteDef]:
        """Return the vendor's routes. Subclasses answer here."""
        return ()

    def unknown(self, request: web.Request) -> web.StreamResponse:  # noqa: ARG002 - for subclasses
        """Answer a path that the vendor does not have. Subclasses answer as their vendor does."""
        return web.Response(status=404)

    @property
    def url(self) -> str:
        """The address as the matching ``*_URL`` setting takes it."""
        if self._port is None:
            raise RuntimeError(f"{type(self).__name__} is not running")
        return f"http://127.0.0.1:{self._port}{self.mount}"

    async def start(self, port: int = 0) -> None:
        """Listen on ``port`` of 127.0.0.1; 0: a free one."""
        app = web.Application(middlewares=[self._entrance], client_max_size=MAX_UPLOAD)
        app.add_routes(list(self.routes()))
        app.router.add_route("*", "/{rest:.*}", self._unknown)
        self._runner = web.AppRunner(app, access_log=None, handler_cancellation=True, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", port)
        await site.start()
        self._port = self._runner.addresses[0][1]

    async def close(self) -> None:
        """Stop listening and let go of whatever hangs."""
        self._closing.set()
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None
            self._port = None

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *exc_info: object) -> None:
        await self.close()

    def fail(self, trouble: Trouble = Trouble.STATUS, **wish: object) -> Fault:
        """Add a :class:`Fault` (its fields by keyword) and return it, to be cleared or counted."""
        fault = Fault(trouble, **wish)  # pyright: ignore[reportArgumentType] - checked by Fault's own fields
        self._faults.append(fault)
        return fault

    def refuse_with(self, status: int, body: JSON = None, **wish: object) -> Fault:
        """Add a fault that answers ``status`` with ``body`` as JSON (None: an empty body)."""
        raw = b"" if body is None else json.dumps(body, separators=(",", ":")).encode()
        headers = {"Content-Type": "application/json"} if raw else {}
        return self.fail(Trouble.STATUS, status=status, body=raw, headers=headers, **wish)

    def clear_faults(self) -> None:
        """Forget every fault that is left."""
        self._faults.clear()

    def complain(self, what: str) -> None:
        """Note something that the contract does not know."""
        self.complaints.append(what)

    def count(self, method: str, path: str) -> int:
        """Count the requests seen so far whose path matches the ``fnmatch`` pattern."""
        return sum(
            1 for seen in self.requests if seen.method == method and fnmatch.fnmatchcase(seen.path, path)
        )

    @web.middleware
    async def _entrance(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        self.requests.append(
            Seen(
                request.method,
                request.rel_url.raw_path,
                dict(request.query),
                {name.lower(): value for name, value in request.headers.items()},
                await request.read(),
            )
        )
        fault = next((fault for fault in self._faults if fault.hits(request)), None)
        if fault is None:
            return await handler(request)
        if fault.times is not None:
            fault.times -= 1
        return await self._go_wrong(fault, request, handler)

    async def _go_wrong(  # noqa: PLR0911 - one answer for each trouble
        self, fault: Fault, request: web.Request, handler: Handler
    ) -> web.StreamResponse:
        match fault.trouble:
            case Trouble.STATUS:
                return web.Response(status=fault.status, body=fault.body, headers=dict(fault.headers))
            case Trouble.HTML:
                return web.Response(text="<!doctype html><title>hello</title>", content_type="text/html")
            case Trouble.HUGE:
                return web.Response(body=b" " * 50_000_000, content_type="application/json")
            case Trouble.HANG:
                await self._closing.wait()
                return _hang_up(request)
            case Trouble.DROP:
                return _hang_up(request)
            case Trouble.LOST:
                await handler(request)
                return _hang_up(request)
            case Trouble.SLOW:
                await asyncio.sleep(fault.seconds)
                return await handler(request)
            case Trouble.TRUNCATED:
                answer = await handler(request)
                whole = answer.body if isinstance(answer, web.Response) else b""
                half = whole[: len(whole) // 2] if isinstance(whole, bytes) else b""
                return web.Response(status=answer.status, body=half, content_type="application/json")

    async def _unknown(self, request: web.Request) -> web.StreamResponse:
        self.complain(f"unknown route: {request.method} {request.path}")
        return self.unknown(request)


def _hang_up(request: web.Request) -> web.StreamResponse:
    """Close the connection under the client; the answer returned is never sent."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response(status=500)


def answer(body: JSON, status: int = 200, *, headers: Mapping[str, str] | None = None) -> web.Response:
    """Answer with compact JSON, keys in the order given."""
    text = json.dumps(body, separators=(",", ":"), ensure_ascii=False)
    return web.Response(
        text=text, status=status, content_type="application/json", headers=dict(headers or {})
    )
