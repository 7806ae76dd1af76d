"""Keeping secrets out of text that somebody will read: vendors' reasons, logs, exceptions."""

from __future__ import annotations

import html
import json
import re
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Iterable, Iterator
from urllib.parse import quote

from pydantic import SecretStr

REDACTED = "[secret]"

_SHAPES = (
    # A Discord token: id, time and signature, each in URL-safe base64. The id is digits, of which
    # base64 makes letters and digits that begin with M, N or O.
    re.compile(r"(?a)(?<![\w-])[MNO][A-Za-z0-9]{17,39}\.[\w-]{5,9}\.[\w-]{25,}|(?<![\w-])mfa\.[\w-]{60,}"),
    # A useapi.net key: user:<number>-<unique string>.
    re.compile(r"(?ai)\buser(?::|%3a)\d+-[\w-]+"),
    # A PluralKit token, or anything like it: 64 characters of base64.
    re.compile(r"(?a)(?<![\w+/-])(?=[\w+/-]*\d)(?=[\w+/-]*[A-Z])(?=[\w+/-]*[a-z])[\w+/-]{64}(?![\w+/-])"),
    # What follows "Bearer", unless it is a word of a sentence.
    re.compile(r"(?i)(?<=bearer )(?:(?=\S*\d)[^\s\"']{6,}|[^\s\"']{20,})"),
    # The token in an address of Discord's.
    re.compile(r"(?<=/interactions/)\d+/[\w-]{30,}|(?<=/webhooks/)\d+/[\w-]{30,}"),
    # user:password@ in an address.
    re.compile(r"(?<=://)[^/\s:@]*:[^/\s?#\"'<>]+(?=@)"),
)
_NAMED = (
    # A header in a line of its own.
    re.compile(r"(?i)(\b(?:authorization|x-user-token)[:=] ?)[^\s\"'][^\r\n\"']*"),
    # A header or a field in JSON, or in Python's way of writing a mapping.
    re.compile(
        r"(?i)([\"'](?:authorization|x-user-token|(?:new_?|discord_?)?token|discord|thanks_?code|password)"
        r"[\"'] ?: ?[\"'])(?:(?<=\")(?:[^\"\\]|\\.)+|(?<=')(?:[^'\\]|\\.)+)"
    ),
    # A parameter of an address.
    re.compile(r"(?i)([?&](?:new)?(?:token|thanks_?code|password)=)[^&\s\"'#]+"),
)
"""Whatever stands in a place that is known to hold a secret. The first group is kept."""
_SHORTEST = 6
"""A shorter secret than this would blank ordinary words; no vendor takes one."""


class Redaction:
    """Takes given secrets, in any usual encoding, and secret shapes out of texts."""

    def __init__(self, secrets: Iterable[SecretStr] = ()) -> None:
        values = {secret.get_secret_value() for secret in secrets}
        spellings = {
            spelling for value in values if len(value) >= _SHORTEST for spelling in _spellings(value)
        }
        # The longest first, or a secret that is part of another would leave the rest of it behind.
        self._spellings = sorted(spellings, key=lambda each: (-len(each), each))

    def __call__(self, text: str) -> str:
        """Return ``text`` without them."""
        for spelling in self._spellings:
            text = text.replace(spelling, REDACTED)
        for shape in _SHAPES:
            text = shape.sub(REDACTED, text)
        for shape in _NAMED:
            text = shape.sub(rf"\g<1>{REDACTED}", text)
        return text


def redact(text: str, secrets: Iterable[SecretStr] = ()) -> str:
    """Return ``text`` without the given secrets, as :class:`Redaction` does for many texts."""
    return Redaction(secrets)(text)


def _spellings(value: str) -> Iterator[str]:
    raw = value.encode("utf-8", "surrogatepass")
    yield from (value, repr(value)[1:-1], ascii(value)[1:-1], repr(raw)[2:-1])
    yield from _in_json(value)
    yield from (html.escape(value), html.escape(value, quote=False))
    yield from (raw.hex(), raw.hex().upper())
    yield from _percent_encoded(raw)
    yield from _in_base64(raw)


def _in_json(value: str) -> Iterator[str]:
    """Yield what Python writes in JSON, what PHP does (slashes escaped) and Go (signs of HTML escaped)."""
    for plain in (json.dumps(value)[1:-1], json.dumps(value, ensure_ascii=False)[1:-1]):
        yield from (plain, plain.replace("/", "\\/"))
        yield plain.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")


def _percent_encoded(raw: bytes) -> Iterator[str]:
    """Yield what form, component and path encoding make of it, with hex digits of either case."""
    for safe in ("", "/", _IN_PATHS, _IN_SCRIPTS):
        spelling = quote(raw, safe=safe)
        for spaced in (spelling, spelling.replace("%20", "+")):
            yield from (spaced, _HEX.sub(lambda found: found[0].lower(), spaced))


_HEX = re.compile("%[0-9A-F]{2}")
_IN_PATHS = "/!$&'()*+,;=:@"
"""What RFC 3986 lets stand in a path (pchar)."""
_IN_SCRIPTS = "!*'()"
"""What JavaScript's ``encodeURIComponent`` lets stand."""


def _in_base64(raw: bytes) -> Iterator[str]:
    """Yield the characters that stand for it wherever in a longer text that was encoded it began."""
    for before in range(3):
        padded = bytes(before) + raw
        known = slice(-(-before * 8 // 6), len(padded) * 8 // 6)
        yield b64encode(padded).decode()[known]
        yield urlsafe_b64encode(padded).decode()[known]
