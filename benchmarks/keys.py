"""How long a server's key takes to be found and opened, among few and among many that are stored."""

from __future__ import annotations

import asyncio
import random
import statistics
import time
from collections.abc import AsyncGenerator, Iterable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import aiohttp
from pydantic import SecretStr

from benchmarks.measuring import Effort, Measurement
from bot.api.limiter import Limiter
from bot.connections import Connections
from bot.crypto import Keyring, Place, new_key, read_keys
from bot.services import Provider
from bot.settings import GivenSettings
from bot.storage.credentials import SERVER
from bot.storage.database import Database
from bot.storage.schema import credentials, guilds
from bot.upstreams import transports

MOST_TIMES = 1.25
"""The same time, but for what a measurement can tell."""

_FIRST = 1_000_000_000_000_000_000
_BATCH = 10_000
_BLOCKS = 4
"""Turns in a round."""


def by_number(effort: Effort) -> Sequence[Measurement]:
    """Measure it among ever more keys; the baseline is the time among the fewest."""
    return asyncio.run(_measure(effort, (10, effort.of(10_000, 100), effort.of(100_000, 1000))))


async def _measure(effort: Effort, sizes: Sequence[int]) -> Sequence[Measurement]:
    times = effort.of(50, 20)
    spans: dict[int, list[float]] = {size: [] for size in sizes}
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory()))
        session = await stack.enter_async_context(aiohttp.ClientSession())
        stores = {size: await stack.enter_async_context(_store(folder, session, size)) for size in sizes}
        for _ in range(effort.rounds * _BLOCKS):
            for size, store in stores.items():
                chosen = random.choices(range(size), k=times)  # noqa: S311 - nothing secret
                taken = [await _read(store, number) for number in chosen]
                spans[size].append(statistics.median(taken))
    # The best turn of each: what a turn takes hangs by half on which core the threads happened to wake up.
    found = {size: min(turns) * 1000 for size, turns in spans.items()}
    few = found.pop(sizes[0])
    return [
        Measurement(f"among {size:,}, beside {sizes[0]:,}", span, "ms", few, most_times=MOST_TIMES)
        for size, span in found.items()
    ]


@asynccontextmanager
async def _store(folder: Path, session: aiohttp.ClientSession, size: int) -> AsyncGenerator[Connections]:
    """Give what reads from a database with so many servers, each with a key."""
    database = await Database.open(f"sqlite+aiosqlite:///{folder / str(size)}.db")
    try:
        keyring = Keyring(read_keys(new_key()))
        await _fill(database, keyring, size)
        calls = transports(GivenSettings(), session, Limiter({}))
        yield Connections(database, keyring, calls, time.time)
    finally:
        await database.close()


async def _fill(database: Database, keyring: Keyring, size: int) -> None:
    now = int(time.time())
    for start in range(0, size, _BATCH):
        ids = [_FIRST + number for number in range(start, min(size, start + _BATCH))]
        async with database.writing() as connection:
            await connection.execute(guilds.insert(), [{"guild_id": guild_id} for guild_id in ids])
            await connection.execute(credentials.insert(), [*_keys(keyring, ids, now)])


def _keys(keyring: Keyring, ids: Iterable[int], now: int) -> Iterable[dict[str, object]]:
    service = Provider.USEAPI.value
    for guild_id in ids:
        yield {
            "guild_id": guild_id,
            "owner_id": SERVER,
            "service": service,
            "sealed": keyring.seal(SecretStr(f"user:{guild_id}"), Place(guild_id, SERVER, service)),
            "hint": "",
            "everywhere": 0,
            "set_at": now,
            # As of now, so that nothing is noted anew: it is the reading that is measured.
            "succeeded_at": now + 3600,
        }


async def _read(store: Connections, number: int) -> float:
    """Find and open the key of a server, which one that is another server's would not let itself be."""
    began = time.perf_counter()
    async with store.midjourney(_FIRST + number):
        return time.perf_counter() - began
