"""What the panel of a server shows, read at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BindParameter, Connection, RowMapping, Select, bindparam, func, select

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


# Made once: making a statement takes longer than SQLite takes to carry it out.
_HERE: BindParameter[int] = bindparam("guild")
_SERVER = select(guilds).where(guilds.c.guild_id == _HERE)
_RULES = select(access_rules).where(access_rules.c.guild_id == _HERE)
_LIMITS = select(service_limits).where(service_limits.c.guild_id == _HERE)
_KEYS = (
    select(credentials)
    .where(credentials.c.guild_id == _HERE, credentials.c.owner_id == SERVER)
    .order_by(credentials.c.is_default.desc(), credentials.c.name)
)
_LINKED = (
    select(credentials.c.service, func.count().label("count"))
    .where(credentials.c.guild_id == _HERE, credentials.c.owner_id != SERVER)
    .group_by(credentials.c.service)
)
_NEWEST = select(audit).where(audit.c.guild_id == _HERE).order_by(audit.c.id.desc()).limit(_RECENT)
_RUNNING = select(func.count().label("running")).where(
    jobs.c.guild_id == _HERE, jobs.c.state != State.TOLD.value
)


async def read_overview(database: Database, guild_id: int) -> Overview:
    """Return how things are in a server."""
    return await database.read(lambda connection: _read(connection, guild_id))


def _read(connection: Connection, guild_id: int) -> Overview:
    def rows(query: Select[*tuple[Any, ...]]) -> Sequence[RowMapping]:
        return connection.execute(query, {"guild": guild_id}).mappings().all()

    server = next(iter(rows(_SERVER)), None)
    return Overview(
        keys=[read_credential(row) for row in rows(_KEYS)],
        linked={Provider(row["service"]): row["count"] for row in rows(_LINKED)},
        open_buttons=server is not None and bool(server["open_buttons"]),
        recorders=frozenset(int(role) for role in (server["recorders"] if server else "").split()),
        channels=Channels(server["audit_channel"], server["alert_channel"]) if server else Channels(),
        rules=read_rules(rows(_RULES)),
        limits=read_limits(rows(_LIMITS)),
        recent=[read_entry(row) for row in rows(_NEWEST)],
        alerts=read_alerts(connection, guild_id),
        running=rows(_RUNNING)[0]["running"],
    )
