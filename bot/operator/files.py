"""The files that an operator names."""

from __future__ import annotations

import os
from pathlib import Path

from bot.errors import StartupError
from bot.settings import Settings
from bot.storage.database import database_file
from bot.storage.files import SIDES, beside
from bot.vault import key_file


def check_target(settings: Settings, target: Path, *, force: bool) -> None:
    """Say whether a file may be written, ``force`` meaning that a regular one which is there may be replaced.

    Raises :class:`~bot.errors.StartupError`.
    """
    if target.is_dir():
        raise StartupError(f"{target}: is a folder; name a file")
    if not target.absolute().parent.is_dir():
        raise StartupError(f"{target}: its folder is not there; make it first")
    file = database_file(settings.database_url.get_secret_value())
    if file is not None and target.resolve() in {
        beside(file, side).resolve() for side in ("", *SIDES, ".key", ".lock")
    }:
        raise StartupError(f"{target}: belongs to the database itself; choose another name")
    if target.is_symlink():
        # It would be replaced itself, and what it leads to would stay as it is.
        raise StartupError(f"{target}: is a symbolic link; name the file that it leads to")
    if target.exists() and not target.is_file():
        raise StartupError(f"{target}: is no regular file, so nothing is put in its place; name another")
    if target.exists() and not force:
        raise StartupError(f"{target}: is there already; choose another name, or add --force to replace it")


def check_source(source: Path) -> None:
    """Raise :class:`~bot.errors.StartupError` where there is no such file to read."""
    try:
        found = source.is_file()
    except OSError:  # a name that is too long
        found = False
    if not found:
        raise StartupError(f"{source}: is no file that is there")
    if not os.access(source, os.R_OK):
        raise StartupError(f"{source}: cannot be read by user id {os.getuid()}")


def key_place(settings: Settings) -> str:
    """Say where the key is."""
    path = key_file(settings)
    return "the setting ENCRYPTION_KEYS" if settings.encryption_keys or path is None else str(path)
