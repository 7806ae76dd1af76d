"""Looking at a database without changing it: no file is made, no migration runs."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from sqlalchemy import Connection, text

from bot.errors import StartupError
from bot.storage.database import database_file, make_engine, needed_at_start, parse_address, refused_parameter
from bot.storage.revisions import find_revision


@dataclass(frozen=True, slots=True)
class Inspection:
    """What a database is. ``revision`` is None where the first start is still to come."""

    revision: str | None
    canary: bytes | None


async def inspect(url: str, canary: str) -> Inspection:
    """Look at the database at ``url``, and at the fact of it that is named ``canary``.

    Raises :class:`~bot.errors.StartupError` where the program could not start with it.
    """
    file = database_file(url)
    if file is not None and not file.exists():
        _check_folder(file)
        return Inspection(None, None)
    address = parse_address(url)
    if file is not None:
        address = address.set(database=f"file:{quote(str(file.absolute()))}")
        address = address.update_query_dict({"mode": "rw", "uri": "true"})
    engine = make_engine(address)
    try:
        with needed_at_start():
            async with engine.connect() as connection:
                return await connection.run_sync(_look, canary)
    except (TypeError, ValueError):
        raise refused_parameter() from None
    finally:
        await engine.dispose()


def _look(connection: Connection, canary: str) -> Inspection:
    revision = find_revision(connection)
    if revision is None:
        return Inspection(None, None)
    query = text("SELECT value FROM facts WHERE name = :name")
    found = connection.execute(query, {"name": canary}).scalar_one_or_none()
    return Inspection(revision, found)


def _check_folder(file: Path) -> None:
    """Say whether the folder of a database that is still to be made can be written."""
    folder = file.absolute().parent
    while not folder.exists():
        folder = folder.parent
    if not folder.is_dir() or not os.access(folder, os.W_OK | os.X_OK):
        raise StartupError(f"DATABASE_URL: {folder} cannot be written by user id {os.getuid()}")
