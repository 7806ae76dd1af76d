"""How PluralKit writes and reads moments, and the moment that a Discord id carries."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Final

DISCORD_EPOCH: Final = datetime(2015, 1, 1, tzinfo=UTC)
"""The moment that Discord's ids count their milliseconds from."""

_INSTANT = re.compile(
    r"(?P<seconds>[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2})(?:\.(?P<fraction>[0-9]{1,9}))?Z"
)


def stamp(moment: datetime) -> str:
    """Write a moment as the API does: UTC with ``Z``, no trailing zeros, no dot on a whole second."""
    text = moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds")
    return text.rstrip("0").rstrip(".") + "Z"


def stamp_or_null(moment: datetime | None) -> str | None:
    """Write a moment as :func:`stamp` does, or nothing."""
    return None if moment is None else stamp(moment)


def parse_instant(text: str) -> datetime | None:
    """Read a moment from a query: ISO-8601 with ``Z`` and up to 9 fraction digits; None: it is none.

    Offsets such as ``+02:00`` are refused. Digits beyond the microsecond are dropped, as the
    vendor's database has no finer time.
    """
    found = _INSTANT.fullmatch(text)
    if found is None:
        return None
    fraction = (found["fraction"] or "").ljust(6, "0")[:6]
    try:
        return datetime.fromisoformat(f"{found['seconds']}.{fraction}+00:00")
    except ValueError:
        return None


def snowflake_time(snowflake: int) -> datetime:
    """Return the moment, to the millisecond, at which Discord made an id."""
    return DISCORD_EPOCH + timedelta(milliseconds=snowflake >> 22)


def stamp_of_snowflake(snowflake: int) -> str:
    """Write the moment of a Discord id in whole seconds: messages are stamped so."""
    return stamp(snowflake_time(snowflake).replace(microsecond=0))
