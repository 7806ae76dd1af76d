"""The card of streaks, and the one of a graph with its picture."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from bot.api.pixela import Tally
from bot.ui.card import Card, Clickable
from bot.ui.graphlook import strong
from bot.ui.pixela.graphs import Listed, Page, count, facts_of, longest_line, title_of
from bot.ui.pixela.pixels import quantity_text, streak_line

UNUSABLE = "Pixela's picture could not be used, so there is none here. The figures are right all the same."


@dataclass(frozen=True, slots=True)
class Standing:
    """How a graph stands."""

    listed: Listed
    today: date
    tally: Tally
    """Of the last 365 days, and of those before them that the current streak goes back to."""
    year: Tally
    """Of the last 365 days alone."""
    on_today: Decimal | None
    """What today holds, None for nothing."""

    @property
    def rank(self) -> tuple[int, int, str]:
        """Where it stands among others: the longest current streak first."""
        lengths = [streak.length if streak else 0 for streak in (self.tally.current, self.tally.longest)]
        return -lengths[0], -lengths[1], self.listed.graph.id


def streaks_card(
    shown: Sequence[Standing], page: Page, notes: Sequence[str], buttons: Sequence[Clickable]
) -> Card:
    """Show how graphs stand, in the order that they come in."""
    card = Card("Streaks")
    for each in shown:
        card.text(f"**{title_of(each.listed.graph)}**{_whose(each.listed)}\n{_streaks(each)}")
    for line in (*notes, *([page.note] if page.note else [])):
        card.small(line)
    return card.small("Longest, best and total are those of the last 365 days.").buttons(buttons)


def picture_card(
    standing: Standing,
    picture: tuple[bytes, str] | None,
    buttons: Sequence[Clickable],
    *,
    note: str | None = None,
) -> Card:
    """Show a graph: today, its streak, its picture (a PNG and its words), None where it cannot be had."""
    graph = standing.listed.graph
    held = "nothing yet" if standing.on_today is None else quantity_text(graph, standing.on_today)
    card = Card(title_of(graph), colour=strong(graph))
    card.lines(f"Today: **{held}**", streak_line(standing.tally), _year(standing))
    if picture is not None:
        png, words = picture
        card.drawing(f"{graph.id}.png", png, alt=words)
    else:
        card.small(UNUSABLE)
    if note is not None:
        card.small(note)
    return card.small(facts_of(standing.listed)).buttons(buttons)


def _streaks(standing: Standing) -> str:
    tally = standing.tally
    lines = [streak_line(tally), longest_line(tally.longest), _year(standing)]
    return "\n".join(line for line in lines if line is not None)


def _year(standing: Standing) -> str:
    graph, year = standing.listed.graph, standing.year
    if year.best is None:
        return "Nothing in the last 365 days."
    day, most = year.best
    total = f"365 days: **{quantity_text(graph, year.total)}** on {count(year.active, 'day')}"
    return f"{total} · best: {quantity_text(graph, most)} on {day.isoformat()}"


def _whose(listed: Listed) -> str:
    return " · this server's" if listed.shared else ""
