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
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from math import inf
from typing import Any, Self

from aiohttp import web

from bot.answering import Settled
from bot.app import App
from bot.arrivals import Copies, hand_over, unwarned
from bot.errors import StartupError
from bot.health import Finding, HangUp
from bot.reaching import reaching_discord, until_cancelled
from bot.signing import PublicKey
from bot.storage.troubles import find_reason

_log = logging.getLogger(__name__)

PATH = "/interactions"
MOST_BYTES = 1024 * 1024
"""More than Discord sends: 25 options of 6,000 characters are 900,000 bytes where each is written as
``\\uXXXX``, and what stands around them (member, channel, the message of a button) is below 100,000."""
SIGNATURE, STAMP = "X-Signature-Ed25519", "X-Signature-Timestamp"
_PING = 1
_ANSWER_SECONDS = 2.0
"""How long it may take until an interaction is said to be taken, and written down where it is not done."""
_LAST_SECONDS = 0.7
"""How much longer it may take where Discord has heard nothing of it yet: Discord waits for three seconds."""
_END_SECONDS = 0.2
"""How long a stop waits for requests that are still being read; all others have ended by then."""

Take = Callable[[Mapping[str, Any]], Awaitable[bool]]
"""Has an interaction answered, and returns whether that is done, or will be whatever happens to us."""
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
        answering = self._runner.server
        if answering is None:
            return
        answering.pre_shutdown()
        for connection in [*answering.connections]:
            # aiohttp keeps those that rest, and drops what a proxy still sends by them without a word.
            if self._deadlines.get(connection) != inf:
                connection.force_close()

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
        # all is done, or is written down to be: before that a proxy may turn to another worker.
        taken = await self._take(payload)
        return web.Response(status=HTTPStatus.ACCEPTED if taken else HTTPStatus.SERVICE_UNAVAILABLE)

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


async def serve(app: App, token: str, public_key: str) -> None:
    """Answer interactions that come over HTTP until cancelled; then end what people wait for.

    Raises :class:`~bot.errors.StartupError` and :class:`~bot.errors.DiscordUnusable`.
    """
    settings, copies = app.settings, Copies()

    async def take(payload: Mapping[str, Any]) -> bool:
        if app.answering.is_stopping and not app.database.is_a_file:
            return False  # the others are there for it
        interaction_id = int(payload["id"])
        if copies.is_new(interaction_id):
            hand_over(app, payload)
        settled = await app.answering.settle(interaction_id, _ANSWER_SECONDS)
        if settled is not None and settled.is_open and not settled.is_acknowledged:
            await asyncio.wait({settled.task}, timeout=_LAST_SECONDS)
        return settled is None or await _is_sure(app, settled)

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
        await app.owing.start()
        app.loops["owed answers"] = app.owing.loop.lateness
        await endpoint.open()
        await asyncio.Event().wait()


async def _is_sure(app: App, settled: Settled) -> bool:
    """Say whether an interaction is answered, or written down to be."""
    if not settled.is_acknowledged:
        return False
    try:
        await app.owing.write_down(settled)
    except Exception as error:  # noqa: BLE001 - whatever it is, the interaction goes on, and nothing is promised
        _log.error(
            "an interaction could not be written down (%s)", find_reason(error) or type(error).__name__
        )
        return False
    return True


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
