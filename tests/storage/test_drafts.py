"""Drafts of forms: found by their person alone, for an hour, whichever worker asks."""

from __future__ import annotations

import pytest

from bot.crypto import Keyring, new_key
from bot.drafts import DraftBox, Opened
from bot.operator.sealing import reseal
from bot.storage.database import Database
from bot.storage.drafts import KEPT_SECONDS
from bot.storage.passing import forget_passed
from bot.storage.people import PersonalData
from bot.storage.schema import NOWHERE
from bot.storage.servers import ServerData
from tests.databases import Outside
from tests.storage.samples import ADA, BEN, HARBOUR, Clock
from tests.storage.test_people import mentions

OLD, NEW = new_key(), new_key()
WORDS = Opened(HARBOUR, "pluralkit.member", {"typed": {"name": "Wren ✿", "on": ["pings"]}})


@pytest.fixture
def clock() -> Clock:
    """Return a clock that stands."""
    return Clock()


async def test_a_draft_is_found_by_its_person_for_an_hour_from_when_it_was_last_shown(
    database: Database, clock: Clock
) -> None:
    box, other_worker = (DraftBox(database, Keyring.from_text(OLD), clock) for _ in range(2))
    key = await box.put(ADA, WORDS)
    assert await other_worker.find(ADA, key) == WORDS
    assert await box.find(BEN, key) is None
    assert not await box.give_back(BEN, key, WORDS, taken=False)
    assert not await box.take(BEN, key)
    assert [await box.take(ADA, key), await other_worker.take(ADA, key)] == [True, False]
    assert not await other_worker.give_back(ADA, key, WORDS, taken=False)
    assert not await other_worker.take(ADA, key)
    await box.drop(BEN, key)
    assert "Wren" not in repr(await box.find(ADA, key))
    clock.now += KEPT_SECONDS - 1
    assert await other_worker.prolong(ADA, key)
    clock.now += KEPT_SECONDS - 1
    later = Opened(HARBOUR, "pluralkit.member", {"typed": {}})
    assert await other_worker.give_back(ADA, key, later, taken=True)
    assert await box.take(ADA, key)
    assert await forget_passed(database, clock()) == 0
    assert await box.find(ADA, key) == later
    clock.now += KEPT_SECONDS
    assert await box.find(ADA, key) is None
    assert not await box.prolong(ADA, key)
    assert await forget_passed(database, clock()) == 1


async def test_a_draft_opens_with_a_new_key_and_nowhere_else(
    database: Database, clock: Clock, outside: Outside
) -> None:
    key = await DraftBox(database, Keyring.from_text(OLD), clock).put(ADA, WORDS)
    alone = await DraftBox(database, Keyring.from_text(OLD), clock).put(ADA, Opened(NOWHERE, "a", {}))
    assert await reseal(database, Keyring.from_text(f"{NEW},{OLD}")) == 2
    box = DraftBox(database, Keyring.from_text(NEW), clock)
    assert await box.find(ADA, key) == WORDS
    assert await box.find(ADA, alone) == Opened(NOWHERE, "a", {})
    assert await DraftBox(database, Keyring.from_text(OLD), clock).find(ADA, key) is None
    for column, there, back in (
        ("user_id", str(BEN), str(ADA)),
        ("kind", "'pluralkit.group'", "'pluralkit.member'"),
        ("guild_id", "0", str(HARBOUR)),
    ):
        outside.execute(f"UPDATE drafts SET {column} = {there} WHERE key = '{key}'")  # noqa: S608 - our own
        assert await box.find(BEN if column == "user_id" else ADA, key) is None
        outside.execute(f"UPDATE drafts SET {column} = {back} WHERE key = '{key}'")  # noqa: S608 - our own
    assert await box.find(ADA, key) == WORDS


async def test_drafts_go_with_their_person_and_their_server(
    database: Database, clock: Clock, outside: Outside
) -> None:
    box = DraftBox(database, Keyring.from_text(OLD), clock)
    keys = [await box.put(person, WORDS) for person in (ADA, ADA, BEN)]
    assert (await PersonalData(database, ADA, clock).look()).drafts == 2
    exported = (await PersonalData(database, ADA, clock).export())["drafts"]
    assert [set(row) for row in exported] == [{"guild_id", "user_id", "kind", "expires_at", "taken"}] * 2
    await PersonalData(database, ADA, clock).erase()
    assert mentions(outside, ADA) == []
    assert await box.find(BEN, keys[2]) == WORDS
    await ServerData(database, HARBOUR, clock).purge()
    assert await box.find(BEN, keys[2]) is None
