"""Trying the stored secrets of a server, every key of several."""

from __future__ import annotations

from typing import TYPE_CHECKING

import discord

from bot.connections import Reach
from bot.errors import ApiError, NotConnected
from bot.jobs.sending import why
from bot.key_names import label_of_key
from bot.services import Provider, Service
from bot.ui.failure import explain
from bot.ui.text import code
from cogs._place import require_manager

if TYPE_CHECKING:
    from bot.app import App


async def try_secrets(interaction: discord.Interaction[App], provider: Provider) -> str:
    """Try what is stored, and say what came of it, a line for each key.

    Raises :class:`~bot.errors.NotConnected` where there is none.
    """
    guild_id = require_manager(interaction)
    if provider is not Provider.PIXELA:
        return await _try_keys(interaction, guild_id)
    try:
        return f"✅ {await _count_graphs(interaction, guild_id)}."
    except ApiError as error:
        return f"⚠️ {explain(error)}"
    except NotConnected as error:
        if error.__cause__ is None:
            raise
        return f"⚠️ {error}"  # it is there, and refused


async def _try_keys(interaction: discord.Interaction[App], guild_id: int) -> str:
    reaches = await interaction.client.connections.accounts(guild_id, Service.MIDJOURNEY)
    if len(reaches) == 1:
        [reach] = reaches
        if reach.trouble is None:
            return f"✅ The key works: it reaches {_number(reach)}."
        return f"⚠️ {why(reach.trouble)}"
    return "\n".join(_line(reach) for reach in reaches)


def _line(reach: Reach) -> str:
    name = f"{code(label_of_key(reach.key.name))}{' (default)' if reach.key.is_default else ''}"
    if reach.trouble is None:
        return f"✅ {name} works: it reaches {_number(reach)}."
    return f"⚠️ {name}: {why(reach.trouble)}"


def _number(reach: Reach) -> str:
    number = len(reach.accounts)
    return f"{number} Midjourney {'account' if number == 1 else 'accounts'}"


async def _count_graphs(interaction: discord.Interaction[App], guild_id: int) -> str:
    async with interaction.client.connections.server_pixela(guild_id) as client:
        number = len(await client.graphs())
    return f"The token works: `{client.username}` has {number} {'graph' if number == 1 else 'graphs'}"
