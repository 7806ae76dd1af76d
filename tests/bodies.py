"""What Discord takes and what it does not, checked on every message that the bot sent."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tests.stage import Stage

TURNING = [chr(code) for code in (*range(0x202A, 0x202F), 0x2066, 0x2067, 0x200E, 0x200F)]
"""Signs that turn the direction of what stands around them."""
APART, TOGETHER = "\u2068", "\u2069"
"""What keeps the direction of a name to itself, and ends that."""


def check_bodies(stage: Stage) -> None:
    """See that Discord takes every message sent so far, and that none of them can ping."""
    messages = stage.sent()
    assert messages
    for message in messages:
        assert message["allowed_mentions"] == {"parse": []}
        _check_parts(list(parts_of(message["components"])))


def parts_of(components: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Yield components and all that is in them."""
    for component in components:
        yield component
        yield from parts_of(component.get("components") or [])
        if component.get("accessory"):
            yield from parts_of([component["accessory"]])


def _check_parts(parts: list[dict[str, Any]]) -> None:
    texts: list[str] = [part["content"] for part in parts if "content" in part]
    assert sum(map(len, texts)) <= 4000
    assert len(parts) <= 40
    assert all(text.strip() for text in texts)
    assert not [sign for sign in TURNING if sign in "".join(texts)]
    assert all(text.count(APART) == text.count(TOGETHER) for text in texts)
    assert "\x00" not in "".join(texts)
    ids: list[str] = [part["custom_id"] for part in parts if part.get("custom_id")]
    assert len(ids) == len(set(ids))
    assert max(map(len, ids), default=0) <= 100
    for part in parts:
        _check_part(part)


def _check_part(part: dict[str, Any]) -> None:
    pictures: list[dict[str, Any]] = [part, *(part.get("items") or [])]
    for picture in pictures:
        assert picture.get("description") is None or 1 <= len(picture["description"]) <= 1024
        media: dict[str, str] = picture.get("media") or {}
        address = media.get("url", "https://")
        assert address.isascii()
        assert address.startswith(("https://", "attachment://"))
    assert 1 <= len(part.get("label", "label")) <= 80
