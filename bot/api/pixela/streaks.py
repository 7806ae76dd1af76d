"""What the days of a graph add up to: total, best day, streaks. Days are those of its time zone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Streak:
    """Days in a row on which something was counted, both ends included."""

    first: date
    last: date

    @property
    def length(self) -> int:
        """How many days it has."""
        return (self.last - self.first).days + 1


@dataclass(frozen=True, slots=True)
class Tally:
    """What days add up to; all of it is of the days that were looked at alone."""

    total: Decimal
    active: int
    """Days on which something was counted."""
    best: tuple[date, Decimal] | None
    """The day with the most, the latest of equal ones."""
    current: Streak | None
    """The streak that goes on: it ends today, or yesterday while today is still open."""
    longest: Streak | None
    """The longest streak, the latest of equal ones."""
    is_open: bool
    """Whether nothing was counted today so far."""


def tally(days: Mapping[date, Decimal], today: date) -> Tally:
    """Add days up.

    A day counts whose quantity is not nought: a pixel of 0 is as good as none, and a negative one is
    something that was noted. What lies after ``today`` is left out.
    """
    counted = {day: days[day] for day in sorted(days) if day <= today and days[day]}
    streaks = _streaks([*counted])
    newest = streaks[-1] if streaks else None
    goes_on = newest is not None and newest.last >= today - _DAY
    best = max(counted, key=lambda day: (counted[day], day), default=None)
    return Tally(
        total=sum(counted.values(), Decimal(0)),
        active=len(counted),
        best=None if best is None else (best, counted[best]),
        current=newest if goes_on else None,
        longest=max(streaks, key=lambda streak: (streak.length, streak.last), default=None),
        is_open=today not in counted,
    )


def _streaks(days: list[date]) -> list[Streak]:
    """Return the streaks of ascending days, the earliest first."""
    streaks: list[Streak] = []
    for day in days:
        if streaks and day - streaks[-1].last == _DAY:
            streaks[-1] = Streak(streaks[-1].first, day)
        else:
            streaks.append(Streak(day, day))
    return streaks
