"""Which colour a quantity has. The vendor publishes names only; the shades are ours."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from typing import Self

STEPS = 5
"""Shades of a ramp: one for nothing, four for something."""

_LIGHT = {
    "shibafu": ("#eeeeee", "#c9efc5", "#8fd98f", "#44b256", "#176b2c"),
    "momiji": ("#eeeeee", "#fccfc7", "#f79a8c", "#e0513f", "#96190d"),
    "sora": ("#eeeeee", "#cbe3fb", "#8fc1f3", "#3d8ddb", "#114f92"),
    "ichou": ("#eeeeee", "#fbefb4", "#f6da5e", "#dfb215", "#8f6d02"),
    "ajisai": ("#eeeeee", "#e4d3f6", "#c2a0e8", "#8e58c9", "#4f2185"),
    "kuro": ("#eeeeee", "#cfcfcf", "#9b9b9b", "#5e5e5e", "#1c1c1c"),
}
_DARK_NOTHING = "#2b2b2b"


@dataclass(frozen=True, slots=True)
class Palette:
    """The colours of one picture."""

    ramp: tuple[str, ...]
    """The shade for nothing first, the one for most last."""
    ground: str
    text: str

    @classmethod
    def of(cls, color: str, *, dark: bool = False, transparent: bool = False) -> Self:
        """Return the colours for a colour's name. On a dark ground more is brighter."""
        nothing, *shades = _LIGHT.get(color, _LIGHT["shibafu"])
        ramp = (_DARK_NOTHING, *reversed(shades)) if dark else (nothing, *shades)
        ground = "none" if transparent else "#111111" if dark else "#ffffff"
        return cls(ramp, ground, "#b0b0b0" if dark else "#767676")

    def shade(self, quantity: Decimal, most: Decimal) -> str:
        """Return the shade of a quantity where ``most`` is the largest; of negative ones the size counts."""
        if not quantity or not most:
            return self.ramp[0]
        step = (abs(quantity) / most * (STEPS - 1)).to_integral_value(rounding=ROUND_CEILING)
        return self.ramp[min(int(step), STEPS - 1)]


def largest(quantities: Iterable[Decimal]) -> Decimal:
    """Return the largest size of any, 0 where there are none."""
    return max(map(abs, quantities), default=Decimal(0))
