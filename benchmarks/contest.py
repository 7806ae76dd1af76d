"""The bot beside a bare discord.py bot: each a process of its own, each with a loopback Discord of its own.

Both are told the same by turns, so that what else the machine does hits both alike.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.loopback import LoopbackDiscord
from benchmarks.programs import client
from benchmarks.usage import Usage

_NOBODY = "http://127.0.0.1:9"
"""Where no upstream listens."""
_PATIENCE = 120.0
"""Seconds within which a bot has its servers, of which there may be ten thousand."""
_STILL_SHARE, _LOOK_SECONDS, _MOST_LOOKS = 0.05, 0.5, 120
"""The share of a core below which a bot does nothing, and how long it is waited for that."""


@dataclass(frozen=True, slots=True)
class Program:
    """What is started, and with what settings beside those of its Discord."""

    module: str
    arguments: Sequence[str] = ()
    settings: Mapping[str, str] | None = None

    @asynccontextmanager
    async def running(self, folder: Path, discord: LoopbackDiscord) -> AsyncGenerator[Usage]:
        """Run it until the block ends."""
        address = {"DISCORD_TOKEN": discord.token, "DISCORD_API_URL": discord.api_url}
        settings = {**(self.settings or {}), **address}
        async with client(folder, self.module, *self.arguments, settings=settings) as pid:
            yield Usage(pid)


@dataclass(frozen=True, slots=True)
class Contestant:
    """A bot that is connected to a Discord of its own."""

    discord: LoopbackDiscord
    usage: Usage

    async def wait_ready(self) -> None:
        """Wait until it has its servers.

        Raises ``ProcessLookupError`` where it ends instead, ``TimeoutError`` where it takes too long.
        """
        for _ in range(_MOST_LOOKS):
            try:
                return await self.discord.wait_ready(timeout=_PATIENCE / _MOST_LOOKS)
            except TimeoutError:
                self.usage.cpu_seconds()
        raise TimeoutError("the bot does not get ready")

    async def settle(self) -> None:
        """Wait until it does nothing any more. Raises ``TimeoutError``."""
        for _ in range(_MOST_LOOKS):
            before = self.usage.cpu_seconds()
            await asyncio.sleep(_LOOK_SECONDS)
            if self.usage.cpu_seconds() - before < _STILL_SHARE * _LOOK_SECONDS:
                return
        raise TimeoutError("the bot does not come to rest")


def ours(folder: Path, pluralkit_url: str = _NOBODY, *, limited: bool = True) -> Program:
    """Return the bot with its database in ``folder``; with ``limited`` false no vendor's limits count."""
    settings = {
        "DATABASE_URL": f"sqlite+aiosqlite:///{folder / 'switchboard.db'}",
        "PLURALKIT_URL": pluralkit_url,
        "USEAPI_URL": _NOBODY,
        "PIXELA_URL": _NOBODY,
    }
    return Program("bot", ["run"], settings) if limited else Program("benchmarks.unlimited", (), settings)


def bare(pluralkit_url: str = _NOBODY, *, sync: bool = True) -> Program:
    """Return the bare bot, which tells Discord its commands at each start if it is to ``sync``."""
    return Program("benchmarks.bare", ["--sync"] if sync else (), {"PLURALKIT_URL": pluralkit_url})


@asynccontextmanager
async def contest(
    folder: Path, *programs: Program, guilds: int = 1, channels: int = 1
) -> AsyncGenerator[list[Contestant]]:
    """Run programs side by side, each in its Discord, and give them once they have their servers."""
    async with AsyncExitStack() as stack:
        contestants: list[Contestant] = []
        for number, program in enumerate(programs):
            own = folder / f"{number}"
            own.mkdir(exist_ok=True)
            discord = await stack.enter_async_context(LoopbackDiscord(guilds=guilds, channels=channels))
            usage = await stack.enter_async_context(program.running(own, discord))
            contestants.append(Contestant(discord, usage))
            await contestants[-1].wait_ready()
        for contestant in contestants:
            await contestant.settle()
        yield contestants
