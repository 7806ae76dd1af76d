"""/pixela graph edit: a form with what a graph is, of which only what was changed is sent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

import discord
from discord import app_commands

from bot.api.pixela import (
    COLOURS,
    MOST_DESCRIPTION,
    Graph,
    GraphFields,
    GraphType,
    PixelaClient,
    check_description,
    check_timezone,
    check_words,
)
from bot.errors import InvalidInput, NotFound, Uncertain, UserError
from bot.report import answer
from bot.services import Service
from bot.storage.guilds import SHARED
from bot.ui.pixela.graphs import TYPES, Listed, graph_card
from bot.ui.sheets import ChoicePart, Sheet, TextPart
from cogs._drafts import Edit, open_edit
from cogs._in_time import in_time_for_a_form
from cogs.pixela.habit import complete_graph, open_habit, open_user

if TYPE_CHECKING:
    from bot.app import App

_SLOW = "Pixela takes too long to fill the form in. Nothing was changed; try again in a moment."
_WORDS: Mapping[str, str] = {
    "name": "name",
    "unit": "unit",
    "color": "colour",
    "timezone": "time zone",
    "description": "description",
}


class GraphEdit(Edit):
    """A graph; ``name`` is what options call it."""

    kind: ClassVar[str] = "pixela.graph"
    service: ClassVar[Service | None] = Service.PIXELA
    name: str
    type: GraphType

    def sheet(self) -> Sheet:
        """Return the form."""
        hint = f"Its id and its type ({TYPES[self.type]}) cannot be changed."
        parts = (
            TextPart("name", "Name", lambda text: check_words(text, "A graph's name"), 200, hint=hint),
            TextPart("unit", "Unit", lambda text: check_words(text, "A graph's unit"), 100),
            ChoicePart("color", "Colour", {name: word.capitalize() for name, word in COLOURS.items()}),
            TextPart("timezone", "Time zone", _timezone, 60, hint="By region and city, like Europe/Berlin."),
            TextPart("description", "Description", check_description, MOST_DESCRIPTION, long=True),
        )
        return Sheet(f"Change {self.name.removeprefix(SHARED)}"[:45], parts)

    async def save(self, interaction: discord.Interaction[App], changes: dict[str, Any]) -> None:
        """Send what was changed."""
        await _save(interaction, self.name, changes)


@app_commands.describe(graph="Name or id; the last one used")
@app_commands.autocomplete(graph=complete_graph)
async def edit(interaction: discord.Interaction[App], graph: str | None = None) -> None:
    """Open the form."""
    async with in_time_for_a_form(_SLOW), open_habit(interaction, graph, changing=True) as habit:
        name, found = habit.name, habit.graph
    await open_edit(interaction, GraphEdit(name=name, type=found.type), _fields(found))


def _fields(graph: Graph) -> dict[str, Any]:
    return {name: getattr(graph, name) for name in _WORDS} | {"timezone": graph.timezone or "UTC"}


def _timezone(text: str) -> str:
    return check_timezone(text.strip() or "UTC")


async def _save(interaction: discord.Interaction[App], name: str, changes: Mapping[str, Any]) -> None:
    shared = name.startswith(SHARED)
    graph_id = name.removeprefix(SHARED)
    async with open_user(interaction, shared=shared, changing=True) as client:
        try:
            confirmed = await _sent(client, graph_id, changes)
            graph = await client.graph(graph_id)
        except NotFound:
            raise InvalidInput(
                f"There is no graph `{graph_id}` any more, so nothing was changed. `/pixela graph list` "
                "shows those that there are."
            ) from None
    changed = ", ".join(_WORDS[key] for key in changes)
    done = f"✅ Changed: {changed}."
    if not confirmed:
        done = f"✅ Pixela did not confirm, but it went through. Changed: {changed}."
    await answer(interaction, graph_card(Listed(graph, client.username, shared), done))


async def _sent(client: PixelaClient, graph_id: str, changes: Mapping[str, Any]) -> bool:
    """Send what was changed; return whether Pixela confirmed, or False where it is seen to hold.

    Raises :class:`~bot.errors.UserError` where it does not hold.
    """
    try:
        await client.update_graph(graph_id, GraphFields(**changes))
    except Uncertain:
        graph = await client.graph(graph_id)
        if any(getattr(graph, key) != value for key, value in changes.items()):
            raise UserError(
                "Pixela did not confirm, and the graph is as it was so far. Send the change again: the same "
                "twice does no harm."
            ) from None
        return False
    return True
