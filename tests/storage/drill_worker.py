"""A worker as a process of its own, for the drills: it works through rows of jobs and says what it did.

Each line on standard output is one JSON list: what was done, which row, and what goes with that. Times are
nanoseconds of the machine's monotonic clock, which all processes share.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import Sequence

from bot.storage.database import Database
from bot.storage.queue import WorkQueue
from bot.storage.work import State, Work

SENDING = 0.002
"""Seconds that a call to the upstream takes."""
WAIT = 30
"""Milliseconds until a row is looked at again."""
LONG_WAIT = 5000
DONE = "done"


def say(*words: object) -> None:
    """Say what was done."""
    sys.stdout.write(f"{json.dumps(words)}\n")
    sys.stdout.flush()


async def step(queue: WorkQueue, work: Work) -> int | None:
    """Take a row one step further; return when it is due again, None where it was written down here."""
    say("worked", work.ref, work.due_at, work.fence)
    if work.state is State.WAITING:
        place = await queue.lanes.begin_to_send(work)
        if place == 0:
            began = time.monotonic_ns()
            await asyncio.sleep(SENDING)
            say("sent", work.ref, work.lane, began, time.monotonic_ns())
            assert await queue.save(work, state=State.RUNNING, due_at=queue.now() + WAIT)
            await queue.lanes.wake(work)
            return None
        return queue.now() + (WAIT if place == 1 else LONG_WAIT)  # whose turn comes sooner is woken
    if work.tries < 1:
        return queue.now() + WAIT
    assert await queue.save(work, state=State.TOLD, due_at=None, ended_at=queue.now())
    return None


async def turn(queue: WorkQueue, rows: Sequence[Work]) -> None:
    """Work on what was claimed."""
    dues = await asyncio.gather(*(step(queue, work) for work in rows))
    later = [(work, due, {"tries": work.tries + 1}) for work, due in zip(rows, dues, strict=True) if due]
    await queue.put_off(later)


async def work_through(url: str, worker: str) -> None:
    """Work until nothing is unfinished."""
    database = await Database.open(url)
    queue = WorkQueue(database, worker, time.time, longest=60)
    while await queue.next_due() is not None:
        await turn(queue, await queue.claim(5))
        await asyncio.sleep(0.005)
    await database.close()
    say(DONE)


async def hold(url: str, worker: str) -> None:
    """Claim all that is due, begin to send the first of it, and stay so until killed."""
    database = await Database.open(url)
    queue = WorkQueue(database, worker, time.time, longest=60)
    rows = await queue.claim(100)
    say("holds", len(rows), await queue.lanes.begin_to_send(rows[0]))
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run({"work": work_through, "hold": hold}[sys.argv[1]](sys.argv[2], sys.argv[3]))
