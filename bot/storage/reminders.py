"""Reminders of habits: a member's own in one place, and those of all places that are due.

Whoever works on a row holds a lease with a number, as in :mod:`~bot.storage.queue`: what a worker writes
counts only while that number stands. Times are seconds since 1970.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, and_, delete, func, insert, select, update

from bot.storage.database import Database
from bot.storage.leases import LEASE_SECONDS, Leases
from bot.storage.places import be_known
from bot.storage.schema import NOWHERE, guilds, reminders

FARTHEST = 50 * 3600
"""Seconds within which every reminder is due again, also where a day of 25 hours or a missing one lies
between; what lies farther ahead was written before the clock was put back."""


@dataclass(frozen=True, slots=True)
class Reminder:
    """One row."""

    id: int
    ref: str
    """Names it in buttons and options: 12 hexadecimal digits."""
    guild_id: int
    user_id: int
    channel_id: int
    graph: str
    """As options name it, so that of a server has a mark in front."""
    graph_name: str
    quantity: str
    """What Done adds, as it was typed."""
    minute: int
    """The time of day in minutes since midnight."""
    timezone: str
    next_at: int
    """The moment that is told of next."""
    due_at: int
    """When it is worked on next."""
    posting_at: int | None = None
    """Since when a message about :attr:`next_at` is being sent."""
    tries: int = 0
    """How often that moment was worked on in vain."""
    lease_by: str | None = None
    lease_until: int = 0
    fence: int = 0
    graph_zone: str = ""
    """The graph's time zone, in which its days are, as it was at the last look; empty before the first."""
    refusals: int = 0
    """On how many days in a row Pixela refused a look."""


_LEASES = Leases(reminders)
_COLUMNS = [reminders.c[column.name] for column in fields(Reminder)]


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants to be reminded of."""

    ref: str
    channel_id: int
    graph: str
    graph_name: str
    quantity: str
    minute: int
    timezone: str
    next_at: int
    graph_zone: str = ""


class ReminderBook:
    """The reminders of one member in one place, a server or none.

    Whoever manages the server reaches those of all its members: ``everybodys``.
    """

    def __init__(self, database: Database, guild_id: int, user_id: int) -> None:
        self._database = database
        self._guild_id = guild_id
        self._user_id = user_id
        self._own = and_(reminders.c.guild_id == guild_id, reminders.c.user_id == user_id)

    async def add(self, wish: Wish) -> Reminder:
        """Write a reminder down."""
        values = {field.name: getattr(wish, field.name) for field in fields(Wish)}
        row = insert(reminders).values(
            **values,
            guild_id=self._guild_id,
            user_id=self._user_id,
            due_at=wish.next_at,
            tries=0,
            lease_until=0,
            fence=0,
        )
        here = be_known(self._database, self._guild_id)
        async with self._database.writing() as connection:
            await connection.execute(here)
            return _read((await connection.execute(row.returning(*_COLUMNS))).mappings().one())

    async def list(self, *, everybodys: bool = False) -> Sequence[Reminder]:
        """Return the reminders by time of day, the member's own before those of others."""
        query = select(*_COLUMNS).where(self._reach(everybodys))
        order = (reminders.c.user_id != self._user_id, reminders.c.minute, reminders.c.id)
        async with self._database.reading() as connection:
            rows = await connection.execute(query.order_by(*order))
            return [_read(row) for row in rows.mappings()]

    async def remove(self, ref: str, *, everybodys: bool = False) -> Reminder | None:
        """Remove one of those that :meth:`list` returns; return it, None where it was not there."""
        gone = delete(reminders).where(self._reach(everybodys), reminders.c.ref == ref).returning(*_COLUMNS)
        async with self._database.writing() as connection:
            row = (await connection.execute(gone)).mappings().first()
        return None if row is None else _read(row)

    def _reach(self, everybodys: bool) -> ColumnElement[bool]:
        # What is set outside of any server is nobody else's, whoever asks.
        in_server = everybodys and self._guild_id != NOWHERE
        return reminders.c.guild_id == self._guild_id if in_server else self._own


class ReminderQueue:
    """What is due in every place, for one worker.

    ``worker`` names it among all; ``clock`` gives seconds since 1970.
    """

    def __init__(self, database: Database, worker: str, clock: Callable[[], float]) -> None:
        self._database = database
        self._worker = worker
        self._clock = clock

    def now(self) -> int:
        """Return the time in whole seconds since 1970."""
        return int(self._clock())

    async def take_over(self) -> None:
        """Free every lease: the one worker of an SQLite file that there may be is this one."""
        async with self._database.writing() as connection:
            await connection.execute(_LEASES.end_all())

    async def next_due(self) -> int | None:
        """Return when the next one is due, 0 for one that the clock was put back over; None without any."""
        first, last = func.min(reminders.c.due_at), func.max(reminders.c.due_at)
        async with self._database.reading() as connection:
            # Apart, because SQLite takes each from an end of the index, and both together from all rows.
            soonest: int | None = (await connection.execute(select(first))).scalar_one()
            farthest: int | None = (await connection.execute(select(last))).scalar_one()
        return 0 if (farthest or 0) > self.now() + FARTHEST else soonest

    async def claim(self, most: int) -> Sequence[Reminder]:
        """Lease up to ``most`` that are due, the longest due first."""
        now = self.now()
        # Apart, because with both in one SQLite would look at all rows.
        due = await self._lease(reminders.c.due_at <= now, most)
        return due or await self._lease(reminders.c.due_at > now + FARTHEST, most)

    async def keep(self, reminder: Reminder, **changes: Any) -> bool:
        """Change a row that is worked on, and hold it for longer; return whether its lease still counted."""
        return await self._change(reminder, {**changes, "lease_until": self.now() + LEASE_SECONDS})

    async def release(self, reminder: Reminder, **changes: Any) -> bool:
        """Change a row and give its lease up; return whether the lease still counted."""
        return await self._change(reminder, {**changes, "lease_until": 0})

    async def end(self, reminder: Reminder) -> None:
        """Remove a row whose lease still counts."""
        async with self._database.writing() as connection:
            await connection.execute(delete(reminders).where(_LEASES.held(self._worker, reminder)))

    async def find(self, ref: str) -> Reminder | None:
        """Return a reminder by its reference, wherever it is; None where it was removed."""
        query = select(*_COLUMNS).where(reminders.c.ref == ref)
        async with self._database.reading() as connection:
            row = (await connection.execute(query)).mappings().first()
        return None if row is None else _read(row)

    async def has_left(self, guild_id: int) -> bool:
        """Say whether the app was removed from a server."""
        query = select(guilds.c.left_at).where(guilds.c.guild_id == guild_id)
        async with self._database.reading() as connection:
            return (await connection.execute(query)).scalar_one_or_none() is not None

    async def _change(self, reminder: Reminder, values: dict[str, Any]) -> bool:
        async with self._database.writing() as connection:
            held = _LEASES.held(self._worker, reminder)
            return (await connection.execute(update(reminders).where(held).values(values))).rowcount > 0

    async def _lease(self, condition: ColumnElement[bool], most: int) -> Sequence[Reminder]:
        now = self.now()
        first = select(reminders.c.id).where(condition, _LEASES.free(now))
        # Where several workers share PostgreSQL, each passes over what another one is just claiming.
        first = first.order_by(reminders.c.due_at, reminders.c.id).limit(most)
        first = first.with_for_update(skip_locked=True)
        mine = _LEASES.taken(self._worker, now)
        leased = update(reminders).where(reminders.c.id.in_(first), _LEASES.free(now)).values(mine)
        async with self._database.writing() as connection:
            rows = (await connection.execute(leased.returning(*_COLUMNS))).mappings().all()
        return sorted(map(_read, rows), key=lambda row: (row.due_at, row.id))


def _read(row: RowMapping) -> Reminder:
    return Reminder(**row)
