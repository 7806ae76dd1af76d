"""Which servers the app is in, and since when it is gone from the others."""

from __future__ import annotations

from collections.abc import Callable, Collection

from sqlalchemy import delete, select, update

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
        statement = self._database.insert(guilds).values(guild_id=guild_id, joined_at=int(self._clock()))
        async with self._database.writing() as connection:
            await connection.execute(
                statement.on_conflict_do_update(
                    index_elements=["guild_id"], set_={"left_at": None}, where=guilds.c.left_at.is_not(None)
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
        """Return the servers that the app was in when last heard of."""
        query = select(guilds.c.guild_id).where(guilds.c.left_at.is_(None), guilds.c.guild_id != NOWHERE)
        async with self._database.reading() as connection:
            return frozenset((await connection.execute(query)).scalars())

    async def purge(self) -> int:
        """Remove every row of the servers whose grace is over; return how many servers they were."""
        statement = delete(guilds).where(
            guilds.c.left_at <= int(self._clock()) - GRACE, guilds.c.guild_id != NOWHERE
        )
        async with self._database.writing() as connection:
            return (await connection.execute(statement)).rowcount
