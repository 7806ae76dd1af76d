"""What could be wrong with a picture that a stranger's server sends."""

from __future__ import annotations

from collections.abc import AsyncIterator
from enum import Enum

from aiohttp import web

HUGE_BYTES = 50_000_000
_DEPTH = 50_000
"""Nested groups; fewer crash parsers that call themselves, and all fit into 500 KB."""
_CROWD = 200_000
_BLOCK = b" " * (1 << 16)


class Hostility(Enum):
    """One way in which a picture can be no harmless picture."""

    NO_SVG = "no svg"
    """A page that calls itself a picture."""
    CUT_SHORT = "cut short"
    """The first half, as if that were all."""
    HUGE = "huge"
    """A picture that goes on for 50 MB, with no length given."""
    LINKS = "links"
    """Addresses of files and of other servers."""
    ENTITIES = "entities"
    """A document type whose entities read a file and multiply."""
    DEEP = "deep"
    """Groups in groups."""
    CROWDED = "crowded"
    """More squares than any year has days."""
    SCRIPT = "script"
    """Programs, in an element and in attributes."""
    SIZES = "sizes"
    """Measures that are huge, negative or no numbers."""


def spoil(svg: str, hostility: Hostility, content_type: str) -> web.Response:
    """Answer with a picture that ``hostility`` has spoilt."""
    if hostility is Hostility.HUGE:
        return web.Response(body=endless(svg), content_type=content_type)
    return web.Response(text=_spoilt(svg, hostility), content_type=content_type)


def _spoilt(svg: str, hostility: Hostility) -> str:
    match hostility:
        case Hostility.NO_SVG:
            return '<!doctype html><html><head><meta charset="utf-8"></head><body><p>Hello<br></body></html>'
        case Hostility.CUT_SHORT:
            return svg[: len(svg) // 2]
        case Hostility.ENTITIES:
            return _with_inside(_DOCTYPE + svg, "<text>&file;&many3;</text>")
        case Hostility.SIZES:
            return _oversized(svg)
        case _:
            return _with_inside(svg, _INSIDE[hostility])


def _with_inside(svg: str, extra: str) -> str:
    return svg.removesuffix("</svg>") + extra + "</svg>"


def _oversized(svg: str) -> str:
    grown = svg.replace('width="', 'width="99999999', 1).replace('height="', 'height="99999999', 1)
    wrong = ("1e308", "-5", "NaN", "100%", "inf", "")
    return _with_inside(
        grown,
        "".join(f'<rect x="{size}" y="0" width="{size}" height="{size}" fill="#44b256"/>' for size in wrong),
    )


async def endless(svg: str) -> AsyncIterator[bytes]:
    """Send the picture without its end, then blanks, without holding them all."""
    start = svg.removesuffix("</svg>").encode()
    yield start
    for sent in range(len(start), HUGE_BYTES, len(_BLOCK)):
        yield _BLOCK[: HUGE_BYTES - sent]


_DOCTYPE = (
    '<!DOCTYPE svg [<!ENTITY file SYSTEM "file:///etc/passwd"><!ENTITY many0 "ha">'
    + "".join(f'<!ENTITY many{n + 1} "{f"&many{n};" * 100}">' for n in range(3))
    + "]>"
)
_INSIDE = {
    Hostility.LINKS: (
        '<image href="file:///etc/passwd" width="9" height="9"/>'
        '<image xmlns:xlink="http://www.w3.org/1999/xlink" xlink:href="http://169.254.169.254/latest/"/>'
        '<use href="http://127.0.0.1:1/x.svg#a"/>'
        '<rect x="0" y="0" width="9" height="9" fill="url(http://127.0.0.1:1/#a)"/>'
        "<style>@import url('http://127.0.0.1:1/x.css');</style>"
    ),
    Hostility.DEEP: "<g>" * _DEPTH + "</g>" * _DEPTH,
    Hostility.CROWDED: '<rect x="1" y="1" width="1" height="1" fill="#44b256"/>' * _CROWD,
    Hostility.SCRIPT: (
        '<script>alert(1)</script><rect x="0" y="0" width="9" height="9" fill="#44b256" onload="alert(1)"/>'
        '<a href="javascript:alert(1)"><foreignObject><body onload="alert(1)"/></foreignObject></a>'
    ),
}
