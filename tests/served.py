"""The program behind a proxy, as its operator runs it: interactions over HTTP, from a loopback Discord."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from discord.http import Route

from benchmarks.loopback import LoopbackDiscord
from benchmarks.posting import NotTaken
from bot.app import App
from bot.sandbox import Sandbox
from bot.serve import serve
from bot.settings import Settings
from tests.api.desk import closed_port
from tests.processes import PATIENCE, running
from tests.stage import make_app


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


def app_at(discord: LoopbackDiscord, settings: Settings) -> App:
    """Make the real bot, in this process, for a Discord that is to post to it."""
    changed = {"discord_api_url": discord.api_url, "http_port": closed_port()}
    return make_app(settings.model_copy(update=changed))


@asynccontextmanager
async def taking(app: App, discord: LoopbackDiscord, key: str | None = None) -> AsyncGenerator[int]:
    """Run the real bot in this process; give the port that it is to listen on."""
    before = Route.BASE
    running = asyncio.create_task(serve(app, discord.token, key or discord.signer.public))
    try:
        yield app.settings.http_port
    finally:
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running
        Route.BASE = before


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
