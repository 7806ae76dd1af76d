"""Text that is safe to show: nothing that somebody else wrote pings, hides or breaks what is around it."""

from __future__ import annotations

import re
import unicodedata

_MARKDOWN = re.compile(r"([\\*_~|`>#\-\[\]()<:+])")
_BIDI = dict.fromkeys((*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F, 0x061C))
"""Signs that turn the direction of the text around them; letters keep their own direction."""


_BLANKS = frozenset("\u115f\u1160\u2800\u3164\uffa0")
"""Signs that count as letters and show as nothing."""


def is_visible(text: str | None) -> bool:
    """Say whether any of it can be seen, so that it can stand for something."""
    return any(unicodedata.category(char)[0] not in "ZC" and char not in _BLANKS for char in text or "")


def clip(text: str, most: int) -> str:
    """Return at most ``most`` characters, the last one an ellipsis where something was cut."""
    return text if len(text) <= most else text[: max(0, most - 1)].rstrip() + "…"


def tidy(text: str) -> str:
    """Return text without control and direction signs; lines stay lines."""
    kept = (char if char == "\n" or unicodedata.category(char) != "Cc" else " " for char in text)
    return "".join(kept).translate(_BIDI)


def plain(text: str, most: int = 200) -> str:
    """Return somebody else's text as one line that shows as it was typed, without any markdown."""
    line = clip(" ".join(tidy(text).split()), most)
    return _MARKDOWN.sub(r"\\\1", line).replace("@", "@\u200b")


def prose(text: str, most: int = 1000) -> str:
    """Return somebody else's longer text with its markdown, for a block of its own."""
    return clip(tidy(text).strip(), most).replace("@", "@\u200b")


def code(text: str, most: int = 100) -> str:
    """Return somebody else's text as inline code."""
    inside = clip(" ".join(tidy(text).split()), most).replace("`", "\u02cb")
    return f"`{inside or ' '}`"


def when(seconds: int | None, style: str = "R") -> str:
    """Return a time that Discord shows in the reader's own zone; ``seconds`` since 1970."""
    return "never" if seconds is None else f"<t:{seconds}:{style}>"
