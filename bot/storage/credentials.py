"""Sealed secrets and what is known of them.

A store belongs to one server and cannot be built without its id, so nothing of one server can be
asked of another's store. The store never sees a secret in clear: it keeps what was sealed elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, Select, and_, bindparam, delete, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.services import Provider
from bot.storage.audit import Action, Entry, write_entry
from bot.storage.database import Database
from bot.storage.places import be_alone
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
    name: str = ""
    """Tells the keys of a server apart; empty for the first one, and for a member's own."""
    is_default: bool = True
    """Whether it is what is used where none is named."""
    failure: str | None = None
    """The kind of the last failure, one of the names of :mod:`bot.errors`."""


_COLUMNS = [credentials.c[column.name] for column in fields(Credential)]

# Made once: making a statement takes longer than SQLite takes to carry it out.
_OF_A_PLACE = (
    select(*_COLUMNS)
    .where(
        credentials.c.guild_id == bindparam("guild"),
        credentials.c.owner_id == bindparam("owner"),
        credentials.c.service == bindparam("provider"),
    )
    .order_by(credentials.c.is_default.desc(), credentials.c.name)
)
_OF_A_MEMBER = (
    select(*_COLUMNS)
    .where(
        credentials.c.owner_id == bindparam("owner"),
        credentials.c.service == bindparam("provider"),
        or_(
            credentials.c.guild_id == bindparam("guild"),
            and_(credentials.c.guild_id == NOWHERE, credentials.c.everywhere == 1),
        ),
    )
    .order_by(credentials.c.guild_id.desc())
    .limit(1)
)


def read_credential(row: RowMapping) -> Credential:
    """Read a row of the table ``credentials``."""
    values: dict[str, Any] = dict(row)
    values |= {"service": Provider(row["service"]), "everywhere": bool(row["everywhere"])}
    values["is_default"] = bool(row["is_default"])
    return Credential(**values)


def _values(credential: Credential) -> dict[str, Any]:
    values = {column.name: getattr(credential, column.name) for column in _COLUMNS}
    return values | {
        "service": credential.service.value,
        "everywhere": int(credential.everywhere),
        "is_default": int(credential.is_default),
    }


class Credentials:
    """The secrets of one server, or with :data:`~bot.storage.schema.NOWHERE` those of persons alone.

    ``clock`` gives seconds since 1970.
    """

    def __init__(self, database: Database, guild_id: int, clock: Callable[[], float]) -> None:
        self._database = database
        self._guild_id = guild_id
        self._clock = clock

    async def find(self, owner_id: int, service: Provider, name: str | None = None) -> Credential | None:
        """Return the credential of this very place, the default one where none is named; None for none."""
        there = await self.list(owner_id, service)
        return next(
            (each for each in there if (each.is_default if name is None else each.name == name)), None
        )

    async def list(self, owner_id: int, service: Provider) -> Sequence[Credential]:
        """Return all credentials of this very place, the default one first, then by name."""
        return await self._read(_OF_A_PLACE, owner_id, service)

    async def find_for_member(self, user_id: int, service: Provider) -> Credential | None:
        """Return what a member's own call uses: this server's, else the one for everywhere."""
        return next(iter(await self._read(_OF_A_MEMBER, user_id, service)), None)

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
        """Store a credential in place of the one of its name, with its audit row, in one transaction.

        The first one of a place becomes the default, and a replaced one is what it was. Returns whether
        something stood there. Raises ``ValueError`` for another server's credential.
        """
        stored, before = await self.put_among(
            credential.owner_id, credential.service, lambda _: credential, action
        )
        return any(other.name == stored.name for other in before)

    async def put_among(
        self,
        owner_id: int,
        service: Provider,
        settle: Callable[[Sequence[Credential]], Credential],
        action: Action,
    ) -> tuple[Credential, Sequence[Credential]]:
        """Do as :meth:`put` with what ``settle`` makes in view of those that stand there, in one transaction.

        Returns what was stored, and what stood there before. What ``settle`` raises changes nothing.
        """
        here = self._are(owner_id, service)
        async with self._database.writing() as connection:
            await self._note_use(connection)
            before = await self._all(connection, here)
            made = settle(before)
            if (made.guild_id, made.owner_id, made.service) != (self._guild_id, owner_id, service):
                raise ValueError("a store keeps the credentials of its own server")
            others = [other for other in before if other.name != made.name]
            stored = replace(made, is_default=not any(other.is_default for other in others))
            await connection.execute(delete(credentials).where(here, credentials.c.name == made.name))
            await connection.execute(credentials.insert().values(_values(stored)))
            await self._write(connection, made.set_by, action, service, made.name)
        return stored, before

    async def make_default(self, owner_id: int, service: Provider, name: str, actor_id: int) -> bool:
        """Make the credential of a name the default, with an audit row; return whether there is one.

        Where it is the default already, nothing is written.
        """
        here = self._are(owner_id, service)
        async with self._database.writing() as connection:
            await connection.execute(be_alone(self._guild_id))  # one default at a time
            chosen = and_(here, credentials.c.name == name)
            found = (await connection.execute(select(credentials.c.is_default).where(chosen))).scalar()
            if found is None or found:
                return found is not None
            await connection.execute(update(credentials).where(here).values(is_default=0))
            await connection.execute(update(credentials).where(chosen).values(is_default=1))
            await self._write(connection, actor_id, Action.CHOSEN, service, name)
        return True

    async def remove(
        self, owner_id: int, service: Provider, actor_id: int, action: Action, name: str | None = None
    ) -> bool:
        """Remove the credential of a name, or with None all of them, with an audit row for each.

        Where the default one goes, the oldest that is left takes its place. Returns whether there was one.
        """
        here = self._are(owner_id, service)
        gone = here if name is None else and_(here, credentials.c.name == name)
        async with self._database.writing() as connection:
            await connection.execute(be_alone(self._guild_id))  # one default at a time
            removing = delete(credentials).where(gone).returning(credentials.c.name)
            removed = (await connection.execute(removing)).scalars().all()
            if removed:
                await self._choose_default(connection, here)
            for each in sorted(removed):
                await self._write(connection, actor_id, action, service, each)
        return bool(removed)

    async def note_success(self, used: Credential) -> None:
        """Note that a credential was accepted; nothing happens where it was replaced meanwhile."""
        await self._note(used, succeeded_at=int(self._clock()), refused_at=None)

    async def note_failure(self, used: Credential, failure: str, *, refused: bool) -> None:
        """Note that a call with a credential failed, and whether the credential itself was refused."""
        now = int(self._clock())
        marks = {"refused_at": now} if refused else {}
        await self._note(used, failed_at=now, failure=failure, **marks)

    async def _note(self, used: Credential, **marks: int | str | None) -> None:
        same = and_(self._are(used.owner_id, used.service), credentials.c.sealed == used.sealed)
        async with self._database.writing() as connection:
            await connection.execute(update(credentials).where(same).values(marks))

    async def _note_use(self, connection: AsyncConnection) -> None:
        # Who sets a credential uses the app: where it was thought gone, its commands are left.
        here = self._database.insert(guilds).values(guild_id=self._guild_id)
        back = here.on_conflict_do_update(
            index_elements=["guild_id"],
            set_={"left_at": None, "joined_at": None},
            where=guilds.c.left_at.is_not(None),
        )
        await connection.execute(back)
        await connection.execute(be_alone(self._guild_id))  # one default at a time

    async def _choose_default(self, connection: AsyncConnection, here: ColumnElement[bool]) -> None:
        query = select(credentials.c.name, credentials.c.is_default).where(here)
        left = (await connection.execute(query.order_by(credentials.c.set_at, credentials.c.name))).all()
        if left and not any(row.is_default for row in left):
            oldest = and_(here, credentials.c.name == left[0].name)
            await connection.execute(update(credentials).where(oldest).values(is_default=1))

    async def _all(self, connection: AsyncConnection, here: ColumnElement[bool]) -> Sequence[Credential]:
        query = select(*_COLUMNS).where(here)
        rows = await connection.execute(query.order_by(credentials.c.is_default.desc(), credentials.c.name))
        return [read_credential(row) for row in rows.mappings()]

    async def _write(
        self, connection: AsyncConnection, actor_id: int | None, action: Action, service: Provider, name: str
    ) -> None:
        entry = Entry(self._guild_id, actor_id, action, int(self._clock()), service, name)
        await write_entry(connection, entry)

    def _are(self, owner_id: int, service: Provider) -> ColumnElement[bool]:
        return and_(
            credentials.c.guild_id == self._guild_id,
            credentials.c.owner_id == owner_id,
            credentials.c.service == service.value,
        )

    async def _read(self, query: Select[Any], owner_id: int, service: Provider) -> Sequence[Credential]:
        here = {"guild": self._guild_id, "owner": owner_id, "provider": service.value}
        return await self._database.read(
            lambda connection: [read_credential(row) for row in connection.execute(query, here).mappings()]
        )
