"""What a picture of Pixela's shows, taken out of its SVG: days and colours, or the points of a line.

The SVG is a foreign document (design, "Known traps"). It is read and never drawn; what is taken from it
are dates, colours and numbers that were checked, from which :mod:`bot.ui.heatmap` draws its own. Nothing in
it is loaded, followed or expanded.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from xml.parsers import expat

from bot.api.pixela.days import FIRST_YEAR, LAST_YEAR, find_day
from bot.errors import Unexpected
from bot.services import Provider

MOST_BYTES = 500_000
"""Bytes that are looked at; the pictures that were seen have a tenth."""
MOST_ELEMENTS = 5_000
MOST_DEPTH = 24
MOST_DAYS = 371
"""Days that a picture shows at most: 53 weeks."""
MOST_POINTS = 1_000
FARTHEST = 10_000.0
"""The largest number that is geometry."""

_COLOUR = re.compile(r"#([0-9A-Fa-f]{6})")
_NUMBER = re.compile(r"[+-]?(?:[0-9]{1,12}(?:\.[0-9]{0,12})?|\.[0-9]{1,12})(?:px)?")
_STEP = re.compile(r"[\s,]+")
_PATH = re.compile(r"\s*M[^A-Za-z]+(?:L[^A-Za-z]+)*")


@dataclass(frozen=True, slots=True)
class Sight:
    """What a picture shows.

    ``cells`` are days and their colours (0xRRGGBB), ascending, at most 53 weeks of them; ``points`` are
    those of a line, in the picture's own unit, its y growing downwards. A heat map has no points, a line no
    cells.
    """

    cells: Sequence[tuple[date, int]] = ()
    points: Sequence[tuple[float, float]] = ()


def read_svg(data: bytes) -> Sight:
    """Read a picture.

    Raises :class:`~bot.errors.Unexpected` for whatever is no SVG with such cells or points: more than 500
    KB, any ``<!`` (a type, an entity, hidden text), too many or too deep elements. Cells whose date,
    colour or geometry is none are left out. A few milliseconds at the most.
    """
    reader = _Reader()
    try:
        reader.read(_text(data))
    except (_Refused, expat.ExpatError, ValueError):
        raise Unexpected(Provider.PIXELA, where="the picture") from None
    return reader.sight()


class _Refused(Exception):
    """A document that is not looked at any further."""


def _text(data: bytes) -> str:
    """Return the document as text, so that no encoding hides what is looked for."""
    if len(data) > MOST_BYTES:
        raise _Refused("too large")
    text = data.decode("utf-8-sig")
    if "<!" in text:
        raise _Refused("declarations")
    return text


class _Reader:
    """Collects what is of use while expat reads, and stops it where there is too much."""

    def __init__(self) -> None:
        self._depth = 0
        self._elements = 0
        self._cells: dict[date, int] = {}
        self._lines: list[Sequence[tuple[float, float]]] = []

    def read(self, text: str) -> None:
        # Told the encoding, expat does not go by what the document says of it.
        parser = expat.ParserCreate("utf-8")
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.Parse(text.encode(), True)  # noqa: FBT003 - it takes it by its place alone

    def sight(self) -> Sight:
        cells = sorted(self._cells.items())
        if cells:
            newest = cells[-1][0]
            return Sight(cells=[cell for cell in cells if (newest - cell[0]).days < MOST_DAYS])
        line = max(self._lines, key=len, default=())
        return Sight(points=line)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        kind = name.rpartition(":")[2]
        self._depth += 1
        self._elements += 1
        if self._depth > MOST_DEPTH or self._elements > MOST_ELEMENTS:
            raise _Refused("too much")
        if self._elements == 1 and kind != "svg":
            raise _Refused("no SVG")
        if kind == "rect":
            self._cell(attributes)
        elif kind == "polyline":
            self._line(attributes.get("points", ""))
        elif kind == "path" and _PATH.fullmatch(attributes.get("d", "")):
            self._line(re.sub("[ML]", " ", attributes["d"]))

    def _end(self, _name: str) -> None:
        self._depth -= 1

    def _cell(self, attributes: dict[str, str]) -> None:
        day = find_day(attributes.get("data-date", ""))
        colour = _COLOUR.fullmatch(attributes.get("fill", ""))
        # Where a cell stands follows from its day; one without a size would not show in the original.
        sides = [_number(attributes.get(side, "")) for side in ("width", "height")]
        place = [_number(attributes.get(axis, "0")) for axis in ("x", "y")]
        shows = None not in place and all(side is not None and side > 0 for side in sides)
        if day is None or colour is None or not shows or not FIRST_YEAR <= day.year <= LAST_YEAR:
            return
        self._cells.setdefault(day, int(colour[1], 16))

    def _line(self, points: str) -> None:
        parts = _STEP.split(points.strip(), maxsplit=2 * MOST_POINTS)
        numbers = [_number(part) for part in parts]
        if len(numbers) > 2 * MOST_POINTS or len(numbers) % 2:
            return
        known = [number for number in numbers if number is not None]
        if len(known) == len(numbers) >= 4:
            self._lines.append([*zip(known[::2], known[1::2], strict=True)])


def _number(text: str) -> float | None:
    """Read a number of a picture's geometry; None for any other text, and for what lies far outside."""
    if not _NUMBER.fullmatch(text.strip()):
        return None
    number = float(text.strip().removesuffix("px"))
    return number if abs(number) <= FARTHEST else None
