"""``python -m bot export`` and ``import``: everything from one database into another, of whichever kind."""

from __future__ import annotations

from pathlib import Path

from bot.operator.files import check_source, check_target, key_place
from bot.settings import Settings
from bot.storage import dump, moving
from bot.storage.files import making
from bot.storage.lock import held
from bot.storage.troubles import writing
from bot.vault import CANARY, check_vault


async def export(settings: Settings, target: Path, *, force: bool) -> list[str]:
    """Write everything into a file, whoever writes to the database meanwhile; return what to tell.

    ``force`` replaces a file that is there. Raises :class:`~bot.errors.StartupError` and
    :class:`~bot.errors.NotDone`.
    """
    url = settings.database_url.get_secret_value()
    with writing(target):
        check_target(settings, target, force=force)
        with making(target) as draft:
            header = await moving.export(url, draft, CANARY)
    return [
        f"{target}: {_rows(header)}, schema {header.revision}",
        f"secrets stay sealed in it and need the same key, {key_place(settings)}; all else is in clear",
    ]


async def take_in(settings: Settings, source: Path) -> list[str]:
    """Put everything that an export holds into a database without any data; return what to tell.

    Raises :class:`~bot.errors.StartupError`; nothing is imported then.
    """
    header = _checked(source)
    check_vault(settings, header.canary)
    url = settings.database_url.get_secret_value()
    with held(url):
        await moving.take_in(url, source, header)
    return [f"{source}: {_rows(header)} imported; `run` goes on with them"]


def _checked(source: Path) -> dump.Header:
    check_source(source)
    return dump.check(source)


def _rows(header: dump.Header) -> str:
    return f"{sum(header.tables.values()):,} rows of {len(header.tables)} tables"
