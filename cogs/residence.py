"""Which servers the app is in: rows marked when it is removed, kept for a week, then purged.

Old jobs and old entries of audits go too.
"""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING

import discord
from discord.ext import commands, tasks

from bot.jobs.rhythm import lateness
from bot.report import loop_turn
from bot.storage.audit import forget_old_entries

if TYPE_CHECKING:
    from bot.app import App

_log = logging.getLogger(__name__)


class Residence(commands.Cog):
    """Keeps the rows of the servers true. An outage is not a removal: Discord tells them apart."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._known: set[int] = set()
        """Servers whose row is known to be right, so that a start with many servers writes nothing."""
        self._turn = asyncio.Lock()
        """Keeps the order of arrivals and removals, which the database's lock would not."""

    async def cog_load(self) -> None:
        """Start the loop."""
        self._known = set(await self._app.guild_rows.present())
        self.purge.start()
        self._app.loops["purge"] = lambda: lateness(self.purge)

    async def cog_unload(self) -> None:
        """Stop the loop."""
        self.purge.cancel()

    @commands.Cog.listener()
    async def on_guild_join(self, guild: discord.Guild) -> None:
        """Note a server that is new, or that took the app back."""
        await self._arrive(guild)

    @commands.Cog.listener()
    async def on_guild_available(self, guild: discord.Guild) -> None:
        """Note a server that is there, at the start or after an outage."""
        await self._arrive(guild)

    @commands.Cog.listener()
    async def on_guild_remove(self, guild: discord.Guild) -> None:
        """Note a removal."""
        async with loop_turn("noting a removal"), self._turn:
            self._known.discard(guild.id)
            await self._app.guild_rows.leave([guild.id])

    @commands.Cog.listener()
    async def on_ready(self) -> None:
        """Note the removals that happened while the app was away."""
        async with loop_turn("comparing servers"), self._turn:
            rows = self._app.guild_rows
            present = await rows.present()
            # Looked at last: a server that joins meanwhile is not to be taken for one that is gone.
            gone = present - {guild.id for guild in self._app.guilds}
            self._known -= gone
            await rows.leave(gone)

    @tasks.loop(hours=1)
    async def purge(self) -> None:
        """Remove old jobs, old entries of audits, and the rows of servers that removed the app a week ago."""
        async with loop_turn("the purge of jobs"):
            count = await self._app.jobs.purge()
            if count:
                _log.info("%d jobs were purged", count)
        async with loop_turn("the purge of the audit"):
            count = await forget_old_entries(self._app.database, self._app.clock())
            if count:
                _log.info("%d entries of audits were purged", count)
        if self._app.by_http:
            async with loop_turn("counting the servers"):
                self._app.approximate_servers = (await self._app.application_info()).approximate_guild_count
        elif not self._app.is_ready():
            return  # a server may have taken the app back while it was away, which is not known yet
        async with loop_turn("the purge"):
            count = await self._purge_servers()
            if count:
                _log.info("the rows of %d servers were purged", count)

    async def _purge_servers(self) -> int:
        rows = self._app.guild_rows
        if not self._app.by_http:
            return await rows.purge(here={guild.id for guild in self._app.guilds})
        over = await rows.over()
        return await rows.purge(here=[each for each in over if await self._is_in(each)], among=over)

    async def _is_in(self, guild_id: int) -> bool:
        """Ask whether the app is in a server: it may have taken it back since, and no gateway tells."""
        try:
            await self._app.fetch_guild(guild_id, with_counts=False)
        except (discord.NotFound, discord.Forbidden):
            return False
        return True

    async def _arrive(self, guild: discord.Guild) -> None:
        async with loop_turn("noting a server"), self._turn:
            if guild.id not in self._known:
                await self._app.guild_rows.arrive(guild.id)
                self._known.add(guild.id)


async def setup(app: App) -> None:
    """Load the cog."""
    await app.add_cog(Residence(app))
