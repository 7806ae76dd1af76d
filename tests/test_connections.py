from __future__ import annotations

from collections.abc import AsyncGenerator

import pytest
from pydantic import SecretStr
from sqlalchemy import select

from bot.errors import Broken, NotConnected, NotFound, Unauthorised, Unreachable, VaultError
from bot.sandbox import PIXELA_TOKEN, PIXELA_USERNAME, USEAPI_KEY, Sandbox
from bot.sandbox.upstream import Trouble
from bot.services import Provider
from bot.storage.credentials import SERVER
from bot.storage.database import Database
from bot.storage.schema import credentials, guilds
from tests.connected import Home, at_home
from tests.storage.samples import ADA, HARBOUR, VILLAGE

NOW = 1_800_000_000


@pytest.fixture
async def home(database: Database, sandbox: Sandbox) -> AsyncGenerator[Home]:
    async with at_home(database, sandbox) as made:
        yield made


async def test_a_key_that_works_is_stored_sealed(home: Home) -> None:
    assert await home.connect() is False
    kept = await home.known()
    assert (kept.guild_id, kept.owner_id, kept.service) == (HARBOUR, SERVER, Provider.USEAPI)
    assert (kept.set_by, kept.set_at, kept.succeeded_at) == (ADA, NOW, NOW)
    assert (kept.hint, kept.account, kept.everywhere) == (USEAPI_KEY[-4:], None, False)
    assert USEAPI_KEY.encode() not in kept.sealed


async def test_a_key_that_was_refused_is_not_stored_and_the_one_before_stays(home: Home) -> None:
    with pytest.raises(Unauthorised):
        await home.connect(key="user:10002-of-nobody")
    assert await home.connections.find_useapi(HARBOUR) is None
    await home.connect()
    before = await home.known()
    with pytest.raises(Unauthorised):
        await home.connect(key="user:10002-of-nobody")
    assert await home.known() == before


async def test_a_key_that_could_not_be_tried_is_not_stored(home: Home) -> None:
    home.sandbox.useapi.refuse_with(500, times=None)
    with pytest.raises(Broken):
        await home.connect()
    assert await home.connections.find_useapi(HARBOUR) is None


async def test_a_key_that_is_replaced_starts_anew(home: Home) -> None:
    await home.connect()
    home.sandbox.useapi.subscribe("user:10003-another-key")
    assert await home.connect(key="user:10003-another-key") is True
    assert (await home.known()).hint == "-key"


@pytest.mark.parametrize(("key", "hint"), [("elevenchars", ""), ("twelve-chars", "hars")])
async def test_a_short_key_is_not_hinted_at(key: str, hint: str, home: Home) -> None:
    home.sandbox.useapi.subscribe(key)
    await home.connect(key=key)
    assert (await home.known()).hint == hint


async def test_a_client_calls_with_the_servers_key(home: Home) -> None:
    await home.connect()
    async with home.connections.midjourney(HARBOUR) as midjourney:
        assert "100000000000000021" in await midjourney.accounts()
    async with home.connections.pika(HARBOUR) as pika:
        assert "100000000000000011" in await pika.accounts()
    sent = {request.headers["authorization"] for request in home.sandbox.useapi.requests}
    assert sent == {f"Bearer {USEAPI_KEY}"}


async def test_a_server_that_is_not_connected_has_no_client(home: Home) -> None:
    await home.connect()
    for give in (home.connections.pika, home.connections.midjourney):
        with pytest.raises(NotConnected, match="is not connected in this server yet"):
            await give(VILLAGE).__aenter__()


async def test_a_server_that_was_disconnected_has_no_client_any_more(home: Home) -> None:
    assert await home.connections.disconnect(HARBOUR, ADA, Provider.USEAPI) is False
    await home.connect()
    assert await home.connections.disconnect(HARBOUR, ADA, Provider.USEAPI) is True
    with pytest.raises(NotConnected):
        await home.known()


async def ask_for_account(home: Home, channel: str = "100000000000000021") -> None:
    async with home.connections.midjourney(HARBOUR) as midjourney:
        await midjourney.account(channel)


async def test_a_refused_key_is_marked_and_a_later_success_clears_the_mark(home: Home) -> None:
    await home.connect()
    home.clock.now += 10
    home.sandbox.useapi.refuse_with(401, {"error": "Unauthorized", "code": 401})
    with pytest.raises(Unauthorised):
        await ask_for_account(home)
    marked = await home.known()
    assert (marked.refused_at, marked.failed_at, marked.failure) == (NOW + 10, NOW + 10, "Unauthorised")
    assert marked.succeeded_at == NOW
    home.clock.now += 10
    await ask_for_account(home)
    cleared = await home.known()
    assert (cleared.refused_at, cleared.succeeded_at) == (None, NOW + 20)
    assert (cleared.failed_at, cleared.failure) == (NOW + 10, "Unauthorised")


async def test_an_upstream_that_fails_is_noted_and_the_key_is_not_held_refused(home: Home) -> None:
    await home.connect()
    for trouble, kind in ((Trouble.STATUS, Broken), (Trouble.DROP, Unreachable)):
        home.clock.now += 10
        home.sandbox.useapi.fail(trouble, times=None)
        with pytest.raises(kind):
            await ask_for_account(home)
        noted = await home.known()
        assert (noted.failure, noted.failed_at, noted.refused_at) == (
            kind.__name__,
            home.clock.now // 1,
            None,
        )
        home.sandbox.useapi.clear_faults()


async def test_an_answer_that_is_no_is_a_success_of_the_connection(home: Home) -> None:
    await home.connect()
    home.clock.now += 100
    with pytest.raises(NotFound):
        await ask_for_account(home, "100000000000000404")
    noted = await home.known()
    assert (noted.succeeded_at, noted.failed_at, noted.failure) == (NOW + 100, None, None)


async def test_a_bug_of_ours_says_nothing_about_the_connection(home: Home) -> None:
    await home.connect()
    before = await home.known()
    home.clock.now += 100

    async def stumble() -> None:
        async with home.connections.midjourney(HARBOUR):
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await stumble()
    assert await home.known() == before


async def test_a_success_is_noted_once_a_minute_at_most(home: Home) -> None:
    await home.connect()
    noted: list[int | None] = []
    for seconds in (30, 30, 1, 60, 1):
        home.clock.now += seconds
        await ask_for_account(home)
        noted.append((await home.known()).succeeded_at)
    assert noted == [NOW, NOW + 60, NOW + 60, NOW + 121, NOW + 121]


async def test_what_is_noted_of_a_key_is_not_held_against_the_one_that_replaced_it(home: Home) -> None:
    await home.connect()

    async def replace_meanwhile() -> None:
        async with home.connections.midjourney(HARBOUR) as midjourney:
            home.sandbox.useapi.subscribe("user:10003-another-key")
            await home.connect(key="user:10003-another-key")
            del home.sandbox.useapi.subscribers[USEAPI_KEY]
            await midjourney.accounts()

    with pytest.raises(Unauthorised):
        await replace_meanwhile()
    assert (await home.known()).refused_at is None


async def test_a_row_that_was_copied_to_another_server_does_not_open(home: Home) -> None:
    await home.connect()
    async with home.database.writing() as connection:
        row = (await connection.execute(select(credentials))).mappings().one()
        await connection.execute(guilds.insert().values(guild_id=VILLAGE, joined_at=1))
        await connection.execute(credentials.insert().values({**row, "guild_id": VILLAGE}))
    asked = len(home.sandbox.useapi.requests)
    with pytest.raises(VaultError):
        await home.connections.midjourney(VILLAGE).__aenter__()
    assert len(home.sandbox.useapi.requests) == asked
    assert await home.connections.find_useapi(VILLAGE) is not None


async def test_a_servers_pixela_user_is_tried_then_stored_and_is_no_members(home: Home) -> None:
    connections = home.connections
    with pytest.raises(NotConnected, match="no Pixela user of its own"):
        await connections.server_pixela(HARBOUR).__aenter__()
    with pytest.raises(Unauthorised):
        await connections.connect_pixela(HARBOUR, ADA, PIXELA_USERNAME, SecretStr("not-its-token"))
    assert await connections.find_server_pixela(HARBOUR) is None
    for replaced in (False, True):
        token = SecretStr(PIXELA_TOKEN)
        assert await connections.connect_pixela(HARBOUR, ADA, PIXELA_USERNAME, token) is replaced
    async with connections.server_pixela(HARBOUR) as client:
        assert await client.graphs()
    assert await connections.find_server_pixela(VILLAGE) is None
    assert await connections.count_linked(HARBOUR, Provider.PIXELA) == 0
    assert await connections.disconnect(HARBOUR, ADA, Provider.PIXELA) is True
    assert await connections.find_server_pixela(HARBOUR) is None


async def test_a_servers_pixela_token_that_is_refused_is_for_its_managers_to_mend(home: Home) -> None:
    connections = home.connections
    await connections.connect_pixela(HARBOUR, ADA, PIXELA_USERNAME, SecretStr(PIXELA_TOKEN))
    home.sandbox.pixela.add_user(PIXELA_USERNAME, "changed-elsewhere")
    with pytest.raises(NotConnected, match="refused the token of this server"):
        async with connections.server_pixela(HARBOUR) as client:
            await client.graphs()
    kept = await connections.find_server_pixela(HARBOUR)
    assert kept is not None
    assert kept.refused_at == NOW
