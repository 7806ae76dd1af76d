"""Sealed drafts: forms of which more has to be known than fits into their id.

A store belongs to one person and cannot be built without; nobody else's drafts are found through it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, select, update

from bot.storage.database import Database
from bot.storage.places import be_known
from bot.storage.schema import drafts

KEPT_SECONDS = 60 * 60
"""How long a draft is kept from when it was last shown."""
_MOST = 10
"""Drafts of a person that are kept; the oldest go first."""


@dataclass(frozen=True, slots=True)
class Draft:
    """One draft, and where it belongs."""

    guild_id: int
    kind: str
    sealed: bytes = field(repr=False)


class Drafts:
    """The drafts of one person. ``clock`` gives seconds since 1970."""

    def __init__(self, database: Database, user_id: int, clock: Callable[[], float]) -> None:
        self._database = database
        self._user_id = user_id
        self._clock = clock

    async def add(self, key: str, draft: Draft) -> None:
        """Keep a new draft."""
        own = drafts.c.user_id == self._user_id
        newest = select(drafts.c.key).where(own).order_by(drafts.c.expires_at.desc()).limit(_MOST)
        row = drafts.insert().values(
            key=key,
            guild_id=draft.guild_id,
            user_id=self._user_id,
            kind=draft.kind,
            sealed=draft.sealed,
            expires_at=self._expiry(),
        )
        async with self._database.writing() as connection:
            await connection.execute(be_known(self._database, draft.guild_id))
            await connection.execute(row)
            await connection.execute(delete(drafts).where(own, drafts.c.key.not_in(newest)))

    async def find(self, key: str) -> Draft | None:
        """Return a draft, None where it is none of the person's or was kept for long enough."""
        query = select(drafts.c.guild_id, drafts.c.kind, drafts.c.sealed).where(self._is(key))
        async with self._database.reading() as connection:
            row = (await connection.execute(query)).first()
        return None if row is None else Draft(row.guild_id, row.kind, row.sealed)

    async def prolong(self, key: str) -> bool:
        """Keep a draft for as long as if it were new; return whether it is there."""
        return await self._change(self._is(key), {"expires_at": self._expiry()})

    async def take(self, key: str) -> bool:
        """Take a draft to save what it is for; return whether nobody else did so."""
        return await self._change(and_(self._is(key), drafts.c.taken == 0), {"taken": 1})

    async def give_back(self, key: str, sealed: bytes, *, taken: bool) -> bool:
        """Keep a draft that came to nothing, for as long as if it were new; return whether it is there.

        ``taken``: by whoever gives it back. What somebody else took is not there: it is being saved.
        """
        values = {"expires_at": self._expiry(), "sealed": sealed, "taken": 0}
        return await self._change(and_(self._is(key), drafts.c.taken == int(taken)), values)

    async def remove(self, key: str) -> None:
        """Keep a draft no longer."""
        async with self._database.writing() as connection:
            await connection.execute(delete(drafts).where(self._is(key)))

    async def _change(self, which: ColumnElement[bool], values: Mapping[str, Any]) -> bool:
        async with self._database.writing() as connection:
            return (await connection.execute(update(drafts).where(which).values(values))).rowcount > 0

    def _is(self, key: str) -> ColumnElement[bool]:
        whose, alive = drafts.c.user_id == self._user_id, drafts.c.expires_at > int(self._clock())
        return and_(drafts.c.key == key, whose, alive)

    def _expiry(self) -> int:
        return int(self._clock()) + KEPT_SECONDS
