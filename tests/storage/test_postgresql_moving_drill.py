"""Everything from SQLite to a real PostgreSQL and back."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import delete, text

from bot.errors import StartupError
from bot.storage import dump, moving
from bot.storage.database import Database
from bot.storage.schema import guilds, jobs
from tests.storage.samples import HARBOUR, lay

pytestmark = pytest.mark.drill


async def test_what_goes_to_postgresql_and_back_is_the_same(
    server: str, database: Database, database_url: str, tmp_path: Path
) -> None:
    await lay(database, {"ref": "a"}, {"ref": "b", "reply_token": b"sealed"})
    await lay(database, *({"ref": f"job {number}"} for number in range(1200)))
    await database.put_fact("canary", b"\x00\xff")
    first, second, back = (tmp_path / name for name in ("first", "second", "back.db"))
    await moving.export(database_url, first, "canary")
    await moving.take_in(server, first, dump.check(first))
    await moving.export(server, second, "canary")
    assert second.read_bytes() == first.read_bytes()
    with pytest.raises(StartupError, match="the database holds data already"):
        await moving.take_in(server, first, dump.check(first))
    await moving.take_in(f"sqlite+aiosqlite:///{back}", second, dump.check(second))
    there = await Database.open(server)
    (later,) = await lay(there, {"ref": "later"})
    assert later.id == 1203, "ids go on after the highest that was imported"
    async with there.writing() as connection:
        await connection.execute(delete(jobs))
        await connection.execute(delete(guilds).where(guilds.c.guild_id == HARBOUR))
    await there.close()


async def test_what_postgresql_refuses_leaves_it_empty(
    server: str, database: Database, database_url: str, tmp_path: Path
) -> None:
    await lay(database, {"ref": "fine"}, {"ref": "with a \x00 that only SQLite takes"})
    file = tmp_path / "export"
    await moving.export(database_url, file, "canary")
    with pytest.raises(StartupError, match="the database refuses a row of it"):
        await moving.take_in(server, file, dump.check(file))
    there = await Database.open(server)
    async with there.reading() as connection:
        assert (await connection.execute(text("SELECT count(*) FROM jobs"))).scalar_one() == 0
    await there.close()
