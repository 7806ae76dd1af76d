"""Backups taken under load, a restore that is killed, and two processes on one file, as real processes."""

from __future__ import annotations

import asyncio
import logging
import shutil
import sqlite3
import sys
import time
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager, closing
from pathlib import Path

import pytest

from benchmarks.loopback import LoopbackDiscord
from tests.processes import PATIENCE, ROOT, ended, environment, run, running

pytestmark = pytest.mark.drill

_log = logging.getLogger(__name__)

WRITERS = ("1", "2")
KILLS = 5
OLD, NEW = 8_000_000, 9_000_000
"""Sizes by which two databases are told apart."""
_RESTORE = """
import time
from pathlib import Path
from bot.operator.copies import restore
from bot.settings import Settings
print("begins", flush=True)
restore(Settings.load(), Path("backup.db"), time.time())
"""
"""As the command does, once everything is imported."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "data").mkdir()
    return tmp_path


@pytest.fixture
def file(folder: Path, migrated: Path) -> Path:
    """Return the database that the command line uses in ``folder``."""
    place = folder / "data" / "switchboard.db"
    shutil.copy(migrated, place)
    return place


@asynccontextmanager
async def writing(file: Path) -> AsyncGenerator[Sequence[asyncio.subprocess.Process]]:
    """Have processes write without end."""
    processes = [
        await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "tests.operator.writer", f"sqlite+aiosqlite:///{file}", name),
            cwd=ROOT,
            env=environment(file.parent),
            stdout=asyncio.subprocess.PIPE,
        )
        for name in WRITERS
    ]
    try:
        yield processes
    finally:
        for process in processes:
            process.kill()
            await process.communicate()


async def count(process: asyncio.subprocess.Process, least: int) -> None:
    """Wait until a process did so many writes more."""
    assert process.stdout is not None
    async with asyncio.timeout(PATIENCE):
        for _ in range(least):
            await process.stdout.readline()


def written(file: Path) -> int:
    """Return how many writes a copy holds, having seen that each is there as a whole."""
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        counts = dict(connection.execute("SELECT name, length(value) FROM facts WHERE name <> 'canary'"))
        (rows,) = connection.execute("SELECT count(*) FROM guilds WHERE guild_id > 0").fetchone()
        (belonging,) = connection.execute("SELECT count(*) FROM remix_modes").fetchone()
    assert [counts[f"{name} one"] for name in WRITERS] == [counts[f"{name} two"] for name in WRITERS]
    assert rows == belonging == sum(counts[f"{name} one"] for name in WRITERS)
    return rows


async def test_a_backup_taken_during_writes_opens_elsewhere_and_is_of_one_moment(
    folder: Path, file: Path
) -> None:
    found: list[int] = []
    async with writing(file) as processes:
        await asyncio.gather(*(count(process, 20) for process in processes))
        began = time.monotonic()
        for number in range(2):
            end = await run(folder, "backup", f"{number}.db")
            assert (end.code, end.err) == (0, "")
            found.append(written(folder / f"{number}.db"))
        _log.info("%.0f writes a second", found[-1] / (time.monotonic() - began))
        end = await run(folder, "export", "all.jsonl")
        assert (end.code, end.err) == (0, "")
    assert found == sorted(found)
    assert len({*found}) == len(found), "it was written all the time"
    places = [folder / "restored", folder / "imported"]
    for place in places:
        place.mkdir()
    ends = await asyncio.gather(
        run(places[0], "restore", str(folder / "1.db")), run(places[1], "import", str(folder / "all.jsonl"))
    )
    assert [(end.code, end.err) for end in ends] == [(0, "")] * 2
    restored, imported = (written(place / "data" / "switchboard.db") for place in places)
    assert restored == found[-1] < imported


async def test_a_restore_that_is_killed_leaves_the_old_database_or_the_new_one(
    folder: Path, file: Path
) -> None:
    for name, size in (("old.db", OLD), ("backup.db", NEW)):
        shutil.copy(file, folder / name)
        with closing(sqlite3.connect(folder / name)) as connection, connection:
            connection.execute("INSERT INTO facts VALUES ('which', zeroblob(?))", (size,))
    seconds = await restore(folder, kill_after=None)
    found = set[int]()
    for number in range(KILLS):
        shutil.copy(folder / "old.db", file)
        await restore(folder, kill_after=seconds * (number + 0.5) / KILLS)
        with closing(sqlite3.connect(file)) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            (size,) = connection.execute("SELECT length(value) FROM facts WHERE name = 'which'").fetchone()
        found.add(size)
        for kept in file.parent.glob("*.replaced-*"):
            kept.unlink()
    assert found <= {OLD, NEW}
    await restore(folder, kill_after=None)  # what a killed one left is in nobody's way


async def restore(folder: Path, *, kill_after: float | None) -> float:
    """Restore the backup, killed so many seconds after it began; return how many it took."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", _RESTORE),
        cwd=folder,
        env=environment(folder),
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    await process.stdout.readline()
    began = time.monotonic()
    try:
        async with asyncio.timeout(kill_after):
            await process.wait()
    except TimeoutError:
        process.kill()
    else:
        assert process.returncode == 0
    await process.communicate()
    return time.monotonic() - began


async def test_a_second_bot_on_one_file_is_refused_until_the_first_is_gone(folder: Path) -> None:
    async with LoopbackDiscord() as discord:
        settings = {
            "DISCORD_TOKEN": discord.token,
            "DISCORD_API_URL": discord.api_url,
            "SERVICES": "pluralkit",
        }
        async with running(folder, "run", settings=settings) as first:
            await discord.wait_ready(timeout=PATIENCE)
            second = await run(folder, "run", **settings)
            assert (second.code, second.out) == (2, "")
            (line,) = second.err.splitlines()
            assert "is in use by another process of this program; stop that one first" in line
            beside = ("check", "sync", "backup", "export")
            files = {"backup": ["a.db"], "export": ["a.jsonl"]}
            ends = await asyncio.gather(
                *(run(folder, each, *files.get(each, []), **settings) for each in beside)
            )
            assert [end.code for end in ends] == [0, 0, 0, 0], [end.err for end in ends]
            first.kill()
            await ended(first)
        async with running(folder, "run", settings=settings) as third:
            await discord.wait_ready(timeout=PATIENCE)
            assert third.returncode is None
