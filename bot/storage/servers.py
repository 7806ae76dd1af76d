"""All that is kept of one server: handed out without a secret, and removed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import Table, delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.audit import Action, Entry, write_entry
from bot.storage.credentials import SERVER
from bot.storage.database import Database
from bot.storage.places import be_known
from bot.storage.schema import (
    access_rules,
    credentials,
    drafts,
    guilds,
    jobs,
    service_limits,
    unsettled_users,
)
from bot.storage.work import Work, give_up

_SECRETS = (credentials, unsettled_users, jobs, drafts)
"""What goes first; jobs bear the tokens of answers."""


class ServerData:
    """One server's data. ``clock`` gives seconds since 1970."""

    def __init__(self, database: Database, guild_id: int, clock: Callable[[], float]) -> None:
        self._database = database
        self._guild_id = guild_id
        self._clock = clock

    async def export(self, actor_id: int) -> Mapping[str, Any]:
        """Return the settings of the server as JSON has them, without secrets, and note that it was asked.

        Ids are texts, since JSON's numbers are not as long everywhere.
        """
        entry = Entry(self._guild_id, actor_id, Action.EXPORTED, int(self._clock()), None, "settings")
        here = be_known(self._database, self._guild_id)
        async with self._database.writing() as connection:
            await connection.execute(here)
            await write_entry(connection, entry)
            found = {
                table.name: await self._rows(connection, table)
                for table in (guilds, credentials, access_rules, service_limits)
            }
        (server,) = found["guilds"]
        return {
            "server": str(self._guild_id),
            "open_buttons": bool(server["open_buttons"]),
            "recorders": server["recorders"].split(),
            "audit_channel": _text(server["audit_channel"]),
            "alert_channel": _text(server["alert_channel"]),
            "keys": [_key(row) for row in found["credentials"] if row["owner_id"] == SERVER],
            "access": [
                {"service": row["service"], "kind": row["kind"], "id": str(row["subject_id"])}
                for row in found["access_rules"]
            ],
            "limits": [
                {name: value for name, value in row.items() if name != "guild_id"}
                for row in found["service_limits"]
            ],
        }

    async def _rows(self, connection: AsyncConnection, table: Table) -> Sequence[dict[str, Any]]:
        rows = await connection.execute(select(table).where(table.c.guild_id == self._guild_id))
        return [{**row} for row in rows.mappings()]

    async def give_up(self, actor_id: int) -> Sequence[Work]:
        """Note that nothing is wanted any more of what is unfinished in the server, and return it."""
        return await give_up(self._database, jobs.c.guild_id == self._guild_id, actor_id)

    async def purge(self) -> None:
        """Remove every row of the server, secrets first, so that they are gone whatever comes in between.

        The server itself stays known, since the app is still in it.
        """
        async with self._database.writing() as connection:
            for table in _SECRETS:
                await connection.execute(delete(table).where(table.c.guild_id == self._guild_id))
        here = guilds.c.guild_id == self._guild_id
        async with self._database.writing() as connection:
            joined = (await connection.execute(select(guilds.c.joined_at).where(here))).scalar_one_or_none()
            await connection.execute(delete(guilds).where(here))
            await connection.execute(guilds.insert().values(guild_id=self._guild_id, joined_at=joined))


def _key(row: Mapping[str, Any]) -> Mapping[str, Any]:
    return {
        "provider": row["service"],
        "name": row["name"],
        "is_default": bool(row["is_default"]),
        "account": row["account"],
        "set_by": _text(row["set_by"]),
        "set_at": row["set_at"],
    }


def _text(number: int | None) -> str | None:
    return None if number is None else str(number)
