"""What Pika and Midjourney make, from the asking to the telling, whatever happens in between.

Each job is a row that is written before the upstream is told. One loop claims the rows that are due and takes
each a step further: :mod:`~bot.jobs.sending` brings it to the upstream, :mod:`~bot.jobs.following` looks how
it is doing, :mod:`~bot.jobs.telling` shows that in Discord. A process that dies leaves rows, and whoever
comes next goes on from them.
"""

from __future__ import annotations

import asyncio
import logging
import random
import secrets
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from typing import Any

import discord

from bot.api.jobs import Job
from bot.connections import Connections
from bot.crypto import Keyring
from bot.errors import ApiError, NotConnected
from bot.jobs.composing import Composition, compose
from bot.jobs.desk import Desk, Later, job_of, sheet_of, snapshot
from bot.jobs.following import Following
from bot.jobs.messenger import Away, Messenger
from bot.jobs.rhythm import Rhythm
from bot.jobs.sending import Sending, outcome_of
from bot.jobs.telling import REPLY_SECONDS, Telling
from bot.jobs.waits import Waits
from bot.media import Media
from bot.orders import Order
from bot.report import loop_turn
from bot.storage.database import Database
from bot.storage.queue import LEASE, WorkQueue
from bot.storage.work import ANSWERING, Outcome, State, Work, WorkBook
from bot.ui.card import Card
from bot.ui.jobs import progress_card

__all__ = ["Jobs"]

_log = logging.getLogger(__name__)

_AT_ONCE = 32
"""Jobs that are worked on at the same time in one process."""
_RENEWED_BELOW = LEASE * 0.7
"""Milliseconds of a lease below which it is renewed."""
_REST_ALONE = 3600.0
_REST_AMONG_OTHERS = 5.0
"""Seconds between two looks while nothing is unfinished."""
_FINISH_SECONDS = 5.0
"""How long a stop waits for the steps that are under way."""
_CHANGED = ("tries", "misses", "shown", "shown_at", "message_id", "reply_token")
"""What a row that is put off may have to remember."""


class Jobs:
    """Takes jobs and works on them.

    ``clock`` gives seconds since 1970, ``limit`` is the age in seconds at which a job is given up,
    ``first_wait`` the seconds before the first look at it.
    """

    def __init__(
        self,
        client: discord.Client,
        database: Database,
        keyring: Keyring,
        connections: Connections,
        media: Media,
        *,
        clock: Callable[[], float],
        first_wait: float,
        limit: float,
    ) -> None:
        waits = Waits(first_wait)
        self._database = database
        self._clock = clock
        queue = WorkQueue(database, secrets.token_hex(8), clock, longest=waits.longest)
        self._queue = queue
        self._desk = Desk(queue, connections, media, waits, limit, random.random)
        self._telling = Telling(self._desk, Messenger(client), keyring)
        self._sending = Sending(self._desk, self._telling)
        self._following = Following(self._desk, self._telling)
        self._steps: dict[int, asyncio.Task[None]] = {}
        self._leases: dict[int, int] = {}
        """When the lease of each row that is worked on ends, in milliseconds since 1970."""
        self._later: list[Later] = []
        """Rows whose next look is not written down yet; their leases hold until then."""
        self._loop = Rhythm(self.turn)

    def book(self, guild_id: int) -> WorkBook:
        """Return the jobs of a server."""
        return WorkBook(self._database, guild_id, self._clock)

    async def start(self) -> None:
        """Go on with what is unfinished, from now on."""
        if self._database.is_a_file:
            await self._queue.take_over()
        self._loop.start()

    async def close(self) -> None:
        """Stop, having finished the steps that are under way where that does not take long."""
        self._loop.cancel()
        turns = self._loop.get_task()
        if turns is not None:
            await asyncio.wait({turns})
        if self._steps:
            await asyncio.wait(self._steps.values(), timeout=_FINISH_SECONDS)
        for step in list(self._steps.values()):
            step.cancel()
        await asyncio.gather(*self._steps.values(), return_exceptions=True)
        await self._write_down()

    async def take(self, interaction: discord.Interaction[Any], order: Order, guild_id: int) -> None:
        """Write down a job, answer the member in public, and begin.

        Raises what Discord raises where it cannot be answered; nothing is made then.
        """
        ref = secrets.token_hex(10)
        member = interaction.user.id
        reply_until = int((self._clock() + REPLY_SECONDS) * 1000)
        work = await self.book(guild_id).add(
            ref,
            user_id=member,
            channel_id=interaction.channel_id or 0,
            service=order.service,
            lane=order.lane,
            asked=order.model_dump_json(exclude_none=True),
            reply=(self._telling.seal(guild_id, member, interaction.token), reply_until),
            upload_limit=interaction.filesize_limit,
        )
        self._loop.hurry(ANSWERING / 1000)  # whatever keeps the row from being advanced below
        try:
            await self._answer(interaction, work)
        except discord.HTTPException:
            # Discord did not take the answer and the member sees that, so nothing is made.
            await self.book(guild_id).withdraw(ref)
            raise
        except Away:
            _log.warning("job %s: whether the member was answered is not known", ref)
        await self.advance(work.id)

    async def _answer(self, interaction: discord.Interaction[Any], work: Work) -> None:
        card = progress_card(sheet_of(work), "🛠️ On its way …")
        message_id = await self._telling.messenger.answer(interaction, card)
        if message_id is not None:
            await self.book(work.guild_id).note_message(work.ref, message_id)

    async def advance(self, job_id: int) -> None:
        """Take a job as far as it goes now, unless somebody else is at it."""
        await self._write_down()
        if job_id in self._steps:
            return
        work = await self._queue.claim_one(job_id)
        if work is not None:
            await asyncio.wait({self._begin(work)})

    @asynccontextmanager
    async def shown(self, work: Work, *, most: int) -> AsyncGenerator[Sequence[Card]]:
        """Give cards of how a job is now, asked of the upstream where that knows more.

        The first one that Discord takes is to be shown; the files are in those that come first.

        Raises :class:`~bot.errors.ApiError` and :class:`~bot.errors.NotConnected`.
        """
        work = await self._asked_anew(work)
        async with AsyncExitStack() as stack:
            if work.outcome is None:
                job = job_of(work)
                percent = None if job is None else job.percent
                yield [progress_card(sheet_of(work), _STATES[work.state], percent=percent)]
                return
            made: Composition = await compose(self._desk.media, work, stack, most=most, is_last_try=True)
            yield [made.card(), made.without_files().card(), made.bare_card()]

    async def _asked_anew(self, work: Work) -> Work:
        """Return a row with what the upstream says of its job now."""
        if work.upstream_id is None:
            return work
        try:
            job = await self._following.look(replace(work, cancelled_by=None))
        except (ApiError, NotConnected):
            if work.outcome is None:
                raise
            return work  # what was kept of it is better than nothing
        if work.outcome is Outcome.COMPLETED:
            return _with_new_links(work, job)
        outcome, body = outcome_of(job) or work.outcome, snapshot(job)
        note = work.note if outcome is work.outcome else None  # it was on how it had seemed to end
        if work.state is State.TOLD and outcome is not None:
            await self.book(work.guild_id).keep_news(work.ref, outcome, body, note)
        return replace(work, outcome=outcome, note=note, body=body)

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
        idle = _REST_ALONE if self._database.is_a_file else _REST_AMONG_OTHERS
        if due_at is None:
            return idle
        left = (due_at - self._queue.now()) / 1000
        return min(max(left, waits.turn), waits.longest, idle)

    async def purge(self) -> int:
        """Remove the jobs that are kept no longer; return how many they were."""
        return await self._queue.purge()

    def _begin(self, work: Work) -> asyncio.Task[None]:
        self._leases[work.id] = work.lease_until
        self._loop.hurry(self._desk.waits.turn)
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
        async with loop_turn(f"job {work.ref}"):
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
            following = await self._queue.next_in(before.guild_id, before.lane)
            work = None if following is None else await self._queue.claim_one(following)
            if work is not None:
                self._begin(work)
        elif after is not None and after.state is State.ENDED:
            await self._queue.wake(after)

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
        except BaseException:
            self._later = [*batch, *self._later]
            raise
        for later in batch:
            self._leases.pop(later.work.id, None)


_STATES = {
    State.WAITING: "⏳ Waiting for a free account.",
    State.SENDING: "🛠️ On its way …",
    State.RUNNING: "🛠️ At work.",
}


def _with_new_links(work: Work, job: Job) -> Work:
    """Return a row that is shown once more: with links that work, and the buttons that its cards bear."""
    kept = job_of(work)
    if kept is None or not job.files:
        return work
    return replace(work, body=snapshot(job.model_copy(update={"buttons": kept.buttons})))


def _whole(later: Later) -> dict[str, Any]:
    """Return all that a row may have to remember, since rows are written together."""
    return {name: later.changes.get(name, getattr(later.work, name)) for name in _CHANGED}
