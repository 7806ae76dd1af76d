"""Files that appear whole or not at all, and to whom they belong."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path

SIDES = ("-wal", "-shm", "-journal")
"""What SQLite adds to a database's name for the files that it keeps beside it."""


@contextmanager
def making(target: Path) -> Generator[Path]:
    """Give an empty file that becomes ``target``, on the disk, when the block ends well.

    However else the block ends, ``target`` is as it was. Raises ``OSError``.
    """
    with drafting(target) as draft:
        yield draft
        sync(draft)
        draft.replace(target)
        sync(target.parent)


@contextmanager
def drafting(target: Path) -> Generator[Path]:
    """Give an empty file beside ``target``, for its owner alone, that is gone after the block.

    A process that is killed leaves it, as ``.<name>.….partial``. Raises ``OSError``.
    """
    descriptor, name = tempfile.mkstemp(prefix=f".{target.name}.", suffix=".partial", dir=target.parent)
    os.close(descriptor)
    draft = Path(name)
    try:
        yield draft
    finally:
        for side in ("", *SIDES):
            beside(draft, side).unlink(missing_ok=True)


def beside(file: Path, side: str) -> Path:
    """Return the file whose name goes on with ``side``."""
    return file.with_name(file.name + side)


def sync(path: Path) -> None:
    """Put a file, or the entries of a folder, on the disk. Raises ``OSError``."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def give(path: Path, to: os.stat_result) -> None:
    """Give a file to whom another one belongs.

    What root makes beside a database would otherwise keep out the user whom the bot runs as.
    """
    with suppress(PermissionError):
        os.chown(path, to.st_uid, to.st_gid)
