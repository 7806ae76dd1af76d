"""Several secrets of one server for one service: told apart by their names, one of them the default."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest

from bot.services import Provider
from bot.storage.audit import Action
from bot.storage.credentials import SERVER, Credential, Credentials
from bot.storage.database import Database
from tests.storage.samples import ADA, BEN, HARBOUR, VILLAGE, Clock, credential

AUDIT = "SELECT actor_id, action, detail FROM audit ORDER BY id"

Rows = Callable[[str], list[tuple[object, ...]]]


def store(database: Database, guild_id: int = HARBOUR) -> Credentials:
    return Credentials(database, guild_id, Clock())


def named(name: str, *, set_at: int = 0, sealed: bytes | None = None) -> Credential:
    return replace(credential(sealed=sealed or name.encode()), name=name, set_at=set_at)


async def filled(database: Database, *names: str) -> Credentials:
    """Return a store into which credentials were put, one second after the other."""
    kept = store(database)
    for second, name in enumerate(names):
        await kept.put(named(name, set_at=second), Action.CONNECTED)
    return kept


async def names(kept: Credentials) -> list[str]:
    """Return the names in their order, the default one first."""
    listed = await kept.list(SERVER, Provider.USEAPI)
    assert [one.is_default for one in listed] == [True, *[False] * (len(listed) - 1)][: len(listed)]
    return [one.name for one in listed]


async def test_the_first_one_is_the_default_and_each_is_found_by_its_name(database: Database) -> None:
    kept = await filled(database, "pier", "", "buoy")
    assert await names(kept) == ["pier", "", "buoy"]
    default = await kept.find(SERVER, Provider.USEAPI)
    assert default == await kept.find(SERVER, Provider.USEAPI, "pier")
    assert default is not None
    assert default.sealed == b"pier"
    assert await kept.find(SERVER, Provider.USEAPI, "quay") is None
    assert await names(store(database, VILLAGE)) == []


async def test_what_replaces_another_is_what_that_was(database: Database, rows: Rows) -> None:
    kept = await filled(database, "", "buoy")
    for name in ("buoy", ""):
        assert await kept.put(named(name, sealed=b"new"), Action.CONNECTED) is True
    assert await names(kept) == ["", "buoy"]
    assert {one.sealed for one in await kept.list(SERVER, Provider.USEAPI)} == {b"new"}
    assert rows(AUDIT) == [(ADA, "connected", name) for name in ("", "buoy", "buoy", "")]


async def test_another_is_made_the_default_and_what_is_so_already_is_not_noted(
    database: Database, rows: Rows
) -> None:
    kept = await filled(database, "", "buoy")
    for _ in range(2):
        assert await kept.make_default(SERVER, Provider.USEAPI, "buoy", BEN) is True
    assert await names(kept) == ["buoy", ""]
    assert await kept.make_default(SERVER, Provider.USEAPI, "quay", BEN) is False
    assert await store(database, VILLAGE).make_default(SERVER, Provider.USEAPI, "buoy", BEN) is False
    assert await names(kept) == ["buoy", ""]
    assert rows(AUDIT)[2:] == [(BEN, "chosen", "buoy")]


async def test_where_the_default_goes_the_oldest_that_is_left_takes_its_place(
    database: Database, rows: Rows
) -> None:
    kept = await filled(database, "pier", "quay", "buoy")
    for name, left in (("pier", ["quay", "buoy"]), ("buoy", ["quay"]), ("quay", [])):
        assert await kept.remove(SERVER, Provider.USEAPI, BEN, Action.DISCONNECTED, name) is True
        assert await names(kept) == left
    assert await kept.remove(SERVER, Provider.USEAPI, BEN, Action.DISCONNECTED, "quay") is False
    assert rows(AUDIT)[3:] == [(BEN, "disconnected", name) for name in ("pier", "buoy", "quay")]


async def test_all_of_them_go_at_once_with_an_entry_each(database: Database, rows: Rows) -> None:
    kept = await filled(database, "", "buoy")
    member = credential(owner_id=ADA)
    await kept.put(member, Action.LINKED)
    assert await kept.remove(SERVER, Provider.USEAPI, BEN, Action.DISCONNECTED) is True
    assert await names(kept) == []
    assert await kept.find(ADA, Provider.USEAPI) == member
    assert rows(AUDIT)[3:] == [(BEN, "disconnected", ""), (BEN, "disconnected", "buoy")]


async def test_what_is_noted_of_one_is_not_noted_of_another(database: Database) -> None:
    kept = await filled(database, "", "buoy")
    await kept.note_failure(named("buoy"), "Unauthorised", refused=True)
    refused = [one.name for one in await kept.list(SERVER, Provider.USEAPI) if one.refused_at is not None]
    assert refused == ["buoy"]


async def test_what_is_settled_on_sees_those_that_stand_there_and_may_refuse(
    database: Database, rows: Rows
) -> None:
    kept = await filled(database, "", "buoy")
    seen: list[str] = []

    def refuse(there: Sequence[Credential]) -> Credential:
        seen.extend(one.name for one in there)
        raise LookupError("no room")

    with pytest.raises(LookupError, match="no room"):
        await kept.put_among(SERVER, Provider.USEAPI, refuse, Action.CONNECTED)
    assert seen == ["", "buoy"]
    with pytest.raises(ValueError, match="its own server"):
        await kept.put_among(SERVER, Provider.PIXELA, lambda _: named("quay"), Action.CONNECTED)
    assert await names(kept) == ["", "buoy"]
    assert len(rows(AUDIT)) == 2


async def test_of_many_that_are_put_at_once_each_sees_the_ones_before(database: Database) -> None:
    kept = store(database)

    def next_one(there: Sequence[Credential]) -> Credential:
        return named(f"key {len(there)}", set_at=len(there))

    done = await asyncio.gather(
        *(kept.put_among(SERVER, Provider.USEAPI, next_one, Action.CONNECTED) for _ in range(6))
    )
    assert sorted(len(before) for _, before in done) == [*range(6)]
    assert await names(kept) == [f"key {number}" for number in range(6)]
