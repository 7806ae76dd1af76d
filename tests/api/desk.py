"""What the tests of the upstreams' clients share: a time that is not waited for, servers, a transport."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp
from aiohttp import web

from bot.api.call import Call
from bot.api.limiter import Limiter
from bot.api.policy import Dialect, Effect, Patience
from bot.api.transport import Pace, Timeouts, Transport
from bot.api.useapi import UseapiDialect
from bot.sandbox.upstream import Upstream, answer
from bot.services import Provider

AGENT = "Switchboard-tests/1 (+https://switchboard.example)"
LONG = Timeouts(connect=9.0, read=9.0, attempt=9.0)
"""Time-outs that no test meets, on however busy a machine."""
SHORT = Timeouts(connect=9.0, read=0.05, attempt=9.0)
"""Time-outs for servers that do not answer, which are sat out."""
READ = Call("GET", ("thing",), Effect.READ)
WRITES = {
    "POST": Call("POST", ("thing",), Effect.WRITE, json={"n": 1}),
    "PUT": Call("PUT", ("thing",), Effect.WRITE),
    "DELETE": Call("DELETE", ("thing",), Effect.WRITE),
    "GET": Call("GET", ("thing",), Effect.WRITE),
}
"""One write by each method that there is; some vendors cancel a job by GET."""


def golden(vendor: str, name: str, kind: str = "json") -> bytes:
    """Return a body that was written by hand from the vendor's documentation."""
    return (Path(__file__).parent.parent / "golden" / vendor / f"{name}.{kind}").read_bytes()


@dataclass
class Time:
    """A clock that only sleeping moves on, each time by ``lag`` seconds too many."""

    now: float = 1_000.0
    lag: float = 0.0
    slept: list[float] = field(default_factory=list[float])
    on_sleep: Callable[[], Awaitable[object]] | None = None
    """What happens in the world while somebody sleeps."""

    def clock(self) -> float:
        """Return the seconds."""
        return self.now

    async def sleep(self, seconds: float) -> None:
        """Let the seconds pass at once."""
        self.slept.append(seconds)
        self.now += seconds + self.lag
        if self.on_sleep is not None:
            await self.on_sleep()


class Shop(Upstream):
    """An upstream with a thing to get or change, and a door that opens on demand."""

    def __init__(self) -> None:
        super().__init__()
        self.door = asyncio.Event()
        self.knocks = asyncio.Semaphore(0)
        """One to take for each request that came to the door."""

    def routes(self) -> Iterable[web.RouteDef]:
        """Return the thing and the door."""
        return (web.route("*", "/thing", self._thing), web.route("*", "/door", self._door))

    async def _thing(self, _request: web.Request) -> web.Response:
        return answer({"n": 1, "name": "thing"})

    async def _door(self, _request: web.Request) -> web.Response:
        self.knocks.release()
        await self.door.wait()
        return answer({"n": len(self.requests)})


@dataclass
class Desk:
    """A place to send calls from. No time passes here but the time-outs of real connections."""

    session: aiohttp.ClientSession
    shop: Shop
    time: Time = field(default_factory=Time)

    def transport(
        self,
        url: str | None = None,
        *,
        provider: Provider = Provider.USEAPI,
        dialect: Dialect | None = None,
        limiter: Limiter | None = None,
        patience: Patience | None = None,
        timeouts: Timeouts = LONG,
        jitter: float = 0.0,
    ) -> Transport:
        """Make a transport to the shop, or to ``url``."""
        pace = Pace(patience or Patience(), timeouts, self.time.clock, self.time.sleep, lambda: jitter)
        return Transport(
            self.session,
            provider,
            url or self.shop.url,
            dialect or UseapiDialect(),
            limiter or Limiter({}),
            pace,
        )


@dataclass
class Raw:
    """A server that says the same bytes to everybody and hangs up, or stays silent after them."""

    says: bytes
    stays: bool = False
    url: str = ""
    asked: int = 0
    leave: asyncio.Event = field(default_factory=asyncio.Event)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one request."""
        await reader.readuntil(b"\r\n\r\n")
        self.asked += 1
        writer.write(self.says)
        if self.stays:
            await self.leave.wait()
        writer.close()
        await writer.wait_closed()


@asynccontextmanager
async def saying(says: bytes, *, stays: bool = False) -> AsyncGenerator[Raw]:
    """Run a server that no framework would let one write."""
    raw = Raw(says, stays)
    server = await asyncio.start_server(raw.serve, "127.0.0.1", 0)
    async with server:
        raw.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        yield raw
        raw.leave.set()


def closed_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])
