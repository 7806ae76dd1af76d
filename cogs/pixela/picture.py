"""/pixela graph show: a graph with its picture, and the buttons under it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, TypeAlias

import discord
from discord import app_commands

from bot.api.pixela import Mode, Quantity, Sight, parse_quantity, read_svg
from bot.errors import ApiError, InvalidInput, Uncertain
from bot.report import answer, report
from bot.services import Service
from bot.storage.guilds import SHARED
from bot.ui.card import Card, Clickable, note, warning
from bot.ui.forms import Form, text_field
from bot.ui.given import Given
from bot.ui.heatmap import alt_text, draw_heatmap
from bot.ui.lasting import LastingButton
from bot.ui.pixela.streaks import picture_card
from cogs._place import scope_of
from cogs.pixela.habit import GRAPH, Habit, complete_graph, open_habit, require_recorder
from cogs.pixela.past import Days, stand, year_of
from cogs.pixela.whose import OWNER, Belonging

if TYPE_CHECKING:
    from bot.app import App

Change: TypeAlias = Callable[[Habit], Awaitable[None]]

MODES = {"full": Mode.FULL, "short": Mode.SHORT, "line": Mode.LINE, "badge": Mode.BADGE}
_LABELS = {"full": "A year", "short": "90 days", "line": "90 days as a line", "badge": "7 weeks as a badge"}
_LINE_DAYS = 90
_MODE = r"(?P<mode>full|short|line|badge)"
_STEPPING = "Each look at Pixela's own picture would count a step on this graph, so this one is made here."
_UNSEEN = "It was recorded, but the graph could not be looked at afterwards. Press Refresh in a moment."


class StepButton(LastingButton, template=rf"px:step:{OWNER}:{GRAPH}:{_MODE}:(?P<way>up|down)"):
    """Adds 1 to today, or takes it away."""

    def __init__(self, owner: str, graph: str, mode: str, way: str) -> None:
        style = discord.ButtonStyle.primary if way == "up" else discord.ButtonStyle.secondary
        super().__init__(
            "+1" if way == "up" else "\N{MINUS SIGN}1", f"px:step:{owner}:{graph}:{mode}:{way}", style
        )
        self._whose = Belonging(int(owner), graph)
        self._mode = mode
        self._by = Decimal(1 if way == "up" else -1)

    async def press(self, interaction: discord.Interaction[App]) -> None:
        """Count, and draw the card anew."""

        async def step(habit: Habit) -> None:
            await _add(habit, Quantity(self._by, habit.graph.type))

        await _redraw(interaction, self._whose, self._mode, step)


class AmountButton(LastingButton, template=rf"px:amount:{OWNER}:{GRAPH}:{_MODE}"):
    """Asks how much to add to today, or to take away."""

    def __init__(self, owner: str, graph: str, mode: str) -> None:
        super().__init__("± …", f"px:amount:{owner}:{graph}:{mode}")
        self._whose = Belonging(int(owner), graph)
        self._mode = mode

    async def press(self, interaction: discord.Interaction[App]) -> None:
        """Open the form."""
        await _check(interaction, self._whose)
        await interaction.response.send_modal(
            AmountForm(str(self._whose.owner), self._whose.graph, self._mode)
        )


class RefreshButton(LastingButton, template=rf"px:redraw:{OWNER}:{GRAPH}:{_MODE}"):
    """Draws the card anew."""

    def __init__(self, owner: str, graph: str, mode: str) -> None:
        super().__init__("Refresh", f"px:redraw:{owner}:{graph}:{mode}")
        self._whose = Belonging(int(owner), graph)
        self._mode = mode

    async def press(self, interaction: discord.Interaction[App]) -> None:
        """Look again."""
        await _redraw(interaction, self._whose, self._mode)


@app_commands.describe(graph="Name or id; the last one used", mode="What to draw; a year")
@app_commands.autocomplete(graph=complete_graph)
@app_commands.choices(mode=[app_commands.Choice(name=label, value=mode) for mode, label in _LABELS.items()])
async def show(interaction: discord.Interaction[App], graph: str | None = None, mode: str = "full") -> None:
    """Show a graph with its picture: one's own to the person alone, the server's to everybody."""
    if mode not in MODES:
        raise InvalidInput(f"Pixela draws a graph as {', '.join(f'`{known}`' for known in MODES)}: pick one.")
    await interaction.response.defer(ephemeral=True, thinking=True)
    async with open_habit(interaction, graph) as habit:
        card = await _card(habit, Belonging.of(interaction, habit.name), mode)
    if not habit.is_shared:
        await answer(interaction, card)
        return
    # What was promised to one person cannot be shown to all: the card follows as a message.
    await answer(interaction, note("Shown below, to everybody."))
    await interaction.followup.send(view=card, files=card.files())


async def _redraw(
    interaction: discord.Interaction[App], whose: Belonging, mode: str, change: Change | None = None
) -> None:
    """Change what today holds, and draw the card anew."""
    await _check(interaction, whose)
    await interaction.response.defer()
    doubt: Uncertain | None = None
    async with open_habit(interaction, whose.graph) as habit:
        try:
            if change is not None:
                await change(habit)
        except Uncertain as error:
            doubt = error
        card = await _card_afterwards(habit, whose, mode, changed=change is not None)
    if card is not None:
        await interaction.edit_original_response(view=card, attachments=card.files())
    if doubt is not None:
        await report(interaction, doubt)
    elif card is None:
        await answer(interaction, warning(_UNSEEN))


async def _card_afterwards(habit: Habit, whose: Belonging, mode: str, *, changed: bool) -> Card | None:
    """Return the card; None where something was changed and it cannot be had, since that is done."""
    try:
        return await _card(habit, whose, mode)
    except ApiError:
        if not changed:
            raise
        return None


async def _check(interaction: discord.Interaction[App], whose: Belonging) -> None:
    whose.check(interaction)
    if whose.is_shared:
        await require_recorder(interaction)
    else:
        await interaction.client.connections.require_pixela(scope_of(interaction))


async def _card(habit: Habit, whose: Belonging, mode: str) -> Card:
    client, graph, today = habit.client, habit.graph, habit.today
    looking = asyncio.create_task(_sight(habit, MODES[mode]))
    try:
        year = await year_of(client, graph, today)
        sight = await looking
    finally:
        looking.cancel()
    standing = await stand(client, graph, year, today, shared=habit.is_shared)
    picture = None
    if sight is not None:
        shown = _recent(year, today) if MODES[mode] is Mode.LINE else year
        png = await draw_heatmap(sight, graph, shown, today=today, mode=MODES[mode])
        picture = png, alt_text(graph, year, today=today, streaks=standing.tally)
    told = _STEPPING if graph.is_self_sufficient else None
    return picture_card(standing, picture, _buttons(whose, mode), note=told)


def _recent(year: Days, today: date) -> Days:
    """Return the days that a line goes back, which a year of would be a thicket."""
    return {day: amount for day, amount in year.items() if (today - day).days < _LINE_DAYS}


async def _sight(habit: Habit, mode: Mode) -> Sight | None:
    """Return what Pixela's picture shows, None where it cannot be had or is none.

    A badge is drawn of the days alone, and so is a graph whose picture counts those who look at it.
    """
    if mode is Mode.BADGE or habit.graph.is_self_sufficient:
        return Sight()
    try:
        return read_svg(await habit.client.svg(habit.graph.id, mode, dark=True))
    except ApiError:
        return None


def _buttons(whose: Belonging, mode: str) -> list[Clickable]:
    owner, graph = str(whose.owner), whose.graph
    return [
        StepButton(owner, graph, mode, "up"),
        StepButton(owner, graph, mode, "down"),
        AmountButton(owner, graph, mode),
        RefreshButton(owner, graph, mode),
    ]


class AmountForm(Form, template=rf"pixela:amount:{OWNER}:{GRAPH}:{_MODE}", service=Service.PIXELA):
    """Asks how much."""

    def __init__(self, owner: str, graph: str, mode: str) -> None:
        label = text_field(
            "quantity",
            "How much",
            hint="It is added to today; with a minus before it, it is taken away.",
            placeholder="5 or -2",
            lengths=(1, 40),
        )
        super().__init__(
            f"Add to {graph.removeprefix(SHARED)}", f"pixela:amount:{owner}:{graph}:{mode}", label
        )
        self._whose = Belonging(int(owner), graph)
        self._mode = mode

    async def submit(self, interaction: discord.Interaction[App], given: Given) -> None:
        """Count, and draw the card anew."""

        async def change(habit: Habit) -> None:
            await _add(habit, parse_quantity(given.text("quantity"), habit.graph.type))

        await _redraw(interaction, self._whose, self._mode, change)


async def _add(habit: Habit, quantity: Quantity) -> None:
    if not quantity.value:
        raise InvalidInput("Adding 0 changes nothing, so nothing was recorded.")
    if quantity.value > 0:
        await habit.client.add(habit.graph.id, quantity, habit.today)
    else:
        await habit.client.subtract(habit.graph.id, Quantity(-quantity.value, quantity.kind), habit.today)
