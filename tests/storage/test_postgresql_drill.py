"""A real PostgreSQL of the test's own, where Debian's or another is installed."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace

import pytest
from alembic import command
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from bot.services import Provider
from bot.storage.audit import Action
from bot.storage.credentials import SERVER, Credential, Credentials
from bot.storage.database import Database
from bot.storage.guilds import GRACE, Guilds
from bot.storage.people import PersonalData
from tests.storage.test_migrations import config, differences

pytestmark = pytest.mark.drill


async def test_processes_that_start_at_once_make_one_schema_and_agree_on_a_fact(server: str) -> None:
    first, *others = await asyncio.gather(*(Database.open(server) for _ in range(6)))
    facts = await asyncio.gather(
        *(each.settle_fact("name", f"value {n}".encode) for n, each in enumerate([first, *others]))
    )
    assert len(set(facts)) == 1
    for each in (first, *others):
        await each.close()


async def test_the_stores_work_there_too(server: str) -> None:
    database = await Database.open(server)
    now = 1_800_000_000.0
    store = Credentials(database, 5, lambda: now)
    credential = Credential(
        5, SERVER, Provider.USEAPI, b"sealed", "hint", None, everywhere=False, set_by=7, set_at=int(now)
    )
    assert not await store.put(credential, Action.CONNECTED)
    assert await store.put(credential, Action.CONNECTED)
    assert await store.find(SERVER, Provider.USEAPI) == credential
    assert (await PersonalData(database, 7, lambda: now).look()).audited == 2
    await Guilds(database, lambda: now).leave([5])
    assert await Guilds(database, lambda: now + GRACE).purge() == 1
    assert await store.find(SERVER, Provider.USEAPI) is None
    await database.close()


async def test_of_many_who_set_and_choose_keys_at_once_one_is_the_default(server: str) -> None:
    databases = [await Database.open(server) for _ in range(4)]
    stores = [Credentials(database, 6, lambda: 1_800_000_000.0) for database in databases]

    def next_one(there: Sequence[Credential]) -> Credential:
        sealed, name = f"sealed {len(there)}".encode(), f"key {len(there)}"
        key = Credential(
            6, SERVER, Provider.USEAPI, sealed, "", None, everywhere=False, set_by=7, set_at=len(there)
        )
        return replace(key, name=name)

    for _ in range(3):
        await asyncio.gather(
            *(each.put_among(SERVER, Provider.USEAPI, next_one, Action.CONNECTED) for each in stores)
        )
    await asyncio.gather(
        *(each.make_default(SERVER, Provider.USEAPI, f"key {n}", 7) for n, each in enumerate(stores)),
        *(
            each.remove(SERVER, Provider.USEAPI, 7, Action.DISCONNECTED, f"key {n}")
            for n, each in enumerate(stores[:2])
        ),
    )
    listed = await stores[0].list(SERVER, Provider.USEAPI)
    assert sorted(key.name for key in listed) == sorted(f"key {n}" for n in range(2, 12))
    assert [key.is_default for key in listed] == [True, *[False] * 9]
    for database in databases:
        await database.close()


async def test_a_database_of_the_first_schema_is_upgraded_there_too(server: str) -> None:
    engine = create_async_engine(server)
    async with engine.begin() as connection:
        await connection.run_sync(lambda inner: command.upgrade(config(inner), "0001"))
        await connection.execute(text("INSERT INTO guilds (guild_id, joined_at) VALUES (5, 17)"))
        await connection.execute(
            text(
                "INSERT INTO credentials (guild_id, owner_id, service, sealed, hint, everywhere, set_at) "
                "VALUES (5, 0, 'useapi', 'sealed', '7f3a', 0, 19)"
            )
        )
    database = await Database.open(server)
    kept = await Credentials(database, 5, lambda: 20.0).find(SERVER, Provider.USEAPI)
    assert kept is not None
    assert (kept.sealed, kept.name, kept.is_default) == (b"sealed", "", True)
    await database.close()
    async with engine.connect() as connection:
        assert await connection.run_sync(differences) == []
    await engine.dispose()
