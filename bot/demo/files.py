"""Where the demo's downloads come from: SimCord keeps what people attach in memory, not on a host."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

from simcord.backend.cdn import CDN_BASE, CdnStore

from bot.media import Opened, Source

HOST = urlsplit(CDN_BASE).netloc
"""The host that SimCord says attachments lie on."""


class Attachments:
    """SimCord's attachments as a :class:`~bot.media.Source`; everything else comes from ``other``."""

    def __init__(self, other: Source) -> None:
        self._other = other
        self.store: CdnStore | None = None
        """Where SimCord keeps them, once there is one."""

    @asynccontextmanager
    async def open(self, url: str) -> AsyncGenerator[Opened]:
        """Ask one address."""
        if urlsplit(url).netloc != HOST:
            async with self._other.open(url) as opened:
                yield opened
            return
        blob = None if self.store is None else self.store.get(url)
        yield Opened(404 if blob is None else 200, {}, _whole(blob or b""))


async def _whole(blob: bytes) -> AsyncIterator[bytes]:
    yield blob
