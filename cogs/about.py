"""/about: what this app is and how it is doing."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import discord
from discord import app_commands
from discord.ext import commands

from bot import __version__
from bot.report import answer
from bot.ui.about import Vitals, about_card

if TYPE_CHECKING:
    from bot.app import App


class About(commands.Cog):
    """The command of /about."""

    @app_commands.command(description="What this app is and how it is doing")
    @app_commands.allowed_installs(guilds=True, users=True)
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)
    async def about(self, interaction: discord.Interaction[App]) -> None:
        """Show version, uptime, shard, latency and the number of servers."""
        app = interaction.client
        shard = (
            None if interaction.guild_id is None else (interaction.guild_id >> 22) % (app.shard_count or 1)
        )
        latency = dict(app.latencies).get(shard or 0, math.nan)
        vitals = Vitals(
            version=__version__,
            started_at=int(app.started_at),
            shard=shard,
            shards=None if app.by_http else app.shard_count or 1,
            latency=latency if math.isfinite(latency) else None,
            servers=app.servers,
            are_all_known=app.knows_all_servers,
            invite_url=discord.utils.oauth_url(
                interaction.application_id, scopes=("bot", "applications.commands")
            ),
        )
        await answer(interaction, about_card(vitals))


async def setup(app: App) -> None:
    """Load the command."""
    await app.add_cog(About())
