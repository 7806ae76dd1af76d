"""The vendor's webhooks: what a system with a ``webhook_url`` is told of each change.

Page: https://pluralkit.me/api/dispatch. The vendor sends only to public https addresses; the
emulator keeps everything in a list instead, and sends only to plain http on this machine.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Final

import aiohttp
from yarl import URL

from bot.sandbox.pluralkit.entities import System
from bot.sandbox.upstream import JSON

USER_AGENT: Final = "PluralKit Dispatch (https://pluralkit.me/api/dispatch/)"
"""Who the vendor's webhooks say they are."""

_LOOPBACK = {"127.0.0.1", "::1", "localhost"}
_PATIENCE = aiohttp.ClientTimeout(total=10)


class Dispatcher:
    """Keeps, and where it can sends, what systems are told."""

    def __init__(self) -> None:
        self.dispatched: list[dict[str, JSON]] = []
        self._sending: set[asyncio.Task[None]] = set()

    def tell(self, system: System, event: str, id_: str | None, data: JSON) -> None:
        """Tell a system of an event, without waiting; a change of nothing is not told."""
        if system.webhook_url is None or data == {}:
            return
        payload: dict[str, JSON] = {
            "type": event,
            "signing_token": system.webhook_token,
            "system_id": system.uuid,
            "id": id_,
            "data": data,
        }
        self.dispatched.append(payload)
        url = URL(system.webhook_url)
        if url.scheme == "http" and url.host in _LOOPBACK:
            task = asyncio.create_task(_send(url, payload))
            self._sending.add(task)
            task.add_done_callback(self._sending.discard)

    async def close(self) -> None:
        """Give up what is still being sent."""
        sending = [*self._sending]
        for task in sending:
            task.cancel()
        await asyncio.gather(*sending, return_exceptions=True)


def changed(before: Mapping[str, JSON], after: Mapping[str, JSON]) -> dict[str, JSON]:
    """Return what is new of ``after``, within its objects too."""
    news: dict[str, JSON] = {}
    for key, value in after.items():
        old = before.get(key)
        if isinstance(value, dict) and isinstance(old, dict):
            inner = changed(old, value)
            news |= {key: inner} if inner else {}
        elif value != old:
            news[key] = value
    return news


async def _send(url: URL, payload: JSON) -> None:
    """Send a payload once; nobody is told where that fails."""
    try:
        async with (
            aiohttp.ClientSession(timeout=_PATIENCE, headers={"User-Agent": USER_AGENT}) as session,
            session.post(url, json=payload, allow_redirects=False),
        ):
            pass
    except (aiohttp.ClientError, TimeoutError):
        pass
