"""The panel of a server's connections and what can be pressed on it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING

import discord

from bot.errors import ApiError, NotConnected
from bot.services import Provider, Service
from bot.storage.credentials import Credential
from bot.ui.card import Card, Clickable
from bot.ui.failure import explain
from bot.ui.lasting import LastingButton, LastingRoleSelect
from bot.ui.setup import Key, Panel, disconnect_card, setup_card
from cogs._place import require_manager
from cogs.setup.connecting import connect_form

if TYPE_CHECKING:
    from bot.app import App

_OF = r"(?P<service>useapi|pixela)"
_LABELS: Mapping[Provider, Mapping[str, str]] = {
    Provider.USEAPI: {
        "connect": "Connect",
        "replace": "Replace key",
        "test": "Test",
        "disconnect": "Disconnect",
        "forget": "Remove the key",
    },
    Provider.PIXELA: {
        "connect": "Connect a user",
        "replace": "Replace user",
        "test": "Test user",
        "disconnect": "Disconnect user",
        "forget": "Remove the token",
    },
}
_REMOVED = {
    Provider.USEAPI: ("The key of useapi.net was removed.", "There was no key to remove."),
    Provider.PIXELA: ("The token of the server's Pixela user was removed.", "There was no token to remove."),
}


class ConnectButton(LastingButton, template=rf"setup:connect:{_OF}"):
    """Opens the form for a secret."""

    def __init__(self, service: str, *, replaces: bool = False) -> None:
        self._provider = Provider(service)
        label = _LABELS[self._provider]["replace" if replaces else "connect"]
        super().__init__(label, f"setup:connect:{service}", discord.ButtonStyle.primary)

    async def press(self, interaction: discord.Interaction[App]) -> None:
        """Open the form."""
        require_manager(interaction)
        await interaction.response.send_modal(connect_form(self._provider, make_panel))


class TestButton(LastingButton, template=rf"setup:test:{_OF}"):
    """Tries the stored secret."""

    def __init__(self, service: str) -> None:
        self._provider = Provider(service)
        super().__init__(_LABELS[self._provider]["test"], f"setup:test:{service}")

    async def press(self, interaction: discord.Interaction[App]) -> None:
        """Try it and show the panel anew."""
        require_manager(interaction)
        await interaction.response.defer()
        await interaction.edit_original_response(view=await tested_panel(interaction, self._provider))


class DisconnectButton(LastingButton, template=rf"setup:disconnect:{_OF}"):
    """Asks before it disconnects."""

    def __init__(self, service: str) -> None:
        self._provider = Provider(service)
        label = _LABELS[self._provider]["disconnect"]
        super().__init__(label, f"setup:disconnect:{service}", discord.ButtonStyle.danger)

    async def press(self, interaction: discord.Interaction[App]) -> None:
        """Ask."""
        require_manager(interaction)
        await interaction.response.edit_message(view=ask_to_disconnect(self._provider))


class ForgetButton(LastingButton, template=rf"setup:forget:{_OF}"):
    """Disconnects."""

    def __init__(self, service: str) -> None:
        self._provider = Provider(service)
        label = _LABELS[self._provider]["forget"]
        super().__init__(label, f"setup:forget:{service}", discord.ButtonStyle.danger)

    async def press(self, interaction: discord.Interaction[App]) -> None:
        """Remove the secret and show the panel anew."""
        guild_id = require_manager(interaction)
        await interaction.response.defer()
        connections = interaction.client.connections
        was_there = await connections.disconnect(guild_id, interaction.user.id, self._provider)
        removed, nothing = _REMOVED[self._provider]
        panel = await make_panel(interaction, removed if was_there else nothing)
        await interaction.edit_original_response(view=panel)


class KeepButton(LastingButton, template=rf"setup:keep:{_OF}"):
    """Goes back without disconnecting."""

    def __init__(self, service: str) -> None:
        super().__init__("Keep it", f"setup:keep:{service}")

    async def press(self, interaction: discord.Interaction[App]) -> None:
        """Show the panel again."""
        require_manager(interaction)
        await interaction.response.edit_message(view=await make_panel(interaction))


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
        await interaction.response.edit_message(view=await make_panel(interaction))


class RecordersSelect(LastingRoleSelect, template=r"setup:recorders"):
    """Chooses the roles that may record on the server's graphs."""

    def __init__(self, chosen: Collection[int] = ()) -> None:
        words = "Roles that may record (none: everybody)"
        super().__init__("setup:recorders", placeholder=words, chosen=chosen)

    async def choose(self, interaction: discord.Interaction[App], roles: Collection[int]) -> None:
        """Keep them and show the panel anew."""
        guild_id = require_manager(interaction)
        await interaction.client.guild_rows.set_recorders(guild_id, roles)
        done = "✅ Those roles may record now." if roles else "✅ Everybody may record now."
        await interaction.response.edit_message(view=await make_panel(interaction, done))


def ask_to_disconnect(provider: Provider) -> Card:
    """Make the card that asks whether a secret shall really go."""
    return disconnect_card(provider, [ForgetButton(provider.value), KeepButton(provider.value)])


async def tested_panel(interaction: discord.Interaction[App], provider: Provider) -> Card:
    """Try the stored secret, and make the panel with what came of it.

    Raises :class:`~bot.errors.NotConnected` where there is none.
    """
    guild_id = require_manager(interaction)
    try:
        count = _count_graphs if provider is Provider.PIXELA else _count_accounts
        done = f"✅ {await count(interaction, guild_id)}."
    except ApiError as error:
        done = f"⚠️ {explain(error)}"
    except NotConnected as error:
        if error.__cause__ is None:
            raise
        done = f"⚠️ {error}"  # it is there, and refused
    return await make_panel(interaction, done)


async def _count_accounts(interaction: discord.Interaction[App], guild_id: int) -> str:
    async with interaction.client.connections.midjourney(guild_id) as midjourney:
        number = len(await midjourney.accounts())
    return f"The key works: it reaches {number} Midjourney {'account' if number == 1 else 'accounts'}"


async def _count_graphs(interaction: discord.Interaction[App], guild_id: int) -> str:
    async with interaction.client.connections.server_pixela(guild_id) as client:
        number = len(await client.graphs())
    return f"The token works: `{client.username}` has {number} {'graph' if number == 1 else 'graphs'}"


async def make_panel(interaction: discord.Interaction[App], done: str | None = None) -> Card:
    """Make the panel; ``done`` is a sentence on what was just done."""
    guild_id = require_manager(interaction)
    app = interaction.client
    found = {
        Provider.USEAPI: await app.connections.find_useapi(guild_id),
        Provider.PIXELA: await app.connections.find_server_pixela(guild_id),
    }
    keys = {provider: _key(credential) for provider, credential in found.items() if credential is not None}
    linked = {
        provider: await app.connections.count_linked(guild_id, provider)
        for provider in (Provider.PIXELA, Provider.PLURALKIT)
    }
    is_open = await app.guild_rows.has_open_buttons(guild_id)
    recorders = await app.guild_rows.recorders(guild_id)
    rows = {provider: [_buttons(provider, there=provider in keys)] for provider in found}
    if Provider.USEAPI in keys:
        rows[Provider.USEAPI][0].append(OpenButtonsButton("asker" if is_open else "all"))
    if Provider.PIXELA in keys:
        rows[Provider.PIXELA].append([RecordersSelect(_there(interaction, recorders))])
    return setup_card(Panel(app.settings.services, keys, linked, is_open, recorders), rows, done=done)


def _buttons(provider: Provider, *, there: bool) -> list[Clickable]:
    name = provider.value
    if not there:
        return [ConnectButton(name)]
    return [ConnectButton(name, replaces=True), TestButton(name), DisconnectButton(name)]


def _there(interaction: discord.Interaction[App], roles: Collection[int]) -> Sequence[int]:
    """Return those of the roles that the server still has: Discord takes no others as ticked."""
    guild = interaction.guild
    return [] if guild is None else [role_id for role_id in roles if guild.get_role(role_id) is not None]


def _key(credential: Credential) -> Key:
    return Key(
        credential.hint,
        credential.set_by,
        credential.set_at,
        refused=credential.refused_at is not None,
        succeeded_at=credential.succeeded_at,
        failed_at=credential.failed_at,
        failure=credential.failure,
        account=credential.account,
    )


def keyed_providers(services: Collection[Service]) -> Sequence[Provider]:
    """Return those of the services' makers that a server has a secret of its own for."""
    there = {service.provider for service in services}
    return [provider for provider in (Provider.USEAPI, Provider.PIXELA) if provider in there]
