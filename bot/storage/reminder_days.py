"""The days for which Done was pressed under a reminder: one press at a time records a day.

A press claims its day in the database, so that it is alone among all processes. The claim of a process that
died ends after :data:`LONGEST_PRESS`; what a press writes counts only while the claim is still its own.
Times are seconds since 1970.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import ColumnElement, Executable, Integer, and_, delete, literal, or_, select, update

from bot.storage.database import Database
from bot.storage.reminders import Reminder
from bot.storage.schema import Snowflake, reminder_days, reminders

REMEMBERED = timedelta(days=31)
"""How long it is known whether Done was pressed for a day."""
LONGEST_PRESS = 60
"""Seconds after which no press can be at it any more: whoever claims a day must be done with it by then."""
_ASTRAY = 60
"""Seconds by which a claim may lie ahead; one that lies farther was made before the clock was put back."""
_NOBODY = 0


@dataclass(frozen=True, slots=True)
class DayClaim:
    """That one press is at a day."""

    reminder_id: int
    day: date
    at: int
    """Since when."""
    is_first: bool
    """Whether no press was at it before; otherwise the day may have been recorded."""


class ReminderDays:
    """The days of all reminders. ``clock`` gives seconds since 1970."""

    def __init__(self, database: Database, clock: Callable[[], float]) -> None:
        self._database = database
        self._clock = clock

    async def take_over(self) -> None:
        """End every claim: the one process that there may be with an SQLite file is this one."""
        held = reminder_days.c.claimed_at != _NOBODY
        async with self._database.writing() as connection:
            await connection.execute(update(reminder_days).where(held).values(claimed_at=_NOBODY))

    async def claim(self, reminder: Reminder, day: date) -> DayClaim | None:
        """Claim a day for a press; return None where another one is at it, or the reminder was removed."""
        now = int(self._clock())
        first = DayClaim(reminder.id, day, now, is_first=True)
        async with self._database.writing() as connection:
            await connection.execute(delete(reminder_days).where(_outdated(reminder, day)))
            if (await connection.execute(self._noting(first))).rowcount:
                return first
            row = and_(_row(reminder.id, day), _is_free(now))
            again = update(reminder_days).where(row).values(claimed_at=now)
            if (await connection.execute(again)).rowcount:
                return DayClaim(reminder.id, day, now, is_first=False)
        return None

    async def settle(self, claim: DayClaim) -> None:
        """Note that the press is over: the day may hold it."""
        over = update(reminder_days).where(_held(claim)).values(claimed_at=_NOBODY)
        async with self._database.writing() as connection:
            await connection.execute(over)

    async def drop(self, claim: DayClaim) -> None:
        """Note that the press is over and recorded nothing, as if there had been none."""
        async with self._database.writing() as connection:
            await connection.execute(delete(reminder_days).where(_held(claim)))

    def _noting(self, claim: DayClaim) -> Executable:
        # From the reminder's own row, since it may have been removed while Pixela was asked.
        values = select(
            reminders.c.id, literal(_number(claim.day), Integer), literal(claim.at, Snowflake)
        ).where(reminders.c.id == claim.reminder_id)
        columns = [reminder_days.c.reminder_id, reminder_days.c.day, reminder_days.c.claimed_at]
        return self._database.insert(reminder_days).from_select(columns, values).on_conflict_do_nothing()


def _number(day: date) -> int:
    return day.year * 10_000 + day.month * 100 + day.day


def _row(reminder_id: int, day: date) -> ColumnElement[bool]:
    return and_(reminder_days.c.reminder_id == reminder_id, reminder_days.c.day == _number(day))


def _held(claim: DayClaim) -> ColumnElement[bool]:
    return and_(_row(claim.reminder_id, claim.day), reminder_days.c.claimed_at == claim.at)


def _is_free(now: int) -> ColumnElement[bool]:
    claimed_at = reminder_days.c.claimed_at
    return or_(claimed_at <= now - LONGEST_PRESS, claimed_at > now + _ASTRAY)


def _outdated(reminder: Reminder, day: date) -> ColumnElement[bool]:
    """Choose days so long past that their buttons do nothing any more."""
    oldest = _number(day - 2 * REMEMBERED)
    return and_(reminder_days.c.reminder_id == reminder.id, reminder_days.c.day < oldest)
