"""/setup: the server's connections, for those who may manage it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import discord
from discord import app_commands

from bot.errors import ApiError, InvalidInput, Unauthorised, UserError
from bot.report import answer, report
from bot.services import Provider, Service
from bot.storage.credentials import Credential
from bot.ui.card import Card, Clickable, note
from bot.ui.failure import explain, untried
from bot.ui.forms import Form, check_secret, text_field
from bot.ui.lasting import LastingButton
from bot.ui.setup import Key, Panel, disconnect_card, setup_card
from cogs._place import GUILD_CONTEXTS, GUILD_INSTALLS, MANAGERS, ManagerGroup, require_manager

if TYPE_CHECKING:
    from bot.app import App

_SERVICES = [app_commands.Choice(name="useapi.net (Pika, Midjourney)", value=Provider.USEAPI.value)]
_KEY_LENGTHS = (8, 200)


class ConnectButton(LastingButton, template=r"setup:connect:useapi"):
    """Opens the form for a key."""

    def __init__(self, label: str = "Connect") -> None:
        super().__init__(label, "setup:connect:useapi", discord.ButtonStyle.primary)

    async def press(self, interaction: discord.Interaction[App]) -> None:
        """Open the form."""
        require_manager(interaction)
        await interaction.response.send_modal(_key_form())


class TestButton(LastingButton, template=r"setup:test:useapi"):
    """Tries the stored key."""

    def __init__(self) -> None:
        super().__init__("Test", "setup:test:useapi")

    async def press(self, interaction: discord.Interaction[App]) -> None:
        """Try the key and show the panel anew."""
        require_manager(interaction)
        await interaction.response.defer()
        await interaction.edit_original_response(view=await _tested(interaction))


class DisconnectButton(LastingButton, template=r"setup:disconnect:useapi"):
    """Asks before it disconnects."""

    def __init__(self) -> None:
        super().__init__("Disconnect", "setup:disconnect:useapi", discord.ButtonStyle.danger)

    async def press(self, interaction: discord.Interaction[App]) -> None:
        """Ask."""
        require_manager(interaction)
        await interaction.response.edit_message(view=disconnect_card([ForgetButton(), KeepButton()]))


class ForgetButton(LastingButton, template=r"setup:forget:useapi"):
    """Disconnects."""

    def __init__(self) -> None:
        super().__init__("Remove the key", "setup:forget:useapi", discord.ButtonStyle.danger)

    async def press(self, interaction: discord.Interaction[App]) -> None:
        """Remove the key and show the panel anew."""
        guild_id = require_manager(interaction)
        await interaction.response.defer()
        removed = await interaction.client.connections.disconnect_useapi(guild_id, interaction.user.id)
        done = "The key of useapi.net was removed." if removed else "There was no key to remove."
        await interaction.edit_original_response(view=await _panel(interaction, done=done))


class KeepButton(LastingButton, template=r"setup:keep:useapi"):
    """Goes back without disconnecting."""

    def __init__(self) -> None:
        super().__init__("Keep it", "setup:keep:useapi")

    async def press(self, interaction: discord.Interaction[App]) -> None:
        """Show the panel again."""
        require_manager(interaction)
        await interaction.response.edit_message(view=await _panel(interaction))


class OpenButtonsButton(LastingButton, template=r"setup:buttons:(?P<to>all|asker)"):
    """Opens the buttons of what was made to everybody, or closes them again."""

    def __init__(self, to: str) -> None:
        label = "Open buttons to everybody" if to == "all" else "Close buttons to others"
        super().__init__(label, f"setup:buttons:{to}")
        self._to_all = to == "all"

    async def press(self, interaction: discord.Interaction[App]) -> None:
        """Change it and show the panel anew."""
        guild_id = require_manager(interaction)
        await interaction.client.guild_rows.open_buttons(guild_id, to_all=self._to_all)
        await interaction.response.edit_message(view=await _panel(interaction))


class Setup(ManagerGroup):
    """The commands of /setup."""

    def __init__(self) -> None:
        super().__init__(
            name="setup",
            description="Connect this server to its services",
            allowed_contexts=GUILD_CONTEXTS,
            allowed_installs=GUILD_INSTALLS,
            default_permissions=MANAGERS,
        )

    @app_commands.command(description="What is connected, and how it is doing")
    async def status(self, interaction: discord.Interaction[App]) -> None:
        """Show the panel."""
        await answer(interaction, await _panel(interaction))

    @app_commands.command(description="Set or replace the key of a service")
    @app_commands.describe(service="What the key is for")
    @app_commands.choices(service=_SERVICES)
    async def connect(self, interaction: discord.Interaction[App], service: str) -> None:
        """Open the form for a key."""
        _check_service(service)
        await interaction.response.send_modal(_key_form())

    @app_commands.command(description="Try the key of a service")
    @app_commands.describe(service="Whose key to try")
    @app_commands.choices(service=_SERVICES)
    async def test(self, interaction: discord.Interaction[App], service: str) -> None:
        """Try the stored key."""
        _check_service(service)
        await interaction.response.defer(ephemeral=True, thinking=True)
        await answer(interaction, await _tested(interaction))

    @app_commands.command(description="Remove the key of a service")
    @app_commands.describe(service="Whose key to remove")
    @app_commands.choices(service=_SERVICES)
    async def disconnect(self, interaction: discord.Interaction[App], service: str) -> None:
        """Ask before removing the key."""
        _check_service(service)
        guild_id = require_manager(interaction)
        if await interaction.client.connections.find_useapi(guild_id) is None:
            await answer(
                interaction, note("useapi.net is not connected here, so there is nothing to remove.")
            )
            return
        await answer(interaction, disconnect_card([ForgetButton(), KeepButton()]))


def _check_service(service: str) -> None:
    if service != Provider.USEAPI:
        raise InvalidInput("Only `useapi` has a key of the server. Pick it from the list.")


def _key_form() -> Form:
    label, box = text_field(
        "key",
        "API key of useapi.net",
        hint="It is tried first, then kept encrypted. Nobody is shown it again.",
        placeholder="user:12345-…",
        lengths=_KEY_LENGTHS,
    )

    async def submit(interaction: discord.Interaction[App]) -> None:
        guild_id = require_manager(interaction)
        key = check_secret(box.value, "key of useapi.net")
        await interaction.response.defer(ephemeral=True, thinking=True)
        try:
            replaced = await interaction.client.connections.connect_useapi(guild_id, interaction.user.id, key)
        except ApiError as error:
            raise _not_saved(error) from error
        done = "✅ The key works and replaces the old one." if replaced else "✅ The key works and is stored."
        await answer(interaction, await _panel(interaction, done=done))

    return Form("Connect useapi.net", label, submit=submit, failed=report)


def _not_saved(error: ApiError) -> UserError:
    if isinstance(error, Unauthorised):
        return UserError(
            "useapi.net refused this key, so nothing was stored. Check it and run the command again."
        )
    return UserError(untried(error))


async def _tested(interaction: discord.Interaction[App]) -> Card:
    guild_id = require_manager(interaction)
    connections = interaction.client.connections
    try:
        async with connections.midjourney(guild_id) as midjourney:
            accounts = await midjourney.accounts()
    except ApiError as error:
        return await _panel(interaction, done=f"⚠️ {explain(error)}")
    number = len(accounts)
    plural = "account" if number == 1 else "accounts"
    return await _panel(interaction, done=f"✅ The key works: it reaches {number} Midjourney {plural}.")


async def _panel(interaction: discord.Interaction[App], *, done: str | None = None) -> Card:
    guild_id = require_manager(interaction)
    app = interaction.client
    credential = await app.connections.find_useapi(guild_id)
    linked = {
        provider: await app.connections.count_linked(guild_id, provider)
        for provider in (Provider.PIXELA, Provider.PLURALKIT)
    }
    is_open = await app.guild_rows.has_open_buttons(guild_id)
    buttons: list[Clickable] = [ConnectButton()]
    if credential is not None:
        toggle = OpenButtonsButton("asker" if is_open else "all")
        buttons = [ConnectButton("Replace key"), TestButton(), DisconnectButton(), toggle]
    return setup_card(Panel(app.settings.services, _key(credential), linked, is_open), buttons, done=done)


def _key(credential: Credential | None) -> Key | None:
    if credential is None:
        return None
    return Key(
        credential.hint,
        credential.set_by,
        credential.set_at,
        refused=credential.refused_at is not None,
        succeeded_at=credential.succeeded_at,
        failed_at=credential.failed_at,
        failure=credential.failure,
    )


async def setup(app: App) -> None:
    """Load the commands; without a service that has a key, only the panel."""
    group = Setup()
    if not {Service.PIKA, Service.MIDJOURNEY} & {*app.settings.services}:
        for name in ("connect", "test", "disconnect"):
            group.remove_command(name)
    app.tree.add_command(group)
