"""The database: its engine and its transactions.

SQLite in one file is the default; PostgreSQL runs the same code. A write is one transaction that
takes SQLite's write lock at its start (``BEGIN IMMEDIATE``), so that two writers queue up instead of
failing half way, and so that a failed migration leaves nothing behind (SQLite's own default does not
cover the making of tables). A read takes no transaction, and so never waits for a writer.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager, nullcontext, suppress
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from sqlalchemy import URL, Connection, Table, make_url, select
from sqlalchemy.dialects import sqlite
from sqlalchemy.exc import ArgumentError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from bot.errors import StartupError
from bot.storage import pragmas, reaching, schema
from bot.storage.backup import copy_before
from bot.storage.reader import Reader
from bot.storage.revisions import bring_up_to_date, check_revision, find_revision
from bot.storage.troubles import needed_at_start, refused_parameter

if TYPE_CHECKING:
    from sqlalchemy.dialects import postgresql

T = TypeVar("T")

_POOLS = {
    "postgresql+asyncpg": {"pool_size": 10, "connect_args": {"timeout": reaching.CONNECT_SECONDS}},
}
"""Connections that are kept open where making one takes long."""
_LEAVE_SECONDS = 1.0
"""How long it may take to say goodbye to a server."""


class Database:
    """A database that is ready for this code. Made by :meth:`open`, ended by :meth:`close`."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._reader = pragmas.for_reading(engine)
        self._in_one_go = Reader(engine)
        # SQLite has those who wait for its lock try again after ever longer pauses, so that whoever comes
        # later gets it first: among many writers one would wait for seconds, with a person behind it.
        self._turn = asyncio.Lock() if self.is_a_file else nullcontext()

    @classmethod
    async def open(cls, url: str) -> Database:
        """Connect, and bring the schema up to date.

        Raises :class:`~bot.errors.StartupError` where the address is wrong, the file cannot be
        written or is no database, or the database is newer than this code.
        """
        engine = usable_engine(url)
        try:
            with needed_at_start():
                await _upgrade(engine)
        except BaseException:  # whatever ends the start, no connection is left open
            await engine.dispose()
            raise
        return cls(engine)

    @property
    def is_a_file(self) -> bool:
        """Whether it is SQLite, which one worker at a time can use."""
        return self._engine.dialect.name == "sqlite"

    @asynccontextmanager
    async def reading(self) -> AsyncGenerator[AsyncConnection]:
        """Give a connection for reads that need not agree with one another."""
        with reaching.across(is_far=not self.is_a_file):
            async with self._reader.connect() as connection:
                yield connection

    async def read(self, work: Callable[[Connection], T]) -> T:
        """Return what ``work`` reads, in as many statements as it takes, which need not agree either.

        It may run in another thread. For what people wait for: on SQLite it takes a fraction of the time that
        statements in :meth:`reading` do.
        """
        with reaching.across(is_far=not self.is_a_file):
            return await self._in_one_go.read(work)

    @asynccontextmanager
    async def writing(self) -> AsyncGenerator[AsyncConnection]:
        """Give a connection inside one transaction, kept when the block ends, else undone."""
        with reaching.across(is_far=not self.is_a_file) as course:
            async with self._turn, self._engine.begin() as connection:
                yield connection
                course.is_ending = True

    async def close(self) -> None:
        """Let go of every connection; a server that says nothing any more is not waited for."""
        await self._in_one_go.close()
        with suppress(TimeoutError):
            async with asyncio.timeout(None if self.is_a_file else _LEAVE_SECONDS):
                await self._engine.dispose()

    def insert(self, table: Table) -> sqlite.Insert | postgresql.Insert:
        """Start an INSERT that knows ``on_conflict_do_update``, for the database in use."""
        if self._engine.dialect.name == "postgresql":
            from sqlalchemy.dialects import postgresql  # noqa: PLC0415 - 2 MB that SQLite does not need

            return postgresql.insert(table)
        return sqlite.insert(table)

    async def find_fact(self, name: str) -> bytes | None:
        """Return what the program noted of itself under ``name``, None where it did not."""
        query = select(schema.facts.c.value).where(schema.facts.c.name == name)
        async with self.reading() as connection:
            return (await connection.execute(query)).scalar_one_or_none()

    async def settle_fact(self, name: str, make: Callable[[], bytes]) -> bytes:
        """Return the fact, having noted what ``make`` returns where there was none.

        Of several processes that start at once one makes it, and all of them get the same.
        """
        query = select(schema.facts.c.value).where(schema.facts.c.name == name)
        async with self.writing() as connection:
            found: bytes | None = (await connection.execute(query)).scalar_one_or_none()
            if found is not None:
                return found
            statement = self.insert(schema.facts).values(name=name, value=make())
            # SQLite let us in alone; on PostgreSQL another process may have been quicker.
            await connection.execute(statement.on_conflict_do_nothing())
            return (await connection.execute(query)).scalar_one()

    async def put_fact(self, name: str, value: bytes) -> None:
        """Note something under ``name``, in place of what stood there."""
        statement = self.insert(schema.facts).values(name=name, value=value)
        async with self.writing() as connection:
            await connection.execute(
                statement.on_conflict_do_update(index_elements=["name"], set_={"value": value})
            )


def database_file(url: str) -> Path | None:
    """Return the file of an SQLite address, None for another database or one kept in memory.

    Raises :class:`~bot.errors.StartupError` where it is no address of a database we can use.
    """
    parsed = parse_address(url)
    if parsed.get_backend_name() != "sqlite" or parsed.database in {None, "", ":memory:"}:
        return None
    return Path(str(parsed.database))


def prepare_folder(file: Path) -> None:
    """Make the folder of a database file, for its owner alone, and see that it can be written.

    Raises :class:`~bot.errors.StartupError` that names the folder and the user id we run as.
    """
    folder = file.absolute().parent
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        found = file.exists()
    except OSError as error:
        raise StartupError(f"DATABASE_URL: the folder {folder} cannot be used ({error.strerror})") from error
    if found and not file.is_file():
        raise StartupError(f"DATABASE_URL: {file} is not a file")
    unwritable = not os.access(folder, os.W_OK | os.X_OK)
    if unwritable or (found and not os.access(file, os.R_OK | os.W_OK)):
        culprit = folder if unwritable else file
        raise StartupError(f"DATABASE_URL: {culprit} cannot be written by user id {os.getuid()}")
    try:
        # Made here and not by SQLite, so that nobody else may read it; its side files follow its mode.
        file.touch(mode=0o600)
    except OSError as error:
        raise StartupError(f"DATABASE_URL: {file} cannot be made ({error.strerror})") from error


def parse_address(url: str) -> URL:
    """Read the address of a database that we can use. Raises :class:`~bot.errors.StartupError`."""
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):  # a port that is no number is a ValueError, with the text in it
        raise StartupError("DATABASE_URL: is not the address of a database") from None
    if parsed.drivername not in {"sqlite+aiosqlite", "postgresql+asyncpg"}:
        raise StartupError("DATABASE_URL: must start with sqlite+aiosqlite:// or postgresql+asyncpg://")
    return parsed


def make_engine(address: URL) -> AsyncEngine:
    """Make what connects to a database, connecting to nothing yet.

    Raises :class:`~bot.errors.StartupError` where the driver is missing or refuses a parameter.
    """
    try:
        engine = create_async_engine(address, hide_parameters=True, **_POOLS.get(address.drivername, {}))
    except ModuleNotFoundError:
        raise StartupError(
            "DATABASE_URL: PostgreSQL needs the package asyncpg (make install brings it)"
        ) from None
    except (TypeError, ValueError):
        raise refused_parameter() from None
    if address.get_backend_name() == "postgresql":
        reaching.set_up(engine)
    return engine


def usable_engine(url: str) -> AsyncEngine:
    """Make what connects to a database that is read and written, having made its folder.

    Raises :class:`~bot.errors.StartupError`.
    """
    parsed = parse_address(url)
    file = database_file(url)
    if file is not None:
        prepare_folder(file)
    engine = make_engine(parsed)
    if parsed.get_backend_name() == "sqlite":
        pragmas.set_up(engine)
    return engine


async def _upgrade(engine: AsyncEngine) -> None:
    # Looked at without the write lock first, so that a start does not queue behind a writer.
    if await _look(engine) == schema.HEAD:
        return
    async with engine.begin() as connection:
        found = await connection.run_sync(find_revision)
        check_revision(found)
        file = engine.url.database
        if found not in {None, schema.HEAD} and engine.dialect.name == "sqlite" and file:
            # Inside the transaction: nobody changes the schema or the data meanwhile.
            await asyncio.to_thread(copy_before, Path(file), schema.HEAD)
        await connection.run_sync(bring_up_to_date)


async def _look(engine: AsyncEngine) -> str | None:
    try:
        async with pragmas.for_reading(engine).connect() as connection:
            return await connection.run_sync(find_revision)
    except (TypeError, ValueError):
        raise refused_parameter() from None
