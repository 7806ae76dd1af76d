"""What a look at a whole database finds beyond what a start needs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from pathlib import Path

from bot.storage.files import SIDES, beside
from bot.storage.seals import Reader


async def find_orphans(connection: Reader) -> Mapping[str, int]:
    """Count the rows that point at one that is not there, by table; PostgreSQL lets none come about."""
    if connection.dialect.name != "sqlite":  # pragma: no cover - a drill, with a real server
        return {}
    rows = await connection.exec_driver_sql("PRAGMA foreign_key_check")
    return Counter(str(row[0]) for row in rows)


def size_of(file: Path) -> int:
    """Return how many bytes a database takes, with what SQLite keeps beside it; 0 where there is none."""
    paths = [beside(file, side) for side in ("", *SIDES)]
    return sum(path.stat().st_size for path in paths if path.exists())
