"""Interactions over HTTP: ``POST /interactions`` instead of a gateway, with the same bot behind it.

Discord posts each interaction to the address that the app names as its interactions endpoint URL. Nothing
of a body is looked at before its signature is found good.
"""

from __future__ import annotations

import asyncio
import json
import logging
import resource
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from math import inf
from typing import Any, Self

from aiohttp import web

from bot.app import App
from bot.arrivals import hand_over, unwarned
from bot.errors import StartupError
from bot.health import Finding, HangUp
from bot.reaching import reaching_discord, until_cancelled
from bot.signing import STAMP_SECONDS, PublicKey

_log = logging.getLogger(__name__)

PATH = "/interactions"
MOST_BYTES = 1024 * 1024
"""More than Discord sends: 25 options of 6,000 characters are 900,000 bytes where each is written as
``\\uXXXX``, and what stands around them (member, channel, the message of a button) is below 100,000."""
SIGNATURE, STAMP = "X-Signature-Ed25519", "X-Signature-Timestamp"
_PING = 1
_ACKNOWLEDGE_SECONDS = 2.0
"""How long an interaction may take until it is acknowledged in any case. Discord waits for three."""
_END_SECONDS = 0.2
"""How long a stop waits for requests that are still being read; all others have ended by then."""

Take = Callable[[Mapping[str, Any]], Awaitable[None]]
"""Has an interaction answered, and returns when that is done, or known to take long."""
_Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(frozen=True, slots=True)
class Patience:
    """How many seconds a client may take: until its first request has begun, for a body, between requests."""

    head: float = 10.0
    body: float = 5.0
    idle: float = 150.0
    """Longer than proxies keep a connection that rests (nginx 60 s, Caddy 120 s): were we the first to close
    it, a proxy could send an interaction into it, and lose it."""
    look: float = 2.0
    """How often all of that is looked at."""
    linger: float = 1.0
    """For how long the rest of a body that is too long is thrown away: its sender reads our answer then."""


PATIENCE = Patience()


class Endpoint:
    """Listens for interactions: :meth:`bind` takes the port, :meth:`open` lets clients in.

    ``most`` may be connected at a time; None: as many as the system allows for.
    """

    def __init__(
        self, key: PublicKey, take: Take, *, patience: Patience = PATIENCE, most: int | None = None
    ) -> None:
        self._key = key
        self._most = _most_connections() if most is None else most
        self._take = take
        self._patience = patience
        self._deadlines: dict[web.RequestHandler, float] = {}
        """When each connection is to be closed, on the monotonic clock."""
        self._looking: asyncio.TimerHandle | None = None
        app = web.Application(middlewares=[self._timed])
        app.router.add_post(PATH, self._interaction)
        self._runner = web.AppRunner(
            app,
            access_log=None,
            keepalive_timeout=patience.idle,
            shutdown_timeout=_END_SECONDS,
            lingering_time=patience.linger,
            auto_decompress=False,  # signed is what was sent
        )
        self._server: asyncio.Server | None = None

    @property
    def port(self) -> int:
        """The port that is listened on. Raises ``RuntimeError`` before :meth:`bind`."""
        return int(self._bound().sockets[0].getsockname()[1])

    async def bind(self, host: str, port: int) -> None:
        """Take the port, without letting anybody in. Raises :class:`~bot.errors.StartupError`."""
        await self._runner.setup()

        def connected() -> asyncio.Protocol:
            answering = self._answering()
            return answering() if len(answering.connections) < self._most else HangUp()

        try:
            self._server = await asyncio.get_running_loop().create_server(
                connected, host, port, start_serving=False
            )
        except OSError as error:
            reason = error.strerror or type(error).__name__
            raise StartupError(f"HTTP_PORT: cannot listen on port {port} of {host} ({reason})") from None

    async def open(self) -> None:
        """Let clients in."""
        await self._bound().start_serving()
        self._look()
        _log.info("interactions are taken at %s on port %d", PATH, self.port)

    def shut(self) -> None:
        """Let nobody in any more; whoever is being answered keeps the connection until then."""
        if self._server is not None:
            self._server.close()
        if self._runner.server is not None:
            self._runner.server.pre_shutdown()

    async def close(self) -> None:
        """End every connection."""
        self.shut()
        if self._looking is not None:
            self._looking.cancel()
        await self._runner.cleanup()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def finding(self) -> Mapping[str, Finding]:
        """Say whether interactions are taken."""
        is_open = self._server is not None and self._server.is_serving()
        detail = "taken over HTTP" if is_open else "not taken: the app is starting or stopping"
        return {"interactions": Finding(is_open, detail)}

    async def _interaction(self, request: web.Request) -> web.Response:
        body = await self._body(request)
        if not self._key.accepts(_header(request, SIGNATURE), _header(request, STAMP), body):
            return web.Response(status=HTTPStatus.UNAUTHORIZED)
        payload = _parsed(body)
        if payload is None:
            return web.Response(status=HTTPStatus.BAD_REQUEST)
        if payload["type"] == _PING:
            return web.json_response({"type": _PING})
        # What a person sees goes by REST, as with a gateway: that way it takes files, we are told what is
        # wrong with a message, and what it is called. Discord wants 202 without a body then. It comes once
        # all is done, or takes long: had we died before, a proxy could turn to another worker.
        await self._take(payload)
        return web.Response(status=HTTPStatus.ACCEPTED)

    async def _body(self, request: web.Request) -> bytes:
        """Return the body, of which no more is read than allowed. Raises ``web.HTTPException``."""
        body = bytearray()
        try:
            async with asyncio.timeout(self._patience.body):
                while max(len(body), request.content_length or 0) <= MOST_BYTES:
                    chunk = await request.content.read(MOST_BYTES + 1 - len(body))
                    if not chunk:
                        return bytes(body)
                    body += chunk
        except TimeoutError:
            raise _hanging_up(web.HTTPRequestTimeout()) from None
        raise _hanging_up(web.HTTPRequestEntityTooLarge(MOST_BYTES))

    @web.middleware
    async def _timed(self, request: web.Request, handler: _Handler) -> web.StreamResponse:
        """Keep the connection of whoever is being answered."""
        self._deadlines[request.protocol] = inf
        try:
            return await handler(request)
        finally:
            self._deadlines[request.protocol] = time.monotonic() + self._patience.idle

    def _look(self) -> None:
        """Close the connections of those who let us wait: aiohttp gives them all the time they want."""
        now = time.monotonic()
        first = now + self._patience.head
        connections = self._answering().connections
        self._deadlines = {each: self._deadlines.get(each, first) for each in connections}
        for connection, deadline in self._deadlines.items():
            if deadline <= now:
                connection.force_close()
        self._looking = asyncio.get_running_loop().call_later(self._patience.look, self._look)

    def _answering(self) -> web.Server:
        if self._runner.server is None:
            raise RuntimeError("the endpoint is not bound")
        return self._runner.server

    def _bound(self) -> asyncio.Server:
        if self._server is None:
            raise RuntimeError("the endpoint is not bound")
        return self._server


class Copies:
    """Tells apart what was posted before, for as long as its time stamp is good; ``clock`` is monotonic.

    No more than ``most`` are known at a time.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic, most: int = 50_000) -> None:
        self._clock = clock
        self._most = most
        self._known: OrderedDict[int, float] = OrderedDict()
        """When each arrived, the oldest first."""

    def is_new(self, interaction_id: int) -> bool:
        """Say whether an interaction is no copy, and know it from then on."""
        now = self._clock()
        while self._known:
            oldest, at = next(iter(self._known.items()))
            # A time stamp that is ahead of us is good for twice as long.
            if at > now - 2 * STAMP_SECONDS and len(self._known) < self._most:
                break
            del self._known[oldest]
        if interaction_id in self._known:
            return False
        self._known[interaction_id] = now
        return True


async def serve(app: App, token: str, public_key: str) -> None:
    """Answer interactions that come over HTTP until cancelled; then end what people wait for.

    Raises :class:`~bot.errors.StartupError` and :class:`~bot.errors.DiscordUnusable`.
    """
    settings, copies = app.settings, Copies()

    async def take(payload: Mapping[str, Any]) -> None:
        interaction_id = int(payload["id"])
        if copies.is_new(interaction_id):
            hand_over(app, payload)
        await app.answering.settle(interaction_id, _ACKNOWLEDGE_SECONDS)

    endpoint = Endpoint(PublicKey(public_key, app.clock), take)
    async with endpoint, app:  # whoever the app ends with is still told so by the endpoint
        app.by_http = True
        await app.prepare()
        await endpoint.bind(settings.http_host, settings.http_port)
        await app.tell_health(endpoint.finding)
        async with reaching_discord():
            with unwarned():
                await until_cancelled(app.login(token))
        if app.application is not None and app.application.verify_key.lower() != public_key:
            _log.warning("DISCORD_PUBLIC_KEY: is not the key of this app, so everything will be refused")
        app.before_finish.append(lambda _: endpoint.shut())
        await endpoint.open()
        await asyncio.Event().wait()


def _most_connections() -> int:
    """Return how many may be connected: what the system lets us open is needed for answers too."""
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return min(4096, soft // 2) if soft > 0 else 4096


def _header(request: web.Request, name: str) -> str:
    """Return a header that is there once, else nothing."""
    found = request.headers.getall(name, ())
    return found[0] if len(found) == 1 else ""


def _parsed(body: bytes) -> Mapping[str, Any] | None:
    """Return an interaction, None for what is none."""
    try:
        found: Any = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) and {"type", "id"} <= found.keys() else None  # pyright: ignore[reportUnknownVariableType, reportUnknownMemberType] - parsed JSON


def _hanging_up(refusal: web.HTTPException) -> web.HTTPException:
    refusal.force_close()
    return refusal
