"""``python -m bot backup`` and ``restore``: a copy of the SQLite file in use, and the way back."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from bot.errors import StartupError
from bot.operator.files import check_source, check_target, key_place
from bot.settings import Settings
from bot.storage import backup
from bot.storage.backup import Copy
from bot.storage.database import database_file
from bot.storage.files import drafting, making
from bot.storage.lock import held
from bot.storage.revisions import check_revision
from bot.storage.shape import check_whole, find_lacking
from bot.storage.troubles import needed_at_start, writing
from bot.storage.unsent import end_unsent
from bot.vault import CANARY, check_vault

_OTHER = "use another backup"
_ENDED = (
    "that were still to be made then may have been made since: they are not sent, and whoever asked is told"
)


def back_up(settings: Settings, target: Path, *, force: bool) -> list[str]:
    """Copy the database into a file, whoever writes to it meanwhile; return what to tell.

    ``force`` replaces a file that is there. Raises :class:`~bot.errors.StartupError` and
    :class:`~bot.errors.NotDone`.
    """
    file = _file(settings, "pg_dump backs it up, and so does `python -m bot export FILE`")
    if not file.exists():
        raise StartupError(f"DATABASE_URL: {file} is not there, so there is nothing to back up")
    with needed_at_start(), writing(target):
        check_target(settings, target, force=force)
        with making(target) as draft:
            made = backup.copy(file, draft)
    schema = f"schema {made.revision}" if made.revision else "still without tables"
    return [
        f"{target}: a copy of the database, {made.size:,} bytes, checked, {schema}",
        f"the key is not in it: keep a copy of {key_place(settings)} elsewhere, or no secret opens again",
    ]


def restore(settings: Settings, source: Path, now: float) -> list[str]:
    """Put a backup in the place of the database, which is kept beside it; return what to tell.

    Jobs that were still to be sent then are ended. ``now`` is seconds since 1970. Raises
    :class:`~bot.errors.StartupError` and :class:`~bot.errors.NotDone`; the database is as it was then.
    """
    file = _file(settings, "pg_restore restores it; `python -m bot import FILE` takes in an export")
    check_source(source)
    with held(settings.database_url.get_secret_value()), writing(file):
        if file.exists() and source.samefile(file):
            raise StartupError(f"{source}: is the database itself; name a backup")
        stamp = datetime.fromtimestamp(now, UTC).strftime("%Y%m%dT%H%M%SZ")
        with drafting(file) as draft:
            with needed_at_start(str(source), _OTHER), writing(file):
                made = backup.copy(source, draft)
            _check(settings, source, made)
            with needed_at_start(str(source), _OTHER), writing(file):
                ended = end_unsent(draft, int(now * 1000))
            with needed_at_start(), writing(file):
                kept = backup.put_in_place(draft, file, f".replaced-{stamp}")
    return [
        f"{file}: holds now what {source} holds, checked, schema {made.revision}",
        *(f"{path}: what was there before" for path in kept),
        *([f"{ended} jobs {_ENDED}"] if ended else []),
    ]


def _check(settings: Settings, source: Path, made: Copy) -> None:
    if made.revision is None:
        raise StartupError(f"{source}: is not a database of this program")
    check_revision(made.revision, f"{source}: the backup")
    lacking = find_lacking(made.shape, made.revision)
    check_whole(lacking, f"{source}: the backup", _OTHER)
    check_vault(settings, made.facts.get(CANARY))


def _file(settings: Settings, otherwise: str) -> Path:
    url = settings.database_url.get_secret_value()
    file = database_file(url)
    if file is not None:
        return file
    if url.startswith("postgresql"):
        raise StartupError(f"DATABASE_URL: the database is on PostgreSQL; {otherwise}")
    raise StartupError("DATABASE_URL: the database is kept in memory alone, so there is no file of it")
