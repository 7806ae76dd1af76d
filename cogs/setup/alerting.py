"""The page of what is wrong, and where that is told."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

import discord

from bot.storage.alerts import AlertBook
from bot.storage.channels import ChannelBook
from bot.ui.administration.alerts import Wrong, alerts_page
from bot.ui.alerts import alert_words
from bot.ui.card import Card
from bot.ui.lasting import LastingChannelSelect
from cogs._place import require_manager
from cogs._server import channels_there, find_server
from cogs.setup.pages import BackButton, Page, add_page, turn_to
from cogs.setup.posting import POSTED_IN, check_postable, is_closed

if TYPE_CHECKING:
    from bot.app import App


class AlertChannelSelect(LastingChannelSelect, template=r"setup:alertchannel"):
    """Chooses where alerts are posted."""

    def __init__(self, chosen: Collection[int] = ()) -> None:
        words = "Channel to post alerts in (none: nowhere)"
        super().__init__("setup:alertchannel", placeholder=words, kinds=POSTED_IN, chosen=chosen, most=1)

    async def choose(self, interaction: discord.Interaction[App], channels: Collection[int]) -> None:
        """Keep it, and show the page anew."""
        guild_id = require_manager(interaction)

        async def change() -> Card:
            channel_id = await check_postable(interaction, channels)
            book = ChannelBook(interaction.client.database, guild_id, interaction.client.clock)
            await book.choose_alerts(channel_id, interaction.user.id)
            interaction.client.notices.hurry()
            if channel_id is None:
                return await _show(interaction, "✅ Alerts are posted nowhere now.")
            interaction.client.watch.hurry(guild_id)
            return await _show(interaction, "✅ Alerts are posted there now; what is wrong already follows.")

        await turn_to(interaction, change)


async def _show(interaction: discord.Interaction[App], done: str | None) -> Card:
    guild_id = require_manager(interaction)
    app = interaction.client
    chosen = await ChannelBook(app.database, guild_id, app.clock).chosen()
    wrong = await AlertBook(app.database, guild_id).standing()
    server = None if chosen.alerts is None else await find_server(interaction)
    there = channels_there(server, [] if chosen.alerts is None else [chosen.alerts])
    return alerts_page(
        [Wrong(alert_words(alert.kind, alert.subject), alert.since) for alert in wrong],
        chosen.alerts,
        [[AlertChannelSelect(there)], [BackButton()]],
        done,
        closed=is_closed(server, chosen.alerts),
    )


add_page("alerts", Page("Alerts", "What is wrong, and where that is told", _show))
