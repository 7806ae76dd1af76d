"""The font that pictures are drawn with: which signs it has, and how wide they are.

DejaVu Sans is shipped with us, because what draws our pictures has no font of its own, and a machine may
have none. Of the freely licensed fonts below a megabyte it knows the most scripts: Latin, Greek, Cyrillic,
Armenian, Georgian, Hebrew, Arabic, and signs by the thousand.
"""

from __future__ import annotations

import struct
from bisect import bisect_right
from functools import cache
from pathlib import Path

FILE = Path(__file__).parent / "fonts" / "DejaVuSans.ttf"
FAMILY = "DejaVu Sans"

_WHOLE_UNICODE = 12
"""The format of the table that maps signs beyond the first 65,536 too."""


class Font:
    """A TrueType font, as far as it takes to lay out a line.

    It must have a ``cmap`` for all of Unicode. Where what stands in its tables is said by the OpenType
    specification: https://learn.microsoft.com/typography/opentype/spec/
    """

    def __init__(self, data: bytes) -> None:
        tables = _tables(data)
        self._starts, self._ends, self._glyphs = _groups(data, tables[b"cmap"])
        (self._unit,) = struct.unpack_from(">H", data, tables[b"head"] + 18)
        (count,) = struct.unpack_from(">H", data, tables[b"hhea"] + 34)
        # Each advance is followed by a bearing, which a width does not need.
        self._advances: tuple[int, ...] = struct.unpack_from(f">{2 * count}H", data, tables[b"hmtx"])[::2]

    def has(self, sign: str) -> bool:
        """Say whether there is a glyph for one character."""
        return self._glyph(sign) is not None

    def width(self, text: str, size: float) -> float:
        """Return how wide a line is at a size, in the unit of the size.

        Kerning and ligatures, which make it narrower as a rule, do not count; nor does what has no glyph.
        """
        glyphs = (self._glyph(sign) for sign in text)
        units = sum(self._advance(glyph) for glyph in glyphs if glyph is not None)
        return units * size / self._unit

    def _glyph(self, sign: str) -> int | None:
        place = bisect_right(self._starts, ord(sign)) - 1
        if place < 0 or ord(sign) > self._ends[place]:
            return None
        return self._glyphs[place] + ord(sign) - self._starts[place]

    def _advance(self, glyph: int) -> int:
        return self._advances[min(glyph, len(self._advances) - 1)]


@cache
def shipped() -> Font:
    """Return the font that is shipped, read when it is first asked for."""
    return Font(FILE.read_bytes())


def _tables(data: bytes) -> dict[bytes, int]:
    """Return where each table of a font begins."""
    (count,) = struct.unpack_from(">H", data, 4)
    entries = (struct.unpack_from(">4s4xI4x", data, 12 + 16 * number) for number in range(count))
    return dict(entries)


def _groups(data: bytes, cmap: int) -> tuple[tuple[int, ...], ...]:
    """Return first signs, last signs and first glyphs of the runs that signs are mapped in."""
    (count,) = struct.unpack_from(">H", data, cmap + 2)
    places = (cmap + struct.unpack_from(">I", data, cmap + 8 + 8 * number)[0] for number in range(count))
    place = next(place for place in places if struct.unpack_from(">H", data, place) == (_WHOLE_UNICODE,))
    (runs,) = struct.unpack_from(">I", data, place + 12)
    numbers: tuple[int, ...] = struct.unpack_from(f">{3 * runs}I", data, place + 16)
    return numbers[::3], numbers[1::3], numbers[2::3]
