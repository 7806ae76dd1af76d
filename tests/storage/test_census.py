"""Counting the jobs that are not finished."""

from __future__ import annotations

from bot.storage.census import take_census
from bot.storage.database import Database
from bot.storage.work import State
from tests.storage.samples import lay


async def test_what_is_unfinished_is_counted_by_state_with_who_waits_longest(database: Database) -> None:
    empty = await take_census(database)
    assert {*empty.by_state.values()} == {0}
    assert (empty.waiting_since, empty.due_since) == (None, None)
    await lay(
        database,
        {"ref": "first", "created_at": 70, "due_at": 500},
        {"ref": "second", "created_at": 60, "due_at": 400},
        {"ref": "running", "state": State.RUNNING.value, "created_at": 10, "due_at": 300},
        {"ref": "told", "state": State.TOLD.value, "created_at": 1, "due_at": None},
    )
    census = await take_census(database)
    assert census.by_state == {State.WAITING: 2, State.SENDING: 0, State.RUNNING: 1, State.ENDED: 0}
    assert (census.waiting_since, census.due_since) == (60, 300)
