"""A real PostgreSQL of the test's own, where Debian's or another is installed."""

from __future__ import annotations

import asyncio

import pytest

from bot.services import Provider
from bot.storage.audit import Action
from bot.storage.credentials import SERVER, Credential, Credentials
from bot.storage.database import Database
from bot.storage.guilds import GRACE, Guilds
from bot.storage.people import PersonalData

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
