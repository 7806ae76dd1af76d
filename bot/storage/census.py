"""How many jobs there are and how long they wait, for whoever watches over the app."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import func, select

from bot.storage.database import Database
from bot.storage.schema import jobs
from bot.storage.work import State

_OPEN = [state for state in State if state is not State.TOLD]


@dataclass(frozen=True, slots=True)
class Census:
    """The unfinished jobs of every server."""

    by_state: Mapping[State, int]
    """How many are in each state that is not the last."""
    waiting_since: int | None
    """When the one that waits longest was asked for, in milliseconds since 1970."""
    due_since: int | None
    """When what is due longest was due; nobody may be at it, or somebody just is."""


async def take_census(database: Database) -> Census:
    """Count the unfinished jobs. What is kept of finished ones is not read, so that this stays cheap."""
    # With the condition of the index, without which all rows would be read.
    query = (
        select(jobs.c.state, func.count(), func.min(jobs.c.created_at), func.min(jobs.c.due_at))
        .where(jobs.c.due_at.is_not(None))
        .group_by(jobs.c.state)
    )
    async with database.reading() as connection:
        rows = (await connection.execute(query)).all()
    counts = {State(state): int(count) for state, count, _, _ in rows}
    waiting = [int(created) for state, _, created, _ in rows if state == State.WAITING.value]
    return Census(
        {state: counts.get(state, 0) for state in _OPEN},
        min(waiting, default=None),
        min((int(due) for _, _, _, due in rows), default=None),
    )
