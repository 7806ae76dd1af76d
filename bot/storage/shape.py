"""Which tables and columns a database has, and which of those that it has to have it lacks."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TypeAlias

from sqlalchemy import Connection, create_engine, inspect

from bot.errors import StartupError
from bot.storage import schema
from bot.storage.revisions import is_known, migrate
from bot.storage.troubles import RESTORE

Shape: TypeAlias = Mapping[str, Collection[str]]
"""The names of the columns, by the name of their table."""


def shape_of(connection: Connection) -> Shape:
    """Return the tables of ours that are there, with all of their columns."""
    names = [*schema.metadata.tables, schema.version.name]
    found = inspect(connection).get_multi_columns(filter_names=names)
    return {table: {column["name"] for column in columns} for (_, table), columns in found.items()}


def find_lacking(shape: Shape, revision: str) -> Sequence[str]:
    """Name the tables and columns that a revision makes and that are not there.

    Nothing is asked of a revision that this code does not know.
    """
    if not is_known(revision):
        return ()
    made = _made_by(revision)
    tables = [f"the table {table}" for table in made if table not in shape]
    columns = [
        f"the column {column} of {table}"
        for table, wanted in made.items()
        for column in wanted
        if table in shape and column not in shape[table]
    ]
    return (*tables, *columns)


def check_whole(
    lacking: Sequence[str], subject: str = "DATABASE_URL: the database", way_out: str = RESTORE
) -> None:
    """Raise :class:`~bot.errors.StartupError` where a database lacks something.

    ``lacking`` is what :func:`find_lacking` found, ``subject`` names the database, or what else it is.
    """
    if lacking:
        raise StartupError(f"{subject} is not whole, it lacks {', '.join(lacking)}; {way_out}")


def _made_by(revision: str) -> Shape:
    if revision == schema.HEAD:
        return {table.name: table.columns.keys() for table in schema.metadata.sorted_tables}
    engine = create_engine("sqlite://")  # in memory: what a revision makes is known to the revisions alone
    try:
        with engine.connect() as connection:
            migrate(connection, None, to=revision)
            return shape_of(connection)
    finally:
        engine.dispose()
