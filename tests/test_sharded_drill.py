"""``python -m bot run`` as several processes with some of the shards each, on one PostgreSQL."""

from __future__ import annotations

import asyncio
import signal
from collections import Counter, defaultdict
from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path

import pytest
from sqlalchemy import select

from benchmarks.loopback import LoopbackDiscord
from bot.crypto import new_key
from bot.sandbox import Sandbox
from bot.storage.database import Database
from bot.storage.schema import NOWHERE, guilds
from tests.postgresql import MISSING, PostgreSQL, find_programs, served
from tests.processes import PATIENCE, ended, run, running

pytestmark = pytest.mark.drill

BETWEEN = 5.0
"""Seconds that Discord wants between two shards of a bucket."""


def settings_of(server: PostgreSQL, discord: LoopbackDiscord, sandbox: Sandbox) -> dict[str, str]:
    return {
        "DATABASE_URL": server.url,
        "ENCRYPTION_KEYS": new_key(),
        "DISCORD_TOKEN": discord.token,
        "DISCORD_API_URL": discord.api_url,
        "USEAPI_URL": sandbox.useapi.url,
        "PIXELA_URL": sandbox.pixela.url,
        "PLURALKIT_URL": sandbox.pluralkit.url,
        "SHARD_COUNT": "4",
    }


async def left(server: PostgreSQL) -> Mapping[int, bool]:
    """Return which servers have a row, and whether they are marked as left."""
    database = await Database.open(server.url)
    query = select(guilds.c.guild_id, guilds.c.left_at).where(guilds.c.guild_id != NOWHERE)
    try:
        async with database.reading() as connection:
            return {guild_id: at is not None for guild_id, at in await connection.execute(query)}
    finally:
        await database.close()


async def until_left(server: PostgreSQL, wanted: Mapping[int, bool]) -> None:
    """Wait until the rows of the servers are as wanted."""
    async with asyncio.timeout(PATIENCE):
        while await left(server) != wanted:  # noqa: ASYNC110 - the database tells nobody
            await asyncio.sleep(0.2)


def check_starts(discord: LoopbackDiscord) -> None:
    """No bucket was asked for two sessions too soon, by Discord's own clock."""
    starts = discord.world.starts
    buckets: dict[int, list[float]] = defaultdict(list)
    for at, shard in starts.taken:
        buckets[shard % starts.max_concurrency].append(at)
    waits = [after - before for times in buckets.values() for before, after in pairwise(times)]
    assert starts.hasty == 0
    assert min(waits) > BETWEEN, waits


async def test_two_processes_share_the_shards_wait_for_each_other_and_are_replaced_one_by_one(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    programs = find_programs()
    if programs is None:
        pytest.skip(MISSING)
    with served(programs) as server:
        async with LoopbackDiscord(guilds=8, shards=4) as discord:
            starts = discord.world.starts
            starts.seconds, starts.max_concurrency = BETWEEN, 2
            settings = settings_of(server, discord, sandbox)
            low, high = settings | {"SHARD_IDS": "0-1"}, settings | {"SHARD_IDS": "2-3"}
            async with (
                running(tmp_path, "run", settings=high) as other,
                running(tmp_path, "run", settings=low) as killed,
            ):
                await discord.wait_ready(4, PATIENCE)
                check_starts(discord)
                assert Counter(shard for _, shard in starts.taken) == dict.fromkeys(range(4), 1)
                await until_left(server, dict.fromkeys(discord.guild_ids, False))
                await resumed_at_once(discord)
                gone, *stay = discord.guild_ids
                killed.kill()
                await killed.wait()
                del discord.world.guilds[gone]
                async with running(tmp_path, "run", settings=low) as before:
                    await discord.wait_ready(4, PATIENCE)
                    await until_left(server, {gone: True} | dict.fromkeys(stay, False))
                    async with running(tmp_path, "run", settings=low):
                        await discord.gateway.wait(lambda gateway: len(gateway.live()) == 6, PATIENCE)
                        await answered_once(discord)
                        await discord.guild_create(gone)
                        await until_left(server, dict.fromkeys(discord.guild_ids, False))
                        before.send_signal(signal.SIGTERM)
                        assert (await ended(before)).code == 0
                        await answered_once(discord)
                        check_starts(discord)
                        starts.remaining = 1
                        refused = await run(tmp_path, "run", **settings | {"SHARD_IDS": "0-1"})
                        assert refused.code == 2
                        assert (
                            "DISCORD_TOKEN: Discord lets this app start 1 more gateway session" in refused.err
                        )
                        assert "Traceback" not in refused.err
                        other.send_signal(signal.SIGTERM)
                        assert "Traceback" not in (await ended(other)).err


async def resumed_at_once(discord: LoopbackDiscord) -> None:
    """Break every connection; sessions go on without waiting for each other, and none is started anew."""
    before = len(discord.world.starts.taken)
    await discord.gateway.drop(4000)
    await discord.gateway.wait(lambda gateway: sum(each.resumes for each in gateway.live()) == 4, BETWEEN - 1)
    assert len(discord.world.starts.taken) == before


async def answered_once(discord: LoopbackDiscord) -> None:
    """Ask in a server of each shard; whoever else has the shard does no harm."""
    for guild_id in discord.guild_ids[-4:]:
        about = await discord.slash("about", guild_id=guild_id)
        assert "of 4" in about.text
        assert "**Servers** about" in about.text
