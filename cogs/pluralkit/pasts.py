"""Completion of one's own last switches."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import TYPE_CHECKING

import discord
from discord import app_commands

from bot.api.pluralkit import ME, Entry, Roster, Switch, shown_name
from bot.errors import BotError
from bot.ui.pluralkit.writing import switch_label
from bot.ui.text import clip, lasting, tidy
from cogs._place import scope_of
from cogs.pluralkit.eyes import now_of
from cogs.pluralkit.rosters import MEMBERS

if TYPE_CHECKING:
    from bot.app import App

_SECONDS = 1.0
_CHOICES = 25
_LABEL_MOST = 100


async def complete_switch(
    interaction: discord.Interaction[App], current: str
) -> list[app_commands.Choice[str]]:
    """Complete one of the asker's own last switches, by who was at the front and how long ago."""
    try:
        # Both at once: one after the other they would take longer than a completion may.
        switches, roster = await asyncio.gather(_last(interaction), MEMBERS.soon(interaction))
    except BotError:
        return []
    now, wanted = now_of(interaction), current.strip().casefold()
    labelled = [(_label(switch, roster, now), switch) for switch in switches]
    return [
        app_commands.Choice(name=clip(label, _LABEL_MOST), value=switch.id)
        for label, switch in labelled
        if wanted in label.casefold() or wanted == switch.id
    ]


async def _last(interaction: discord.Interaction[App]) -> list[Switch]:
    async with interaction.client.connections.pluralkit(scope_of(interaction)) as owner:
        return [] if owner is None else [*await owner.within(_SECONDS).switches(ME, limit=_CHOICES)]


def _label(switch: Switch, roster: Roster[Entry] | None, now: datetime) -> str:
    return switch_label(switch, _names(switch, roster), lasting((now - switch.timestamp).total_seconds()))


def _names(switch: Switch, roster: Roster[Entry] | None) -> list[str]:
    entries = [(member, None if roster is None else roster.find(member)) for member in switch.members]
    return [member if entry is None else tidy(shown_name(entry)) for member, entry in entries]
