"""A process that writes some hundred times a second, for the drills.

``python -m tests.operator.writer <address> <number>`` lengthens two facts within one transaction, and adds a
row with one that belongs to it, so that a copy of anything but a moment between two writes would show. It
says how many writes are done, a line each, until it is killed.
"""

from __future__ import annotations

import asyncio
import sys

from sqlalchemy import insert, text

from bot.storage.database import Database
from bot.storage.schema import guilds, remix_modes

_PAUSE = 0.001
"""Seconds between two writes: on a small machine the others want to run as well."""
_LENGTHEN = text(
    "INSERT INTO facts (name, value) VALUES (:name, x'00') "
    "ON CONFLICT (name) DO UPDATE SET value = CAST(facts.value || x'00' AS BLOB)"
)


async def write(url: str, number: int) -> None:
    """Write without end."""
    database = await Database.open(url)
    for count in range(1, 1_000_000):
        guild_id = number * 1_000_000 + count
        async with database.writing() as connection:
            await connection.execute(_LENGTHEN, {"name": f"{number} one"})
            await connection.execute(insert(guilds).values(guild_id=guild_id))
            await connection.execute(insert(remix_modes).values(guild_id=guild_id, channel="1", is_on=1))
            await connection.execute(_LENGTHEN, {"name": f"{number} two"})
        sys.stdout.write(f"{count}\n")
        sys.stdout.flush()
        await asyncio.sleep(_PAUSE)


if __name__ == "__main__":
    asyncio.run(write(sys.argv[1], int(sys.argv[2])))
