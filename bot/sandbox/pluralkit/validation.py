"""What the vendor's models take: a rule for each kind of value.

A rule takes a key and the value that was sent and returns what is kept. It raises :class:`Objection`
where the value does not fit, and :class:`RefusalError` where it is of the wrong JSON type.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Final, TypeAlias
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from bot.sandbox.pluralkit.errors import failed
from bot.sandbox.upstream import JSON

Rule: TypeAlias = Callable[[str, JSON], object]

MOST_TAGS: Final = 100
"""Proxy tags of one member, and the length of one around ``text``."""

_COLOR = re.compile(r"[0-9A-Fa-f]{6}")
_BIRTHDAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_ZONE = re.compile(r"[A-Za-z][A-Za-z0-9_+\-]*(?:/[A-Za-z0-9_+\-]+)*")


class Objection(Exception):
    """A value does not fit; ``entries`` stand under its key in the body of the refusal."""

    def __init__(self, *entries: JSON) -> None:
        super().__init__(*entries)
        self.entries = entries


def invalid(key: str) -> Objection:
    """Return the objection that says no more than which field it is."""
    return Objection({"message": f"Field {key} is invalid."})


def too_long(key: str, actual: int, most: int) -> Objection:
    """Return the objection to something too long."""
    return Objection(
        {"message": f"Field {key} is too long.", "actual_length": actual, "max_length": most},
    )


def length(text: str) -> int:
    """Count a text as the vendor does: in UTF-16 units, so that many an emoji counts two."""
    return len(text.encode("utf-16-le")) // 2


def words(value: JSON) -> str | None:
    """Read a text of which nothing but blanks is null. Raises :class:`RefusalError`."""
    if value is None:
        return None
    if not isinstance(value, str):
        raise failed(400)
    return value if value.strip() else None


def text(most: int | None = None) -> Rule:
    """Return the rule of a text that may be null, of at most so many UTF-16 units."""

    def read(key: str, value: JSON) -> str | None:
        found = words(value)
        if found is not None and most is not None and length(found) > most:
            raise too_long(key, length(found), most)
        return found

    return read


def name(kind: str) -> Rule:
    """Return the rule of a name, which is never null."""
    read_text = text(100)

    def read(key: str, value: JSON) -> object:
        found = read_text(key, value)
        if found is None:
            raise Objection({"message": f"{kind} name can not be set to null."})
        return found

    return read


def picture(key: str, value: JSON) -> str | None:
    """Read the address of a picture: https only, never looked at, with angle brackets or without."""
    most = 256
    found = words(value)
    if found is None:
        return None
    if length(found) > most:
        raise too_long(key, length(found), most)
    if not _is_https(found.strip()):
        raise invalid(key)
    return found


def color(key: str, value: JSON) -> str | None:
    """Read a colour of six hex digits, in the case that was sent."""
    found = words(value)
    if found is not None and not _COLOR.fullmatch(found):
        raise invalid(key)
    return found


def lower_color(key: str, value: JSON) -> str | None:
    """Read a colour of six hex digits, and keep it in lower case."""
    found = color(key, value)
    return None if found is None else found.lower()


def birthday(key: str, value: JSON) -> str | None:
    """Read a day."""
    found = words(value)
    if found is None:
        return None
    if not _BIRTHDAY.fullmatch(found):
        raise invalid(key)
    try:
        return date.fromisoformat(found).isoformat()
    except ValueError:
        raise invalid(key) from None


def flag(_key: str, value: JSON) -> bool:
    """Read a boolean; null is none."""
    if not isinstance(value, bool):
        raise failed(400)
    return value


def seconds(_key: str, value: JSON) -> int | None:
    """Read a whole number of 32 bits, or null."""
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or not -(1 << 31) <= value < 1 << 31:
        raise failed(400)
    return value


def time_zone(key: str, value: JSON) -> str:
    """Read the name of a time zone of the tz database."""
    found = words(value)
    if found is None or not _ZONE.fullmatch(found):
        raise invalid(key)
    try:
        ZoneInfo(found)
    except (KeyError, ValueError, OSError):
        raise invalid(key) from None
    return found


def one_of(*choices: str, otherwise: str | None = None) -> Rule:
    """Return the rule of a text out of a few; ``otherwise`` is kept for any other, if it is given."""

    def read(key: str, value: JSON) -> str:
        if not isinstance(value, str):
            raise failed(400)
        if value in choices:
            return value
        if otherwise is None:
            raise invalid(key)
        return otherwise

    return read


def templates(key: str, value: JSON) -> list[str]:
    """Read templates of descriptions. The vendor's error swaps its two numbers here."""
    most, longest = 3, 1000
    if not isinstance(value, list):
        raise failed(400)
    found = [item for item in value if isinstance(item, str)]
    if len(found) != len(value):
        raise failed(400)
    if len(found) > most:
        raise too_long(key, most, len(found))
    for item in found:
        if length(item) > longest:
            raise too_long(key, longest, length(item))
    return found


def proxy_tags(key: str, value: JSON) -> list[tuple[str | None, str | None]]:
    """Read proxy tags; those with neither prefix nor suffix are dropped."""
    if not isinstance(value, list):
        raise failed(400)
    found = [tag for tag in map(_proxy_tag, value) if tag != (None, None)]
    if len(found) > MOST_TAGS:
        raise too_long(key, len(found), MOST_TAGS)
    for prefix, suffix in found:
        whole = length(f"{prefix or ''}text{suffix or ''}")
        if whole > MOST_TAGS:
            raise too_long(key, whole, MOST_TAGS)
    return found


def hidden(key: str, value: JSON) -> bool:
    """Say whether a field is to be private. Oddly null opens it, and an empty text closes it."""
    match value:
        case None | "public":
            return False
        case "" | "private":
            return True
        case _:
            raise invalid(key)


def _proxy_tag(value: JSON) -> tuple[str | None, str | None]:
    if not isinstance(value, dict):
        raise failed(400)
    prefix, suffix = value.get("prefix"), value.get("suffix")
    if not isinstance(prefix, str | None) or not isinstance(suffix, str | None):
        raise failed(400)
    return prefix or None, suffix or None


def _is_https(address: str) -> bool:
    if address.startswith("<") and address.endswith(">"):
        address = address[1:-1]
    try:
        parts = urlsplit(address)
        return parts.scheme == "https" and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
