"""Servers compared with a list that Discord gives of them, where no gateway tells of those that are left.

However many there are, what is kept of each meanwhile is a number, and what is written is written in parts.
"""

from __future__ import annotations

from array import array
from collections.abc import Collection, Iterable

from sqlalchemy import and_, func, or_, select, update

from bot.storage.database import Database
from bot.storage.places import parts
from bot.storage.schema import NOWHERE, guilds

_PART = 2000
"""Servers that are read at a time."""


class RollCall:
    """One comparison; what happened since ``began``, in seconds since 1970, is not judged."""

    def __init__(self, database: Database, began: int) -> None:
        self._database = database
        self._began = began
        self._was_there = and_(
            guilds.c.left_at.is_(None), guilds.c.joined_at < began, guilds.c.guild_id != NOWHERE
        )

    async def present(self) -> array[int]:
        """Return the servers that the app was in when this began, as far as we know, ordered by id."""
        found = array("q")
        while True:
            after = found[-1] if found else 0
            query = select(guilds.c.guild_id).where(self._was_there, guilds.c.guild_id > after)
            async with self._database.reading() as connection:
                rows = await connection.execute(query.order_by(guilds.c.guild_id).limit(_PART))
            before = len(found)
            found.extend(rows.scalars())
            if len(found) < before + _PART:
                return found

    async def arrive(self, listed: Collection[int]) -> int:
        """Note that the app is in servers; return of how many that was not known."""
        is_news = or_(guilds.c.left_at < self._began, guilds.c.joined_at.is_(None))
        statement = (
            update(guilds)
            .where(guilds.c.guild_id.in_(listed), is_news)
            .values(left_at=None, joined_at=func.coalesce(guilds.c.joined_at, self._began))
        )
        query = select(guilds.c.guild_id).where(guilds.c.guild_id.in_(listed), is_news).limit(1)
        async with self._database.reading() as connection:
            if (await connection.execute(query)).first() is None:
                return 0
        async with self._database.writing() as connection:
            return (await connection.execute(statement)).rowcount

    async def leave(self, gone: Iterable[int], at: int) -> int:
        """Note that the app left servers; return how many were still known as present."""
        left, count = {"left_at": at}, 0
        for part in parts(gone):
            statement = update(guilds).where(guilds.c.guild_id.in_(part), self._was_there).values(left)
            async with self._database.writing() as connection:
                count += (await connection.execute(statement)).rowcount
        return count


class Absent:
    """Those of the present that a list lacks, which is given page by page. Both are in the order of ids."""

    def __init__(self, present: array[int]) -> None:
        self._present = present
        self._at = 0
        self._found = array("q")

    def note(self, page: Iterable[int]) -> None:
        """Take the next page of the list."""
        for listed in page:
            self._pass(listed)
            if self._at < len(self._present) and self._present[self._at] == listed:
                self._at += 1

    def end(self) -> array[int]:
        """Return all that were not listed, now that the list is complete."""
        self._found.extend(self._present[self._at :])
        self._at = len(self._present)
        return self._found

    def _pass(self, listed: int) -> None:
        while self._at < len(self._present) and self._present[self._at] < listed:
            self._found.append(self._present[self._at])
            self._at += 1
