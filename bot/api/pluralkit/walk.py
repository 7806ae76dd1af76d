"""Walking back through a front history, a hundred switches at a time."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from datetime import datetime, timedelta

from bot.api.pluralkit.client import MOST_SWITCHES, PluralKitClient
from bot.api.pluralkit.models import Switch

MOST_WALKED = 100_000
"""Switches after which a walk ends: at four pages a second it took four minutes."""


async def walk_back(
    client: PluralKitClient, system: str, *, most: int = MOST_WALKED, walking: bool = True
) -> AsyncGenerator[Sequence[Switch]]:
    """Yield the switches of a system in pages, the newest first, ``most`` of them at most.

    ``walking``: whether it may take long, and so has to leave room for others.

    The vendor leaves out switches of exactly the moment that it is asked to go on from, so each page
    is asked for from a microsecond later, and what it repeats is dropped. Raises as
    :meth:`PluralKitClient.switches` does.
    """
    before: datetime | None = None
    known: frozenset[str] = frozenset()
    left = most
    while left > 0:
        page = await client.switches(system, before=before, walking=walking)
        fresh = [each for each in page if each.id not in known and (not before or each.timestamp < before)]
        if not fresh:
            return
        fresh.sort(key=_moment, reverse=True)
        yield fresh[:left]
        if len(page) < MOST_SWITCHES:
            return
        left -= len(fresh)
        oldest = fresh[-1].timestamp
        ahead = oldest + timedelta(microseconds=1)
        at_oldest = frozenset(each.id for each in fresh if each.timestamp == oldest)
        known = at_oldest | known if ahead == before else at_oldest
        before = ahead


def _moment(switch: Switch) -> float:
    return switch.timestamp.timestamp()
