"""What is kept of one person, across all servers. The store cannot be built without the person's id."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, Executable, Table, and_, delete, func, select, update

from bot.services import Provider
from bot.storage.audit import Action, Entry, write_entry
from bot.storage.credentials import Credential, read_credential
from bot.storage.database import Database
from bot.storage.schema import (
    audit,
    credentials,
    drafts,
    errands,
    jobs,
    last_graphs,
    metadata,
    reminders,
    unsettled_users,
)
from bot.storage.work import Work, give_up

PERSONS = frozenset({"owner_id", "user_id", "actor_id", "set_by", "cancelled_by"})
"""How columns are called that hold a person's id."""
_OWNERS = ("owner_id", "user_id", "actor_id")
"""Those of whoever a row belongs to."""
_UNTOLD = frozenset(
    {"key", "sealed", "hint", "reply_token", "reply_until", "lease_by", "lease_until", "fence"}
)
"""Columns that are not handed out: secrets, and what only says who works on a row."""
NOBODY = 0
"""Stands for a person who asked to be forgotten, where that somebody did something still matters."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What the database holds of a person."""

    credentials: Sequence[Credential]
    """The person's own, everywhere."""
    connected: int
    """Server keys that the person set."""
    audited: int
    """Audit rows that name the person."""
    jobs: int
    """Things that the person had made, with the words for them."""
    reminders: int
    """Reminders of habits."""
    graphs: int = 0
    """Places where it is known which graph the person used last."""
    cancelled: int = 0
    """Jobs of others that the person cancelled."""
    unsettled: Sequence[str] = ()
    """Pixela users whose creation the person began, and of which nobody knows yet whether they are there."""
    drafts: int = 0
    """Forms that stand open."""
    errands: int = 0
    """What is under way."""


class PersonalData:
    """One person's data. ``clock`` gives seconds since 1970."""

    def __init__(self, database: Database, user_id: int, clock: Callable[[], float]) -> None:
        self._database = database
        self._user_id = user_id
        self._clock = clock

    async def look(self) -> Kept:
        """Return what is kept of the person."""
        own = select(credentials).where(credentials.c.owner_id == self._user_id)
        set_by = select(func.count()).where(
            credentials.c.set_by == self._user_id, credentials.c.owner_id != self._user_id
        )
        entries = select(func.count()).where(audit.c.actor_id == self._user_id)
        made = select(func.count()).where(jobs.c.user_id == self._user_id)
        reminded = select(func.count()).where(reminders.c.user_id == self._user_id)
        graphs = select(func.count()).where(last_graphs.c.user_id == self._user_id)
        cancelled = select(func.count()).where(
            jobs.c.cancelled_by == self._user_id, jobs.c.user_id != self._user_id
        )
        opened = select(func.count()).where(drafts.c.user_id == self._user_id)
        under_way = select(func.count()).where(errands.c.user_id == self._user_id)
        begun = select(unsettled_users.c.account).where(unsettled_users.c.owner_id == self._user_id)
        async with self._database.reading() as connection:
            rows = (await connection.execute(own.order_by(credentials.c.set_at))).mappings().all()
            return Kept(
                tuple(read_credential(row) for row in rows),
                (await connection.execute(set_by)).scalar_one(),
                (await connection.execute(entries)).scalar_one(),
                (await connection.execute(made)).scalar_one(),
                (await connection.execute(reminded)).scalar_one(),
                (await connection.execute(graphs)).scalar_one(),
                (await connection.execute(cancelled)).scalar_one(),
                tuple((await connection.execute(begun.distinct())).scalars()),
                (await connection.execute(opened)).scalar_one(),
                (await connection.execute(under_way)).scalar_one(),
            )

    async def export(self) -> Mapping[str, Sequence[Mapping[str, Any]]]:
        """Return the rows that are about the person, by table, as JSON has them, without any secret.

        Ids are texts, since JSON's numbers are not as long everywhere. Times are as the tables have them.
        """
        async with self._database.reading() as connection:
            return {
                name: [
                    {column: _plain(column, value) for column, value in row.items()}
                    for row in (await connection.execute(query)).mappings()
                ]
                for name, query in self._queries().items()
            }

    def _queries(self) -> Mapping[str, Executable]:
        """Return what to read, by what it is called: a row of another's is told by what it is about alone."""
        own: dict[str, Executable] = {
            table.name: select(*_told(table)).where(table.c[name] == self._user_id)
            for table in metadata.sorted_tables
            for name in _OWNERS
            if name in table.c
        }
        keys, given_up = credentials.c, jobs.c
        connected = and_(keys.set_by == self._user_id, keys.owner_id != self._user_id)
        cancelled = and_(given_up.cancelled_by == self._user_id, given_up.user_id != self._user_id)
        return own | {
            "keys of servers": select(keys.guild_id, keys.service, keys.name, keys.set_at).where(connected),
            "jobs of others that were cancelled": select(
                given_up.guild_id, given_up.service, given_up.ref
            ).where(cancelled),
        }

    async def give_up(self) -> Sequence[Work]:
        """Note that nothing is wanted any more of what is unfinished for the person, and return it."""
        return await give_up(self._database, jobs.c.user_id == self._user_id, self._user_id)

    async def erase(self) -> int:
        """Remove the person's credentials and jobs, and take their id out of every other row.

        Server keys that the person set stay, since they are the server's; who set them is
        forgotten. Returns how many credentials were removed.
        """
        now = int(self._clock())
        own = credentials.c.owner_id == self._user_id
        async with self._database.writing() as connection:
            rows = (
                await connection.execute(select(credentials.c.guild_id, credentials.c.service).where(own))
            ).all()
            await connection.execute(delete(credentials).where(own))
            await connection.execute(
                delete(unsettled_users).where(unsettled_users.c.owner_id == self._user_id)
            )
            for table in (jobs, reminders, last_graphs, drafts, errands):
                await connection.execute(delete(table).where(table.c.user_id == self._user_id))
            await connection.execute(
                update(jobs).where(jobs.c.cancelled_by == self._user_id).values(cancelled_by=NOBODY)
            )
            await connection.execute(
                update(credentials).where(credentials.c.set_by == self._user_id).values(set_by=None)
            )
            await connection.execute(
                update(audit).where(audit.c.actor_id == self._user_id).values(actor_id=None)
            )
            for row in rows:
                entry = Entry(row.guild_id, None, Action.ERASED, now, Provider(row.service))
                await write_entry(connection, entry)
        return len(rows)


def _told(table: Table) -> Sequence[Column[Any]]:
    return [column for column in table.c if column.name not in _UNTOLD]


def _plain(name: str, value: Any) -> Any:
    """Return a value as JSON has it: ids are texts, numbers and times stay numbers."""
    is_id = isinstance(value, int) and (name == "id" or name.endswith("_id") or name in PERSONS)
    return str(value) if is_id else value
