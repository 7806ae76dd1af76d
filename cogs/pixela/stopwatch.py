"""/pixela stopwatch: minutes counted by Pixela itself."""

from __future__ import annotations

import secrets
from decimal import Decimal
from typing import TYPE_CHECKING

import discord
from discord import app_commands

from bot.api.pixela import Pixel, Stopwatch
from bot.errors import Uncertain
from bot.report import answer
from bot.ui.card import Card
from bot.ui.lasting import LastingButton
from bot.ui.pixela.pixels import Outcome, Recorded, running_card, stopped_card, unknown_stopwatch_card
from cogs._errands import pressed_once
from cogs.pixela.habit import GRAPH, Habit, complete_graph, open_habit
from cogs.pixela.recording import look_again

if TYPE_CHECKING:
    from bot.app import App

_ONCE = "Stop was pressed here already. `/pixela stopwatch` starts it anew."


class StopButton(LastingButton, template=rf"px:stop:{GRAPH}:(?P<key>[0-9a-f]{{16}})"):
    """Stops a stopwatch. Pixela knows one call alone, which starts what does not run.

    ``key`` tells this button from every other.
    """

    def __init__(self, graph: str, key: str | None = None) -> None:
        self._graph = graph
        self._key = key or secrets.token_hex(8)
        super().__init__("Stop", f"px:stop:{graph}:{self._key}", discord.ButtonStyle.danger)

    async def press(self, interaction: discord.Interaction[App]) -> None:
        """Stop it, once: pressed twice in a row, the second press would start the stopwatch."""
        await interaction.response.defer()
        async with pressed_once(interaction, self._key, _ONCE), open_habit(interaction, self._graph) as habit:
            card = await _press(habit, stopping=True)
        await interaction.edit_original_response(view=card)


@app_commands.describe(graph="Name or id; the last one used")
@app_commands.autocomplete(graph=complete_graph)
async def stopwatch(interaction: discord.Interaction[App], graph: str | None = None) -> None:
    """Press the graph's stopwatch, and tell whether it runs."""
    await interaction.response.defer(ephemeral=True, thinking=True)
    async with open_habit(interaction, graph) as habit:
        card = await _press(habit, stopping=False)
    await answer(interaction, card)


async def _press(habit: Habit, *, stopping: bool) -> Card:
    day = habit.today
    before = await habit.client.find_pixel(habit.graph.id, day)
    confirmed = True
    told = Stopwatch()
    try:
        told = await habit.client.stopwatch(habit.graph.id)
    except Uncertain:
        confirmed = False
    if told.is_running:
        return running_card(habit.graph, [StopButton(habit.name)], by_stop=stopping)
    after = await look_again(habit, day)
    # A stop always leaves its trace in the day's data, a start never does.
    changed = after is not None and _contents(after.pixel) != _contents(before)
    if told.is_running is None and not changed:
        return unknown_stopwatch_card(habit.graph, [StopButton(habit.name)])
    recorded = Recorded(habit.graph, day, habit.today, Outcome.DONE, confirmed, before, after)
    return stopped_card(recorded, told.minutes)


def _contents(pixel: Pixel | None) -> tuple[Decimal, str | None] | None:
    return None if pixel is None else (pixel.quantity, pixel.optional_data)
