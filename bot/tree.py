"""The command tree: who is let through to a command, and what becomes of one that fails."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

import discord
from discord import app_commands

from bot.answering import follow
from bot.report import report
from bot.services import Service


class Tree(app_commands.CommandTree[Any]):
    """The command tree; what fails in it is reported."""

    async def interaction_check(self, interaction: discord.Interaction[Any], /) -> bool:
        """Let nobody by whom the server's rules keep from the service of a command."""
        if not await follow(interaction):
            return False
        service = service_of(interaction)
        if service is None:
            return True
        try:
            await interaction.client.gate.admit(interaction, service)
        except Exception as error:  # noqa: BLE001 - discord.py would drop it without an answer
            await self._refuse(interaction, error)
            return False
        return True

    async def _refuse(self, interaction: discord.Interaction[Any], error: Exception) -> None:
        if interaction.type is discord.InteractionType.autocomplete:
            with suppress(discord.HTTPException):
                await interaction.response.autocomplete([])
        else:
            await report(interaction, error)

    async def on_error(
        self, interaction: discord.Interaction[Any], error: app_commands.AppCommandError, /
    ) -> None:
        """Report what a command raised."""
        await report(interaction, error)


def service_of(interaction: discord.Interaction[Any]) -> Service | None:
    """Return the service that a command belongs to by its name, None where it belongs to none."""
    data: Mapping[str, Any] = dict(interaction.data or {})
    first, _, _ = str(data.get("name", "")).lower().partition(":")  # "PluralKit: system" is a menu's
    return Service(first) if first in {*Service} else None
