"""The program behind a proxy, as its operator runs it: interactions over HTTP, from a loopback Discord."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

from benchmarks.loopback import LoopbackDiscord
from benchmarks.posting import NotTaken
from bot.sandbox import Sandbox
from tests.api.desk import closed_port
from tests.processes import PATIENCE, running


def settings_for(discord: LoopbackDiscord, sandbox: Sandbox, port: int) -> dict[str, str]:
    """Return the settings of a process that answers at a port."""
    return {
        "DISCORD_TOKEN": discord.token,
        "DISCORD_API_URL": discord.api_url,
        "DISCORD_PUBLIC_KEY": discord.signer.public,
        "HTTP_PORT": str(port),
        "USEAPI_URL": sandbox.useapi.url,
        "PIXELA_URL": sandbox.pixela.url,
        "PLURALKIT_URL": sandbox.pluralkit.url,
    }


@asynccontextmanager
async def serving(
    discord: LoopbackDiscord, sandbox: Sandbox, folder: Path, settings: Mapping[str, str] | None = None
) -> AsyncGenerator[asyncio.subprocess.Process]:
    """Give a process to which all interactions are posted, once it takes them."""
    port = closed_port()
    ours = settings_for(discord, sandbox, port) | dict(settings or {})
    async with running(folder, "serve", settings=ours) as process:
        await posted_to(discord, port)
        yield process


async def posted_to(discord: LoopbackDiscord, *ports: int) -> None:
    """Have a Discord post interactions to endpoints of this machine, as soon as they answer."""
    urls = [f"http://127.0.0.1:{port}/interactions" for port in ports]
    async with asyncio.timeout(PATIENCE):
        while True:
            try:
                await discord.post_to(*urls)
            except NotTaken:
                await asyncio.sleep(0.05)
            else:
                return
