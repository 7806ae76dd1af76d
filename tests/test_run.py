"""``python -m bot run`` and ``sync`` as real processes, on a loopback Discord."""

from __future__ import annotations

import asyncio
import signal
import sqlite3
from collections.abc import AsyncGenerator
from contextlib import closing
from pathlib import Path

import pytest

from benchmarks.loopback import LoopbackDiscord
from bot.sandbox import Sandbox
from bot.sandbox.upstream import Trouble
from tests.processes import PATIENCE, ended, run, running

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


async def test_the_bot_connects_answers_and_stops_when_asked(
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
        process.send_signal(signal.SIGTERM)
        end = await ended(process)
    assert end.code == 0
    assert "stopped as asked" in end.err
    assert seeds.useapi_key not in end.err
    assert discord.token not in end.err


async def test_a_stop_waits_for_what_somebody_was_promised(
    discord: LoopbackDiscord, sandbox: Sandbox, tmp_path: Path
) -> None:
    sandbox.pixela.fail(Trouble.SLOW, method="POST", path="/v1/users", seconds=0.4)
    async with running(tmp_path, "run", settings=settings_for(discord, sandbox)) as process:
        await discord.wait_ready(timeout=PATIENCE)
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
