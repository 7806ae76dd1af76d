"""Channels that the app is to post in."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

import discord

from bot.errors import InvalidInput

if TYPE_CHECKING:
    from bot.app import App

POSTED_IN = (discord.ChannelType.text, discord.ChannelType.news)
"""The kinds of channels that notices are posted in."""


def check_postable(interaction: discord.Interaction[App], channels: Collection[int]) -> int | None:
    """Return the channel that was chosen, None for none.

    Raises :class:`~bot.errors.InvalidInput` where the app is known not to be allowed to post there.
    """
    channel_id = next(iter(channels), None)
    if is_closed(interaction, channel_id):
        raise InvalidInput(
            f"I may not post in <#{channel_id}>. Let me view it and send messages there, or take another."
        )
    return channel_id


def is_closed(interaction: discord.Interaction[App], channel_id: int | None) -> bool:
    """Say whether the app is known not to be able to post in a channel: it is gone, or not open to it.

    Of a server that has the app with its commands alone nothing is known.
    """
    guild = interaction.guild
    if channel_id is None or guild is None or guild.unavailable or not guild.channels:
        return False
    channel = guild.get_channel(channel_id)
    if channel is None:
        return True
    allowed = channel.permissions_for(guild.me)
    return not (allowed.view_channel and allowed.send_messages)
