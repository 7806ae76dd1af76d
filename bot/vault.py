"""From the settings to a keyring that fits the database.

The key is the setting ``ENCRYPTION_KEYS``. Where that is unset and the database is one SQLite file,
a key lies beside it, made once, and read again when it changed. A canary in the database tells a wrong
key at the start, in one sentence, before anybody's secret fails to open; when keys are rotated it is
sealed anew after everything else, so that an old key that is taken away too early is told as well.
"""

from __future__ import annotations

import logging
from pathlib import Path

from pydantic import SecretStr

from bot.crypto import Keyring, Place, new_key, read_keys
from bot.errors import StartupError, VaultError
from bot.keyfile import KeyFile
from bot.settings import Settings
from bot.storage.database import Database, database_file, needed_at_start
from bot.storage.seals import CANARY

_log = logging.getLogger(__name__)

KEYS = "keys"
"""The name of the fact that tells which keys the bot was last started with, where they were several."""
_CANARY_PLACE = Place(0, 0, CANARY)
_CANARY_TEXT = SecretStr("a small yellow bird")


def key_file(settings: Settings) -> Path | None:
    """Return where the key lies when it is not a setting; None where it must be one."""
    file = database_file(settings.database_url.get_secret_value())
    return None if file is None else file.with_name(file.name + ".key")


async def open_vault(settings: Settings, database: Database) -> Keyring:
    """Return the keyring, having made a key for a database that has none yet.

    Raises :class:`~bot.errors.StartupError` where the key is missing or is not this database's.
    """
    with needed_at_start():
        sealed = await database.find_fact(CANARY)
        if sealed is None:
            sealed = await database.settle_fact(
                CANARY, lambda: _keyring(settings, may_make=True).seal(_CANARY_TEXT, _CANARY_PLACE)
            )
    keyring = _keyring(settings, may_make=False)
    _prove(keyring, sealed)
    await _note_keys(keyring, database)
    return keyring


async def _note_keys(keyring: Keyring, database: Database) -> None:
    """Let who rotates the keys beside us know that we have them all."""
    names = b"".join(keyring.ids)
    with needed_at_start():
        if len(keyring.ids) > 1 and await database.find_fact(KEYS) != names:
            await database.put_fact(KEYS, names)


def read_keyring(settings: Settings) -> Keyring:
    """Return the keys that there are, whatever they open. Raises :class:`~bot.errors.StartupError`."""
    return _keyring(settings, may_make=False)


def check_vault(settings: Settings, canary: bytes | None) -> None:
    """Say whether :func:`open_vault` would succeed, without making anything.

    ``canary`` is the fact :data:`CANARY` of the database, None where it has none yet. Raises
    :class:`~bot.errors.StartupError`.
    """
    path = key_file(settings)
    keyless = settings.encryption_keys is None and path is not None and not path.exists()
    if canary is None and keyless:
        return
    keyring = _keyring(settings, may_make=False)
    if canary is not None:
        _prove(keyring, canary)


def _prove(keyring: Keyring, sealed: bytes) -> None:
    try:
        keyring.open(sealed, _CANARY_PLACE)
    except VaultError:
        raise StartupError(
            "ENCRYPTION_KEYS: none of the keys opens this database; use the key it was made with"
        ) from None


def _keyring(settings: Settings, *, may_make: bool) -> Keyring:
    if settings.encryption_keys is not None:
        return Keyring.from_text(settings.encryption_keys.get_secret_value())
    path = key_file(settings)
    if path is None:
        raise StartupError("ENCRYPTION_KEYS: must be set with this DATABASE_URL")
    file = KeyFile(path)
    keys = _find_keys(file)
    if keys is None:
        if not may_make:
            raise StartupError(
                f"ENCRYPTION_KEYS: is not set and {path} is missing; put the key of this database back"
            )
        keys = _make_key(file)
    return Keyring(keys, renewed=file.changed)


def _make_key(file: KeyFile) -> list[bytes]:
    key = new_key()
    try:
        file.make(key)
    except OSError as error:
        raise StartupError(f"ENCRYPTION_KEYS: {file.path} cannot be written ({error.strerror})") from None
    _log.warning("A key for the secrets was made in %s. Keep a copy apart from the database.", file.path)
    return read_keys(key)


def _find_keys(file: KeyFile) -> list[bytes] | None:
    try:
        return file.find()
    except OSError as error:
        raise StartupError(f"ENCRYPTION_KEYS: {file.path} cannot be read ({error.strerror})") from None
    except ValueError as error:
        raise StartupError(f"ENCRYPTION_KEYS: the file {file.path} {error}") from None
