"""Everything in a database as one file of JSON lines, which another database can take in.

The first line is the :class:`Header`. Then come, table by table, a line that names the table and its
columns and one line for each row; the last is the :class:`Footer`. Bytes are base64, sealed ones too::

    {"format": "switchboard", "version": 1, "revision": "0003", "seal": "AbC=", "tables": {"guilds": 1}}
    {"table": "guilds", "columns": ["guild_id", "joined_at"]}
    [1001, null]
    {"rows": 1, "sha256": "5d41…"}

Neither writing nor reading keeps more than some hundred rows in memory.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError
from sqlalchemy import Connection, LargeBinary, MetaData, Row, Table, func, insert, select

from bot.errors import StartupError
from bot.storage import schema

_BATCH = 500
_LONGEST = 100_000
"""Bytes of a first line, past which it is none of ours."""
Value = int | float | str | None


class _Line(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Header(_Line):
    """What a file says of itself. ``seal`` is the canary, by which its keys are known, in base64."""

    format: Literal["switchboard"] = "switchboard"
    version: Literal[1] = 1
    revision: str
    seal: str | None
    tables: dict[str, int]
    """How many rows each has, every table after those that it points at."""

    @property
    def canary(self) -> bytes | None:
        """The canary itself; None where the database had none yet."""
        return None if self.seal is None else base64.b64decode(self.seal)


class Section(_Line):
    """What begins the rows of a table."""

    table: str
    columns: list[str]


class Footer(_Line):
    """What ends a file: how many rows it has, and the SHA-256 of all the lines above."""

    rows: int
    sha256: str


_ROW = TypeAdapter[list[Value]](list[Value])


def write(connection: Connection, file: Path, canary: str) -> Header:
    """Write all that the tables of ours hold, as the transaction of ``connection`` sees it.

    Raises ``OSError`` where the file cannot be written.
    """
    tables = schema.metadata.sorted_tables
    counts = {table.name: _count(connection, table) for table in tables}
    seal: bytes | None = connection.scalar(select(schema.facts.c.value).where(schema.facts.c.name == canary))
    header = Header(revision=schema.HEAD, seal=_text(seal), tables=counts)
    digest = hashlib.sha256()
    with file.open("wb") as out:

        def put(line: str) -> None:
            digest.update(line.encode() + b"\n")
            out.write(line.encode() + b"\n")

        put(header.model_dump_json())
        for table in tables:
            put(
                Section(table=table.name, columns=[column.name for column in table.columns]).model_dump_json()
            )
            streamed = connection.execution_options(stream_results=True, yield_per=_BATCH)
            for row in streamed.execute(select(table).order_by(*table.primary_key)):
                put(json.dumps(_written(row), separators=(",", ":")))
        footer = Footer(rows=sum(counts.values()), sha256=digest.hexdigest())
        out.write(footer.model_dump_json().encode() + b"\n")
    return header


def check(file: Path) -> Header:
    """Read a file to its end, and return what it says of itself once it is known to be whole.

    Raises :class:`~bot.errors.StartupError` where it is damaged or none of ours, and ``OSError``.
    """
    digest, rows, last = hashlib.sha256(), 0, b""
    with file.open("rb") as lines:
        first = lines.readline(_LONGEST)
        header = _header(file, first)
        digest.update(first)
        for line in lines:
            digest.update(last)
            rows += last.startswith(b"[")
            last = line
    with _whole(file):
        footer = Footer.model_validate_json(last)
    if footer != Footer(rows=rows, sha256=digest.hexdigest()) or sum(header.tables.values()) != rows:
        raise _damaged(file)
    return header


def read(connection: Connection, file: Path) -> None:
    """Put the rows of a file that was checked into tables that are empty, and of the file's revision.

    Raises :class:`~bot.errors.StartupError` where the file does not fit them, and what the driver raises
    where it refuses a row.
    """
    tables = MetaData()  # those of the file's revision, which this code may not know
    tables.reflect(connection)
    with file.open("rb") as lines, _whole(file):
        lines.readline()
        into: Table | None = None
        columns: Sequence[str] = ()
        batch: list[dict[str, Any]] = []
        for line in lines:
            if line.startswith(b"["):
                values = _ROW.validate_json(line)
                batch.append(dict(zip(columns, values, strict=True)))
            if into is not None and (len(batch) == _BATCH or not line.startswith(b"[")):
                _insert(connection, into, batch)
                batch = []
            if line.startswith(b'{"table"'):
                section = Section.model_validate_json(line)
                into, columns = tables.tables[section.table], section.columns
    for table in tables.sorted_tables:
        _count_on(connection, table)


def _insert(connection: Connection, table: Table, rows: Sequence[dict[str, Any]]) -> None:
    if not rows:
        return
    for name in [column.name for column in table.columns if isinstance(column.type, LargeBinary)]:
        for row in rows:
            if row.get(name) is not None:
                row[name] = base64.b64decode(row[name])
    connection.execute(insert(table), rows)


def _count_on(connection: Connection, table: Table) -> None:
    """Have the database give ids after the highest that is there. SQLite does so by itself."""
    column = table.autoincrement_column
    if connection.dialect.name == "postgresql" and column is not None:  # pragma: no cover - a drill
        # Without a sequence, or without a row, this is NULL and does nothing.
        sequence = func.pg_get_serial_sequence(table.name, column.name)
        connection.execute(select(func.setval(sequence, func.max(column))))


def _count(connection: Connection, table: Table) -> int:
    return connection.execute(select(func.count()).select_from(table)).scalar_one()


def _written(row: Row[Any]) -> list[Value]:
    return [_text(value) if isinstance(value, bytes) else value for value in row]


def _text(value: bytes | None) -> str | None:
    return None if value is None else base64.b64encode(value).decode()


def _header(file: Path, line: bytes) -> Header:
    try:
        return Header.model_validate_json(line)
    except ValidationError:
        raise StartupError(f"{file}: is no export of this program, or of a newer one") from None


@contextmanager
def _whole(file: Path) -> Generator[None]:
    try:
        yield
    except (ValueError, KeyError):  # pydantic's errors are ValueErrors
        raise _damaged(file) from None


def _damaged(file: Path) -> StartupError:
    return StartupError(f"{file}: is damaged or cut short; nothing was imported; make the export again")
