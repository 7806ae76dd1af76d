"""Interactions that come to us by another way than the gateway, handed to discord.py as if by the gateway.

This is the only place that touches what discord.py keeps for itself to do so.
"""

from __future__ import annotations

import logging
import time
from collections import OrderedDict
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from typing import Any

import discord
from discord.state import ConnectionState

from bot.signing import STAMP_SECONDS

_INSISTED_ON: Mapping[str, object] = {
    "position": 0,
    "owner_id": "0",
    "message_count": 0,
    "member_count": 0,
    "bitrate": 64_000,
    "user_limit": 0,
}
"""What discord.py reads of channels and threads that it does not know from the gateway. The part of a channel
that comes with an interaction need not have it, as Discord says of those that are chosen in options."""
_WARNING = "interaction endpoint URL set"


def hand_over(client: discord.Client, payload: Mapping[str, Any]) -> None:
    """Have an interaction answered: the tree, forms, lasting items and ``on_interaction`` get it.

    They do so in tasks of their own, which have begun after one turn of the event loop. The client is to be
    logged in. Raises ``KeyError``, ``TypeError`` and the like for what is no interaction.
    """
    if "guild_id" in payload and "channel" in payload:
        payload = {**payload, "channel": {**_INSISTED_ON, **payload["channel"]}}
    state: Any = client._connection  # noqa: SLF001  # pyright: ignore[reportPrivateUsage] - checked below
    state.parse_interaction_create(payload)


class Copies:
    """Tells apart what was posted before, for as long as its time stamp is good; ``clock`` is monotonic.

    No more than ``most`` are known at a time.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic, most: int = 50_000) -> None:
        self._clock = clock
        self._most = most
        self._known: OrderedDict[int, float] = OrderedDict()
        """When each arrived, the oldest first."""

    def is_new(self, interaction_id: int) -> bool:
        """Say whether an interaction is no copy, and know it from then on."""
        now = self._clock()
        while self._known:
            oldest, at = next(iter(self._known.items()))
            # A time stamp that is ahead of us is good for twice as long.
            if at > now - 2 * STAMP_SECONDS and len(self._known) < self._most:
                break
            del self._known[oldest]
        if interaction_id in self._known:
            return False
        self._known[interaction_id] = now
        return True


@contextmanager
def unwarned() -> Generator[None]:
    """Keep discord.py from warning, at the login, that nothing will come by the gateway: nothing shall."""
    log = logging.getLogger("discord.client")

    def is_told(record: logging.LogRecord) -> bool:
        return _WARNING not in str(record.msg)

    log.addFilter(is_told)
    try:
        yield
    finally:
        log.removeFilter(is_told)


if not (hasattr(ConnectionState, "parse_interaction_create") and hasattr(discord.Client, "_get_state")):
    raise RuntimeError("this discord.py takes interactions in another way; install the version in the lock")
