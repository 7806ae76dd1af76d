"""SVG text, element by element, and the frame that all pictures share."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import escape
from types import MappingProxyType
from typing import TypeAlias

from bot.sandbox.pixela.pictures.palette import Palette

Value: TypeAlias = "str | int | float"
"""What an attribute can be set to."""

_NO_MORE: Mapping[str, Value] = MappingProxyType({})
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
"""What XML cannot hold, not even escaped."""


def element(tag: str, attributes: Mapping[str, Value], inside: str = "") -> str:
    """Write one element; ``inside`` is markup already."""
    opening = " ".join([tag, *(f'{name}="{_safe(str(value))}"' for name, value in attributes.items())])
    return f"<{opening}>{inside}</{tag}>" if inside else f"<{opening}/>"


def group(inside: str, x: int | None = None, y: int = 0) -> str:
    """Write a group, moved by ``x`` and ``y`` if they are given."""
    return element("g", {} if x is None else {"transform": f"translate({x},{y})"}, inside)


def label(x: int, y: int, text: str, palette: Palette, size: int = 9) -> str:
    """Write a line of text."""
    return element("text", {"x": x, "y": y, "font-size": size, "fill": palette.text}, _safe(text))


def square(x: int, y: int, color: str, more: Mapping[str, Value] = _NO_MORE, *, side: int = 10) -> str:
    """Write a filled square with ``more`` attributes."""
    return element("rect", {"x": x, "y": y, "width": side, "height": side, "fill": color, **more})


def picture(width: int, height: int, palette: Palette, marks: str, labels: str = "") -> str:
    """Write a whole picture: the ground, the group of ``marks``, the ``labels``.

    The vendor's second child is the group, so there is a ground even if it is transparent.
    """
    area: dict[str, Value] = {"x": 0, "y": 0, "width": width, "height": height}
    ground = element("rect", {**area, "fill": palette.ground})
    root: dict[str, Value] = {
        "xmlns": "http://www.w3.org/2000/svg",
        "width": width,
        "height": height,
        "viewBox": f"0 0 {width} {height}",
    }
    return element("svg", root, ground + group(marks) + labels)


def _safe(text: str) -> str:
    return escape(_UNPRINTABLE.sub(" ", text))
