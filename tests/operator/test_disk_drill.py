"""The disk fills up while the bot works, the database is locked, or it is damaged: what the operator sees."""

from __future__ import annotations

import asyncio
import signal
import sqlite3
import time
from collections.abc import AsyncGenerator
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from benchmarks.loopback import LoopbackDiscord
from benchmarks.shown import is_unfinished
from bot.sandbox import Sandbox
from bot.sandbox.useapi import MidjourneyAccount
from tests.operator.disks import may_mount, running_on
from tests.processes import PATIENCE, ended, run, running

pytestmark = pytest.mark.drill

MANAGER = 1 << 5
KEY = "user:4711-diskdrill"
CHANNEL = "100000000000000001"
BRIEFLY = 2.0
"""Seconds that a job takes here."""


@pytest.fixture
async def discord() -> AsyncGenerator[LoopbackDiscord]:
    async with LoopbackDiscord() as made:
        yield made
        assert not made.unknown


@pytest.fixture
def settings(discord: LoopbackDiscord, sandbox: Sandbox) -> dict[str, str]:
    """Return settings of a bot that may make something with Midjourney."""
    sandbox.useapi.take(BRIEFLY)
    subscriber = sandbox.useapi.subscribe(KEY)
    subscriber.midjourney[CHANNEL] = MidjourneyAccount(CHANNEL, "100000000000000002", "token", 9)
    return {
        "DISCORD_TOKEN": discord.token,
        "DISCORD_API_URL": discord.api_url,
        "USEAPI_URL": sandbox.useapi.url,
        "MEDIA_HOSTS": urlsplit(sandbox.useapi.url).netloc,
        "SERVICES": "midjourney",
        "JOB_POLL_SECONDS": "0.3",
    }


async def connect(discord: LoopbackDiscord) -> None:
    form = await discord.slash("setup connect", {"service": "useapi"}, permissions=MANAGER)
    panel = await discord.submit(form, {"key": KEY})
    assert "The key works and is stored" in panel.text


async def until_shown(discord: LoopbackDiscord, count: int) -> None:
    """Wait until so many jobs are made and shown."""
    async with asyncio.timeout(PATIENCE):
        while _shown(discord) < count:  # noqa: ASYNC110 - the messages are another process's
            await asyncio.sleep(0.05)


def _shown(discord: LoopbackDiscord) -> int:
    return sum(
        bool(message.get("attachments")) and not is_unfinished(message) for message in discord.messages()
    )


@pytest.mark.parametrize("small", [True, False], ids=["a full disk", "a file that may not grow"])
async def test_when_the_disk_is_full_people_are_told_and_nothing_is_lost(
    small: bool, discord: LoopbackDiscord, sandbox: Sandbox, settings: dict[str, str], tmp_path: Path
) -> None:
    folder = tmp_path / "disk"
    folder.mkdir()
    if small and not may_mount(folder):
        pytest.skip("this machine lets nobody mount a file system")
    async with running_on(folder, small=small, settings=settings) as (process, disk):
        await discord.wait_ready(timeout=PATIENCE)
        await connect(discord)
        await discord.slash("midjourney imagine", {"prompt": "a harbour"}, until="first")
        async with asyncio.timeout(PATIENCE):
            # It is asked about once it is written down that it runs.
            while not sandbox.useapi.count("GET", "/v2/jobs/*"):  # noqa: ASYNC110 - the emulator tells nobody
                await asyncio.sleep(0.02)
        disk.fill()
        refused = await discord.slash("midjourney imagine", {"prompt": "a ferry"}, until="final")
        assert "This could not be done, because the disk of whoever runs this app" in refused.text
        looked = await discord.slash("midjourney jobs", until="final")
        assert "a harbour" in looked.text, "what needs no room goes on"
        await asyncio.sleep(BRIEFLY)
        assert len(sandbox.useapi.jobs) == 1, "what cannot be written down is not paid for"
        disk.free()
        await until_shown(discord, 1)
        await discord.slash("midjourney imagine", {"prompt": "a ferry"}, until="first")
        await until_shown(discord, 2)
        process.send_signal(signal.SIGTERM)
        end = await ended(process)
    troubles = [line for line in end.err.splitlines() if "the turn of the jobs" in line]
    assert 1 <= len(troubles) <= 8, "what stays so for a while does not fill the log as well"
    assert end.code == 0
    assert len(sandbox.useapi.jobs) == 2
    assert _shown(discord) == 2


async def test_while_another_process_locks_the_database_writers_wait_and_people_are_answered(
    discord: LoopbackDiscord, settings: dict[str, str], tmp_path: Path
) -> None:
    seconds = 10.0
    async with running(tmp_path, "run", settings=settings) as process:
        await discord.wait_ready(timeout=PATIENCE)
        await connect(discord)
        with closing(sqlite3.connect(tmp_path / "data" / "switchboard.db", isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            began = time.monotonic()
            form = await discord.slash("setup connect", {"service": "useapi"}, permissions=MANAGER)
            waiting = asyncio.create_task(discord.submit(form, {"key": KEY}, timeout=PATIENCE))
            looked = await discord.slash("setup status", permissions=MANAGER)
            assert "useapi" in looked.text, "what only reads does not wait"
            assert time.monotonic() - began < seconds / 2
            await asyncio.sleep(seconds - (time.monotonic() - began))
            assert not waiting.done()
            other.execute("ROLLBACK")
        assert "The key works" in (await waiting).text
        process.send_signal(signal.SIGTERM)
        assert (await ended(process)).code == 0


async def test_a_damaged_database_stops_the_start_with_one_sentence_and_a_backup_mends_it(
    discord: LoopbackDiscord, settings: dict[str, str], tmp_path: Path, migrated: Path
) -> None:
    file = tmp_path / "data" / "switchboard.db"
    file.parent.mkdir()
    file.write_bytes(b"\xaa" * 4096 + migrated.read_bytes()[4096:])
    for end in await asyncio.gather(*(run(tmp_path, command, **settings) for command in ("run", "check"))):
        assert (end.code, end.out) == (2, "")
        (line,) = end.err.splitlines()
        assert line.startswith("DATABASE_URL: the file is not an SQLite database, or damaged; ")
        assert line.endswith("`python -m bot restore FILE` puts a backup in its place")
    end = await run(tmp_path, "restore", str(migrated))
    assert (end.code, end.err) == (0, "")
    async with running(tmp_path, "run", settings=settings) as process:
        await discord.wait_ready(timeout=PATIENCE)
        assert process.returncode is None
