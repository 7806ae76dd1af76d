"""``python -m bot check``: whether the program would start, without starting or making anything."""

from __future__ import annotations

import sqlite3
import sys
from contextlib import closing
from pathlib import Path

import pytest

from bot.check import report_lines
from bot.crypto import new_key
from bot.errors import StartupError
from bot.settings import Settings
from bot.storage.database import Database
from bot.storage.schema import HEAD
from bot.vault import open_vault


def settings_at(file: Path, **more: str) -> Settings:
    return Settings.model_validate({"database_url": f"sqlite+aiosqlite:///{file}", **more})


async def made(settings: Settings) -> None:
    database = await Database.open(settings.database_url.get_secret_value())
    await open_vault(settings, database)
    await database.close()


async def test_before_the_first_start_nothing_is_there_and_nothing_is_made(tmp_path: Path) -> None:
    lines = await report_lines(settings_at(tmp_path / "new" / "a.db"))
    assert "database: not made yet; the first run makes it" in lines
    assert "key: not made yet; the first run makes it" in lines
    assert not list(tmp_path.iterdir())


async def test_a_database_in_order_is_called_so(tmp_path: Path) -> None:
    settings = settings_at(tmp_path / "a.db")
    await made(settings)
    lines = await report_lines(settings)
    assert f"database: fine, schema {HEAD}" in lines
    assert "key: opens this database" in lines


async def test_a_key_that_is_set_before_the_first_start_is_enough(tmp_path: Path) -> None:
    lines = await report_lines(settings_at(tmp_path / "a.db", encryption_keys=new_key()))
    assert "key: set" in lines


async def test_a_wrong_key_and_a_newer_database_are_both_named(tmp_path: Path) -> None:
    file = tmp_path / "a.db"
    await made(settings_at(file, encryption_keys=new_key()))
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(StartupError) as stopped:
        await report_lines(settings_at(file, encryption_keys=new_key()))
    assert [line.split(":")[0] for line in stopped.value.problems] == ["DATABASE_URL", "ENCRYPTION_KEYS"]


async def test_a_database_that_lacks_a_table_is_told_from_one_in_order(tmp_path: Path) -> None:
    settings = settings_at(tmp_path / "a.db")
    await made(settings)
    with closing(sqlite3.connect(tmp_path / "a.db")) as connection, connection:
        connection.execute("DROP TABLE reminder_days")
    with pytest.raises(StartupError) as stopped:
        await report_lines(settings)
    [line] = stopped.value.problems
    assert line.startswith(
        "DATABASE_URL: the database is not whole, it lacks the table reminder_days; `python"
    )


async def test_a_key_file_that_is_gone_is_named(tmp_path: Path) -> None:
    settings = settings_at(tmp_path / "a.db")
    await made(settings)
    (tmp_path / "a.db.key").unlink()
    with pytest.raises(StartupError, match="ENCRYPTION_KEYS"):
        await report_lines(settings)
    assert not (tmp_path / "a.db.key").exists()


async def test_an_empty_database_file_is_still_to_be_filled(tmp_path: Path) -> None:
    (tmp_path / "a.db").touch()
    lines = await report_lines(settings_at(tmp_path / "a.db"))
    assert "database: not made yet; the first run makes it" in lines


async def test_an_older_database_is_told_from_one_in_order(tmp_path: Path) -> None:
    settings = settings_at(tmp_path / "a.db")
    await made(settings)
    with closing(sqlite3.connect(tmp_path / "a.db")) as connection, connection:
        connection.execute("DELETE FROM alembic_version")
    assert "database: not made yet; the first run makes it" in await report_lines(settings)


@pytest.mark.parametrize("name", ["no database at all", "folder/under/a/file"])
async def test_a_file_that_is_no_database_stops_the_check(tmp_path: Path, name: str) -> None:
    (tmp_path / "folder").write_text("a file")
    file = tmp_path / name
    if not file.is_relative_to(tmp_path / "folder"):
        file.write_text("something else entirely, and long enough to be read as a header" * 10)
    with pytest.raises(StartupError, match="DATABASE_URL"):
        await report_lines(settings_at(file))


async def test_how_workers_keep_to_the_limits_of_services_is_told_and_nobody_is_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, url = tmp_path / "a.db", "valkey://:hunter2@127.0.0.1:1/0"
    assert "limits of services: all for this one worker" in await report_lines(settings_at(file))
    told = "limits of services: each of 3 workers keeps to its own share"
    assert told in await report_lines(settings_at(file, workers="3"))
    told = "limits of services: counted at the server of RATE_LIMIT_URL; `doctor` tries it"
    assert told in await report_lines(settings_at(file, rate_limit_url=url))
    monkeypatch.setitem(sys.modules, "valkey.asyncio", None)
    with pytest.raises(StartupError, match=r"^RATE_LIMIT_URL: needs the package valkey"):
        await report_lines(settings_at(file, rate_limit_url=url))
