"""Rows of jobs: what somebody asked to be made, how far it is, and where it is to be shown."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, fields
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Insert,
    RowMapping,
    and_,
    delete,
    func,
    insert,
    select,
    union_all,
    update,
)

from bot.services import Service
from bot.storage.database import Database
from bot.storage.limits import LimitBook, count_no_more
from bot.storage.places import be_alone, be_known
from bot.storage.schema import jobs


class State(StrEnum):
    """How far a job is."""

    WAITING = "waiting"
    """The upstream was not told of it."""
    SENDING = "sending"
    """The upstream may have been told of it."""
    RUNNING = "running"
    """The upstream has it."""
    ENDED = "ended"
    """It is known how it ended, and that is to be told."""
    TOLD = "told"
    """Nothing is left to do."""


class Outcome(StrEnum):
    """How a job ended."""

    COMPLETED = "completed"
    MODERATED = "moderated"
    FAILED = "failed"
    CANCELLED = "cancelled"
    REFUSED = "refused"
    """The upstream did not take it."""
    LOST = "lost"
    """It took too long, or the upstream forgot it."""
    UNCERTAIN = "uncertain"
    """It may have been made, and cannot be followed."""


ANSWERING = 30_000
"""Milliseconds that a new row is left to whoever answers the member, all tries to do so included."""


@dataclass(frozen=True, slots=True)
class Work:
    """One row. Times are milliseconds since 1970, None for never."""

    id: int
    ref: str
    """Names the job to people, to the upstream and as nonce: 20 letters and digits."""
    guild_id: int
    user_id: int
    service: Service
    lane: str
    """What it queues for."""
    asked: str
    """What was asked for, as JSON."""
    state: State
    created_at: int
    channel_id: int
    outcome: Outcome | None = None
    note: str | None = None
    """A sentence on how it is or how it ended."""
    upstream_id: str | None = None
    body: str | None = field(default=None, repr=False)
    """What the upstream said of it last, as JSON."""
    sent_at: int | None = None
    ended_at: int | None = None
    cancelled_by: int | None = None
    due_at: int | None = None
    tries: int = 0
    """How often this state was worked on."""
    misses: int = 0
    """How often in a row the upstream did not know it."""
    lease_by: str | None = None
    lease_until: int = 0
    fence: int = 0
    message_id: int | None = None
    """The message that shows it."""
    reply_token: bytes | None = field(default=None, repr=False)
    """What the answer to the member can be changed with, sealed."""
    reply_until: int | None = None
    """Until when :attr:`reply_token` is good."""
    upload_limit: int = 0
    """Bytes that a file in the server may have."""
    shown: str | None = None
    """What the message shows, so that it is not changed into the same."""
    shown_at: int = 0
    posting_at: int | None = None
    """When it was first tried to tell the end in a message of its own."""
    key_name: str = ""
    """The name of the server's key that it is made with."""


COLUMNS = [jobs.c[column.name] for column in fields(Work)]
_OPEN = tuple(state.value for state in State if state is not State.TOLD)


def read_work(row: RowMapping) -> Work:
    """Read a row of the table ``jobs``."""
    values: dict[str, Any] = dict(row)
    outcome = row["outcome"]
    values |= {
        "service": Service(row["service"]),
        "state": State(row["state"]),
        "outcome": None if outcome is None else Outcome(outcome),
    }
    return Work(**values)


class WorkBook:
    """The jobs of one server. ``clock`` gives seconds since 1970."""

    def __init__(self, database: Database, guild_id: int, clock: Callable[[], float]) -> None:
        self._database = database
        self._here = jobs.c.guild_id == guild_id
        self._guild_id = guild_id
        self._clock = clock

    async def add(
        self,
        ref: str,
        *,
        user_id: int,
        channel_id: int,
        service: Service,
        lane: str,
        asked: str,
        reply: tuple[bytes, int],
        upload_limit: int,
        who: str,
        key_name: str = "",
    ) -> Work:
        """Write down a job before anybody is told of it, and count it for the member, who is ``who`` there.

        Where the row is there already, because another worker was asked the same and died, that is returned.
        Raises :class:`~bot.limits.LimitReached`, with nothing written.

        ``reply`` is the sealed token of the answer, and until when it is good. The loops leave the row alone
        while the member is being answered; it is due by itself where whoever answers dies.
        """
        now = milliseconds(self._clock)
        row = insert(jobs).values(
            ref=ref,
            guild_id=self._guild_id,
            user_id=user_id,
            channel_id=channel_id,
            service=service.value,
            lane=lane,
            asked=asked,
            state=State.WAITING.value,
            created_at=now,
            due_at=now + ANSWERING,
            tries=0,
            misses=0,
            lease_until=0,
            fence=0,
            reply_token=reply[0],
            reply_until=reply[1],
            upload_limit=upload_limit,
            shown_at=0,
            key_name=key_name,
        )
        limits = LimitBook(self._database, self._guild_id, self._clock)
        before = select(*COLUMNS).where(self._here, jobs.c.ref == ref)
        async with self._database.writing() as connection:
            await connection.execute(be_known(self._database, self._guild_id))
            await connection.execute(be_alone(self._guild_id))
            found = (await connection.execute(before)).mappings().first()
            if found is not None:
                return read_work(found)
            await limits.count(connection, service, who, user_id, at=now // 1000)
            return read_work((await connection.execute(row.returning(*COLUMNS))).mappings().one())

    async def adopt(
        self,
        ref: str,
        *,
        user_id: int,
        channel_id: int,
        service: Service,
        asked: str,
        upstream: tuple[str, str],
        key_name: str = "",
    ) -> Work:
        """Write down a job that was made elsewhere and is over, so that its buttons can be pressed here.

        ``upstream`` is its id and what is said of it there.
        """
        now = milliseconds(self._clock)
        upstream_id, body = upstream
        row = insert(jobs).values(
            ref=ref,
            guild_id=self._guild_id,
            user_id=user_id,
            channel_id=channel_id,
            service=service.value,
            lane=f"{service}:*",
            asked=asked,
            state=State.TOLD.value,
            outcome=Outcome.COMPLETED.value,
            upstream_id=upstream_id,
            body=body,
            created_at=now,
            ended_at=now,
            tries=0,
            misses=0,
            lease_until=0,
            fence=0,
            upload_limit=0,
            shown_at=0,
            key_name=key_name,
        )
        return await self._insert(row)

    async def keep_news(self, ref: str, outcome: Outcome, body: str, note: str | None = None) -> None:
        """Keep what the upstream says by now of a job that was told, with a sentence on that."""
        told = and_(self._here, jobs.c.ref == ref, jobs.c.state == State.TOLD.value)
        values = {"outcome": outcome.value, "body": body, "note": note}
        async with self._database.writing() as connection:
            await connection.execute(update(jobs).where(told).values(values))

    async def note_message(self, ref: str, message_id: int) -> None:
        """Note which message shows a job."""
        statement = update(jobs).where(self._here, jobs.c.ref == ref).values(message_id=message_id)
        async with self._database.writing() as connection:
            await connection.execute(statement)

    async def withdraw(self, ref: str, who: str) -> None:
        """Remove a job that nobody was told of, and take it off the member's count."""
        new = and_(self._here, jobs.c.ref == ref, jobs.c.state == State.WAITING.value)
        gone = delete(jobs).where(new).returning(jobs.c.service, jobs.c.created_at)
        async with self._database.writing() as connection:
            row = (await connection.execute(gone)).first()
            if row is not None:
                created_at = row.created_at // 1000
                await count_no_more(connection, self._guild_id, Service(row.service), who, created_at)

    async def find(self, ref: str) -> Work | None:
        """Return a job by its reference or by the upstream's id of it, None where there is none."""
        # Apart, because SQLite would not use an index of each for one OR.
        same = union_all(
            select(jobs.c.id).where(self._here, jobs.c.ref == ref),
            select(jobs.c.id).where(self._here, jobs.c.upstream_id == ref),
        )
        # Two rows may be about one job of the upstream; the first one asked for it.
        query = select(*COLUMNS).where(jobs.c.id.in_(same)).order_by(jobs.c.id).limit(1)
        async with self._database.reading() as connection:
            row = (await connection.execute(query)).mappings().first()
        return None if row is None else read_work(row)

    async def list(
        self, service: Service, user_id: int | None, *, most: int, skip: int = 0, unfinished: bool = False
    ) -> Sequence[Work]:
        """Return jobs of a service, the newest first; of one member, or with None of all."""
        query = select(*COLUMNS).where(*self._of(service, user_id, unfinished=unfinished))
        async with self._database.reading() as connection:
            rows = await connection.execute(query.order_by(jobs.c.id.desc()).limit(most).offset(skip))
            return [read_work(row) for row in rows.mappings()]

    async def count(self, service: Service, user_id: int | None) -> int:
        """Count the jobs of a service, of one member, or with None of all."""
        query = select(func.count()).select_from(jobs).where(*self._of(service, user_id, unfinished=False))
        async with self._database.reading() as connection:
            return (await connection.execute(query)).scalar_one()

    async def cancel(self, ref: str, actor_id: int) -> Work | None:
        """Note that a job is not wanted any more, and let it be worked on at once.

        Returns it as it is now; None where there is no such job that is not over.
        """
        wanted = and_(self._here, jobs.c.ref == ref, jobs.c.state.in_(("waiting", "sending", "running")))
        values = {"cancelled_by": actor_id, "due_at": milliseconds(self._clock)}
        async with self._database.writing() as connection:
            rows = await connection.execute(update(jobs).where(wanted).values(values).returning(*COLUMNS))
            row = rows.mappings().first()
        return None if row is None else read_work(row)

    async def _insert(self, row: Insert) -> Work:
        async with self._database.writing() as connection:
            await connection.execute(be_known(self._database, self._guild_id))
            return read_work((await connection.execute(row.returning(*COLUMNS))).mappings().one())

    def _of(
        self, service: Service, user_id: int | None, *, unfinished: bool
    ) -> Sequence[ColumnElement[bool]]:
        conditions = [self._here, jobs.c.service == service.value]
        if user_id is not None:
            conditions.append(jobs.c.user_id == user_id)
        if unfinished:
            conditions.append(jobs.c.state.in_(_OPEN))
        return conditions


async def give_up(database: Database, whose: ColumnElement[bool], actor_id: int) -> Sequence[Work]:
    """Note of jobs that nothing is wanted any more of those that are unfinished, and return these."""
    unfinished = and_(whose, jobs.c.state != State.TOLD.value)
    unwanted = update(jobs).where(unfinished).values(cancelled_by=actor_id)
    async with database.writing() as connection:
        rows = await connection.execute(unwanted.returning(*COLUMNS))
        return [read_work(row) for row in rows.mappings()]


def milliseconds(clock: Callable[[], float]) -> int:
    """Return the time of a clock of seconds, as the rows have it."""
    return int(clock() * 1000)
