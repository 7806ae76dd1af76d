"""What of somebody else's text can be drawn, and how much of it fits. Pictures have one font and no other."""

from __future__ import annotations

import unicodedata
from bisect import bisect_right
from itertools import accumulate

from bot.ui.font import shipped
from bot.ui.text import is_visible, tidy

_MOST_SIGNS = 300
"""What of a text is looked at; no line is as long."""
_MOST_MARKS = 2
"""Accents that a letter may carry; more of them pile up into the lines around it."""
_JOINERS = frozenset("\u200c\u200d")
"""They show as nothing, and say how the letters beside them join (in Persian for one)."""
_RIGHT_TO_LEFT = frozenset({"R", "AL"})
_RIGHT_TO_LEFT_MARK = "\u200f"
_ELLIPSIS = "…"


def drawable(text: str) -> str | None:
    """Return what of a text the font can show, as one line; None where that is not enough to go by.

    Letters in fancy dress, as of Unicode's mathematical alphabets, become plain ones; signs that the font
    lacks are left out, most of which are emoji around a name. It is not enough where more letters and
    digits are lost than kept.
    """
    letters = [0, 0]
    kept: list[str] = []
    marks = 0
    for sign in unicodedata.normalize("NFC", " ".join(tidy(text[:_MOST_SIGNS]).split())):
        shown = _shown(sign)
        marks = marks + 1 if unicodedata.category(sign)[0] == "M" else 0
        if marks <= _MOST_MARKS:
            kept.append(shown)
        if unicodedata.category(sign)[0] in "LN":
            letters[bool(shown)] += 1
    line = " ".join("".join(kept).split())
    return line if is_visible(line) and letters[False] <= letters[True] else None


def fit(text: str, size: float, width: float) -> str:
    """Return as much of a drawable line as fits a width, ending in an ellipsis where something was cut."""
    font = shipped()
    if font.width(text, size) <= width:
        return text
    ends = [*accumulate(font.width(sign, size) for sign in text)]
    count = bisect_right(ends, width - font.width(_ELLIPSIS, size))
    while count and unicodedata.category(text[count])[0] == "M":
        count -= 1  # a letter stays with the marks upon it
    kept = text[:count].rstrip()
    strong = (way for sign in reversed(kept) if (way := unicodedata.bidirectional(sign)) in {"L", "R", "AL"})
    # The ellipsis has no direction of its own, and would stand before what it follows.
    return kept + _ELLIPSIS + (_RIGHT_TO_LEFT_MARK if next(strong, "L") in _RIGHT_TO_LEFT else "")


def _shown(sign: str) -> str:
    """Return what is drawn for a sign, which may be nothing."""
    if sign in _JOINERS:
        return sign
    for candidate in (sign, unicodedata.normalize("NFKC", sign)):
        if all(map(_has, candidate)):
            return candidate
    return ""


def _has(sign: str) -> bool:
    # Private signs mean something else in each font. Selectors of a variant show as nothing.
    private_or_control = unicodedata.category(sign)[0] == "C"
    return not private_or_control and not "\ufe00" <= sign <= "\ufe0f" and shipped().has(sign)
