"""The retina: one day by the hour."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from bot.sandbox.pixela.pictures.canvas import label, picture, square
from bot.sandbox.pixela.pictures.palette import Palette, largest

_WIDTH, _HEIGHT = 220, 135
_LEFT, _TOP = 16, 40
_PITCH = 16
_SIDE = 12
_ROW = 12


def draw_retina(day: date, hours: Mapping[int, Decimal], palette: Palette) -> str:
    """Draw 24 squares in two rows; ``hours`` are counted from 0 in the graph's time zone."""
    most = largest(hours.values())
    marks = "".join(
        square(
            _LEFT + _PITCH * (hour % _ROW),
            _TOP + _PITCH * (hour // _ROW),
            palette.shade(hours.get(hour, Decimal(0)), most),
            {"data-hour": hour},
            side=_SIDE,
        )
        for hour in range(24)
    )
    return picture(_WIDTH, _HEIGHT, palette, marks, label(_LEFT, 14, day.isoformat(), palette))
