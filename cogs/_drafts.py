"""Forms that were refused, kept for a while with what was typed into them."""

from __future__ import annotations

import secrets
from collections import OrderedDict
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import discord

from bot.errors import InvalidInput
from bot.ui.forms import Form
from bot.ui.lasting import LastingButton

if TYPE_CHECKING:
    from bot.app import App

_MOST = 100
"""Refused forms of which is kept what was typed."""
_drafts: OrderedDict[tuple[int, str], Callable[[], Form]] = OrderedDict()
"""By whose they are and the key of their button."""


class ReopenButton(LastingButton, template=r"(?:pk|draft):again:(?P<key>[0-9a-f]{16})"):
    """Opens a form again with what was typed into it, after that was refused."""

    def __init__(self, key: str) -> None:
        super().__init__("Open it again", f"draft:again:{key}", discord.ButtonStyle.primary)
        self._key = key

    async def press(self, interaction: discord.Interaction[App]) -> None:
        """Open the form."""
        make = _drafts.get((interaction.user.id, self._key))
        if make is None:
            raise InvalidInput("What was typed is no longer kept. Run the command again.")
        await interaction.response.send_modal(make())


def keep_draft(interaction: discord.Interaction[Any], make: Callable[[], Form]) -> ReopenButton:
    """Keep a refused form: ``make`` makes it anew with what was typed.

    In memory alone: it is the person's own, and soon typed again. No secret belongs into it.
    """
    key = secrets.token_hex(8)
    _drafts[interaction.user.id, key] = make
    if len(_drafts) > _MOST:
        _drafts.popitem(last=False)
    return ReopenButton(key)
