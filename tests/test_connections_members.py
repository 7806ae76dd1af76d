from __future__ import annotations

from collections.abc import AsyncGenerator

import pytest
from pydantic import SecretStr

from bot.connections import Scope
from bot.connections.members import Begun
from bot.errors import ApiError, NotConnected
from bot.sandbox import PIXELA_TOKEN, PIXELA_USERNAME, Sandbox
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


async def test_a_member_without_a_pixela_user_is_told_how_to_get_one(home: Home) -> None:
    with pytest.raises(NotConnected, match="/pixela user create"):
        await home.connections.pixela(HERE).__aenter__()
    await home.keep(HERE, PIXELA_TOKEN)
    assert (await home.connections.require_pixela(HERE)).account == PIXELA_USERNAME
    async with home.connections.pixela(HERE) as client:
        assert await client.graphs()
