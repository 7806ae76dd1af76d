from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import insert

from bot.errors import StartupError
from bot.storage import dump, moving, schema
from bot.storage.database import Database
from tests.databases import Outside, file_of
from tests.storage.samples import HARBOUR, lay


def content(file: Path) -> dict[str, list[tuple[object, ...]]]:
    """Return every row of every table."""
    with closing(sqlite3.connect(file)) as connection:
        names = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {name: sorted(connection.execute(f"SELECT * FROM {name}"), key=repr) for name in names}  # noqa: S608


async def fill(database: Database) -> None:
    await lay(database, *({"ref": f"job {number}"} for number in range(1099)))
    await lay(database, {"ref": "job 1099", "reply_token": b"\x00\xff"})
    async with database.writing() as connection:
        await connection.execute(
            insert(schema.remix_modes).values(guild_id=HARBOUR, channel='an "odd" näme\x00', is_on=1)
        )
    await database.put_fact("canary", b"\x01yellow")


async def take_in(url: str, file: Path) -> None:
    await moving.take_in(url, file, dump.check(file))


async def why_not(url: str, file: Path) -> str:
    with pytest.raises(StartupError) as caught:
        await take_in(url, file)
    (line,) = caught.value.problems
    return line


@pytest.fixture
def new(tmp_path: Path) -> Path:
    """Return where a database may be made."""
    return tmp_path / "new.db"


@pytest.fixture
async def exported(database: Database, database_url: str, tmp_path: Path) -> Path:
    """Return an export of a database with something in it, some of which only SQLite takes."""
    file_of(database_url)
    await fill(database)
    file = tmp_path / "export.jsonl"
    header = await moving.export(database_url, file, "canary")
    assert (header.revision, header.canary, header.tables["jobs"]) == (schema.HEAD, b"\x01yellow", 1100)
    return file


async def test_another_database_holds_all_of_it_and_counts_on_from_there(
    exported: Path, database_url: str, new: Path
) -> None:
    url = f"sqlite+aiosqlite:///{new}"
    await take_in(url, exported)
    assert content(new) == content(file_of(database_url))
    again = exported.with_name("again.jsonl")
    await moving.export(url, again, "canary")
    assert again.read_bytes() == exported.read_bytes()
    database = await Database.open(url)
    (later,) = await lay(database, {"ref": "later"})
    await database.close()
    assert later.id == 1101


async def test_what_a_start_makes_gives_way_and_nothing_else_does(exported: Path, new: Path) -> None:
    url = f"sqlite+aiosqlite:///{new}"
    database = await Database.open(url)
    await database.put_fact("canary", b"of the start")
    await database.put_fact("commands", b"of the start")
    await database.close()
    await take_in(url, exported)
    before = content(new)
    assert before["facts"] == [("canary", b"\x01yellow")]
    line = await why_not(url, exported)
    assert line == "DATABASE_URL: the database holds data already (guilds); import into a new one"
    assert content(new) == before


def cut(text: bytes) -> bytes:
    return text[: len(text) // 2]


def without_its_end(text: bytes) -> bytes:
    return b"".join(text.splitlines(keepends=True)[:-1])


def of_its_header_alone(text: bytes) -> bytes:
    return text.splitlines(keepends=True)[0]


def one_letter_off(text: bytes) -> bytes:
    return text.replace(b"job 7", b"job 8", 1)


def a_line_less(text: bytes) -> bytes:
    lines = text.splitlines(keepends=True)
    return b"".join([*lines[:-2], lines[-1]])


def signed(lines: Sequence[bytes]) -> bytes:
    """Return lines as a file that says of itself that it is whole."""
    body = b"".join(line + b"\n" for line in lines)
    rows = sum(line.startswith(b"[") for line in lines)
    footer = {"rows": rows, "sha256": hashlib.sha256(body).hexdigest()}
    return body + json.dumps(footer).encode()


def of_a_table_that_is_not_there(text: bytes) -> bytes:
    return signed(text.replace(b'"remix_modes"', b'"remix_moods"').splitlines()[:-1])


def with_a_value_too_many(text: bytes) -> bytes:
    return signed(text.replace(b"[1001,", b"[1001,1001,", 1).splitlines()[:-1])


@pytest.mark.parametrize(
    "harm",
    [
        *(cut, without_its_end, one_letter_off, a_line_less),
        *(of_a_table_that_is_not_there, with_a_value_too_many),
        of_its_header_alone,
    ],
)
async def test_a_damaged_file_is_refused_and_nothing_is_imported(
    harm: Callable[[bytes], bytes], exported: Path, new: Path
) -> None:
    exported.write_bytes(harm(exported.read_bytes()))
    line = await why_not(f"sqlite+aiosqlite:///{new}", exported)
    assert line == f"{exported}: is damaged or cut short; nothing was imported; make the export again"
    assert not new.exists() or not content(new)


async def test_a_row_that_the_database_refuses_undoes_all(exported: Path, new: Path) -> None:
    lines = exported.read_bytes().splitlines()[:-1]
    exported.write_bytes(signed([line.replace(b'"job 1099"', b'"job 0"') for line in lines]))
    line = await why_not(f"sqlite+aiosqlite:///{new}", exported)
    assert line == f"{exported}: the database refuses a row of it (IntegrityError); nothing was imported"
    assert not content(new)


@pytest.mark.parametrize("text", [b"", b"Dear diary", b"\x00\xff" * 9, b'{"format": "switchboard"}'])
def test_what_is_no_export_is_told_from_a_damaged_one(text: bytes, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(text)
    with pytest.raises(StartupError, match="file: is no export of this program, or of a newer one"):
        dump.check(tmp_path / "file")


async def test_an_export_of_a_newer_program_is_refused(exported: Path, new: Path) -> None:
    header, *rest = exported.read_bytes().splitlines()[:-1]
    exported.write_bytes(signed([header.replace(schema.HEAD.encode(), b"9999"), *rest]))
    line = await why_not(f"sqlite+aiosqlite:///{new}", exported)
    assert line.startswith(f"{exported}: the export has schema 9999 and this program knows {schema.HEAD}")
    assert not new.exists()


async def test_an_export_of_an_older_program_is_upgraded(new: Path, tmp_path: Path) -> None:
    old = tmp_path / "old.jsonl"
    lines = [
        b'{"format":"switchboard","version":1,"revision":"0001","seal":null,"tables":{"guilds":2}}',
        b'{"table":"guilds","columns":["guild_id","joined_at","left_at"]}',
        b"[0,0,null]",
        b"[1001,17,null]",
    ]
    old.write_bytes(signed(lines))
    assert dump.check(old).canary is None
    await take_in(f"sqlite+aiosqlite:///{new}", old)
    assert [row[:2] for row in content(new)["guilds"]] == [(0, 0), (1001, 17)]
    assert content(new)["alembic_version"] == [(schema.HEAD,)]
    assert "reminders" in content(new)


@pytest.mark.parametrize(
    ("revision", "complaint"),
    [
        (None, "there is nothing to export yet"),
        (
            "0001",
            f"the database has schema 0001, and this program works with {schema.HEAD}; `run` upgrades it",
        ),
        ("9999", "the database has schema 9999 and this program knows"),
    ],
)
async def test_a_database_that_does_not_fit_this_program_is_not_exported(
    revision: str | None, complaint: str, database_url: str, outside: Outside, tmp_path: Path
) -> None:
    outside.execute("DELETE FROM alembic_version")
    if revision is not None:
        outside.execute("INSERT INTO alembic_version VALUES (?)", revision)
    with pytest.raises(StartupError, match=complaint):
        await moving.export(database_url, tmp_path / "export.jsonl", "canary")


async def test_where_no_database_is_nothing_is_exported(new: Path, tmp_path: Path) -> None:
    with pytest.raises(StartupError, match=r"new\.db is not there, so there is nothing to export"):
        await moving.export(f"sqlite+aiosqlite:///{new}", tmp_path / "export.jsonl", "canary")
    assert not [*tmp_path.iterdir()]


async def test_a_table_that_cannot_be_read_is_told(
    database_url: str, outside: Outside, tmp_path: Path
) -> None:
    outside.execute("DROP TABLE duties")
    with pytest.raises(StartupError, match=r"the database cannot be used \((Operational|Programming)Error\)"):
        await moving.export(database_url, tmp_path / "export.jsonl", "canary")
