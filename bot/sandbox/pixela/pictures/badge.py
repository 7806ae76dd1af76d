"""The badge: seven squares for the last 49 days, behind the graph's unit."""

from __future__ import annotations

from decimal import Decimal

from bot.sandbox.pixela.pictures.canvas import label, picture, square
from bot.sandbox.pixela.pictures.palette import largest
from bot.sandbox.pixela.pictures.view import View

BOXES = 7
_DAYS = 7
_HEIGHT = 20
_PITCH = 12
_LETTER = 7
_LEFT = 4
_GAP = 6


def draw_badge(view: View) -> str:
    """Draw the sums of seven weeks, each shaded against the largest of the seven."""
    sums = [Decimal(0)] * BOXES
    for age, day in enumerate(reversed(list(view.days(BOXES * _DAYS)))):
        sums[BOXES - 1 - age // _DAYS] += view.colored(day)
    most = largest(sums)
    unit = view.graph.design.unit
    start = _LEFT + _LETTER * len(unit) + _GAP
    boxes = (
        square(start + _PITCH * number, 5, view.palette.shade(total, most))
        for number, total in enumerate(sums)
    )
    width = start + _PITCH * BOXES + _LEFT + 1
    return picture(width, _HEIGHT, view.palette, "".join(boxes), label(_LEFT, 14, unit, view.palette, 11))
