"""Rows and a clock for the tests of the stores."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import insert, select

from bot.services import Provider, Service
from bot.storage.credentials import SERVER, Credential
from bot.storage.database import Database
from bot.storage.queue import WorkQueue
from bot.storage.schema import guilds, jobs
from bot.storage.work import COLUMNS, State, Work, WorkBook, read_work

HARBOUR, VILLAGE = 1001, 1002
"""Two servers."""
ADA, BEN = 2001, 2002
"""Two people."""
LANE = "midjourney:*"
"""What most jobs here queue for."""
LONGEST = 180.0
"""Seconds that a job is ever put off for."""


@dataclass
class Clock:
    """A clock that stands until it is set."""

    now: float = 1_800_000_000.75

    def __call__(self) -> float:
        """Return seconds since 1970."""
        return self.now


def credential(
    guild_id: int = HARBOUR,
    owner_id: int = SERVER,
    service: Provider = Provider.USEAPI,
    *,
    sealed: bytes = b"sealed",
    everywhere: bool = False,
    set_by: int = ADA,
) -> Credential:
    """Return a credential as it is when it was just set."""
    return Credential(
        guild_id=guild_id,
        owner_id=owner_id,
        service=service,
        sealed=sealed,
        hint="7f3a",
        account=None,
        everywhere=everywhere,
        set_by=set_by,
        set_at=1_800_000_000,
        succeeded_at=1_800_000_000,
    )


async def ask(
    database: Database,
    clock: Clock,
    ref: str,
    *,
    guild_id: int = HARBOUR,
    user_id: int = ADA,
    service: Service = Service.MIDJOURNEY,
    lane: str = LANE,
) -> Work:
    """Let a member ask for a job, which is written down and not worked on yet."""
    return await WorkBook(database, guild_id, clock).add(
        ref,
        user_id=user_id,
        channel_id=3001,
        service=service,
        lane=lane,
        asked='{"prompt":"a lighthouse"}',
        reply=(b"sealed token", 1_800_000_840_000),
        upload_limit=10_000_000,
        who=f"member {user_id % 100}",
    )


async def lay(database: Database, *rows: dict[str, Any]) -> list[Work]:
    """Lay rows of jobs into the table as they are, and return them.

    What they do not say is as of one that waits.
    """
    usual = {column.name: None for column in COLUMNS if column.name != "id"} | {
        "guild_id": HARBOUR,
        "user_id": ADA,
        "service": Service.MIDJOURNEY.value,
        "lane": LANE,
        "asked": "{}",
        "state": State.WAITING.value,
        "created_at": 0,
        "due_at": 0,
        "tries": 0,
        "misses": 0,
        "lease_until": 0,
        "fence": 0,
        "channel_id": 3001,
        "upload_limit": 0,
        "shown_at": 0,
        "key_name": "",
    }
    servers = [{"guild_id": row} for row in {row.get("guild_id", HARBOUR) for row in rows}]
    async with database.writing() as connection:
        await connection.execute(database.insert(guilds).on_conflict_do_nothing(), servers)
        await connection.execute(insert(jobs), [usual | row for row in rows])
        laid = select(*COLUMNS).where(jobs.c.ref.in_([row["ref"] for row in rows])).order_by(jobs.c.id)
        return [read_work(row) for row in (await connection.execute(laid)).mappings()]


async def look(database: Database, work: Work) -> Work:
    """Return a row as it is now."""
    async with database.reading() as connection:
        rows = await connection.execute(select(*COLUMNS).where(jobs.c.id == work.id))
        return read_work(rows.mappings().one())


def work_queue(database: Database, clock: Clock, worker: str = "one") -> WorkQueue:
    """Return the queue as one of the workers sees it."""
    return WorkQueue(database, worker, clock, longest=LONGEST)


async def claimed(queue: WorkQueue, work: Work) -> Work:
    """Return a row that a worker holds from now on."""
    held = await queue.claim_one(work.id)
    assert held is not None
    return held
