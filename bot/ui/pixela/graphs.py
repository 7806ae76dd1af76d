"""Cards of graphs themselves: which there are, what they are, what they hold in all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.api.pixela import COLOURS, Graph, GraphType, Stats, Streak, Tally
from bot.ui.card import Card, Clickable
from bot.ui.graphlook import strong
from bot.ui.pixela.pixels import quantity_text, streak_line
from bot.ui.text import code, plain

PAGE = 8
"""Graphs on a page of a list."""
TYPES: Mapping[GraphType, str] = {GraphType.INT: "whole numbers", GraphType.FLOAT: "decimals"}

_NAME = 60


@dataclass(frozen=True, slots=True)
class Listed:
    """A graph in a list: whose it is at Pixela, and whether that is the server's user."""

    graph: Graph
    username: str
    shared: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """A page of a list, counted from 0, and how many there are."""

    number: int
    count: int

    @property
    def note(self) -> str | None:
        """Where in the list it is; None where it is all of it."""
        return f"Page {self.number + 1} of {self.count}" if self.count > 1 else None


def page_link(username: str, graph_id: str) -> str:
    """Return the address of a graph's own page."""
    return f"https://pixe.la/v1/users/{username}/graphs/{graph_id}.html"


def title_of(graph: Graph) -> str:
    """Return what a graph is called."""
    return plain(graph.name, _NAME) or code(graph.id)


def facts_of(listed: Listed) -> str:
    """Return in one line what a graph is."""
    graph = listed.graph
    whose = "server:" if listed.shared else ""
    unit = plain(graph.unit, 30) or "no unit"
    zone = plain(graph.timezone, 40) or "UTC"
    link = f"[pixe.la]({page_link(listed.username, graph.id)})"
    return " · ".join((code(f"{whose}{graph.id}"), unit, TYPES[graph.type], zone, link))


def list_card(
    shown: Sequence[Listed], page: Page, notes: Sequence[str], buttons: Sequence[Clickable]
) -> Card:
    """List graphs, one's own and below them the server's."""
    card = Card("Graphs")
    for heading, shared in (("Yours", False), ("This server's", True)):
        entries = [
            f"**{title_of(each.graph)}**\n-# {facts_of(each)}" for each in shown if each.shared is shared
        ]
        if entries:
            card.text("\n".join([f"__{heading}__", *entries]))
    return _foot(card, page, notes).buttons(buttons)


def graph_card(listed: Listed, done: str) -> Card:
    """Show what a graph is, and what was done to it."""
    graph = listed.graph
    description = plain(graph.description, 300) or None
    card = Card(title_of(graph), colour=strong(graph)).lines(done, description)
    return card.small(f"{facts_of(listed)} · {COLOURS.get(graph.color, plain(graph.color, 20))}")


@dataclass(frozen=True, slots=True)
class Figures:
    """A graph in figures: those that Pixela tells, and what follows from its days."""

    stats: Stats
    tally: Tally
    since: str | None = None
    """From when on days were looked at, where those before were not."""


def stats_card(listed: Listed, figures: Figures) -> Card:
    """Show a graph in figures."""
    graph, stats, tally = listed.graph, figures.stats, figures.tally
    card = Card(title_of(graph), colour=strong(graph))
    if not stats.total_pixels_count:
        return card.text("Nothing is recorded yet. `/pixela pixel add` begins.").small(facts_of(listed))
    days = count(stats.total_pixels_count, "day")
    card.lines(
        f"**Total** {quantity_text(graph, stats.total_quantity)} on {days}",
        f"**Average** {quantity_text(graph, stats.avg_quantity)} a day with an entry",
        f"**Best day** {quantity_text(graph, stats.max_quantity)}{_on(stats.max_date)}",
        f"**Lowest** {quantity_text(graph, stats.min_quantity)}{_on(stats.min_date)}",
    ).lines(
        f"**Today** {quantity_text(graph, stats.todays_quantity)}",
        f"**Yesterday** {quantity_text(graph, stats.yesterday_quantity)}",
    ).lines(streak_line(tally), longest_line(tally.longest))
    if figures.since is not None:
        card.small(f"Streaks are those since {figures.since}.")
    return card.small(facts_of(listed))


def ask_deletion_card(listed: Listed, pixels: int, buttons: Sequence[Clickable]) -> Card:
    """Ask whether a graph shall really go."""
    graph = listed.graph
    held = "It holds nothing yet. It is deleted at Pixela, for good."
    if pixels:
        held = f"Its {count(pixels, 'pixel')} and its webhooks go with it at Pixela, for good. "
        held += "`/pixela export` keeps a copy."
    card = Card(f"Delete {title_of(graph)}?", colour=strong(graph)).text(held)
    return card.small(facts_of(listed)).buttons(buttons)


def longest_line(longest: Streak | None) -> str | None:
    """Say how long the longest streak was, and when."""
    if longest is None:
        return None
    span = longest.first.isoformat()
    if longest.length > 1:
        span += f" to {longest.last.isoformat()}"
    return f"Longest: **{count(longest.length, 'day')}** ({span})"


def count(number: int, what: str) -> str:
    """Return how many there are."""
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def _on(day: object) -> str:
    return "" if day is None else f" on {day}"


def _foot(card: Card, page: Page, notes: Sequence[str]) -> Card:
    for line in (*notes, *([page.note] if page.note else [])):
        card.small(line)
    return card
