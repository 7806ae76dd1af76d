"""What the loops work through: rows of jobs of every server, leased to one worker at a time.

Whoever works on a row holds a lease on it (:mod:`~bot.storage.leases`), which is renewed while work goes on.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    and_,
    bindparam,
    case,
    delete,
    func,
    or_,
    select,
    update,
)

from bot.storage.database import Database
from bot.storage.lanes import Lanes
from bot.storage.leases import ASTRAY, LEASE, OF_JOBS, one_by_one
from bot.storage.limits import count_no_more
from bot.storage.schema import jobs
from bot.storage.work import COLUMNS, State, Work, milliseconds, read_work

KEPT = 31 * 24 * 3_600_000
"""Milliseconds that a row is kept after its job ended, which is how long the vendor keeps jobs."""


class WorkQueue:
    """What is to be done next, in every server, for one worker.

    ``worker`` names it among all; ``clock`` gives seconds since 1970; ``longest`` is the longest wait in
    seconds that it is ever put off for.
    """

    def __init__(
        self, database: Database, worker: str, clock: Callable[[], float], *, longest: float
    ) -> None:
        self._database = database
        self._worker = worker
        self._clock = clock
        self._longest = int(longest * 1000) + ASTRAY
        self.lanes = Lanes(database, worker, clock)
        """What waits, in the order in which it is sent."""

    def now(self) -> int:
        """Return the time in milliseconds since 1970."""
        return milliseconds(self._clock)

    async def take_over(self) -> None:
        """Free every lease: the one worker of an SQLite file that there may be is this one.

        What was just asked for is due at once: whoever was answering is gone.
        """
        leased = and_(jobs.c.due_at.is_not(None), jobs.c.lease_until > 0)
        new = and_(jobs.c.due_at.is_not(None), jobs.c.fence == 0)
        # Two looks: SQLite would read the whole table for either-or.
        if await self._is_any(leased) or await self._is_any(new):
            async with self._database.writing() as connection:
                await connection.execute(update(jobs).where(leased).values(lease_until=0, lease_by=None))
                await connection.execute(update(jobs).where(new).values(due_at=self.now()))

    async def claim(self, most: int) -> Sequence[Work]:
        """Lease up to ``most`` rows that are due, the longest due first."""
        due = self._due()
        if most < 1 or not await self._is_any(due):
            return []
        first = select(jobs.c.id).where(due).order_by(jobs.c.due_at, jobs.c.id).limit(most)
        # Where several workers share PostgreSQL, each passes over what another one is just claiming.
        first = first.with_for_update(skip_locked=True)
        leased = await self._lease(and_(jobs.c.id.in_(first), OF_JOBS.free(self.now())))
        return sorted(leased, key=lambda work: (work.due_at or 0, work.id))

    async def next_due(self) -> int | None:
        """Return when the next row is due, in milliseconds since 1970; None where nothing is unfinished."""
        # With the condition of the index, without which all rows would be read.
        query = select(func.min(jobs.c.due_at)).where(jobs.c.due_at.is_not(None))
        async with self._database.reading() as connection:
            return (await connection.execute(query)).scalar_one()

    async def claim_one(self, job_id: int) -> Work | None:
        """Lease one row, due or not; None where somebody else has it or nothing is left to do."""
        leased = await self._lease(
            and_(jobs.c.id == job_id, jobs.c.state != State.TOLD.value, OF_JOBS.free(self.now()))
        )
        return leased[0] if leased else None

    async def renew(self, held: Collection[int]) -> None:
        """Hold rows for longer."""
        mine = and_(jobs.c.id.in_(held), jobs.c.lease_by == self._worker, jobs.c.lease_until > 0)
        async with self._database.writing() as connection:
            longer = update(jobs).where(one_by_one(mine)).values(lease_until=self.now() + LEASE)
            await connection.execute(longer)

    async def save(
        self, work: Work, *, keep: bool = False, uncounted: str | None = None, **changes: Any
    ) -> bool:
        """Change a row; with ``keep`` its lease stays, else it is given up.

        ``uncounted`` is the member's pseudonym where the job came to nothing and is not to be counted.

        Returns whether the lease still counted: where not, nothing was changed. A row that is to be due
        later is due at once where somebody cancelled it meanwhile.
        """
        values = changes if keep else {**changes, "lease_until": 0}
        if values.get("due_at") is not None:
            unheard = jobs.c.cancelled_by.is_distinct_from(work.cancelled_by)
            values = {**values, "due_at": case((unheard, self.now()), else_=values["due_at"])}
        async with self._database.writing() as connection:
            done = await connection.execute(
                update(jobs).where(OF_JOBS.held(self._worker, work)).values(values)
            )
            if uncounted is not None and done.rowcount:
                created_at = work.created_at // 1000
                await count_no_more(connection, work.guild_id, work.service, uncounted, created_at)
        return done.rowcount > 0

    async def put_off(self, rows: Sequence[tuple[Work, int, Mapping[str, Any]]]) -> None:
        """Say of many rows when they are due next, change them in one transaction, and give their leases up.

        Each must set the same columns. Those whose lease does not count any more are left as they are.
        """
        if not rows:
            return
        columns: dict[str, BindParameter[Any]] = {name: bindparam(f"new_{name}") for name in rows[0][2]}
        due_at: BindParameter[int] = bindparam("row_due", type_=jobs.c.due_at.type)
        # Who cancels, wakes or holds back a lane while a row of it is worked on is heeded.
        cancelled = jobs.c.cancelled_by.is_distinct_from(bindparam("row_aware"))
        moved = and_(
            jobs.c.due_at.is_distinct_from(bindparam("row_seen")),
            or_(jobs.c.due_at <= self.now(), jobs.c.state == State.WAITING.value),
        )
        statement = (
            update(jobs)
            .where(
                jobs.c.id == bindparam("row_id"),
                jobs.c.fence == bindparam("row_fence"),
                jobs.c.lease_by == self._worker,
                jobs.c.lease_until > 0,
            )
            .values(
                **columns,
                due_at=case((cancelled, self.now()), (moved, jobs.c.due_at), else_=due_at),
                lease_until=0,
            )
        )
        values = [
            {
                "row_id": work.id,
                "row_fence": work.fence,
                "row_due": due,
                "row_seen": work.due_at,
                "row_aware": work.cancelled_by,
            }
            | {f"new_{name}": value for name, value in changes.items()}
            for work, due, changes in sorted(rows, key=lambda row: row[0].id)
        ]
        async with self._database.writing() as connection:
            await connection.execute(statement, values)

    async def has_company(self, work: Work) -> bool:
        """Say whether another unfinished row of the server is about the same job upstream."""
        return await self._is_any(
            and_(
                jobs.c.guild_id == work.guild_id,
                jobs.c.upstream_id == work.upstream_id,
                jobs.c.id != work.id,
                jobs.c.state == State.RUNNING.value,
                jobs.c.cancelled_by.is_(None),
            )
        )

    async def known(self, guild_id: int, upstream_ids: Collection[str]) -> frozenset[str]:
        """Return those of the upstream's ids that a row of the server bears."""
        query = select(jobs.c.upstream_id).where(
            jobs.c.guild_id == guild_id, jobs.c.upstream_id.in_(upstream_ids)
        )
        async with self._database.reading() as connection:
            return frozenset((await connection.execute(query)).scalars())

    async def purge(self) -> int:
        """Remove the rows whose time is over; return how many they were."""
        over = and_(jobs.c.state == State.TOLD.value, jobs.c.ended_at <= self.now() - KEPT)
        if not await self._is_any(over):
            return 0
        async with self._database.writing() as connection:
            return (await connection.execute(delete(jobs).where(over))).rowcount

    async def _is_any(self, condition: ColumnElement[bool]) -> bool:
        """Say whether there is such a row: a look costs less than a write that changes nothing."""
        async with self._database.reading() as connection:
            return (await connection.execute(select(jobs.c.id).where(condition).limit(1))).first() is not None

    async def _lease(self, condition: ColumnElement[bool]) -> Sequence[Work]:
        values = OF_JOBS.taken(self._worker, self.now())
        statement = update(jobs).where(condition).values(values).returning(*COLUMNS)
        async with self._database.writing() as connection:
            return [read_work(row) for row in (await connection.execute(statement)).mappings()]

    def _due(self) -> ColumnElement[bool]:
        now = self.now()
        due = or_(jobs.c.due_at <= now, jobs.c.due_at > now + self._longest)
        return and_(
            jobs.c.due_at.is_not(None), due, OF_JOBS.free(self.now())
        )  # the first as the index has it
