"""Webhooks by names that give nothing away: whoever knows a webhook's hash may call it."""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import discord
from discord import app_commands

from bot.api.pixela import PixelaClient
from bot.errors import ApiError, InvalidInput, NotAllowed, NotConnected
from bot.ui.pixela.webhooks import Hook
from bot.ui.text import clip
from cogs._place import scope_of
from cogs.pixela.habit import COMPLETION_SECONDS, SHARED, glance_at

if TYPE_CHECKING:
    from bot.app import App

_log = logging.getLogger(__name__)

_NAME = 16
_ENDING = 4
_CHOICES = 25


@dataclass(frozen=True, slots=True)
class NamedHook:
    """A webhook of one's own, or with ``shared`` of the server's user."""

    hash: str = field(repr=False)
    username: str
    graph_id: str
    type: str
    quantity: str | None
    shared: bool

    @property
    def name(self) -> str:
        """What options and buttons call it, of which the hash cannot be told."""
        digest = hashlib.sha256(self.hash.encode()).hexdigest()[:_NAME]
        return f"{SHARED}{digest}" if self.shared else digest

    def shown(self, interaction: discord.Interaction[App]) -> Hook:
        """Return what its owner is shown, the address too."""
        base = interaction.client.settings.pixela_url
        address = f"{base}/v1/users/{self.username}/webhooks/{self.hash}"
        return Hook(self.graph_id, self.type, self.quantity, self.hash[-_ENDING:], address)


async def hooks_of(client: PixelaClient, *, shared: bool) -> Sequence[NamedHook]:
    """Return all webhooks of a user, by graph and type. Raises :class:`~bot.errors.ApiError`."""
    hooks = [
        NamedHook(hook.webhook_hash, client.username, hook.graph_id, hook.type, hook.quantity, shared)
        for hook in await client.webhooks()
    ]
    return sorted(hooks, key=lambda hook: (hook.graph_id, hook.type, hook.name))


def find_hook(hooks: Sequence[NamedHook], text: str) -> NamedHook:
    """Return the one that is meant: by its name, or by graph and type where only one fits.

    Raises :class:`~bot.errors.InvalidInput`.
    """
    words = text.removeprefix(SHARED).split()
    by_words = [hook for hook in hooks if words and {*words} <= {hook.graph_id, hook.type}]
    fitting = [hook for hook in hooks if hook.name == text.strip()] or by_words
    if len(fitting) != 1:
        raise InvalidInput(
            "No webhook is meant by that, or several are. Pick one of the suggestions; "
            "`/pixela webhook list` shows all of yours."
        )
    return fitting[0]


async def may_see_servers(interaction: discord.Interaction[App]) -> bool:
    """Say whether there are webhooks of the server's user that whoever asks may see."""
    guild_id = scope_of(interaction).guild_id
    if not guild_id or not interaction.permissions.manage_guild:
        return False
    return await interaction.client.connections.find_server_pixela(guild_id) is not None


async def complete_webhook(
    interaction: discord.Interaction[App], current: str
) -> list[app_commands.Choice[str]]:
    """Complete a webhook that may be called, by graph and type; empty on any trouble."""
    return await _completed(interaction, current, changing=False)


async def complete_own_webhook(
    interaction: discord.Interaction[App], current: str
) -> list[app_commands.Choice[str]]:
    """Complete a webhook that may be deleted; the server's are that for its managers alone."""
    return await _completed(interaction, current, changing=True)


async def _completed(
    interaction: discord.Interaction[App], current: str, *, changing: bool
) -> list[app_commands.Choice[str]]:
    try:
        async with asyncio.timeout(COMPLETION_SECONDS):
            own, shared = await asyncio.gather(
                _glimpsed(interaction, shared=False, changing=changing),
                _glimpsed(interaction, shared=True, changing=changing),
            )
    except Exception as error:  # noqa: BLE001 - a list that stays empty is better than one that fails
        _log.info("webhooks could not be completed: %s", type(error).__name__)
        return []
    wanted = current.strip().casefold()
    named = [
        (f"{'Server · ' if hook.shared else ''}{hook.shown(interaction).words}", hook.name)
        for hook in (*own, *shared)
    ]
    return [
        app_commands.Choice(name=clip(title, 100), value=value)
        for title, value in named
        if wanted in title.casefold() or wanted in value
    ][:_CHOICES]


async def _glimpsed(
    interaction: discord.Interaction[App], *, shared: bool, changing: bool
) -> Sequence[NamedHook]:
    try:
        client = await glance_at(interaction, shared=shared, changing=changing)
        return await hooks_of(client, shared=shared)
    except (NotConnected, NotAllowed, ApiError) as error:
        _log.debug("webhooks could not be completed: %s", type(error).__name__)
        return ()
