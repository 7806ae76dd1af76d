"""``python -m bot rotate-key``: another key for everything that is sealed, also beside a running bot.

First the new key is put in front of the old one, where both open; then every secret is sealed anew; and
at last, by ``--drop-old``, the old key goes. Each step can be broken off anywhere and begun anew. A key
file is changed by the program, and a running bot reads it again by itself; a setting is the operator's.
"""

from __future__ import annotations

import time
from collections.abc import AsyncGenerator, Callable, Generator, Sequence
from contextlib import ExitStack, asynccontextmanager, contextmanager

from bot.crypto import Keyring, new_key, read_key, read_keys
from bot.errors import StartupError
from bot.keyfile import KeyFile
from bot.operator.sealing import Survey, lost_lines, reseal, survey
from bot.settings import Settings
from bot.storage import schema
from bot.storage.database import Database
from bot.storage.inspection import inspect
from bot.storage.lock import held
from bot.storage.revisions import check_revision
from bot.storage.seals import CANARY
from bot.storage.shape import check_whole
from bot.storage.troubles import needed_at_start
from bot.vault import KEYS, check_vault, key_file

_SETTLED = 60
"""Seconds after which a running bot has written all that it sealed before it learned of a new key."""


async def rotate(settings: Settings) -> list[str]:
    """Seal everything with a new key, or go on where that was broken off; return what to tell.

    Raises :class:`~bot.errors.StartupError` where that cannot be done; everything opens then as before.
    """
    async with _database(settings) as database:
        with _keys(settings) as (file, keys):
            keyring = Keyring(_with_new_key(file, keys) if len(keys) == 1 else keys)
            if file is None:
                await _refuse_before_restart(settings, database, keyring)
            done = await reseal(database, keyring)
            found = await _survey(database, keyring)
            _refuse_unfinished(found)
            return [
                *lost_lines(found),
                f"{found.opening.total()} secrets are sealed with the newest key, {done} of them just now.",
                *_what_next(settings, file),
            ]


async def drop_old(settings: Settings, *, clock: Callable[[], float] = time.time) -> list[str]:
    """Take all keys but the newest out of the key file, or say that they may be; return what to tell.

    ``clock`` gives seconds since 1970. Raises :class:`~bot.errors.StartupError` where one is still needed.
    """
    async with _database(settings) as database:
        with _keys(settings) as (file, keys):
            if len(keys) == 1:
                return ["There is one key alone: no old one is left to drop."]
            keyring = Keyring(keys)
            if file is None:
                await _refuse_before_restart(settings, database, keyring)
            elif _is_running(settings):
                _refuse_while_fresh(file, clock)
            found = await _survey(database, keyring)
            _refuse_unfinished(found)
            lines = lost_lines(found)
            if file is None:
                return [
                    *lines,
                    "Nothing needs an old key any more: leave the first one of ENCRYPTION_KEYS alone there.",
                ]
            with _changing(file):
                file.replace(keys[:1])
            return [
                *lines,
                f"{file.path} holds the newest key alone now. Backups from before need the old one.",
            ]


def _with_new_key(file: KeyFile | None, keys: Sequence[bytes]) -> list[bytes]:
    if file is None:
        raise StartupError(
            "ENCRYPTION_KEYS: holds one key; put a new one and a comma in front of it (`python -m bot "
            "rotate-key --new-key` prints one), start the bot with both, and call this again"
        )
    keys = [read_key(new_key()), *keys]
    with _changing(file):
        file.replace(keys)
    return keys


def _what_next(settings: Settings, file: KeyFile | None) -> list[str]:
    drop = "`python -m bot rotate-key --drop-old`"
    if file is not None:
        return [
            f"Keep a copy of {file.path}, apart from the database. Then {drop} takes the old key out of it."
        ]
    lines = [f"{drop} says whether the old key may be taken out of ENCRYPTION_KEYS."]
    if key_file(settings) is None:
        lines.append("Every worker must run with both keys by now: one that does not opens nothing any more.")
    return lines


@asynccontextmanager
async def _database(settings: Settings) -> AsyncGenerator[Database]:
    """Give the database: it must be there, have the newest schema, and open with a key that is there."""
    url = settings.database_url.get_secret_value()
    found = await inspect(url, CANARY)
    check_revision(found.revision)
    check_whole(found.lacking)
    if found.canary is None:
        raise StartupError("DATABASE_URL: no key was made for this database yet; the first `run` makes it")
    if found.revision != schema.HEAD:
        raise StartupError(
            f"DATABASE_URL: the database has schema {found.revision}; start the bot once, which brings it "
            f"to {schema.HEAD}"
        )
    check_vault(settings, found.canary)
    database = await Database.open(url)
    try:
        with needed_at_start():
            yield database
    finally:
        await database.close()


@contextmanager
def _keys(settings: Settings) -> Generator[tuple[KeyFile | None, Sequence[bytes]]]:
    """Give the keys, newest first and each once, and the file, which nobody else changes meanwhile.

    There is no file where they are a setting.
    """
    path = key_file(settings)
    if settings.encryption_keys is not None or path is None:
        text = "" if settings.encryption_keys is None else settings.encryption_keys.get_secret_value()
        yield None, [*dict.fromkeys(read_keys(text))]
        return
    file = KeyFile(path)
    with ExitStack() as changes:
        with _changing(file):
            changes.enter_context(file.changing())
            keys = file.find()
        yield file, [*dict.fromkeys(keys or ())]


@contextmanager
def _changing(file: KeyFile) -> Generator[None]:
    try:
        yield
    except BlockingIOError:
        raise StartupError(
            f"ENCRYPTION_KEYS: another process is changing {file.path}; let that one end first"
        ) from None
    except OSError as error:
        raise StartupError(
            f"ENCRYPTION_KEYS: {file.path} cannot be changed ({error.strerror}); it is as it was"
        ) from None


async def _survey(database: Database, keyring: Keyring) -> Survey:
    async with database.reading() as connection:
        return await survey(connection, keyring)


def _refuse_unfinished(found: Survey) -> None:
    if found.old:
        raise StartupError(
            f"ENCRYPTION_KEYS: an old key is still needed, by {found.old} of what is sealed; `python -m bot "
            "rotate-key` seals anew what opens",
            *lost_lines(found),
        )


async def _refuse_before_restart(settings: Settings, database: Database, keyring: Keyring) -> None:
    """Refuse where a running bot has other keys: it reads a setting at its start, and would open nothing."""
    if _is_running(settings) and await database.find_fact(KEYS) != b"".join(keyring.ids):
        raise StartupError(
            "ENCRYPTION_KEYS: the bot that is running was started with other keys; restart it with these"
        )


def _refuse_while_fresh(file: KeyFile, clock: Callable[[], float]) -> None:
    age = clock() - file.path.stat().st_mtime
    if 0 <= age < _SETTLED:
        raise StartupError(
            f"ENCRYPTION_KEYS: the bot that is running may still be writing with the old key; call this "
            f"again in {_SETTLED - int(age)} seconds"
        )


def _is_running(settings: Settings) -> bool:
    """Say whether a bot may be running on this file; nothing tells of those on PostgreSQL."""
    try:
        with held(settings.database_url.get_secret_value()):
            return False
    except StartupError:
        return True
