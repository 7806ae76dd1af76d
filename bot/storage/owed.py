"""Answers that are owed: interactions that were acknowledged and take long, so that none is forgotten.

Whoever answers one holds a lease on its row (:mod:`~bot.storage.leases`) and removes it at the end. A row
whose lease ends is of a worker that died, and another one tells the person. Times are seconds since 1970.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field, fields

from sqlalchemy import ColumnElement, and_, delete, select, update

from bot.storage.database import Database
from bot.storage.leases import LEASE_SECONDS, Leases
from bot.storage.schema import owed_answers


@dataclass(frozen=True, slots=True)
class Owed:
    """One row."""

    id: int
    """The interaction's."""
    sealed: bytes = field(repr=False)
    """The interaction's token."""
    expires_at: int
    """When that is good no longer."""
    doubtful: int
    """1 where another worker had acknowledged the interaction, of which nobody knows whether it is alive."""
    fence: int


_LEASES = Leases(owed_answers)
_COLUMNS = [owed_answers.c[column.name] for column in fields(Owed)]


class OwedAnswers:
    """The answers that are owed. ``worker`` names one among all; ``clock`` gives seconds since 1970."""

    def __init__(self, database: Database, worker: str, clock: Callable[[], float]) -> None:
        self._database = database
        self._worker = worker
        self._clock = clock

    async def take_over(self) -> None:
        """Free every lease: the one worker of an SQLite file that there may be is this one."""
        async with self._database.writing() as connection:
            await connection.execute(_LEASES.end_all())

    async def owe(self, interaction_id: int, sealed: bytes, expires_at: int) -> None:
        """Write down that this worker answers an interaction, whatever others took it for."""
        held = {"doubtful": 0, "lease_by": self._worker, "lease_until": self._now() + LEASE_SECONDS}
        row = self._database.insert(owed_answers).values(
            id=interaction_id, sealed=sealed, expires_at=expires_at, fence=1, **held
        )
        again = {**held, "fence": owed_answers.c.fence + 1}
        async with self._database.writing() as connection:
            await connection.execute(row.on_conflict_do_update(index_elements=["id"], set_=again))

    async def doubt(self, interaction_id: int, sealed: bytes, expires_at: int) -> None:
        """Write down that somebody else acknowledged an interaction, and is to be looked after."""
        row = self._database.insert(owed_answers).values(
            id=interaction_id,
            sealed=sealed,
            expires_at=expires_at,
            doubtful=1,
            lease_until=self._now() + LEASE_SECONDS,
            fence=0,
        )
        async with self._database.writing() as connection:
            await connection.execute(row.on_conflict_do_nothing())

    async def renew(self, held: Collection[int]) -> None:
        """Hold rows for longer."""
        later = update(owed_answers).where(self._mine(held)).values(lease_until=self._now() + LEASE_SECONDS)
        async with self._database.writing() as connection:
            await connection.execute(later)

    async def settle(self, answered: Collection[int]) -> None:
        """Remove rows of interactions that this worker answered."""
        async with self._database.writing() as connection:
            await connection.execute(delete(owed_answers).where(self._mine(answered)))

    async def leave(self, cut_off: Collection[int]) -> None:
        """Leave rows to another worker, which finds out whether the person was told what became of it."""
        if not cut_off:
            return
        left = update(owed_answers).where(self._mine(cut_off))
        async with self._database.writing() as connection:
            await connection.execute(left.values(doubtful=1, lease_by=None, lease_until=0))

    async def is_any(self) -> bool:
        """Say whether anything is owed, by whichever worker."""
        async with self._database.reading() as connection:
            return (await connection.execute(select(owed_answers.c.id).limit(1))).first() is not None

    async def claim(self, most: int) -> Sequence[Owed]:
        """Lease up to ``most`` whose worker is gone."""
        now = self._now()
        free = _LEASES.free(now)
        async with self._database.reading() as connection:
            if (await connection.execute(select(owed_answers.c.id).where(free).limit(1))).first() is None:
                return []
        first = select(owed_answers.c.id).where(free).order_by(owed_answers.c.lease_until).limit(most)
        # Where several workers share PostgreSQL, each passes over what another one is just claiming.
        first = first.with_for_update(skip_locked=True)
        values = _LEASES.taken(self._worker, now)
        leased = update(owed_answers).where(owed_answers.c.id.in_(first), free).values(values)
        async with self._database.writing() as connection:
            rows = (await connection.execute(leased.returning(*_COLUMNS))).mappings().all()
        return [Owed(**row) for row in rows]

    async def end(self, owed: Owed) -> None:
        """Remove a row that was claimed, as long as its lease counts."""
        async with self._database.writing() as connection:
            await connection.execute(delete(owed_answers).where(_LEASES.held(self._worker, owed)))

    async def purge(self) -> None:
        """Remove what can be answered no longer: nobody looks after it where nothing comes over HTTP."""
        over = owed_answers.c.expires_at <= self._now()
        async with self._database.writing() as connection:
            await connection.execute(delete(owed_answers).where(over))

    def _mine(self, ids: Collection[int]) -> ColumnElement[bool]:
        return and_(owed_answers.c.id.in_(ids), owed_answers.c.lease_by == self._worker)

    def _now(self) -> int:
        return int(self._clock())
