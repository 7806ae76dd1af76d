"""Looking at a database without changing it: no file is made, no migration runs."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.errors import StartupError
from bot.storage import schema
from bot.storage.backup import check_file
from bot.storage.database import database_file, make_engine, parse_address
from bot.storage.revisions import find_revision
from bot.storage.shape import find_lacking, shape_of
from bot.storage.troubles import needed_at_start, refused_parameter


@dataclass(frozen=True, slots=True)
class Inspection:
    """What a database is. ``revision`` is None where the first start is still to come."""

    revision: str | None
    canary: bytes | None
    lacking: Sequence[str] = ()
    """The tables and columns that its revision has and it has not."""


async def inspect(url: str, canary: str, *, indexes: bool = False) -> Inspection:
    """Look at the database at ``url``, and at the fact of it that is named ``canary``.

    A file is read whole, which takes a second for some hundred megabytes; with ``indexes`` it is seen as well
    that each index fits its table. Raises :class:`~bot.errors.StartupError` where the program could not start
    with it.
    """
    file = database_file(url)
    if file is not None and not file.exists():
        _check_folder(file)
        return Inspection(None, None)
    async with snapshot(url) as connection:
        with needed_at_start():
            found = await connection.run_sync(_look, canary)
    await check_pages(url, indexes=indexes)
    return found


async def is_behind(url: str) -> bool:
    """Say whether a start would upgrade the database. Raises :class:`~bot.errors.StartupError`."""
    file = database_file(url)
    if file is not None and not file.exists():
        return False
    async with snapshot(url) as connection:
        with needed_at_start():
            return await connection.run_sync(find_revision) not in {None, schema.HEAD}


async def check_pages(url: str, *, indexes: bool = False) -> None:
    """See whether a database in a file, where there is one, is sound; a start alone reads little of it.

    Raises :class:`~bot.errors.StartupError` where it is damaged.
    """
    file = database_file(url)
    if file is not None and file.is_file():
        with needed_at_start():
            await asyncio.to_thread(check_file, file, indexes=indexes)


@asynccontextmanager
async def snapshot(url: str) -> AsyncGenerator[AsyncConnection]:
    """Give a connection whose reads all see what the database is in one moment, and that changes nothing.

    Raises :class:`~bot.errors.StartupError` where there is no connecting to it.
    """
    file = database_file(url)
    address = parse_address(url)
    if file is not None:
        address = address.set(database=f"file:{quote(str(file.absolute()))}")
        address = address.update_query_dict({"mode": "rw", "uri": "true"})
    engine = make_engine(address)
    try:
        connection = await _begin_to_read(engine)
        try:
            yield connection
        finally:
            await connection.close()
    finally:
        await engine.dispose()


async def _begin_to_read(engine: AsyncEngine) -> AsyncConnection:
    try:
        with needed_at_start():
            connection = await engine.connect()
            if engine.dialect.name == "sqlite":
                await connection.exec_driver_sql("BEGIN")
            else:  # pragma: no cover - a drill, with a real server
                await connection.execution_options(
                    isolation_level="REPEATABLE READ", postgresql_readonly=True
                )
            return connection
    except (TypeError, ValueError):
        raise refused_parameter() from None


def _look(connection: Connection, canary: str) -> Inspection:
    revision = find_revision(connection)
    if revision is None:
        return Inspection(None, None)
    shape = shape_of(connection)
    lacking = find_lacking(shape, revision)
    if not {"name", "value"} <= {*shape.get("facts", ())}:
        return Inspection(revision, None, lacking)
    query = text("SELECT value FROM facts WHERE name = :name")
    found = connection.execute(query, {"name": canary}).scalar_one_or_none()
    return Inspection(revision, found, lacking)


def _check_folder(file: Path) -> None:
    """Say whether the folder of a database that is still to be made can be written."""
    folder = file.absolute().parent
    while not folder.exists():
        folder = folder.parent
    if not folder.is_dir() or not os.access(folder, os.W_OK | os.X_OK):
        raise StartupError(f"DATABASE_URL: {folder} cannot be written by user id {os.getuid()}")
