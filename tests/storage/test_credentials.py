from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy.exc import DBAPIError

from bot.services import Provider
from bot.storage.audit import Action
from bot.storage.credentials import SERVER, Credentials
from bot.storage.database import Database
from bot.storage.schema import NOWHERE
from tests.databases import Outside
from tests.storage.samples import ADA, BEN, HARBOUR, VILLAGE, Clock, credential

AUDIT = "SELECT guild_id, actor_id, action, service, at FROM audit ORDER BY id"
NOW = 1_800_000_000

Rows = Callable[[str], list[tuple[object, ...]]]


def store(database: Database, guild_id: int = HARBOUR, clock: Clock | None = None) -> Credentials:
    return Credentials(database, guild_id, clock or Clock())


async def test_a_credential_is_found_as_it_was_put(database: Database) -> None:
    kept = replace(
        credential(),
        account="ada",
        everywhere=True,
        refused_at=1,
        succeeded_at=2,
        failed_at=3,
        failure="Broken",
        set_by=2**63 - 1,
    )
    assert await store(database).put(kept, Action.CONNECTED) is False
    assert await store(database).find(SERVER, Provider.USEAPI) == kept


async def test_a_sealed_secret_is_not_shown_where_its_row_is(database: Database) -> None:
    await store(database).put(credential(sealed=b"ciphertext"), Action.CONNECTED)
    assert "ciphertext" not in repr(await store(database).find(SERVER, Provider.USEAPI))


async def test_nothing_of_one_server_is_found_in_another(database: Database) -> None:
    await store(database).put(credential(), Action.CONNECTED)
    await store(database).put(credential(owner_id=ADA, service=Provider.PIXELA), Action.LINKED)
    other = store(database, VILLAGE)
    assert await other.find(SERVER, Provider.USEAPI) is None
    assert await other.find(ADA, Provider.PIXELA) is None
    assert await other.find_for_member(ADA, Provider.PIXELA) is None
    assert await other.count_members(Provider.PIXELA) == 0
    assert await other.remove(SERVER, Provider.USEAPI, BEN, Action.DISCONNECTED) is False
    await other.note_failure(credential(), "Unauthorised", refused=True)
    assert await store(database).find(SERVER, Provider.USEAPI) == credential()


async def test_a_store_does_not_take_another_servers_credential(database: Database, rows: Rows) -> None:
    with pytest.raises(ValueError, match="its own server"):
        await store(database).put(credential(VILLAGE), Action.CONNECTED)
    assert rows("SELECT * FROM credentials") == rows(AUDIT) == []


async def test_what_is_put_replaces_what_stood_there_and_each_time_is_audited(
    database: Database, rows: Rows
) -> None:
    clock = Clock()
    kept = store(database, clock=clock)
    assert await kept.put(credential(sealed=b"one"), Action.CONNECTED) is False
    await kept.note_failure(credential(sealed=b"one"), "Unauthorised", refused=True)
    clock.now += 5
    assert await kept.put(credential(sealed=b"two", set_by=BEN), Action.CONNECTED) is True
    assert await kept.find(SERVER, Provider.USEAPI) == credential(sealed=b"two", set_by=BEN)
    assert rows(AUDIT) == [
        (HARBOUR, ADA, "connected", "useapi", NOW),
        (HARBOUR, BEN, "connected", "useapi", NOW + 5),
    ]


async def test_what_is_put_touches_no_other_owner_and_no_other_service(database: Database) -> None:
    kept = store(database)
    others = [
        credential(owner_id=ADA),
        credential(owner_id=BEN),
        credential(service=Provider.PIXELA),
    ]
    for other in others:
        await kept.put(other, Action.LINKED)
    await kept.put(credential(sealed=b"two"), Action.CONNECTED)
    assert await kept.remove(SERVER, Provider.USEAPI, ADA, Action.DISCONNECTED)
    assert [await kept.find(other.owner_id, other.service) for other in others] == others


async def test_what_is_removed_is_audited_and_a_second_time_finds_nothing(
    database: Database, rows: Rows
) -> None:
    kept = store(database)
    await kept.put(credential(), Action.CONNECTED)
    assert await kept.remove(SERVER, Provider.USEAPI, BEN, Action.DISCONNECTED) is True
    assert await kept.remove(SERVER, Provider.USEAPI, BEN, Action.DISCONNECTED) is False
    assert await kept.find(SERVER, Provider.USEAPI) is None
    assert rows(AUDIT)[1:] == [(HARBOUR, BEN, "disconnected", "useapi", NOW)]


async def test_nothing_changes_where_the_audit_row_cannot_be_written(
    database: Database, outside: Outside
) -> None:
    kept = store(database)
    await kept.put(credential(sealed=b"one"), Action.CONNECTED)
    outside.refuse("INSERT", "audit", "no room for the audit")
    with pytest.raises(DBAPIError, match="no room for the audit"):
        await kept.put(credential(sealed=b"two"), Action.CONNECTED)
    with pytest.raises(DBAPIError, match="no room for the audit"):
        await kept.remove(SERVER, Provider.USEAPI, ADA, Action.DISCONNECTED)
    assert await kept.find(SERVER, Provider.USEAPI) == credential(sealed=b"one")


async def test_a_members_own_of_this_server_comes_before_the_one_for_everywhere(database: Database) -> None:
    anywhere = credential(NOWHERE, ADA, Provider.PIXELA, everywhere=True)
    here = credential(HARBOUR, ADA, Provider.PIXELA)
    await store(database, NOWHERE).put(anywhere, Action.LINKED)
    assert await store(database).find_for_member(ADA, Provider.PIXELA) == anywhere
    await store(database).put(here, Action.LINKED)
    assert await store(database).find_for_member(ADA, Provider.PIXELA) == here
    assert await store(database, VILLAGE).find_for_member(ADA, Provider.PIXELA) == anywhere
    assert await store(database, NOWHERE).find_for_member(ADA, Provider.PIXELA) == anywhere


async def test_a_persons_own_serves_in_no_server_unless_it_was_linked_for_everywhere(
    database: Database,
) -> None:
    alone = credential(NOWHERE, ADA, Provider.PIXELA)
    await store(database, NOWHERE).put(alone, Action.LINKED)
    assert await store(database, NOWHERE).find_for_member(ADA, Provider.PIXELA) == alone
    assert await store(database).find_for_member(ADA, Provider.PIXELA) is None


async def test_a_members_own_serves_nobody_else_and_nothing_else(database: Database) -> None:
    await store(database, NOWHERE).put(
        credential(NOWHERE, ADA, Provider.PIXELA, everywhere=True), Action.LINKED
    )
    assert await store(database).find_for_member(BEN, Provider.PIXELA) is None
    assert await store(database).find_for_member(ADA, Provider.PLURALKIT) is None
    assert await store(database).find(ADA, Provider.PIXELA) is None


async def test_members_who_linked_here_are_counted(database: Database) -> None:
    kept = store(database)
    await kept.put(credential(service=Provider.PIXELA), Action.CONNECTED)
    for person in (ADA, BEN):
        await kept.put(credential(owner_id=person, service=Provider.PIXELA), Action.LINKED)
    await kept.put(credential(owner_id=ADA, service=Provider.PLURALKIT), Action.LINKED)
    await store(database, VILLAGE).put(credential(VILLAGE, 7, Provider.PIXELA), Action.LINKED)
    assert await kept.count_members(Provider.PIXELA) == 2


async def test_a_failure_is_noted_and_a_success_takes_the_refusal_away(database: Database) -> None:
    clock = Clock()
    kept = store(database, clock=clock)
    used = credential()
    await kept.put(used, Action.CONNECTED)
    clock.now += 10
    await kept.note_failure(used, "Broken", refused=False)
    broken = replace(used, failed_at=NOW + 10, failure="Broken")
    assert await kept.find(SERVER, Provider.USEAPI) == broken
    clock.now += 10
    await kept.note_failure(used, "Unauthorised", refused=True)
    refused = replace(used, failed_at=NOW + 20, failure="Unauthorised", refused_at=NOW + 20)
    assert await kept.find(SERVER, Provider.USEAPI) == refused
    clock.now += 10
    await kept.note_success(used)
    assert await kept.find(SERVER, Provider.USEAPI) == replace(
        refused, refused_at=None, succeeded_at=NOW + 30
    )


async def test_what_happened_to_a_secret_is_not_held_against_the_one_that_replaced_it(
    database: Database,
) -> None:
    kept = store(database)
    before, after = credential(sealed=b"one"), credential(sealed=b"two")
    await kept.put(before, Action.CONNECTED)
    await kept.put(after, Action.CONNECTED)
    await kept.note_failure(before, "Unauthorised", refused=True)
    await kept.note_success(before)
    assert await kept.find(SERVER, Provider.USEAPI) == after
