"""Text that is safe to show: nothing that somebody else wrote pings, hides or breaks what is around it."""

from __future__ import annotations

import re
import unicodedata

_MARKDOWN = re.compile(r"([\\*_~|`>#\-\[\]()<:+])")
_BIDI = dict.fromkeys((*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F, 0x061C))
"""Signs that turn the direction of the text around them; letters keep their own direction."""


_RIGHT_TO_LEFT = {"R", "AL"}
LOCK = "\N{LOCK}"
"""Our mark for what is private, which nobody else's text may bear."""
_BLANKS = frozenset(LOCK + "\u115f\u1160\u2800\u3164\uffa0")
"""Signs that count as visible and show as nothing, or not at all."""


def is_visible(text: str | None) -> bool:
    """Say whether any of it can be seen, so that it can stand for something."""
    return any(unicodedata.category(char)[0] not in "ZC" and char not in _BLANKS for char in text or "")


def clip(text: str, most: int) -> str:
    """Return at most ``most`` characters, the last one an ellipsis where something was cut."""
    if len(text) <= most:
        return text
    return text[: most - 1].rstrip() + "…" if most > 0 else ""


def tidy(text: str) -> str:
    """Return text without control and direction signs and without our own mark; lines stay lines."""
    if text.isprintable():  # as most of it is: without control or direction signs
        return text.replace(LOCK, "")
    kept = (char if char == "\n" or unicodedata.category(char) != "Cc" else " " for char in text)
    return "".join(kept).translate(_BIDI).replace(LOCK, "")


def one_line(text: str) -> str:
    """Return text as one line, for where markdown is not read."""
    return " ".join(tidy(text).split())


def plain(text: str, most: int = 200) -> str:
    """Return somebody else's text as one line that shows as it was typed, without any markdown.

    One that is read from right to left does not turn what stands beside it.
    """
    line = clip(one_line(text), most)
    escaped = _MARKDOWN.sub(r"\\\1", line).replace("@", "@\u200b")
    turns = not line.isascii() and any(unicodedata.bidirectional(char) in _RIGHT_TO_LEFT for char in line)
    return f"\u2068{escaped}\u2069" if turns else escaped


def prose(text: str, most: int = 1000) -> str:
    """Return somebody else's longer text with its markdown, for a block of its own."""
    return clip(tidy(text).strip(), most).replace("@", "@\u200b")


def code(text: str, most: int = 100) -> str:
    """Return somebody else's text as inline code."""
    inside = clip(one_line(text), most).replace("`", "\u02cb")
    return f"`{inside or ' '}`"


def when(seconds: int | None, style: str = "R") -> str:
    """Return a time that Discord shows in the reader's own zone; ``seconds`` since 1970."""
    return "never" if seconds is None else f"<t:{seconds}:{style}>"


def lasting(seconds: float) -> str:
    """Return how long something lasted, in its two largest units: ``3 d 4 h``, ``42 s``."""
    left = max(0, int(seconds))
    parts: list[tuple[int, str]] = []
    for name, length in _UNITS:
        count, left = divmod(left, length)
        parts.append((count, name))
    first = next((index for index, (count, _) in enumerate(parts) if count), len(parts) - 1)
    return " ".join(
        f"{count} {name}" for count, name in parts[first : first + 2] if count or first == len(_UNITS) - 1
    )


_UNITS = (("d", 86_400), ("h", 3_600), ("min", 60), ("s", 1))
