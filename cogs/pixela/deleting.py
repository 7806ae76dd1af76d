"""/pixela graph delete: a graph with all that it holds, once that was confirmed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import discord
from discord import app_commands

from bot.api.pixela import PixelaClient
from bot.errors import NotFound, Uncertain
from bot.report import answer
from bot.storage.guilds import SHARED
from bot.ui.card import Clickable, note
from bot.ui.lasting import LastingButton
from bot.ui.pixela.graphs import Listed, ask_deletion_card
from bot.ui.text import code
from cogs.pixela.habit import GRAPH, complete_graph, open_habit, open_user
from cogs.pixela.whose import OWNER, require_owner

if TYPE_CHECKING:
    from bot.app import App


class DeleteGraphButton(LastingButton, template=rf"px:gone:{OWNER}:{GRAPH}"):
    """Deletes a graph."""

    def __init__(self, owner: str, graph: str) -> None:
        super().__init__("Delete for good", f"px:gone:{owner}:{graph}", discord.ButtonStyle.danger)
        self._owner = int(owner)
        self._shared = graph.startswith(SHARED)
        self._graph = graph.removeprefix(SHARED)

    async def press(self, interaction: discord.Interaction[App]) -> None:
        """Delete it."""
        require_owner(interaction, self._owner)
        await interaction.response.defer()
        async with open_user(interaction, shared=self._shared, changing=True) as client:
            done = await _delete(client, self._graph)
        await interaction.edit_original_response(view=note(done))


class KeepGraphButton(LastingButton, template=r"px:stay"):
    """Goes back without deleting."""

    def __init__(self) -> None:
        super().__init__("Keep it", "px:stay")

    async def press(self, interaction: discord.Interaction[App]) -> None:
        """Say that nothing happened."""
        await interaction.response.edit_message(view=note("Nothing was deleted."))


@app_commands.describe(graph="Name or id")
@app_commands.autocomplete(graph=complete_graph)
async def delete(interaction: discord.Interaction[App], graph: str) -> None:
    """Ask whether a graph shall be deleted."""
    await interaction.response.defer(ephemeral=True, thinking=True)
    async with open_habit(interaction, graph, changing=True) as habit:
        stats = await habit.client.stats(habit.graph.id)
        listed = Listed(habit.graph, habit.client.username, habit.is_shared)
    owner = str(interaction.user.id)
    buttons: list[Clickable] = [DeleteGraphButton(owner, habit.name), KeepGraphButton()]
    await answer(interaction, ask_deletion_card(listed, stats.total_pixels_count, buttons))


async def _delete(client: PixelaClient, graph_id: str) -> str:
    """Delete a graph, and return what to say. Raises :class:`~bot.errors.ApiError`."""
    try:
        await client.delete_graph(graph_id)
    except NotFound:
        return f"There was no graph {code(graph_id)} any more."
    except Uncertain:
        if any(graph.id == graph_id for graph in await client.graphs()):
            raise
        return f"Pixela did not confirm, but the graph {code(graph_id)} is gone."
    return f"The graph {code(graph_id)} was deleted."
