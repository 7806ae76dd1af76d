"""Turns in which the shards of several processes identify themselves to Discord's gateway."""

from __future__ import annotations

from sqlalchemy import BigInteger, ColumnElement, Float, cast, func, or_, select

from bot.storage.database import Database
from bot.storage.schema import duties

SECONDS = 6
"""Whole seconds that a turn is set down for. Discord wants five between two of them."""
_MARGIN = 0.25
"""Seconds more, since what two processes send does not take equally long; a turn was set down without the
fraction of its second."""
_ABSURD = 60
"""A turn that is further ahead was set down before the clock was put back."""


class Turns:
    """The turns that processes take with the help of the database they share, by its clock.

    ``worker`` names a process among all.
    """

    def __init__(self, database: Database, worker: str) -> None:
        self._database = database
        self._worker = worker

    async def take(self, bucket: int) -> float:
        """Take a turn in a bucket; return 0.0, or in how many seconds to ask again."""
        name, now = f"identify {bucket}", self._now()
        values = {"lease_by": self._worker, "lease_until": cast(func.floor(now), BigInteger) + SECONDS}
        row = self._database.insert(duties).values(name=name, **values)
        is_free = or_(duties.c.lease_until + _MARGIN <= now, duties.c.lease_until > now + _ABSURD)
        taken = row.on_conflict_do_update(index_elements=["name"], set_=values, where=is_free)
        async with self._database.writing() as connection:
            if (await connection.execute(taken)).rowcount > 0:
                return 0.0
            left = select(duties.c.lease_until + _MARGIN - now).where(duties.c.name == name)
            return max(0.05, float((await connection.execute(left)).scalar_one()))

    def _now(self) -> ColumnElement[float]:
        """Return the seconds since 1970: the time of each machine by itself would be too far off."""
        if self._database.is_a_file:
            return (func.julianday("now") - 2_440_587.5) * 86_400.0
        return cast(func.extract("epoch", func.clock_timestamp()), Float)
