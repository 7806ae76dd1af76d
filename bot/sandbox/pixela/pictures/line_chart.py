"""The line chart: a point for each day that has a pixel."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from bot.sandbox.pixela.pictures.canvas import Value, element, label, picture
from bot.sandbox.pixela.pictures.view import View

_WIDTH, _HEIGHT = 220, 135
_LEFT, _RIGHT = 16, 204
_LOW, _HIGH = 115, 25


def draw_line_chart(view: View) -> str:
    """Draw the pixels of the last days from left to right, the least at the bottom."""
    days = [day for day in view.days(view.choices.line_days) if view.pixel(day) is not None]
    points = " ".join(f"{x},{y}" for x, y in _points(days, view))
    line: dict[str, Value] = {"fill": "none", "stroke": view.palette.ramp[3], "stroke-width": 1.5}
    if view.choices.line_is_path:
        drawn = element("path", {"d": "M" + " L".join(points.split()), **line}) if points else ""
    else:
        drawn = element("polyline", {"points": points, **line})
    unit = label(_LEFT, 14, view.graph.design.unit, view.palette)
    return picture(_WIDTH, _HEIGHT, view.palette, drawn, unit)


def _points(days: list[date], view: View) -> list[tuple[int, int]]:
    if not days:
        return []
    quantities = [view.quantity(day) for day in days]
    least, most = min(quantities), max(quantities)
    span_of_days = max((days[-1] - days[0]).days, 1)
    span = (most - least) or Decimal(1)
    return [
        (
            _LEFT + (_RIGHT - _LEFT) * (day - days[0]).days // span_of_days,
            round(_LOW - (_LOW - _HIGH) * (quantity - least) / span),
        )
        for day, quantity in zip(days, quantities, strict=True)
    ]
