"""Keeping secrets out of text that somebody will read: vendors' reasons, logs, exceptions."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from urllib.parse import quote, quote_plus

from pydantic import SecretStr

REDACTED = "[secret]"

_SHAPES = (
    # A Discord token: id, time and signature, each in URL-safe base64.
    re.compile(r"(?<![\w-])[\w-]{18,40}\.[\w-]{5,9}\.[\w-]{25,}"),
    # A useapi.net key: user:<number>-<unique string>.
    re.compile(r"\buser:\d+-[\w-]+"),
    # A PluralKit token, or anything like it: 64 characters of base64.
    re.compile(r"(?<![\w+/-])(?=[\w+/-]*\d)(?=[\w+/-]*[A-Z])(?=[\w+/-]*[a-z])[\w+/-]{64}(?![\w+/-])"),
    # Whatever stands in a header, a query or a field that is known to hold a secret.
    re.compile(
        r"(?i)(?<=bearer )\S+|(?<=x-user-token: )\S+|(?<=authorization: )\S+"
        r"|(?<=/interactions/)\d+/[\w-]{30,}|(?<=/webhooks/)\d+/[\w-]{30,}"
    ),
    # user:password@ in an address.
    re.compile(r"(?<=://)[^/\s:@]*:[^/\s@]+(?=@)"),
)
_SHORTEST = 6
"""A shorter secret than this would blank ordinary words; no vendor takes one."""


def redact(text: str, secrets: Iterable[SecretStr] = ()) -> str:
    """Return ``text`` without the given secrets, in any usual encoding, and without secret shapes."""
    for secret in secrets:
        value = secret.get_secret_value()
        if len(value) >= _SHORTEST:
            for spelling in _spellings(value):
                text = text.replace(spelling, REDACTED)
    for shape in _SHAPES:
        text = shape.sub(REDACTED, text)
    return text


def _spellings(value: str) -> tuple[str, ...]:
    escaped = json.dumps(value)[1:-1]
    return (value, escaped, quote(value, safe=""), quote_plus(value), repr(value)[1:-1])
