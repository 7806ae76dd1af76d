"""The row of a server, at which every other row of it points."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from sqlalchemy import Executable, select

from bot.storage.database import Database
from bot.storage.schema import guilds

_PART = 500


def be_known(database: Database, guild_id: int) -> Executable:
    """See that a server has its row: one that has the app with its commands alone may have none yet."""
    return database.insert(guilds).values(guild_id=guild_id).on_conflict_do_nothing()


def be_alone(guild_id: int) -> Executable:
    """On PostgreSQL, let nobody else who does this change a server until the transaction ends.

    SQLite has one writer.
    """
    here = select(guilds.c.guild_id).where(guilds.c.guild_id == guild_id)
    return here.with_for_update(key_share=True)


def parts(guild_ids: Iterable[int]) -> Iterator[Sequence[int]]:
    """Yield some at a time: no database takes more than 32,766 of them in one statement."""
    ordered = [*guild_ids]
    for start in range(0, len(ordered), _PART):
        yield ordered[start : start + _PART]
