"""The bot as the gateway knows it: which shards this process has, and when they connect."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

import discord
import discord.gateway
import discord.http
import yarl
from discord.ext import commands

from bot.errors import StartupError
from bot.shards import ALL, Shards
from bot.starts import Limit, Starts

_PROBLEMS = {
    4004: "DISCORD_TOKEN: is not good any more; reset it on the Bot page",
    4010: "SHARD_COUNT: is refused by Discord, which wants a multiple of its own number of apps that are in "
    "very many servers; without SHARD_COUNT that number is used",
    4011: "SHARD_COUNT: is too low, a shard may have 2,500 servers; without SHARD_COUNT there are enough",
}
"""What the gateway closes with where trying again is of no use.
https://docs.discord.com/developers/topics/opcodes-and-status-codes#gateway-gateway-close-event-codes"""


class Sharded(commands.AutoShardedBot):
    """A bot with all shards of the app, as many as Discord recommends or are set, or with some of them."""

    starts: Starts
    """When shards may identify themselves; to be there before the bot connects."""
    by_http: bool = False
    """Whether interactions come over HTTP: no server is known then but by asking for it."""
    approximate_servers: int = 0
    """In how many servers the app is, as Discord counts them now and then; kept where not all are known."""

    @property
    def shards_here(self) -> Shards:
        """The shards whose servers this process is told of; all of them where they are not told apart."""
        count = cast("int | None", self.shard_count)
        if self.by_http or count is None:
            return ALL
        return Shards(count, self.shard_ids or range(count))

    @property
    def knows_all_servers(self) -> bool:
        """Whether every server of the app is among its ``guilds``."""
        return not self.by_http and self.shards_here.are_all

    @property
    def servers(self) -> int:
        """In how many servers the app is; about, where not all of them are known here."""
        return len(self.guilds) if self.knows_all_servers else self.approximate_servers or len(self.guilds)

    async def connect(self, *, reconnect: bool = True) -> None:
        """Connect the shards of this process, and stay so until the end.

        Raises :class:`~bot.errors.StartupError` where Discord does not allow for it, now or any more.
        """
        answer = await self._gateway()
        # For a number of shards that is set, and after some reconnects, discord.py takes a constant.
        discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(answer["url"])
        if cast("int | None", self.shard_count) is None:
            self.shard_count = int(answer["shards"])
        await self.starts.begin(Limit.read(answer), len(self.shards_here.ids))
        try:
            await super().connect(reconnect=reconnect)
        except discord.ConnectionClosed as error:
            problem = _PROBLEMS.get(error.code)
            if problem is None:
                raise
            raise StartupError(problem) from error

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """Wait for the turn of a shard, among those of every process."""
        del initial
        await self.starts.wait(shard_id or 0)

    async def start_limit(self) -> Limit:
        """Ask Discord how many sessions may be started."""
        return Limit.read(await self._gateway())

    async def _gateway(self) -> Mapping[str, Any]:
        return await self.http.request(discord.http.Route("GET", "/gateway/bot"))
