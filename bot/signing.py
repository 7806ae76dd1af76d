"""Whether a request is from Discord: the signature over its time stamp and its body.

https://docs.discord.com/developers/interactions/overview#setting-up-an-endpoint-validating-security-request-headers
"""

from __future__ import annotations

import re
from collections.abc import Callable

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

KEY_BYTES, SIGNATURE_BYTES = 32, 64
STAMP_SECONDS = 300
"""How far a time stamp may be off, either way. What is older can only be a copy: Discord gives up after three
seconds. But our clock may be wrong, and whose clock is some minutes off is better answered than refused;
copies of what came within that time are told apart by their ids."""
_SIGNATURE = re.compile(rf"[0-9a-f]{{{2 * SIGNATURE_BYTES}}}", re.ASCII)
_STAMP = re.compile(r"[0-9]{1,12}", re.ASCII)
_NOBODYS = bytes(SIGNATURE_BYTES)
"""Stands for a signature that cannot be read, so that refusing it takes as long as any other."""


class PublicKey:
    """Discord's key for one app: ``key`` is 64 hexadecimal digits, ``clock`` gives seconds since 1970.

    Raises ``ValueError`` for anything else.
    """

    def __init__(self, key: str, clock: Callable[[], float]) -> None:
        self._key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(key))
        self._clock = clock

    def accepts(self, signature: str, stamp: str, body: bytes) -> bool:
        """Say whether a body was signed by Discord, lately. Takes about as long whatever is wrong.

        Each is to be spelt in the one way in which Discord spells it: the signature in small hexadecimal
        digits, the stamp in digits. Those moved between stamp and body, which are signed as one, make it
        another time.
        """
        spelt = _SIGNATURE.fullmatch(signature) is not None
        message = stamp.encode("utf-8", "surrogateescape") + body
        is_signed = self.verifies(bytes.fromhex(signature) if spelt else _NOBODYS, message)
        return spelt & self._is_recent(stamp) & is_signed

    def verifies(self, signature: bytes, message: bytes) -> bool:
        """Say whether a message was signed with the key that belongs to this one (RFC 8032, Ed25519)."""
        try:
            self._key.verify(signature, message)
        except InvalidSignature:
            return False
        return True

    def _is_recent(self, stamp: str) -> bool:
        return _STAMP.fullmatch(stamp) is not None and abs(self._clock() - int(stamp)) <= STAMP_SECONDS
