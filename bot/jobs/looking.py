"""What Pixela says when a reminder is due: which day it is on the graph, and whether it has something."""

from __future__ import annotations

import logging
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

from bot.api.pixela import PixelaClient
from bot.connections import Connections, Scope
from bot.errors import ApiError, NotConnected, NotFound, Unauthorised, VaultError
from bot.moments import zone_of
from bot.storage.guilds import SHARED
from bot.storage.reminders import Reminder
from bot.ui.text import plain

_log = logging.getLogger(__name__)

_LOOK_SECONDS = 4.0
"""How long Pixela may take for each of two answers: together less than a lease."""


@dataclass(frozen=True, slots=True)
class Found:
    """What was found, as far as Pixela told."""

    zone: str
    """The graph's time zone; where nobody knows it, that of the reminder."""
    day: date
    """Which day it was on the graph at the moment that is told of."""
    refusals: int
    """On how many days in a row, this one too, Pixela refused the look; trouble there counts neither way."""
    has_something: bool = False
    refusal: str | None = None
    """Why Pixela refused it."""


class Looking:
    """Looks as whoever is reminded."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    async def look(self, reminder: Reminder) -> Found:
        """Look at the day that a reminder is about."""
        before = _found(reminder, reminder.graph_zone or reminder.timezone)
        try:
            return await self._look(reminder, before)
        except NotFound:
            reason = f"The graph **{plain(reminder.graph_name, 100)}** is not there any more."
        except (NotConnected, Unauthorised):
            reason = _disconnected(reminder)
        except (ApiError, VaultError) as error:
            _log.info("reminder %s is sent without a look (%s)", reminder.ref, type(error).__name__)
            return before
        return replace(before, refusals=reminder.refusals + 1, refusal=reason)

    async def _look(self, reminder: Reminder, found: Found) -> Found:
        graph_id = reminder.graph.removeprefix(SHARED)
        async with self._client_of(reminder) as client:
            hurried = client.within(_LOOK_SECONDS)
            # A message that may have been sent names its day: that stays, whatever became of the graph.
            if reminder.posting_at is None:
                graph = await hurried.graph(graph_id)
                found = _found(reminder, graph.timezone or "UTC")
            pixels = await hurried.pixels(graph_id, found.day, found.day)
        return replace(found, refusals=0, has_something=any(pixel.quantity for pixel in pixels))

    def _client_of(self, reminder: Reminder) -> AbstractAsyncContextManager[PixelaClient]:
        if reminder.graph.startswith(SHARED):
            return self._connections.server_pixela(reminder.guild_id)
        return self._connections.pixela(Scope(reminder.guild_id, reminder.user_id))


def _found(reminder: Reminder, zone: str) -> Found:
    day = datetime.fromtimestamp(reminder.next_at, UTC).astimezone(zone_of(zone)).date()
    return Found(zone, day, reminder.refusals)


def _disconnected(reminder: Reminder) -> str:
    graph = plain(reminder.graph_name, 100)
    if reminder.graph.startswith(SHARED):
        return f"The server's Pixela user that has **{graph}** is not connected any more."
    return (
        f"Your Pixela user that has **{graph}** is not linked any more, or its token was refused. "
        "`/pixela user link` links it again."
    )
