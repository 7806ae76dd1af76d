"""What is wrong with a database, in words for its operator and for the people who use the bot."""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.exc import DBAPIError

from bot.errors import NotDone, StartupError
from bot.storage.reaching import is_lost

RESTORE = "`python -m bot restore FILE` puts a backup in its place"
"""The way out of a database that is no use any more."""

DatabaseTrouble = DBAPIError | sqlite3.Error | OSError
"""What the drivers and the operating system raise."""


@contextmanager
def needed_at_start(subject: str = "DATABASE_URL", way_out: str = RESTORE) -> Generator[None]:
    """Turn what is wrong with the database into :class:`~bot.errors.StartupError`.

    ``subject`` is named as what is wrong, ``way_out`` is what to do about one that is damaged.
    """
    try:
        yield
    except (DBAPIError, sqlite3.Error, OSError) as error:
        raise StartupError(f"{subject}: {explain(error, way_out)}") from error


@contextmanager
def writing(target: Path) -> Generator[None]:
    """Turn what keeps a file from being written into :class:`~bot.errors.NotDone`."""
    try:
        yield
    except (OSError, sqlite3.Error) as error:
        if is_no_room(error):
            raise NotDone(f"{target}: there is no room for it on the disk; nothing was changed") from error
        if isinstance(error, OSError):
            raise NotDone(f"{target}: cannot be written ({error.strerror}); nothing was changed") from error
        raise


def refused_parameter() -> StartupError:
    """Return what to raise where a driver refuses to connect with what the address asks for.

    The commonest such parameter is PostgreSQL's own ``sslmode``, which asyncpg calls ``ssl``.
    """
    return StartupError("DATABASE_URL: a parameter after the question mark is refused by the driver")


def explain(error: DatabaseTrouble, way_out: str = RESTORE) -> str:
    """Say in a few words, without address or data, why a database cannot be used.

    ``way_out`` is what to do about one that is damaged.
    """
    if isinstance(error, OSError):
        return f"the database server does not answer ({error.strerror or type(error).__name__})"
    cause = error.orig if isinstance(error, DBAPIError) else error
    words = str(cause)
    for mark, reason in _REASONS.items():
        if mark in words:
            return reason.format(way_out)
    return f"the database cannot be used ({type(cause).__name__})"


_REASONS = {
    "locked": "another process keeps the database locked",
    "not a database": "the file is not an SQLite database, or damaged; {}",
    "malformed": "the database file is damaged; {}",
    "unable to open": "the file cannot be opened",
    "is full": "there is no room left on its disk",
}
"""By words of SQLite's."""


def is_no_room(error: BaseException) -> bool:
    """Say whether SQLite, or the operating system, found the disk full."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    if isinstance(cause, OSError):
        return cause.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
    return isinstance(cause, sqlite3.Error) and "is full" in str(cause)


_TO_PEOPLE = {
    "is full": "the disk of whoever runs this app is full",
    "locked": "the database is busy with something else",
    "disk I/O error": "the disk of whoever runs this app makes trouble",
    "malformed": "the database is damaged",
}


def find_reason(error: BaseException) -> str | None:
    """Say to a person why a database did not do its work; None for a bug, and for what is no database's."""
    if not isinstance(error, DBAPIError):
        return None
    if is_lost(error):
        return "the database cannot be reached"
    words = str(error.orig)
    return next((reason for mark, reason in _TO_PEOPLE.items() if mark in words), None)
