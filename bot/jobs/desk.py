"""What everybody who works on a job has at hand."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, replace
from typing import Any

from pydantic import ValidationError

from bot.api.jobs import Job
from bot.api.midjourney import MidjourneyClient
from bot.api.pika import PikaClient
from bot.connections import Connections
from bot.jobs.waits import Waits
from bot.media import Media
from bot.orders import Order
from bot.services import Service
from bot.storage.queue import WorkQueue
from bot.storage.work import Outcome, State, Work
from bot.ui.jobs import Sheet

_CONTENT = 3000
_FILES = 10
_BUTTONS = 25


@dataclass(frozen=True, slots=True)
class Later:
    """What a step comes to whose job is to be looked at again: when, and what to remember."""

    work: Work
    due_at: int
    changes: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Desk:
    """The stores, the upstreams and the pace. ``limit`` is the age in seconds at which a job is given up."""

    queue: WorkQueue
    connections: Connections
    media: Media
    waits: Waits
    limit: float
    jitter: Callable[[], float]
    pseudonym: Callable[[int, int], str]
    """Returns who a member of a server is where jobs are counted."""

    def client(self, work: Work) -> AbstractAsyncContextManager[PikaClient | MidjourneyClient]:
        """Give the client of a job's service and key. Raises :class:`~bot.errors.NotConnected`."""
        if work.service is Service.PIKA:
            return self.connections.pika(work.guild_id, work.key_name)
        return self.connections.midjourney(work.guild_id, work.key_name)

    def is_too_old(self, work: Work) -> bool:
        """Say whether a job takes longer than anybody should wait; one that runs, since it was sent."""
        began = work.created_at
        if work.state is State.RUNNING and work.sent_at is not None:
            began = work.sent_at
        return self.queue.now() - began > self.limit * 1000

    def due_after(self, tries: int) -> int:
        """Return when to look again after so many looks."""
        return self.queue.now() + int(self.waits.after(tries, self.jitter()) * 1000)

    async def move(self, work: Work, *, uncounted: bool = False, **changes: Any) -> Work | None:
        """Change a row and hold on to it; None where somebody else holds it by now.

        ``uncounted``: whether the job came to nothing, and is not to be counted.
        """
        who = self.pseudonym(work.guild_id, work.user_id) if uncounted else None
        kept = await self.queue.save(work, keep=True, uncounted=who, **changes)
        return replace(work, **changes) if kept else None

    async def end(
        self, work: Work, outcome: Outcome, *, note: str | None = None, job: Job | None = None
    ) -> Work | None:
        """Write down how a job ended, which is yet to be told."""
        now = self.queue.now()
        body = work.body if job is None else snapshot(job)
        unmade = outcome is Outcome.REFUSED or work.state is State.WAITING
        return await self.move(
            work,
            uncounted=unmade,
            state=State.ENDED,
            outcome=outcome,
            note=note,
            body=body,
            upstream_id=work.upstream_id or (None if job is None else job.jobid),
            ended_at=now,
            due_at=now,
            tries=0,
            misses=0,
        )


def order_of(work: Work) -> Order:
    """Return what was asked for."""
    return Order.model_validate_json(work.asked)


def sheet_of(work: Work) -> Sheet:
    """Return what every card of a job says of it."""
    return Sheet(order_of(work), work.ref, work.user_id, work.created_at // 1000)


def job_of(work: Work) -> Job | None:
    """Return what the upstream said last, None where it said nothing."""
    if work.body is None:
        return None
    try:
        return Job.model_validate_json(work.body)
    except ValidationError:  # written by a program of another version
        return None


def buttons_of(work: Work) -> Sequence[str]:
    """Return the job's own buttons, as the upstream calls them."""
    job = job_of(work)
    return () if job is None else job.buttons


def snapshot(job: Job) -> str:
    """Return a job as it is kept in a row: what is shown of it, and no more than that."""
    kept = job.model_copy(
        update={
            "content": None if job.content is None else job.content[:_CONTENT],
            "attachments": job.attachments[:_FILES],
            "buttons": job.buttons[:_BUTTONS],
        }
    )
    return kept.model_dump_json(by_alias=True, exclude_none=True)
