"""/accounts: the Discord accounts through which useapi.net drives Pika and Midjourney."""

from __future__ import annotations

import logging
import re
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager
from typing import TYPE_CHECKING, Any, Protocol

import discord
from discord import app_commands, ui
from pydantic import SecretStr

from bot.api import midjourney, pika
from bot.api.useapi import Account
from bot.errors import InvalidInput, NotFound
from bot.report import answer, report
from bot.services import Service
from bot.ui.accounts import account_card, accounts_card, choice_name, remove_card, removed_card, reset_card
from bot.ui.card import note
from bot.ui.forms import Form, check_secret, text_field
from bot.ui.lasting import LastingButton
from cogs._place import GUILD_CONTEXTS, GUILD_INSTALLS, MANAGERS, ManagerGroup, require_manager

if TYPE_CHECKING:
    from bot.app import App

_log = logging.getLogger(__name__)

_SNOWFLAKE = re.compile(r"[0-9]{17,20}")
_TOKEN_LENGTHS = (20, 200)
_COMPLETION_SECONDS = 1.5
_CHOICES = 25
_RISK = (
    "⚠️ Automating a Discord user account is against Discord's terms and can get it banned. Use an account "
    "made for this alone, never your own."
)


class _Accounts(Protocol):
    """What Pika and Midjourney can both do with their accounts."""

    async def accounts(self) -> Mapping[str, Account]: ...
    async def account(self, channel: str) -> Account: ...
    async def remove(self, channel: str) -> None: ...


class RemoveButton(
    LastingButton, template=r"accounts:remove:(?P<service>pika|midjourney):(?P<channel>[0-9]{17,20})"
):
    """Removes an account, after :func:`_ask_to_remove` asked."""

    def __init__(self, service: str, channel: str) -> None:
        button: ui.Button[Any] = ui.Button(
            label="Remove it",
            style=discord.ButtonStyle.danger,
            custom_id=f"accounts:remove:{service}:{channel}",
        )
        super().__init__(button)
        self._service = Service(service)
        self._channel = channel

    async def press(self, interaction: discord.Interaction[App]) -> None:
        """Remove the account."""
        require_manager(interaction)
        await interaction.response.defer()
        async with _open(interaction, self._service) as client:
            try:
                await client.remove(self._channel)
            except NotFound:
                raise _not_registered(self._service, self._channel) from None
        await interaction.edit_original_response(view=removed_card(self._service, self._channel))


class KeepAccountButton(LastingButton, template=r"accounts:keep:(?P<service>pika|midjourney)"):
    """Goes back without removing."""

    def __init__(self, service: str) -> None:
        super().__init__(ui.Button(label="Keep it", custom_id=f"accounts:keep:{service}"))

    async def press(self, interaction: discord.Interaction[App]) -> None:
        """Say that nothing happened."""
        await interaction.response.edit_message(view=note("Nothing was removed."))


async def _complete_pika(
    interaction: discord.Interaction[App], current: str
) -> list[app_commands.Choice[str]]:
    return await _complete(interaction, Service.PIKA, current)


async def _complete_midjourney(
    interaction: discord.Interaction[App], current: str
) -> list[app_commands.Choice[str]]:
    return await _complete(interaction, Service.MIDJOURNEY, current)


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
        channel = _snowflake(channel, "channel")
        _check_jobs(max_jobs, pika.MAX_JOBS)

        async def put(submitted: discord.Interaction[App], token: SecretStr) -> None:
            async with submitted.client.connections.pika(require_manager(submitted)) as client:
                known = await _is_registered(client, channel)
                await client.register(channel, token, max_jobs)
            account = pika.PikaAccount(channel=channel, maxJobs=max_jobs)
            await answer(submitted, account_card(Service.PIKA, account, done=_done(known=known)))

        await _ask_for_token(interaction, Service.PIKA, put)

    @app_commands.command(name="list", description="The registered accounts")
    async def list_(self, interaction: discord.Interaction[App]) -> None:
        """List the accounts."""
        await _list(interaction, Service.PIKA)

    @app_commands.command(description="Show one account")
    @app_commands.describe(channel="Its channel id")
    @app_commands.autocomplete(channel=_complete_pika)
    async def show(self, interaction: discord.Interaction[App], channel: str) -> None:
        """Show an account."""
        await _show(interaction, Service.PIKA, channel)

    @app_commands.command(description="Forget an account")
    @app_commands.describe(channel="Its channel id")
    @app_commands.autocomplete(channel=_complete_pika)
    async def remove(self, interaction: discord.Interaction[App], channel: str) -> None:
        """Ask, then remove an account."""
        await _ask_to_remove(interaction, Service.PIKA, channel)


class MidjourneyAccounts(ManagerGroup):
    """The commands of /accounts midjourney."""

    def __init__(self) -> None:
        super().__init__(name="midjourney", description="Accounts that Midjourney runs on")

    @app_commands.command(description="Register or change an account")
    @app_commands.describe(
        channel="Id of the channel with the bot", server="Id of its server", max_jobs="Jobs at once, 1-15"
    )
    async def register(
        self,
        interaction: discord.Interaction[App],
        channel: str,
        server: str,
        max_jobs: app_commands.Range[int, 1, 15],
    ) -> None:
        """Ask for the Discord token, then register."""
        channel = _snowflake(channel, "channel")
        server = _snowflake(server, "server")
        _check_jobs(max_jobs, midjourney.MAX_JOBS)

        async def put(submitted: discord.Interaction[App], token: SecretStr) -> None:
            async with submitted.client.connections.midjourney(require_manager(submitted)) as client:
                known = await _is_registered(client, channel)
                await client.register(channel, server, token, max_jobs)
            account = midjourney.MidjourneyAccount(channel=channel, server=server, maxJobs=max_jobs)
            await answer(submitted, account_card(Service.MIDJOURNEY, account, done=_done(known=known)))

        await _ask_for_token(interaction, Service.MIDJOURNEY, put)

    @app_commands.command(name="list", description="The registered accounts")
    async def list_(self, interaction: discord.Interaction[App]) -> None:
        """List the accounts."""
        await _list(interaction, Service.MIDJOURNEY)

    @app_commands.command(description="Show one account")
    @app_commands.describe(channel="Its channel id")
    @app_commands.autocomplete(channel=_complete_midjourney)
    async def show(self, interaction: discord.Interaction[App], channel: str) -> None:
        """Show an account."""
        await _show(interaction, Service.MIDJOURNEY, channel)

    @app_commands.command(description="Forget an account")
    @app_commands.describe(channel="Its channel id")
    @app_commands.autocomplete(channel=_complete_midjourney)
    async def remove(self, interaction: discord.Interaction[App], channel: str) -> None:
        """Ask, then remove an account."""
        await _ask_to_remove(interaction, Service.MIDJOURNEY, channel)

    @app_commands.command(description="Clear an acknowledged notice")
    @app_commands.describe(channel="Its channel id")
    @app_commands.autocomplete(channel=_complete_midjourney)
    async def reset(self, interaction: discord.Interaction[App], channel: str) -> None:
        """Clear the notice of an account."""
        channel = _snowflake(channel, "channel")
        await interaction.response.defer(ephemeral=True, thinking=True)
        async with interaction.client.connections.midjourney(require_manager(interaction)) as client:
            try:
                await client.reset(channel)
            except NotFound:
                raise _not_registered(Service.MIDJOURNEY, channel) from None
        await answer(interaction, reset_card(Service.MIDJOURNEY, channel))


def _open(interaction: discord.Interaction[App], service: Service) -> AbstractAsyncContextManager[_Accounts]:
    guild_id = require_manager(interaction)
    connections = interaction.client.connections
    return connections.pika(guild_id) if service is Service.PIKA else connections.midjourney(guild_id)


async def _list(interaction: discord.Interaction[App], service: Service) -> None:
    await interaction.response.defer(ephemeral=True, thinking=True)
    async with _open(interaction, service) as client:
        accounts = await client.accounts()
    await answer(interaction, accounts_card(service, accounts.values()))


async def _show(interaction: discord.Interaction[App], service: Service, channel: str) -> None:
    channel = _snowflake(channel, "channel")
    await interaction.response.defer(ephemeral=True, thinking=True)
    async with _open(interaction, service) as client:
        try:
            account = await client.account(channel)
        except NotFound:
            raise _not_registered(service, channel) from None
    await answer(interaction, account_card(service, account))


async def _ask_to_remove(interaction: discord.Interaction[App], service: Service, channel: str) -> None:
    channel = _snowflake(channel, "channel")
    await interaction.client.connections.require_useapi(require_manager(interaction))
    buttons = [RemoveButton(service, channel), KeepAccountButton(service)]
    await answer(interaction, remove_card(service, channel, buttons))


async def _complete(
    interaction: discord.Interaction[App], service: Service, current: str
) -> list[app_commands.Choice[str]]:
    try:
        accounts = await interaction.client.connections.glance(
            require_manager(interaction), service, seconds=_COMPLETION_SECONDS
        )
    except Exception as error:  # noqa: BLE001 - a list that stays empty is better than one that fails
        _log.info("accounts could not be completed: %s", type(error).__name__)
        return []
    return [
        app_commands.Choice(name=choice_name(account), value=account.channel)
        for account in sorted(accounts.values(), key=lambda account: account.channel)
        if current.strip() in account.channel and _SNOWFLAKE.fullmatch(account.channel)
    ][:_CHOICES]


async def _ask_for_token(
    interaction: discord.Interaction[App],
    service: Service,
    put: Callable[[discord.Interaction[App], SecretStr], Awaitable[None]],
) -> None:
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


async def _is_registered(client: _Accounts, channel: str) -> bool:
    try:
        await client.account(channel)
    except NotFound:
        return False
    return True


def _done(*, known: bool) -> str:
    return (
        "✅ The account was registered before and is updated." if known else "✅ The account is registered."
    )


def _not_registered(service: Service, channel: str) -> InvalidInput:
    return InvalidInput(
        f"Channel `{channel}` is not registered. `/accounts {service} list` shows the ones that are."
    )


def _snowflake(text: str, what: str) -> str:
    bare = text.strip()
    if not _SNOWFLAKE.fullmatch(bare):
        raise InvalidInput(
            f"A {what} id is 17 to 20 digits. In Discord's settings turn on Developer Mode, then "
            f"right-click the {what} and copy its id."
        )
    return bare


def _check_jobs(number: int, allowed: range) -> None:
    if number not in allowed:
        raise InvalidInput(f"`max_jobs` is a whole number from {allowed.start} to {allowed.stop - 1}.")


async def setup(app: App) -> None:
    """Load the commands of the services that are on."""
    accounts = ManagerGroup(
        name="accounts",
        description="Accounts that Pika and Midjourney run on",
        allowed_contexts=GUILD_CONTEXTS,
        allowed_installs=GUILD_INSTALLS,
        default_permissions=MANAGERS,
    )
    if Service.PIKA in app.settings.services:
        accounts.add_command(PikaAccounts())
    if Service.MIDJOURNEY in app.settings.services:
        accounts.add_command(MidjourneyAccounts())
    app.tree.add_command(accounts)
