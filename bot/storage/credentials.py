"""Sealed secrets and what is known of them.

A store belongs to one server and cannot be built without its id, so nothing of one server can be
asked of another's store. The store never sees a secret in clear: it keeps what was sealed elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, fields
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, and_, delete, func, or_, select, update

from bot.services import Provider
from bot.storage.audit import Action, audit_entry
from bot.storage.database import Database
from bot.storage.schema import NOWHERE, credentials, guilds

SERVER = 0
"""The owner of a secret that is the server's own."""


@dataclass(frozen=True, slots=True)
class Credential:
    """One row. Times are seconds since 1970, None for never."""

    guild_id: int
    """The server, or :data:`~bot.storage.schema.NOWHERE` for the person alone."""
    owner_id: int
    """The member, or :data:`SERVER`."""
    service: Provider
    sealed: bytes = field(repr=False)
    hint: str
    """The last characters of the secret, to tell one from another; empty where it is too short."""
    account: str | None
    """The public name that the secret belongs to: a Pixela user, a PluralKit system."""
    everywhere: bool
    """Whether a person's own credential serves in every server where none was set for it."""
    set_by: int | None
    set_at: int
    refused_at: int | None = None
    succeeded_at: int | None = None
    failed_at: int | None = None
    failure: str | None = None
    """The kind of the last failure, one of the names of :mod:`bot.errors`."""


_COLUMNS = [credentials.c[column.name] for column in fields(Credential)]


def read_credential(row: RowMapping) -> Credential:
    """Read a row of the table ``credentials``."""
    values: dict[str, Any] = dict(row)
    values |= {"service": Provider(row["service"]), "everywhere": bool(row["everywhere"])}
    return Credential(**values)


class Credentials:
    """The secrets of one server, or with :data:`~bot.storage.schema.NOWHERE` those of persons alone.

    ``clock`` gives seconds since 1970.
    """

    def __init__(self, database: Database, guild_id: int, clock: Callable[[], float]) -> None:
        self._database = database
        self._guild_id = guild_id
        self._clock = clock

    async def find(self, owner_id: int, service: Provider) -> Credential | None:
        """Return the credential of this very place, None where there is none."""
        return await self._first(self._is(owner_id, service))

    async def find_for_member(self, user_id: int, service: Provider) -> Credential | None:
        """Return what a member's own call uses: this server's, else the one for everywhere."""
        here = credentials.c.guild_id == self._guild_id
        anywhere = and_(credentials.c.guild_id == NOWHERE, credentials.c.everywhere == 1)
        return await self._first(
            and_(
                credentials.c.owner_id == user_id,
                credentials.c.service == service.value,
                or_(here, anywhere),
            )
        )

    async def count_members(self, service: Provider) -> int:
        """Count the members who set a credential of their own here."""
        query = select(func.count()).where(
            credentials.c.guild_id == self._guild_id,
            credentials.c.owner_id != SERVER,
            credentials.c.service == service.value,
        )
        async with self._database.reading() as connection:
            return (await connection.execute(query)).scalar_one()

    async def put(self, credential: Credential, action: Action) -> bool:
        """Store a credential in place of what stood there, with its audit row, in one transaction.

        Returns whether something stood there. Raises ``ValueError`` for another server's credential.
        """
        if credential.guild_id != self._guild_id:
            raise ValueError("a store keeps the credentials of its own server")
        now = int(self._clock())
        values = {column.name: getattr(credential, column.name) for column in _COLUMNS}
        values |= {"service": credential.service.value, "everywhere": int(credential.everywhere)}
        async with self._database.writing() as connection:
            await connection.execute(
                self._database.insert(guilds)
                .values(guild_id=self._guild_id)
                # Who sets a credential uses the app: where it was thought gone, its commands are left.
                .on_conflict_do_update(
                    index_elements=["guild_id"],
                    set_={"left_at": None, "joined_at": None},
                    where=guilds.c.left_at.is_not(None),
                )
            )
            replaced = await connection.execute(
                delete(credentials).where(self._is(credential.owner_id, credential.service))
            )
            await connection.execute(credentials.insert().values(values))
            await connection.execute(
                audit_entry(self._guild_id, credential.set_by, action, credential.service, now)
            )
        return replaced.rowcount > 0

    async def remove(self, owner_id: int, service: Provider, actor_id: int, action: Action) -> bool:
        """Remove a credential, with its audit row; return whether there was one."""
        now = int(self._clock())
        async with self._database.writing() as connection:
            removed = await connection.execute(delete(credentials).where(self._is(owner_id, service)))
            if removed.rowcount:
                await connection.execute(audit_entry(self._guild_id, actor_id, action, service, now))
        return removed.rowcount > 0

    async def note_success(self, used: Credential) -> None:
        """Note that a credential was accepted; nothing happens where it was replaced meanwhile."""
        await self._note(used, succeeded_at=int(self._clock()), refused_at=None)

    async def note_failure(self, used: Credential, failure: str, *, refused: bool) -> None:
        """Note that a call with a credential failed, and whether the credential itself was refused."""
        now = int(self._clock())
        marks = {"refused_at": now} if refused else {}
        await self._note(used, failed_at=now, failure=failure, **marks)

    async def _note(self, used: Credential, **marks: int | str | None) -> None:
        same = and_(self._is(used.owner_id, used.service), credentials.c.sealed == used.sealed)
        async with self._database.writing() as connection:
            await connection.execute(update(credentials).where(same).values(marks))

    def _is(self, owner_id: int, service: Provider) -> ColumnElement[bool]:
        return and_(
            credentials.c.guild_id == self._guild_id,
            credentials.c.owner_id == owner_id,
            credentials.c.service == service.value,
        )

    async def _first(self, condition: ColumnElement[bool]) -> Credential | None:
        query = select(*_COLUMNS).where(condition).order_by(credentials.c.guild_id.desc()).limit(1)
        async with self._database.reading() as connection:
            row = (await connection.execute(query)).mappings().first()
        return None if row is None else read_credential(row)
