"""Who changed what in a server and when. Never a secret."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import RowMapping, delete, func, insert, literal, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.services import Provider, Service
from bot.storage.database import Database
from bot.storage.places import be_known
from bot.storage.schema import audit, guilds, notices


class Action(StrEnum):
    """What was done. Those of members concern nobody but the member."""

    CONNECTED = "connected"
    """A key of the server's own was set or replaced."""
    DISCONNECTED = "disconnected"
    """A key of the server's own was removed."""
    CHOSEN = "chosen"
    """Another key became the default."""
    REGISTERED = "registered"
    """An account was registered or changed upstream."""
    REMOVED = "removed"
    """An account was removed upstream."""
    RESET = "reset"
    """The notice of an account was cleared."""
    ACCESS = "access"
    """Who may use a service, and where, was changed."""
    LIMITS = "limits"
    """How much may be made was changed."""
    BUTTONS = "buttons"
    """Who may press the buttons of what others had made was changed."""
    RECORDERS = "recorders"
    """Who may record on the server's Pixela graphs was changed."""
    AUDIT_CHANNEL = "audit channel"
    """Where entries like this one are posted was changed."""
    ALERT_CHANNEL = "alert channel"
    """Where alerts are posted was changed."""
    EXPORTED = "exported"
    """The settings or the audit were handed out as a file."""
    CREATED = "created"
    """A member made an upstream user here, whose credential is kept."""
    LINKED = "linked"
    """A member's own credential was set or replaced."""
    UNLINKED = "unlinked"
    """A member's own credential was removed."""
    ERASED = "erased"
    """A person asked for all of their data to be removed; the row has no actor."""


_OF_MEMBERS = frozenset({Action.CREATED, Action.LINKED, Action.UNLINKED, Action.ERASED})


@dataclass(frozen=True, slots=True)
class Entry:
    """One row. ``at`` is seconds since 1970; ``actor_id`` is None for who asked to be forgotten."""

    guild_id: int
    actor_id: int | None
    action: Action
    at: int
    service: Provider | Service | None = None
    detail: str = ""
    """What it was changed to, in plain words; untrusted where it names what people named."""


async def write_entry(connection: AsyncConnection, entry: Entry) -> None:
    """Write an entry in the transaction of the change itself.

    Where the server chose a channel for that, what is the server's own is also left to be posted there.
    """
    row = audit.insert().values(
        guild_id=entry.guild_id,
        actor_id=entry.actor_id,
        action=entry.action.value,
        service="" if entry.service is None else entry.service.value,
        at=entry.at,
        detail=entry.detail,
    )
    entry_id: int = (await connection.execute(row.returning(audit.c.id))).scalar_one()
    if entry.action in _OF_MEMBERS:
        return
    columns = ["ref", "guild_id", "channel_id", "audit_id", "due_at"]
    posted = select(
        literal(secrets.token_hex(10)),
        guilds.c.guild_id,
        guilds.c.audit_channel,
        literal(entry_id, audit.c.id.type),
        literal(entry.at, notices.c.due_at.type),
    ).where(guilds.c.guild_id == entry.guild_id, guilds.c.audit_channel.is_not(None))
    await connection.execute(insert(notices).from_select(columns, posted))


KEPT_SECONDS = 400 * 24 * 3600
"""How long an entry is kept: what was done a year ago can still be looked up."""


async def forget_old_entries(database: Database, now: float) -> int:
    """Remove the entries that are kept no longer; return how many. ``now``: seconds since 1970."""
    old = audit.c.at < int(now) - KEPT_SECONDS
    async with database.reading() as connection:
        is_any = (await connection.execute(select(audit.c.id).where(old).limit(1))).first() is not None
    if not is_any:
        return 0
    async with database.writing() as connection:
        return (await connection.execute(delete(audit).where(old))).rowcount


class AuditBook:
    """The entries of one server."""

    def __init__(self, database: Database, guild_id: int) -> None:
        self._database = database
        self._guild_id = guild_id
        self._here = audit.c.guild_id == guild_id

    async def add(self, entry: Entry) -> None:
        """Write an entry of something that changed elsewhere. Raises ``ValueError`` for another server's."""
        if entry.guild_id != self._guild_id:
            raise ValueError("a store keeps the entries of its own server")
        async with self._database.writing() as connection:
            await write_entry(connection, entry)

    async def list(self, *, most: int, skip: int = 0) -> Sequence[Entry]:
        """Return entries, the newest first."""
        query = select(audit).where(self._here).order_by(audit.c.id.desc()).limit(most).offset(skip)
        async with self._database.reading() as connection:
            rows = (await connection.execute(query)).mappings().all()
        return [read_entry(row) for row in rows]

    async def note_export(self, actor_id: int, at: int) -> None:
        """Write an entry on these entries being handed out as a file. ``at``: seconds since 1970."""
        here = be_known(self._database, self._guild_id)
        async with self._database.writing() as connection:
            await connection.execute(here)
            await write_entry(
                connection, Entry(self._guild_id, actor_id, Action.EXPORTED, at, None, "changes")
            )

    async def count(self) -> int:
        """Count the entries."""
        query = select(func.count()).select_from(audit).where(self._here)
        async with self._database.reading() as connection:
            return (await connection.execute(query)).scalar_one()


def read_entry(row: RowMapping) -> Entry:
    """Read a row of the table ``audit``."""
    return Entry(
        row["guild_id"],
        row["actor_id"],
        Action(row["action"]),
        row["at"],
        _service(row["service"]),
        row["detail"],
    )


def _service(text: str) -> Provider | Service | None:
    # Pixela and PluralKit are both: a credential's entry names the provider, and either reads the same.
    if text in {*Provider}:
        return Provider(text)
    return Service(text) if text else None
