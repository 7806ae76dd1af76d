"""/setup: the server's connections, for those who may manage it."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Sequence
from typing import TYPE_CHECKING, Any

import discord
from discord import app_commands

from bot.errors import InvalidInput
from bot.report import answer
from bot.services import Provider
from bot.ui.card import note
from cogs._place import GUILD_CONTEXTS, GUILD_INSTALLS, MANAGERS, ManagerGroup, require_manager
from cogs._promise import promised
from cogs.setup import access, accounts, alerting, keys, limiting
from cogs.setup.changes import show_changes
from cogs.setup.connecting import connect_form
from cogs.setup.data import ask_to_purge, export
from cogs.setup.panel import ask_to_disconnect, keyed_providers, make_panel, tested_panel

if TYPE_CHECKING:
    from bot.app import App

_CHOICES = {
    Provider.USEAPI: app_commands.Choice(name="useapi.net (Pika, Midjourney)", value=Provider.USEAPI.value),
    Provider.PIXELA: app_commands.Choice(name="Pixela (a user of the server)", value=Provider.PIXELA.value),
}
_PAGES = (access, accounts, alerting, keys, limiting)
"""Modules whose pages and buttons are known once they are imported."""
Callback = Callable[..., Coroutine[Any, Any, None]]


class Setup(ManagerGroup):
    """The commands of /setup; those on keys only where a service has one of the server's."""

    def __init__(self, providers: Sequence[Provider]) -> None:
        super().__init__(
            name="setup",
            description="Connect this server to its services",
            allowed_contexts=GUILD_CONTEXTS,
            allowed_installs=GUILD_INSTALLS,
            default_permissions=MANAGERS,
        )
        if providers:
            for name, (description, callback) in _OF_A_SERVICE.items():
                self.add_command(_command(name, description, callback, providers))

    @app_commands.command(description="What is connected, and how it is doing")
    async def status(self, interaction: discord.Interaction[App]) -> None:
        """Show the panel."""
        async with promised(interaction):
            panel = await make_panel(interaction)
        await answer(interaction, panel)

    @app_commands.command(description="Who changed what here, and when")
    async def audit(self, interaction: discord.Interaction[App]) -> None:
        """Show the list."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        await answer(interaction, await show_changes(interaction))

    @app_commands.command(description="Hand out the settings, without secrets")
    async def export(self, interaction: discord.Interaction[App]) -> None:
        """Send the file."""
        await export(interaction)

    @app_commands.command(description="Remove everything kept of this server")
    async def purge(self, interaction: discord.Interaction[App]) -> None:
        """Ask for the word that does so."""
        await ask_to_purge(interaction)


async def _connect(interaction: discord.Interaction[App], service: str) -> None:
    """Open the form for a secret."""
    await interaction.response.send_modal(connect_form(_provider(interaction, service)))


async def _test(interaction: discord.Interaction[App], service: str) -> None:
    """Try the stored secret."""
    provider = _provider(interaction, service)
    await interaction.response.defer(ephemeral=True, thinking=True)
    await answer(interaction, await tested_panel(interaction, provider))


async def _disconnect(interaction: discord.Interaction[App], service: str) -> None:
    """Ask before removing the secret."""
    provider = _provider(interaction, service)
    guild_id = require_manager(interaction)
    connections = interaction.client.connections
    await interaction.response.defer(ephemeral=True, thinking=True)
    find = connections.find_server_pixela if provider is Provider.PIXELA else connections.find_useapi
    if await find(guild_id) is None:
        words = f"{provider.label} is not connected here, so there is nothing to remove."
        await answer(interaction, note(words))
        return
    await answer(interaction, await ask_to_disconnect(interaction, provider))


_OF_A_SERVICE: dict[str, tuple[str, Callback]] = {
    "connect": ("Set or replace the key of a service", _connect),
    "test": ("Try the key of a service", _test),
    "disconnect": ("Remove the key of a service", _disconnect),
}


def _command(
    name: str, description: str, callback: Callback, providers: Sequence[Provider]
) -> app_commands.Command[ManagerGroup, ..., None]:
    """Make a command anew, since its choices are those of the services that are on."""
    made = app_commands.Command[ManagerGroup, ..., None](
        name=name, description=description, callback=callback
    )
    made = app_commands.describe(service="Whose key it is")(made)
    return app_commands.choices(service=[_CHOICES[provider] for provider in providers])(made)


def _provider(interaction: discord.Interaction[App], service: str) -> Provider:
    offered = keyed_providers(interaction.client.settings.services)
    for provider in offered:
        if provider == service:
            return provider
    names = " and ".join(f"`{provider}`" for provider in offered)
    raise InvalidInput(f"Only {names} can have a key of the server. Pick one from the list.")


async def setup(app: App) -> None:
    """Load the commands."""
    app.tree.add_command(Setup(keyed_providers(app.settings.services)))
