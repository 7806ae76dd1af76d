"""Reads that are carried out in one go, however many statements they are.

SQLite's driver for asyncio goes to a thread and back for each step of each statement, of which one has four;
that takes several times as long as SQLite itself does. Here a thread is given the whole read.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from sqlalchemy import Connection, Engine, create_engine
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.storage import pragmas

T = TypeVar("T")

_AT_ONCE = 4
"""Reads that are carried out side by side, each in a thread with a connection of its own."""


class Reader:
    """Carries reads out on the database of an engine."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = pragmas.for_reading(engine)
        self._beside = _engine_beside(engine)
        self._threads: ThreadPoolExecutor | None = None

    async def read(self, work: Callable[[Connection], T]) -> T:
        """Return what ``work`` reads; it may run in another thread, and must not touch what others change."""
        if self._beside is None:
            async with self._engine.connect() as connection:
                return await connection.run_sync(work)
        if self._threads is None:
            self._threads = ThreadPoolExecutor(_AT_ONCE, "reader")
        return await asyncio.get_running_loop().run_in_executor(self._threads, _read, self._beside, work)

    async def close(self) -> None:
        """Let go of the connections, once what is being read is through."""
        if self._beside is None:
            return
        if self._threads is not None:
            await asyncio.to_thread(self._threads.shutdown)
        self._beside.dispose()


def _read(engine: Engine, work: Callable[[Connection], T]) -> T:
    with engine.connect() as connection:
        return work(connection)


def _engine_beside(engine: AsyncEngine) -> Engine | None:
    """Make what connects to the same file without asyncio; None where there is no file that it could be.

    A plugin that the address names is one for the driver in the address, which is then kept to.
    """
    url = engine.url
    if engine.dialect.name != "sqlite" or url.database in {None, "", ":memory:"} or "plugin" in url.query:
        return None
    beside = create_engine(
        url.set(drivername="sqlite"), hide_parameters=True, pool_size=_AT_ONCE, max_overflow=0
    )
    pragmas.keep(beside)
    return beside
