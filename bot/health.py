"""Health over HTTP, at ``HEALTH_PORT``: for supervisors, orchestrators and Prometheus.

``/healthz`` says that the process is alive, ``/readyz`` whether each of its parts works, ``/metrics`` what
was counted. Imported only where the port is set. However many ask, each part is looked at once in a while,
and whoever asks does not wait for a part that hangs.
"""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from types import SimpleNamespace

import aiohttp
from aiohttp import web

from bot.answering import current_request
from bot.errors import StartupError

_log = logging.getLogger(__name__)

_KEPT_SECONDS = 1.0
"""How long an answer stands, so that many probes cost no more than one."""
_LOOK_SECONDS = 2.0
"""How long a look may take before the part counts as hanging. It goes on, and nobody begins another."""
_MOST_CONNECTIONS = 64
_IDLE_SECONDS = 3.0
"""How long a connection may wait until the whole of a request is there. Probes ask at once."""
_END_SECONDS = 1.0
"""How long a stop waits for a look that is under way."""


@dataclass(frozen=True, slots=True)
class Finding:
    """How a part is: whether it works, and a few words that hold nothing secret.

    A part that is not ``needed`` is told, and does not keep the bot from being ready.
    """

    ok: bool
    detail: str
    needed: bool = True


Look = Callable[[], Awaitable[Mapping[str, Finding]]]
"""Looks at parts, by their names."""
Scrape = Callable[[Mapping[str, Finding]], Awaitable[bytes]]
"""Returns the metrics as Prometheus reads them."""
_Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
_Connection = web.RequestHandler


class Watch:
    """Looks at some parts when asked, at most once in ``every`` seconds; sooner where something is wrong.

    ``limit`` is how many seconds whoever asks waits for a look, ``end`` how many a stop does.
    """

    def __init__(
        self,
        name: str,
        look: Look,
        *,
        every: float = _KEPT_SECONDS,
        limit: float = _LOOK_SECONDS,
        end: float = _END_SECONDS,
    ) -> None:
        self._name = name
        self._look = look
        self._every = every
        self._limit = limit
        self._end = end
        self._found: Mapping[str, Finding] = {}
        self._until = 0.0
        self._looking: asyncio.Task[Mapping[str, Finding]] | None = None
        self._began = 0.0

    async def ask(self) -> Mapping[str, Finding]:
        """Return what was found lately, or is found now. Never raises."""
        if self._looking is None:
            if time.monotonic() < self._until:
                return self._found
            self._began = time.monotonic()
            self._looking = asyncio.create_task(self._find(), name=f"a look at the {self._name}")
        looking = self._looking
        left = self._began + self._limit - time.monotonic()
        await asyncio.wait({looking}, timeout=max(0.0, left))
        if not looking.done():
            return {self._name: Finding(ok=False, detail=f"does not answer within {self._limit:g} s")}
        return looking.result()

    async def close(self) -> None:
        """End the look that is under way."""
        looking = self._looking
        if looking is not None:
            await asyncio.wait({looking}, timeout=self._end)
            looking.cancel()
            await asyncio.wait({looking})

    async def _find(self) -> Mapping[str, Finding]:
        try:
            self._found = await self._look()
        except Exception as error:  # noqa: BLE001 - whatever it is, the part does not work
            _log.warning("the %s is not well (%s)", self._name, type(error).__name__)
            self._found = {self._name: Finding(ok=False, detail=type(error).__name__)}
        finally:
            self._looking = None
        well = all(finding.ok for finding in self._found.values())
        self._until = time.monotonic() + (self._every if well else min(self._every, _KEPT_SECONDS))
        return self._found


class Health:
    """Answers probes until it is closed. ``idle`` is how many seconds a connection may rest."""

    def __init__(self, watches: list[Watch], scrape: Scrape, *, idle: float = _IDLE_SECONDS) -> None:
        self._watches = watches
        self._scrape = scrape
        self._idle = idle
        self._kept: set[_Connection] = set()
        """The connections of those who are being answered."""
        self._ended: set[_Connection] = set()
        """Those that were ended a moment ago, and are counted still."""
        self._metrics: asyncio.Future[bytes] | None = None
        self._metrics_until = 0.0
        self._runner: web.AppRunner | None = None
        self._server: asyncio.Server | None = None

    @property
    def port(self) -> int:
        """The port that is listened on. Raises ``RuntimeError`` before :meth:`start`."""
        if self._server is None:
            raise RuntimeError("health is not started")
        return int(self._server.sockets[0].getsockname()[1])

    async def start(self, host: str, port: int) -> None:
        """Listen. Raises :class:`~bot.errors.StartupError` where that cannot be done."""
        app = web.Application(middlewares=[self._keeping])
        app.router.add_get("/healthz", self._alive)
        app.router.add_get("/readyz", self._ready)
        app.router.add_get("/metrics", self._measured)
        runner = self._runner = web.AppRunner(
            app,
            access_log=None,
            keepalive_timeout=self._idle,
            shutdown_timeout=_END_SECONDS,
            lingering_time=0.0,  # nothing that is sent with a request is read
        )
        await runner.setup()
        answering = runner.server
        if answering is None:
            raise RuntimeError("the runner was set up and has no server")

        def connected() -> asyncio.Protocol:
            return answering() if self._make_room(answering.connections) else HangUp()

        try:
            self._server = await asyncio.get_running_loop().create_server(connected, host, port)
        except OSError as error:
            await runner.cleanup()
            reason = error.strerror or type(error).__name__
            raise StartupError(f"HEALTH_PORT: cannot listen on port {port} of {host} ({reason})") from None
        _log.info("health is told on port %d of %s", self.port, host)

    async def close(self) -> None:
        """Stop listening, and end what is looked at."""
        if self._server is not None:
            self._server.close()
        if self._runner is not None:
            await self._runner.cleanup()
        for watch in self._watches:
            await watch.close()

    async def findings(self) -> Mapping[str, Finding]:
        """Return how each part is. Takes about two seconds at most, and never raises."""
        found = await asyncio.gather(*(watch.ask() for watch in self._watches))
        return {name: finding for part in found for name, finding in part.items()}

    def _make_room(self, connections: Sequence[_Connection]) -> bool:
        """Say whether one more may come. Where they are many, the oldest that asks nothing makes room."""
        self._ended.intersection_update(connections)
        if len(connections) - len(self._ended) < _MOST_CONNECTIONS:
            return True
        resting = next((each for each in connections if each not in self._kept | self._ended), None)
        if resting is None:
            return False
        resting.force_close()
        self._ended.add(resting)
        return True

    @web.middleware
    async def _keeping(self, request: web.Request, handler: _Handler) -> web.StreamResponse:
        """Keep the connection of whoever is being answered."""
        self._kept.add(request.protocol)
        try:
            return await handler(request)
        finally:
            self._kept.discard(request.protocol)

    async def _alive(self, _request: web.Request) -> web.Response:
        return web.Response(text="alive\n")

    async def _ready(self, _request: web.Request) -> web.Response:
        found = await self.findings()
        ready = all(finding.ok or not finding.needed for finding in found.values())
        parts = {name: {"ok": each.ok, "detail": each.detail} for name, each in found.items()}
        return web.Response(
            status=HTTPStatus.OK if ready else HTTPStatus.SERVICE_UNAVAILABLE,
            text=json.dumps({"ready": ready, "parts": parts}, indent=1) + "\n",
            content_type="application/json",
        )

    async def _measured(self, _request: web.Request) -> web.Response:
        if self._metrics is None or (self._metrics.done() and time.monotonic() >= self._metrics_until):
            self._metrics = asyncio.ensure_future(self._gather())
        text = await asyncio.shield(self._metrics)
        return web.Response(body=text, headers={"Content-Type": "text/plain; version=0.0.4; charset=utf-8"})

    async def _gather(self) -> bytes:
        text = await self._scrape(await self.findings())
        self._metrics_until = time.monotonic() + _KEPT_SECONDS
        return text


class HangUp(asyncio.Protocol):
    """Hangs up on whoever comes when too many are connected already."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Hang up."""
        transport.close()


def first_answers() -> aiohttp.TraceConfig:
    """Return what notes, among discord.py's requests, when an interaction gets its first answer."""

    async def ended(
        _session: aiohttp.ClientSession, _context: SimpleNamespace, end: aiohttp.TraceRequestEndParams
    ) -> None:
        request = current_request()
        if request is not None and request.answered_at is None and end.url.path.endswith("/callback"):
            request.answered_at = time.perf_counter()

    trace = aiohttp.TraceConfig()
    trace.on_request_end.append(ended)
    return trace
