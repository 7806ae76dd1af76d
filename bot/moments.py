"""Times as people type them: ``14:30``, ``yesterday 9pm``, ``2h ago``, ``2026-11-20 14:30``, ``<t:…>``."""

from __future__ import annotations

import re
from datetime import UTC, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo

from bot.errors import InvalidInput

_TIMESTAMP = re.compile(r"<t:([0-9]{1,11})(?::[A-Za-z])?>")
_AGO = re.compile(r"((?:[0-9]{1,5}\s*[a-z]+[\s,]*)+)(?:ago)?")
_STEP = re.compile(r"([0-9]{1,5})\s*([a-z]+)")
_CLOCK = re.compile(r"([0-9]{1,2})(?::([0-9]{2}))?(?::([0-9]{2}))?\s*(am|pm)?")
_DAY = re.compile(
    r"(?:(today|yesterday)|([0-9]{4}-[0-9]{2}-[0-9]{2}))(?:[\sT]+(?:at\s+)?(.+))?", re.IGNORECASE
)
_UNITS = {
    **dict.fromkeys(("s", "sec", "secs", "second", "seconds"), 1),
    **dict.fromkeys(("m", "min", "mins", "minute", "minutes"), 60),
    **dict.fromkeys(("h", "hr", "hrs", "hour", "hours"), 3600),
    **dict.fromkeys(("d", "day", "days"), 86_400),
    **dict.fromkeys(("w", "week", "weeks"), 604_800),
}
_EARLIEST = datetime(1970, 1, 2, tzinfo=UTC)
"""What lies before it cannot be reckoned with everywhere, and is a slip."""
_RULE = "A time is typed like `14:30`, `yesterday 9pm`, `2026-11-20 14:30`, `2h 30m ago` or `<t:1763649000>`."


def find_zone(name: str) -> tzinfo | None:
    """Return a time zone by its name in the tz database, None where there is none of that name."""
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, KeyError):  # the last is what ZoneInfoNotFoundError is
        return None


def zone_of(name: str | None) -> tzinfo:
    """Return a time zone by its name; UTC where there is none of that name."""
    return (find_zone(name) if name else None) or UTC


def parse_moment(text: str, now: datetime, zone: tzinfo) -> datetime:
    """Read a moment of the past as a person in ``zone`` types it; returned in UTC.

    A time of day without a day is the last one before ``now``. Raises
    :class:`~bot.errors.InvalidInput`, also for what lies in the future.
    """
    bare = text.strip()
    found = _read(bare, now, zone)
    if found is None or found < _EARLIEST:
        raise InvalidInput(_RULE)
    if found > now:
        raise InvalidInput("That lies in the future. Give a time that has passed.")
    return found


def parse_length(text: str) -> int | None:
    """Read how long something lasts (``2h 30m``, ``90 min``) in seconds; None where it is none."""
    steps = _STEP.findall(text.strip().lower())
    left = _STEP.sub("", text.strip().lower()).strip(" ,")
    if not steps or left or any(unit not in _UNITS for _, unit in steps):
        return None
    return sum(int(count) * _UNITS[unit] for count, unit in steps)


def _read(bare: str, now: datetime, zone: tzinfo) -> datetime | None:
    try:
        found = _timestamp(bare) or _ago(bare.lower(), now) or _of_day(bare, now, zone) or _iso(bare, zone)
        return found.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _timestamp(bare: str) -> datetime | None:
    found = _TIMESTAMP.fullmatch(bare)
    return None if found is None else datetime.fromtimestamp(int(found[1]), UTC)


def _ago(bare: str, now: datetime) -> datetime | None:
    if bare == "now":
        return now
    found = _AGO.fullmatch(bare)
    length = None if found is None else parse_length(found[1])
    return None if length is None else now - timedelta(seconds=length)


def _of_day(bare: str, now: datetime, zone: tzinfo) -> datetime | None:
    here = now.astimezone(zone)
    at = _clock(bare)
    if at is not None:
        days = (here.date(), here.date() - timedelta(days=1))
        # Twice a day where clocks are put back; both are told by what time it is in UTC.
        times = [
            datetime.combine(day, at.replace(fold=fold), zone).astimezone(UTC)
            for day in days
            for fold in (0, 1)
        ]
        return max((moment for moment in times if moment <= now), default=None)
    found = _DAY.fullmatch(bare)
    at = time() if found and found[3] is None else _clock(found[3].lower()) if found else None
    if found is None or at is None:
        return None
    if found[2]:
        day = datetime.fromisoformat(found[2]).date()
    else:
        day = here.date() - timedelta(days=1 if found[1].lower() == "yesterday" else 0)
    return datetime.combine(day, at, zone)


def _iso(bare: str, zone: tzinfo) -> datetime:
    moment = datetime.fromisoformat(bare)
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)


def _clock(text: str) -> time | None:
    """Read a time of day; a bare number is none."""
    found = _CLOCK.fullmatch(text.strip().lower())
    if found is None or not (found[2] or found[4]):
        return None
    hour = int(found[1])
    if found[4]:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if found[4] == "pm" else 0)
    return time(hour, int(found[2] or 0), int(found[3] or 0))
