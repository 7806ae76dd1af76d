"""Which servers the app is in: rows marked when it is removed, kept for a week, then purged.

Old jobs and old entries of audits go too.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

import discord
from discord.ext import commands, tasks

from bot.jobs.rhythm import lateness
from bot.report import loop_turn
from bot.shards import Shards
from bot.storage.audit import forget_old_entries
from bot.storage.duties import Duties
from bot.storage.passing import forget_passed
from cogs._roll_call import Roll, is_in

if TYPE_CHECKING:
    from bot.app import App

_log = logging.getLogger(__name__)

_PURGE, _PURGE_SECONDS = "purge", 3000
"""The duty to purge what is no single process's, for nearly an hour."""
_END_SECONDS = 0.5


class Residence(commands.Cog):
    """Keeps the rows of the servers true. An outage is not a removal: Discord tells them apart."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._known: set[int] = set()
        """Servers whose row is known to be right, so that a start with many servers writes nothing."""
        self._turn = asyncio.Lock()
        """Keeps the order of arrivals and removals, which the database's lock would not."""
        database = app.database
        self._duties = Duties(database, secrets.token_hex(8), app.clock, alone=database.is_a_file)
        self.roll = Roll(app) if app.by_http else None
        """What looks for removals, where no gateway tells of them."""

    async def cog_load(self) -> None:
        """Start the loops."""
        if self.roll is None:
            self._known = set(await self._app.guild_rows.present(self._shards))
        else:
            self.roll.loop.start()
            self._app.loops["roll call"] = self.roll.lateness
        self.purge.start()
        self._app.loops["purge"] = lambda: lateness(self.purge)

    async def cog_unload(self) -> None:
        """Stop the loops, and let another worker do at once what this one did for all."""
        running = self.purge.get_task()
        self.purge.cancel()
        with suppress(TimeoutError):  # a database that hangs must not keep the app from leaving Discord
            async with asyncio.timeout(_END_SECONDS), loop_turn("giving duties to another worker"):
                if running is not None:
                    await asyncio.wait({running})  # the database is closed next
                if self.roll is not None:
                    await self.roll.close()
                await self._duties.give_back(_PURGE)

    async def on_guild_join(self, guild: discord.Guild) -> None:
        """Note a server that is new, or that took the app back."""
        await self._arrive([guild])

    async def on_guild_available(self, guild: discord.Guild) -> None:
        """Note a server that is there after an outage."""
        await self._arrive([guild])

    @commands.Cog.listener()
    async def on_guild_remove(self, guild: discord.Guild) -> None:
        """Note a removal."""
        async with loop_turn("noting a removal"), self._turn:
            self._known.discard(guild.id)
            await self._app.guild_rows.leave([guild.id])

    @commands.Cog.listener()
    async def on_ready(self) -> None:
        """Note the servers of the shards of this process, and the removals while the app was away."""
        for listener in (self.on_guild_join, self.on_guild_available):
            # From now on: a task for each of ten thousand servers at the start would be half of their cost.
            self._app.remove_listener(listener)
            self._app.add_listener(listener)
        await self._arrive(self._app.guilds)
        async with loop_turn("comparing servers"), self._turn:
            rows = self._app.guild_rows
            present = await rows.present(self._shards)
            # Looked at last: a server that joins meanwhile is not to be taken for one that is gone.
            gone = present - {guild.id for guild in self._app.guilds}
            self._known -= gone
            await rows.leave(gone)

    @tasks.loop(hours=1)
    async def purge(self) -> None:
        """Remove old jobs, old entries of audits, and the rows of servers that removed the app a week ago."""
        is_ours = False
        async with loop_turn("the purge"):
            is_ours = await self._duties.take(_PURGE, _PURGE_SECONDS)
        if is_ours:
            await self._purge_for_all()
        if not self._app.knows_all_servers:
            async with loop_turn("counting the servers"):
                self._app.approximate_servers = (await self._app.application_info()).approximate_guild_count
        by_http = self._app.by_http
        if not (is_ours if by_http else self._app.is_ready()):
            return  # before it is ready, a server that took the app back meanwhile is not known yet
        async with loop_turn("the purge of servers"):
            count = await (self._purge_asked() if by_http else self._purge_told())
            if count:
                _log.info("the rows of %d servers were purged", count)

    async def _purge_for_all(self) -> None:
        async with loop_turn("the purge of jobs"):
            count = await self._app.jobs.purge()
            if count:
                _log.info("%d jobs were purged", count)
        async with loop_turn("the purge of the audit"):
            count = await forget_old_entries(self._app.database, self._app.clock())
            if count:
                _log.info("%d entries of audits were purged", count)
        async with loop_turn("the purge of what has passed"):
            await forget_passed(self._app.database, self._app.clock())
        async with loop_turn("the purge of owed answers"):
            await self._app.owing.rows.purge()

    async def _purge_told(self) -> int:
        """Purge those that the gateway told this process nothing of; others are other processes' to judge."""
        rows, shards = self._app.guild_rows, self._shards
        among = None if shards.are_all else {each for each in await rows.over() if shards.have(each)}
        return await rows.purge(here={guild.id for guild in self._app.guilds}, among=among)

    async def _purge_asked(self) -> int:
        """Purge those that Discord says the app is not in: no gateway tells where it was taken back."""
        rows = self._app.guild_rows
        over = await rows.over()
        return await rows.purge(here=[each for each in over if await is_in(self._app, each)], among=over)

    @property
    def _shards(self) -> Shards:
        return self._app.shards_here

    async def _arrive(self, guilds: Sequence[discord.Guild]) -> None:
        async with loop_turn("noting servers"), self._turn:
            new = {guild.id for guild in guilds} - self._known
            if new:
                await self._app.guild_rows.arrive(new)
                self._known |= new


async def setup(app: App) -> None:
    """Load the cog."""
    await app.add_cog(Residence(app))
