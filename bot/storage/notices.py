"""Messages that servers are to get in channels that they chose: rows that are due, for one worker."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from typing import Any

from sqlalchemy import delete, exists, func, or_, select, update

from bot.storage.audit import Entry, read_entry
from bot.storage.database import Database
from bot.storage.leases import LEASE_SECONDS, Leases
from bot.storage.schema import audit, guilds, notices

_FARTHEST = 3600
"""Seconds that a notice is ever put off for, and some more."""


@dataclass(frozen=True, slots=True)
class Notice:
    """One row. Times are seconds since 1970, None for never."""

    id: int
    ref: str
    """Names the message to Discord, so that it is not posted twice."""
    guild_id: int
    channel_id: int
    audit_id: int | None
    """The entry of the audit that it tells of, where it is one."""
    body: str | None
    """Else, what it tells of, as JSON."""
    posting_at: int | None
    tries: int
    fence: int


_LEASES = Leases(notices)
_COLUMNS = [notices.c[column.name] for column in fields(Notice)]


class NoticeQueue:
    """What is due. ``worker`` names the worker among all; ``clock`` gives seconds since 1970."""

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
        """Return when the next one is due, None without any."""
        query = select(func.min(notices.c.due_at))
        async with self._database.reading() as connection:
            soonest: int | None = (await connection.execute(query)).scalar_one()
        return 0 if (soonest or 0) > self.now() + _FARTHEST else soonest

    async def is_wanted(self) -> bool:
        """Say whether any server chose a channel to be told in."""
        chosen = or_(guilds.c.audit_channel.is_not(None), guilds.c.alert_channel.is_not(None))
        async with self._database.reading() as connection:
            found = await connection.execute(select(guilds.c.guild_id).where(chosen).limit(1))
            return found.first() is not None

    async def claim(self, most: int) -> Sequence[Notice]:
        """Lease up to ``most`` that are due, in the order in which they were written."""
        now = self.now()
        due = or_(notices.c.due_at <= now, notices.c.due_at > now + _FARTHEST)
        # What a channel is told comes in order: nothing overtakes what waits to be tried again.
        before = notices.alias()
        held_up = exists().where(before.c.channel_id == notices.c.channel_id, before.c.id < notices.c.id)
        held_up = held_up.where(before.c.due_at.between(now + 1, now + _FARTHEST))
        first = (
            select(notices.c.id).where(due, _LEASES.free(now), ~held_up).order_by(notices.c.id).limit(most)
        )
        # Where several workers share PostgreSQL, each passes over what another one is just claiming.
        first = first.with_for_update(skip_locked=True)
        mine = _LEASES.taken(self._worker, now)
        leased = update(notices).where(notices.c.id.in_(first), _LEASES.free(now)).values(mine)
        async with self._database.writing() as connection:
            rows = (await connection.execute(leased.returning(*_COLUMNS))).mappings().all()
        return sorted((Notice(**row) for row in rows), key=lambda notice: notice.id)

    async def begin(self, notice: Notice) -> bool:
        """Write down that a notice is about to be posted; return whether its lease still counts."""
        return await self._change(notice, posting_at=self.now(), lease_until=self.now() + LEASE_SECONDS)

    async def put_off(self, notice: Notice, seconds: int) -> None:
        """Try a notice again later."""
        await self._change(notice, due_at=self.now() + seconds, tries=notice.tries + 1, lease_until=0)

    async def release(self, notice: Notice) -> None:
        """Give a notice back as it is."""
        await self._change(notice, lease_until=0)

    async def end(self, notice: Notice) -> None:
        """Remove a notice that is posted, or cannot be."""
        async with self._database.writing() as connection:
            await connection.execute(delete(notices).where(_LEASES.held(self._worker, notice)))

    async def find_entry(self, notice: Notice) -> Entry | None:
        """Return the entry that a notice tells of as it is now: who did it may have been forgotten."""
        query = select(audit).where(audit.c.id == notice.audit_id)
        async with self._database.reading() as connection:
            row = (await connection.execute(query)).mappings().first()
        return None if row is None else read_entry(row)

    async def _change(self, notice: Notice, **values: Any) -> bool:
        change = update(notices).where(_LEASES.held(self._worker, notice)).values(values)
        async with self._database.writing() as connection:
            return (await connection.execute(change)).rowcount > 0
