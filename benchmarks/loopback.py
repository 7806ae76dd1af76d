"""A small Discord on a loopback port, gateway and REST, for running the bot as a real process against.

In a program::

    async with LoopbackDiscord(guilds=3) as discord:
        ...  # start the bot with DISCORD_API_URL=discord.api_url and DISCORD_TOKEN=discord.token
        await discord.wait_ready()
        answer = await discord.slash("about")

As a process, ``python -m benchmarks.loopback --port 8099`` prints one line of JSON with ``api_url`` and
``control_url`` and runs until SIGTERM or SIGINT; :mod:`benchmarks.control` says what can be asked of it.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import signal
import sys
from typing import Self

from aiohttp import web

from benchmarks.answers import Answers
from benchmarks.control import CONTROL_PATH, Control
from benchmarks.driver import Driver
from benchmarks.gateway import Gateway
from benchmarks.replies import PATIENCE, TOKEN_LIFE, Replies
from benchmarks.resources import Resources
from benchmarks.rest import Rest
from benchmarks.wire import API_PATH
from benchmarks.world import APPLICATION_ID, World, guild_ids

TOKEN = "loopback-token"  # noqa: S105 - it opens nothing but the loopback
"""The bot token that is taken where none is set."""

GATEWAY_PATH = "/gateway"


class LoopbackDiscord(Driver):
    """A Discord with one app in it; see :class:`~benchmarks.driver.Driver` for what can be done in it.

    ``guilds`` is how many the bot is in, ``shards`` what ``GET /gateway/bot`` advises, ``patience`` and
    ``token_life`` the seconds that an interaction waits and that its token lives; ``most`` bounds what
    is remembered of messages and interactions, ``most_requests`` of requests (None: all).
    """

    def __init__(
        self,
        *,
        guilds: int = 1,
        channels: int = 1,
        token: str = TOKEN,
        shards: int = 1,
        patience: float = PATIENCE,
        token_life: float = TOKEN_LIFE,
        most: int = 20_000,
        most_requests: int | None = 100_000,
    ) -> None:
        self.token = token
        self._shards = shards
        self._port: int | None = None
        self._runner: web.AppRunner | None = None
        world = World(dict.fromkeys(guild_ids(guilds)), channels, most_messages=most)
        gateway = Gateway(world, token, lambda: self.gateway_url)
        replies = Replies(world, Answers(most), patience=patience, token_life=token_life)
        super().__init__(world, gateway, Rest(token, most_requests), replies)
        world.public_key = self.signer.public

    @property
    def port(self) -> int:
        """The port. Raises ``RuntimeError`` before :meth:`start`."""
        if self._port is None:
            raise RuntimeError("the loopback Discord is not started")
        return self._port

    @property
    def base_url(self) -> str:
        """The address of the server itself."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def api_url(self) -> str:
        """The REST base with its version, as the setting DISCORD_API_URL takes it."""
        return self.base_url + API_PATH

    @property
    def control_url(self) -> str:
        """What control routes start with."""
        return self.base_url + CONTROL_PATH

    @property
    def gateway_url(self) -> str:
        """The gateway's websocket address."""
        return f"ws://127.0.0.1:{self.port}{GATEWAY_PATH}"

    async def start(self, port: int = 0) -> None:
        """Listen on ``port``, or on one that the system picks."""
        app = web.Application(client_max_size=64 * 1024 * 1024)
        app.router.add_get(GATEWAY_PATH, self.gateway.handle)
        app.router.add_get(GATEWAY_PATH + "/", self.gateway.handle)
        app.router.add_get("/attachments/{id}/{name}", self._download)
        Control(self).mount(app)
        resources = Resources(self.world, lambda: self.gateway_url, self._shards)
        self.rest.mount(app, [*resources.routes(), *self.replies.routes()])
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", port)
        await site.start()
        self._port = int(self._runner.addresses[0][1])
        self.world.base_url = self.base_url

    async def close(self) -> None:
        """Close every connection and stop listening. What was recorded stays."""
        await self.gateway.drop(1001)
        await self.close_posting()
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def _download(self, request: web.Request) -> web.Response:
        """Return a file that was attached or sent."""
        file = self.world.files.get(int(request.match_info["id"]))
        if file is None:
            raise web.HTTPNotFound
        return web.Response(body=file.data, headers={"Content-Type": file.content_type})


async def serve(discord: LoopbackDiscord, port: int) -> None:
    """Run until SIGTERM or SIGINT, having said on stdout where."""
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    await discord.start(port)
    try:
        hello = {
            "api_url": discord.api_url,
            "control_url": discord.control_url,
            "token": discord.token,
            "application_id": str(APPLICATION_ID),
            "public_key": discord.signer.public,
        }
        sys.stdout.write(json.dumps(hello) + "\n")
        sys.stdout.flush()
        await stop.wait()
    finally:
        await discord.close()


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.loopback", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0: one that the system picks")
    parser.add_argument("--guilds", type=int, default=1)
    parser.add_argument("--channels", type=int, default=1, help="text channels in each guild")
    parser.add_argument("--shards", type=int, default=1, help="what GET /gateway/bot advises")
    parser.add_argument("--token", default=TOKEN, help="the bot token to take")
    args = parser.parse_args()
    logging.basicConfig(stream=sys.stderr, level=logging.INFO)
    discord = LoopbackDiscord(
        guilds=args.guilds, channels=args.channels, shards=args.shards, token=args.token
    )
    asyncio.run(serve(discord, args.port))


if __name__ == "__main__":
    main()
