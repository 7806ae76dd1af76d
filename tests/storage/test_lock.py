from __future__ import annotations

import stat
from pathlib import Path

import pytest

from bot.errors import StartupError
from bot.storage.lock import held


def test_a_database_is_held_by_one_at_a_time(tmp_path: Path) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path}/data/switchboard.db"
    with held(url):
        with pytest.raises(StartupError) as refused, held(url):
            pass
        with held(f"sqlite+aiosqlite:///{tmp_path}/data/another.db"):
            pass
    (line,) = refused.value.problems
    assert line == (
        f"DATABASE_URL: {tmp_path}/data/switchboard.db is in use by another process of this program; "
        "stop that one first (several at a time, with shards or over HTTP, need PostgreSQL)"
    )
    lock = tmp_path / "data" / "switchboard.db.lock"
    assert stat.S_IMODE(lock.stat().st_mode) == 0o600
    with held(url):
        assert lock.exists()


@pytest.mark.parametrize("url", ["postgresql+asyncpg://ada:hunter2@db/switchboard", "sqlite+aiosqlite://"])
def test_what_is_no_file_is_held_by_any_number(url: str) -> None:
    with held(url), held(url):
        pass


def test_a_lock_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.db.lock").mkdir()
    words = r"a\.db\.lock cannot be locked \(Is a directory\)"
    with pytest.raises(StartupError, match=words), held(f"sqlite+aiosqlite:///{tmp_path}/a.db"):
        pass
