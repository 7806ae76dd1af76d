"""What all commands that change something share: whose it is, in time for a form, and what if unsure."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, TypeVar

import discord

from bot.api.pluralkit import Entry, Roster
from bot.errors import InvalidInput, NotConnected, Uncertain, UserError
from bot.report import answer, report
from bot.services import Provider, Service
from bot.ui.card import Card, note
from bot.ui.lasting import LastingButton
from bot.ui.sheets import Sheet
from cogs._drafts import change_form
from cogs._place import scope_of
from cogs.pluralkit.asking import Question, SeeButton
from cogs.pluralkit.eyes import UNLINKED
from cogs.pluralkit.rosters import GROUPS, MEMBERS, Rosters

if TYPE_CHECKING:
    from bot.app import App

T = TypeVar("T")
_FORM_SECONDS = 2.0
"""Discord waits three seconds for a form to open, and nothing can be promised before."""
_SLOW = "PluralKit takes too long to fill the form in. Nothing was changed; try again in a moment."

Save = Callable[[discord.Interaction[Any], dict[str, Any]], Awaitable[Card]]
"""Tell PluralKit what was changed, and return what to say."""


class KeepButton(LastingButton, template=r"pk:keep:(?P<kind>member|group|switch)"):
    """Goes back without deleting."""

    def __init__(self, kind: str) -> None:
        super().__init__("Keep it", f"pk:keep:{kind}")

    async def press(self, interaction: discord.Interaction[App]) -> None:
        """Say that nothing happened."""
        await interaction.response.edit_message(view=note("Nothing was deleted."))


@asynccontextmanager
async def certain(interaction: discord.Interaction[App], look: Question) -> AsyncGenerator[None]:
    """Guard a write and what is said of it.

    Where its outcome is unknown the person is told so, with a button that asks ``look``.
    """
    try:
        yield
    except Uncertain as error:
        for rosters in (MEMBERS, GROUPS):
            rosters.forget(interaction)
        await report(interaction, error, [SeeButton(look.pack(), "Look")])


@asynccontextmanager
async def in_time_for_a_form() -> AsyncGenerator[None]:
    """Give up what a form has to wait for before Discord does. Raises :class:`~bot.errors.UserError`."""
    try:
        async with asyncio.timeout(_FORM_SECONDS):
            yield
    except TimeoutError:
        raise UserError(_SLOW) from None


async def own(interaction: discord.Interaction[App], rosters: Rosters) -> Roster[Entry]:
    """Return the asker's own members or groups.

    Raises :class:`~bot.errors.NotConnected` where the list is private: the asker is not its owner any more.
    """
    roster = await rosters.of(interaction)
    if roster is None:
        raise NotConnected(UNLINKED)
    return roster


async def require_own(interaction: discord.Interaction[App]) -> None:
    """Raise :class:`~bot.errors.NotConnected` where the asker linked no system."""
    connections = interaction.client.connections
    if await connections.find_linked(scope_of(interaction), Provider.PLURALKIT) is None:
        raise NotConnected(UNLINKED)


async def chosen_own(interaction: discord.Interaction[App], rosters: Rosters, text: str) -> Entry:
    """Return the one of the asker's own that is meant, looking again where it may be new.

    Raises :class:`~bot.errors.InvalidInput`, and :class:`~bot.errors.NotConnected` where nothing is linked.
    """
    return await _chosen(interaction, rosters, lambda roster: roster.choose(text))


async def chosen_all_own(
    interaction: discord.Interaction[App], rosters: Rosters, text: str
) -> Sequence[Entry]:
    """Return those of the asker's own that a list names. Raises as :func:`chosen_own` does."""
    return await _chosen(interaction, rosters, lambda roster: roster.choose_all(text))


async def _chosen(
    interaction: discord.Interaction[App], rosters: Rosters, choose: Callable[[Roster[Entry]], T]
) -> T:
    await require_own(interaction)
    try:
        return choose(await own(interaction, rosters))
    except InvalidInput:
        rosters.forget(interaction)
        return choose(await own(interaction, rosters))


async def open_sheet(
    interaction: discord.Interaction[App], sheet: Sheet, fields: Mapping[str, Any], save: Save, look: Question
) -> None:
    """Open a form with ``fields`` in it; what is changed there is handed to ``save``.

    ``look`` is what there is to look at where the outcome is unknown.
    """
    before = sheet.standing(fields)

    async def save_and_show(submitted: discord.Interaction[Any], changes: dict[str, Any]) -> None:
        async with certain(submitted, look):
            await answer(submitted, await save(submitted, changes))

    await interaction.response.send_modal(change_form(Service.PLURALKIT, sheet, before, save_and_show))
