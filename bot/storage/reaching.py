"""Connections to a database server, which may go away at any moment and come back."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import event
from sqlalchemy.exc import DBAPIError, InvalidatePoolError, OperationalError
from sqlalchemy.ext.asyncio import AsyncEngine

CONNECT_SECONDS = 5.0
"""How long a connection may take to be made: somebody waits for it."""


class Unconfirmed(OperationalError):
    """The connection was lost while a transaction was being kept: it may have been kept or not."""


def set_up(engine: AsyncEngine) -> None:
    """Have nobody be given a connection that the server has ended."""
    event.listen(engine.sync_engine, "checkout", _on_checkout)


def _on_checkout(  # pragma: no cover - a drill, with a real server
    connection: Any, _record: object, _fairy: object
) -> None:
    # The driver has heard of the end already: asking the server each time (pool_pre_ping) would take three
    # more ways there and back, and a server that is gone without a word answers neither.
    if connection.driver_connection.is_closed():
        raise InvalidatePoolError


@dataclass
class Course:
    """How far a use of a connection has come."""

    is_ending: bool = False
    """Whether all is said, and what was said is being kept."""


@contextmanager
def across(*, is_far: bool) -> Generator[Course]:
    """Guard a use of a connection, to a server where ``is_far``: what ends it is an error of the database's.

    The driver lets the operating system's through as they are, from which nobody could tell whose they are.
    Raises :class:`Unconfirmed` where it was lost while it came to its end.
    """
    course = Course()
    if not is_far:
        yield course
        return
    try:
        yield course
    except OSError as error:
        kind = Unconfirmed if course.is_ending else OperationalError
        raise kind("connecting", None, error, hide_parameters=True) from error
    except DBAPIError as error:
        if course.is_ending and is_lost(error):
            raise Unconfirmed("COMMIT", None, error.orig or error, hide_parameters=True) from error
        raise


def is_lost(error: DBAPIError) -> bool:
    """Say whether a server could not be reached, or ended the connection."""
    state: object = getattr(error.orig, "sqlstate", None) or ""
    return (
        isinstance(error, Unconfirmed)
        or error.connection_invalidated
        or isinstance(error.orig, OSError)
        or (isinstance(state, str) and state.startswith(_LOST))
    )


_LOST = ("08", "57P0", "53300")
"""Codes of PostgreSQL's: no connection; shut down, crashed, not started yet; no connection left."""
