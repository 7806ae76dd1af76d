"""/limits: what a member may still make here today."""

from __future__ import annotations

from typing import TYPE_CHECKING

import discord
from discord import app_commands
from discord.ext import commands

from bot.limits import DAY, Limits
from bot.report import answer
from bot.services import Provider
from bot.storage.limits import LimitBook
from bot.ui.limits import Share, limits_card
from cogs._place import server_of

if TYPE_CHECKING:
    from bot.app import App


class LimitsCog(commands.Cog):
    """The command of /limits."""

    @app_commands.command(name="limits", description="What you may still make here today")
    @app_commands.allowed_installs(guilds=True, users=False)
    @app_commands.allowed_contexts(guilds=True, dms=False, private_channels=False)
    async def limits(self, interaction: discord.Interaction[App]) -> None:
        """Show what is left of each service that makes something."""
        app = interaction.client
        book = LimitBook(app.database, server_of(interaction), app.clock)
        limits = await book.limits()
        who = app.jobs.pseudonym(server_of(interaction), interaction.user.id)
        shares = [
            Share(
                service,
                limits.get(service, Limits()),
                await book.made(service, who, interaction.user.id),
            )
            for service in app.settings.services
            if service.provider is Provider.USEAPI
        ]
        ends_at = (int(app.clock()) // DAY + 1) * DAY
        await answer(interaction, limits_card(shares, ends_at))


async def setup(app: App) -> None:
    """Load the command."""
    await app.add_cog(LimitsCog())
