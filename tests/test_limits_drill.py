"""Real workers that count their calls at a real Valkey or Redis, whatever their clocks show."""

from __future__ import annotations

import asyncio
import json
import signal
import sys
from collections.abc import AsyncGenerator
from pathlib import Path

import aiohttp
import pytest

from benchmarks.loopback import LoopbackDiscord
from bot.sandbox import Sandbox
from tests.api.desk import closed_port
from tests.limits_server import NEEDS_ONE, LimitsServer
from tests.processes import PATIENCE, ended, environment
from tests.served import serving
from tests.wrong_clock import WrongClock

pytestmark = [pytest.mark.drill, NEEDS_ONE]

PASSWORD = "hunter2-of-the-limits"
CALLS, SECONDS = 20, 3.0
WORKER = f"""
import asyncio, json, sys, time
from pydantic import SecretStr
from bot.api.limiter import Budget, Limiter
from bot.api.sharing import SharedCounts

async def work():
    shared = SharedCounts(SecretStr(sys.argv[1]), str)
    assert await shared.look() is None
    limiter = Limiter({{"reads": Budget({CALLS})}}, shared=shared, workers=3)
    print("ready", flush=True)
    sys.stdin.readline()
    went, ends = [], time.monotonic() + {SECONDS}
    while time.monotonic() < ends:
        if await limiter.wait("reads", "me", at_most=1.5) is None:
            went.append(time.monotonic())
    await shared.close()
    print(json.dumps(went))

asyncio.run(work())
"""


@pytest.fixture
async def server(tmp_path: Path) -> AsyncGenerator[LimitsServer]:
    async with LimitsServer(tmp_path, password=PASSWORD) as made:
        yield made


async def test_three_workers_whose_clocks_differ_keep_to_one_budget_in_every_window(
    server: LimitsServer, tmp_path: Path
) -> None:
    workers: list[asyncio.subprocess.Process] = []
    for number, ahead in enumerate((0, 1, -3600)):
        folder = tmp_path / str(number)
        folder.mkdir()
        clock = WrongClock(folder)
        clock.set(ahead)
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-c", WORKER, server.url),
            env=environment(folder, **clock.settings),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
        )
        workers.append(process)
    async with asyncio.timeout(PATIENCE):
        for process in workers:
            assert process.stdout is not None
            assert await process.stdout.readline() == b"ready\n"
        said = await asyncio.gather(*(process.communicate(b"\n") for process in workers))
    went = sorted(moment for out, _ in said for moment in json.loads(out))
    # When it was counted is known to a fraction of a second only, since the worker hears of it later.
    assert all(later - earlier > 0.8 for earlier, later in zip(went, went[CALLS:], strict=False))
    assert CALLS * (SECONDS - 1) <= len(went) <= CALLS * (SECONDS + 1)


async def test_a_worker_answers_whether_the_server_is_there_or_not(
    server: LimitsServer, tmp_path: Path
) -> None:
    health = closed_port()
    settings = {"RATE_LIMIT_URL": server.url, "WORKERS": "3", "HEALTH_PORT": str(health)}

    async with Sandbox() as sandbox, LoopbackDiscord(guilds=1) as discord, aiohttp.ClientSession() as session:
        seeds = sandbox.seed()

        async def looks_up() -> None:
            card = await discord.slash("pluralkit system", {"ref": seeds.pluralkit_system})
            assert "Harbour Lights" in card.text

        async def becomes(detail: str, *, ok: bool) -> None:
            """Wait until health tells this, with the worker being ready all the time."""
            found: object = None
            async with asyncio.timeout(PATIENCE):
                while found != {"ok": ok, "detail": detail}:
                    async with session.get(f"http://127.0.0.1:{health}/readyz") as answer:
                        assert answer.status == 200
                        found = (await answer.json())["parts"]["shared limits"]

        async with serving(discord, sandbox, tmp_path, settings) as process:
            await looks_up()
            names = await server.says("KEYS", "*")
            assert len(names) >= 2
            assert not [name for name in names if "pluralkit" in name]
            await becomes("calls are counted together", ok=True)
            await server.stop()
            await looks_up()
            away = "the server cannot be reached (Connection refused); each worker keeps to its own share"
            await becomes(away, ok=False)
            await server.start()
            await becomes("calls are counted together", ok=True)
            await looks_up()
            assert len(await server.says("KEYS", "*")) >= 2
            process.send_signal(signal.SIGTERM)
            end = await ended(process)
    assert end.code == 0
    assert end.err.count("are not counted together") == end.err.count("are counted together again") == 1
    assert PASSWORD not in end.err
    assert "Traceback" not in end.err
