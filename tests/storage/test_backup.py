from __future__ import annotations

import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bot.errors import StartupError
from bot.storage.backup import check_file, copy, copy_before, put_in_place
from bot.storage.database import Database
from bot.storage.files import drafting
from bot.storage.schema import HEAD
from tests.databases import file_of, make_stale

PAGE = 4096


@pytest.fixture
def file(database_url: str) -> Path:
    return file_of(database_url)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def fact(file: Path) -> list[tuple[object, ...]]:
    """Return the facts of a database, which takes in its log first as any program's start does."""
    with closing(sqlite3.connect(file)) as connection:
        return connection.execute("SELECT name, value FROM facts").fetchall()


def damage(file: Path, page: int) -> None:
    with file.open("r+b") as content:
        content.seek(page * PAGE)
        content.write(b"\xaa" * PAGE)


async def test_a_copy_holds_what_was_written_and_not_what_is_being_written(
    database: Database, raw: sqlite3.Connection, file: Path, tmp_path: Path
) -> None:
    await database.put_fact("colour", b"green")
    raw.execute("BEGIN IMMEDIATE")
    raw.execute("UPDATE facts SET value = x'00'")
    draft = tmp_path / "draft.db"
    draft.touch()
    made = copy(file, draft)
    assert (made.revision, made.facts, made.size) == (HEAD, {"colour": b"green"}, draft.stat().st_size)
    assert [name for name in names(tmp_path) if name.startswith("draft")] == ["draft.db"]
    assert fact(draft) == [("colour", b"green")]


def test_a_copy_of_what_is_not_ours_is_told(tmp_path: Path) -> None:
    foreign, draft = tmp_path / "foreign.db", tmp_path / "draft.db"
    with closing(sqlite3.connect(foreign)) as connection:
        connection.execute("CREATE TABLE diary (entry TEXT)")
    draft.touch()
    made = copy(foreign, draft)
    assert (made.revision, made.facts) == (None, {})


def test_a_database_of_ours_without_a_revision_is_none_of_ours(raw: sqlite3.Connection, file: Path) -> None:
    raw.execute("DELETE FROM alembic_version")
    with drafting(file) as draft:
        assert copy(file, draft).revision is None


@pytest.mark.parametrize("page", [0, 1, 2, 3, 4])
def test_a_copy_of_a_damaged_database_is_refused(page: int, file: Path) -> None:
    damage(file, page)
    with pytest.raises(sqlite3.DatabaseError), drafting(file) as draft:
        copy(file, draft)


def test_a_copy_with_a_row_that_points_nowhere_is_refused(file: Path, raw: sqlite3.Connection) -> None:
    raw.execute("INSERT INTO remix_modes VALUES (404, 'c', 1)")  # foreign keys are off here
    with pytest.raises(sqlite3.DatabaseError, match="malformed"), drafting(file) as draft:
        copy(file, draft)


def test_damage_that_a_start_would_not_meet_is_found(file: Path) -> None:
    check_file(file)
    damage(file, 5)
    with pytest.raises(StartupError) as caught:
        check_file(file)
    assert "the database file is damaged; `python -m bot restore FILE` puts" in caught.value.problems[0]


def test_an_index_that_does_not_fit_its_table_is_found_where_that_is_asked(file: Path) -> None:
    make_stale(file)
    check_file(file)
    with pytest.raises(StartupError, match="the database file is damaged"):
        check_file(file, indexes=True)


def test_before_an_upgrade_a_copy_is_made_and_the_newest_few_are_kept(file: Path) -> None:
    for number in range(5):
        copy_before(file, f"010{number}")
        os.utime(f"{file}.before-010{number}", (number, number))
    kept = copy_before(file, "0104")
    assert names(file.parent) == [file.name, *(f"{file.name}.before-010{number}" for number in (2, 3, 4))]
    assert kept.stat().st_mode & 0o777 == 0o600
    assert kept.stat().st_mtime > 5, "an earlier copy is replaced by one of what the database is now"


def test_where_no_copy_can_be_made_nothing_is_upgraded(file: Path) -> None:
    (file.parent / f"{file.name}.before-0100").mkdir()
    with pytest.raises(StartupError) as caught:
        copy_before(file, "0100")
    (line,) = caught.value.problems
    assert line == (
        "DATABASE_URL: the database has to be upgraded to schema 0100, and could not be copied to "
        f"{file}.before-0100 before (IsADirectoryError); nothing was changed"
    )


async def test_a_backup_takes_the_place_and_what_was_there_is_kept(file: Path, migrated: Path) -> None:
    before = await Database.open(f"sqlite+aiosqlite:///{file}")
    await before.put_fact("colour", b"green")
    await before.close()
    with drafting(file) as draft:
        copy(migrated, draft)
        kept = put_in_place(draft, file, ".replaced-now")
    assert kept == [file.with_name(f"{file.name}.replaced-now")]
    assert (fact(file), fact(kept[0])) == ([], [("colour", b"green")])
    assert names(file.parent) == [file.name, kept[0].name]


def test_the_log_of_a_process_that_was_killed_is_kept_with_what_it_belongs_to(
    file: Path, migrated: Path, tmp_path: Path
) -> None:
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("INSERT INTO facts VALUES ('colour', x'00')")
        connection.commit()
        crashed = tmp_path / "crashed"
        crashed.mkdir()
        for path in file.parent.glob(f"{file.name}*"):
            shutil.copy(path, crashed)
    place = crashed / file.name
    with drafting(place) as draft:
        copy(migrated, draft)
        (kept,) = put_in_place(draft, place, ".replaced-now")
    assert (fact(place), fact(kept)) == ([], [("colour", b"\x00")])


@pytest.mark.parametrize("old", ["damaged", "deleted", "empty"])
def test_a_log_that_is_left_over_does_not_get_into_the_new_database(
    old: str, file: Path, migrated: Path
) -> None:
    log = file.with_name(f"{file.name}-wal")
    log.write_bytes(b"what a damaged database left")
    file.with_name(f"{file.name}-shm").write_bytes(b"what its readers shared")
    if old == "damaged":
        damage(file, 0)
    elif old == "empty":
        file.write_bytes(b"")
    else:
        file.unlink()
    with drafting(file) as draft:
        copy(migrated, draft)
        kept = put_in_place(draft, file, ".replaced-now")
    damaged = [file.with_name(f"{file.name}.replaced-now")] if old == "damaged" else []
    assert fact(file) == []
    assert [path for path in kept if not path.name.endswith("-wal")] == damaged
    assert not log.exists()


def test_a_database_that_somebody_has_open_is_not_replaced(
    file: Path, migrated: Path, raw: sqlite3.Connection
) -> None:
    raw.execute("PRAGMA journal_mode = WAL")
    raw.execute("BEGIN IMMEDIATE")
    raw.execute("INSERT INTO facts VALUES ('colour', x'00')")
    with drafting(file) as draft:
        copy(migrated, draft)
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            put_in_place(draft, file, ".replaced-now")
    raw.execute("COMMIT")
    assert fact(file) == [("colour", b"\x00")]
