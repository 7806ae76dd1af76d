"""Times of day in a time zone, and the moments that they are, day by day: pure functions.

Where clocks are put forward, a time of day that is left out is told at the first minute that there is; where
they are put back, one that comes twice is told the first time. So there is one moment for each day.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from bot.errors import InvalidInput

_TIME = re.compile(r"([0-9]{1,2})(?:[:.]([0-9]{2}))?\s*(?:([ap])\.?m\.?)?", re.IGNORECASE)
_RULE = "A time of day is typed like `21:30`, `9pm`, `9:30 am` or `7`."
_DAY = timedelta(days=1)
_SECOND = timedelta(seconds=1)


def parse_daytime(text: str) -> int:
    """Read a time of day as people type it, in minutes since midnight.

    Raises :class:`~bot.errors.InvalidInput`.
    """
    found = _TIME.fullmatch(unicodedata.normalize("NFKC", text).strip())
    if found is None:
        raise InvalidInput(_RULE)
    hour, minute = int(found[1]), int(found[2] or 0)
    if found[3]:
        if not 1 <= hour <= 12:
            raise InvalidInput(_RULE)
        hour = hour % 12 + (12 if found[3].lower() == "p" else 0)
    if hour > 23 or minute > 59:
        raise InvalidInput(_RULE)
    return hour * 60 + minute


def show_daytime(minute: int) -> str:
    """Write a time of day: ``07:05``."""
    return f"{minute // 60:02d}:{minute % 60:02d}"


def moment_of(day: date, minute: int, zone: tzinfo) -> datetime:
    """Return the moment (UTC) at which a time of day is told on a day."""
    wall = datetime.combine(day, time(minute // 60, minute % 60), zone)
    moment = wall.astimezone(UTC)
    if moment.astimezone(zone).replace(tzinfo=None) == wall.replace(tzinfo=None):
        return moment
    return _end_of_gap(wall.replace(fold=1).astimezone(UTC), moment, zone)


def next_moment(after: datetime, minute: int, zone: tzinfo) -> tuple[date, datetime]:
    """Return the next day with its moment that comes after ``after``."""
    day = after.astimezone(zone).date() - _DAY
    while True:
        moment = moment_of(day, minute, zone)
        if moment > after and _exists(day, zone):
            return day, moment
        day += _DAY


def _exists(day: date, zone: tzinfo) -> bool:
    """Say whether there is such a day: a place that crossed the date line has left one out."""
    return moment_of(day, 0, zone) < moment_of(day + _DAY, 0, zone)


def _end_of_gap(before: datetime, after: datetime, zone: tzinfo) -> datetime:
    """Return the first whole minute after clocks were put forward, between two moments around that."""
    offset = after.astimezone(zone).utcoffset()
    while after - before > _SECOND:
        middle = before + (after - before) // 2
        middle = middle.replace(microsecond=0)
        if middle.astimezone(zone).utcoffset() == offset:
            after = middle
        else:
            before = middle
    # Clocks of long ago were put forward by minutes and seconds.
    odd = after.astimezone(zone).second
    return after + timedelta(seconds=-odd % 60)
