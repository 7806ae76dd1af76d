"""Secrets at rest: sealed with AES-256-GCM to the place they belong to.

A sealed secret is one byte string::

    version (1 byte) | key id (8 bytes) | nonce (12 bytes) | ciphertext and tag

Server, owner and service are the associated data, so a row that is copied elsewhere does not open.
The key id is the start of the key's SHA-256, so several keys can be in use while they are rotated.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import os
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from pydantic import SecretStr

from bot.errors import VaultError

KEY_BYTES = 32
_VERSION = b"\x01"
_ID_BYTES = 8
_NONCE_BYTES = 12  # NIST SP 800-38D §8.2.2: 96 random bits
_HEAD_BYTES = len(_VERSION) + _ID_BYTES + _NONCE_BYTES


@dataclass(frozen=True, slots=True)
class Place:
    """Where a secret belongs. 0 stands for "no server" and for "the server itself"."""

    guild_id: int
    owner_id: int
    service: str

    def associated_data(self) -> bytes:
        """Return the bytes that a seal is bound to, different for every place."""
        return f"switchboard\x00{self.guild_id}\x00{self.owner_id}\x00{self.service}".encode()


def new_key() -> str:
    """Make a key, as the setting ``ENCRYPTION_KEYS`` takes it: 32 random bytes in URL-safe base64."""
    return base64.urlsafe_b64encode(secrets.token_bytes(KEY_BYTES)).decode()


def read_key(text: str) -> bytes:
    """Read one key as :func:`new_key` writes it; padding may be left out.

    Raises ``ValueError``, without the text, where it is not 32 bytes of URL-safe base64.
    """
    bare = text.strip().rstrip("=")
    try:
        key = base64.b64decode(bare + "=" * (-len(bare) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raise ValueError("is not URL-safe base64") from None
    if len(key) != KEY_BYTES:
        raise ValueError(f"holds {len(key)} bytes instead of {KEY_BYTES}")
    return key


class Keyring:
    """The keys, newest first: the first one seals, any of them opens."""

    def __init__(self, keys: Sequence[bytes]) -> None:
        if not keys:
            raise ValueError("a keyring needs a key")
        self._ciphers = {_key_id(key): AESGCM(key) for key in reversed(keys)}
        self._newest = _key_id(keys[0])

    @classmethod
    def from_text(cls, text: str) -> Self:
        """Read comma-separated keys, newest first. Raises ``ValueError`` as :func:`read_key` does."""
        keys = [read_key(part) for part in text.split(",") if part.strip()]
        if not keys:
            raise ValueError("holds no key")
        return cls(keys)

    def __repr__(self) -> str:
        return f"<Keyring of {len(self._ciphers)}>"

    def seal(self, secret: SecretStr, place: Place) -> bytes:
        """Seal a secret to its place with the newest key."""
        nonce = os.urandom(_NONCE_BYTES)
        body = self._ciphers[self._newest].encrypt(
            nonce, secret.get_secret_value().encode(), place.associated_data()
        )
        return _VERSION + self._newest + nonce + body

    def open(self, sealed: bytes, place: Place) -> SecretStr:
        """Open what :meth:`seal` made for the same place. Raises :class:`VaultError`."""
        if len(sealed) < _HEAD_BYTES or sealed[:1] != _VERSION:
            raise VaultError("the sealed secret is damaged, or newer than this program")
        key_id = sealed[1 : 1 + _ID_BYTES]
        cipher = self._ciphers.get(key_id)
        if cipher is None:
            raise VaultError("the secret was sealed with a key that is not among ENCRYPTION_KEYS")
        nonce = sealed[1 + _ID_BYTES : _HEAD_BYTES]
        try:
            plain = cipher.decrypt(nonce, sealed[_HEAD_BYTES:], place.associated_data())
        except InvalidTag:
            raise VaultError("the sealed secret does not belong here, or is damaged") from None
        return SecretStr(plain.decode())


def read_key_file(path: Path) -> str | None:
    """Return what a key file holds, None where there is no such file. Raises ``OSError``."""
    try:
        return path.read_text(encoding="ascii", errors="replace").strip()
    except FileNotFoundError:
        return None


def write_key_file(path: Path, key: str) -> None:
    """Write a new key file that only its owner may read (mode 0600), and put it on the disk.

    Raises ``FileExistsError`` where there is one: a key is never overwritten.
    """
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(key)
        file.flush()
        os.fsync(file.fileno())
    _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    """Put the folder's entries on the disk, without which a power cut may take a new file away."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _key_id(key: bytes) -> bytes:
    return hashlib.sha256(b"switchboard key id\x00" + key).digest()[:_ID_BYTES]
