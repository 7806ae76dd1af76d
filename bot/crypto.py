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
import hmac
import os
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
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
    return write_key(secrets.token_bytes(KEY_BYTES))


def write_key(key: bytes) -> str:
    """Write a key as :func:`read_key` reads it."""
    return base64.urlsafe_b64encode(key).decode()


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


def read_keys(text: str) -> list[bytes]:
    """Read comma-separated keys, newest first. Raises ``ValueError`` as :func:`read_key` does."""
    keys = [read_key(part) for part in text.split(",") if part.strip()]
    if not keys:
        raise ValueError("holds no key")
    return keys


def _unchanged() -> Sequence[bytes] | None:
    return None


class Keyring:
    """The keys, newest first: the first one seals, any of them opens.

    ``renewed`` returns the keys where they are others than they were when it was asked last, else None.
    It is asked before each seal, and where no key opens, so that keys can be rotated under a running bot.
    A key that is known is never forgotten.
    """

    def __init__(
        self, keys: Sequence[bytes], *, renewed: Callable[[], Sequence[bytes] | None] = _unchanged
    ) -> None:
        if not keys:
            raise ValueError("a keyring needs a key")
        self._ciphers: dict[bytes, AESGCM] = {}
        self._renewed = renewed
        self._take(keys)

    @classmethod
    def from_text(cls, text: str) -> Self:
        """Read comma-separated keys, newest first. Raises ``ValueError`` as :func:`read_key` does."""
        return cls(read_keys(text))

    def __repr__(self) -> str:
        return f"<Keyring of {len(self._ciphers)}>"

    @property
    def ids(self) -> Sequence[bytes]:
        """What names each key in what it sealed, newest first; nobody can tell the key from it."""
        return [*self._ciphers]

    def seal(self, secret: SecretStr, place: Place) -> bytes:
        """Seal a secret to its place with the newest key."""
        self._renew()
        nonce = os.urandom(_NONCE_BYTES)
        key_id, cipher = next(iter(self._ciphers.items()))
        body = cipher.encrypt(nonce, secret.get_secret_value().encode(), place.associated_data())
        return _VERSION + key_id + nonce + body

    def open(self, sealed: bytes, place: Place) -> SecretStr:
        """Open what :meth:`seal` made for the same place. Raises :class:`VaultError`."""
        key_id = key_id_of(sealed)
        if key_id is None:
            raise VaultError("the sealed secret is damaged, or newer than this program")
        if key_id not in self._ciphers:
            self._renew()
        cipher = self._ciphers.get(key_id)
        if cipher is None:
            raise VaultError("the secret was sealed with a key that is not among ENCRYPTION_KEYS")
        nonce = sealed[1 + _ID_BYTES : _HEAD_BYTES]
        try:
            plain = cipher.decrypt(nonce, sealed[_HEAD_BYTES:], place.associated_data())
        except InvalidTag:
            raise VaultError("the sealed secret does not belong here, or is damaged") from None
        return SecretStr(plain.decode())

    def pseudonym(self, guild_id: int, user_id: int) -> str:
        """Return what stands for a member of a server where the id is not to be kept: 32 letters and digits.

        Only who has the newest key can tell whose it is; with another newest key it is another one.
        """
        return _stand_in(self._pseudonyms, f"{guild_id}\x00{user_id}")

    def alias(self, text: str) -> str:
        """Return what stands for a text where others may read it: 32 letters and digits.

        Only who has the newest key can try what it stands for; with another newest key it is another one.
        """
        return _stand_in(self._aliases, text)

    def _renew(self) -> None:
        keys = self._renewed()
        if keys:
            self._take(keys)

    def _take(self, keys: Sequence[bytes]) -> None:
        # Where one is named twice the first time counts, and what was known comes after what is named now.
        taken = {_key_id(key): AESGCM(key) for key in keys}
        self._ciphers = taken | {name: cipher for name, cipher in self._ciphers.items() if name not in taken}
        self._pseudonyms = hashlib.sha256(b"switchboard pseudonyms\x00" + keys[0]).digest()
        self._aliases = hashlib.sha256(b"switchboard aliases\x00" + keys[0]).digest()


def key_id_of(sealed: bytes) -> bytes | None:
    """Return what names the key that sealed this, None where it is no seal that this program knows."""
    if len(sealed) < _HEAD_BYTES or sealed[:1] != _VERSION:
        return None
    return sealed[1 : 1 + _ID_BYTES]


def _stand_in(key: bytes, text: str) -> str:
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()[:32]


def _key_id(key: bytes) -> bytes:
    return hashlib.sha256(b"switchboard key id\x00" + key).digest()[:_ID_BYTES]
