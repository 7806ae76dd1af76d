"""Habit graphs as pictures: our own drawing of what the vendor's shows (contract, "GET SVG").

The vendor's SVG never comes here, only the :class:`~bot.api.pixela.Sight` that was read from it; its
colours are kept. What it does not have are labels, a title and figures, which come from the pixels.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from bot.api.pixela import Graph, Mode, Sight, Streak, Tally, show_quantity, tally
from bot.ui.drawing import draw
from bot.ui.graphline import badge_svg, line_svg
from bot.ui.graphlook import EDGE, NARROW, WIDE, Look, Type, counted, look_of, own_sight, panel
from bot.ui.shapes import contrast, mixed, rectangle, text
from bot.ui.text import clip, one_line

ALT_MOST = 1_000
"""Characters of a picture's words; Discord takes 1,024."""

_YEAR = 365
_SHORT = 90
_NARROWEST = 560
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_MOST_STEPS = 6
"""Colours that a legend shows beside the empty one."""


@dataclass(frozen=True, slots=True)
class _Grid:
    """How large a day is drawn, and how far they are apart."""

    cell: float
    pitch: float
    days: int
    letters: Type

    def left(self, week: int) -> float:
        """Return where a week's column begins."""
        return EDGE + self.letters.width("Wed ") + 4 + week * self.pitch

    def top(self, row: int) -> float:
        """Return where a weekday's row begins; above the first one stand the months."""
        return self.letters.head + self.letters.text + 4 + row * self.pitch


_GRIDS = {Mode.FULL: _Grid(13, 16, _YEAR, WIDE), Mode.SHORT: _Grid(27, 32, _SHORT, NARROW)}


async def draw_heatmap(
    sight: Sight, graph: Graph, days: Mapping[date, Decimal], *, today: date, mode: Mode = Mode.FULL
) -> bytes:
    """Return the picture as PNG.

    ``days`` are what the graph's days hold, as far as they are known; ``today`` is the last day that is
    shown, in the graph's time zone. A ``sight`` without cells (or points, for a line) is made up from
    ``days``: the vendor's picture may be one that cannot be read. A badge is always.
    """
    return await draw(heatmap_svg(sight, graph, days, today=today, mode=mode))


def heatmap_svg(
    sight: Sight, graph: Graph, days: Mapping[date, Decimal], *, today: date, mode: Mode = Mode.FULL
) -> str:
    """Return what :func:`draw_heatmap` draws, as SVG."""
    if mode is Mode.LINE:
        return line_svg(sight, graph, days, today)
    if mode is Mode.BADGE:
        return badge_svg(graph, days, today)
    return _grid_svg(sight, graph, days, today, _GRIDS[mode])


def alt_text(graph: Graph, days: Mapping[date, Decimal], *, today: date, streaks: Tally | None = None) -> str:
    """Return in words what the picture shows: the total of ``days``, the best of them, streaks.

    ``streaks`` are those of more days, where the current one goes farther back than the picture.
    """
    name = clip(one_line(graph.name) or graph.id, 200)
    unit = clip(one_line(graph.unit), 100)
    figures = tally(days, today)
    if figures.best is None:
        return f"Habit graph of {name}: nothing is recorded."
    day, most = figures.best
    amount = f"{show_quantity(figures.total)} {unit}".rstrip()
    rows = streaks or figures
    goes_on = f"{_length(rows.current)}{', today still open' if rows.is_open else ''}"
    said = (
        f"Habit graph of {name}: {amount} on {_count(figures.active)}. "
        f"Best day: {day.isoformat()} with {show_quantity(most)}. "
        f"Current streak: {goes_on if rows.current else 'none'}; longest: {_length(rows.longest)}."
    )
    return clip(said, ALT_MOST)


def _length(streak: Streak | None) -> str:
    return _count(streak.length if streak else 0)


def _count(days: int) -> str:
    return "1 day" if days == 1 else f"{days} days"


def _grid_svg(sight: Sight, graph: Graph, days: Mapping[date, Decimal], today: date, grid: _Grid) -> str:
    last = sight.cells[-1][0] if sight.cells else today
    wanted = [last - timedelta(days=back) for back in reversed(range(grid.days))]
    cells = dict((sight if sight.cells else own_sight(graph, days, wanted)).cells)
    # The vendor fills the first week up; a day or two beyond what was asked for do not harm.
    first = max(min(cells), last - timedelta(days=grid.days + 5))
    cells = {day: colour for day, colour in cells.items() if day >= first}
    empty = _empty_colour(cells, days)
    look = look_of(empty)
    start = _week_start(first, graph)
    weeks = (last - start).days // 7 + 1
    width = max(grid.left(weeks) + EDGE, _NARROWEST)
    bottom = grid.top(7) + 12
    within = [days[day] for day in days if first <= day <= last and days[day]]
    note = f"{counted(sum(within, Decimal(0)), graph, grid.letters)} on {_count(len(within))}"
    span = f"{first.isoformat()} to {last.isoformat()}"
    parts = [
        *_months(start, weeks, grid, look),
        *_weekdays(graph, grid, look),
        *(_cell(day, colour, start, grid, look) for day, colour in cells.items()),
        text(span, EDGE, bottom + 10 + grid.letters.half, grid.letters.text, look.faint),
        *_legend([empty, *_steps(cells, days, empty)], look, grid.letters, width - EDGE, bottom + 10),
    ]
    return panel(look, graph, note, grid.letters, (width, bottom + 20 + EDGE), parts)


def _week_start(day: date, graph: Graph) -> date:
    back = day.weekday() if graph.start_on_monday else (day.weekday() + 1) % 7
    return day - timedelta(days=back)


def _cell(day: date, colour: int, start: date, grid: _Grid, look: Look) -> str:
    week, row = divmod((day - start).days, 7)
    place = grid.left(week), grid.top(row)
    return rectangle(*place, grid.cell, grid.cell, colour, grid.cell / 5, _line(colour, look))


def _months(start: date, weeks: int, grid: _Grid, look: Look) -> Sequence[str]:
    """Return the names of months, each above the first week that begins in it, if it has the room."""
    months = [(start + timedelta(weeks=week)).month for week in range(weeks)]
    begin = [week for week in range(weeks) if not week or months[week] != months[week - 1]]
    names: list[str] = []
    for week, after in zip(begin, [*begin[1:], weeks + 2], strict=True):
        name = _MONTHS[months[week] - 1]
        if grid.letters.width(f"{name} ") < (after - week) * grid.pitch:
            names.append(text(name, grid.left(week), grid.top(0) - 8, grid.letters.text, look.faint))
    return names


def _weekdays(graph: Graph, grid: _Grid, look: Look) -> Sequence[str]:
    """Return the names of every other weekday."""
    rows = (0, 2, 4) if graph.start_on_monday else (1, 3, 5)
    middle = grid.cell / 2 + grid.letters.half
    return [
        text(name, EDGE, grid.top(row) + middle, grid.letters.text, look.faint)
        for row, name in zip(rows, ("Mon", "Wed", "Fri"), strict=True)
    ]


def _empty_colour(cells: Mapping[date, int], days: Mapping[date, Decimal]) -> int:
    """Return the colour of days on which nothing was counted."""
    idle = [colour for day, colour in cells.items() if not days.get(day)]
    return Counter(idle or cells.values()).most_common(1)[0][0]


def _steps(cells: Mapping[date, int], days: Mapping[date, Decimal], empty: int) -> Sequence[int]:
    """Return the other colours from little to much: by what their days hold, else by how they stand out."""
    held: dict[int, list[Decimal]] = {}
    for day, colour in cells.items():
        if colour != empty:
            held.setdefault(colour, []).append(days.get(day, Decimal(0)))
    steps = sorted(held, key=lambda colour: (sum(held[colour]) / len(held[colour]), contrast(colour, empty)))
    if len(steps) <= _MOST_STEPS:
        return steps
    return [steps[round(place * (len(steps) - 1) / (_MOST_STEPS - 1))] for place in range(_MOST_STEPS)]


def _legend(colours: Sequence[int], look: Look, letters: Type, right: float, middle: float) -> Sequence[str]:
    if len(colours) == 1:
        return []
    box, gap = letters.text - 3, 5
    left = right - letters.width("More") - 6 - len(colours) * (box + gap)
    boxes = [
        rectangle(left + place * (box + gap), middle - box / 2, box, box, colour, 3, _line(colour, look))
        for place, colour in enumerate(colours)
    ]
    ground = middle + letters.half
    return [
        text("Less", left - 8, ground, letters.text, look.faint, "end"),
        *boxes,
        text("More", right, ground, letters.text, look.faint, "end"),
    ]


def _line(colour: int, look: Look) -> int:
    """Return the colour of the line around a box, which shows it even where it has the panel's colour."""
    return mixed(colour, look.ink, 0.16)
