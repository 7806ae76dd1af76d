"""A system's switches in the order of time, oldest first; of one moment, in the order of adding.

Looking at a page or a moment costs no more with 100,000 switches than with ten.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Sequence
from datetime import datetime
from operator import attrgetter

from bot.sandbox.pluralkit.entities import Switch

_AT = attrgetter("at")


def place(switches: list[Switch], switch: Switch) -> None:
    """Put a switch where it belongs."""
    insort(switches, switch, key=_AT)


def newest(switches: Sequence[Switch]) -> Switch | None:
    """Return the latest switch, be it to come yet."""
    return switches[-1] if switches else None


def newest_before(switches: Sequence[Switch], moment: datetime, most: int) -> list[Switch]:
    """Return at most so many switches that lie before a moment, newest first."""
    end = bisect_left(switches, moment, key=_AT)
    return [*switches[max(end - most, 0) : end]][::-1]


def taken(switches: Sequence[Switch], moment: datetime) -> bool:
    """Say whether there is a switch of that very moment."""
    index = bisect_left(switches, moment, key=_AT)
    return index < len(switches) and switches[index].at == moment
