"""/pixela export and import: the days of a graph as a CSV file."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING

import discord
from discord import app_commands

from bot.errors import ApiError, InvalidInput, MediaError, MediaReason, UserError
from bot.habit_csv import Sheet, read_csv, write_csv
from bot.habit_transfer import End, Import, whole_history
from bot.report import answer
from bot.storage.errands import ErrandKind, Underway, is_under_way, stop_errand
from bot.ui.card import Card
from bot.ui.failure import explain
from bot.ui.lasting import LastingButton
from bot.ui.pixela.sheets import Progress, Report, export_card, progress_card, report_card
from cogs._errands import begin, end, is_wanted
from cogs.pixela.habit import Habit, complete_graph, open_habit
from cogs.pixela.nudges import name_of

if TYPE_CHECKING:
    from bot.app import App

_log = logging.getLogger(__name__)

MOST_BYTES = 10 * 1024 * 1024
"""Bytes that a file to import may have."""
_SECONDS = 13.5 * 60
"""How long an import lasts: its answer can be changed for a quarter of an hour."""
_BETWEEN_EDITS = 3.0
"""Seconds between two changes that show progress."""
_AGAIN = "What is recorded stays; the same file again goes on from there."
_ONE_AT_A_TIME = "An import of yours is on its way. Wait for its end, or stop it first."
_ENDINGS = {
    End.STOPPED: f"Stopped. {_AGAIN}",
    End.SHUT_DOWN: f"The app is being restarted, so this was stopped. {_AGAIN}",
    End.OUT_OF_TIME: f"Discord lets this answer be changed for a quarter of an hour only. {_AGAIN}",
}
_MEDIA = {
    MediaReason.REFUSED: "Discord keeps this file on a host that the operator did not allow (setting "
    "`MEDIA_HOSTS`).",
    MediaReason.TOO_LARGE: "The file is larger than 10 MB. Split it and import the parts one after another.",
}

_running: dict[str, _Errand] = {}
"""The imports on their way in this process, by the keys of their buttons."""


class HaltButton(LastingButton, template=r"px:halt:(?P<key>[0-9a-f]{16})"):
    """Stops an import."""

    def __init__(self, key: str) -> None:
        super().__init__("Stop", f"px:halt:{key}", discord.ButtonStyle.danger)
        self._key = key

    async def press(self, interaction: discord.Interaction[App]) -> None:
        """Stop it, whichever worker is at it; the import itself says how far it came."""
        await interaction.response.defer()
        app, user_id = interaction.client, interaction.user.id
        if not await stop_errand(app.database, self._key, ErrandKind.IMPORT, app.clock(), user_id):
            raise InvalidInput(f"This import does not run any more. {_AGAIN}")
        errand = _running.get(self._key)
        if errand is not None and errand.app is app:
            errand.stop(End.STOPPED)


def stop_all(app: App) -> None:
    """Have every import of an app come to its end, since it is about to stop."""
    for errand in _running.values():
        if errand.app is app:
            errand.stop(End.SHUT_DOWN)


@app_commands.describe(graph="Name or id; the last one used")
@app_commands.autocomplete(graph=complete_graph)
async def export_graph(interaction: discord.Interaction[App], graph: str | None = None) -> None:
    """Hand the whole past of a graph out as a file."""
    await interaction.response.defer(ephemeral=True, thinking=True)
    async with open_habit(interaction, graph) as habit:
        history = await whole_history(habit.client, habit.graph.id, habit.today)
    days = [(pixel.date, pixel.quantity, pixel.optional_data) for pixel in history.pixels]
    data = await asyncio.to_thread(write_csv, days)
    is_bare = len(data) > interaction.filesize_limit
    if is_bare:
        data = await asyncio.to_thread(write_csv, [(day, quantity, None) for day, quantity, _ in days])
    card = export_card(
        habit.graph.id, name_of(habit), data, days=len(days), untold=history.untold, is_bare=is_bare
    )
    await answer(interaction, card)


@app_commands.describe(file="CSV: date, quantity", graph="Name or id; the last one used")
@app_commands.autocomplete(graph=complete_graph)
async def import_file(
    interaction: discord.Interaction[App], file: discord.Attachment, graph: str | None = None
) -> None:
    """Record the days of a file."""
    await interaction.response.defer(ephemeral=True, thinking=True)
    await _require_none_running(interaction)
    errand: _Errand | None = None
    try:
        async with open_habit(interaction, graph) as habit:
            sheet = await _read(interaction, file, habit)
            underway = await begin(interaction, ErrandKind.IMPORT)
            if underway is None:  # one may have begun while this one's file was read
                raise InvalidInput(_ONE_AT_A_TIME)
            errand = _Errand(interaction, habit, sheet, underway)
            card = await errand.run()
    except (ApiError, UserError) as error:
        if errand is None:
            raise
        _log.info("an import ended early: %s", type(error).__name__)
        why = explain(error) if isinstance(error, ApiError) else str(error)
        card = errand.report(f"{why} {_AGAIN}")
    await answer(interaction, card)


class _Errand:
    """One import, and the answer that shows it."""

    def __init__(
        self, interaction: discord.Interaction[App], habit: Habit, sheet: Sheet, underway: Underway
    ) -> None:
        self.app = interaction.client
        clock = self.app.clock
        self._interaction = interaction
        self._graph = name_of(habit)
        self._sheet = sheet
        self._import = Import(habit.client, habit.graph.id, sheet, clock, clock() + _SECONDS, self._show)
        self._clock = clock
        self._shown_at = -_BETWEEN_EDITS
        self._underway = underway

    async def run(self) -> Card:
        """Carry it out; return what came of it. Raises :class:`~bot.errors.ApiError`."""
        _running[self._underway.key] = self
        try:
            ending = await self._import.run()
        finally:
            del _running[self._underway.key]
            await end(self._underway)
        return self.report(_ENDINGS.get(ending))

    def stop(self, why: End) -> None:
        """Have it come to its end."""
        self._import.stop(why)

    def report(self, early: str | None) -> Card:
        """Tell how far it came; ``early`` is why it went no farther."""
        sheet = self._sheet
        return report_card(
            Report(
                self._progress(),
                sheet.bad,
                [(flaw.line, flaw.reason) for flaw in sheet.flaws],
                sheet.repeated,
                [day.isoformat() for day in self._import.refused],
                early,
            )
        )

    def _progress(self) -> Progress:
        return Progress(self._graph, self._import.recorded, self._import.total, self._import.unchanged)

    async def _show(self) -> None:
        if not await is_wanted(self._underway):
            self.stop(End.STOPPED)
        now = self._clock()
        if 0 <= now - self._shown_at < _BETWEEN_EDITS:
            return
        self._shown_at = now
        card = progress_card(self._progress(), [HaltButton(self._underway.key)])
        try:
            await self._interaction.edit_original_response(view=card)
        except discord.HTTPException as error:  # whoever dismissed it still wants the days
            _log.info("the progress of an import could not be shown (%s)", error.status)


async def _require_none_running(interaction: discord.Interaction[App]) -> None:
    """Raise :class:`~bot.errors.InvalidInput` where an import of whoever asks is on its way."""
    app = interaction.client
    if await is_under_way(app.database, interaction.user.id, ErrandKind.IMPORT, app.clock()):
        raise InvalidInput(_ONE_AT_A_TIME)


async def _read(interaction: discord.Interaction[App], file: discord.Attachment, habit: Habit) -> Sheet:
    if file.size > MOST_BYTES:
        raise InvalidInput(_MEDIA[MediaReason.TOO_LARGE])
    try:
        data = await interaction.client.media.read(file.url, most=MOST_BYTES)
    except MediaError as error:
        sentence = _MEDIA.get(error.reason, "The file could not be fetched from Discord. Attach it again.")
        raise InvalidInput(sentence) from None
    return await asyncio.to_thread(read_csv, data, habit.graph.type, habit.today)
