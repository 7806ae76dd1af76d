"""Where tests get databases from: files of SQLite, or the PostgreSQL that ``DATABASE_URL`` names.

On PostgreSQL each test has a database of its own, copied from a template and dropped afterwards; a role that
may create databases is all that is needed. What lies in the database that the address names is not touched.
"""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import sqlite3
import threading
from collections.abc import Coroutine, Generator, Sequence
from contextlib import AbstractContextManager, closing, contextmanager, suppress
from importlib import import_module
from pathlib import Path
from secrets import token_hex
from tempfile import mkdtemp
from typing import Any, Protocol, TypeVar

import pytest
from sqlalchemy import URL, make_url

from bot.storage import schema
from bot.storage.database import Database
from tests import inline_sqlite

Row = tuple[Any, ...]
FULL = "database or disk is full"
"""What SQLite says then."""
_Result = TypeVar("_Result")


def chosen() -> URL | None:
    """Return the address of the PostgreSQL that the tests are to use, None where they use SQLite."""
    address = make_url(os.environ.get("DATABASE_URL") or "sqlite://")
    return address if address.get_backend_name() == "postgresql" else None


class Outside(Protocol):
    """A database as another program has it open, committing by itself, past all of our code."""

    def execute(self, statement: str, *values: object) -> list[Row]:
        """Carry out a statement with a ``?`` for each value, and return its rows."""
        ...

    def refuse(self, doing: str, table: str, words: str) -> None:
        """Have every ``INSERT``, ``UPDATE`` or ``DELETE`` of a row fail; in such words a disk can be full."""
        ...

    def permit(self, table: str) -> None:
        """Refuse nothing about a table any more."""
        ...


def everything_in(database: Outside) -> bytes:
    """Return what every row of every table of ours holds."""
    found = (database.execute(f'SELECT * FROM "{table}"') for table in schema.metadata.tables)  # noqa: S608 - ours
    values = (value for rows in found for row in rows for value in row)
    return b"\n".join(value if isinstance(value, bytes) else str(value).encode() for value in values)


class Databases(Protocol):
    """Makes databases with the newest schema and nothing in them, and takes them away."""

    driver: str
    """What stands behind the address of a database that the bot of a test uses: how it is driven."""

    def make(self) -> str:
        """Make one; return its address."""
        ...

    def drop(self, url: str) -> None:
        """Take one away, to which nobody is connected any more."""
        ...

    def opened(self, url: str) -> AbstractContextManager[Outside]:
        """Give it as another program has it."""
        ...


class Files:
    """Copies of one file of SQLite's, in a folder of their own each."""

    driver = f"?plugin={inline_sqlite.NAME}"

    def __init__(self, empty: Path, folder: Path) -> None:
        self._empty, self._folder = empty, folder

    def make(self) -> str:
        """Make one; return its address."""
        file = Path(mkdtemp(dir=self._folder)) / "switchboard.db"
        shutil.copy(self._empty, file)
        return f"sqlite+aiosqlite:///{file}"

    def drop(self, url: str) -> None:
        """Take one away, and whatever lies beside it."""
        shutil.rmtree(file_of(url).parent)

    @contextmanager
    def opened(self, url: str) -> Generator[Outside]:
        """Give it as another program has it."""
        with closing(sqlite3.connect(file_of(url), isolation_level=None)) as connection:
            yield _OutsideFile(connection)


class _OutsideFile:
    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def execute(self, statement: str, *values: object) -> list[Row]:
        """Carry out a statement."""
        return self._connection.execute(statement, values).fetchall()

    def refuse(self, doing: str, table: str, words: str) -> None:
        """Have what is done to rows of a table fail."""
        act = f"BEGIN SELECT RAISE(ABORT, '{words}'); END"
        self._connection.execute(f"CREATE TRIGGER refusal_of_{table} BEFORE {doing} ON {table} {act}")

    def permit(self, table: str) -> None:
        """Refuse nothing about a table any more."""
        self._connection.execute(f"DROP TRIGGER refusal_of_{table}")


def file_of(url: str) -> Path:
    """Return the file of an address of SQLite's; leave the test out where there is none."""
    if not url.startswith("sqlite"):
        pytest.skip("about SQLite itself: it works on the file")
    return Path(url.partition("///")[2])


class Server:
    """Databases on a PostgreSQL: without any table, or copied from a template once that is prepared."""

    driver = ""

    def __init__(self, address: URL) -> None:
        self._address = address
        self._thread = _Thread()
        self._name = f"switchboard_test_{token_hex(6)}"
        self._made = 0
        self._template = "template0"
        self._asyncpg: Any = import_module("asyncpg")
        self._connection: Any = self._thread.run(self._connect(address))

    def prepare(self) -> None:
        """Have every database from now on copied from one with our schema."""
        url = self.make()
        self._template = self._named(url)

        async def fill() -> None:
            await (await Database.open(url)).close()

        self._thread.run(fill())

    def close(self) -> None:
        """Drop the template, and let go of the server."""
        if self._template != "template0":
            self._execute(f'DROP DATABASE "{self._template}"')
        self._thread.run(self._connection.close())
        self._thread.end()

    def make(self) -> str:
        """Make one; return its address."""
        self._made += 1
        name = f"{self._name}_{self._made}"
        self._execute(f'CREATE DATABASE "{name}" TEMPLATE "{self._template}"')
        return self._address.set(database=name).render_as_string(hide_password=False)

    def drop(self, url: str) -> None:
        """Take one away; to have left a connection to it open is an error of the test's or the program's."""
        name = self._named(url)
        query = "SELECT count(*) FROM pg_stat_activity WHERE datname = $1 AND backend_type = 'client backend'"
        try:
            # It waits for five seconds for whoever is about to go.
            self._execute(f'DROP DATABASE "{name}"')
        except self._asyncpg.ObjectInUseError:
            left = self._thread.run(self._connection.fetchval(query, name))
            self._execute(f'DROP DATABASE "{name}" WITH (FORCE)')
            raise AssertionError(f"{left} connections were left open") from None

    @contextmanager
    def opened(self, url: str) -> Generator[Outside]:
        """Give it as another program has it."""
        connection = self._thread.run(self._connect(make_url(url)))
        try:
            yield _OutsideServer(self._thread, connection)
        finally:
            self._thread.run(connection.close())

    def _execute(self, statement: str) -> None:
        self._thread.run(self._connection.execute(statement))

    @staticmethod
    def _named(url: str) -> str:
        return str(make_url(url).database)

    async def _connect(self, address: URL) -> Any:
        _, options = address.get_dialect()().create_connect_args(address)
        return await self._asyncpg.connect(**options)


class _OutsideServer:
    def __init__(self, thread: _Thread, connection: Any) -> None:
        self._thread, self._connection = thread, connection

    def execute(self, statement: str, *values: object) -> list[Row]:
        """Carry out a statement."""
        numbers = iter(range(1, len(values) + 1))
        numbered = re.sub(r"\?", lambda _: f"${next(numbers)}", statement)
        found: Sequence[Any] = self._thread.run(self._connection.fetch(numbered, *values))
        return [tuple(row) for row in found]

    def refuse(self, doing: str, table: str, words: str) -> None:
        """Have what is done to rows of a table fail."""
        code = "disk_full" if words == FULL else "raise_exception"
        act = f"BEGIN RAISE EXCEPTION '{words}' USING ERRCODE = '{code}'; END"
        self._script(
            f"CREATE FUNCTION refuse_{table}() RETURNS trigger LANGUAGE plpgsql AS $$ {act} $$;"
            f"CREATE TRIGGER refusal BEFORE {doing} ON {table} FOR EACH ROW EXECUTE FUNCTION refuse_{table}()"
        )

    def permit(self, table: str) -> None:
        """Refuse nothing about a table any more."""
        self._script(f"DROP FUNCTION refuse_{table} CASCADE")

    def _script(self, statements: str) -> None:
        self._thread.run(self._connection.execute(statements))


class _Thread:
    """An event loop of its own, since a fixture that makes a database may run inside another one."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()

    def run(self, doing: Coroutine[Any, Any, _Result]) -> _Result:
        """Do it there, and wait for it."""
        return asyncio.run_coroutine_threadsafe(doing, self._loop).result(timeout=60)

    def end(self) -> None:
        """Stop the loop."""
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        with suppress(RuntimeError):
            self._loop.close()


def make_stale(file: Path) -> None:
    """Leave a row of a database of SQLite's out of an index, as a defect of a disk or of SQLite can."""
    index = "WHERE name = 'guilds_by_left_at'"
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("PRAGMA writable_schema = ON")
        entry = connection.execute(f"SELECT * FROM sqlite_master {index}").fetchone()  # noqa: S608 - from above
        connection.execute(f"DELETE FROM sqlite_master {index}")  # noqa: S608 - from above
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("INSERT INTO guilds (guild_id, left_at) VALUES (4711, 1)")
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute("INSERT INTO sqlite_master VALUES (?, ?, ?, ?, ?)", entry)
