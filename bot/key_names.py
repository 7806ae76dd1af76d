"""The names that tell the keys of a server apart.

The first key has an empty name, which people read and type as :data:`MAIN`.
"""

from __future__ import annotations

import unicodedata

from bot.errors import InvalidInput

MAIN = "main"
"""How the empty name is shown, and typed."""
LONGEST = 32
"""Characters that a name may have."""
_UNSEEN = frozenset("\u115f\u1160\u2800\u3164\uffa0\N{LOCK}")
"""Signs that count as printable and show as nothing, or that cards do not show as they are."""


def read_key_name(text: str) -> str:
    """Return the name that was typed, empty for the first key. Raises :class:`~bot.errors.InvalidInput`."""
    name = unicodedata.normalize("NFC", text.strip())
    if not fold_key_name(name):
        return ""
    if len(name) > LONGEST or not name.isprintable() or "`" in name or not _UNSEEN.isdisjoint(name):
        raise InvalidInput(
            f"A key's name is 1 to {LONGEST} visible characters in one line, without backticks. Choose "
            "another one."
        )
    return name


def fold_key_name(name: str) -> str:
    """Return what names have in common that count as the same; empty for the first key's, typed or not."""
    folded = unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())
    return "" if folded == MAIN else folded


def label_of_key(name: str) -> str:
    """Return a name as people read it; it is somebody's text."""
    return name or MAIN
