"""The lanes that jobs wait in: who is sent next, fairly, and what keeps a lane from being sent.

A lane is what jobs of one server queue for with one key: an account, or any that is free.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sqlalchemy import and_, func, literal, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.database import Database
from bot.storage.leases import LEASE, OF_JOBS, one_by_one
from bot.storage.places import be_alone
from bot.storage.schema import jobs
from bot.storage.work import Outcome, State, Work, milliseconds


class Lanes:
    """What waits, in every server, for one worker.

    ``worker`` names it among all; ``clock`` gives seconds since 1970.
    """

    def __init__(self, database: Database, worker: str, clock: Callable[[], float]) -> None:
        self._database = database
        self._worker = worker
        self._clock = clock

    async def places(self, guild_id: int, lane: str) -> Sequence[int]:
        """Return the ids of the rows that wait in a lane, in the order in which they will be sent."""
        async with self._database.reading() as connection:
            return await self._places(connection, guild_id, lane)

    async def begin_to_send(self, work: Work) -> int | None:
        """Mark a waiting row as about to be sent where it is its turn; return 0 then, else its place.

        It is its turn where it is first in its lane and none of the lane is being sent. None means that
        the lease does not count any more, or that the job is not wanted any more.
        """
        now = milliseconds(self._clock)
        being_sent = and_(
            jobs.c.guild_id == work.guild_id,
            jobs.c.lane == work.lane,
            jobs.c.state == State.SENDING.value,
            ~OF_JOBS.free(now),
        )
        async with self._database.writing() as connection:
            # So that of two workers one looks after the other has written.
            await connection.execute(be_alone(work.guild_id))
            order = await self._places(connection, work.guild_id, work.lane)
            if work.id not in order:
                return None
            place = order.index(work.id) + 1
            busy = (await connection.execute(select(jobs.c.id).where(being_sent).limit(1))).first()
            if place > 1 or busy is not None:
                return place
            wanted = and_(OF_JOBS.held(self._worker, work), jobs.c.cancelled_by.is_(None))
            now = milliseconds(self._clock)
            # The lease, which keeps the lane to this row, begins anew; where it ends, the row is due at once.
            times = {"sent_at": now, "due_at": now, "lease_until": now + LEASE}
            sending = update(jobs).where(wanted).values(state=State.SENDING.value, **times, tries=0, misses=0)
            done = await connection.execute(sending)
        return 0 if done.rowcount else None

    async def next_in(self, guild_id: int, lane: str) -> int | None:
        """Return the id of the row that is first in a lane, None where none waits."""
        order = await self.places(guild_id, lane)
        return order[0] if order else None

    async def wake(self, work: Work) -> None:
        """Let the first of each lane of the service and the key try at once: a slot may be free."""
        now = milliseconds(self._clock)
        waiting = and_(
            jobs.c.guild_id == work.guild_id,
            jobs.c.service == work.service.value,
            jobs.c.key_name == work.key_name,
            jobs.c.state == State.WAITING.value,
        )
        async with self._database.reading() as connection:
            lanes = (await connection.execute(select(jobs.c.lane).where(waiting).distinct())).scalars().all()
            places = [await self._places(connection, work.guild_id, lane) for lane in lanes]
        firsts = [place[0] for place in places if place]
        if not firsts:
            return
        first = and_(jobs.c.id.in_(firsts), jobs.c.state == State.WAITING.value)
        async with self._database.writing() as connection:
            await connection.execute(update(jobs).where(one_by_one(first)).values(due_at=now))

    async def hold_back(self, work: Work, seconds: float) -> None:
        """Let nothing of a lane be sent for a while. What is cancelled does not wait for that."""
        waiting = and_(
            jobs.c.guild_id == work.guild_id,
            jobs.c.lane == work.lane,
            jobs.c.state == State.WAITING.value,
            jobs.c.cancelled_by.is_(None),
        )
        until = milliseconds(self._clock) + int(seconds * 1000)
        later = update(jobs).where(one_by_one(waiting)).values(due_at=until)
        async with self._database.writing() as connection:
            await connection.execute(later)

    async def held_until(self, guild_id: int, lane: str, hold: float) -> int | None:
        """Return until when nothing is to be sent in a lane, None where it may be.

        It is held for ``hold`` seconds after a job of it ended that the upstream took and cannot follow.
        """
        now = milliseconds(self._clock)
        untracked = and_(
            jobs.c.guild_id == guild_id,
            jobs.c.state.in_((State.ENDED.value, State.TOLD.value)),
            jobs.c.lane == lane,
            jobs.c.outcome == Outcome.UNCERTAIN.value,
            jobs.c.upstream_id.is_not(None),
            jobs.c.ended_at.between(now - int(hold * 1000), now),
        )
        async with self._database.reading() as connection:
            last = (await connection.execute(select(func.max(jobs.c.ended_at)).where(untracked))).scalar_one()
        return None if last is None else last + int(hold * 1000)

    async def _places(self, connection: AsyncConnection, guild_id: int, lane: str) -> Sequence[int]:
        """Order a lane fairly: everybody's next job before anybody's one after, counting what runs."""
        in_lane = and_(jobs.c.guild_id == guild_id, jobs.c.lane == lane)
        running = (
            select(jobs.c.user_id, func.count().label("number"))
            .where(in_lane, jobs.c.state.in_((State.SENDING.value, State.RUNNING.value)))
            .group_by(jobs.c.user_id)
            .subquery()
        )
        own = func.row_number().over(partition_by=jobs.c.user_id, order_by=jobs.c.id)
        turn = own + func.coalesce(running.c.number, literal(0))
        query = (
            select(jobs.c.id)
            .outerjoin_from(jobs, running, running.c.user_id == jobs.c.user_id)
            .where(in_lane, jobs.c.state == State.WAITING.value)
            .order_by(turn, jobs.c.id)
        )
        return (await connection.execute(query)).scalars().all()
