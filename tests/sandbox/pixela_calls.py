"""A running Pixela emulator with a plain HTTP client, as the tests of it use them."""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp

from bot.sandbox.pixela import Design, Graph, Pixela, User
from bot.sandbox.upstream import JSON
from tests.sandbox.wire import Answer

NOON = 1_713_096_000.0
"""2024-04-14T12:00:00Z: 14 April in every time zone up to UTC+11."""
TOKEN = "thisissecret"
USER = "/v1/users/alice"
GRAPH = f"{USER}/graphs/test-graph"
_GOLDEN = Path(__file__).parent.parent / "golden" / "pixela"


def golden(name: str) -> bytes:
    """Return a body that was written by hand from the vendor's documentation; JSON, or as it ends."""
    return (_GOLDEN / (name if "." in name else f"{name}.json")).read_bytes()


@dataclass
class Clock:
    """A clock that stands still until it is set."""

    now: float = NOON

    def __call__(self) -> float:
        """Return the time in seconds since 1970."""
        return self.now


@dataclass
class Caller:
    """Calls the emulator as Alice, unless told otherwise."""

    session: aiohttp.ClientSession
    clock: Clock = field(default_factory=Clock)

    def __post_init__(self) -> None:
        self.px = Pixela(clock=self.clock, rejection_rate=0, dice=random.Random(7))  # noqa: S311 - repeatable
        self.alice: User = self.px.add_user("alice", TOKEN)
        self.graph: Graph = self.alice.add_graph("test-graph", "int", Design("graph-name", "commit"))
        self.weight: Graph = self.alice.add_graph("weight", "float", Design("Weight", "kilogram"))

    async def __call__(
        self,
        method: str,
        path: str,
        body: JSON = None,
        *,
        raw: bytes | None = None,
        token: str | None = TOKEN,
        query: Mapping[str, str] | None = None,
    ) -> Answer:
        """Send one request; ``raw`` instead of ``body`` for what is no JSON."""
        data = raw if body is None else json.dumps(body).encode()
        headers = {} if token is None else {"X-USER-TOKEN": token}
        async with self.session.request(
            method, self.px.url + path, data=data, headers=headers, params=query, allow_redirects=False
        ) as response:
            return Answer(response.status, await response.read(), response.headers)

    async def send_bytes(self, request: bytes) -> bytes:
        """Send a request that no client would write, and return all that comes back."""
        host, port = self.px.url.removeprefix("http://").split(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        writer.write(request)
        reply = await reader.read()
        writer.close()
        await writer.wait_closed()
        return reply


@asynccontextmanager
async def calling() -> AsyncGenerator[Caller]:
    """Run an emulator with Alice, an int graph ``test-graph`` and a float graph ``weight``."""
    async with aiohttp.ClientSession() as session:
        caller = Caller(session)
        async with caller.px:
            yield caller
