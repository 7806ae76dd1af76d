"""From the settings to a keyring that fits the database.

The key is the setting ``ENCRYPTION_KEYS``. Where that is unset and the database is one SQLite file,
a key lies beside it, made once. A canary in the database tells a wrong key at the start, in one
sentence, before anybody's secret fails to open.
"""

from __future__ import annotations

import logging
from pathlib import Path

from pydantic import SecretStr

from bot.crypto import Keyring, Place, new_key, read_key_file, write_key_file
from bot.errors import StartupError, VaultError
from bot.settings import Settings
from bot.storage.database import Database, database_file, needed_at_start

_log = logging.getLogger(__name__)

CANARY = "canary"
"""The name of the fact that tells whether a key is the right one."""
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
    return keyring


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
    text = _find_key(path)
    if text is None:
        if not may_make:
            raise StartupError(
                f"ENCRYPTION_KEYS: is not set and {path} is missing; put the key of this database back"
            )
        text = _make_key(path)
    try:
        return Keyring.from_text(text)
    except ValueError as error:
        raise StartupError(f"ENCRYPTION_KEYS: the file {path} {error}") from None


def _make_key(path: Path) -> str:
    key = new_key()
    try:
        write_key_file(path, key)
    except OSError as error:
        raise StartupError(f"ENCRYPTION_KEYS: {path} cannot be written ({error.strerror})") from None
    _log.warning("A key for the secrets was made in %s. Keep a copy apart from the database.", path)
    return key


def _find_key(path: Path) -> str | None:
    try:
        return read_key_file(path)
    except OSError as error:
        raise StartupError(f"ENCRYPTION_KEYS: {path} cannot be read ({error.strerror})") from None
