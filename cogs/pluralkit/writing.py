"""What all commands that change something share: whose it is, in time for a form, and what if unsure."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

import discord

from bot.api.pluralkit import Entry, Roster
from bot.errors import InvalidInput, NotConnected, Uncertain
from bot.report import answer, report
from bot.services import Provider, Service
from bot.ui.card import Card, note
from bot.ui.lasting import LastingButton
from cogs._drafts import Edit
from cogs._in_time import in_time_for_a_form
from cogs._place import scope_of
from cogs.pluralkit.asking import Question, SeeButton
from cogs.pluralkit.eyes import UNLINKED
from cogs.pluralkit.rosters import GROUPS, MEMBERS, Rosters

if TYPE_CHECKING:
    from bot.app import App

T = TypeVar("T")
_SLOW = "PluralKit takes too long to fill the form in. Nothing was changed; try again in a moment."


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


def in_time() -> AbstractAsyncContextManager[None]:
    """Give up what a form has to wait for before Discord does. Raises :class:`~bot.errors.UserError`."""
    return in_time_for_a_form(_SLOW)


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


class OwnEdit(Edit):
    """A form for something of one's own at PluralKit."""

    service: ClassVar[Service | None] = Service.PLURALKIT

    @property
    @abstractmethod
    def question(self) -> Question:
        """What there is to look at where the outcome is unknown."""

    @abstractmethod
    async def write(self, interaction: discord.Interaction[App], changes: dict[str, Any]) -> Card:
        """Tell PluralKit what was changed, and return what to say."""

    async def save(self, interaction: discord.Interaction[App], changes: dict[str, Any]) -> None:
        """Write, and say so."""
        async with certain(interaction, self.question):
            await answer(interaction, await self.write(interaction, changes))
