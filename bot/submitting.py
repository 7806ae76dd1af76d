"""Forms that were sent: each is made anew by its custom id, whoever showed it and whenever that was."""

from __future__ import annotations

from typing import Any

import discord

from bot.answering import follow
from bot.errors import InvalidInput
from bot.report import report
from bot.ui.forms import EXPIRED, Form, find_kind
from bot.ui.given import Given


async def take_form(interaction: discord.Interaction[Any]) -> None:
    """Hand what was filled in to the form that it belongs to; what fails is told. Never raises."""
    data: Any = interaction.data or {}
    custom_id = str(data.get("custom_id", ""))
    kind = find_kind(custom_id)
    if not await follow(interaction, "expired" if kind is None else kind.__name__):
        return
    try:
        await _submit(interaction, kind, custom_id)
    except Exception as error:  # noqa: BLE001 - discord.py would only log it
        await report(interaction, error)


async def _submit(interaction: discord.Interaction[Any], kind: type[Form] | None, custom_id: str) -> None:
    if kind is None:
        raise InvalidInput(EXPIRED)
    if kind.service is not None:
        await interaction.client.gate.admit(interaction, kind.service)
    await kind.of(custom_id).submit(interaction, Given.of(interaction.data))
