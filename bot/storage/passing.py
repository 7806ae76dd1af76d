"""Forgetting what was to be known for a while only."""

from __future__ import annotations

from sqlalchemy import Column, Table, delete, select

from bot.storage.database import Database
from bot.storage.schema import drafts, errands, presses

SLOW_SECONDS = 15 * 60
"""How long an errand of which nobody heard may still go on: no answer takes longer. Without its row it would
end as if somebody had stopped it."""
_ENDS: tuple[tuple[Table, Column[int], int], ...] = (
    (drafts, drafts.c.expires_at, 0),
    (errands, errands.c.lease_until, SLOW_SECONDS),
    (presses, presses.c.expires_at, 0),
)


async def forget_passed(database: Database, now: float) -> int:
    """Remove the drafts, errands and presses whose time is over; return how many."""
    count = 0
    for table, end, longer in _ENDS:
        over = end <= int(now) - longer
        async with database.reading() as connection:
            is_any = (await connection.execute(select(end).where(over).limit(1))).first() is not None
        if is_any:
            async with database.writing() as connection:
                count += (await connection.execute(delete(table).where(over))).rowcount
    return count
