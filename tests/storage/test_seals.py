"""What is sealed, wherever it is: nothing of it may be forgotten when keys are rotated."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import Column, LargeBinary, insert
from sqlalchemy.types import TypeDecorator

from bot.storage.audit import Action
from bot.storage.credentials import Credentials
from bot.storage.database import Database
from bot.storage.drafts import Draft, Drafts
from bot.storage.schema import facts, metadata
from bot.storage.seals import SEALED, Sealed, SealedColumn, read_sealed, replace_sealed
from bot.storage.unsettled import Unsettled
from tests.storage.samples import ADA, BEN, HARBOUR, VILLAGE, Clock, ask, credential

KEYS, USERS, ANSWERS, _, DRAFTS, CANARIES = SEALED
SOUNDS_SEALED = re.compile("seal|secret|token|cipher|password")


def holds_bytes(column: Column[object]) -> bool:
    """Say whether a column holds bytes, in the words of any database."""
    kind = column.type.impl if isinstance(column.type, TypeDecorator) else column.type
    return isinstance(kind, LargeBinary)


def test_every_column_that_may_hold_something_sealed_is_known() -> None:
    columns = [column for table in metadata.tables.values() for column in table.columns]
    suspects = {str(each) for each in columns if holds_bytes(each) or SOUNDS_SEALED.search(each.name)}
    assert suspects == {str(source.column) for source in SEALED}, (
        "a column for sealed secrets goes into bot.storage.seals.SEALED, or rotate-key forgets it"
    )


async def everything(database: Database, source: SealedColumn, *, most: int = 100) -> list[Sealed]:
    found: list[Sealed] = []
    async with database.reading() as connection:
        while batch := await read_sealed(connection, source, most=most, after=found[-1] if found else None):
            found += batch
    return found


async def test_each_secret_is_found_once_with_the_place_it_belongs_to(database: Database) -> None:
    clock = Clock()
    for guild in (HARBOUR, VILLAGE):
        await Credentials(database, guild, clock).put(credential(guild, ADA), Action.LINKED)
        await Credentials(database, guild, clock).put(credential(guild), Action.CONNECTED)
    await Unsettled(database, HARBOUR, BEN).put("ben", b"sealed", made_here=True)
    await ask(database, clock, "one")
    await Drafts(database, BEN, clock).add("a key", Draft(VILLAGE, "a form", b"sealed"))
    await database.put_fact("canary", b"sealed")
    await database.put_fact("something else", b"not sealed")
    for most in (1, 2, 100):
        found = await everything(database, KEYS, most=most)
        places = [(each.guild_id, each.owner_id, each.service) for each in found]
        owners = [(guild, owner) for guild in (HARBOUR, VILLAGE) for owner in (0, ADA)]
        assert places == [(*owner, "useapi") for owner in owners]
    others = [
        each for source in (USERS, ANSWERS, DRAFTS, CANARIES) for each in await everything(database, source)
    ]
    assert [(each.guild_id, each.owner_id, each.service) for each in others] == [
        (HARBOUR, BEN, "pixela"),
        (HARBOUR, ADA, "answer"),
        (VILLAGE, BEN, "draft of a form"),
        (0, 0, "canary"),
    ]
    assert "sealed" not in repr(others).replace("Sealed", "")


async def test_what_was_written_meanwhile_is_not_overwritten(database: Database) -> None:
    store = Credentials(database, HARBOUR, Clock())
    for owner in (0, ADA, BEN):
        await store.put(credential(owner_id=owner), Action.LINKED)
    read = await everything(database, KEYS)
    await store.put(credential(owner_id=ADA, sealed=b"newer"), Action.LINKED)
    await store.remove(BEN, credential().service, BEN, Action.UNLINKED)
    assert await replace_sealed(database, KEYS, [(each, b"resealed") for each in read]) == 1
    assert [each.sealed for each in await everything(database, KEYS)] == [b"resealed", b"newer"]


@pytest.mark.parametrize("source", SEALED, ids=[source.name for source in SEALED])
async def test_an_empty_column_is_no_trouble(source: SealedColumn, database: Database) -> None:
    assert await everything(database, source) == []
    async with database.writing() as connection:
        await connection.execute(insert(facts).values(name="other", value=b"other"))
    assert await everything(database, source) == []
