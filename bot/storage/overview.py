"""What the panel of a server shows, read at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import RowMapping, Table, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.access import Rules
from bot.limits import Limits
from bot.services import Provider, Service
from bot.storage.access import read_rules
from bot.storage.alerts import Alert, read_alerts
from bot.storage.audit import Entry, read_entry
from bot.storage.channels import Channels
from bot.storage.credentials import SERVER, Credential, read_credential
from bot.storage.database import Database
from bot.storage.limits import read_limits
from bot.storage.schema import access_rules, audit, credentials, guilds, jobs, service_limits
from bot.storage.work import State

_RECENT = 3


@dataclass(frozen=True, slots=True)
class Overview:
    """All that was chosen in a server, and how it is doing."""

    keys: Sequence[Credential]
    """The server's own secrets, default ones first."""
    linked: Mapping[Provider, int]
    """How many members linked an account of their own."""
    open_buttons: bool
    recorders: frozenset[int]
    channels: Channels
    rules: Mapping[Service, Rules]
    limits: Mapping[Service, Limits]
    recent: Sequence[Entry]
    """The newest entries of the audit."""
    alerts: Sequence[Alert]
    running: int
    """Jobs that are not over."""


async def read_overview(database: Database, guild_id: int) -> Overview:
    """Return how things are in a server."""
    here = guilds.c.guild_id == guild_id
    async with database.reading() as connection:
        server = (await connection.execute(select(guilds).where(here))).mappings().first()
        return Overview(
            keys=await _keys(connection, guild_id),
            linked=await _linked(connection, guild_id),
            open_buttons=server is not None and bool(server["open_buttons"]),
            recorders=frozenset(int(role) for role in (server["recorders"] if server else "").split()),
            channels=Channels(server["audit_channel"], server["alert_channel"]) if server else Channels(),
            rules=read_rules(await _rows(connection, access_rules, guild_id)),
            limits=read_limits(await _rows(connection, service_limits, guild_id)),
            recent=await _recent(connection, guild_id),
            alerts=await read_alerts(connection, guild_id),
            running=await _running(connection, guild_id),
        )


async def _rows(connection: AsyncConnection, table: Table, guild_id: int) -> Sequence[RowMapping]:
    query = select(table).where(table.c.guild_id == guild_id)
    return (await connection.execute(query)).mappings().all()


async def _keys(connection: AsyncConnection, guild_id: int) -> Sequence[Credential]:
    own = select(credentials).where(credentials.c.guild_id == guild_id, credentials.c.owner_id == SERVER)
    rows = await connection.execute(own.order_by(credentials.c.is_default.desc(), credentials.c.name))
    return [read_credential(row) for row in rows.mappings()]


async def _linked(connection: AsyncConnection, guild_id: int) -> Mapping[Provider, int]:
    query = (
        select(credentials.c.service, func.count())
        .where(credentials.c.guild_id == guild_id, credentials.c.owner_id != SERVER)
        .group_by(credentials.c.service)
    )
    return {Provider(row[0]): row[1] for row in await connection.execute(query)}


async def _recent(connection: AsyncConnection, guild_id: int) -> Sequence[Entry]:
    query = select(audit).where(audit.c.guild_id == guild_id).order_by(audit.c.id.desc()).limit(_RECENT)
    return [read_entry(row) for row in (await connection.execute(query)).mappings()]


async def _running(connection: AsyncConnection, guild_id: int) -> int:
    unfinished = select(func.count()).where(jobs.c.guild_id == guild_id, jobs.c.state != State.TOLD.value)
    return (await connection.execute(unfinished)).scalar_one()
