"""A Valkey or Redis of the tests' own, where one is installed. It keeps nothing on disk."""

from __future__ import annotations

import asyncio
import shutil
import ssl
import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Self

import pytest
from pydantic import SecretStr
from valkey.asyncio import Valkey
from valkey.exceptions import ValkeyError

from bot.api.sharing import SharedCounts, Waits
from tests.api.desk import closed_port
from tests.processes import PATIENCE

PROGRAM = shutil.which("valkey-server") or shutil.which("redis-server")
NEEDS_ONE = pytest.mark.skipif(PROGRAM is None, reason="neither Valkey nor Redis is installed")

Answer = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
"""Does something with one connection."""


class LimitsServer:
    """A server on loopback and at a socket of ``folder``, that can be stopped and started."""

    def __init__(self, folder: Path, *options: str, password: str = "") -> None:
        self.port = closed_port()
        self.url = f"valkey://{f':{password}@' if password else ''}127.0.0.1:{self.port}/1"
        self.socket = folder / "socket"
        place = ("--port", str(self.port), "--bind", "127.0.0.1", "--unixsocket", str(self.socket))
        careless = ("--save", "", "--appendonly", "no", "--dir", str(folder))
        secret = ("--requirepass", password) if password else ()
        self._arguments = (*place, *careless, *secret, *options)
        self._process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        """Start it, and wait until it answers."""
        assert PROGRAM is not None
        self._process = await asyncio.create_subprocess_exec(
            PROGRAM, *self._arguments, stdout=asyncio.subprocess.DEVNULL
        )
        async with asyncio.timeout(PATIENCE):
            while not await self._answers():  # noqa: ASYNC110 - it tells nobody when it is there
                await asyncio.sleep(0.005)

    async def stop(self) -> None:
        """End it, if it runs. What it knew is gone."""
        if self._process is not None:
            self._process.terminate()
            await self._process.wait()
            self._process = None

    async def says(self, *words: str) -> Any:
        """Return what it answers to a command."""
        client: Any = Valkey.from_url(self.url, decode_responses=True)  # pyright: ignore[reportUnknownMemberType] - its keywords have no types
        try:
            return await client.execute_command(*words)
        finally:
            await client.aclose()

    async def _answers(self) -> bool:
        try:
            return bool(await self.says("PING"))
        except ValkeyError:
            return False

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()


@asynccontextmanager
async def sharing(
    *urls: str, clock: Callable[[], float] = time.monotonic, waits: Waits | None = None
) -> AsyncGenerator[list[SharedCounts]]:
    """Give the shared counts of so many workers. The names of what they count are in clear."""
    workers = [SharedCounts(SecretStr(url), str, clock=clock, waits=waits) for url in urls]
    try:
        yield workers
    finally:
        for each in workers:
            await each.close()


@asynccontextmanager
async def hostile(answer: Answer, tls: ssl.SSLContext | None = None) -> AsyncGenerator[str]:
    """Give the address of what listens like such a server, and does with a connection what is said."""
    writers: list[asyncio.StreamWriter] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writers.append(writer)
        try:
            await answer(reader, writer)
        except ConnectionError:
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=tls)
    async with server:
        yield f"redis{'s' if tls else ''}://127.0.0.1:{server.sockets[0].getsockname()[1]}/0"
        for writer in writers:
            writer.close()
