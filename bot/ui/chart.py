"""Charts as SVG, written here from beginning to end: the only kind that :mod:`bot.ui.drawing` may get.

Each stands on a dark panel of its own, because Discord does not tell whether who looks at it has a dark
or a light theme.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite

from bot.ui.font import shipped
from bot.ui.lettering import drawable, fit
from bot.ui.shapes import contrast, document, mixed, rectangle, text

MOST_BARS = 25
"""More of them are not legible in a picture of Discord's size."""

_WIDTH = 900
_SCALE = 1.25
"""Pixels for each unit. Discord shows 550 at the most, on fine screens with twice as many pixels."""
_EDGE = 28
_GAP = 16
_LABELS = 260
_NOTES = 240
"""The widest that these columns get; the bars have the rest."""
_ROW, _BAR, _TEXT = 38, 24, 20
_HEAD, _TITLE = 52, 26

_PANEL = 0x232428
_TRACK = 0x34363C
_INK = 0xF2F3F5
_FAINT = 0xB5BAC1
_PLAIN = 0x5865F2
_CONTRAST = 3.0
"""What WCAG 2.2 asks of shapes against what is beside them (1.4.11)."""

EMPTY = "There is nothing to show."


@dataclass(frozen=True, slots=True)
class Bar:
    """One row of a chart.

    ``label`` and ``note`` may be anything that somebody typed; ``fallback``, a short id, is drawn where
    the font cannot show the label. ``share`` is from 0 to 1, ``colour`` 0xRRGGBB or None.
    """

    label: str
    fallback: str
    share: float
    note: str
    colour: int | None = None


@dataclass(frozen=True, slots=True)
class _Columns:
    labels: float
    notes: float

    @property
    def bars_from(self) -> float:
        return _EDGE + self.labels + _GAP

    @property
    def bars(self) -> float:
        return _WIDTH - _EDGE - self.notes - _GAP - self.bars_from


def bar_chart(title: str, bars: Sequence[Bar]) -> str:
    """Return an SVG with a horizontal bar a row, in their order; the longest one fills the width.

    Raises ``ValueError`` for more than :data:`MOST_BARS`, and for a share that is negative or no number.
    """
    if len(bars) > MOST_BARS or any(not isfinite(bar.share) or bar.share < 0 for bar in bars):
        raise ValueError(f"at most {MOST_BARS} bars, with shares from 0 to 1")
    height = _EDGE + _HEAD + _ROW * (len(bars) or 1) + _EDGE // 2
    drawn = [
        rectangle(0, 0, _WIDTH, height, _PANEL, 16),
        text(fit(drawable(title) or "", _TITLE, _WIDTH - 2 * _EDGE), _EDGE, _EDGE + _TITLE, _TITLE, _INK),
        *(_rows(bars) if bars else [text(EMPTY, _EDGE, _middle(0), _TEXT, _FAINT)]),
    ]
    return document(_WIDTH, height, _SCALE, drawn)


def _rows(bars: Sequence[Bar]) -> list[str]:
    labels = [_label(bar) for bar in bars]
    notes = [fit(drawable(bar.note) or "", _TEXT, _NOTES) for bar in bars]
    columns = _Columns(_widest(labels), _widest(notes))
    longest = max(bar.share for bar in bars) or 1.0
    left, right = columns.bars_from, _WIDTH - _EDGE
    return [
        *(text(label, _EDGE, _middle(row), _TEXT, _INK) for row, label in enumerate(labels)),
        # Joined letters may turn out wider than they were measured: they end under this.
        rectangle(left, _EDGE + _HEAD, right - left, _ROW * len(bars), _PANEL),
        *(_bar(bar.share / longest, bar.colour, row, columns) for row, bar in enumerate(bars)),
        *(text(note, right - columns.notes, _middle(row), _TEXT, _FAINT) for row, note in enumerate(notes)),
    ]


def _label(bar: Bar) -> str:
    return fit(drawable(bar.label) or drawable(bar.fallback) or "?", _TEXT, _LABELS)


def _bar(part: float, colour: int | None, row: int, columns: _Columns) -> str:
    top = _EDGE + _HEAD + row * _ROW + (_ROW - _BAR) / 2
    track = rectangle(columns.bars_from, top, columns.bars, _BAR, _TRACK, 6)
    if not part:
        return track
    width = max(part * columns.bars, 4)  # what is there at all is to be seen
    fill = visible(_PLAIN if colour is None else colour)
    return track + rectangle(columns.bars_from, top, width, _BAR, fill, 6)


def visible(colour: int) -> int:
    """Return a colour, lightened as far as it takes to stand out against what bars are drawn on."""
    tints = (mixed(colour, 0xFFFFFF, tenths / 10) for tenths in range(11))
    return next(tint for tint in tints if contrast(tint, _TRACK) >= _CONTRAST)


def _middle(row: int) -> float:
    """Return the line that the letters of a row stand on."""
    return _EDGE + _HEAD + row * _ROW + _ROW / 2 + _TEXT * 0.36


def _widest(texts: Sequence[str]) -> float:
    return max(shipped().width(text, _TEXT) for text in texts)
