"""Counts that take a while: they say how far they have come, and can be stopped."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing, asynccontextmanager, suppress
from datetime import datetime
from typing import TYPE_CHECKING

import discord

from bot.api.pluralkit import MOST_WALKED, FrontTally, Switch, walk_back
from bot.errors import ApiError, InvalidInput, UserError
from bot.storage.errands import ErrandKind, Underway, stop_errand
from bot.ui.card import Card, note
from bot.ui.failure import explain
from bot.ui.lasting import LastingButton
from bot.ui.pluralkit.fronts import counting_card
from cogs._errands import begin_instead, end, is_wanted
from cogs.pluralkit.eyes import Eyes

if TYPE_CHECKING:
    from bot.app import App

_TOLD_EVERY = 8
"""Pages between two notes of progress: about two seconds' worth."""

_MOST_SECONDS = 12 * 60
"""After this a count ends by itself: Discord takes no answer a quarter of an hour after the question."""
_MOST_AT_ONCE = 6
"""Counts that run at the same time; more would only hold one another up."""

_running: set[Errand] = set()
"""The counts that run in this process. Other workers know of one once it lasts: see :meth:`Errand.walk`."""


class StopButton(LastingButton, template=r"pk:stop:(?P<key>[0-9a-f]{16})"):
    """Ends a count that is under way; what was counted so far is shown."""

    def __init__(self, key: str) -> None:
        super().__init__("Stop and show what there is", f"pk:stop:{key}")
        self._key = key

    async def press(self, interaction: discord.Interaction[App]) -> None:
        """Tell the count to end, whichever worker is at it."""
        await interaction.response.defer()
        app = interaction.client
        if not await stop_errand(app.database, self._key, ErrandKind.COUNT, app.clock()):
            raise InvalidInput(
                "This count has ended already, or the app was restarted. Run the command again."
            )
        for errand in _running:
            if errand.of[0] is app and errand.is_known_by(self._key):
                errand.stop()


def stop_all(app: App) -> None:
    """Tell every count to end, because the app is about to; what was counted so far is shown."""
    for errand in _running:
        if errand.of[0] is app:
            errand.stop()


class Errand:
    """One long count, for whoever waits for the answer to ``interaction``."""

    def __init__(self, interaction: discord.Interaction[App]) -> None:
        self._interaction = interaction
        self.of = (interaction.client, interaction.user.id)
        """Whose count it is."""
        self._underway: Underway | None = None
        self._stopped = False
        self.told = False
        """Whether a note of progress stands where the answer is to be."""
        self.note: str | None = None
        """Why the count ended before its end, None where it did not."""

    def stop(self) -> None:
        """Make the count end at its next page."""
        self._stopped = True

    def is_known_by(self, key: str) -> bool:
        """Say whether a button with that key stops this one."""
        return self._underway is not None and self._underway.key == key

    async def walk(
        self, eyes: Eyes, system: str, take: Callable[[Sequence[Switch]], bool], *, most: int = MOST_WALKED
    ) -> None:
        """Hand a system's switches to ``take``, page by page, until it says False or somebody stops it.

        Where PluralKit fails on the way, what was taken stands, and :attr:`note` says so. Raises
        :class:`~bot.errors.ApiError` where not even the first page came. From the first note of progress on
        other workers know of it, and whoever presses Stop there is heeded; most counts are over before.
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
                    if clock() > ends or not await self._is_wanted():
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
        if self._underway is None:
            self._underway = await begin_instead(self._interaction, ErrandKind.COUNT)
        buttons = [] if self._underway is None else [StopButton(self._underway.key)]
        await self._put(counting_card(looked, back_to, buttons))

    async def _is_wanted(self) -> bool:
        return not self._stopped and (self._underway is None or await is_wanted(self._underway))

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
        own = [other for other in _running if other.of == self.of]
        if len(_running) - len(own) >= _MOST_AT_ONCE:
            raise UserError("Too many histories are being counted right now. Try again in a minute.")
        for other in own:
            other.stop()
        _running.add(self)
        try:
            yield
        finally:
            _running.discard(self)
            if self._underway is not None:
                await end(self._underway)
