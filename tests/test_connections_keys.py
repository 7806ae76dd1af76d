"""A server's several keys of useapi.net, and what each of them reaches."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence

import pytest
from pydantic import SecretStr
from sqlalchemy import update

from bot.connections import MOST_KEYS, Stored
from bot.errors import (
    Broken,
    InvalidInput,
    KeyRemoved,
    NotConnected,
    NotFound,
    Unauthorised,
    VaultError,
)
from bot.sandbox import USEAPI_KEY, Sandbox
from bot.sandbox.useapi.subscriber import MidjourneyAccount
from bot.services import Provider, Service
from bot.storage.audit import Action, AuditBook, Entry
from bot.storage.database import Database
from bot.storage.schema import credentials
from tests.connected import Home, at_home
from tests.databases import Outside
from tests.storage.samples import ADA, BEN, HARBOUR, VILLAGE

OTHER_KEY = "user:20002-otherkey9b1c"
OTHER = "100000000000000025"
MIDJOURNEY = "100000000000000021"


@pytest.fixture
async def home(database: Database, sandbox: Sandbox) -> AsyncGenerator[Home]:
    async with at_home(database, sandbox) as made:
        other = sandbox.useapi.subscribe(OTHER_KEY)
        other.midjourney[OTHER] = MidjourneyAccount(OTHER, None, "token-of-the-other", 1)
        yield made


async def store(home: Home, key: str = USEAPI_KEY, name: str | None = None) -> Stored:
    return await home.connections.connect_useapi(HARBOUR, ADA, SecretStr(key), name)


async def names(home: Home) -> list[str]:
    return [key.name for key in await home.connections.list_useapi(HARBOUR)]


async def entries(home: Home) -> Sequence[Entry]:
    return await AuditBook(home.database, HARBOUR).list(most=10)


async def refusal(home: Home, key: str, name: str | None) -> str:
    before = await home.connections.list_useapi(HARBOUR)
    with pytest.raises(InvalidInput) as refused:
        await store(home, key, name)
    assert await home.connections.list_useapi(HARBOUR) == before
    return str(refused.value)


async def test_the_first_key_is_main_and_the_default_and_a_named_one_stands_beside_it(home: Home) -> None:
    assert await store(home) == Stored("", replaced=False, default="")
    assert await store(home, OTHER_KEY, " Blue ") == Stored("Blue", replaced=False, default="")
    assert await store(home, OTHER_KEY, "bLUE") == Stored("Blue", replaced=True, default="")
    assert await store(home, USEAPI_KEY, "Main") == Stored("", replaced=True, default="")
    assert await names(home) == ["", "Blue"]


async def test_without_a_name_the_default_key_is_replaced_whatever_it_is_called(home: Home) -> None:
    assert await store(home, USEAPI_KEY, "blue") == Stored("blue", replaced=False, default="blue")
    assert await store(home, OTHER_KEY) == Stored("blue", replaced=True, default="blue")
    assert await store(home, USEAPI_KEY, "main") == Stored("", replaced=False, default="blue")


async def test_one_key_has_one_name(home: Home) -> None:
    await store(home)
    assert "stored here already, under the name `main`" in await refusal(home, USEAPI_KEY, "blue")
    await store(home, OTHER_KEY, "blue")
    assert "under the name `blue`" in await refusal(home, OTHER_KEY, None)


async def test_a_key_that_does_not_open_keeps_nobody_from_setting_another(home: Home) -> None:
    await store(home)
    async with home.database.writing() as connection:
        await connection.execute(update(credentials).values(sealed=b"damaged"))
    await store(home, OTHER_KEY, "blue")
    assert await names(home) == ["", "blue"]
    spoiled, good = await home.connections.accounts(HARBOUR, Service.MIDJOURNEY)
    assert isinstance(spoiled.trouble, VaultError)
    assert (good.key.name, [*good.accounts]) == ("blue", [OTHER])


async def test_a_server_has_so_many_keys_and_no_more_but_each_can_be_replaced(home: Home) -> None:
    for number in range(MOST_KEYS + 1):
        home.sandbox.useapi.subscribe(f"user:3000{number}-one-of-many")
    for number in range(MOST_KEYS):
        await store(home, f"user:3000{number}-one-of-many", f"key {number}")
    assert "10 keys of useapi.net, which is the most" in await refusal(home, USEAPI_KEY, "one more")
    assert (await store(home, USEAPI_KEY, "key 9")).replaced


@pytest.mark.parametrize("name", [f"my {USEAPI_KEY[:29]}", "`", "two\nlines", "x" * 33])
async def test_a_bad_name_is_refused_before_anybody_is_asked(name: str, home: Home) -> None:
    home.sandbox.useapi.subscribe(USEAPI_KEY[:29])
    assert await refusal(home, USEAPI_KEY[:29], name)
    assert home.sandbox.useapi.requests == []


async def test_a_name_that_holds_the_key_is_refused_without_repeating_it(home: Home) -> None:
    said = await refusal(home, "user:7-shortkey", "user:7-shortkey")
    assert said == "The name holds the key itself. Choose a name that everybody may read."


async def test_a_key_is_found_by_its_name_as_people_read_it_and_the_default_without_one(home: Home) -> None:
    connections = home.connections
    assert await connections.find_useapi(HARBOUR) is None
    await store(home)
    await store(home, OTHER_KEY, "Blue")
    for name, found in ((None, ""), ("main", ""), ("", ""), ("BLUE", "Blue")):
        assert (await connections.require_useapi(HARBOUR, name)).name == found
    assert await connections.find_useapi(HARBOUR, "red") is None
    with pytest.raises(KeyRemoved, match=r"The key `red` of useapi\.net that this belongs to was removed"):
        await connections.pika(HARBOUR, "red").__aenter__()
    with pytest.raises(NotConnected, match="not connected in this server yet"):
        await connections.require_useapi(VILLAGE, "blue")


async def test_another_key_becomes_the_default_and_clients_take_the_one_that_is_named(home: Home) -> None:
    connections = home.connections
    await store(home)
    await store(home, OTHER_KEY, "blue")
    with pytest.raises(InvalidInput, match="No key of that name"):
        await connections.choose_useapi(HARBOUR, ADA, "red")
    assert (await connections.choose_useapi(HARBOUR, BEN, "Blue")).name == "blue"
    for name, channel in ((None, OTHER), ("blue", OTHER), ("", MIDJOURNEY)):
        async with connections.midjourney(HARBOUR, name) as client:
            assert channel in await client.accounts()
    async with connections.pika(HARBOUR, "blue") as pika:
        assert await pika.accounts() == {}
    assert [(entry.actor_id, entry.action, entry.detail) for entry in await entries(home)] == [
        (BEN, Action.CHOSEN, "blue"),
        (ADA, Action.CONNECTED, "blue"),
        (ADA, Action.CONNECTED, ""),
    ]


async def test_a_key_goes_by_its_name_and_the_rest_stay(home: Home) -> None:
    connections = home.connections
    await store(home)
    await store(home, OTHER_KEY, "Blue")
    assert await connections.disconnect(HARBOUR, ADA, Provider.USEAPI, "red") is False
    assert await connections.disconnect(HARBOUR, ADA, Provider.USEAPI, "main") is True
    assert await names(home) == ["Blue"]
    assert (await home.known()).is_default
    await store(home, USEAPI_KEY, "main")
    assert await connections.disconnect(HARBOUR, ADA, Provider.USEAPI) is True
    assert await names(home) == []


async def test_every_key_is_asked_for_its_accounts_and_one_that_fails_hides_no_other(home: Home) -> None:
    connections = home.connections
    with pytest.raises(NotConnected):
        await connections.accounts(HARBOUR, Service.PIKA)
    await store(home)
    await store(home, OTHER_KEY, "blue")
    first, second = await connections.accounts(HARBOUR, Service.MIDJOURNEY)
    assert (first.key.name, MIDJOURNEY in first.accounts) == ("", True)
    assert (second.key.name, [*second.accounts]) == ("blue", [OTHER])
    del home.sandbox.useapi.subscribers[OTHER_KEY]
    for glance in (True, False):
        if glance:
            first, second = await connections.glance(HARBOUR, Service.MIDJOURNEY, seconds=4.0)
        else:
            first, second = await connections.accounts(HARBOUR, Service.MIDJOURNEY)
        assert MIDJOURNEY in first.accounts
        assert isinstance(second.trouble, Unauthorised)
        noted = [key.refused_at is not None for key in await connections.list_useapi(HARBOUR)]
        assert noted == [False, not glance]


async def test_a_job_is_found_with_the_key_that_knows_it(home: Home) -> None:
    connections = home.connections
    await store(home)
    await store(home, OTHER_KEY, "blue")
    async with connections.midjourney(HARBOUR, "blue") as client:
        jobid = (await client.imagine("a lamp by the sea")).jobid
    key, job = await connections.find_job(HARBOUR, Service.MIDJOURNEY, jobid)
    assert (key.name, job.jobid) == ("blue", jobid)
    key, _ = await connections.find_job(HARBOUR, Service.MIDJOURNEY, jobid, seconds=4.0)
    assert key.name == "blue"
    with pytest.raises(NotFound):
        await connections.find_job(HARBOUR, Service.MIDJOURNEY, "of-nobody")
    home.sandbox.useapi.fail(status=500, times=None)
    with pytest.raises(Broken):
        await connections.find_job(HARBOUR, Service.MIDJOURNEY, jobid)


async def test_who_changed_an_account_is_written_down_and_a_failure_to_do_so_changes_nothing(
    home: Home, outside: Outside
) -> None:
    await store(home)
    await home.connections.note_account(HARBOUR, BEN, Action.RESET, Service.MIDJOURNEY, OTHER)
    newest, *_ = await entries(home)
    assert (newest.actor_id, newest.action, newest.service, newest.detail) == (
        BEN,
        Action.RESET,
        Service.MIDJOURNEY,
        OTHER,
    )
    outside.refuse("INSERT", "audit", "no room")
    await home.connections.note_account(HARBOUR, BEN, Action.RESET, Service.MIDJOURNEY, OTHER)
    assert len(await entries(home)) == 2
