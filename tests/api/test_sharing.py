"""Workers count their calls together at a real Valkey or Redis, by its clock alone."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.api.limiter import Budget, Limiter
from bot.api.sharing import PREFIX, SharedCounts, Waits
from bot.crypto import Keyring, new_key
from tests.limits_server import NEEDS_ONE, LimitsServer, sharing
from tests.processes import PATIENCE

pytestmark = NEEDS_ONE

A_DAY = 86_400
CALM = Waits(answer=PATIENCE, turn=PATIENCE, look=PATIENCE)
"""What counts exactly counts on a machine that is busy too."""
DAILY = Budget(5, A_DAY)
NAME = f"{PREFIX}reads\x005/{A_DAY}\x00me"


@pytest.fixture
async def server(tmp_path: Path) -> AsyncGenerator[LimitsServer]:
    async with LimitsServer(tmp_path) as made:
        yield made


async def test_workers_together_keep_to_one_budget_exactly(server: LimitsServer) -> None:
    budgets = {"reads": Budget(50, A_DAY), "writes": Budget(1, A_DAY)}
    addresses = (server.url, server.url.replace("valkey", "redis"), f"unix://{server.socket}?db=1")
    async with sharing(*addresses, waits=CALM) as workers:
        limiters = [Limiter(budgets, shared=shared, workers=3) for shared in workers]
        asked = (each.wait("reads", "me", at_most=0) for each in limiters for _ in range(40))
        told = await asyncio.gather(*asked)
        assert told.count(None) == 50
        assert all(wait == pytest.approx(A_DAY, abs=60) for wait in told if wait is not None)
        for scope, caller in (("reads", "you"), ("writes", "me")):
            assert await limiters[0].wait(scope, caller, at_most=0) is None
        assert await limiters[1].wait("writes", "me", at_most=0) is not None
        assert await limiters[1].wait("of no budget", "me", at_most=0) is None


async def test_more_calls_at_once_than_may_ask_at_a_time_are_all_counted(server: LimitsServer) -> None:
    async with sharing(server.url, waits=CALM) as [shared]:
        told = await asyncio.gather(*(shared.take(Budget(300, A_DAY), "reads", "me") for _ in range(400)))
    assert (told.count(0.0), told.count(None)) == (300, 0)


async def test_a_call_waits_until_the_oldest_has_left_the_window(server: LimitsServer) -> None:
    async with sharing(server.url, waits=CALM) as [shared]:
        assert [await shared.take(DAILY, "reads", "me") for _ in range(5)] == [0.0] * 5
        oldest = int(await server.says("LINDEX", NAME, "-1"))
        await server.says("LSET", NAME, "-1", str(oldest - (A_DAY - 60) * 1_000_000))
        assert await shared.take(DAILY, "reads", "me") == pytest.approx(60, abs=20)
        await server.says("LSET", NAME, "-1", str(oldest - A_DAY * 1_000_000))
        assert await shared.take(DAILY, "reads", "me") == 0.0
        assert await shared.take(DAILY, "reads", "me") == pytest.approx(A_DAY, abs=60)
        assert int(await server.says("LLEN", NAME)) == 5
        assert A_DAY - 60 < int(await server.says("TTL", NAME)) <= A_DAY + 1


async def test_what_another_put_there_or_a_clock_that_was_set_back_holds_nobody_up(
    server: LimitsServer,
) -> None:
    async with sharing(server.url, waits=CALM) as [shared]:
        await server.says("SET", NAME, "something else")
        assert [await shared.take(DAILY, "reads", "me") for _ in range(5)] == [0.0] * 5
        newest = int(await server.says("LINDEX", NAME, "0"))
        await server.says("LSET", NAME, "0", str(newest + 3 * A_DAY * 1_000_000))
        assert await shared.take(DAILY, "reads", "me") == 0.0
        assert int(await server.says("LLEN", NAME)) == 1


async def test_who_reads_there_learns_nothing_and_whoever_has_the_key_finds_the_same_names(
    server: LimitsServer,
) -> None:
    key = new_key()
    url = SecretStr(server.url)
    told: list[float | None] = []
    for ring in (key, key, new_key()):
        shared = SharedCounts(url, Keyring.from_text(ring).alias, waits=CALM)
        told.append(await shared.take(Budget(1, A_DAY), "reads", "0123456789abcdef"))
        await shared.close()
    assert (told[0], told[2]) == (0.0, 0.0)
    assert told[1] == pytest.approx(A_DAY, abs=60)
    names = await server.says("KEYS", "*")
    assert len(names) == 2
    assert all(len(name) == len(PREFIX) + 32 and name.startswith(PREFIX) for name in names)
    assert not [word for name in names for word in ("reads", "0123456789abcdef") if word in name]


async def test_a_server_that_forgot_the_script_is_told_it_again(server: LimitsServer) -> None:
    async with sharing(server.url, waits=CALM) as [shared]:
        assert await shared.take(DAILY, "reads", "me") == 0.0
        await server.says("SCRIPT", "FLUSH")
        assert await shared.take(DAILY, "reads", "me") == 0.0
