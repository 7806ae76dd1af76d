"""Cards of graphs as files: the file itself, an import on its way, and what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.ui.card import Card, Clickable
from bot.ui.text import code, plain

_DONE, _ODD = 0x3BA55D, 0xD9822B
_BAR = 20
_DAYS = 10


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an import is."""

    graph: str
    """The graph's own name."""
    recorded: int
    total: int
    """Days to record, nought while the graph is still being looked through."""
    unchanged: int


@dataclass(frozen=True, slots=True)
class Report:
    """What came of an import."""

    progress: Progress
    bad: int
    flaws: Sequence[tuple[int, str]]
    """The first of the bad lines, with what is wrong with them."""
    repeated: int
    refused: Sequence[str]
    """Days that Pixela did not take."""
    early: str | None
    """Why it ended before its end."""


def export_card(graph_id: str, graph: str, data: bytes, *, days: int, untold: int, is_bare: bool) -> Card:
    """Hand a graph out as a file; ``is_bare``: the days' data made it too large, and are not in it."""
    card = Card(f"{plain(graph, 100)} as a file")
    if not days:
        return card.text("No day up to today has a pixel, so there is nothing to export.")
    card.text(f"{days} {_days(days)}, as CSV in UTF-8. `/pixela import` reads it again.")
    if is_bare:
        card.text("With the data of its days it would be too large for Discord, so they are not in it.")
    if untold:
        card.small(
            f"Pixela counts {untold} more, which are days to come or lie years before all others. They are "
            "not in it."
        )
    return card.attachment(f"{graph_id}.csv", data)


def progress_card(progress: Progress, buttons: Sequence[Clickable]) -> Card:
    """Show an import on its way."""
    card = Card(f"Importing to {plain(progress.graph, 100)}")
    if not progress.total:
        return card.text("Looking what the graph holds already …").buttons(buttons)
    share = progress.recorded / progress.total
    filled = round(_BAR * share)
    card.lines(
        f"{'▰' * filled}{'▱' * (_BAR - filled)} {int(100 * share)} %",
        f"{progress.recorded} of {progress.total} {_days(progress.total)} recorded{_unchanged(progress)}.",
    )
    card.small("Should this stand still: what is recorded stays. The same file again goes on from there.")
    return card.buttons(buttons)


def report_card(report: Report) -> Card:
    """Tell what came of an import."""
    progress = report.progress
    odd = report.early is not None or report.bad or report.refused
    card = Card(f"Import to {plain(progress.graph, 100)}", colour=_ODD if odd else _DONE)
    card.lines(
        None if report.early is None else f"⚠️ {report.early}",
        _summary(progress),
        _repeated(report.repeated) if report.repeated else None,
    )
    if report.refused:
        days = ", ".join(code(day) for day in report.refused[:_DAYS])
        card.text(f"Pixela refused {len(report.refused)} {_days(len(report.refused))}: {days}.")
    if report.bad:
        more = report.bad - len(report.flaws)
        card.lines(
            f"**{report.bad} {_lines(report.bad)} left out:**",
            *(f"- line {line}: {reason}" for line, reason in report.flaws),
            f"- … and {more} more" if more else None,
        )
    return card


def _repeated(number: int) -> str:
    return f"{number} {_lines(number)} left out, since a later line is of the same day: the last one counts."


def _summary(progress: Progress) -> str:
    number = progress.recorded
    if number < progress.total:
        return f"**{number}** of {progress.total} {_days(progress.total)} recorded{_unchanged(progress)}."
    return f"**{number}** {_days(number)} recorded{_unchanged(progress)}."


def _unchanged(progress: Progress) -> str:
    return f", {progress.unchanged} held the same before" if progress.unchanged else ""


def _days(number: int) -> str:
    return "day" if number == 1 else "days"


def _lines(number: int) -> str:
    return "line" if number == 1 else "lines"
