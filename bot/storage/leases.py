"""Leases: a row is worked on by one worker at a time.

A lease lasts for :data:`LEASE` and is renewed while work goes on. Each has a number, and what its holder
writes counts only while that number stands: a worker that was thought dead and comes back changes nothing.
"""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, or_, select

from bot.storage.schema import jobs
from bot.storage.work import Work

LEASE = 10_000
"""Milliseconds that a worker holds a row without saying so again."""
ASTRAY = 60_000
"""Milliseconds beyond what can be right from which a time counts as written before the clock was put back."""


def free(now: int) -> ColumnElement[bool]:
    """Choose the rows that nobody holds; ``now`` in milliseconds since 1970."""
    return or_(jobs.c.lease_until <= now, jobs.c.lease_until > now + LEASE + ASTRAY)


def held_by(worker: str, work: Work) -> ColumnElement[bool]:
    """Choose a row as long as the worker's lease on it counts."""
    return and_(
        jobs.c.id == work.id,
        jobs.c.fence == work.fence,
        jobs.c.lease_by == worker,
        jobs.c.lease_until > 0,  # a lease that was given up counts no more than one that was lost
    )


def one_by_one(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    """Choose rows in the order of their ids: two workers who do so cannot block each other."""
    chosen = select(jobs.c.id).where(condition).order_by(jobs.c.id).with_for_update()
    return and_(condition, jobs.c.id.in_(chosen))
