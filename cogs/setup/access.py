"""The pages of who may use a service, and where."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

import discord

from bot.access import RuleKind, Rules
from bot.errors import InvalidInput
from bot.services import Service
from bot.storage.access import AccessBook
from bot.ui.administration.access import access_page, rules_page
from bot.ui.card import Card
from bot.ui.lasting import LastingChannelSelect, LastingRoleSelect, LastingSelect
from cogs._place import require_manager
from cogs._server import channels_there, find_server, roles_there
from cogs.setup.pages import BackButton, Page, add_page, turn_to

if TYPE_CHECKING:
    from bot.app import App

_SERVICE = r"(?P<service>pika|midjourney|pixela|pluralkit)"
_KINDS = {"allow": RuleKind.ALLOWED_ROLE, "deny": RuleKind.DENIED_ROLE}
_WORDS = {"allow": "Roles that may use it (none: all)", "deny": "Roles that may not use it"}
_PLACES = (
    discord.ChannelType.text,
    discord.ChannelType.news,
    discord.ChannelType.forum,
    discord.ChannelType.voice,
    discord.ChannelType.stage_voice,
    discord.ChannelType.media,
)


class ServiceSelect(LastingSelect, template=r"setup:access"):
    """Chooses the service whose rules are shown."""

    def __init__(self, services: Sequence[Service] = ()) -> None:
        options = [discord.SelectOption(label=service.label, value=service.value) for service in services]
        super().__init__("setup:access", placeholder="Change the rules of …", options=options)

    async def choose(self, interaction: discord.Interaction[App], values: Sequence[str]) -> None:
        """Show its page."""
        if values[0] not in {*Service}:
            raise InvalidInput("This service is not known. Open `/setup status` again.")
        await turn_to(interaction, lambda: _rules(interaction, Service(values[0])))


class RuleSelect(LastingRoleSelect, template=rf"setup:rule:{_SERVICE}:(?P<kind>allow|deny)"):
    """Chooses the roles of a rule."""

    def __init__(self, service: str, kind: str, chosen: Collection[int] = ()) -> None:
        super().__init__(f"setup:rule:{service}:{kind}", placeholder=_WORDS[kind], chosen=chosen)
        self._service = Service(service)
        self._kind = _KINDS[kind]

    async def choose(self, interaction: discord.Interaction[App], roles: Collection[int]) -> None:
        """Keep them, and show the page anew."""
        await _set(interaction, self._service, self._kind, roles)


class PlaceSelect(LastingChannelSelect, template=rf"setup:place:{_SERVICE}"):
    """Chooses the channels in which a service may be used."""

    def __init__(self, service: str, chosen: Collection[int] = ()) -> None:
        words = "Channels where it may be used (none: all)"
        super().__init__(f"setup:place:{service}", placeholder=words, kinds=_PLACES, chosen=chosen)
        self._service = Service(service)

    async def choose(self, interaction: discord.Interaction[App], channels: Collection[int]) -> None:
        """Keep them, and show the page anew."""
        await _set(interaction, self._service, RuleKind.ALLOWED_CHANNEL, channels)


async def _set(
    interaction: discord.Interaction[App], service: Service, kind: RuleKind, ids: Collection[int]
) -> None:
    async def change() -> Card:
        guild_id = require_manager(interaction)
        await _book(interaction, guild_id).set(service, kind, ids, interaction.user.id)
        interaction.client.gate.forget(guild_id)
        interaction.client.notices.hurry()
        return await _rules(interaction, service, f"✅ The {kind.value}s of {service.label} were changed.")

    await turn_to(interaction, change)


async def _show(interaction: discord.Interaction[App], done: str | None) -> Card:
    rules = await _book(interaction, require_manager(interaction)).rules()
    services = interaction.client.settings.services
    return access_page(rules, services, [[ServiceSelect(services)], [BackButton()]], done)


async def _rules(interaction: discord.Interaction[App], service: Service, done: str | None = None) -> Card:
    rules = (await _book(interaction, require_manager(interaction)).rules()).get(service, Rules())
    server = await find_server(interaction) if rules != Rules() else None
    rows = [
        [RuleSelect(service.value, "allow", roles_there(server, rules.allowed_roles))],
        [RuleSelect(service.value, "deny", roles_there(server, rules.denied_roles))],
        [PlaceSelect(service.value, channels_there(server, rules.allowed_channels))],
        [BackButton("access")],
    ]
    return rules_page(service, rules, rows, done)


def _book(interaction: discord.Interaction[App], guild_id: int) -> AccessBook:
    return AccessBook(interaction.client.database, guild_id, interaction.client.clock)


add_page("access", Page("Access", "Who may use a service, and in which channels", _show))
