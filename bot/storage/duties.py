"""What one of several workers does for all of them."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import delete, or_

from bot.storage.database import Database
from bot.storage.schema import duties


class Duties:
    """The duties of one worker. ``worker`` names it among all; ``clock`` gives seconds since 1970.

    One that is ``alone``, as on SQLite, has all of them and writes nothing.
    """

    def __init__(self, database: Database, worker: str, clock: Callable[[], float], *, alone: bool) -> None:
        self._database = database
        self._worker = worker
        self._clock = clock
        self._alone = alone

    async def take(self, name: str, seconds: int) -> bool:
        """Take a duty, or keep it, for so long; return whether it is this worker's.

        A time beyond what can be right was written before the clock was put back.
        """
        if self._alone:
            return True
        now = int(self._clock())
        values = {"lease_by": self._worker, "lease_until": now + seconds}
        row = self._database.insert(duties).values(name=name, **values)
        mine_or_free = or_(
            duties.c.lease_by == self._worker,
            duties.c.lease_until <= now,
            duties.c.lease_until > now + 2 * seconds,
        )
        taken = row.on_conflict_do_update(index_elements=["name"], set_=values, where=mine_or_free)
        async with self._database.writing() as connection:
            return (await connection.execute(taken)).rowcount > 0

    async def give_back(self, name: str) -> None:
        """Let another worker take a duty at once, where it is this one's: nobody need wait for its end."""
        if self._alone:
            return
        mine = delete(duties).where(duties.c.name == name, duties.c.lease_by == self._worker)
        async with self._database.writing() as connection:
            await connection.execute(mine)
