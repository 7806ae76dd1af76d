"""/pixela pixel: what the days of a graph hold."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, cast

import discord
from discord import app_commands

from bot.api.pixela import Quantity, day_text, parse_day, parse_quantity
from bot.errors import InvalidInput, NotFound
from bot.report import answer
from bot.ui.card import Card, Clickable, note
from bot.ui.lasting import LastingButton
from bot.ui.pixela.pixels import ask_day_deletion_card, day_card, day_words, days_card, recorded_card
from cogs.pixela.habit import GRAPH, Habit, complete_graph, open_habit
from cogs.pixela.recording import Change, adding, deleting, look, record, setting, stepping, subtracting

if TYPE_CHECKING:
    from bot.app import App

_PAGE = 31
"""Days on a page of the list."""
_DAY = r"(?P<day>[12][0-9]{7})"
_WHICH = "Name or id; the last one used"
_WHEN = "2026-11-20, today or yesterday"


class DaysButton(LastingButton, template=rf"px:days:{GRAPH}:{_DAY}:(?P<place>older|newer)"):
    """Turns the pages of a list of days. ``day`` is the last one of the page to show."""

    def __init__(self, graph: str, day: str, place: str) -> None:
        label = "← Older" if place == "older" else "Newer →"
        super().__init__(label, f"px:days:{graph}:{day}:{place}")
        self._graph = graph
        self._day = day

    async def press(self, interaction: discord.Interaction[App]) -> None:
        """Show the page."""
        await interaction.response.defer()
        async with open_habit(interaction, self._graph) as habit:
            card = await _page(habit, parse_day(self._day, habit.today))
        await interaction.edit_original_response(view=card)


class DeleteDayButton(LastingButton, template=rf"px:drop:{GRAPH}:{_DAY}"):
    """Deletes a day's pixel."""

    def __init__(self, graph: str, day: str) -> None:
        super().__init__("Delete it", f"px:drop:{graph}:{day}", discord.ButtonStyle.danger)
        self._graph = graph
        self._day = day

    async def press(self, interaction: discord.Interaction[App]) -> None:
        """Delete it."""
        await interaction.response.defer()
        async with open_habit(interaction, self._graph) as habit:
            card = await _deleted(habit, parse_day(self._day, habit.today))
        await interaction.edit_original_response(view=card)


class KeepDayButton(LastingButton, template=r"px:keep"):
    """Goes back without deleting."""

    def __init__(self) -> None:
        super().__init__("Keep it", "px:keep")

    async def press(self, interaction: discord.Interaction[App]) -> None:
        """Say that nothing happened."""
        await interaction.response.edit_message(view=note("Nothing was deleted."))


def _writing(
    name: str, description: str, plan: Callable[[Habit, Quantity, date], Change]
) -> app_commands.Command[Any, ..., None]:
    """Return a command that writes a quantity to a day, and shows what the day holds."""

    @app_commands.command(name=name, description=description)
    @app_commands.describe(quantity="How much", graph=_WHICH, date=_WHEN)
    @app_commands.autocomplete(graph=complete_graph)
    async def write(
        interaction: discord.Interaction[App],
        quantity: str,
        graph: str | None = None,
        date: str | None = None,
    ) -> None:
        await _write(interaction, graph, _of_day(plan, quantity, date))

    return cast("app_commands.Command[Any, ..., None]", write)


class PixelaPixels(app_commands.Group):
    """The commands of /pixela pixel."""

    def __init__(self) -> None:
        super().__init__(name="pixel", description="What the days of a graph hold")
        self.add_command(_writing("set", "Set what a day holds", setting))
        self.add_command(_writing("add", "Add to a day", adding))
        self.add_command(_writing("subtract", "Subtract from a day", subtracting))

    @app_commands.command(description="Add 1 (or 0.01) to today")
    @app_commands.describe(graph=_WHICH)
    @app_commands.autocomplete(graph=complete_graph)
    async def increment(self, interaction: discord.Interaction[App], graph: str | None = None) -> None:
        """Add a step to today, and show what it holds."""
        await _write(interaction, graph, stepping)

    @app_commands.command(description="Take 1 (or 0.01) from today")
    @app_commands.describe(graph=_WHICH)
    @app_commands.autocomplete(graph=complete_graph)
    async def decrement(self, interaction: discord.Interaction[App], graph: str | None = None) -> None:
        """Take a step from today, and show what it holds."""
        await _write(interaction, graph, lambda habit: stepping(habit, down=True))

    @app_commands.command(description="Show what a day holds")
    @app_commands.describe(graph=_WHICH, date=_WHEN)
    @app_commands.autocomplete(graph=complete_graph)
    async def get(
        self, interaction: discord.Interaction[App], graph: str | None = None, date: str | None = None
    ) -> None:
        """Show a day."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        async with open_habit(interaction, graph) as habit:
            day = _day(habit, date)
            card = day_card(habit.graph, day, habit.today, await look(habit, day))
        await answer(interaction, card)

    @app_commands.command(description="List the days of a month")
    @app_commands.describe(graph=_WHICH, date="The last day of the list; today")
    @app_commands.autocomplete(graph=complete_graph)
    async def list(
        self, interaction: discord.Interaction[App], graph: str | None = None, date: str | None = None
    ) -> None:
        """List the 31 days up to a day."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        async with open_habit(interaction, graph) as habit:
            card = await _page(habit, _day(habit, date))
        await answer(interaction, card)

    @app_commands.command(description="Delete what a day holds")
    @app_commands.describe(graph=_WHICH, date=_WHEN)
    @app_commands.autocomplete(graph=complete_graph)
    async def delete(
        self, interaction: discord.Interaction[App], graph: str | None = None, date: str | None = None
    ) -> None:
        """Ask, then delete."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        async with open_habit(interaction, graph) as habit:
            card = await _ask(habit, _day(habit, date))
        await answer(interaction, card)


async def _write(
    interaction: discord.Interaction[App], graph: str | None, plan: Callable[[Habit], Change]
) -> None:
    await interaction.response.defer(ephemeral=True, thinking=True)
    async with open_habit(interaction, graph) as habit:
        recorded = await record(habit, plan(habit))
    await answer(interaction, recorded_card(recorded))


def _of_day(
    plan: Callable[[Habit, Quantity, date], Change], quantity: str, day: str | None
) -> Callable[[Habit], Change]:
    """Return what reads a quantity and a day as the graph takes them, and plans with them."""
    return lambda habit: plan(habit, parse_quantity(quantity, habit.graph.type), _day(habit, day))


def _day(habit: Habit, text: str | None) -> date:
    return habit.today if text is None else parse_day(text, habit.today)


async def _page(habit: Habit, last: date) -> Card:
    first = last - timedelta(days=_PAGE - 1)
    pixels = await habit.client.pixels(habit.graph.id, first, last)
    return days_card(habit.graph, (first, last), pixels, _turners(habit, last))


def _turners(habit: Habit, last: date) -> list[Clickable]:
    page = timedelta(days=_PAGE)
    buttons: list[Clickable] = [DaysButton(habit.name, day_text(last - page), "older")]
    if last < habit.today:
        newer = min(last + page, habit.today)
        buttons.append(DaysButton(habit.name, day_text(newer), "newer"))
    return buttons


async def _ask(habit: Habit, day: date) -> Card:
    pixel = await habit.client.find_pixel(habit.graph.id, day)
    if pixel is None:
        raise _nothing(habit, day)
    buttons: list[Clickable] = [DeleteDayButton(habit.name, day_text(day)), KeepDayButton()]
    return ask_day_deletion_card(habit.graph, day, habit.today, pixel, buttons)


async def _deleted(habit: Habit, day: date) -> Card:
    try:
        return recorded_card(await record(habit, deleting(habit, day)))
    except NotFound:
        raise _nothing(habit, day) from None


def _nothing(habit: Habit, day: date) -> InvalidInput:
    return InvalidInput(f"{day_words(day, habit.today)} holds nothing, so there is nothing to delete.")
