"""The channels that a server chose to be told in: of its audit, and of what goes wrong."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import delete, select, update

from bot.storage.audit import Action, Entry, write_entry
from bot.storage.database import Database
from bot.storage.places import be_known
from bot.storage.schema import alerts, guilds


@dataclass(frozen=True, slots=True)
class Channels:
    """What was chosen; None for no channel."""

    audit: int | None = None
    alerts: int | None = None


class ChannelBook:
    """The channels of one server. ``clock`` gives seconds since 1970."""

    def __init__(self, database: Database, guild_id: int, clock: Callable[[], float]) -> None:
        self._database = database
        self._guild_id = guild_id
        self._clock = clock

    async def chosen(self) -> Channels:
        """Return what was chosen."""
        query = select(guilds.c.audit_channel, guilds.c.alert_channel).where(
            guilds.c.guild_id == self._guild_id
        )
        async with self._database.reading() as connection:
            row = (await connection.execute(query)).first()
        return Channels() if row is None else Channels(row.audit_channel, row.alert_channel)

    async def choose_audit(self, channel_id: int | None, actor_id: int) -> None:
        """Choose where audit entries are posted, from the next one on; this one is the first, or the last."""
        await self._choose("audit_channel", Action.AUDIT_CHANNEL, channel_id, actor_id)

    async def choose_alerts(self, channel_id: int | None, actor_id: int) -> None:
        """Choose where alerts are posted."""
        await self._choose("alert_channel", Action.ALERT_CHANNEL, channel_id, actor_id)

    async def _choose(self, column: str, action: Action, channel_id: int | None, actor_id: int) -> None:
        here = be_known(self._database, self._guild_id)
        change = update(guilds).where(guilds.c.guild_id == self._guild_id).values({column: channel_id})
        words = "none" if channel_id is None else f"<#{channel_id}>"
        entry = Entry(self._guild_id, actor_id, action, int(self._clock()), None, words)
        async with self._database.writing() as connection:
            await connection.execute(here)
            if channel_id is None and action is Action.ALERT_CHANNEL:
                # Nobody looks any more, and what was wrong is not to stand there for ever.
                await connection.execute(delete(alerts).where(alerts.c.guild_id == self._guild_id))
            if channel_id is None:
                await write_entry(connection, entry)  # while it is still to be posted there
                await connection.execute(change)
            else:
                await connection.execute(change)
                await write_entry(connection, entry)
