"""The file that the keys lie in where they are no setting: read, made once, replaced as a whole, watched.

It holds exactly what the setting ``ENCRYPTION_KEYS`` would and nothing else, and its owner alone may read
it (mode 0600).
"""

from __future__ import annotations

import fcntl
import logging
import os
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bot.crypto import read_keys, write_key
from bot.storage.files import give, making, sync

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Stamp:
    """What tells one state of a file from another."""

    inode: int
    modified: int
    size: int


class KeyFile:
    """A key file, whether it is there or not. Its content never reaches a log or an exception."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._seen: _Stamp | None = None

    def find(self) -> list[bytes] | None:
        """Return the keys, newest first; None where there is no such file.

        Raises ``OSError`` where it cannot be read, and ``ValueError`` where it holds something else.
        """
        try:
            with self.path.open(encoding="ascii", errors="replace") as file:
                seen = _stamp(os.fstat(file.fileno()))
                text = file.read()
        except FileNotFoundError:
            return None
        self._seen = seen
        return read_keys(text)

    def changed(self) -> list[bytes] | None:
        """Return the keys where the file changed since it was read or looked at last, else None.

        A file that cannot be read, or holds no keys, is told to the log once and counts as unchanged.
        """
        try:
            now = _stamp(self.path.stat())
        except OSError as error:
            now, why = None, error.strerror
        else:
            why = None
        if now == self._seen:
            return None
        self._seen = now
        try:
            keys = None if now is None else self.find()
        except (OSError, ValueError) as error:
            keys, why = None, error.strerror if isinstance(error, OSError) else str(error)
        if keys is None:
            _log.error("The key file %s is not used (%s); what it held before is.", self.path, why or "gone")
        else:
            _log.info("The key file %s was read again: keys are being rotated.", self.path)
        return keys

    def make(self, key: str) -> None:
        """Write a file that is not there yet, and put it on the disk.

        Raises ``FileExistsError`` where it is there: a key is never overwritten. Raises ``OSError``.
        """
        descriptor = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(key)
            file.flush()
            os.fsync(file.fileno())
        sync(self.path.parent)
        self._seen = _stamp(self.path.stat())

    def replace(self, keys: Sequence[bytes]) -> None:
        """Put other keys in place of those that are there, all at once: a reader gets these or those.

        To be called inside :meth:`changing`. Where it is a link, what it leads to is replaced; the file
        keeps its owner. Raises ``OSError``, having changed nothing.
        """
        target = self.path.resolve()
        with making(target) as draft:
            draft.write_text(",".join(write_key(key) for key in keys), encoding="ascii")
            give(draft, target.stat())  # else the bot might not be able to read it any more

    @contextmanager
    def changing(self) -> Generator[None]:
        """Keep everybody else from replacing the file; it ends with the process.

        Raises ``BlockingIOError`` where somebody else is at it, and other ``OSError``.
        """
        target = self.path.resolve()
        folder = os.open(target.parent, os.O_RDONLY)
        try:
            fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
            for draft in target.parent.glob(f".{target.name}.*.partial"):
                draft.unlink()  # of somebody who was killed half way: it holds keys, and none was used yet
            yield
        finally:
            os.close(folder)


def _stamp(found: os.stat_result) -> _Stamp:
    return _Stamp(found.st_ino, found.st_mtime_ns, found.st_size)
