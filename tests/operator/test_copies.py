"""``backup``, ``restore``, ``export`` and ``import`` as the operator types them."""

from __future__ import annotations

import asyncio
import logging
import os
import re
import shutil
import sqlite3
from collections.abc import Callable, Generator
from contextlib import closing
from pathlib import Path

import pytest

from bot.__main__ import main
from bot.crypto import new_key
from bot.settings import Settings
from bot.storage.database import Database
from bot.storage.lock import held
from bot.vault import open_vault

Say = Callable[..., tuple[int, str]]


@pytest.fixture(autouse=True)
def alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Generator[None]:
    """Put the command line into a folder of its own, without any setting, and undo its logging."""
    monkeypatch.chdir(tmp_path)
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    yield
    root.handlers, root.level = handlers, level


@pytest.fixture
def say(capsys: pytest.CaptureFixture[str]) -> Say:
    """Give what runs a command and returns its exit code and what it said."""

    def run(*arguments: str) -> tuple[int, str]:
        code = main(arguments)
        said = capsys.readouterr()
        assert bool(said.out) is (code == 0)
        return code, said.out or said.err

    return run


@pytest.fixture
def file(migrated: Path, tmp_path: Path) -> Path:
    """Return the database of the settings, with its key and a fact."""
    place = tmp_path / "data" / "switchboard.db"
    place.parent.mkdir()
    shutil.copy(migrated, place)
    write("green")
    return place


def write(colour: str) -> None:
    """Note a colour in the database of the settings, as a bot with its key does."""

    async def note() -> None:
        settings = Settings.load()
        database = await Database.open(settings.database_url.get_secret_value())
        await open_vault(settings, database)
        await database.put_fact("colour", colour.encode())
        await database.close()

    asyncio.run(note())


def colour(file: Path) -> str:
    with closing(sqlite3.connect(file)) as connection:
        ((found,),) = connection.execute("SELECT value FROM facts WHERE name = 'colour'").fetchall()
    return found.decode()


def test_a_backup_is_made_beside_a_running_bot_and_restored_when_it_stopped(
    file: Path, tmp_path: Path, say: Say
) -> None:
    url = f"sqlite+aiosqlite:///{file}"
    backup = tmp_path / "backup.db"
    with held(url):
        code, said = say("backup", "backup.db")
        assert code == 0
        assert "backup.db: a copy of the database" in said
        assert "the key is not in it: keep a copy of data/switchboard.db.key elsewhere" in said
        assert backup.stat().st_mode & 0o777 == 0o600
        write("blue")
        assert say("backup", "backup.db") == (
            2,
            "backup.db: is there already; choose another name, or add --force to replace it\n",
        )
        assert colour(backup) == "green"
        code, said = say("restore", "backup.db")
        assert (code, colour(file)) == (2, "blue")
        assert "is in use by another process of this program; stop that one first" in said
    code, said = say("restore", "backup.db")
    assert (code, colour(file)) == (0, "green")
    kept = re.findall(r"^(\S+\.replaced-\d{8}T\d{6}Z): what was there before", said, re.MULTILINE)
    assert [colour(tmp_path / name) for name in kept] == ["blue"]
    write("red")
    assert say("backup", "--force", "backup.db")[0] == 0
    assert colour(backup) == "red"


def test_what_was_still_to_be_made_when_the_backup_was_is_not_made_again(file: Path, say: Say) -> None:
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("INSERT INTO guilds (guild_id) VALUES (1)")
        needed = [
            name for _, name, _, not_null, *_ in connection.execute("PRAGMA table_info(jobs)") if not_null
        ]
        values = ", ".join("'waiting'" if name == "state" else "1" for name in needed)
        connection.execute(f"INSERT INTO jobs ({', '.join(needed)}) VALUES ({values})")  # noqa: S608 - of the schema
    say("backup", "backup.db")
    code, said = say("restore", "backup.db")
    assert code == 0
    assert "1 jobs that were still to be made then may have been made since: they are not sent" in said
    for place, state in ((file, "ended"), (Path("backup.db"), "waiting")):
        with closing(sqlite3.connect(place)) as connection:
            assert connection.execute("SELECT state FROM jobs").fetchall() == [(state,)]


def test_a_backup_gets_into_a_folder_where_nothing_was(file: Path, tmp_path: Path, say: Say) -> None:
    say("backup", "backup.db")
    key = file.with_name("switchboard.db.key").read_text()
    shutil.rmtree(file.parent)
    code, said = say("restore", "backup.db")
    assert (code, "switchboard.db.key is missing; put the key of this database back" in said) == (2, True)
    file.with_name("switchboard.db.key").write_text(key)
    code, said = say("restore", "backup.db")
    assert (code, colour(file)) == (0, "green")
    assert "what was there before" not in said
    assert tmp_path.joinpath("backup.db").exists()


@pytest.mark.parametrize("name", ["", "-wal", "-shm", "-journal", ".key", ".lock"])
def test_nothing_that_belongs_to_the_database_is_overwritten(name: str, file: Path, say: Say) -> None:
    code, said = say("backup", "--force", f"data/switchboard.db{name}")
    assert code == 2
    assert said.endswith("belongs to the database itself; choose another name\n")
    assert colour(file) == "green"


@pytest.mark.parametrize("command", ["backup", "export"])
def test_where_a_file_cannot_be_written_is_said(command: str, file: Path, tmp_path: Path, say: Say) -> None:
    assert say(command, "data") == (2, "data: is a folder; name a file\n")
    assert say(command, "missing/file") == (2, "missing/file: its folder is not there; make it first\n")
    os.mkfifo("pipe")
    tmp_path.joinpath("link").symlink_to("nowhere")
    for force in ([], ["--force"]):
        assert say(command, "pipe", *force) == (
            2,
            "pipe: is no regular file, so nothing is put in its place; name another\n",
        )
        assert say(command, "link", *force) == (
            2,
            "link: is a symbolic link; name the file that it leads to\n",
        )
    assert tmp_path.joinpath("pipe").is_fifo()
    tmp_path.joinpath("pipe").unlink()
    tmp_path.joinpath("link").unlink()
    code, said = say(command, f"{'x' * 300}")
    assert (code, "cannot be written (File name too long)" in said) == (1, True)
    assert [*tmp_path.iterdir()] == [file.parent]


@pytest.mark.parametrize("command", ["restore", "import"])
@pytest.mark.parametrize("name", ["missing", "/proc", "x" * 300])
def test_a_file_that_cannot_be_read_is_named(command: str, name: str, say: Say) -> None:
    assert say(command, name) == (2, f"{name}: is no file that is there\n")


def test_what_is_not_fit_to_be_restored_changes_nothing(
    file: Path, tmp_path: Path, say: Say, monkeypatch: pytest.MonkeyPatch
) -> None:
    say("backup", "backup.db")
    write("blue")
    backup = tmp_path / "backup.db"
    whole = backup.read_bytes()
    refusals: list[str] = []

    def refused() -> None:
        code, said = say("restore", "backup.db")
        assert (code, colour(file)) == (2, "blue")
        refusals.append(said.strip())

    backup.write_bytes(b"Dear diary, " * 1000)
    refused()
    backup.write_bytes(whole[: len(whole) // 2])
    refused()
    backup.write_bytes(whole)
    with closing(sqlite3.connect(backup)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    refused()
    with closing(sqlite3.connect(backup)) as connection, connection:
        connection.execute("DROP TABLE alembic_version")
    refused()
    backup.write_bytes(whole)
    with closing(sqlite3.connect(backup)) as connection, connection:
        connection.execute("DROP TABLE reminder_days")
    refused()
    backup.unlink()
    backup.symlink_to(file)
    refused()
    backup.unlink()
    backup.write_bytes(whole)
    monkeypatch.setenv("ENCRYPTION_KEYS", new_key())
    refused()
    assert refusals == [
        "backup.db: the file is not an SQLite database, or damaged; use another backup",
        "backup.db: the database file is damaged; use another backup",
        *(line for line in refusals if line.startswith("backup.db: the backup has schema 9999 and this")),
        "backup.db: is not a database of this program",
        "backup.db: the backup is not whole, it lacks the table reminder_days; use another backup",
        "backup.db: is the database itself; name a backup",
        "ENCRYPTION_KEYS: none of the keys opens this database; use the key it was made with",
    ]
    assert sorted(path.name for path in file.parent.iterdir()) == [
        *("switchboard.db", "switchboard.db.key", "switchboard.db.lock"),
    ]


def test_a_database_that_somebody_looks_at_is_not_replaced(file: Path, say: Say) -> None:
    say("backup", "backup.db")
    with closing(sqlite3.connect(file)) as other:
        other.execute("PRAGMA journal_mode = WAL")
        other.execute("INSERT INTO facts VALUES ('shape', x'00')")
        assert say("restore", "backup.db") == (
            2,
            "DATABASE_URL: another process keeps the database locked\n",
        )


@pytest.mark.parametrize(
    ("url", "command", "complaint"),
    [
        ("postgresql+asyncpg://ada:hunter2@db/name", "backup", "on PostgreSQL; pg_dump backs it up, and so"),
        ("postgresql+asyncpg://ada:hunter2@db/name", "restore", "on PostgreSQL; pg_restore restores it"),
        ("sqlite+aiosqlite://", "backup", "the database is kept in memory alone"),
        ("sqlite+aiosqlite:///missing.db", "backup", "missing.db is not there, so there is nothing to back"),
        (
            "sqlite+aiosqlite:///missing.db",
            "export",
            "missing.db is not there, so there is nothing to export",
        ),
    ],
)
def test_a_database_that_has_no_file_is_one_sentence(
    url: str, command: str, complaint: str, tmp_path: Path, say: Say, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", url)
    tmp_path.joinpath("file").touch()
    code, said = say(command, "file", *(["--force"] if command in {"backup", "export"} else []))
    assert (code, said.count("\n")) == (2, 1)
    assert said.startswith("DATABASE_URL: ")
    assert complaint in said
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_an_export_is_made_beside_a_running_bot_and_imported_into_a_new_database(
    file: Path, tmp_path: Path, say: Say, monkeypatch: pytest.MonkeyPatch
) -> None:
    with held(f"sqlite+aiosqlite:///{file}"):
        code, said = say("export", "export.jsonl")
    assert code == 0
    assert "secrets stay sealed in it and need the same key, data/switchboard.db.key" in said
    assert tmp_path.joinpath("export.jsonl").stat().st_mode & 0o777 == 0o600
    assert say("import", "export.jsonl")[0] == 0, "no server is in it yet, so it may be imported over itself"
    monkeypatch.setenv("DATABASE_URL", "sqlite+aiosqlite:///new/switchboard.db")
    code, said = say("import", "export.jsonl")
    assert (code, "switchboard.db.key is missing; put the key of this database back" in said) == (2, True)
    shutil.copy(file.with_name("switchboard.db.key"), tmp_path / "key")
    monkeypatch.setenv("ENCRYPTION_KEYS_FILE", "key")
    with held("sqlite+aiosqlite:///new/switchboard.db"):
        code, said = say("import", "export.jsonl")
        assert (code, "is in use by another process" in said) == (2, True)
    code, said = say("import", "export.jsonl")
    assert (code, colour(tmp_path / "new" / "switchboard.db")) == (0, "green")
    monkeypatch.setenv("DATABASE_URL", "postgresql+asyncpg://ada:hunter2@127.0.0.1:1/name")
    code, said = say("import", "export.jsonl")
    assert (code, "the database server does not answer" in said) == (2, True)


@pytest.mark.parametrize("command", ["run", "sync"])
def test_a_bot_that_would_take_another_ones_database_does_not_start(
    command: str, file: Path, say: Say, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DISCORD_TOKEN", "a-token")
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '0001'")  # sync would upgrade it
    with held(f"sqlite+aiosqlite:///{file}"):
        code, said = say(command)
    assert (code, said.count("\n")) == (2, 1)
    assert "is in use by another process of this program" in said


@pytest.mark.parametrize("command", ["run", "check"])
def test_damage_stops_the_start_with_the_way_out(
    command: str, file: Path, say: Say, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DISCORD_TOKEN", "a-token")
    pages = file.read_bytes()
    file.write_bytes(pages[: 7 * 4096] + b"\xaa" * 4096 + pages[8 * 4096 :])
    code, said = say(command)
    assert (code, said.count("\n")) == (2, 1)
    assert "the database file is damaged; `python -m bot restore FILE` puts a backup in its place" in said
    code, said = say("backup", "backup.db")
    assert (code, "the database file is damaged" in said) == (2, True)
