"""Leases: a row is worked on by one worker at a time.

A lease lasts for :data:`LEASE_SECONDS` and is renewed while work goes on. Each has a number, and what its
holder writes counts only while that number stands: a worker that was thought dead and comes back changes
nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from sqlalchemy import ColumnElement, Table, Update, and_, or_, select, update

from bot.storage.schema import jobs

LEASE_SECONDS = 10
"""How long a worker holds a row without saying so again."""
ASTRAY_SECONDS = 60
"""How far beyond what can be right a time lies that was written before the clock was put back."""


class Leased(Protocol):
    """A row as a worker has it."""

    @property
    def id(self) -> int:
        """Its number in the table."""
        ...

    @property
    def fence(self) -> int:
        """The number of the lease."""
        ...


@dataclass(frozen=True, slots=True)
class Leases:
    """The leases on the rows of a table. ``second`` is how much its times grow in a second."""

    table: Table
    second: int = 1

    def free(self, now: int) -> ColumnElement[bool]:
        """Choose the rows that nobody holds."""
        until, longest = self.table.c.lease_until, (LEASE_SECONDS + ASTRAY_SECONDS) * self.second
        return or_(until <= now, until > now + longest)

    def held(self, worker: str, row: Leased) -> ColumnElement[bool]:
        """Choose a row as long as the worker's lease on it counts."""
        return and_(
            self.table.c.id == row.id,
            self.table.c.fence == row.fence,
            self.table.c.lease_by == worker,
            self.table.c.lease_until > 0,  # a lease that was given up counts no more than one that was lost
        )

    def taken(self, worker: str, now: int) -> Mapping[str, Any]:
        """Return what a row says once a worker leased it."""
        until = now + LEASE_SECONDS * self.second
        return {"lease_by": worker, "lease_until": until, "fence": self.table.c.fence + 1}

    def end_all(self) -> Update:
        """Free every lease: the one worker of an SQLite file that there may be is just starting."""
        return update(self.table).where(self.table.c.lease_until > 0).values(lease_until=0, lease_by=None)


OF_JOBS = Leases(jobs, second=1000)
LEASE = LEASE_SECONDS * OF_JOBS.second
"""Milliseconds that a worker holds a job without saying so again."""
ASTRAY = ASTRAY_SECONDS * OF_JOBS.second
"""The same for :data:`ASTRAY_SECONDS`."""


def one_by_one(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    """Choose jobs in the order of their ids: two workers who do so cannot block each other."""
    chosen = select(jobs.c.id).where(condition).order_by(jobs.c.id).with_for_update()
    return and_(condition, jobs.c.id.in_(chosen))
