"""Channels that the app is to post in."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

import discord

from bot.errors import InvalidInput
from cogs._server import Server, find_server

if TYPE_CHECKING:
    from bot.app import App

POSTED_IN = (discord.ChannelType.text, discord.ChannelType.news)
"""The kinds of channels that notices are posted in."""


async def check_postable(interaction: discord.Interaction[App], channels: Collection[int]) -> int | None:
    """Return the channel that was chosen, None for none.

    Raises :class:`~bot.errors.InvalidInput` where the app is known not to be allowed to post there.
    """
    channel_id = next(iter(channels), None)
    if channel_id is not None and is_closed(await find_server(interaction), channel_id):
        raise InvalidInput(
            f"I may not post in <#{channel_id}>. Let me view it and send messages there, or take another."
        )
    return channel_id


def is_closed(server: Server | None, channel_id: int | None) -> bool:
    """Say whether the app is known not to be able to post in a channel: it is gone, or not open to it.

    Of a server that has the app with its commands alone nothing is known (None).
    """
    if channel_id is None or server is None or not server.channels:
        return False
    channel = server.channels.get(channel_id)
    if channel is None:
        return True
    allowed = channel.permissions_for(server.me)
    return not (allowed.view_channel and allowed.send_messages)
