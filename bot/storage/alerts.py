"""What is wrong for servers, and that they are told once when it begins and once when it is over."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import Connection, and_, bindparam, delete, insert, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.services import Provider
from bot.storage.credentials import SERVER
from bot.storage.database import Database
from bot.storage.schema import alerts, credentials, guilds, notices


class AlertKind(StrEnum):
    """What is wrong."""

    KEY = "key"
    """A key of the server's was refused; the subject is the provider and, behind a colon, its name."""
    ACCOUNT = "account"
    """An account waits for somebody to read a notice; the subject is its channel."""
    SERVICE = "service"
    """A service is down; the subject is the provider."""


Wrong = Mapping[str, int]
"""What is wrong of one kind in one server: the subjects, and since when (seconds since 1970)."""


@dataclass(frozen=True, slots=True)
class Alert:
    """What is wrong. ``since``: seconds since 1970."""

    kind: AlertKind
    subject: str
    since: int


@dataclass(frozen=True, slots=True)
class News:
    """What a server is told: that something is wrong, or that it is over. ``at``: seconds since 1970."""

    alert: Alert
    over: bool
    at: int

    def to_json(self) -> str:
        """Return it as a row keeps it."""
        alert = self.alert
        return json.dumps([alert.kind.value, alert.subject, alert.since, self.over, self.at])

    @classmethod
    def from_json(cls, text: str) -> News:
        """Return what :meth:`to_json` wrote."""
        kind, subject, since, over, at = json.loads(text)
        return cls(Alert(AlertKind(kind), subject, since), over, at)


class AlertBook:
    """What is wrong for one server."""

    def __init__(self, database: Database, guild_id: int) -> None:
        self._database = database
        self._guild_id = guild_id

    async def standing(self) -> Sequence[Alert]:
        """Return what is wrong, the oldest first."""
        return await self._database.read(lambda connection: read_alerts(connection, self._guild_id))


_STANDING = (
    select(alerts.c.kind, alerts.c.subject, alerts.c.since)
    .where(alerts.c.guild_id == bindparam("guild"))
    .order_by(alerts.c.since, alerts.c.kind, alerts.c.subject)
)


def read_alerts(connection: Connection, guild_id: int) -> Sequence[Alert]:
    """Return what is wrong for a server, the oldest first."""
    rows = connection.execute(_STANDING, {"guild": guild_id})
    return [Alert(AlertKind(row.kind), row.subject, row.since) for row in rows]


class AlertDesk:
    """What is wrong for every server that chose a channel for it. ``clock`` gives seconds since 1970."""

    def __init__(self, database: Database, clock: Callable[[], float]) -> None:
        self._database = database
        self._clock = clock

    async def watched(self) -> frozenset[int]:
        """Return the servers that are to be told."""
        query = select(guilds.c.guild_id).where(_WATCHED)
        async with self._database.reading() as connection:
            return frozenset((await connection.execute(query)).scalars())

    async def connected(self) -> frozenset[int]:
        """Return those of the servers that have a key of useapi.net."""
        query = select(guilds.c.guild_id).where(_WATCHED, guilds.c.guild_id.in_(_CONNECTED))
        async with self._database.reading() as connection:
            return frozenset((await connection.execute(query)).scalars())

    async def refused_keys(self) -> Mapping[int, Wrong]:
        """Return the keys of the servers that were refused, as subjects of alerts."""
        query = (
            select(
                credentials.c.guild_id,
                credentials.c.service,
                credentials.c.name,
                credentials.c.refused_at,
            )
            .join(guilds, guilds.c.guild_id == credentials.c.guild_id)
            .where(_WATCHED, credentials.c.owner_id == SERVER, credentials.c.refused_at.is_not(None))
        )
        found: dict[int, dict[str, int]] = {}
        async with self._database.reading() as connection:
            for row in await connection.execute(query):
                found.setdefault(row.guild_id, {})[f"{row.service}:{row.name}"] = row.refused_at
        return found

    async def known(self, kind: AlertKind) -> Mapping[int, frozenset[str]]:
        """Return the subjects of a kind that stand as wrong, by server."""
        query = select(alerts.c.guild_id, alerts.c.subject).where(alerts.c.kind == kind.value)
        found: dict[int, set[str]] = {}
        async with self._database.reading() as connection:
            for row in await connection.execute(query):
                found.setdefault(row.guild_id, set()).add(row.subject)
        return {guild_id: frozenset(subjects) for guild_id, subjects in found.items()}

    async def settle(self, kind: AlertKind, wrong: Mapping[int, Wrong], *, among: Collection[int]) -> None:
        """Compare what is wrong of a kind, by server, with what is known; the difference is left to be told.

        Nothing is said of servers that are not ``among`` these. Of several workers one tells.
        """
        known = await self.known(kind)
        for guild_id in among:
            now, before = wrong.get(guild_id, {}), known.get(guild_id, frozenset[str]())
            for subject in sorted(now.keys() - before):
                await self._begin(guild_id, Alert(kind, subject, now[subject]))
            for subject in sorted(before - now.keys()):
                await self._end(guild_id, kind, subject)

    async def drop_unconnected(self) -> None:
        """Let be what was wrong with accounts and useapi.net for servers that have no key of it any more.

        Nobody knows whether it is over, and it is nothing to them.
        """
        of_useapi = and_(
            or_(
                alerts.c.kind == AlertKind.ACCOUNT.value,
                and_(alerts.c.kind == AlertKind.SERVICE.value, alerts.c.subject == Provider.USEAPI.value),
            ),
            alerts.c.guild_id.not_in(_CONNECTED),
        )
        async with self._database.reading() as connection:
            is_any = (await connection.execute(select(alerts.c.kind).where(of_useapi).limit(1))).first()
        if is_any is not None:
            async with self._database.writing() as connection:
                await connection.execute(delete(alerts).where(of_useapi))

    async def _begin(self, guild_id: int, alert: Alert) -> None:
        row = self._database.insert(alerts).values(
            guild_id=guild_id, kind=alert.kind.value, subject=alert.subject, since=alert.since
        )
        async with self._database.writing() as connection:
            # Not for a server that was removed since it was looked at.
            here = select(guilds.c.guild_id).where(_WATCHED, guilds.c.guild_id == guild_id)
            if (await connection.execute(here)).first() is None:
                return
            if (await connection.execute(row.on_conflict_do_nothing())).rowcount > 0:
                await self._tell(connection, guild_id, alert, over=False)

    async def _end(self, guild_id: int, kind: AlertKind, subject: str) -> None:
        same = and_(alerts.c.guild_id == guild_id, alerts.c.kind == kind.value, alerts.c.subject == subject)
        async with self._database.writing() as connection:
            gone = await connection.execute(delete(alerts).where(same).returning(alerts.c.since))
            since: int | None = gone.scalar_one_or_none()
            if since is not None:
                await self._tell(connection, guild_id, Alert(kind, subject, since), over=True)

    async def _tell(self, connection: AsyncConnection, guild_id: int, alert: Alert, *, over: bool) -> None:
        now = int(self._clock())
        chosen = select(guilds.c.alert_channel).where(
            guilds.c.guild_id == guild_id, guilds.c.alert_channel.is_not(None)
        )
        channel_id: int | None = (await connection.execute(chosen)).scalar_one_or_none()
        if channel_id is not None:
            row = insert(notices).values(
                ref=secrets.token_hex(10),
                guild_id=guild_id,
                channel_id=channel_id,
                body=News(alert, over, now).to_json(),
                due_at=now,
            )
            await connection.execute(row)


_WATCHED = and_(guilds.c.alert_channel.is_not(None), guilds.c.left_at.is_(None))
_CONNECTED = select(credentials.c.guild_id).where(
    credentials.c.owner_id == SERVER, credentials.c.service == Provider.USEAPI.value
)
