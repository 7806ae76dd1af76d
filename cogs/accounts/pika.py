"""/accounts pika: the Discord accounts through which useapi.net drives Pika."""

from __future__ import annotations

from typing import TYPE_CHECKING

import discord
from discord import app_commands

from bot.services import Service
from cogs._completion import account_of
from cogs._keys import complete_key
from cogs._place import ManagerGroup, require_manager
from cogs.accounts.actions import (
    KEY,
    Registration,
    ask_for_token,
    ask_to_remove,
    check_snowflake,
    list_accounts,
    show_account,
)

if TYPE_CHECKING:
    from bot.app import App


_CHANNEL = account_of(Service.PIKA, require_manager)


class PikaAccounts(ManagerGroup):
    """The commands of /accounts pika."""

    def __init__(self) -> None:
        super().__init__(name="pika", description="Accounts that Pika runs on")

    @app_commands.command(description="Register or change an account")
    @app_commands.describe(
        channel="Id of the Pika bot's direct messages channel", max_jobs="Jobs at once, 1-10", key=KEY
    )
    @app_commands.autocomplete(key=complete_key)
    async def register(
        self,
        interaction: discord.Interaction[App],
        channel: str,
        max_jobs: app_commands.Range[int, 1, 10],
        key: str | None = None,
    ) -> None:
        """Ask for the Discord token."""
        channel = check_snowflake(channel, "channel")
        await ask_for_token(interaction, Registration(channel, None, max_jobs), key)

    @app_commands.command(name="list", description="The registered accounts")
    async def list_(self, interaction: discord.Interaction[App]) -> None:
        """List the accounts."""
        await list_accounts(interaction, Service.PIKA)

    @app_commands.command(description="Show one account")
    @app_commands.describe(channel="Its channel id")
    @app_commands.autocomplete(channel=_CHANNEL)
    async def show(self, interaction: discord.Interaction[App], channel: str) -> None:
        """Show an account."""
        await show_account(interaction, Service.PIKA, channel)

    @app_commands.command(description="Forget an account")
    @app_commands.describe(channel="Its channel id")
    @app_commands.autocomplete(channel=_CHANNEL)
    async def remove(self, interaction: discord.Interaction[App], channel: str) -> None:
        """Ask, then remove an account."""
        await ask_to_remove(interaction, Service.PIKA, channel)
