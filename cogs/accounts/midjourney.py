"""/accounts midjourney: the Discord accounts through which useapi.net drives Midjourney."""

from __future__ import annotations

from typing import TYPE_CHECKING

import discord
from discord import app_commands

from bot.report import answer
from bot.services import Service
from bot.storage.audit import Action
from bot.ui.accounts import reset_card
from cogs._completion import account_of
from cogs._keys import complete_key, key_of_account, registered
from cogs._place import ManagerGroup, require_manager
from cogs.accounts.actions import (
    KEY,
    Registration,
    ask_for_token,
    ask_to_remove,
    check_snowflake,
    list_accounts,
    note_account,
    show_account,
)

if TYPE_CHECKING:
    from bot.app import App


_CHANNEL = account_of(Service.MIDJOURNEY, require_manager)


class MidjourneyAccounts(ManagerGroup):
    """The commands of /accounts midjourney."""

    def __init__(self) -> None:
        super().__init__(name="midjourney", description="Accounts that Midjourney runs on")

    @app_commands.command(description="Register or change an account")
    @app_commands.describe(
        channel="Id of the channel with the bot",
        server="Id of its server",
        max_jobs="Jobs at once, 1-15",
        key=KEY,
    )
    @app_commands.autocomplete(key=complete_key)
    async def register(
        self,
        interaction: discord.Interaction[App],
        channel: str,
        server: str,
        max_jobs: app_commands.Range[int, 1, 15],
        key: str | None = None,
    ) -> None:
        """Ask for the Discord token."""
        channel = check_snowflake(channel, "channel")
        server = check_snowflake(server, "server")
        await ask_for_token(interaction, Registration(channel, server, max_jobs), key)

    @app_commands.command(name="list", description="The registered accounts")
    async def list_(self, interaction: discord.Interaction[App]) -> None:
        """List the accounts."""
        await list_accounts(interaction, Service.MIDJOURNEY)

    @app_commands.command(description="Show one account")
    @app_commands.describe(channel="Its channel id")
    @app_commands.autocomplete(channel=_CHANNEL)
    async def show(self, interaction: discord.Interaction[App], channel: str) -> None:
        """Show an account."""
        await show_account(interaction, Service.MIDJOURNEY, channel)

    @app_commands.command(description="Forget an account")
    @app_commands.describe(channel="Its channel id")
    @app_commands.autocomplete(channel=_CHANNEL)
    async def remove(self, interaction: discord.Interaction[App], channel: str) -> None:
        """Ask, then remove an account."""
        await ask_to_remove(interaction, Service.MIDJOURNEY, channel)

    @app_commands.command(description="Clear an acknowledged notice")
    @app_commands.describe(channel="Its channel id")
    @app_commands.autocomplete(channel=_CHANNEL)
    async def reset(self, interaction: discord.Interaction[App], channel: str) -> None:
        """Clear the notice of an account."""
        channel = check_snowflake(channel, "channel")
        guild_id = require_manager(interaction)
        await interaction.response.defer(ephemeral=True, thinking=True)
        key_name = await key_of_account(interaction, guild_id, Service.MIDJOURNEY, channel)
        async with interaction.client.connections.midjourney(guild_id, key_name) as client:
            with registered(Service.MIDJOURNEY, channel):
                await client.reset(channel)
        await note_account(interaction, Action.RESET, Service.MIDJOURNEY, channel)
        await answer(interaction, reset_card(Service.MIDJOURNEY, channel))
