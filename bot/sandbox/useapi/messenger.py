"""Callbacks: the emulated vendor posts a job to the address that was given for it."""

from __future__ import annotations

import asyncio
import contextlib

import aiohttp

from bot.sandbox.upstream import JSON

_PATIENCE = aiohttp.ClientTimeout(total=5)


class Messenger:
    """Posts without waiting for the answer; what goes wrong is nobody's business."""

    def __init__(self) -> None:
        self._session: aiohttp.ClientSession | None = None
        self._posts: set[asyncio.Task[None]] = set()

    def post(self, url: str, body: JSON) -> None:
        """Send a body as JSON, some time soon."""
        if self._session is None:
            connector = aiohttp.TCPConnector(force_close=True)
            self._session = aiohttp.ClientSession(timeout=_PATIENCE, connector=connector)
        task = asyncio.create_task(_post(self._session, url, body))
        self._posts.add(task)
        task.add_done_callback(self._posts.discard)

    async def delivered(self) -> None:
        """Wait until everything that was posted has arrived or failed."""
        await asyncio.gather(*self._posts)

    async def close(self) -> None:
        """Drop what is under way."""
        for task in self._posts:
            task.cancel()
        await asyncio.gather(*self._posts, return_exceptions=True)
        if self._session is not None:
            await self._session.close()
            self._session = None


async def _post(session: aiohttp.ClientSession, url: str, body: JSON) -> None:
    with contextlib.suppress(aiohttp.ClientError, TimeoutError, ValueError):
        async with session.post(url, json=body) as response:
            await response.read()
