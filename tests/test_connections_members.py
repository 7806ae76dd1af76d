from __future__ import annotations

from collections.abc import AsyncGenerator

import pytest
from pydantic import SecretStr

from bot.connections import Scope, home_of
from bot.connections.members import Begun
from bot.errors import ApiError, NotConnected, Unauthorised, UserError
from bot.sandbox import PIXELA_TOKEN, PIXELA_USERNAME, Sandbox
from bot.sandbox.pixela.book import hash_token
from bot.services import Provider
from bot.storage.credentials import Credential
from bot.storage.database import Database
from bot.storage.schema import NOWHERE
from tests.connected import Home, at_home
from tests.storage.samples import ADA, BEN, HARBOUR, VILLAGE

HERE, THERE, ALONE = Scope(HARBOUR, ADA), Scope(VILLAGE, ADA), Scope(NOWHERE, ADA)


@pytest.fixture
async def home(database: Database, sandbox: Sandbox) -> AsyncGenerator[Home]:
    async with at_home(database, sandbox) as made:
        yield made


async def test_a_token_that_works_is_linked_and_its_system_is_told(home: Home) -> None:
    system = await home.connections.link_pluralkit(
        HERE, SecretStr(home.seeds.pluralkit_token), everywhere=False
    )
    assert system.id == home.seeds.pluralkit_system
    kept = await home.connections.find_linked(HERE, Provider.PLURALKIT)
    assert kept is not None
    assert (kept.guild_id, kept.owner_id, kept.account) == (HARBOUR, ADA, system.id)
    assert await home.used(HERE) == system.name


async def test_a_token_that_was_refused_is_not_linked(home: Home) -> None:
    with pytest.raises(ApiError):
        await home.connections.link_pluralkit(HERE, SecretStr("a" * 64), everywhere=False)
    assert await home.connections.find_linked(HERE, Provider.PLURALKIT) is None


async def test_a_link_of_one_server_serves_nowhere_else_and_nobody_else(home: Home) -> None:
    await home.link(HERE)
    assert await home.used(THERE) is None
    assert await home.used(ALONE) is None
    assert await home.used(Scope(HARBOUR, BEN)) is None


async def test_a_link_for_the_person_alone_serves_in_no_server(home: Home) -> None:
    await home.link(ALONE)
    assert await home.used(ALONE) is not None
    assert await home.used(HERE) is None


async def test_a_link_for_everywhere_serves_in_every_server_and_replaces_the_one_of_this(home: Home) -> None:
    await home.link(HERE)
    await home.link(HERE, everywhere=True)
    for scope in (HERE, THERE, ALONE):
        kept = await home.connections.find_linked(scope, Provider.PLURALKIT)
        assert kept is not None
        assert (kept.guild_id, kept.everywhere) == (NOWHERE, True)
        assert await home.used(scope) is not None
    assert await home.connections.count_linked(HARBOUR, Provider.PLURALKIT) == 0


def places(replaced: Credential | None) -> tuple[int, bool]:
    assert replaced is not None
    return replaced.guild_id, replaced.everywhere


async def test_what_a_new_link_replaced_is_told(home: Home) -> None:
    assert await home.keep(HERE, "first-token") is None
    assert places(await home.keep(HERE, "second-token")) == (HARBOUR, False)
    assert places(await home.keep(HERE, "third-token", everywhere=True)) == (HARBOUR, False)
    assert await home.keep(THERE, "fourth-token") is None
    assert places(await home.keep(ALONE, "fifth-token", everywhere=True)) == (NOWHERE, True)
    assert places(await home.keep(THERE, "sixth-token", everywhere=True)) == (VILLAGE, False)
    assert await home.connections.count_linked(VILLAGE, Provider.PIXELA) == 0


async def test_unlinking_removes_what_would_have_been_used(home: Home) -> None:
    await home.keep(ALONE, "a-token-for-everywhere", everywhere=True)
    await home.keep(HERE, "a-token-for-here")
    removed = [await home.connections.unlink(HERE, Provider.PIXELA) for _ in range(3)]
    assert [kept and kept.guild_id for kept in removed] == [HARBOUR, NOWHERE, None]


async def test_a_token_that_is_not_kept_yet_can_be_called_with(home: Home) -> None:
    client = home.connections.new_pixela(PIXELA_USERNAME, SecretStr(PIXELA_TOKEN))
    await client.graphs()
    assert home.sandbox.pixela.requests[-1].headers["x-user-token"] == PIXELA_TOKEN


async def test_what_everybody_sees_is_asked_for_without_a_token(home: Home) -> None:
    await home.link(HERE)
    system = await home.connections.pluralkit_public().system(home.seeds.pluralkit_system)
    assert system.id == home.seeds.pluralkit_system
    assert "authorization" not in home.sandbox.pluralkit.requests[-1].headers


async def test_a_token_of_a_user_that_was_begun_is_kept_sealed_until_that_is_settled(home: Home) -> None:
    connections, token = home.connections, SecretStr("a-token-of-a-new-user")
    await connections.begin_pixela(HERE, "ada", token, made_here=True)
    assert await connections.find_begun_pixela(HERE, "ada") == Begun(token, made_here=True)
    assert await connections.find_begun_pixela(THERE, "ada") is None
    assert await connections.find_begun_pixela(Scope(HARBOUR, BEN), "ada") is None
    assert await connections.find_linked(HERE, Provider.PIXELA) is None
    await connections.settle_pixela(HERE, "ada")
    assert await connections.find_begun_pixela(HERE, "ada") is None


NEW = SecretStr("the new token of the user")


async def begin_change(home: Home, where: Scope, *, everywhere: bool) -> None:
    """Leave what a process does that ends while it changes a token."""
    await home.keep(where, PIXELA_TOKEN, everywhere=everywhere)
    credential = await home.connections.require_pixela(where)
    await home.connections.begin_pixela(home_of(credential), PIXELA_USERNAME, NEW, made_here=False)


@pytest.mark.parametrize("everywhere", [True, False])
async def test_a_token_whose_change_was_not_told_is_found_when_the_old_one_is_refused(
    home: Home, everywhere: bool
) -> None:
    connections, px = home.connections, home.sandbox.pixela
    await begin_change(home, HERE, everywhere=everywhere)
    async with connections.pixela(HERE) as client:  # the old one still holds
        await client.graphs()
    px.users[PIXELA_USERNAME].token_hash = hash_token(NEW.get_secret_value())
    with pytest.raises(UserError, match="The new one is stored now"):
        async with connections.pixela(HERE) as client:
            await client.graphs()
    async with connections.pixela(HERE) as client:
        await client.graphs()
    credential = await connections.require_pixela(HERE)
    assert credential.everywhere is everywhere
    assert await connections.find_begun_pixela(home_of(credential), PIXELA_USERNAME) is None


async def test_a_begun_token_that_does_not_hold_either_is_forgotten(home: Home) -> None:
    await begin_change(home, HERE, everywhere=False)
    home.sandbox.pixela.users[PIXELA_USERNAME].token_hash = hash_token("another one altogether")
    for _ in range(2):
        with pytest.raises(Unauthorised):
            async with home.connections.pixela(HERE) as client:
                await client.graphs()
        assert await home.connections.find_begun_pixela(HERE, PIXELA_USERNAME) is None


async def test_unlinking_forgets_a_begun_token_unless_it_is_known_from_us_alone(home: Home) -> None:
    for made_here in (False, True):
        await begin_change(home, HERE, everywhere=False)
        await home.connections.begin_pixela(HERE, PIXELA_USERNAME, NEW, made_here=made_here)
        await home.connections.unlink(HERE, Provider.PIXELA)
        kept = await home.connections.find_begun_pixela(HERE, PIXELA_USERNAME)
        assert (kept is not None) is made_here


async def test_a_glance_notes_nothing(home: Home) -> None:
    await home.keep(HERE, PIXELA_TOKEN)
    await home.connections.connect_pixela(HARBOUR, ADA, PIXELA_USERNAME, SecretStr(PIXELA_TOKEN))
    home.sandbox.pixela.fail(times=None)
    glances = (
        await home.connections.glance_pixela(HERE, seconds=1.0),
        await home.connections.glance_server_pixela(HARBOUR, seconds=1.0),
    )
    for client in glances:
        assert client.deadline == 1.0
        with pytest.raises(ApiError):
            await client.graphs()
    own, servers = (
        await home.connections.require_pixela(HERE),
        await home.connections.find_server_pixela(HARBOUR),
    )
    assert servers is not None
    assert (own.failed_at, servers.failed_at) == (None, None)
    with pytest.raises(NotConnected):
        await home.connections.glance_server_pixela(VILLAGE, seconds=1.0)


async def test_a_member_without_a_pixela_user_is_told_how_to_get_one(home: Home) -> None:
    with pytest.raises(NotConnected, match="/pixela user create"):
        await home.connections.pixela(HERE).__aenter__()
    await home.keep(HERE, PIXELA_TOKEN)
    assert (await home.connections.require_pixela(HERE)).account == PIXELA_USERNAME
    async with home.connections.pixela(HERE) as client:
        assert await client.graphs()
