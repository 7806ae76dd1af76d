"""What the commands of /accounts do for Pika and Midjourney alike."""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import discord
from discord import ui
from pydantic import SecretStr

from bot.api import midjourney, pika
from bot.api.useapi import Account
from bot.errors import InvalidInput
from bot.jobs.sending import why
from bot.key_names import LONGEST, label_of_key
from bot.report import answer
from bot.services import Service
from bot.storage.audit import Action
from bot.ui.accounts import Group, account_card, accounts_card, remove_card, removed_card
from bot.ui.card import note
from bot.ui.forms import Form, check_secret, text_field
from bot.ui.given import Given
from bot.ui.lasting import LastingButton
from bot.ui.text import code
from cogs._keys import chosen_key, key_of_account, registered
from cogs._place import require_manager

if TYPE_CHECKING:
    from bot.app import App

_log = logging.getLogger(__name__)

KEY = "Name of the key that has it"
"""What the option is for that chooses a key."""
_SNOWFLAKE = re.compile(r"[0-9]{17,20}")
_TOKEN_LENGTHS = (20, 200)
_RISK = (
    "⚠️ Automating a Discord user account is against Discord's terms and can get it banned. Use an account "
    "made for this alone, never your own."
)


MAX_JOBS: Mapping[Service, range] = {Service.PIKA: pika.MAX_JOBS, Service.MIDJOURNEY: midjourney.MAX_JOBS}
"""How many jobs an account may do at once."""
_REGISTRATION = r"(?P<channel>[0-9]{17,20}):(?P<server>(?:[0-9]{17,20})?):(?P<max_jobs>[0-9]{1,2})"


@dataclass(frozen=True, slots=True)
class Registration:
    """An account as it is to be registered. One of Pika's has no server."""

    channel: str
    server: str | None
    max_jobs: int

    @property
    def service(self) -> Service:
        """Whose account it is."""
        return Service.PIKA if self.server is None else Service.MIDJOURNEY

    def account(self) -> Account:
        """Return it as it is shown."""
        if self.server is None:
            return pika.PikaAccount(channel=self.channel, maxJobs=self.max_jobs)
        return midjourney.MidjourneyAccount(channel=self.channel, server=self.server, maxJobs=self.max_jobs)


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
        guild_id = require_manager(interaction)
        await interaction.response.defer()
        key_name = await key_of_account(interaction, guild_id, self._service, self._channel)
        async with open_accounts(interaction, self._service, key_name) as client:
            with registered(self._service, self._channel):
                await client.remove(self._channel)
        await note_account(interaction, Action.REMOVED, self._service, self._channel)
        await interaction.edit_original_response(view=removed_card(self._service, self._channel))


class KeepAccountButton(LastingButton, template=r"accounts:keep:(?P<service>pika|midjourney)"):
    """Goes back without removing."""

    def __init__(self, service: str) -> None:
        super().__init__("Keep it", f"accounts:keep:{service}")

    async def press(self, interaction: discord.Interaction[App]) -> None:
        """Say that nothing happened."""
        await interaction.response.edit_message(view=note("Nothing was removed."))


def open_accounts(
    interaction: discord.Interaction[App], service: Service, key_name: str
) -> AbstractAsyncContextManager[Accounts]:
    """Give the accounts of a service, with a key of the server, for a manager."""
    guild_id = require_manager(interaction)
    connections = interaction.client.connections
    if service is Service.PIKA:
        return connections.pika(guild_id, key_name)
    return connections.midjourney(guild_id, key_name)


async def list_accounts(interaction: discord.Interaction[App], service: Service) -> None:
    """List the accounts of every key. Where one of several cannot be asked, that is said in its place."""
    guild_id = require_manager(interaction)
    await interaction.response.defer(ephemeral=True, thinking=True)
    reaches = await interaction.client.connections.accounts(guild_id, service)
    if len(reaches) == 1 and reaches[0].trouble is not None:
        raise reaches[0].trouble
    groups = [
        Group(
            reach.key.name,
            reach.key.is_default,
            tuple(reach.accounts.values()),
            None if reach.trouble is None else why(reach.trouble),
        )
        for reach in reaches
    ]
    await answer(interaction, accounts_card(service, groups))


async def show_account(interaction: discord.Interaction[App], service: Service, channel: str) -> None:
    """Show one account."""
    channel = check_snowflake(channel, "channel")
    guild_id = require_manager(interaction)
    await interaction.response.defer(ephemeral=True, thinking=True)
    key_name = await key_of_account(interaction, guild_id, service, channel)
    async with open_accounts(interaction, service, key_name) as client:
        with registered(service, channel):
            account = await client.account(channel)
    shown = await name_to_show(interaction, guild_id, key_name)
    await answer(interaction, account_card(service, account, key_name=shown))


async def ask_to_remove(interaction: discord.Interaction[App], service: Service, channel: str) -> None:
    """Ask whether an account shall go; :class:`RemoveButton` does it."""
    channel = check_snowflake(channel, "channel")
    await interaction.client.connections.require_useapi(require_manager(interaction))
    buttons = [RemoveButton(service, channel), KeepAccountButton(service)]
    await answer(interaction, remove_card(service, channel, buttons))


class AccountTokenForm(Form, template=rf"register:{_REGISTRATION}:(?P<key_name>.{{0,{LONGEST}}})"):
    """Asks for the Discord token of an account that is to be registered."""

    def __init__(self, channel: str, server: str, max_jobs: str, key_name: str) -> None:
        self._registration = Registration(channel, server or None, int(max_jobs))
        self._key_name = key_name
        token = text_field(
            "discord_token",
            "Discord token of that account",
            hint="Sent to useapi.net, which keeps it. It is not stored here and never shown.",
            lengths=_TOKEN_LENGTHS,
        )
        risk = ui.TextDisplay[ui.LayoutView](_RISK)
        title = f"Register a {self._registration.service.label} account"
        super().__init__(title, f"register:{channel}:{server}:{max_jobs}:{key_name}", risk, token)

    async def submit(self, interaction: discord.Interaction[App], given: Given) -> None:
        """Register the account, for who may manage the server and with a key that it still has."""
        guild_id = require_manager(interaction)
        check_jobs(self._registration.max_jobs, MAX_JOBS[self._registration.service])
        token = check_secret(given.text("discord_token"), "Discord token")
        await interaction.response.defer(ephemeral=True, thinking=True)
        key_name = await chosen_key(interaction, guild_id, label_of_key(self._key_name))
        await register_account(interaction, self._registration, token, key_name)


async def ask_for_token(
    interaction: discord.Interaction[App], registration: Registration, key: str | None
) -> None:
    """Open the form for the Discord token of an account; ``key`` is the name of a key as it was typed."""
    # Said before the form is filled in, not after.
    check_jobs(registration.max_jobs, MAX_JOBS[registration.service])
    key_name = await chosen_key(interaction, require_manager(interaction), key)
    channel, server, most = registration.channel, registration.server or "", str(registration.max_jobs)
    await interaction.response.send_modal(AccountTokenForm(channel, server, most, key_name))


async def register_account(
    interaction: discord.Interaction[App], registration: Registration, token: SecretStr, key_name: str
) -> None:
    """Register an account with the key of a name, and show it; the answer was deferred.

    Raises :class:`~bot.errors.InvalidInput` where another key has it: two would drive one channel.
    """
    guild_id = require_manager(interaction)
    service, account = registration.service, registration.account()
    reaches = await interaction.client.connections.accounts(guild_id, service)
    for reach in reaches:
        if reach.key.name == key_name and reach.trouble is not None:
            raise reach.trouble
    having = [reach.key.name for reach in reaches if account.channel in reach.accounts]
    if having and key_name not in having:
        raise InvalidInput(
            f"Channel `{account.channel}` is registered with the key {code(label_of_key(having[0]))}. Choose "
            "that with the option `key`, or remove the account first."
        )
    await _register(interaction, registration, token, key_name)
    await note_account(interaction, Action.REGISTERED, service, account.channel)
    shown = await name_to_show(interaction, guild_id, key_name)
    done = done_sentence(known=bool(having))
    await answer(interaction, account_card(service, account, done=done, key_name=shown))


async def _register(
    interaction: discord.Interaction[App], registration: Registration, token: SecretStr, key_name: str
) -> None:
    guild_id, connections = require_manager(interaction), interaction.client.connections
    channel, server, most = registration.channel, registration.server, registration.max_jobs
    if server is None:
        async with connections.pika(guild_id, key_name) as client:
            await client.register(channel, token, most)
    else:
        async with connections.midjourney(guild_id, key_name) as client:
            await client.register(channel, server, token, most)


async def note_account(
    interaction: discord.Interaction[App], action: Action, service: Service, channel: str
) -> None:
    """Write down who changed an account."""
    app, guild_id = interaction.client, require_manager(interaction)
    await app.connections.note_account(guild_id, interaction.user.id, action, service, channel)
    app.watch.hurry(guild_id)


async def name_to_show(interaction: discord.Interaction[App], guild_id: int, key_name: str) -> str | None:
    """Return the name of a key where a server has several, None where there is nothing to tell apart."""
    return key_name if len(await interaction.client.connections.list_useapi(guild_id)) > 1 else None


def done_sentence(*, known: bool) -> str:
    """Say what registering did; ``known``: whether the channel was registered before."""
    return (
        "✅ The account was registered before and is updated." if known else "✅ The account is registered."
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
