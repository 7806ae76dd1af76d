"""What is known of a server: its roles, its channels, and what the app may do there."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import discord

from bot.reaching import LOST

if TYPE_CHECKING:
    from bot.app import App

_SECONDS = 2.0
"""How long Discord may take to tell of a server, of what takes four requests."""


@dataclass(frozen=True, slots=True)
class Server:
    """A server as it is now: ids of its roles, and its channels by theirs."""

    roles: Collection[int]
    channels: Mapping[int, discord.abc.GuildChannel]
    me: discord.Member


async def find_server(interaction: discord.Interaction[App]) -> Server | None:
    """Return the server where something is done, None where nothing is known of it.

    That is so where it has the app with its commands alone, and where Discord, which is to be asked if there
    is no gateway, does not say. To be called once an answer is promised.
    """
    guild = interaction.guild
    if guild is None:
        return None
    if interaction.client.by_http:
        return await _asked(interaction.client, guild.id)
    if guild.unavailable:
        return None
    return Server({role.id for role in guild.roles}, {each.id: each for each in guild.channels}, guild.me)


async def _asked(app: App, guild_id: int) -> Server | None:
    if app.user is None:
        return None
    try:
        async with asyncio.timeout(_SECONDS):
            guild = await app.fetch_guild(guild_id, with_counts=False)
            channels, me = await asyncio.gather(guild.fetch_channels(), guild.fetch_member(app.user.id))
    except LOST:
        return None
    return Server({role.id for role in guild.roles}, {each.id: each for each in channels}, me)


def roles_there(server: Server | None, roles: Collection[int]) -> Sequence[int]:
    """Return those of the roles that a server still has: Discord takes no others as ticked."""
    return [] if server is None else [role_id for role_id in roles if role_id in server.roles]


def channels_there(server: Server | None, channels: Collection[int]) -> Sequence[int]:
    """Return those of the channels that a server still has: Discord takes no others as ticked."""
    return [] if server is None else [found for found in channels if found in server.channels]
