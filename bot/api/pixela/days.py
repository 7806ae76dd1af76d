"""Days: as people type them, as Pixela writes them, and in windows that it takes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta

from bot.api.pixela.quantities import plain_digits
from bot.errors import InvalidInput

WINDOW = 365
"""Days that one list of pixels may span, both ends counted (contract, "GET pixels")."""

_DAY = re.compile(r"([0-9]{4})(-?)([0-9]{2})\2([0-9]{2})")
FIRST_YEAR, LAST_YEAR = 1900, 2999
_RULE = "A day is typed like `2026-11-20`, `20261120`, `today` or `yesterday`."


def parse_day(text: str, today: date) -> date:
    """Read a day as a person types it; ``today`` is that of the graph's time zone.

    Raises :class:`~bot.errors.InvalidInput`, also for a day that no calendar has.
    """
    bare = plain_digits(text.strip()).lower()
    if bare in {"today", "yesterday"}:
        return today - timedelta(days=bare == "yesterday")
    found = _DAY.fullmatch(bare)
    if found is None:
        raise InvalidInput(_RULE)
    year, month, day = int(found[1]), int(found[3]), int(found[4])
    try:
        read = date(year, month, day)
    except ValueError:
        raise InvalidInput(f"There is no such day in the calendar. {_RULE}") from None
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise InvalidInput(f"A day lies between {FIRST_YEAR} and {LAST_YEAR}.")
    return read


def day_text(day: date) -> str:
    """Write a day as Pixela takes it: ``yyyyMMdd``."""
    return day.isoformat().replace("-", "")


def find_day(text: str) -> date | None:
    """Read a day as Pixela writes it, or as ISO 8601 does; None for any other text."""
    found = _DAY.fullmatch(text)
    try:
        return None if found is None else date(int(found[1]), int(found[3]), int(found[4]))
    except ValueError:
        return None


def check_window(first: date | None, last: date | None) -> None:
    """See that a span of days is one that can be asked for. Raises :class:`~bot.errors.InvalidInput`."""
    if first is None or last is None:
        return
    if first > last:
        raise InvalidInput("The first day lies after the last one.")
    if (last - first).days >= WINDOW:
        raise InvalidInput(f"Pixela lists at most {WINDOW} days at once.")


def windows(first: date, last: date) -> Iterator[tuple[date, date]]:
    """Yield spans that Pixela lists at once, the earliest first, which together are the whole span."""
    while first <= last:
        end = first + timedelta(days=min(WINDOW - 1, (last - first).days))
        yield first, end
        if end == last:
            return
        first = end + timedelta(days=1)
