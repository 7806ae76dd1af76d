"""The gateway: one websocket a shard, on which events go out.

https://docs.discord.com/developers/events/gateway
"""

from __future__ import annotations

import asyncio
import json
import logging
import secrets
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from aiohttp import WSMsgType, web

from benchmarks import compression, payloads
from benchmarks.wire import Payload
from benchmarks.world import APPLICATION_ID, World

_log = logging.getLogger(__name__)

DISPATCH, HEARTBEAT, IDENTIFY, PRESENCE, RESUME, RECONNECT, INVALID_SESSION, HELLO, ACK = (
    0,
    1,
    2,
    3,
    6,
    7,
    9,
    10,
    11,
)

DECODE_ERROR, NOT_AUTHENTICATED, AUTHENTICATION_FAILED, INVALID_SHARD = 4002, 4003, 4004, 4010
"""Close codes."""

HEARTBEAT_MS = 41_250
"""What Discord asks for."""

REPLAYED = 1000
"""Events that a session keeps for a client that resumes."""


class NotConnected(Exception):
    """No gateway session takes the event: the bot is not running, or not ready yet."""


class _Closed(Exception):
    """The client broke the protocol; the connection ends with this code."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


class Connection:
    """One websocket and its compression."""

    def __init__(self, socket: web.WebSocketResponse, compress: compression.Compress | None) -> None:
        self.socket = socket
        self._compress = compress

    async def send(self, text: str) -> None:
        """Send one payload. A client that has just gone is no error."""
        try:
            if self._compress is None:
                await self.socket.send_str(text)
            else:
                # No await between compressing and writing: the pieces must arrive in the stream's order.
                await self.socket.send_bytes(self._compress(text.encode()))
        except ConnectionError:
            _log.info("the client went away while an event was being sent")


@dataclass(slots=True)
class Session:
    """One shard of the bot, over as many connections as it needs."""

    id: str
    shard: tuple[int, int]
    intents: int = 0
    connection: Connection | None = None
    ready: bool = False
    """Whether it has been sent its guilds."""
    resumes: int = 0
    sequence: int = 0
    sent: deque[tuple[int, str]] = field(default_factory=lambda: deque[tuple[int, str]](maxlen=REPLAYED))

    def owns(self, guild_id: int | None) -> bool:
        """Say whether events of this guild go here; those without a guild go to shard 0."""
        number, count = self.shard
        return (0 if guild_id is None else (guild_id >> 22) % count) == number

    async def dispatch(self, event: str, data: Payload) -> None:
        """Send an event, or keep it for the client to resume."""
        self.sequence += 1
        text = json.dumps({"op": DISPATCH, "t": event, "s": self.sequence, "d": data})
        self.sent.append((self.sequence, text))
        if self.connection is not None:
            await self.connection.send(text)

    async def replay(self, after: int) -> None:
        """Send again what a client that resumes has missed."""
        for sequence, text in list(self.sent):
            if sequence > after and self.connection is not None:
                await self.connection.send(text)


class Gateway:
    """Keeps the sessions and speaks the protocol with each client.

    ``url`` is asked for the gateway's own address, known once the server listens.
    """

    def __init__(self, world: World, token: str, url: Callable[[], str]) -> None:
        self._world = world
        self._token = token
        self._url = url
        self._changed = asyncio.Condition()
        self._open: set[Connection] = set()
        self.sessions: dict[str, Session] = {}
        self.received: list[Payload] = []
        """Payloads from clients, except heartbeats, without the token."""

    async def handle(self, request: web.Request) -> web.WebSocketResponse:
        """Serve one connection until it ends."""
        socket = web.WebSocketResponse(compress=False, max_msg_size=0)
        await socket.prepare(request)
        connection = Connection(socket, compression.stream(request.query.get("compress", "")))
        self._open.add(connection)
        try:
            await connection.send(_op(HELLO, {"heartbeat_interval": HEARTBEAT_MS, "_trace": []}))
            async for message in socket:
                if message.type is WSMsgType.TEXT:
                    await self._receive(connection, message.data)
        except _Closed as closed:
            _log.warning("closing a connection: %s %s", closed.code, closed.reason)
            await socket.close(code=closed.code, message=closed.reason.encode())
        finally:
            self._open.discard(connection)
            await self._release(connection)
        return socket

    async def _receive(self, connection: Connection, text: str) -> None:
        """Act on one payload of a client."""
        try:
            payload = json.loads(text)
            op = payload["op"]
        except (ValueError, LookupError, TypeError):
            raise _Closed(DECODE_ERROR, "Error while decoding payload.") from None
        if op == HEARTBEAT:
            await connection.send(_op(ACK, None))
            return
        data = payload["d"]
        self.received.append({"op": op, "d": _without_token(data)})
        if op == IDENTIFY:
            await self._identify(connection, data)
        elif op == RESUME:
            await self._resume(connection, data)
        elif not any(session.connection is connection for session in self.sessions.values()):
            raise _Closed(NOT_AUTHENTICATED, "Not authenticated.")
        elif op != PRESENCE:
            _log.error("the gateway does nothing about op %s", op)

    async def _identify(self, connection: Connection, data: Payload) -> None:
        """Start a session: READY, then every guild of its shard."""
        self._check(data)
        number, count = data.get("shard", (0, 1))
        if not 0 <= number < count or count % self._world.starts.multiple:
            raise _Closed(INVALID_SHARD, "Invalid shard.")
        if self._world.starts.remaining < 1:
            # Discord would reset the token.
            raise _Closed(AUTHENTICATION_FAILED, "Authentication failed.")
        if not self._world.starts.take(number, self._world.clock()):
            await connection.send(_op(INVALID_SESSION, data=False))
            return
        for old in [s for s in self.sessions.values() if s.shard == (number, count) and s.connection is None]:
            del self.sessions[old.id]
        session = Session(secrets.token_hex(16), (number, count), data.get("intents", 0), connection)
        self.sessions[session.id] = session
        guilds = [guild_id for guild_id in self._world.guilds if session.owns(guild_id)]
        await session.dispatch("READY", self._ready(session, guilds))
        for guild_id in guilds:
            await session.dispatch("GUILD_CREATE", self._world.guild_create(guild_id))
        session.ready = True
        await self._notify()

    async def _resume(self, connection: Connection, data: Payload) -> None:
        """Go on with a session.

        One that is not known, because the loopback was started anew, is taken on: told that it is
        invalid, discord.py would turn to the public gateway.
        """
        self._check(data)
        session = self.sessions.get(data["session_id"])
        if session is None:
            session = Session(data["session_id"], (0, 1), sequence=data["seq"])
            self.sessions[session.id] = session
        session.connection = connection
        session.resumes += 1
        await session.replay(data["seq"])
        await session.dispatch("RESUMED", {"_trace": []})
        session.ready = True
        await self._notify()

    def _check(self, data: Payload) -> None:
        """Refuse a wrong token."""
        if data.get("token") != self._token:
            raise _Closed(AUTHENTICATION_FAILED, "Authentication failed.")

    def _ready(self, session: Session, guilds: list[int]) -> Payload:
        """Return the data of READY."""
        return {
            "v": 10,
            "user": payloads.own_user(APPLICATION_ID, self._world.name),
            "guilds": [{"id": str(guild_id), "unavailable": True} for guild_id in guilds],
            "session_id": session.id,
            "session_type": "normal",
            "resume_gateway_url": self._url(),
            "shard": list(session.shard),
            "application": {"id": str(APPLICATION_ID), "flags": 0},
            "private_channels": [],
            "relationships": [],
            "presences": [],
            "user_settings": {},
            "_trace": [],
        }

    async def _release(self, connection: Connection) -> None:
        """Let go of a connection that ended; its session may be resumed."""
        for session in self.sessions.values():
            if session.connection is connection:
                session.connection = None
        await self._notify()

    async def _notify(self) -> None:
        async with self._changed:
            self._changed.notify_all()

    def live(self) -> list[Session]:
        """Return the sessions that are connected and have their guilds."""
        return [s for s in self.sessions.values() if s.connection is not None and s.ready]

    async def wait(self, until: Callable[[Gateway], bool], seconds: float) -> None:
        """Wait until the predicate holds; it is asked when a session changes. Raises ``TimeoutError``."""
        async with asyncio.timeout(seconds), self._changed:
            await self._changed.wait_for(lambda: until(self))

    async def dispatch(self, event: str, data: Payload, guild_id: int | None) -> int:
        """Send an event to the sessions of its guild; return how many of them are connected."""
        takers = [session for session in self.sessions.values() if session.owns(guild_id)]
        for session in takers:
            await session.dispatch(event, data)
        return sum(session.connection is not None for session in takers)

    def reaches(self, guild_id: int | None) -> bool:
        """Say whether an event of this guild would arrive now."""
        return any(session.owns(guild_id) for session in self.live())

    async def reconnect(self) -> None:
        """Ask every client to reconnect and resume, as Discord does when it moves a session (op 7)."""
        for connection in list(self._open):
            await connection.send(_op(RECONNECT, None))

    async def drop(self, code: int = 4000) -> None:
        """Close every connection with ``code``; after 4000 clients resume."""
        for connection in list(self._open):
            await connection.socket.close(code=code)


def _op(op: int, data: Any) -> str:
    return json.dumps({"op": op, "d": data, "s": None, "t": None})


def _without_token(data: Any) -> Any:
    """Leave the token out of what is recorded."""
    return {key: value for key, value in data.items() if key != "token"} if isinstance(data, dict) else data  # pyright: ignore[reportUnknownVariableType] - parsed JSON
