"""/pixela graph list and /pixela streaks: all graphs, and how they stand."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, TypeVar

import discord

from bot.api.pixela import Graph, PixelaClient
from bot.connections import Scope
from bot.report import answer
from bot.ui.card import Card, Clickable
from bot.ui.lasting import LastingButton
from bot.ui.pixela.graphs import PAGE, Listed, Page, list_card
from bot.ui.pixela.streaks import Standing, streaks_card
from cogs._place import scope_of
from cogs.pixela.past import standing_of
from cogs.pixela.shelf import every_graph
from cogs.pixela.whose import OWNER, require_owner

if TYPE_CHECKING:
    from bot.app import App

T = TypeVar("T")
_FRESH = 60.0
"""Seconds that pages are turned of what was looked at: each look reads a year of every graph."""
_MOST = 100
_looked_at: OrderedDict[Scope, tuple[float, Sequence[Standing], Sequence[str]]] = OrderedDict()
"""How the graphs stood, by who looked where; another worker looks itself."""
_Show = Callable[[discord.Interaction["App"], int], Awaitable[Card]]


class TurnButton(
    LastingButton,
    template=rf"px:turn:(?P<what>list|streaks):{OWNER}:(?P<page>[0-9]{{1,4}}):(?P<way>back|next)",
):
    """Turns the pages of a list. ``way`` keeps the custom ids of one message apart."""

    def __init__(self, what: str, owner: str, page: str, way: str) -> None:
        super().__init__("← Back" if way == "back" else "Next →", f"px:turn:{what}:{owner}:{page}:{way}")
        self._show = _PAGES[what]
        self._owner = int(owner)
        self._page = int(page)

    async def press(self, interaction: discord.Interaction[App]) -> None:
        """Show the page."""
        require_owner(interaction, self._owner)
        await interaction.response.defer()
        await interaction.edit_original_response(view=await self._show(interaction, self._page))


async def list_graphs(interaction: discord.Interaction[App]) -> None:
    """List the graphs."""
    await interaction.response.defer(ephemeral=True, thinking=True)
    await answer(interaction, await _list(interaction, 0))


async def streaks(interaction: discord.Interaction[App]) -> None:
    """Show how the graphs stand, the longest current streak first."""
    await interaction.response.defer(ephemeral=True, thinking=True)
    _looked_at.pop(scope_of(interaction), None)
    await answer(interaction, await _streaks(interaction, 0))


async def _list(interaction: discord.Interaction[App], number: int) -> Card:
    async def look(client: PixelaClient, graph: Graph, shared: bool) -> Listed:
        return Listed(graph, client.username, shared)

    found, notes = await every_graph(interaction, look)
    shown, page = _page(found, number)
    return list_card(shown, page, notes, _turners("list", interaction.user.id, page))


async def _streaks(interaction: discord.Interaction[App], number: int) -> Card:
    standings, notes = await _standings(interaction)
    shown, page = _page(standings, number)
    return streaks_card(shown, page, notes, _turners("streaks", interaction.user.id, page))


async def _standings(interaction: discord.Interaction[App]) -> tuple[Sequence[Standing], Sequence[str]]:
    """Return how all graphs stand, and what could not be looked at; as it was a moment ago, if need be."""
    app, scope = interaction.client, scope_of(interaction)
    kept = _looked_at.get(scope)
    if kept is not None and 0 <= app.clock() - kept[0] < _FRESH:
        return kept[1], kept[2]
    now = datetime.fromtimestamp(app.clock(), UTC)

    async def look(client: PixelaClient, graph: Graph, shared: bool) -> Standing:
        return await standing_of(client, graph, now, shared=shared)

    found, notes = await every_graph(interaction, look)
    ordered = sorted(found, key=lambda each: each.rank)
    _looked_at[scope] = app.clock(), ordered, notes
    if len(_looked_at) > _MOST:
        _looked_at.popitem(last=False)
    return ordered, notes


_PAGES: Mapping[str, _Show] = {"list": _list, "streaks": _streaks}


def _page(found: Sequence[T], number: int) -> tuple[Sequence[T], Page]:
    """Return what is on a page; a list that became shorter has its last one."""
    count = -(-len(found) // PAGE)
    number = min(number, count - 1)
    return found[number * PAGE : (number + 1) * PAGE], Page(number, count)


def _turners(what: str, owner: int, page: Page) -> Sequence[Clickable]:
    buttons: list[Clickable] = []
    if page.number > 0:
        buttons.append(TurnButton(what, str(owner), str(page.number - 1), "back"))
    if page.number + 1 < page.count:
        buttons.append(TurnButton(what, str(owner), str(page.number + 1), "next"))
    return buttons
