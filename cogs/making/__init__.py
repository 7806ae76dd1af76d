"""/pika and /midjourney: what members have made."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.services import Service
from cogs.making.midjourney import Midjourney
from cogs.making.pika import Pika

if TYPE_CHECKING:
    from bot.app import App


async def setup(app: App) -> None:
    """Load the commands of the services that are fronted."""
    if Service.PIKA in app.settings.services:
        app.tree.add_command(Pika())
    if Service.MIDJOURNEY in app.settings.services:
        app.tree.add_command(Midjourney())
