"""The modules of the commands, by the services that are wanted."""

from __future__ import annotations

from collections.abc import Mapping

from bot.services import Service
from bot.settings import Settings

WITHOUT_COMMANDS = ("cogs.residence",)
"""What belongs to no command."""
_ALWAYS = ("cogs.setup", "cogs.about", "cogs.help", "cogs.privacy")
_OF_SERVICES: Mapping[str, frozenset[Service]] = {
    "cogs.accounts": frozenset({Service.PIKA, Service.MIDJOURNEY}),
    "cogs.making": frozenset({Service.PIKA, Service.MIDJOURNEY}),
    "cogs.limits": frozenset({Service.PIKA, Service.MIDJOURNEY}),
    "cogs.pixela": frozenset({Service.PIXELA}),
    "cogs.pluralkit": frozenset({Service.PLURALKIT}),
}


def extensions(settings: Settings) -> list[str]:
    """Return the modules whose commands are loaded with these settings."""
    return [*_ALWAYS, *(name for name, needs in _OF_SERVICES.items() if needs & {*settings.services})]
