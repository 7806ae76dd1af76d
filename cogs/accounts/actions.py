"""What the commands of /accounts do for Pika and Midjourney alike."""

from __future__ import annotations

import logging
import re
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager
from typing import TYPE_CHECKING, Protocol

import discord
from discord import ui
from pydantic import SecretStr

from bot.api.useapi import Account
from bot.errors import InvalidInput, NotFound
from bot.report import answer, report
from bot.services import Service
from bot.ui.accounts import account_card, accounts_card, remove_card, removed_card
from bot.ui.card import note
from bot.ui.forms import Form, check_secret, text_field
from bot.ui.lasting import LastingButton
from cogs._place import require_manager

if TYPE_CHECKING:
    from bot.app import App

_log = logging.getLogger(__name__)

_SNOWFLAKE = re.compile(r"[0-9]{17,20}")
_TOKEN_LENGTHS = (20, 200)
_RISK = (
    "⚠️ Automating a Discord user account is against Discord's terms and can get it banned. Use an account "
    "made for this alone, never your own."
)


class Accounts(Protocol):
    """What Pika and Midjourney can both do with their accounts."""

    async def accounts(self) -> Mapping[str, Account]:
        """Return the registered accounts by channel id."""
        ...

    async def account(self, channel: str) -> Account:
        """Return one account. Raises :class:`~bot.errors.NotFound`."""
        ...

    async def remove(self, channel: str) -> None:
        """Forget an account. Raises :class:`~bot.errors.NotFound`."""
        ...


class RemoveButton(
    LastingButton, template=r"accounts:remove:(?P<service>pika|midjourney):(?P<channel>[0-9]{17,20})"
):
    """Removes an account, after :func:`ask_to_remove` asked."""

    def __init__(self, service: str, channel: str) -> None:
        super().__init__("Remove it", f"accounts:remove:{service}:{channel}", discord.ButtonStyle.danger)
        self._service = Service(service)
        self._channel = channel

    async def press(self, interaction: discord.Interaction[App]) -> None:
        """Remove the account."""
        require_manager(interaction)
        await interaction.response.defer()
        async with open_accounts(interaction, self._service) as client:
            try:
                await client.remove(self._channel)
            except NotFound:
                raise not_registered(self._service, self._channel) from None
        await interaction.edit_original_response(view=removed_card(self._service, self._channel))


class KeepAccountButton(LastingButton, template=r"accounts:keep:(?P<service>pika|midjourney)"):
    """Goes back without removing."""

    def __init__(self, service: str) -> None:
        super().__init__("Keep it", f"accounts:keep:{service}")

    async def press(self, interaction: discord.Interaction[App]) -> None:
        """Say that nothing happened."""
        await interaction.response.edit_message(view=note("Nothing was removed."))


def open_accounts(
    interaction: discord.Interaction[App], service: Service
) -> AbstractAsyncContextManager[Accounts]:
    """Give the accounts of a service, with the key of the server, for a manager."""
    guild_id = require_manager(interaction)
    connections = interaction.client.connections
    return connections.pika(guild_id) if service is Service.PIKA else connections.midjourney(guild_id)


async def list_accounts(interaction: discord.Interaction[App], service: Service) -> None:
    """List the accounts."""
    await interaction.response.defer(ephemeral=True, thinking=True)
    async with open_accounts(interaction, service) as client:
        accounts = await client.accounts()
    await answer(interaction, accounts_card(service, accounts.values()))


async def show_account(interaction: discord.Interaction[App], service: Service, channel: str) -> None:
    """Show one account."""
    channel = check_snowflake(channel, "channel")
    await interaction.response.defer(ephemeral=True, thinking=True)
    async with open_accounts(interaction, service) as client:
        try:
            account = await client.account(channel)
        except NotFound:
            raise not_registered(service, channel) from None
    await answer(interaction, account_card(service, account))


async def ask_to_remove(interaction: discord.Interaction[App], service: Service, channel: str) -> None:
    """Ask whether an account shall go; :class:`RemoveButton` does it."""
    channel = check_snowflake(channel, "channel")
    await interaction.client.connections.require_useapi(require_manager(interaction))
    buttons = [RemoveButton(service, channel), KeepAccountButton(service)]
    await answer(interaction, remove_card(service, channel, buttons))


async def ask_for_token(
    interaction: discord.Interaction[App],
    service: Service,
    put: Callable[[discord.Interaction[App], SecretStr], Awaitable[None]],
) -> None:
    """Open the form for a Discord token; ``put`` registers with it."""
    # Said before the form is filled in, not after.
    await interaction.client.connections.require_useapi(require_manager(interaction))
    label, box = text_field(
        "discord_token",
        "Discord token of that account",
        hint="Sent to useapi.net, which keeps it. It is not stored here and never shown.",
        lengths=_TOKEN_LENGTHS,
    )

    async def submit(submitted: discord.Interaction[App]) -> None:
        token = check_secret(box.value, "Discord token")
        await submitted.response.defer(ephemeral=True, thinking=True)
        await put(submitted, token)

    form = Form(
        f"Register a {service.label} account", ui.TextDisplay(_RISK), label, submit=submit, failed=report
    )
    await interaction.response.send_modal(form)


async def is_registered(client: Accounts, channel: str) -> bool:
    """Say whether a channel is registered already."""
    try:
        await client.account(channel)
    except NotFound:
        return False
    return True


def done_sentence(*, known: bool) -> str:
    """Say what registering did; ``known``: whether the channel was registered before."""
    return (
        "✅ The account was registered before and is updated." if known else "✅ The account is registered."
    )


def not_registered(service: Service, channel: str) -> InvalidInput:
    """Make the refusal for a channel that is not registered."""
    return InvalidInput(
        f"Channel `{channel}` is not registered. `/accounts {service} list` shows the ones that are."
    )


def check_snowflake(text: str, what: str) -> str:
    """Return a Discord id. Raises :class:`~bot.errors.InvalidInput` that tells how to find it."""
    bare = text.strip()
    if not _SNOWFLAKE.fullmatch(bare):
        raise InvalidInput(
            f"A {what} id is 17 to 20 digits. In Discord's settings turn on Developer Mode, then "
            f"right-click the {what} and copy its id."
        )
    return bare


def check_jobs(number: int, allowed: range) -> None:
    """Raise :class:`~bot.errors.InvalidInput` where a number is outside the range."""
    if number not in allowed:
        raise InvalidInput(f"`max_jobs` is a whole number from {allowed.start} to {allowed.stop - 1}.")
