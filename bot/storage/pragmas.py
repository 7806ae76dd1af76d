"""How a connection to SQLite is set up, and how transactions begin on it."""

from __future__ import annotations

import sqlite3

from sqlalchemy import Connection, Engine, event
from sqlalchemy.ext.asyncio import AsyncEngine

_READING = "reading"
_WAIT_FOR_LOCKS = "PRAGMA busy_timeout = 15000"
"""How many milliseconds a writer waits for another one before it fails."""
_TURNS = 10
"""How often a process may meet others that open the same new file."""


def set_up(engine: AsyncEngine) -> None:
    """Have each connection that the engine makes to an SQLite file keep what the data needs."""
    keep(engine.sync_engine)
    event.listen(engine.sync_engine, "begin", _begin_immediate)


def keep(engine: Engine) -> None:
    """Have each connection of an engine, which need not be one that writes, keep what the data needs."""
    event.listen(engine, "connect", _on_connect)


def for_reading(engine: AsyncEngine) -> AsyncEngine:
    """Return the engine for reads alone, which take no transaction and so never wait for a writer."""
    if engine.dialect.name == "sqlite":
        return engine.execution_options(**{_READING: True})
    return engine.execution_options(isolation_level="AUTOCOMMIT")


def _on_connect(connection: sqlite3.Connection, _record: object) -> None:
    try:
        _set_pragmas(connection)
    except sqlite3.Error:
        connection.close()  # the pool does not know it yet
        raise


def _set_pragmas(connection: sqlite3.Connection) -> None:
    # The driver would begin transactions of its own accord, and not those that make tables.
    connection.isolation_level = None
    cursor = connection.cursor()
    _turn_on_wal(cursor)
    # A job is paid for: what was said to be written survives a power cut too.
    cursor.execute("PRAGMA synchronous = FULL")
    cursor.execute("PRAGMA foreign_keys = ON")
    # What is deleted is overwritten, so that a removed secret is gone from the file as well.
    cursor.execute("PRAGMA secure_delete = ON")
    cursor.close()


def _turn_on_wal(cursor: sqlite3.Cursor) -> None:
    # The first connection of all switches the file, which stays so. Where two try at once, SQLite may
    # refuse one without letting it wait; it waits for the other's lock then, and tries again.
    for _ in range(_TURNS):
        cursor.execute("PRAGMA busy_timeout = 0")
        try:
            cursor.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError:
            cursor.execute(_WAIT_FOR_LOCKS)
            cursor.execute("BEGIN IMMEDIATE")
            cursor.execute("ROLLBACK")
        else:
            break
    cursor.execute(_WAIT_FOR_LOCKS)
    cursor.execute("PRAGMA journal_mode = WAL")


def _begin_immediate(connection: Connection) -> None:
    if not connection.get_execution_options().get(_READING):
        connection.exec_driver_sql("BEGIN IMMEDIATE")
