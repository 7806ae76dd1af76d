"""The pages of the panel: what opens one, and what leads back."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import discord

from bot.errors import InvalidInput
from bot.report import answer
from bot.ui.card import Card
from bot.ui.lasting import LastingButton, LastingSelect
from cogs._place import require_manager

if TYPE_CHECKING:
    from bot.app import App

Show = Callable[["discord.Interaction[Any]", "str | None"], Awaitable[Card]]
"""Make a page anew, with a sentence on what was done, or None."""


@dataclass(frozen=True, slots=True)
class Page:
    """A page: what it is called, what it is for, and what makes it."""

    label: str
    description: str
    show: Show


PANEL = "panel"
_pages: dict[str, Page] = {}


def add_page(name: str, page: Page) -> None:
    """Make a page known; those that are known can be opened from the panel."""
    _pages[name] = page


async def show_page(interaction: discord.Interaction[App], name: str, done: str | None = None) -> Card:
    """Make a page anew. Raises :class:`~bot.errors.NotAllowed` for who may not manage the server."""
    require_manager(interaction)
    page = _pages.get(name)
    if page is None:
        raise InvalidInput("This page is not known any more. Open `/setup status` again.")
    return await page.show(interaction, done)


async def turn_to(interaction: discord.Interaction[App], make: Callable[[], Awaitable[Card]]) -> None:
    """Show what ``make`` makes in place of what stands there, for who may manage the server.

    It is promised first: the database may be busy for longer than Discord waits.
    """
    require_manager(interaction)
    await interaction.response.defer()
    await interaction.edit_original_response(view=await make(), attachments=[])


async def answer_form(interaction: discord.Interaction[App], make: Callable[[], Awaitable[Card]]) -> None:
    """Answer a form with what ``make`` makes, for who may manage the server.

    It takes the place of the page that the form was opened from; after a command it is a message of its own.
    """
    if interaction.message is not None:
        await turn_to(interaction, make)
        return
    require_manager(interaction)
    await interaction.response.defer(ephemeral=True, thinking=True)
    await answer(interaction, await make())


class OpenSelect(LastingSelect, template=r"setup:open"):
    """Opens a page."""

    def __init__(self, offered: Sequence[str] = ()) -> None:
        options = [
            discord.SelectOption(label=_pages[name].label, value=name, description=_pages[name].description)
            for name in offered
        ]
        super().__init__("setup:open", placeholder="Change more: access, limits, alerts …", options=options)

    async def choose(self, interaction: discord.Interaction[App], values: Sequence[str]) -> None:
        """Show the page in place of the panel."""
        await turn_to(interaction, lambda: show_page(interaction, values[0]))


class BackButton(LastingButton, template=r"setup:back:(?P<page>[a-z]{1,20})"):
    """Leads back to a page, or to the panel."""

    def __init__(self, page: str = PANEL) -> None:
        super().__init__("Back", f"setup:back:{page}")
        self._page = page

    async def press(self, interaction: discord.Interaction[App]) -> None:
        """Show it in place of what stands there."""
        await turn_to(interaction, lambda: show_page(interaction, self._page))
