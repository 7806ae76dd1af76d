"""Counts that take a while: they say how far they have come, and can be stopped."""

from __future__ import annotations

import secrets
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing, asynccontextmanager, suppress
from datetime import datetime
from typing import TYPE_CHECKING

import discord

from bot.api.pluralkit import MOST_WALKED, FrontTally, Switch, walk_back
from bot.errors import ApiError, InvalidInput, UserError
from bot.ui.card import Card, note
from bot.ui.failure import explain
from bot.ui.lasting import LastingButton
from bot.ui.pluralkit.fronts import counting_card
from cogs.pluralkit.eyes import Eyes

if TYPE_CHECKING:
    from bot.app import App

_TOLD_EVERY = 8
"""Pages between two notes of progress: about two seconds' worth."""

_MOST_SECONDS = 12 * 60
"""After this a count ends by itself: Discord takes no answer a quarter of an hour after the question."""
_MOST_AT_ONCE = 6
"""Counts that run at the same time; more would only hold one another up."""

_running: dict[str, Errand] = {}


class StopButton(LastingButton, template=r"pk:stop:(?P<key>[0-9a-f]{8})"):
    """Ends a count that is under way; what was counted so far is shown."""

    def __init__(self, key: str) -> None:
        super().__init__("Stop and show what there is", f"pk:stop:{key}")
        self._key = key

    async def press(self, interaction: discord.Interaction[App]) -> None:
        """Tell the count to end."""
        errand = _running.get(self._key)
        if errand is None:
            raise InvalidInput(
                "This count has ended already, or the app was restarted. Run the command again."
            )
        errand.stop()
        await interaction.response.defer()


def stop_all(app: App) -> None:
    """Tell every count to end, because the app is about to; what was counted so far is shown."""
    for errand in _running.values():
        if errand.of[0] is app:
            errand.stop()


class Errand:
    """One long count, for whoever waits for the answer to ``interaction``."""

    def __init__(self, interaction: discord.Interaction[App]) -> None:
        self._interaction = interaction
        self.of = (interaction.client, interaction.user.id)
        """Whose count it is."""
        self._key = secrets.token_hex(4)
        self._stopped = False
        self.told = False
        """Whether a note of progress stands where the answer is to be."""
        self.note: str | None = None
        """Why the count ended before its end, None where it did not."""

    def stop(self) -> None:
        """Make the count end at its next page."""
        self._stopped = True

    async def walk(
        self, eyes: Eyes, system: str, take: Callable[[Sequence[Switch]], bool], *, most: int = MOST_WALKED
    ) -> None:
        """Hand a system's switches to ``take``, page by page, until it says False or somebody stops it.

        Where PluralKit fails on the way, what was taken stands, and :attr:`note` says so. Raises
        :class:`~bot.errors.ApiError` where not even the first page came.
        """
        pages = looked = 0
        clock = self._interaction.client.clock
        ends = clock() + _MOST_SECONDS
        try:
            async with self._under_way(), aclosing(walk_back(eyes.client, system, most=most)) as walk:
                async for page in walk:
                    pages, looked = pages + 1, looked + len(page)
                    if not take(page):
                        return
                    if self._stopped or clock() > ends:
                        self.note = "Stopped before the end: older switches are left out."
                        return
                    if pages % _TOLD_EVERY == 0:
                        await self._tell(looked, page[-1].timestamp)
        except ApiError as error:
            if not pages:
                raise
            self.note = f"Older switches are left out. {explain(error)}"
        if looked >= most:
            self.note = f"Only the newest {most:,} switches are looked at."

    async def count(self, eyes: Eyes, system: str, tally: FrontTally) -> None:
        """Walk as :meth:`walk` does, until ``tally`` is full."""

        def take(page: Sequence[Switch]) -> bool:
            tally.add(page)
            return not tally.is_full

        await self.walk(eyes, system, take)

    async def _tell(self, looked: int, back_to: datetime) -> None:
        self.told = True
        card = counting_card(looked, back_to, [StopButton(self._key)])
        await self._put(card)

    async def abandon(self) -> None:
        """Take away the note of progress, where one stands, because nothing will take its place."""
        if self.told:
            await self._put(note("The count was broken off."))

    async def _put(self, card: Card) -> None:
        with suppress(discord.HTTPException):  # the count, or why it failed, is worth more than the note
            await self._interaction.edit_original_response(view=card, attachments=[])

    @asynccontextmanager
    async def _under_way(self) -> AsyncGenerator[None]:
        """Be one of those that run: one for each person, and a few altogether.

        Raises :class:`~bot.errors.UserError` where these run already.
        """
        own = [other for other in _running.values() if other.of == self.of]
        if len(_running) - len(own) >= _MOST_AT_ONCE:
            raise UserError("Too many histories are being counted right now. Try again in a minute.")
        for other in own:
            other.stop()
        _running[self._key] = self
        try:
            yield
        finally:
            del _running[self._key]
