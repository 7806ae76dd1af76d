"""Looking for secrets in whatever is left of them."""

from __future__ import annotations

import json
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Iterator, Mapping
from urllib.parse import quote


def found(secrets: Mapping[str, str], text: bytes) -> list[str]:
    """Return which secrets a text holds in any usual spelling, by their names."""
    return [name for name, secret in secrets.items() if any(each in text for each in _spellings(secret))]


def _spellings(secret: str) -> Iterator[bytes]:
    """Yield how a secret may be written, wherever in a longer text it begins."""
    raw = secret.encode()
    yield from (raw, quote(secret, safe="").encode(), quote(secret).encode(), raw.hex().encode())
    yield from (json.dumps(secret)[1:-1].encode(), repr(secret)[1:-1].encode())
    for before in range(3):
        known = slice(-(-before * 8 // 6), (before + len(raw)) * 8 // 6)
        padded = bytes(before) + raw
        yield from (b64encode(padded)[known], urlsafe_b64encode(padded)[known])
