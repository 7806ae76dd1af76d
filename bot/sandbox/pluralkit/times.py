"""How PluralKit writes and reads moments, and the moment that a Discord id carries."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Final

DISCORD_EPOCH: Final = datetime(2015, 1, 1, tzinfo=UTC)
"""The moment that Discord's ids count their milliseconds from."""

_INSTANT = re.compile(
    r"(?P<seconds>[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2})(?:\.(?P<fraction>[0-9]{1,9}))?Z"
)
_ISO = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?:[Tt ][0-9]{2}:[0-9]{2}.*)?")
_OTHERS = ("%a, %d %b %Y %H:%M:%S GMT", "%m/%d/%Y %H:%M:%S", "%m/%d/%Y %H:%M", "%m/%d/%Y")


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


def parse_loosely(text: str) -> datetime | None:
    """Read a moment as the vendor's runtime reads any date: a moment without an offset is in UTC.

    Of the many spellings that .NET takes, these are ISO-8601 with and without an offset, with a blank
    for the ``T``, and down to the bare day; the dates of HTTP; and American ones. None: it is none.
    """
    trimmed = text.strip()
    for read in (_read_iso, *_READERS):
        with suppress(ValueError, OverflowError):
            moment = read(trimmed)
            return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    return None


def snowflake_time(snowflake: int) -> datetime:
    """Return the moment, to the millisecond, at which Discord made an id."""
    return DISCORD_EPOCH + timedelta(milliseconds=snowflake >> 22)


def stamp_of_snowflake(snowflake: int) -> str:
    """Write the moment of a Discord id in whole seconds: messages are stamped so."""
    return stamp(snowflake_time(snowflake).replace(microsecond=0))


def _read_iso(text: str) -> datetime:
    if not _ISO.fullmatch(text):
        raise ValueError(text)
    return datetime.fromisoformat(text.replace("t", "T").replace("z", "Z"))


def _reader(form: str) -> Callable[[str], datetime]:
    return lambda text: datetime.strptime(text, form).replace(tzinfo=UTC)


_READERS: Final = tuple(_reader(form) for form in _OTHERS)
