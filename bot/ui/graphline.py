"""A habit graph as a line, and as a badge of seven boxes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal

from bot.api.pixela import Graph, Sight, show_quantity
from bot.ui.graphlook import DARK, EDGE, NARROW, WIDE, counted, level_colour, panel, strong
from bot.ui.lettering import fit
from bot.ui.shapes import rectangle, text

Point = tuple[float, float]

_WIDTH, _PLOT = 900, 240
_TOP = WIDE.head + 12
_BOTTOM = _TOP + _PLOT
_GROUND = _BOTTOM + WIDE.text + 14
_LABELS = 150
"""The widest that the figures beside a line get."""
_DOTS = 60
"""With more points than that dots would be a smear."""
_BOX, _BOX_GAP = 44, 8
_BADGE_DAYS = 49
_BOXES = 7

NOTHING = "Nothing is recorded yet."


def line_svg(sight: Sight, graph: Graph, days: Mapping[date, Decimal], today: date) -> str:
    """Return a line of the days that are known, else of the points in the vendor's picture."""
    known = sorted((day, amount) for day, amount in days.items() if day <= today)
    note, parts = NOTHING, ()
    if known:
        note, parts = _of_days(graph, known)
    elif sight.points:
        note, parts = "", _drawn(_placed(sight.points, EDGE), strong(graph))
    return panel(DARK, graph, note, WIDE, (_WIDTH, _GROUND + EDGE), parts)


def badge_svg(graph: Graph, days: Mapping[date, Decimal], today: date) -> str:
    """Return the last 49 days as seven boxes, one for each seven days, coloured by what they add up to."""
    sums = [Decimal(0)] * _BOXES
    for back in range(_BADGE_DAYS):
        sums[_BOXES - 1 - back // 7] += days.get(today - timedelta(days=back), Decimal(0))
    most = max(map(abs, sums))
    boxes = [
        rectangle(
            EDGE + place * (_BOX + _BOX_GAP), NARROW.head, _BOX, _BOX, level_colour(graph, each, most), 6
        )
        for place, each in enumerate(sums)
    ]
    size = (2 * EDGE + _BOXES * (_BOX + _BOX_GAP) - _BOX_GAP, NARROW.head + _BOX + EDGE)
    note = f"{counted(sum(sums, Decimal(0)), graph, NARROW)} in 7 weeks"
    return panel(DARK, graph, note, NARROW, size, boxes)


def _of_days(graph: Graph, known: Sequence[tuple[date, Decimal]]) -> tuple[str, Sequence[str]]:
    first, last = known[0][0], known[-1][0]
    amounts = [amount for _, amount in known]
    top, low = max(amounts), min(amounts)
    marks = [fit(show_quantity(amount), WIDE.text, _LABELS) for amount in (top, low)]
    left = EDGE + max(WIDE.width(mark) for mark in marks) + 14
    # Down is more in a picture.
    points = [(float((day - first).days), -float(amount)) for day, amount in known]
    parts = [
        *_rules(left),
        _label(marks[0], left - 12, _TOP + WIDE.half, "end"),
        _label(marks[1] if low != top else "", left - 12, _BOTTOM + WIDE.half, "end"),
        _label(first.isoformat(), left, _GROUND),
        _label(last.isoformat() if last != first else "", _WIDTH - EDGE, _GROUND, "end"),
        *_drawn(_placed(points, left), strong(graph)),
    ]
    total = counted(sum(amounts, Decimal(0)), graph, WIDE)
    return f"{total} on {len(known)} {'day' if len(known) == 1 else 'days'}", parts


def _label(words: str, x: float, y: float, anchor: str = "start") -> str:
    return text(words, x, y, WIDE.text, DARK.faint, anchor)


def _rules(left: float) -> Sequence[str]:
    return [rectangle(left, _TOP + y, _WIDTH - EDGE - left, 1, DARK.empty) for y in (0, _PLOT / 2, _PLOT)]


def _placed(points: Sequence[Point], left: float) -> Sequence[Point]:
    """Return points stretched over the plot; what is all the same stands in its midst."""
    across = _stretched([x for x, _ in points], left, _WIDTH - EDGE)
    return [*zip(across, _stretched([y for _, y in points], _TOP, _BOTTOM), strict=True)]


def _stretched(numbers: Sequence[float], start: float, end: float) -> Sequence[float]:
    low, high = min(numbers), max(numbers)
    if low == high:
        return [(start + end) / 2] * len(numbers)
    return [start + (number - low) / (high - low) * (end - start) for number in numbers]


def _drawn(points: Sequence[Point], colour: int) -> Sequence[str]:
    places = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    pen = f'fill="none" stroke="#{colour:06x}" stroke-width="3" stroke-linejoin="round"'
    dots = points if len(points) <= _DOTS else ()
    return [
        f'<polyline points="{places}" {pen}/>',
        *(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="#{colour:06x}"/>' for x, y in dots),
    ]
