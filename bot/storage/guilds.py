"""Which servers the app is in, and since when it is gone from the others."""

from __future__ import annotations

from collections.abc import Callable, Collection

from sqlalchemy import delete, func, or_, select, update

from bot.storage.database import Database
from bot.storage.schema import NOWHERE, guilds

GRACE = 7 * 24 * 3600
"""Seconds that the rows of a server are kept after the app was removed from it."""


class Guilds:
    """The servers. ``clock`` gives seconds since 1970."""

    def __init__(self, database: Database, clock: Callable[[], float]) -> None:
        self._database = database
        self._clock = clock

    async def arrive(self, guild_id: int) -> None:
        """Note that the app is in a server, again or for the first time."""
        now = int(self._clock())
        statement = self._database.insert(guilds).values(guild_id=guild_id, joined_at=now)
        async with self._database.writing() as connection:
            await connection.execute(
                statement.on_conflict_do_update(
                    index_elements=["guild_id"],
                    set_={"left_at": None, "joined_at": func.coalesce(guilds.c.joined_at, now)},
                    where=or_(guilds.c.left_at.is_not(None), guilds.c.joined_at.is_(None)),
                )
            )

    async def leave(self, guild_ids: Collection[int]) -> None:
        """Note that the app was removed from servers; their rows go after :data:`GRACE`."""
        if not guild_ids:
            return
        statement = (
            update(guilds)
            .where(guilds.c.guild_id.in_(guild_ids), guilds.c.left_at.is_(None))
            .values(left_at=int(self._clock()))
        )
        async with self._database.writing() as connection:
            await connection.execute(statement)

    async def present(self) -> frozenset[int]:
        """Return the servers that the app joined and was not removed from, when last heard of."""
        query = select(guilds.c.guild_id).where(
            guilds.c.left_at.is_(None), guilds.c.joined_at.is_not(None), guilds.c.guild_id != NOWHERE
        )
        async with self._database.reading() as connection:
            return frozenset((await connection.execute(query)).scalars())

    async def purge(self, *, here: Collection[int] = ()) -> int:
        """Remove every row of the servers whose grace is over; return how many servers they were.

        A server that is ``here`` after all keeps its rows, and its mark is taken away.
        """
        query = select(guilds.c.guild_id).where(
            guilds.c.left_at <= int(self._clock()) - GRACE, guilds.c.guild_id != NOWHERE
        )
        async with self._database.writing() as connection:
            over = frozenset((await connection.execute(query)).scalars())
            back, gone = over & frozenset(here), over - frozenset(here)
            await connection.execute(update(guilds).where(guilds.c.guild_id.in_(back)).values(left_at=None))
            await connection.execute(delete(guilds).where(guilds.c.guild_id.in_(gone)))
        return len(gone)
