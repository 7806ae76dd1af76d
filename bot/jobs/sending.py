"""Telling the upstream of a job, once: fairly among members, and never twice for want of an answer.

A row says :attr:`~bot.storage.work.State.SENDING` before the call and until its answer is written down.
A row found in that state lost its answer, so the upstream's list of running jobs is compared first.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace

from bot.api.jobs import Job
from bot.errors import (
    ApiError,
    Conflict,
    KeyRemoved,
    MediaError,
    MediaReason,
    Moderated,
    NotConnected,
    NotFound,
    QueueFull,
    RateLimited,
    Uncertain,
    Unreachable,
    VaultError,
)
from bot.jobs.desk import Desk, Later, order_of
from bot.jobs.orders import Inputs, fetch_inputs, send_order
from bot.jobs.telling import Telling
from bot.orders import Order
from bot.storage.work import Outcome, State, Work
from bot.ui.failure import explain

_log = logging.getLogger(__name__)

SOONEST_END = 15.0
"""Seconds below which no job can be over: the vendor looks for news every 15 seconds at best."""
_SECOND_LOOK = 1
_TRIES_FOR_INPUT = 3
"""Whoever waits behind is not to wait for a picture that does not come."""
_UNTRACKED = 504
_NEVER_SENT = "It could not be sent in time, and nothing was made. Send it again when the service is back."
_MAYBE = (
    "The answer to this was lost, and {service} does not list it among the jobs that run. It may have been "
    "made or not: look before you send it again, because it may be counted twice."
)
_SENT_AGAIN = "The answer to the first try was lost and nothing came of it, so this was sent once more."
_LATE = "The answer to this was lost, so it was looked for and found."
_NOT_FOLLOWED = (
    "{service} took this but cannot follow it: what is made appears in {service}'s own channel alone. The "
    "account is busier than it can bear; somebody with the permission Manage Server should lower its "
    "`max_jobs`."
)


@dataclass(frozen=True, slots=True)
class Sending:
    """Brings waiting rows to the upstream."""

    desk: Desk
    telling: Telling

    async def send(self, work: Work) -> Work | Later | None:
        """Send a job whose turn it is; else say its place."""
        if work.cancelled_by is not None:
            return await self.desk.end(work, Outcome.CANCELLED)
        if self.desk.is_too_old(work):
            return await self.desk.end(work, Outcome.LOST, note=_NEVER_SENT)
        later = await self._kept_waiting(work)
        if later is not None:
            return later
        try:
            async with AsyncExitStack() as stack:
                inputs = await fetch_inputs(self.desk.media, order_of(work), stack)
                return await self._send_in_turn(work, inputs)
        except MediaError as error:
            if error.reason is MediaReason.TROUBLE and work.misses + 1 < _TRIES_FOR_INPUT:
                later = await self._put_off(work, "The picture to start from cannot be read right now.")
                return replace(later, changes={**later.changes, "misses": work.misses + 1})
            note = f"The picture cannot be used: {error.reason.value}."
            return await self.desk.end(work, Outcome.REFUSED, note=note)

    async def look_for(self, work: Work) -> Work | Later | None:
        """Look among the upstream's running jobs for one whose answer was lost."""
        order = order_of(work)
        if order.is_safe_to_repeat and work.cancelled_by is None:
            return await self._back_to_waiting(work)
        try:
            found = await self.find(work, order)
        except KeyRemoved as error:
            return await self.desk.end(work, Outcome.UNCERTAIN, note=f"{_maybe(order)} {error}")
        except (ApiError, NotConnected, VaultError) as error:
            if self.desk.is_too_old(work):
                return await self.desk.end(work, Outcome.UNCERTAIN, note=_maybe(order))
            _log.info("job %s: its answer could not be looked for yet (%s)", work.ref, type(error).__name__)
            return Later(work, self.desk.due_after(work.tries), {"tries": work.tries + 1})
        return await (self._not_there(work, order) if found is None else self._runs(work, found))

    async def find(self, work: Work, order: Order) -> Job | None:
        """Return what the upstream made of a submit whose answer was lost, None where it lists nothing such.

        Raises :class:`~bot.errors.ApiError` and :class:`~bot.errors.NotConnected`.
        """
        async with self.desk.client(work) as client:
            executing = await client.executing()
            for jobid in await self._strangers(work, executing):
                try:
                    job = await client.job(jobid)
                except NotFound:
                    continue
                if job.reply_ref == work.ref or (job.reply_ref is None and is_same(job, order)):
                    return job
        return None

    async def _not_there(self, work: Work, order: Order) -> Work | Later | None:
        age = self.desk.queue.now() - (work.sent_at or 0)
        if not 0 <= age <= SOONEST_END * 1000 or work.note is not None:
            # It may be over by now; and what is lost once more is not sent a third time.
            return await self.desk.end(work, Outcome.UNCERTAIN, note=_maybe(order))
        if work.misses < _SECOND_LOOK:
            # It may still be on its way, so one look is not enough to say that it never arrived.
            return Later(work, self._search_at(), {"misses": _SECOND_LOOK})
        return await self._back_to_waiting(work, note=_SENT_AGAIN)

    async def _send_in_turn(self, work: Work, inputs: Inputs) -> Work | Later | None:
        place = await self.desk.queue.lanes.begin_to_send(work)
        if place is None:
            await self.desk.queue.save(work)
            return None
        if place > 0:
            return await self._wait(work, place)
        order = order_of(work)
        try:
            job = await self._submit(work, order, inputs)
        except (ApiError, NotConnected, VaultError) as error:
            return await self._refused(work, order, error)
        return await self._runs(work, job)

    async def _submit(self, work: Work, order: Order, inputs: Inputs) -> Job:
        async with self.desk.client(work) as client:
            return await send_order(client, order, inputs, work.ref)

    async def _runs(self, work: Work, job: Job) -> Work | None:
        outcome = outcome_of(job)
        if outcome is not None:
            return await self.desk.end(work, outcome, job=job)
        moved = await self.desk.move(
            work,
            state=State.RUNNING,
            upstream_id=job.jobid,
            due_at=self.desk.due_after(0),
            tries=0,
            misses=0,
        )
        if moved is not None and moved.cancelled_by is not None:
            return moved
        if moved is not None:
            changes = await self.telling.show_job(moved, job)
            await self.desk.queue.save(moved, **changes)
        return None

    async def _refused(
        self, work: Work, order: Order, error: ApiError | NotConnected | VaultError
    ) -> Work | Later | None:
        """Decide what follows from a submit that brought no job."""
        if isinstance(error, QueueFull | RateLimited | Unreachable):
            return await self._busy(work, error)
        if isinstance(error, Conflict) and error.job is not None:
            now = self.desk.queue.now()
            return await self.desk.move(
                work, state=State.RUNNING, upstream_id=error.job, due_at=now, tries=0, misses=0
            )
        if isinstance(error, Uncertain):
            return await self._unanswered(work, order, error)
        if isinstance(error, Moderated):
            work = await self.desk.move(work, upstream_id=error.job) or work
            return await self.desk.end(work, Outcome.MODERATED, note=explain(error))
        return await self.desk.end(work, Outcome.REFUSED, note=why(error))

    async def _busy(self, work: Work, error: ApiError) -> Later | None:
        # This answer did not get lost, so what did before does not count any more.
        moved = await self.desk.move(
            work, state=State.WAITING, sent_at=None, due_at=self.desk.queue.now(), note=None
        )
        if moved is None:
            return None
        if isinstance(error, QueueFull):
            return await self._wait(moved, 1)
        return await self._put_off(moved, explain(error))

    async def _unanswered(self, work: Work, order: Order, error: Uncertain) -> Work | Later | None:
        if error.status == _UNTRACKED and error.job is not None:
            work = await self.desk.move(work, upstream_id=error.job) or work
            await self.desk.queue.lanes.hold_back(work, self.desk.waits.hold)
            note = _NOT_FOLLOWED.format(service=order.service.label)
            return await self.desk.end(work, Outcome.UNCERTAIN, note=note)
        # Without a job it may be the vendor's own 504 or that of a host in front of it: never sent again.
        note = _LATE if error.status == _UNTRACKED else work.note
        moved = await self.desk.move(work, due_at=self.desk.queue.now(), note=note)
        if moved is None:
            return None
        line = "❔ The answer was lost. Looking whether it was taken …"
        changes = await self.telling.show_line(moved, line)
        return Later(moved, self._search_at(), {"tries": 0, **changes})

    def _search_at(self) -> int:
        return self.desk.queue.now() + int(self.desk.waits.search * 1000)

    async def _wait(self, work: Work, place: int) -> Later:
        line = f"⏳ Waiting for a free account: number {place} in the queue."
        changes = await self.telling.show_line(work, line)
        return Later(work, self.desk.due_after(work.tries), {"tries": work.tries + 1, **changes})

    async def _kept_waiting(self, work: Work) -> Later | None:
        """Show what a job waits for; None where it is its turn."""
        until = await self.desk.queue.lanes.held_until(work.guild_id, work.lane, self.desk.waits.hold)
        if until is not None:
            line = "⏳ Waiting: the account could not keep up, so nothing is sent to it for some minutes."
            return Later(work, until, await self.telling.show_line(work, line))
        order = await self.desk.queue.lanes.places(work.guild_id, work.lane)
        return await self._wait(work, order.index(work.id) + 1) if work.id in order[1:] else None

    async def _put_off(self, work: Work, note: str) -> Later:
        line = "⏳ Not sent yet; it is tried again by itself."
        changes = await self.telling.show_line(work, line, note=note)
        return Later(work, self.desk.due_after(work.tries), {"tries": work.tries + 1, **changes})

    async def _back_to_waiting(self, work: Work, *, note: str | None = None) -> Work | None:
        now = self.desk.queue.now()
        return await self.desk.move(
            work, state=State.WAITING, sent_at=None, due_at=now, tries=0, misses=0, note=note
        )

    async def _strangers(self, work: Work, executing: Sequence[str]) -> Sequence[str]:
        known = await self.desk.queue.known(work.guild_id, executing)
        return [jobid for jobid in executing if jobid not in known]


def is_same(job: Job, order: Order) -> bool:
    """Say whether a job that bears no reference of ours can be what was asked for."""
    verb = (job.verb or "").removeprefix("pika-").replace("_", "-")
    return (
        verb.removesuffix("-async") == order.verb.value
        and " ".join((job.prompt or "").split()) == " ".join((order.prompt or "").split())
        and job.button == order.button
        and job.parent_job_id == order.parent
    )


def outcome_of(job: Job) -> Outcome | None:
    """Return how a job ended, None where it has not."""
    return Outcome(job.status) if job.is_over else None


def why(error: ApiError | NotConnected | VaultError) -> str:
    """Return a sentence on why the upstream could not be used."""
    if isinstance(error, ApiError):
        return explain(error)
    if isinstance(error, NotConnected):
        return str(error)
    _log.error("the server's key does not open", exc_info=error)
    return "The stored key of this server does not open. Somebody with Manage Server sets it again."


def _maybe(order: Order) -> str:
    return _MAYBE.format(service=order.service.label)
