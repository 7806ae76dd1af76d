"""Working through the rows: one loop claims what is due and takes each as far as it goes, under a lease."""

from __future__ import annotations

import asyncio
from typing import Any

from bot.jobs.desk import Desk, Later
from bot.jobs.following import Following
from bot.jobs.rhythm import Rhythm
from bot.jobs.sending import Sending
from bot.jobs.telling import Telling
from bot.report import last_turn, loop_turn
from bot.storage.leases import LEASE
from bot.storage.work import State, Work

_AT_ONCE = 32
"""Jobs that are worked on at the same time in one process."""
_RENEWED_BELOW = LEASE * 0.7
"""Milliseconds of a lease below which it is renewed."""
_REST_ALONE = 3600.0
_REST_AMONG_OTHERS = 5.0
"""Seconds between two looks while nothing is unfinished."""
_CHANGED = ("tries", "misses", "shown", "shown_at", "message_id", "reply_token")
"""What a row that is put off may have to remember."""


class Runner:
    """Takes rows through their states. ``alone``: no other process works on these rows."""

    def __init__(
        self, desk: Desk, sending: Sending, following: Following, telling: Telling, *, alone: bool
    ) -> None:
        self._desk = desk
        self._queue = desk.queue
        self._sending = sending
        self._following = following
        self._telling = telling
        self._alone = alone
        self._steps: dict[int, asyncio.Task[None]] = {}
        self._leases: dict[int, int] = {}
        """When the lease of each row that is worked on ends, in milliseconds since 1970."""
        self._later: list[Later] = []
        """Rows whose next look is not written down yet; their leases hold until then."""
        self.loop = Rhythm(self.turn)
        """What takes the turns."""

    async def start(self) -> None:
        """Go on with what is unfinished, from now on."""
        if self._alone:
            await self._queue.take_over()
        self.loop.start()

    async def close(self, seconds: float) -> None:
        """Stop, having finished the steps that are under way where that takes no longer."""
        await self.loop.finish(self._steps.values(), seconds)
        async with last_turn("writing down how jobs are"):
            await self._write_down()

    def hurry(self, seconds: float) -> None:
        """Look for what is due within so many seconds."""
        self.loop.hurry(seconds)

    async def advance(self, job_id: int) -> None:
        """Take a job as far as it goes now, unless somebody else is at it."""
        await self._write_down()
        if job_id in self._steps:
            return
        work = await self._queue.claim_one(job_id)
        if work is not None:
            await asyncio.wait({self._begin(work)})

    async def hold(self, job_id: int) -> Work | None:
        """Lease a row once the step at it has ended; None where somebody else has it or it is over."""
        while (step := self._steps.get(job_id)) is not None:
            await asyncio.wait({step})
        await self._write_down()
        return await self._queue.claim_one(job_id)

    async def turn(self) -> float:
        """Do what is due; return for how many seconds nothing is."""
        async with loop_turn("the turn of the jobs"):
            await self._write_down()
            await self._renew()
            for work in await self._queue.claim(_AT_ONCE - len(self._steps)):
                self._begin(work)
            if not self._steps:
                return await self._rest()
        return self._desk.waits.turn

    async def _rest(self) -> float:
        waits, due_at = self._desk.waits, await self._queue.next_due()
        # Other workers may write rows, or die over them; a worker that is alone knows of every row.
        idle = _REST_ALONE if self._alone else _REST_AMONG_OTHERS
        if due_at is None:
            return idle
        left = (due_at - self._queue.now()) / 1000
        return min(max(left, waits.turn), waits.longest, idle)

    def _begin(self, work: Work) -> asyncio.Task[None]:
        self._leases[work.id] = work.lease_until
        self.loop.hurry(self._desk.waits.turn)
        step = asyncio.create_task(self._work_on(work), name=f"job {work.ref}")
        self._steps[work.id] = step
        step.add_done_callback(lambda _: self._ended(work.id))
        return step

    def _ended(self, job_id: int) -> None:
        self._steps.pop(job_id, None)
        if not any(later.work.id == job_id for later in self._later):
            self._leases.pop(job_id, None)

    async def _work_on(self, work: Work) -> None:
        """Take a row through its states until it has to wait."""
        at: Work | None = work
        async with loop_turn(f"job {work.ref}", work.ref):
            while at is not None:
                before, outcome = at, await self._step(at)
                if isinstance(outcome, Later):
                    self._later.append(outcome)
                    return
                at = outcome
                await self._make_way(before, at)
            return
        async with loop_turn(f"putting job {work.ref} off"):
            due_at = self._desk.due_after(work.tries)
            await self._queue.save(at or work, due_at=due_at, tries=work.tries + 1)

    async def _step(self, work: Work) -> Work | Later | None:
        match work.state:
            case State.WAITING:
                return await self._sending.send(work)
            case State.SENDING:
                return await self._sending.look_for(work)
            case State.RUNNING:
                return await self._following.follow(work)
            case State.ENDED:
                return await self._telling.tell(work)
            case State.TOLD:
                return None

    async def _make_way(self, before: Work, after: Work | None) -> None:
        """Let others have a try where one was sent, or where a slot may have become free."""
        if before.state is State.WAITING:
            await self._write_down()
            following = await self._queue.lanes.next_in(before.guild_id, before.lane)
            work = None if following is None else await self._queue.claim_one(following)
            if work is not None:
                self._begin(work)
        elif after is not None and after.state is State.ENDED:
            await self._queue.lanes.wake(after)

    async def _renew(self) -> None:
        now = self._queue.now()
        # Where the clock was put back, a lease seems to last for longer than any does.
        short = [job for job, until in self._leases.items() if not _RENEWED_BELOW <= until - now <= LEASE]
        if short:
            await self._queue.renew(short)
            self._leases |= dict.fromkeys(short, now + LEASE)

    async def _write_down(self) -> None:
        batch, self._later = self._later, []
        if not batch:
            return
        try:
            await self._queue.put_off([(later.work, later.due_at, _whole(later)) for later in batch])
        except BaseException:  # cancelled too: what is not written down is to be written later
            self._later = [*batch, *self._later]
            raise
        for later in batch:
            self._leases.pop(later.work.id, None)


def _whole(later: Later) -> dict[str, Any]:
    """Return all that a row may have to remember, since rows are written together."""
    return {name: later.changes.get(name, getattr(later.work, name)) for name in _CHANGED}
