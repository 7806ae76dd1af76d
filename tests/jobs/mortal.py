"""The bot as a process that is killed without warning and started again."""

from __future__ import annotations

import asyncio
import signal
import sqlite3
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.loopback import LoopbackDiscord
from tests.processes import PATIENCE, start

_AFTERWARDS = 1.0
"""Seconds in which something might be shown once more."""


@dataclass
class Mortal:
    """One bot with one database, in one life after another."""

    folder: Path
    settings: dict[str, str]
    discord: LoopbackDiscord
    kills: int = 0
    said: list[str] = field(default_factory=list[str])
    """What each life wrote to its log."""

    @asynccontextmanager
    async def alive(self) -> AsyncGenerator[asyncio.subprocess.Process]:
        """Give a running process; one that still runs at the end is killed."""
        process = await start(self.folder, "run", settings=self.settings)
        heard = asyncio.create_task(process.communicate())
        try:
            yield process
        finally:
            if process.returncode is None:
                process.kill()
            self.said.append((await heard)[1].decode())
            await self.discord.gateway.wait(lambda gateway: not gateway.live(), PATIENCE)

    async def live(self, moment: Awaitable[None], *, from_the_start: bool = False) -> None:
        """Live until a moment comes, waited for once connected or ``from_the_start``, and be killed in it."""
        async with self.alive() as process:
            if not from_the_start:
                await self.discord.wait_ready(timeout=PATIENCE)
            await moment
            assert process.returncode is None, "it died of something else"
        assert process.returncode == -signal.SIGKILL
        self.kills += 1

    async def live_until(self, is_reached: Callable[[], bool], *, seconds: float) -> None:
        """Live until something is so, which must be within so many seconds, and stop as asked."""
        async with self.alive() as process:
            await self.discord.wait_ready(timeout=PATIENCE)
            async with asyncio.timeout(seconds):
                while not is_reached():  # noqa: ASYNC110 - the rows are another process's
                    await asyncio.sleep(0.1)
            await asyncio.sleep(_AFTERWARDS)
            process.send_signal(signal.SIGTERM)
            async with asyncio.timeout(PATIENCE):
                assert await process.wait() == 0

    @property
    def database(self) -> Path:
        """The file with what is written down."""
        return self.folder / "data" / "switchboard.db"

    def rows(self, table: str) -> Sequence[dict[str, Any]]:
        """Return every job, or every row of another table with an id, as it is written down."""
        with closing(sqlite3.connect(self.database)) as connection:
            connection.row_factory = sqlite3.Row
            rows = connection.execute(f"SELECT * FROM {table} ORDER BY id")  # noqa: S608 - a name from a test
            return [dict(row) for row in rows]

    def made_everything(self) -> bool:
        """Say whether no job is left to do."""
        return all(row["state"] == "told" for row in self.rows("jobs"))
