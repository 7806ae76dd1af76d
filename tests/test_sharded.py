"""The real bot with some of the app's shards, and without a gateway, on a loopback Discord."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress

import discord
import discord.gateway
import discord.http
import pytest

from benchmarks.faults import Fault
from benchmarks.loopback import LoopbackDiscord
from bot.app import App
from bot.errors import StartupError
from bot.settings import Settings
from cogs._roll_call import Roll
from cogs.residence import Residence
from tests.databases import Outside
from tests.stage import make_app

LONG_AGO = 1_000
MARKED = "SELECT guild_id FROM guilds WHERE left_at IS NOT NULL ORDER BY 1"
LATELY = "SELECT guild_id FROM guilds WHERE left_at > 1000"
KNOWN = "SELECT guild_id FROM guilds WHERE guild_id > 0 ORDER BY 1"


@pytest.fixture
async def loopback() -> AsyncGenerator[LoopbackDiscord]:
    """Give a Discord on a port of its own, with eight servers."""
    route, gateway = discord.http.Route, discord.gateway.DiscordWebSocket
    before = route.BASE, gateway.DEFAULT_GATEWAY
    async with LoopbackDiscord(guilds=8, shards=4) as server:
        server.world.starts.max_concurrency = 4
        yield server
        assert not server.unknown
    # The app set them when it logged in.
    route.BASE, gateway.DEFAULT_GATEWAY = before


def at_home(settings: Settings, server: LoopbackDiscord, **more: object) -> App:
    """Return the bot, which knows no other Discord."""
    return make_app(settings.model_copy(update={"discord_api_url": server.api_url, **more}))


@asynccontextmanager
async def running(app: App, server: LoopbackDiscord) -> AsyncGenerator[None]:
    """Have the bot connected meanwhile."""
    task = asyncio.create_task(app.start(server.token))
    try:
        await server.wait_ready(len(app.settings.shard_ids or ()))
        await app.wait_until_ready()
        yield
    finally:
        await app.close()
        with suppress(asyncio.CancelledError):
            await task


def join(outside: Outside, *servers: int, left_at: int | None = None) -> None:
    """Have servers known from long ago."""
    for guild_id in servers:
        outside.execute(
            "INSERT INTO guilds (guild_id, joined_at, left_at) VALUES (?, ?, ?)", guild_id, LONG_AGO, left_at
        )


async def test_a_process_judges_servers_of_its_own_shards_alone(
    settings: Settings, loopback: LoopbackDiscord, outside: Outside
) -> None:
    here, gone_here, gone_there = loopback.guild_ids[0], *(each + 5 for each in loopback.guild_ids[1:3])
    late_here, late_there = (each + 7 for each in loopback.guild_ids[1:3])
    join(outside, here, gone_here, gone_there)
    join(outside, late_here, late_there, left_at=LONG_AGO)
    app = at_home(settings, loopback, shard_count=4, shard_ids=(0, 1))
    async with running(app, loopback):
        assert sorted(session["shard"][0] for session in loopback.state()["sessions"]) == [0, 1]
        async with asyncio.timeout(5):
            while outside.execute(LATELY) != [(gone_here,)]:  # noqa: ASYNC110 - the database tells nobody
                await asyncio.sleep(0.01)
        residence = app.get_cog("Residence")
        assert isinstance(residence, Residence)
        await residence.purge()
        known = {guild_id for (guild_id,) in outside.execute(KNOWN)}
        assert late_here not in known
        assert {here, gone_here, gone_there, late_there} <= known
        assert not {*loopback.guild_ids[2:4], *loopback.guild_ids[6:]} & known
        about = await loopback.slash("about", guild_id=here)
        assert "**Shard** 1 of 4" in about.text
        assert "**Servers** about 8" in about.text


async def test_too_few_session_starts_end_the_start_before_any_is_used(
    settings: Settings, loopback: LoopbackDiscord
) -> None:
    loopback.world.starts.remaining = 3
    app = at_home(settings, loopback)
    async with app:
        with pytest.raises(StartupError, match=r"start 3 more gateway sessions until .*, and 4 are needed"):
            await app.start(loopback.token)
    assert loopback.world.starts.taken == []


async def test_a_number_of_shards_that_discord_refuses_is_told_in_a_sentence(
    settings: Settings, loopback: LoopbackDiscord
) -> None:
    loopback.world.starts.multiple = 16
    app = at_home(settings, loopback, shard_count=1)
    async with app:
        with pytest.raises(StartupError, match="SHARD_COUNT: is refused by Discord"):
            await app.start(loopback.token)


@asynccontextmanager
async def called(app: App, server: LoopbackDiscord) -> AsyncGenerator[Roll]:
    """Give what compares the servers of a bot without a gateway, before it does so by itself."""
    app.by_http = True
    async with app:
        await app.login(server.token)
        residence = app.get_cog("Residence")
        assert isinstance(residence, Residence)
        assert residence.roll is not None
        residence.roll.loop.cancel()
        yield Roll(app, soon=None, most=5)


async def test_without_a_gateway_servers_that_are_left_or_back_are_found_in_discords_list(
    settings: Settings, loopback: LoopbackDiscord, outside: Outside
) -> None:
    back, here, *_ = loopback.guild_ids
    gone, unknown = (each + 5 for each in loopback.guild_ids[:2])
    join(outside, here, gone)
    join(outside, back, left_at=LONG_AGO)
    outside.execute("INSERT INTO guilds (guild_id) VALUES (?)", unknown)
    async with called(at_home(settings, loopback), loopback) as roll:
        for status in (400, 403):  # the latter as one that refuses everything of ours, not this server alone
            loopback.faults.append(Fault("status", path="/guilds/*", status=status, times=-1))
            assert 600 <= await roll.turn() <= 1200
            assert outside.execute(MARKED) == []  # what is listed is there, also where the rest is not known
            loopback.faults.clear()
        assert await roll.turn() > 6 * 3600
        assert outside.execute(MARKED) == [(gone,)]
        lists = [call.query for call in loopback.requests if call.path == "/users/@me/guilds"]
        assert [query["limit"] for query in lists] == ["200"] * len(lists)
        assert lists[-1]["after"] == str(loopback.guild_ids[-1])
        assert 0 < await roll.turn() <= 6 * 3600 + 1200
        assert len(lists) == len([call for call in loopback.requests if call.path == "/users/@me/guilds"])


async def test_servers_that_a_list_leaves_out_are_asked_for_by_themselves_some_after_each_list(
    settings: Settings, loopback: LoopbackDiscord, outside: Outside
) -> None:
    many = [loopback.guild_ids[-1] + number for number in range(1, 8)]
    join(outside, *many)
    loopback.world.unlisted.update(many)
    loopback.world.guilds.update(dict.fromkeys(many))
    async with called(at_home(settings, loopback), loopback) as roll:
        for marked in (0, 5, 7):
            await roll.turn()
            assert len(outside.execute(MARKED)) == marked
            for guild_id in many:
                loopback.world.guilds.pop(guild_id, None)
            outside.execute("DELETE FROM facts WHERE name = 'servers listed'")
