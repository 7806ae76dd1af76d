"""Copies of an SQLite database: made while others write, checked, and put in its place.

The copies are made by SQLite's online backup, in one step, so that each is what the database was in one
moment: https://www.sqlite.org/backup.html. A copy is one file, without the log that SQLite keeps beside a
database in use.
"""

from __future__ import annotations

import logging
import sqlite3
from collections import defaultdict
from collections.abc import Collection, Generator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from bot.errors import StartupError
from bot.storage.files import SIDES, beside, give, making, sync
from bot.storage.troubles import RESTORE, is_no_room

_log = logging.getLogger(__name__)

_KEPT = 3
"""How many copies made before upgrades are kept."""
_BEFORE = ".before-"
_WAIT_SECONDS = 15.0
_DAMAGED = f"the database file is damaged; {RESTORE}"


@dataclass(frozen=True, slots=True)
class Copy:
    """What a copy holds. ``revision`` is None where it is no database of ours."""

    revision: str | None
    facts: Mapping[str, bytes]
    shape: Mapping[str, Collection[str]]
    """The names of the columns, by the name of their table."""
    size: int
    """In bytes."""


def check_file(file: Path, *, indexes: bool = False) -> None:
    """Read the whole of an SQLite file, and say whether it is sound as far as its pages go.

    ``indexes``: whether to see as well that each index fits its table, which takes several times as long.

    Raises :class:`~bot.errors.StartupError` where it is damaged, and what :mod:`sqlite3` raises where
    it cannot be read at all.
    """
    with opened(file) as connection:
        check = "integrity_check" if indexes else "quick_check"
        if connection.execute(f"PRAGMA {check}(1)").fetchall() != [("ok",)]:
            raise StartupError(f"DATABASE_URL: {_DAMAGED}")


@contextmanager
def opened(file: Path) -> Generator[sqlite3.Connection]:
    """Open an SQLite file that is there already, without any setting of ours, committing by itself."""
    address = f"file:{quote(str(file.absolute()))}?mode=rw"
    connecting = sqlite3.connect(address, uri=True, timeout=_WAIT_SECONDS, isolation_level=None)
    with closing(connecting) as connection:
        yield connection


def copy(source: Path, draft: Path) -> Copy:
    """Copy a database into an empty file, check every row and index of the copy, and say what it holds.

    Raises ``sqlite3.Error`` where it cannot be read or written, or is damaged.
    """
    with opened(source) as origin, opened(draft) as made:
        origin.execute("SELECT count(*) FROM sqlite_master")  # waits for a lock; the copying would for ever
        origin.backup(made)
        made.execute("PRAGMA journal_mode = DELETE")  # one file that opens on a disk that is read-only, too
        for check, good in (("integrity_check(1)", [("ok",)]), ("foreign_key_check", [])):
            if made.execute(f"PRAGMA {check}").fetchall() != good:
                raise sqlite3.DatabaseError("database disk image is malformed")
        return Copy(_find_revision(made), _facts(made), _shape(made), draft.stat().st_size)


def copy_before(file: Path, revision: str) -> Path:
    """Copy a database before it is brought to ``revision``, beside it, and drop the oldest such copies.

    Raises :class:`~bot.errors.StartupError` where that cannot be done.
    """
    kept = beside(file, f"{_BEFORE}{revision}")
    try:
        with making(kept) as draft:
            copy(file, draft)
            give(draft, file.stat())
    except (sqlite3.Error, OSError) as error:
        reason = "there is no room left on its disk" if is_no_room(error) else type(error).__name__
        raise StartupError(
            f"DATABASE_URL: the database has to be upgraded to schema {revision}, and could not be copied "
            f"to {kept} before ({reason}); nothing was changed"
        ) from error
    _log.info("The database was copied to %s before its upgrade.", kept)
    copies = sorted(
        (path for path in file.parent.glob("*") if path.name.startswith(f"{file.name}{_BEFORE}")),
        key=lambda path: path.stat().st_mtime_ns,
    )
    for old in copies[:-_KEPT]:
        old.unlink(missing_ok=True)
    return kept


def put_in_place(draft: Path, file: Path, suffix: str) -> Sequence[Path]:
    """Let a checked copy that lies beside a database take its place; return what was kept of it.

    What was there is kept beside it, under its name with ``suffix``, the log of its last writes included
    where it was too damaged to take them in. At every moment one of the two lies there whole. Raises
    ``OSError``, and ``sqlite3.OperationalError`` where another process has it open.
    """
    sync(draft)
    _take_in_log(file)
    kept: list[Path] = []
    for side in ("", *SIDES):
        old = beside(file, side)
        # The file may have been made empty a moment ago. What readers share is of no use to anybody later.
        if old.exists() and old.stat().st_size and side != "-shm":
            kept.append(beside(beside(file, suffix), side))
            kept[-1].hardlink_to(old)
    sync(file.parent)
    for side in SIDES:
        # A log that is left over would be taken for one of the new database, and spoil it.
        beside(file, side).unlink(missing_ok=True)
    if file.exists():
        give(draft, file.stat())
    draft.replace(file)
    sync(file.parent)
    return kept


def _take_in_log(file: Path) -> None:
    """Make a database one file again, with all that was ever written to it, unless it is damaged."""
    if not file.exists():
        return
    try:
        with opened(file) as connection:
            connection.execute("PRAGMA journal_mode = DELETE")
    except sqlite3.DatabaseError as error:
        if "locked" in str(error):
            raise
        # What is damaged is kept as it is.


def _find_revision(connection: sqlite3.Connection) -> str | None:
    tables = "SELECT count(*) FROM sqlite_master WHERE name IN ('alembic_version', 'facts')"
    if connection.execute(tables).fetchone() != (2,):
        return None
    row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    return None if row is None else str(row[0])


def _facts(connection: sqlite3.Connection) -> Mapping[str, bytes]:
    if _find_revision(connection) is None:
        return {}
    return dict(connection.execute("SELECT name, value FROM facts"))


def _shape(connection: sqlite3.Connection) -> Mapping[str, Collection[str]]:
    query = (
        "SELECT made.name, part.name FROM sqlite_master AS made, pragma_table_info(made.name) AS part "
        "WHERE made.type = 'table'"
    )
    found: defaultdict[str, set[str]] = defaultdict(set)
    for table, column in connection.execute(query):
        found[table].add(column)
    return found
