"""The jobs on a real PostgreSQL, on which several workers are at once."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import time
from collections import Counter, defaultdict
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from itertools import pairwise
from typing import Any

import pytest
from sqlalchemy import delete, func, select

from bot.storage.database import Database
from bot.storage.queue import LEASE, WorkQueue
from bot.storage.schema import NOWHERE, guilds, jobs
from bot.storage.work import State, WorkBook
from tests.processes import PATIENCE, ROOT
from tests.storage.samples import ADA, BEN, HARBOUR, LANE, Clock, lay, work_queue

pytestmark = pytest.mark.drill

LANES = 20


@pytest.fixture
async def database(server: str) -> AsyncGenerator[Database]:
    """Give an empty database."""
    opened = await Database.open(server)
    async with opened.writing() as connection:
        await connection.execute(delete(guilds).where(guilds.c.guild_id != NOWHERE))
    yield opened
    await opened.close()


@pytest.fixture
async def another(server: str) -> AsyncGenerator[Database]:
    """Give the same database as another worker has it."""
    opened = await Database.open(server)
    yield opened
    await opened.close()


@asynccontextmanager
async def worker(what: str, url: str, name: str) -> AsyncGenerator[asyncio.subprocess.Process]:
    """Give a worker in a process of its own, killed at the end."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.storage.drill_worker",
        what,
        url,
        name,
        cwd=ROOT,
        stdout=subprocess.PIPE,
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


async def hear(process: asyncio.subprocess.Process) -> list[list[Any]]:
    """Return what a worker said by the time it had nothing left to do."""
    said: list[list[Any]] = []
    assert process.stdout is not None
    async with asyncio.timeout(6 * PATIENCE):
        while line := await process.stdout.readline():
            said.append(json.loads(line))
    assert await process.wait() == 0
    return said


def many(number: int) -> list[dict[str, Any]]:
    """Return rows of many members in many lanes."""
    return [
        {"ref": f"number {n}", "lane": f"midjourney:{n % LANES}", "user_id": 2001 + n % 7}
        for n in range(number)
    ]


async def test_two_workers_claim_each_of_many_rows_once(database: Database, another: Database) -> None:
    await lay(database, *many(500))
    queues = work_queue(database, Clock()), work_queue(another, Clock(), "two")

    async def claim_all(queue: WorkQueue) -> list[int]:
        ids: list[int] = []
        while rows := await queue.claim(16):
            assert {(work.fence, work.lease_by) for work in rows} == {(1, rows[0].lease_by)}
            ids += [work.id for work in rows]
        return ids

    claims = await asyncio.gather(*(claim_all(queues[n % 2]) for n in range(6)))
    ids = [job_id for claim in claims for job_id in claim]
    assert len(ids) == len(set(ids)) == 500


async def test_of_many_that_try_to_send_at_once_one_is_let_into_a_lane(
    database: Database, another: Database
) -> None:
    queues = work_queue(database, Clock()), work_queue(another, Clock(), "two")
    for turn in range(20):
        lane = f"midjourney:{turn}"
        laid = await lay(
            database,
            *({"ref": f"{turn} {n}", "lane": lane, "user_id": (ADA, BEN)[n % 2]} for n in range(4)),
            {"ref": f"{turn} ran", "lane": lane, "state": "running", "due_at": None},
        )
        held = [await queues[n % 2].claim_one(work.id) for n, work in enumerate(laid)]
        waiting = [work for work in held if work is not None and work.state is State.WAITING]
        # Ada's job that runs comes to its end meanwhile, which changes whose turn it is.
        ends = queues[0].save(held[4], state=State.ENDED) if held[4] is not None else asyncio.sleep(0)
        places = await asyncio.gather(
            *(queues[n % 2].lanes.begin_to_send(work) for n, work in enumerate(waiting)), ends
        )
        assert places[:4].count(0) <= 1
        # Where the turn went from one to the other between their looks, neither was let in yet.
        again = [await queues[n % 2].lanes.begin_to_send(work) for n, work in enumerate(waiting)]
        assert [*places[:4], *again].count(0) == 1


async def test_workers_that_change_many_rows_at_once_do_not_block_each_other(
    database: Database, another: Database
) -> None:
    rows = await lay(database, *({"ref": f"number {n}", "lane": LANE} for n in range(60)))
    one, two = work_queue(database, Clock()), work_queue(another, Clock(), "two")
    for _ in range(15):
        held = await one.claim(60)
        backwards = [(work, 0, {"tries": 1}) for work in reversed(held)]
        await asyncio.gather(
            one.renew([work.id for work in held]),
            two.lanes.hold_back(rows[0], 0),
            two.lanes.wake(rows[0]),
            one.lanes.hold_back(rows[0], 0),
            one.put_off(backwards),
            two.claim(5),
        )
        await two.take_over()


async def test_two_processes_work_on_each_row_once_each_time_it_is_due(
    server: str, database: Database
) -> None:
    laid = await lay(database, *many(500))
    async with worker("work", server, "one") as one, worker("work", server, "two") as two:
        said = await asyncio.gather(hear(one), hear(two))
    worked = Counter(tuple(words[1:3]) for lines in said for words in lines if words[0] == "worked")
    assert {number for _, number in worked.most_common()} == {1}
    assert all(any(words[0] == "sent" for words in lines) for lines in said), "one did it all"
    sends: dict[str, list[tuple[int, int]]] = defaultdict(list)
    refs = Counter[str]()
    for _, ref, lane, began, ended in (words for lines in said for words in lines if words[0] == "sent"):
        sends[lane].append((began, ended))
        refs[ref] += 1
    assert refs == {work.ref: 1 for work in laid}
    for times in sends.values():
        assert all(before[1] <= after[0] for before, after in pairwise(sorted(times)))
    async with database.reading() as connection:
        told = select(func.count()).where(jobs.c.state == State.TOLD.value)
        assert (await connection.execute(told)).scalar_one() == 500


async def test_what_a_killed_process_held_is_taken_by_another_once_its_lease_ends(
    server: str, database: Database
) -> None:
    await lay(database, *({"ref": f"number {n}", "lane": LANE} for n in range(50)))
    async with worker("hold", server, "dead") as process:
        assert process.stdout is not None
        async with asyncio.timeout(PATIENCE):
            assert json.loads(await process.stdout.readline()) == ["holds", 50, 0]
        process.kill()
        await process.wait()
    clock = Clock(time.time())
    queue = work_queue(database, clock)
    second = await queue.lanes.next_in(HARBOUR, LANE)
    assert second is not None
    assert await queue.claim(100) == []
    assert await queue.claim_one(second) is None
    clock.now += LEASE / 1000
    rows = await queue.claim(100)
    assert [work.state for work in rows].count(State.SENDING) == 1
    assert len(rows) == 50
    (waiting,) = [work for work in rows if work.id == second]
    (sending,) = [work for work in rows if work.state is State.SENDING]
    assert await queue.lanes.begin_to_send(waiting) == 1, "the other is looked for first"
    await queue.put_off([(sending, queue.now() + 1, {"tries": 1})])
    assert await queue.lanes.begin_to_send(waiting) == 0
    assert await WorkBook(database, HARBOUR, clock).find(sending.ref) is not None
