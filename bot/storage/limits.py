"""How many jobs may be made in a server, and how many were: see :mod:`bot.limits`.

What was counted is not lost when a member is forgotten: a pseudonym stands for
whoever it was, until the day is over.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from sqlalchemy import RowMapping, and_, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.limits import DAY, LimitKind, LimitReached, Limits, Made
from bot.services import Service
from bot.storage.audit import Action, Entry, write_entry
from bot.storage.database import Database
from bot.storage.places import be_alone, be_known
from bot.storage.schema import jobs, service_limits, tallies

_SERVER = ""
"""Who is counted where it is the whole server."""
_OPEN = ("waiting", "sending", "running")
"""The states of jobs that are not over."""


class LimitBook:
    """The limits of one server and what was made. ``clock`` gives seconds since 1970."""

    def __init__(self, database: Database, guild_id: int, clock: Callable[[], float]) -> None:
        self._database = database
        self._guild_id = guild_id
        self._clock = clock

    async def limits(self) -> Mapping[Service, Limits]:
        """Return the limits of every service that has any."""
        query = select(service_limits).where(service_limits.c.guild_id == self._guild_id)
        async with self._database.reading() as connection:
            return read_limits((await connection.execute(query)).mappings().all())

    async def change(self, service: Service, changes: Mapping[LimitKind, int | None], actor_id: int) -> None:
        """Set some limits of a service, with an audit row; the others stay as they are."""
        values = {kind.value: most for kind, most in changes.items()}
        here = be_known(self._database, self._guild_id)
        row = self._database.insert(service_limits).values(
            guild_id=self._guild_id, service=service.value, **values
        )
        none_left = and_(
            service_limits.c.guild_id == self._guild_id,
            *(service_limits.c[kind.value].is_(None) for kind in LimitKind),
        )
        words = ", ".join(
            f"{kind.words}: {'any' if most is None else most}" for kind, most in changes.items()
        )
        entry = Entry(self._guild_id, actor_id, Action.LIMITS, int(self._clock()), service, words)
        async with self._database.writing() as connection:
            await connection.execute(here)
            await connection.execute(
                row.on_conflict_do_update(index_elements=["guild_id", "service"], set_=values)
            )
            await connection.execute(delete(service_limits).where(none_left))
            await write_entry(connection, entry)

    async def made(self, service: Service, who: str, user_id: int) -> Made:
        """Return how many jobs there are; ``who`` is the member's pseudonym."""
        async with self._database.reading() as connection:
            return await self._made(connection, service, who, user_id, int(self._clock()) // DAY)

    async def count(
        self, connection: AsyncConnection, service: Service, who: str, user_id: int, *, at: int
    ) -> None:
        """Count a job that is about to be written down, in the same transaction; ``at``: when it was taken.

        Of two workers that count for a server, one does so after the other. Raises :class:`LimitReached`,
        with nothing counted.
        """
        await connection.execute(be_alone(self._guild_id))
        query = select(service_limits).where(
            service_limits.c.guild_id == self._guild_id, service_limits.c.service == service.value
        )
        row = (await connection.execute(query)).mappings().first()
        if row is not None:
            limits = Limits(*(row[kind.value] for kind in LimitKind))
            kind = (await self._made(connection, service, who, user_id, at // DAY)).reached(limits)
            if kind is not None:
                raise LimitReached(service, kind, row[kind.value], (at // DAY + 1) * DAY)
        for counted in (who, _SERVER):
            one = self._database.insert(tallies).values(
                guild_id=self._guild_id, service=service.value, day=at // DAY, who=counted, count=1
            )
            await connection.execute(
                one.on_conflict_do_update(
                    index_elements=["guild_id", "service", "day", "who"], set_={"count": tallies.c.count + 1}
                )
            )

    async def _made(
        self, connection: AsyncConnection, service: Service, who: str, user_id: int, day: int
    ) -> Made:
        today = and_(
            tallies.c.guild_id == self._guild_id,
            tallies.c.service == service.value,
            tallies.c.day == day,
            tallies.c.who.in_((who, _SERVER)),
        )
        query = select(tallies.c.who, tallies.c["count"]).where(today)
        counts: dict[str, int] = {row[0]: row[1] for row in await connection.execute(query)}
        running = select(func.count()).where(
            jobs.c.guild_id == self._guild_id,
            jobs.c.service == service.value,
            jobs.c.user_id == user_id,
            jobs.c.state.in_(_OPEN),
        )
        at_once: int = (await connection.execute(running)).scalar_one()
        return Made(counts.get(who, 0), at_once, counts.get(_SERVER, 0))


async def count_no_more(
    connection: AsyncConnection, guild_id: int, service: Service, who: str, created_at: int
) -> None:
    """Take a job that came to nothing off the count of its day; ``created_at`` in seconds since 1970."""
    counted = and_(
        tallies.c.guild_id == guild_id,
        tallies.c.service == service.value,
        tallies.c.day == created_at // DAY,
        tallies.c.who.in_((who, _SERVER)),
        tallies.c["count"] > 0,
    )
    await connection.execute(update(tallies).where(counted).values(count=tallies.c["count"] - 1))


async def forget_old_tallies(database: Database, now: float) -> None:
    """Remove what was counted before yesterday."""
    old = tallies.c.day < int(now) // DAY - 1
    async with database.reading() as connection:
        is_any = (await connection.execute(select(tallies.c.day).where(old).limit(1))).first() is not None
    if is_any:
        async with database.writing() as connection:
            await connection.execute(delete(tallies).where(old))


def read_limits(rows: Iterable[RowMapping]) -> Mapping[Service, Limits]:
    """Read the rows of one server."""
    return {Service(row["service"]): Limits(*(row[kind.value] for kind in LimitKind)) for row in rows}
