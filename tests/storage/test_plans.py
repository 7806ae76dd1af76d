"""How SQLite finds rows of jobs, so that what is asked often costs the same however many are kept."""

from __future__ import annotations

import sqlite3
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, event

from bot.services import Service
from bot.storage.database import Database
from bot.storage.people import PersonalData
from bot.storage.work import WorkBook
from tests.storage.samples import ADA, BEN, HARBOUR, LANE, Clock, lay, work_queue


@contextmanager
def statements() -> Generator[list[tuple[str, Any]]]:
    """Give the statements that are executed meanwhile, each with its values."""
    seen: list[tuple[str, Any]] = []

    def note(
        _connection: Connection,
        _cursor: object,
        statement: str,
        values: Sequence[Any] | Mapping[str, Any],
        _context: object,
        many: bool,
    ) -> None:
        seen.append((statement, values[0] if many and isinstance(values, Sequence) else values))

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(Engine, "before_cursor_execute", note)


async def test_no_query_of_the_jobs_reads_the_whole_table(
    database: Database, raw: sqlite3.Connection
) -> None:
    due, other, ran = await lay(
        database,
        {"ref": "due"},
        {"ref": "other", "user_id": BEN},
        {"ref": "ran", "user_id": BEN, "state": "running"},
    )
    queue, book = work_queue(database, Clock()), WorkBook(database, HARBOUR, Clock())
    with statements() as seen:
        held = await queue.claim_one(due.id)
        assert held is not None
        assert await queue.lanes.begin_to_send(held) == 0
        assert await queue.save(held)
        assert await queue.next_due() == 0
        rows = await queue.claim(32)
        await queue.renew([work.id for work in rows])
        await queue.put_off([(work, 1, {"tries": 1}) for work in rows])
        await queue.take_over()
        await queue.lanes.wake(ran)
        await queue.lanes.hold_back(other, 180)
        assert await queue.known(HARBOUR, ["upstream"]) == frozenset()
        assert await queue.lanes.places(HARBOUR, LANE) == [other.id]
        assert await queue.lanes.held_until(HARBOUR, LANE, 180) is None
        assert not await queue.has_company(ran)
        assert await queue.purge() == 0
        assert await PersonalData(database, BEN, Clock()).give_up()
        assert await book.find("due") is not None
        assert await book.cancel("due", BEN) is not None
        for user_id in (ADA, None):
            assert await book.list(Service.MIDJOURNEY, user_id, most=10)
            assert await book.list(Service.MIDJOURNEY, user_id, most=10, unfinished=True)
            assert await book.count(Service.MIDJOURNEY, user_id)
    plans = {
        statement: [row[3] for row in raw.execute(f"EXPLAIN QUERY PLAN {statement}", values)]
        for statement, values in seen
        if statement.startswith(("SELECT", "UPDATE", "DELETE"))
    }
    assert len(plans) > 15
    assert {statement for statement, steps in plans.items() if any(scans(step) for step in steps)} == set()


def scans(step: str) -> bool:
    """Say whether a step of a plan goes through all rows of a table, or of an index that has them all."""
    return step.startswith("SCAN jobs") and not step.endswith(" jobs_by_due_at")
