"""The panel of a server's connections and what can be pressed on it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING

import discord

from bot.services import Provider, Service
from bot.storage.alerts import AlertKind
from bot.storage.credentials import Credential
from bot.storage.overview import read_overview
from bot.ui.administration.alerts import Wrong
from bot.ui.alerts import alert_words
from bot.ui.card import Card, Clickable
from bot.ui.lasting import LastingButton, LastingRoleSelect
from bot.ui.setup import Key, Panel, disconnect_card, setup_card
from cogs._place import require_manager
from cogs._server import find_server, roles_there
from cogs.setup.changes import change_of
from cogs.setup.connecting import connect_form
from cogs.setup.pages import PANEL, OpenSelect, Page, add_page, turn_to
from cogs.setup.trying import try_secrets

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
        await interaction.response.send_modal(connect_form(self._provider))


class TestButton(LastingButton, template=rf"setup:test:{_OF}"):
    """Tries the stored secret."""

    def __init__(self, service: str) -> None:
        self._provider = Provider(service)
        super().__init__(_LABELS[self._provider]["test"], f"setup:test:{service}")

    async def press(self, interaction: discord.Interaction[App]) -> None:
        """Try it and show the panel anew."""
        await turn_to(interaction, lambda: tested_panel(interaction, self._provider))


class DisconnectButton(LastingButton, template=rf"setup:disconnect:{_OF}"):
    """Asks before it disconnects."""

    def __init__(self, service: str) -> None:
        self._provider = Provider(service)
        label = _LABELS[self._provider]["disconnect"]
        super().__init__(label, f"setup:disconnect:{service}", discord.ButtonStyle.danger)

    async def press(self, interaction: discord.Interaction[App]) -> None:
        """Ask."""
        await turn_to(interaction, lambda: ask_to_disconnect(interaction, self._provider))


class ForgetButton(LastingButton, template=rf"setup:forget:{_OF}"):
    """Disconnects."""

    def __init__(self, service: str, *, several: bool = False) -> None:
        self._provider = Provider(service)
        label = "Remove all keys" if several else _LABELS[self._provider]["forget"]
        super().__init__(label, f"setup:forget:{service}", discord.ButtonStyle.danger)

    async def press(self, interaction: discord.Interaction[App]) -> None:
        """Remove the secret and show the panel anew."""
        guild_id = require_manager(interaction)

        async def remove() -> Card:
            connections = interaction.client.connections
            keys = await connections.list_useapi(guild_id) if self._provider is Provider.USEAPI else ()
            was_there = await connections.disconnect(guild_id, interaction.user.id, self._provider)
            interaction.client.notices.hurry()
            interaction.client.watch.hurry(guild_id)
            removed, nothing = _REMOVED[self._provider]
            if len(keys) > 1:
                removed = f"All {len(keys)} keys of useapi.net were removed."
            return await make_panel(interaction, removed if was_there else nothing)

        await turn_to(interaction, remove)


class KeepButton(LastingButton, template=rf"setup:keep:{_OF}"):
    """Goes back without disconnecting."""

    def __init__(self, service: str) -> None:
        super().__init__("Keep it", f"setup:keep:{service}")

    async def press(self, interaction: discord.Interaction[App]) -> None:
        """Show the panel again."""
        await turn_to(interaction, lambda: make_panel(interaction))


class OpenButtonsButton(LastingButton, template=r"setup:buttons:(?P<to>all|asker)"):
    """Opens the buttons of what was made to everybody, or closes them again."""

    def __init__(self, to: str) -> None:
        label = "Open buttons to everybody" if to == "all" else "Close buttons to others"
        super().__init__(label, f"setup:buttons:{to}")
        self._to_all = to == "all"

    async def press(self, interaction: discord.Interaction[App]) -> None:
        """Change it and show the panel anew."""
        guild_id = require_manager(interaction)
        app, user_id = interaction.client, interaction.user.id

        async def change() -> Card:
            await app.guild_rows.open_buttons(guild_id, user_id, to_all=self._to_all)
            app.notices.hurry()
            return await make_panel(interaction)

        await turn_to(interaction, change)


class RecordersSelect(LastingRoleSelect, template=r"setup:recorders"):
    """Chooses the roles that may record on the server's graphs."""

    def __init__(self, chosen: Collection[int] = ()) -> None:
        words = "Roles that may record (none: everybody)"
        super().__init__("setup:recorders", placeholder=words, chosen=chosen)

    async def choose(self, interaction: discord.Interaction[App], roles: Collection[int]) -> None:
        """Keep them and show the panel anew."""
        guild_id = require_manager(interaction)
        app, user_id = interaction.client, interaction.user.id

        async def change() -> Card:
            await app.guild_rows.set_recorders(guild_id, roles, user_id)
            app.notices.hurry()
            done = "✅ Those roles may record now." if roles else "✅ Everybody may record now."
            return await make_panel(interaction, done)

        await turn_to(interaction, change)


async def ask_to_disconnect(interaction: discord.Interaction[App], provider: Provider) -> Card:
    """Make the card that asks whether a secret shall really go."""
    names: Sequence[str] = ()
    if provider is Provider.USEAPI:
        keys = await interaction.client.connections.list_useapi(require_manager(interaction))
        names = [key.name for key in keys]
    buttons = [ForgetButton(provider.value, several=len(names) > 1), KeepButton(provider.value)]
    return disconnect_card(provider, buttons, names)


async def tested_panel(interaction: discord.Interaction[App], provider: Provider) -> Card:
    """Try what is stored, and make the panel with what came of it.

    Raises :class:`~bot.errors.NotConnected` where there is none.
    """
    return await make_panel(interaction, await try_secrets(interaction, provider))


async def make_panel(interaction: discord.Interaction[App], done: str | None = None) -> Card:
    """Make the panel; ``done`` is a sentence on what was just done."""
    guild_id = require_manager(interaction)
    app = interaction.client
    found = await read_overview(app.database, guild_id)
    there = {key.service for key in found.keys}
    told = {alert.subject for alert in found.alerts if alert.kind is AlertKind.SERVICE}
    rows = {provider: [_buttons(provider, there=provider in there)] for provider in keyed_providers(Service)}
    if Provider.USEAPI in there:
        rows[Provider.USEAPI][0].append(OpenButtonsButton("asker" if found.open_buttons else "all"))
    if Provider.PIXELA in there:
        server = await find_server(interaction) if found.recorders else None
        rows[Provider.PIXELA].append([RecordersSelect(roles_there(server, found.recorders))])
    panel = Panel(
        services=app.settings.services,
        keys=[_key(credential) for credential in found.keys],
        linked=found.linked,
        open_buttons=found.open_buttons,
        recorders=found.recorders,
        rules=found.rules,
        limits=found.limits,
        recent=[change_of(entry) for entry in found.recent],
        wrong=[
            Wrong(alert_words(alert.kind, alert.subject), alert.since)
            for alert in found.alerts
            # What hung on a key that was just removed is dropped by the watch only a moment later.
            if alert.kind is AlertKind.SERVICE or Provider.USEAPI in there or _is_of_pixela(alert.subject)
        ],
        failing={
            service.provider: since
            for service in app.settings.services
            if (since := app.watch.outlook.failing_since(service.provider)) is not None
            and service.provider.value not in told
        },
        running=found.running,
        told_in=found.channels.alerts,
    )
    return setup_card(panel, rows, [OpenSelect(_offered(app, there))], done=done)


def _is_of_pixela(subject: str) -> bool:
    return subject.partition(":")[0] == Provider.PIXELA


def _offered(app: App, there: Collection[Provider]) -> Sequence[str]:
    """Return the pages that can be opened here."""
    makes = any(service.provider is Provider.USEAPI for service in app.settings.services)
    keyed = ["keys", "accounts"] if Provider.USEAPI in there else []
    return ["access", *(["limits"] if makes else []), *keyed, "changes", "alerts", "data"]


def _buttons(provider: Provider, *, there: bool) -> list[Clickable]:
    name = provider.value
    if not there:
        return [ConnectButton(name)]
    return [ConnectButton(name, replaces=True), TestButton(name), DisconnectButton(name)]


def _key(credential: Credential) -> Key:
    return Key(
        credential.service,
        credential.name,
        credential.hint,
        credential.set_by,
        credential.set_at,
        refused=credential.refused_at is not None,
        succeeded_at=credential.succeeded_at,
        failed_at=credential.failed_at,
        failure=credential.failure,
        account=credential.account,
        is_default=credential.is_default,
    )


def keyed_providers(services: Collection[Service]) -> Sequence[Provider]:
    """Return those of the services' makers that a server has a secret of its own for."""
    there = {service.provider for service in services}
    return [provider for provider in (Provider.USEAPI, Provider.PIXELA) if provider in there]


add_page(PANEL, Page("Setup", "All of it", make_panel))
