"""``python -m bot run`` and ``sync`` as real processes, on a loopback Discord."""

from __future__ import annotations

import asyncio
import json
import signal
import sqlite3
import sys
import time
from collections.abc import AsyncGenerator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from benchmarks.loopback import LoopbackDiscord
from bot.answering import CUT_OFF, STOPPING
from bot.sandbox import Sandbox
from bot.sandbox.upstream import Trouble
from tests.api.desk import closed_port
from tests.processes import PATIENCE, ROOT, ended, run, running

MANAGER = 1 << 5


@pytest.fixture
async def discord() -> AsyncGenerator[LoopbackDiscord]:
    async with LoopbackDiscord(guilds=2) as made:
        yield made
        assert not made.unknown


def settings_for(discord: LoopbackDiscord, sandbox: Sandbox) -> dict[str, str]:
    return {
        "DISCORD_TOKEN": discord.token,
        "DISCORD_API_URL": discord.api_url,
        "USEAPI_URL": sandbox.useapi.url,
        "PIXELA_URL": sandbox.pixela.url,
        "PLURALKIT_URL": sandbox.pluralkit.url,
    }


async def test_the_bot_connects_answers_and_a_stop_waits_for_what_somebody_was_promised(
    discord: LoopbackDiscord, sandbox: Sandbox, tmp_path: Path
) -> None:
    seeds = sandbox.seed()
    async with running(tmp_path, "run", settings=settings_for(discord, sandbox)) as process:
        await discord.wait_ready(timeout=PATIENCE)
        assert discord.state()["sessions"][0]["intents"] == 1
        form = await discord.slash(
            "setup connect", {"service": "useapi"}, permissions=MANAGER, guild_id=discord.guild_ids[0]
        )
        panel = await discord.submit(form, {"key": seeds.useapi_key})
        assert "The key works and is stored" in panel.text
        elsewhere = await discord.slash("setup status", permissions=MANAGER, guild_id=discord.guild_ids[1])
        assert "Not connected" in elsewhere.text
        looked = await discord.slash("pluralkit system", {"ref": seeds.pluralkit_system}, until="final")
        assert "Harbour Lights" in looked.text
        sandbox.pixela.fail(Trouble.SLOW, method="POST", path="/v1/users", seconds=0.4)
        form = await discord.slash("pixela user create", {"username": "ada-2"})
        said = asyncio.create_task(discord.submit(form, {"agree_terms": True, "not_minor": True}))
        async with asyncio.timeout(PATIENCE):
            while not sandbox.pixela.requests:  # noqa: ASYNC110 - the emulator counts, and tells nobody
                await asyncio.sleep(0.01)
        process.send_signal(signal.SIGTERM)
        assert "Your token" in (await said).text
        end = await ended(process)
    assert end.code == 0
    assert "ada-2" in sandbox.pixela.users
    assert "stopped as asked" in end.err
    assert seeds.useapi_key not in end.err
    assert discord.token not in end.err


@pytest.mark.drill
async def test_a_stop_finishes_or_tells_whoever_waits_within_ten_seconds(
    discord: LoopbackDiscord, sandbox: Sandbox, tmp_path: Path
) -> None:
    seeds = sandbox.seed()
    asked = {"ref": seeds.pluralkit_system}
    async with running(tmp_path, "run", settings=settings_for(discord, sandbox)) as process:
        await discord.wait_ready(timeout=PATIENCE)
        form = await discord.slash("pixela user create", {"username": "ada-2"})
        sandbox.pixela.fail(Trouble.SLOW, method="POST", path="/v1/users", seconds=2)
        sandbox.pluralkit.fail(Trouble.SLOW, times=None, seconds=60)
        finished = await discord.submit(form, {"agree_terms": True, "not_minor": True}, until="first")
        cut_off = await discord.slash("pluralkit system", asked, until="first")
        began = time.monotonic()
        process.send_signal(signal.SIGTERM)
        late = await discord.slash("about")
        while STOPPING not in late.text:
            late = await discord.slash("about")
        end = await ended(process)
    assert time.monotonic() - began < 10
    assert end.code == 0
    assert "Your token" in finished.text
    assert CUT_OFF in cut_off.text
    assert "command pluralkit system: cut off in" in end.err
    assert "Traceback" not in end.err


@pytest.mark.drill
async def test_a_stop_does_not_wait_for_a_discord_that_says_nothing_any_more(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    port = closed_port()
    silent = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "benchmarks.loopback"), cwd=ROOT, stdout=asyncio.subprocess.PIPE
    )
    try:
        assert silent.stdout is not None
        hello = json.loads(await silent.stdout.readline())
        settings = {
            "DISCORD_TOKEN": hello["token"],
            "DISCORD_API_URL": hello["api_url"],
            "PLURALKIT_URL": sandbox.pluralkit.url,
            "HEALTH_PORT": str(port),
        }
        async with running(tmp_path, "run", settings=settings) as process:
            async with aiohttp.ClientSession(f"http://127.0.0.1:{port}") as session:
                await told(session, ready=True)
            silent.send_signal(signal.SIGSTOP)
            began = time.monotonic()
            process.send_signal(signal.SIGTERM)
            assert (await ended(process)).code == 0
            assert time.monotonic() - began < 10
    finally:
        silent.kill()
        await silent.wait()


@pytest.mark.drill
async def test_a_running_bot_tells_how_it_is_and_what_it_did(
    discord: LoopbackDiscord, sandbox: Sandbox, tmp_path: Path
) -> None:
    seeds, port = sandbox.seed(), closed_port()
    health = {"HEALTH_PORT": str(port)}
    settings = settings_for(discord, sandbox) | health
    before = await run(tmp_path, "health", **health)
    assert (before.code, before.out) == (
        1,
        f"no answer from port {port} of 127.0.0.1 (ConnectionRefusedError)\n",
    )
    async with (
        running(tmp_path, "run", settings=settings | {"HEALTH_HOST": "0.0.0.0"}) as process,  # noqa: S104
        aiohttp.ClientSession(f"http://127.0.0.1:{port}") as session,
    ):
        await discord.wait_ready(timeout=PATIENCE)
        parts = await told(session, ready=True)
        assert {"gateway", "loop of jobs", "loop of reminders", "loop of purge", "database"} <= {*parts}
        assert parts["gateway"]["detail"] == "1 of 1 shards connected"
        await discord.slash("pluralkit system", {"ref": seeds.pluralkit_system})
        async with asyncio.timeout(PATIENCE), session.get("/metrics") as answer:
            metrics = await answer.text()
        name = 'command="pluralkit",kind="command"'
        assert f"switchboard_interaction_seconds_count{{{name}}} 1.0" in metrics
        assert f"switchboard_interaction_first_answer_seconds_count{{{name}}} 1.0" in metrics
        assert 'switchboard_upstream_calls_total{service="pluralkit",status="200"}' in metrics
        assert (await run(tmp_path, "health", **health)).code == 0
        beside = tmp_path / "beside"
        beside.mkdir()
        second = await run(beside, "run", **settings)
        assert second.code == 2
        assert second.err.splitlines()[-1].startswith(
            f"HEALTH_PORT: cannot listen on port {port} of 127.0.0.1"
        )
        await discord.close()
        parts = await told(session, ready=False)
        assert [name for name, part in parts.items() if not part["ok"]] == ["gateway"]
        assert (await run(tmp_path, "health", "--alive", **health)).out == "alive\n"
        process.send_signal(signal.SIGTERM)
        assert (await ended(process)).code == 0


async def told(session: aiohttp.ClientSession, *, ready: bool) -> dict[str, Any]:
    """Wait until a bot is ready, or is not; return how its parts are."""
    async with asyncio.timeout(PATIENCE):
        while True:
            with suppress(aiohttp.ClientConnectionError):  # it may not listen yet
                async with session.get("/readyz") as answer:
                    found = await answer.json()
                    if answer.status == (200 if ready else 503):
                        assert found["ready"] is ready
                        return found["parts"]
            await asyncio.sleep(0.2)


@pytest.mark.drill
async def test_a_stop_during_the_start_is_a_stop(
    discord: LoopbackDiscord, sandbox: Sandbox, tmp_path: Path
) -> None:
    settings = settings_for(discord, sandbox)
    await run(tmp_path, "sync", **settings)
    file = tmp_path / "data" / "switchboard.db"
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("DELETE FROM facts")
        other.execute("BEGIN IMMEDIATE")
        async with running(tmp_path, "run", settings=settings) as process:
            files = Path(f"/proc/{process.pid}/fd")
            async with asyncio.timeout(PATIENCE):
                while file not in {each.resolve() for each in files.iterdir()}:  # noqa: ASYNC110 - likewise
                    await asyncio.sleep(0.01)
            process.send_signal(signal.SIGTERM)
            other.execute("ROLLBACK")
            assert (await ended(process)).code == 0


@pytest.mark.drill
async def test_commands_are_told_to_discord_once_and_again_when_they_change(
    discord: LoopbackDiscord, sandbox: Sandbox, tmp_path: Path
) -> None:
    settings = settings_for(discord, sandbox)
    for services in ("pluralkit", "pluralkit", "pluralkit,pixela"):
        async with running(tmp_path, "run", settings=settings | {"SERVICES": services}) as process:
            await discord.wait_ready(timeout=PATIENCE)
            process.send_signal(signal.SIGINT)
            assert (await ended(process)).code == 0
    told = [call for call in discord.requests if call.method == "PUT"]
    assert len(told) == 2


@pytest.mark.drill
async def test_sync_tells_discord_the_commands_and_exits(
    discord: LoopbackDiscord, sandbox: Sandbox, tmp_path: Path
) -> None:
    for _ in range(2):
        end = await run(tmp_path, "sync", **settings_for(discord, sandbox))
        assert (end.code, end.out) == (0, "the commands are synced\n")
    assert len([call for call in discord.requests if call.method == "PUT"]) == 2


@pytest.mark.drill
async def test_a_refused_token_stops_the_start_with_one_line(
    discord: LoopbackDiscord, sandbox: Sandbox, tmp_path: Path
) -> None:
    wrong = "MTIzNDU2Nzg5MDEyMzQ1Njc4.wrong1.abcdefghijklmnopqrstuvwxyz012"
    end = await run(tmp_path, "run", **settings_for(discord, sandbox) | {"DISCORD_TOKEN": wrong})
    assert end.code == 2
    assert end.err.splitlines()[-1].startswith("DISCORD_TOKEN: was refused")
    assert "Traceback" not in end.err
    assert wrong not in end.err


@pytest.mark.drill
async def test_a_start_without_a_database_makes_one_that_only_its_owner_reads(
    discord: LoopbackDiscord, sandbox: Sandbox, tmp_path: Path
) -> None:
    await run(tmp_path, "sync", **settings_for(discord, sandbox))
    files = sorted(path for path in (tmp_path / "data").iterdir() if path.suffix in {".db", ".key"})
    assert [path.name for path in files] == ["switchboard.db", "switchboard.db.key"]
    assert [path.stat().st_mode & 0o777 for path in files] == [0o600, 0o600]


@pytest.mark.drill
async def test_a_form_that_is_sent_the_moment_it_shows_is_known(
    discord: LoopbackDiscord, sandbox: Sandbox, tmp_path: Path
) -> None:
    async with running(tmp_path, "run", settings=settings_for(discord, sandbox)) as process:
        await discord.wait_ready(timeout=PATIENCE)

        async def link(number: int) -> str:
            form = await discord.slash("pixela user link", {"username": f"nobody-{number}"})
            return (await discord.submit(form, {"token": "no such token"})).text

        said = await asyncio.gather(*(link(number) for number in range(60)))
        assert not [text for text in said if "expired" in text]
        process.send_signal(signal.SIGTERM)
        assert (await ended(process)).code == 0
