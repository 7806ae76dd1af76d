"""What an administrator asks or tells a Midjourney account: answered at once, to the asker alone."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

import discord

from bot.api.jobs import Job
from bot.api.midjourney import MidjourneyClient
from bot.errors import InvalidInput
from bot.report import answer
from bot.services import Service
from bot.ui.jobs import said_card
from cogs._keys import key_of_account
from cogs._place import require_manager
from cogs.making.asking import check_channel

if TYPE_CHECKING:
    from bot.app import App

_ON = re.compile(r"\bon\b", re.IGNORECASE)
_OFF = re.compile(r"\boff\b", re.IGNORECASE)

Ask = Callable[[MidjourneyClient, str | None], Awaitable[Job]]


async def tell_account(
    interaction: discord.Interaction[App], channel: str | None, title: str, ask: Ask
) -> None:
    """Tell an account something and show what its bot answers."""
    guild_id = require_manager(interaction)
    channel = check_channel(channel)
    await interaction.response.defer(ephemeral=True, thinking=True)
    job = await _ask(interaction, guild_id, channel, ask)
    await answer(interaction, said_card(title, _said(job)))


async def switch_remix(interaction: discord.Interaction[App], channel: str | None) -> None:
    """Switch an account's remix mode, and remember how it is now."""
    guild_id = require_manager(interaction)
    channel = check_channel(channel)
    await interaction.response.defer(ephemeral=True, thinking=True)
    job = await _ask(interaction, guild_id, channel, lambda client, which: client.remix(channel=which))
    is_on = _switched(job.content or "")
    if is_on is not None:
        account = job.channel or channel or ""
        await interaction.client.guild_rows.note_remixing(guild_id, account, is_on=is_on)
    done = {
        True: "Buttons that make variations ask for a prompt from now on.",
        False: "Buttons that make variations use the same prompt from now on.",
        None: None,
    }[is_on]
    await answer(interaction, said_card("Midjourney · remix", _said(job), done=done))


async def _ask(interaction: discord.Interaction[App], guild_id: int, channel: str | None, ask: Ask) -> Job:
    if channel is None:
        key_name, channel = await _only_account(interaction, guild_id)
    else:
        key_name = await key_of_account(interaction, guild_id, Service.MIDJOURNEY, channel)
    async with interaction.client.connections.midjourney(guild_id, key_name) as client:
        return await ask(client, channel)


async def _only_account(interaction: discord.Interaction[App], guild_id: int) -> tuple[str, str]:
    """Return the one account that there is, behind the name of its key.

    Raises :class:`~bot.errors.InvalidInput` where it is not one.
    """
    reaches = await interaction.client.connections.accounts(guild_id, Service.MIDJOURNEY)
    for reach in reaches:
        if reach.trouble is not None:
            raise reach.trouble
    accounts = [(reach.key.name, channel) for reach in reaches for channel in reach.accounts]
    if not accounts:
        raise InvalidInput("No Midjourney account is registered. `/accounts midjourney register` does it.")
    if len(accounts) > 1:
        raise InvalidInput("There are several Midjourney accounts: choose one with the option `channel`.")
    return accounts[0]


def _said(job: Job) -> str | None:
    parts = [job.content, *(embed.description for embed in job.embeds)]
    return "\n".join(part for part in parts if part) or None


def _switched(content: str) -> bool | None:
    on, off = _ON.search(content), _OFF.search(content)
    return None if bool(on) == bool(off) else bool(on)
