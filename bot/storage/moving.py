"""Taking everything that another database held into one that holds nothing yet."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, func, select
from sqlalchemy.exc import DBAPIError

from bot.errors import StartupError
from bot.storage import dump, schema
from bot.storage.database import database_file, usable_engine
from bot.storage.inspection import snapshot
from bot.storage.revisions import bring_up_to_date, check_revision, find_revision, make_again, migrate
from bot.storage.troubles import explain, needed_at_start


async def export(url: str, file: Path, canary: str) -> dump.Header:
    """Write everything that the database at ``url`` holds in one moment into a file.

    Others may write meanwhile. Raises :class:`~bot.errors.StartupError` where the database cannot be
    read or has not the schema of this code, and ``OSError`` where the file cannot be written.
    """
    source = database_file(url)
    if source is not None and not source.exists():
        raise StartupError(f"DATABASE_URL: {source} is not there, so there is nothing to export")
    async with snapshot(url) as connection:
        with needed_at_start():
            found = await connection.run_sync(find_revision)
        check_revision(found)
        if found is None:
            raise StartupError("DATABASE_URL: there is nothing to export yet")
        if found != schema.HEAD:
            raise StartupError(
                f"DATABASE_URL: the database has schema {found}, and this program works with {schema.HEAD}; "
                "`run` upgrades it, or export it with the program that it was used with"
            )
        try:
            return await connection.run_sync(dump.write, file, canary)
        except DBAPIError as error:
            raise StartupError(f"DATABASE_URL: {explain(error)}") from error


async def take_in(url: str, file: Path, header: dump.Header) -> None:
    """Put everything that an export holds into the database at ``url``, or nothing where that fails.

    ``header`` is what :func:`~bot.storage.dump.check` said of the file. Raises
    :class:`~bot.errors.StartupError` where the file is newer than this code, or the database holds anything
    already.
    """
    check_revision(header.revision, f"{file}: the export")
    engine = usable_engine(url)
    try:
        with needed_at_start():
            async with engine.begin() as connection:
                await connection.run_sync(_take_in, file, header)
    finally:
        await engine.dispose()


def _take_in(connection: Connection, file: Path, header: dump.Header) -> None:
    bring_up_to_date(connection)
    _check_empty(connection)
    if header.revision == schema.HEAD:
        for table in reversed(schema.metadata.sorted_tables):
            connection.execute(table.delete())
    else:
        make_again(connection, header.revision)
        connection.execute(schema.guilds.delete())
    try:
        dump.read(connection, file)
    except DBAPIError as error:
        raise StartupError(
            f"{file}: the database refuses a row of it ({type(error.orig).__name__}); nothing was imported"
        ) from error
    if header.revision != schema.HEAD:
        migrate(connection, header.revision)


def _check_empty(connection: Connection) -> None:
    """Say whether there is anything but what a start makes: the row for no server, and facts."""
    for table in schema.metadata.sorted_tables:
        rows = select(func.count()).select_from(table)
        if table is schema.guilds:
            rows = rows.where(schema.guilds.c.guild_id != schema.NOWHERE)
        if table is not schema.facts and connection.execute(rows).scalar_one():
            raise StartupError(
                f"DATABASE_URL: the database holds data already ({table.name}); import into a new one"
            )
