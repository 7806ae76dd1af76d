"""One `run` for each SQLite file, by a lock of the operating system.

The lock is ``flock(2)`` on ``<database file>.lock``. It ends with its process, however that ends, and
the file stays: removing it would let a third process lock another file of the same name.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Generator
from contextlib import ExitStack, contextmanager

from bot.errors import StartupError
from bot.storage.database import database_file, prepare_folder
from bot.storage.files import beside, give


@contextmanager
def held(url: str) -> Generator[None]:
    """Keep every other process from holding the database at ``url``.

    Does nothing where the database is no SQLite file. Raises :class:`~bot.errors.StartupError` where another
    process holds it, or where it cannot be held.
    """
    file = database_file(url)
    with ExitStack() as resources:
        if file is not None:
            prepare_folder(file)
            path = beside(file, ".lock")
            try:
                descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)  # no child inherits it
                resources.callback(os.close, descriptor)
                give(path, file.stat())
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise StartupError(
                    f"DATABASE_URL: {file} is in use by another process of this program; stop that one first "
                    "(several at a time, with shards or over HTTP, need PostgreSQL)"
                ) from None
            except OSError as error:
                # SQLite itself would not do either where locks do not work, as on some network file systems.
                raise StartupError(f"DATABASE_URL: {path} cannot be locked ({error.strerror})") from error
        yield
