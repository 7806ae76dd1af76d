"""Turns to identify, taken by several processes with the help of their database."""

from __future__ import annotations

import pytest
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import create_async_engine

from bot.storage.database import Database
from bot.storage.identifying import SECONDS, Turns
from tests.databases import Outside


async def test_a_turn_is_taken_once_whoever_asks_and_is_free_again_in_time(
    database: Database, outside: Outside
) -> None:
    one, two = Turns(database, "one"), Turns(database, "two")
    assert await one.take(0) == 0
    assert 5.0 < await two.take(0) <= SECONDS + 0.25
    assert await one.take(0) > 5.0  # whoever has it waits as well
    assert await two.take(1) == 0
    outside.execute("UPDATE duties SET lease_until = lease_until - 7 WHERE name = 'identify 0'")
    assert await two.take(0) == 0
    assert outside.execute("SELECT lease_by FROM duties WHERE name = 'identify 0'") == [("two",)]


async def test_a_database_elsewhere_is_asked_for_its_own_time() -> None:
    database = Database(create_async_engine("postgresql+asyncpg://ada:hunter2@127.0.0.1:1/switchboard"))
    with pytest.raises(OperationalError, match="connecting"):
        await Turns(database, "one").take(0)
    await database.close()


async def test_a_turn_that_a_wrong_clock_set_down_is_free(database: Database, outside: Outside) -> None:
    turns = Turns(database, "one")
    assert await turns.take(0) == 0
    outside.execute("UPDATE duties SET lease_until = lease_until + 3600")
    assert await turns.take(0) == 0
    assert await turns.take(0) > 5.0
