"""A file that a job leaves behind, and the link under which it lies on the emulated CDN."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from bot.sandbox.upstream import JSON
from bot.sandbox.useapi.artwork import Artwork

HUGE_BYTES = 200_000_000
"""Bytes of a file that is too large on purpose."""


class Hostility(Enum):
    """What may be wrong with a result."""

    NO_URL = "no url"
    """The attachment has no link at all."""
    HTML = "html"
    """A web page is sent as if it were the file."""
    HUGE = "huge"
    """200 MB, and both the job and the server say so."""
    HUGE_UNDECLARED = "huge, undeclared"
    """200 MB without a length, where the job speaks of a small file."""
    CUT_SHORT = "cut short"
    """The server announces the whole file, sends half of it and hangs up."""
    GONE = "gone"
    """404, as if it had been deleted."""
    REDIRECT = "redirect"
    """A redirect to another address."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A file before it is published."""

    filename: str
    artwork: Artwork


@dataclass(frozen=True, slots=True)
class Attachment:
    """A published file. Moments are seconds since 1970."""

    number: str
    channel: str
    piece: Piece
    issued: int
    expires: int
    wish: Callable[[], Hostility | None]
    """What is wrong with it at the time of asking."""

    @property
    def path(self) -> str:
        """The path of the link, without its query."""
        return f"/attachments/{self.channel}/{self.number}/{self.piece.filename}"

    @property
    def query(self) -> dict[str, str]:
        """When the link ends, when it was made, and a signature of both, as Discord writes them."""
        ex, issued = f"{self.expires:x}", f"{self.issued:x}"
        signed = f"{self.path}?ex={ex}&is={issued}"
        return {"ex": ex, "is": issued, "hm": hashlib.sha256(signed.encode()).hexdigest()}

    def link(self, base: str) -> str:
        """Return the whole link, under the address of the CDN."""
        return f"{base}{self.path}?{'&'.join(f'{name}={value}' for name, value in self.query.items())}"

    def body(self, base: str) -> dict[str, JSON]:
        """Return the attachment as the job shows it."""
        art = self.piece.artwork
        return self.picture(base) | {
            "content_type": art.content_type,
            "id": self.number,
            "filename": self.piece.filename,
            "size": HUGE_BYTES if self.wish() is Hostility.HUGE else len(art.draw()),
        }

    def picture(self, base: str) -> dict[str, JSON]:
        """Return the picture as an embed shows it."""
        side, link = self.piece.artwork.side, self.link(base)
        links: dict[str, JSON] = {"url": link, "proxy_url": link}
        size: dict[str, JSON] = {"width": side, "height": side}
        return size if self.wish() is Hostility.NO_URL else links | size
