"""How every picture of a habit graph looks: its panel, its head, its colours."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from bot.api.pixela import Graph, Sight, show_quantity
from bot.ui.font import shipped
from bot.ui.lettering import drawable, fit
from bot.ui.shapes import document, luminance, mixed, rectangle, text
from bot.ui.text import clip

EDGE = 28
_SCALE = 1.25
_UNIT = 9
"""The widest that a unit gets, as many times the size of its letters."""
_HALF_LIGHT = 0.18
"""The luminance that is half way from black to white for the eye."""


@dataclass(frozen=True, slots=True)
class Type:
    """The sizes of letters in a picture: Discord shows a wide one smaller."""

    title: int
    text: int

    @property
    def head(self) -> float:
        """Where a picture proper begins, below the title and the note."""
        return EDGE + self.title + self.text * 2

    def width(self, words: str) -> float:
        """Return how wide a line of text is."""
        return shipped().width(words, self.text)

    @property
    def half(self) -> float:
        """How far below the middle of something letters beside it stand."""
        return self.text * 0.36


WIDE, NARROW = Type(32, 22), Type(26, 18)


@dataclass(frozen=True, slots=True)
class Look:
    """The colours of a panel. It is a panel of its own, so that either of Discord's themes may be behind."""

    panel: int
    ink: int
    faint: int
    empty: int


DARK = Look(panel=0x232428, ink=0xF2F3F5, faint=0xB5BAC1, empty=0x3A3C43)
LIGHT = Look(panel=0xFFFFFF, ink=0x1E1F22, faint=0x55585F, empty=0xEBEDF0)

_STRONG: Mapping[str, int] = {
    "shibafu": 0x3FD35A,
    "momiji": 0xFF6B6B,
    "sora": 0x5CB3FF,
    "ichou": 0xFFD33D,
    "ajisai": 0xB79CFF,
    "kuro": 0xE6E8EB,
}
_PLAIN = 0x7983F5
_LEVELS = (0.3, 0.53, 0.76, 1.0)


def strong(graph: Graph) -> int:
    """Return the colour of a graph at its fullest, as it stands on a dark panel."""
    return _STRONG.get(graph.color, _PLAIN)


def ramp(graph: Graph) -> Sequence[int]:
    """Return the colours of a graph on a dark panel, from the empty one to the fullest."""
    return [DARK.empty, *(mixed(DARK.empty, strong(graph), level) for level in _LEVELS)]


def level_colour(graph: Graph, amount: Decimal, most: Decimal) -> int:
    """Return the colour of an amount among others, of which the largest is ``most`` (by its size alone)."""
    colours = ramp(graph)
    if not amount or not most:
        return colours[0]
    share = float(abs(amount) / most)
    return colours[1 + min(len(_LEVELS) - 1, int(share * len(_LEVELS)))]


def own_sight(graph: Graph, days: Mapping[date, Decimal], shown: Sequence[date]) -> Sight:
    """Return what a picture of these days would show, where the vendor's own cannot be read."""
    most = max((abs(days.get(day, Decimal(0))) for day in shown), default=Decimal(0))
    return Sight(cells=[(day, level_colour(graph, days.get(day, Decimal(0)), most)) for day in shown])


def look_of(empty: int) -> Look:
    """Return the look that a picture's own colours are made for, told by that of its empty days."""
    return LIGHT if luminance(empty) > _HALF_LIGHT else DARK


def counted(amount: Decimal, graph: Graph, letters: Type) -> str:
    """Return an amount with the graph's unit, as far as that can be drawn."""
    unit = fit(drawable(graph.unit) or "", letters.text, letters.text * _UNIT)
    return f"{clip(show_quantity(amount), 30)} {unit}".rstrip()


def panel(
    look: Look, graph: Graph, note: str, letters: Type, size: tuple[float, float], parts: Sequence[str]
) -> str:
    """Return a whole picture: the graph's name and a note above, and the parts.

    A name that the font cannot show gives way to the graph's id.
    """
    width, height = size
    room = width - 2 * EDGE
    name = fit(drawable(graph.name) or graph.id, letters.title, room)
    ground = EDGE + letters.title * 0.85
    head = [
        rectangle(0, 0, width, height, look.panel, 16),
        text(name, EDGE, ground, letters.title, look.ink),
        text(fit(note, letters.text, room), EDGE, ground + letters.text * 1.5, letters.text, look.faint),
    ]
    return document(width, height, _SCALE, [*head, *parts])
