"""Several workers as processes, on one PostgreSQL and one Valkey, behind the balancer."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncGenerator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from benchmarks.loopback import LoopbackDiscord
from bot.crypto import new_key
from bot.sandbox import Sandbox
from tests.api.desk import closed_port
from tests.limits_server import LimitsServer
from tests.postgresql import find_programs, served
from tests.processes import PATIENCE, Ended, start
from tests.scale.balancing import balancing, until_open
from tests.served import posted_to, settings_for

NUMBER = 3
_LEFT_ALONE = 2.0
"""Seconds for which nginx, which counts whole ones, may take a worker to be away that is back. An upgrade
waits for longer, until its health is known."""


@dataclass
class Worker:
    """One of the workers, in one life after another."""

    folder: Path
    settings: Mapping[str, str]
    process: asyncio.subprocess.Process | None = None
    said: list[str] = field(default_factory=list[str])
    """What each life wrote to its log."""
    _heard: asyncio.Task[tuple[bytes, bytes]] | None = None

    @property
    def port(self) -> int:
        """Where it takes interactions."""
        return int(self.settings["HTTP_PORT"])

    async def start(self) -> None:
        """Start it, and wait until it takes interactions."""
        self.process = await start(self.folder, "serve", settings=self.settings)
        self._heard = asyncio.create_task(self.process.communicate())
        opened = asyncio.create_task(until_open(self.port))
        await asyncio.wait({opened, self._heard}, return_when=asyncio.FIRST_COMPLETED)
        assert opened.done(), self._heard.result()[1].decode()
        await opened

    async def end(self, how: signal.Signals) -> Ended:
        """End it, and return how it ended."""
        assert self.process is not None
        assert self._heard is not None
        if self.process.returncode is None:
            self.process.send_signal(how)
        async with asyncio.timeout(PATIENCE):
            out, err = await self._heard
        self.said.append(err.decode())
        code = self.process.returncode
        self.process = None
        return Ended(-1 if code is None else code, out.decode(), err.decode())


@dataclass(frozen=True)
class Workers:
    """All of them."""

    each: list[Worker]
    database_url: str
    balancer_port: int

    @property
    def urls(self) -> list[str]:
        """Where each takes interactions, past the balancer."""
        return [f"http://127.0.0.1:{worker.port}/interactions" for worker in self.each]

    async def roll(self) -> list[Ended]:
        """Restart one after the other, as an upgrade does; return how their lives before ended."""
        ended: list[Ended] = []
        for worker in self.each:
            if ended:
                await asyncio.sleep(_LEFT_ALONE)
            ended.append(await worker.end(signal.SIGTERM))
            await worker.start()
        return ended

    @property
    def said(self) -> str:
        """What all of them wrote to their logs, in the lives that are over."""
        return "\n".join(text for worker in self.each for text in worker.said)


@asynccontextmanager
async def working(
    discord: LoopbackDiscord, sandbox: Sandbox, folder: Path, number: int = NUMBER
) -> AsyncGenerator[Workers]:
    """Give running workers, to which a Discord posts by the balancer."""
    programs = find_programs()
    assert programs is not None
    async with AsyncExitStack() as stack:
        server = await asyncio.to_thread(stack.enter_context, served(programs))
        limits = await stack.enter_async_context(LimitsServer(folder))
        shared = {
            "DATABASE_URL": server.url,
            "ENCRYPTION_KEYS": new_key(),
            "RATE_LIMIT_URL": limits.url,
            "WORKERS": str(number),
            "JOB_POLL_SECONDS": "0.5",
            "MEDIA_HOSTS": urlsplit(sandbox.useapi.url).netloc,
        }
        each = [Worker(folder, settings_for(discord, sandbox, closed_port()) | shared) for _ in range(number)]
        stack.push_async_callback(_kill, each)
        await asyncio.gather(*(worker.start() for worker in each))
        conf = folder / "balancer"
        conf.mkdir()
        port = await stack.enter_async_context(balancing(conf, [worker.port for worker in each]))
        await posted_to(discord, port)
        yield Workers(each, server.url, port)


async def _kill(workers: list[Worker]) -> None:
    for worker in workers:
        if worker.process is not None:
            await worker.end(signal.SIGKILL)
