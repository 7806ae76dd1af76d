"""The pages of the accounts that a server's keys reach: looked after, removed, and registered by a form."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

import discord
from discord import ui

from bot.api import midjourney, pika
from bot.api.midjourney import MidjourneyAccount
from bot.api.useapi import Account
from bot.connections import Reach
from bot.errors import InvalidInput
from bot.jobs.sending import why
from bot.services import Service
from bot.storage.audit import Action
from bot.ui.accounts import account_card, remove_card
from bot.ui.administration.accounts import AccountLine, accounts_page
from bot.ui.administration.frame import with_rows
from bot.ui.card import Card, Clickable
from bot.ui.forms import Form, check_secret, text_field
from bot.ui.given import Given
from bot.ui.lasting import LastingButton, LastingSelect
from cogs._keys import key_of_account, registered
from cogs._place import require_manager
from cogs.accounts.actions import (
    Registration,
    RemoveButton,
    check_snowflake,
    name_to_show,
    note_account,
    open_accounts,
    register_account,
)
from cogs.setup.limiting import making
from cogs.setup.pages import BackButton, Page, add_page, turn_to

if TYPE_CHECKING:
    from bot.app import App

_ONE = r"(?P<service>pika|midjourney):(?P<channel>[0-9]{17,20})"
_CHANNEL = re.compile(r"[0-9]{17,20}")
_MOST = 25
"""Options that a select takes."""
_MAX_JOBS = {Service.PIKA: pika.MAX_JOBS, Service.MIDJOURNEY: midjourney.MAX_JOBS}
_RISK = (
    "⚠️ Automating a Discord user account is against Discord's terms and can get it banned. Use one made for "
    "this alone. It is registered with the default key; `/accounts` takes another one too."
)


class AccountSelect(LastingSelect, template=r"setup:account"):
    """Chooses an account."""

    def __init__(self, found: Sequence[tuple[Service, Account]] = ()) -> None:
        options = [
            discord.SelectOption(
                label=f"{service.label} · {account.channel}",
                value=f"{service.value}:{account.channel}",
                description="Needs attention" if _has_notice(account) else None,
            )
            for service, account in found
        ]
        super().__init__("setup:account", placeholder="Look after an account …", options=options)

    async def choose(self, interaction: discord.Interaction[App], values: Sequence[str]) -> None:
        """Show its page."""
        service, _, channel = values[0].partition(":")
        await turn_to(interaction, lambda: _account(interaction, Service(service), channel))


class ResetAccountButton(LastingButton, template=rf"setup:reset:{_ONE}"):
    """Clears a notice that somebody has read in Discord."""

    def __init__(self, service: str, channel: str) -> None:
        super().__init__("The notice was read", f"setup:reset:{service}:{channel}")
        self._channel = channel

    async def press(self, interaction: discord.Interaction[App]) -> None:
        """Clear it, and show the account anew."""

        async def reset() -> Card:
            guild_id = require_manager(interaction)
            key_name = await key_of_account(interaction, guild_id, Service.MIDJOURNEY, self._channel)
            async with interaction.client.connections.midjourney(guild_id, key_name) as client:
                with registered(Service.MIDJOURNEY, self._channel):
                    await client.reset(self._channel)
            await note_account(interaction, Action.RESET, Service.MIDJOURNEY, self._channel)
            interaction.client.notices.hurry()
            return await _account(interaction, Service.MIDJOURNEY, self._channel, "✅ The account was reset.")

        await turn_to(interaction, reset)


class AskToRemoveButton(LastingButton, template=rf"setup:unaccount:{_ONE}"):
    """Asks before an account is removed."""

    def __init__(self, service: str, channel: str) -> None:
        super().__init__("Remove it …", f"setup:unaccount:{service}:{channel}", discord.ButtonStyle.danger)
        self._service = Service(service)
        self._channel = channel

    async def press(self, interaction: discord.Interaction[App]) -> None:
        """Ask."""
        require_manager(interaction)
        buttons = [RemoveButton(self._service, self._channel), BackButton("accounts")]
        await interaction.response.edit_message(view=remove_card(self._service, self._channel, buttons))


class RegisterButton(LastingButton, template=r"setup:register:(?P<service>pika|midjourney)"):
    """Opens the form in which an account is registered."""

    def __init__(self, service: str) -> None:
        label = f"Register for {Service(service).label}"
        super().__init__(label, f"setup:register:{service}", discord.ButtonStyle.primary)
        self._service = Service(service)

    async def press(self, interaction: discord.Interaction[App]) -> None:
        """Open the form."""
        require_manager(interaction)
        await interaction.response.send_modal(RegisterForm(self._service.value))


class RegisterForm(Form, template=r"setup:register:(?P<service>pika|midjourney)"):
    """Asks for an account and its Discord token."""

    def __init__(self, service: str) -> None:
        self._service = Service(service)
        self._allowed = _MAX_JOBS[self._service]
        most = str(self._allowed.stop - 1)
        channel = text_field("channel", "Id of the channel with the bot", lengths=(1, 30))
        server = [] if self._is_pika else [text_field("server", "Id of its server", lengths=(1, 30))]
        jobs = text_field("max_jobs", f"Jobs at once, 1 to {most}", lengths=(1, 2), typed="3")
        token = text_field(
            "discord_token",
            "Discord token of that account",
            hint="Sent to useapi.net, which keeps it. It is not stored here and never shown.",
            lengths=(20, 200),
        )
        risk = ui.TextDisplay[ui.LayoutView](_RISK)
        title = f"Register a {self._service.label} account"
        super().__init__(title, f"setup:register:{service}", risk, channel, *server, jobs, token)

    @property
    def _is_pika(self) -> bool:
        return self._service is Service.PIKA

    async def submit(self, interaction: discord.Interaction[App], given: Given) -> None:
        """Register the account with the default key."""
        guild_id = require_manager(interaction)
        channel = check_snowflake(given.text("channel"), "channel")
        server = None if self._is_pika else check_snowflake(given.text("server"), "server")
        most = _number(given.text("max_jobs"), self._allowed)
        token = check_secret(given.text("discord_token"), "Discord token")
        await interaction.response.defer(ephemeral=True, thinking=True)
        key_name = (await interaction.client.connections.require_useapi(guild_id)).name
        await register_account(interaction, Registration(channel, server, most), token, key_name)
        interaction.client.notices.hurry()


def _number(text: str, allowed: range) -> int:
    bare = text.strip()
    if not (bare.isascii() and bare.isdigit()) or int(bare) not in allowed:
        raise InvalidInput(f"Jobs at once are a whole number from 1 to {allowed.stop - 1}.")
    return int(bare)


async def _account(
    interaction: discord.Interaction[App], service: Service, channel: str, done: str | None = None
) -> Card:
    guild_id = require_manager(interaction)
    key_name = await key_of_account(interaction, guild_id, service, channel)
    async with open_accounts(interaction, service, key_name) as client:
        with registered(service, channel):
            account = await client.account(channel)
    shown = await name_to_show(interaction, guild_id, key_name)
    reset = [ResetAccountButton(service, channel)] if _has_notice(account) else []
    buttons: list[Clickable] = [*reset, AskToRemoveButton(service, channel), BackButton("accounts")]
    return with_rows(account_card(service, account, done=done, key_name=shown), [buttons])


async def _show(interaction: discord.Interaction[App], done: str | None) -> Card:
    guild_id = require_manager(interaction)
    services = making(interaction)
    reached = {
        service: await interaction.client.connections.accounts(guild_id, service) for service in services
    }
    lines = {
        service: [line for reach in found for line in _lines(reach)] for service, found in reached.items()
    }
    # Of several keys that reach the same one the first is meant, as everywhere.
    found = {
        (service, channel): account
        for service, reaches in reached.items()
        for reach in reversed(reaches)
        for channel, account in reach.accounts.items()
        if _CHANNEL.fullmatch(channel)
    }
    ordered = sorted(found.items(), key=lambda one: not _has_notice(one[1]))[:_MOST]
    options = [(service, account) for (service, _), account in ordered]
    chosen: list[list[Clickable]] = [[AccountSelect(options)]] if options else []
    registering = [RegisterButton(service.value) for service in services]
    return accounts_page(lines, [*chosen, [*registering, BackButton()]], done)


def _lines(reach: Reach) -> list[AccountLine]:
    if reach.trouble is not None:
        return [AccountLine(reach.key.name, trouble=why(reach.trouble))]
    return [
        AccountLine(reach.key.name, account.channel, has_notice=_has_notice(account))
        for account in reach.accounts.values()
    ]


def _has_notice(account: Account) -> bool:
    return isinstance(account, MidjourneyAccount) and bool(account.pending_mod_message)


add_page("accounts", Page("Accounts", "Which accounts the keys reach, and which need care", _show))
