"""/pixela graph: what graphs there are and what they are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import discord
from discord import app_commands

from bot.api.pixela import COLOURS, Graph, GraphFields, PixelaClient, check_graph_id, check_type, tally
from bot.errors import ApiError, Conflict, Uncertain, UserError
from bot.report import answer
from bot.storage.guilds import SHARED
from bot.ui.pixela.graphs import TYPES, Figures, Listed, graph_card, stats_card
from cogs._place import scope_of
from cogs.pixela.deleting import delete
from cogs.pixela.editing import edit
from cogs.pixela.habit import complete_graph, open_habit, open_user
from cogs.pixela.past import whole_past_of
from cogs.pixela.picture import show
from cogs.pixela.streaks import list_graphs
from cogs.pixela.zones import complete_timezone

if TYPE_CHECKING:
    from bot.app import App

_TYPES = [app_commands.Choice(name=words, value=kind.value) for kind, words in TYPES.items()]
_COLOURS = [app_commands.Choice(name=word, value=name) for name, word in COLOURS.items()]


@app_commands.rename(graph_id="id", kind="type")
@app_commands.describe(
    graph_id="2-17 of a-z, 0-9 and -, a letter first",
    name="What it is called",
    unit="What it counts: pages, km, minutes",
    kind="It cannot be changed later",
    color="Its colour",
    timezone="When its days begin; UTC",
    description="What it is about",
)
@app_commands.choices(kind=_TYPES, color=_COLOURS)
@app_commands.autocomplete(timezone=complete_timezone)
async def create(
    interaction: discord.Interaction[App],
    graph_id: str,
    name: str,
    unit: str,
    kind: str,
    color: str,
    timezone: str | None = None,
    description: str | None = None,
) -> None:
    """Create a graph, with ``server:`` before the id one of the server's."""
    await interaction.response.defer(ephemeral=True, thinking=True)
    shared = graph_id.strip().startswith(SHARED)
    bare = check_graph_id(graph_id.strip().removeprefix(SHARED))
    fields = GraphFields(name=name, unit=unit, color=color, timezone=timezone, description=description)
    async with open_user(interaction, shared=shared, changing=True) as client:
        confirmed = await _created(client, bare, kind, fields)
        graph = await _seen(client, bare, kind, fields)
    scope = scope_of(interaction)
    full = f"{SHARED}{bare}" if shared else bare
    await interaction.client.guild_rows.note_last_graph(scope.guild_id, scope.user_id, full)
    done = "✅ The graph is ready." if confirmed else "✅ Pixela did not confirm, but the graph is there."
    use = "`/pixela pixel add` records on it, `/pixela graph show` shows it."
    await answer(interaction, graph_card(Listed(graph, client.username, shared), f"{done} {use}"))


@app_commands.describe(graph="Name or id; the last one used")
@app_commands.autocomplete(graph=complete_graph)
async def stats(interaction: discord.Interaction[App], graph: str | None = None) -> None:
    """Show a graph in figures."""
    await interaction.response.defer(ephemeral=True, thinking=True)
    async with open_habit(interaction, graph) as habit:
        client, found, today = habit.client, habit.graph, habit.today
        told = await client.stats(found.id)
        days, since = await whole_past_of(client, found, today, told.total_pixels_count)
    figures = Figures(told, tally(days, today), None if since is None else since.isoformat())
    await answer(interaction, stats_card(Listed(found, client.username, habit.is_shared), figures))


def graph_group() -> app_commands.Group:
    """Return the commands of /pixela graph."""
    group = app_commands.Group(name="graph", description="Your habit graphs")
    commands: Sequence[app_commands.Command[Any, ..., None]] = (
        app_commands.Command(name="create", description="Create a graph", callback=create),
        app_commands.Command(name="list", description="Your graphs, and the server's", callback=list_graphs),
        app_commands.Command(name="show", description="A graph with its picture", callback=show),
        app_commands.Command(name="edit", description="Change a graph", callback=edit),
        app_commands.Command(name="stats", description="A graph in figures", callback=stats),
        app_commands.Command(name="delete", description="Delete a graph", callback=delete),
    )
    for command in commands:
        group.add_command(command)
    return group


async def _created(client: PixelaClient, graph_id: str, kind: str, fields: GraphFields) -> bool:
    """Create a graph; return whether Pixela confirmed, or False where it is there all the same.

    Raises :class:`~bot.errors.ApiError` and :class:`~bot.errors.UserError`.
    """
    try:
        await client.create_graph(graph_id, check_type(kind), fields)
    except Conflict:
        raise UserError(
            f"There is a graph `{graph_id}` already. Choose another id, or change that one with "
            "`/pixela graph edit`."
        ) from None
    except Uncertain:
        if not await _is_there(client, graph_id, fields):
            raise
        return False
    return True


async def _is_there(client: PixelaClient, graph_id: str, fields: GraphFields) -> bool:
    """Say whether there is a graph as it was to be; another one may have had the id before."""
    wanted = fields.body()
    told = ("name", "unit", "color")
    return any(
        graph.id == graph_id and all(getattr(graph, key) == wanted[key] for key in told)
        for graph in await client.graphs()
    )


async def _seen(client: PixelaClient, graph_id: str, kind: str, fields: GraphFields) -> Graph:
    """Return the new graph as Pixela has it, as it was asked for where that cannot be looked at."""
    try:
        return await client.graph(graph_id)
    except ApiError:
        return Graph.model_validate({"id": graph_id, "type": kind, **fields.body()})
