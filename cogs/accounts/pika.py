"""/accounts pika: the Discord accounts through which useapi.net drives Pika."""

from __future__ import annotations

from typing import TYPE_CHECKING

import discord
from discord import app_commands
from pydantic import SecretStr

from bot.api import pika
from bot.report import answer
from bot.services import Service
from bot.ui.accounts import account_card
from cogs._completion import account_of
from cogs._place import ManagerGroup, require_manager
from cogs.accounts.actions import (
    ask_for_token,
    ask_to_remove,
    check_jobs,
    check_snowflake,
    done_sentence,
    is_registered,
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
        channel="Id of the Pika bot's direct messages channel", max_jobs="Jobs at once, 1-10"
    )
    async def register(
        self, interaction: discord.Interaction[App], channel: str, max_jobs: app_commands.Range[int, 1, 10]
    ) -> None:
        """Ask for the Discord token, then register."""
        channel = check_snowflake(channel, "channel")
        check_jobs(max_jobs, pika.MAX_JOBS)

        async def put(submitted: discord.Interaction[App], token: SecretStr) -> None:
            async with submitted.client.connections.pika(require_manager(submitted)) as client:
                known = await is_registered(client, channel)
                await client.register(channel, token, max_jobs)
            account = pika.PikaAccount(channel=channel, maxJobs=max_jobs)
            await answer(submitted, account_card(Service.PIKA, account, done=done_sentence(known=known)))

        await ask_for_token(interaction, Service.PIKA, put)

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
