from __future__ import annotations

import os
from pathlib import Path

import pytest

from bot.errors import StartupError
from bot.storage.database import Database
from bot.storage.inspection import Inspection, check_pages, inspect, is_behind
from bot.storage.schema import HEAD
from tests.databases import Outside, file_of


def address(file: Path) -> str:
    return f"sqlite+aiosqlite:///{file}"


async def why_not(url: str) -> str:
    """Return why a database could not be used, as the start itself would say it."""
    with pytest.raises(StartupError) as looked:
        await inspect(url, "canary")
    with pytest.raises(StartupError) as opened:
        await Database.open(url)
    assert looked.value.problems == opened.value.problems
    return str(looked.value)


async def test_a_database_that_is_not_there_is_not_made_by_looking(tmp_path: Path) -> None:
    assert await inspect(address(tmp_path / "new" / "switchboard.db"), "canary") == Inspection(None, None)
    assert not [*tmp_path.iterdir()]


async def test_a_file_without_our_tables_is_still_to_be_made(tmp_path: Path) -> None:
    (tmp_path / "switchboard.db").touch()
    assert await inspect(address(tmp_path / "switchboard.db"), "canary") == Inspection(None, None)
    assert (tmp_path / "switchboard.db").read_bytes() == b""


@pytest.mark.parametrize("name", ["switchboard.db", "a #1 name, 100%25 odd.db"])
async def test_schema_and_canary_of_a_database_are_told(name: str, tmp_path: Path) -> None:
    url = address(tmp_path / name)
    database = await Database.open(url)
    assert await inspect(url, "canary") == Inspection(HEAD, None)
    await database.put_fact("canary", b"yellow")
    assert await inspect(url, "canary") == Inspection(HEAD, b"yellow")
    await database.close()


async def test_a_newer_schema_is_told_and_left_to_be_judged(database_url: str, outside: Outside) -> None:
    outside.execute("UPDATE alembic_version SET version_num = '9999'")
    assert await inspect(database_url, "canary") == Inspection("9999", None)


async def test_a_start_that_would_upgrade_is_known_beforehand(
    database_url: str, outside: Outside, tmp_path: Path
) -> None:
    assert not await is_behind(address(tmp_path / "new.db"))
    assert not await is_behind(database_url)
    outside.execute("UPDATE alembic_version SET version_num = '0001'")
    assert await is_behind(database_url)


async def test_damage_that_a_start_would_not_meet_is_told(database_url: str) -> None:
    await check_pages(database_url)
    file = file_of(database_url)
    pages = file.read_bytes()
    file.write_bytes(pages[: 5 * 4096] + b"\xaa" * 4096 + pages[6 * 4096 :])
    with pytest.raises(StartupError, match="the database file is damaged; `python -m bot restore FILE`"):
        await inspect(database_url, "canary")


@pytest.mark.parametrize("url", ["sqlite+aiosqlite://", "postgresql+asyncpg://ada:hunter2@db/switchboard"])
async def test_what_is_no_file_has_no_pages_to_be_checked(url: str) -> None:
    await check_pages(url)


async def test_what_stops_the_start_is_told_in_the_same_words(tmp_path: Path) -> None:
    file = tmp_path / "switchboard.db"
    file.write_text("Dear diary, " * 1000)
    assert "the file is not an SQLite database" in await why_not(address(file))
    assert "is refused by the driver" in await why_not(f"{address(file)}?timeout=hunter2")
    postgresql = "postgresql+asyncpg://ada:hunter2@127.0.0.1:1/switchboard"
    assert "does not answer" in await why_not(postgresql)
    assert "is refused by the driver" in await why_not(f"{postgresql}?sslmode=require")


async def test_a_folder_that_cannot_be_written_stops_the_start(
    closed_folder: Path, ordinary_user: None
) -> None:
    del ordinary_user
    with pytest.raises(StartupError) as caught:
        await inspect(address(closed_folder / "new" / "switchboard.db"), "canary")
    line = f"DATABASE_URL: {closed_folder} cannot be written by user id {os.getuid()}"
    assert caught.value.problems == (line,)
