"""Sealed tokens of Pixela users whose creation was begun, until it is known how that went.

A store belongs to one member of one server and cannot be built without both.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, and_, delete, select

from bot.storage.database import Database
from bot.storage.places import be_known
from bot.storage.schema import unsettled_users


@dataclass(frozen=True, slots=True)
class UnsettledUser:
    """What is kept of one."""

    sealed: bytes = field(repr=False)
    made_here: bool
    """Whether we made the token, so that the person knows it from us alone."""


class Unsettled:
    """What one member began in one server, or with :data:`~bot.storage.schema.NOWHERE` alone."""

    def __init__(self, database: Database, guild_id: int, owner_id: int) -> None:
        self._database = database
        self._guild_id = guild_id
        self._owner_id = owner_id

    async def put(self, account: str, sealed: bytes, *, made_here: bool) -> None:
        """Keep a token in place of an earlier one of the same user."""
        whose = {"guild_id": self._guild_id, "owner_id": self._owner_id, "account": account}
        values = {"sealed": sealed, "made_here": int(made_here)}
        place = be_known(self._database, self._guild_id)
        statement = self._database.insert(unsettled_users).values(**whose, **values)
        async with self._database.writing() as connection:
            await connection.execute(place)
            await connection.execute(statement.on_conflict_do_update(index_elements=[*whose], set_=values))

    async def find(self, account: str) -> UnsettledUser | None:
        """Return what is kept of a user, None where nothing is."""
        query = select(unsettled_users.c.sealed, unsettled_users.c.made_here).where(self._is(account))
        async with self._database.reading() as connection:
            row = (await connection.execute(query)).first()
        return None if row is None else UnsettledUser(row.sealed, bool(row.made_here))

    async def remove(self, account: str) -> None:
        """Forget a user's token."""
        async with self._database.writing() as connection:
            await connection.execute(delete(unsettled_users).where(self._is(account)))

    def _is(self, account: str) -> ColumnElement[bool]:
        return and_(
            unsettled_users.c.guild_id == self._guild_id,
            unsettled_users.c.owner_id == self._owner_id,
            unsettled_users.c.account == account,
        )
