"""A small landscape, the same for the same name: sky, sun, mountains, water.

It is painted row by row, each row from a few runs of one colour, so that it takes milliseconds
without any library for pictures.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

Colour: TypeAlias = tuple[int, int, int]
"""Red, green and blue, 0 to 255."""

Ink: TypeAlias = Callable[[Colour], bytes]
"""What a colour is in a row of pixels: its bytes."""

_PALETTES: tuple[tuple[Colour, Colour, Colour, Colour], ...] = (
    ((28, 42, 92), (236, 128, 98), (252, 222, 150), (38, 44, 76)),
    ((46, 110, 160), (190, 222, 236), (255, 246, 214), (52, 92, 84)),
    ((58, 30, 84), (214, 92, 138), (255, 196, 160), (50, 32, 74)),
    ((20, 60, 74), (120, 190, 168), (244, 240, 190), (24, 62, 62)),
    ((90, 58, 40), (240, 180, 110), (255, 232, 196), (86, 52, 44)),
    ((16, 20, 44), (66, 84, 150), (226, 232, 252), (20, 26, 52)),
)
"""Top of the sky, horizon, sun, mountains."""

_BANDS = 48
"""Steps of the sky's gradient."""


@dataclass(frozen=True, slots=True)
class Peak:
    """A mountain; lengths are shares of the picture's side."""

    middle: float
    top: float
    slope: float
    """How far it spreads to each side per length downwards."""
    colour: Colour


@dataclass(frozen=True, slots=True)
class Scene:
    """One landscape; lengths are shares of the picture's side."""

    top: Colour
    horizon: Colour
    sun: Colour
    sun_x: float
    sun_y: float
    sun_radius: float
    shore: float
    peaks: tuple[Peak, ...]

    @classmethod
    def named(cls, name: str, *, moment: float = 0.0) -> Scene:
        """Return the scene of that name; with a ``moment`` from 0 to 1 the sun moves along."""
        dice = random.Random(name)  # noqa: S311 - a picture
        top, horizon, sun, land = dice.choice(_PALETTES)
        shore = dice.uniform(0.66, 0.8)
        peaks = tuple(
            Peak(
                dice.uniform(0.05, 0.95),
                shore - dice.uniform(0.12, 0.36),
                dice.uniform(0.7, 1.4),
                mix(land, horizon, 0.45 - 0.15 * number),
            )
            for number in range(4)
        )
        sun_x, sun_y = dice.uniform(0.2, 0.8), dice.uniform(0.2, 0.45)
        sun_x = (sun_x + moment * 0.5) % 1.0
        return cls(top, horizon, sun, sun_x, sun_y, dice.uniform(0.07, 0.13), shore, peaks)

    def rows(self, side: int, ink: Ink) -> Iterator[bytes]:
        """Yield the rows of a square picture from the top."""
        for number in range(side):
            yield self._row((number + 0.5) / side, side, ink)

    def _row(self, height: float, side: int, ink: Ink) -> bytes:
        if height <= self.shore:
            return self._land(height, side, ink)
        # Water is the land upside down, flattened and darker.
        mirrored = self.shore - (height - self.shore) * 1.6
        return self._land(mirrored, side, lambda colour: ink(mix(colour, self.top, 0.35)))

    def _land(self, height: float, side: int, ink: Ink) -> bytes:
        band = int(max(0.0, height) / self.shore * _BANDS) / _BANDS
        row = bytearray(ink(mix(self.top, self.horizon, band)) * side)
        reach = self.sun_radius**2 - (height - self.sun_y) ** 2
        if reach > 0:
            _run(row, side, self.sun_x, reach**0.5, ink(self.sun))
        for peak in self.peaks:
            if height > peak.top:
                _run(row, side, peak.middle, (height - peak.top) * peak.slope, ink(peak.colour))
        return bytes(row)


def mix(one: Colour, other: Colour, share: float) -> Colour:
    """Return a colour between two, the larger the ``share`` (0 to 1) the nearer to the other."""
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
    return red, green, blue


def _run(row: bytearray, side: int, middle: float, reach: float, pixel: bytes) -> None:
    """Paint the pixels of a row that are within reach of a place."""
    first = max(0, round((middle - reach) * side))
    last = min(side, round((middle + reach) * side))
    if first < last:
        row[first * len(pixel) : last * len(pixel)] = pixel * (last - first)
