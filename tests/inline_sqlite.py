"""SQLite on the event loop itself, for tests whose subject is not the database.

The driver keeps a thread for each connection, and every step of every statement goes to it and comes back:
waking each other up took the two of them longer than all that a test is about. Here a step is carried
out at once, and whoever asked for it goes on in the loop's next turn, so that others come in between as
they do with the real driver. An address asks for it with ``?plugin=`` and :data:`NAME`.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import aiosqlite
from sqlalchemy import CreateEnginePlugin, Dialect, Engine
from sqlalchemy.dialects import plugins
from sqlalchemy.dialects.sqlite.aiosqlite import AsyncAdapt_aiosqlite_dbapi

NAME = "inline_sqlite"

_COMPILED: dict[Any, Any] = {}
_DIALECTS: list[Dialect] = []
"""The first one. What was compiled is found again for the same dialect alone."""


class _NoThread:
    """Stands where the driver has its thread."""

    daemon = True

    def start(self) -> None:
        """Start nothing."""


class _Desk:
    """Stands where the driver's thread takes its work from."""

    def put_nowait(self, work: tuple[asyncio.Future[Any] | None, Callable[[], Any]]) -> None:
        """Do the work now, and have the loop tell its outcome."""
        future, function = work
        loop = asyncio.get_running_loop()
        try:
            result = function()
        except Exception as error:  # noqa: BLE001 - whatever it is, it is for whoever asked
            if future is not None:
                loop.call_soon(_fail, future, error)
        else:
            if future is not None:
                loop.call_soon(_succeed, future, result)


def _fail(future: asyncio.Future[Any], error: Exception) -> None:
    if not future.done():
        future.set_exception(error)


def _succeed(future: asyncio.Future[Any], result: object) -> None:
    if not future.done():
        future.set_result(result)


class InlineConnection(aiosqlite.Connection):
    """A connection of the driver's without its thread."""

    def __init__(self, connector: Callable[[], sqlite3.Connection]) -> None:
        super().__init__(connector, iter_chunk_size=64)
        stand_ins: dict[str, Any] = {"_tx": _Desk(), "_thread": _NoThread()}
        vars(self).update(stand_ins)


def connect(database: str | Path, **options: Any) -> InlineConnection:
    """Connect as ``aiosqlite.connect`` does."""
    return InlineConnection(lambda: sqlite3.connect(database, **options))


class InlineSQLite(CreateEnginePlugin):
    """Gives an engine the driver without threads."""

    def update_url(self, url: Any) -> Any:
        """Leave the address to the file."""
        return url

    def handle_dialect_kwargs(self, dialect_cls: Any, dialect_args: dict[str, Any]) -> None:
        """Put the driver in the place of the other one."""
        del dialect_cls
        driver = ModuleType("aiosqlite")
        vars(driver).update(vars(aiosqlite), connect=connect)
        dialect_args["dbapi"] = AsyncAdapt_aiosqlite_dbapi(driver, sqlite3)

    def engine_created(self, engine: Engine) -> None:
        """Let the engines of all tests share the statements that one of them compiled."""
        _DIALECTS.append(engine.dialect)
        del _DIALECTS[1:]
        engine.dialect = _DIALECTS[0]
        engine.update_execution_options(compiled_cache=_COMPILED)


plugins.register(NAME, __name__, InlineSQLite.__name__)

if not {"_tx", "_thread"} <= vars(aiosqlite.Connection(lambda: sqlite3.connect(":memory:"), 64)).keys():
    raise RuntimeError("this aiosqlite works in another way; install the version in the lock")
