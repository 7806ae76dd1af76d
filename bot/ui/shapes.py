"""The few shapes that our pictures are made of, as SVG, and how far their colours are apart."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from bot.ui.font import FAMILY


def document(width: float, height: float, scale: float, parts: Iterable[str]) -> str:
    """Return a picture of so many units, each of ``scale`` pixels."""
    size = f'width="{width * scale:g}" height="{height * scale:g}" viewBox="0 0 {width:g} {height:g}"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size} font-family="{FAMILY}">{"".join(parts)}</svg>'


def text(words: str, x: float, y: float, size: int, colour: int, anchor: str = "start") -> str:
    """Return a line of text that stands on ``y``; it is ``anchor`` (start, middle, end) that is at ``x``."""
    place = f'x="{x:.1f}" y="{y:.1f}" font-size="{size}" fill="#{colour:06x}"'
    if anchor != "start":
        place += f' text-anchor="{anchor}"'
    return f"<text {place}>{escape(words, quote=False)}</text>" if words else ""


def rectangle(
    x: float, y: float, width: float, height: float, colour: int, round_by: float = 0, edge: int | None = None
) -> str:
    """Return a rectangle; ``edge`` is the colour of a thin line within its border."""
    thin = 0 if edge is None else 1
    place = f'x="{x + thin / 2:.1f}" y="{y + thin / 2:.1f}" width="{width - thin:.1f}" '
    place += f'height="{height - thin:.1f}" rx="{min(round_by, width / 2):g}"'
    line = "" if edge is None else f' stroke="#{edge:06x}"'
    return f'<rect {place} fill="#{colour:06x}"{line}/>'


def contrast(one: int, other: int) -> float:
    """Return how far two colours are apart, from 1 to 21, as WCAG 2.2 reckons."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: int) -> float:
    """Return how light a colour is, from 0 to 1, as WCAG 2.2 reckons."""
    parts = [part / 255 for part in colour.to_bytes(3, "big")]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def mixed(colour: int, other: int, part: float) -> int:
    """Return a colour on its way to another one, ``part`` of it gone."""
    pairs = zip(colour.to_bytes(3, "big"), other.to_bytes(3, "big"), strict=True)
    return int.from_bytes(bytes(round(one + (to - one) * part) for one, to in pairs), "big")
