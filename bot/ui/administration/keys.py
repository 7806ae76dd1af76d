"""The pages of the several keys that a server may have."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.key_names import label_of_key
from bot.ui.administration.frame import Rows, page, with_rows
from bot.ui.card import Card
from bot.ui.text import code, when


@dataclass(frozen=True, slots=True)
class KeyLine:
    """What is shown of one of several keys. ``set_at``: seconds since 1970."""

    name: str
    hint: str
    set_by: int | None
    set_at: int
    is_default: bool
    is_refused: bool


def keys_page(keys: Sequence[KeyLine], rows: Rows, done: str | None) -> Card:
    """Show the keys, with what chooses one to change."""
    card = page("Keys of useapi.net", done)
    if not keys:
        card.text("⚪ There is none.")
    for key in keys:
        card.text(_lines(key))
    card.small("Another key gets a name of its own. Jobs stay with the key that they were begun with.")
    return with_rows(card, rows)


def key_page(key: KeyLine, rows: Rows) -> Card:
    """Show one key, with what can be done with it."""
    card = Card(f"Key {code(label_of_key(key.name))}").text(_lines(key))
    card.small("A new key takes the place of this one at once; it is tried before.")
    return with_rows(card, rows)


def remove_key_page(name: str, rows: Rows) -> Card:
    """Ask whether a key shall really go."""
    card = Card(f"Remove the key {code(label_of_key(name))}?").text(
        "It is removed from this server at once. Jobs that are being made with it cannot be followed any "
        "more; accounts registered at useapi.net stay there."
    )
    return with_rows(card, rows)


def _lines(key: KeyLine) -> str:
    by = "somebody who has asked to be forgotten" if key.set_by is None else f"<@{key.set_by}>"
    ending = f" ending in {code(key.hint)}" if key.hint else ""
    state = "🔴 refused: replace it" if key.is_refused else "🟢 connected"
    default = " · the default" if key.is_default else ""
    name = code(label_of_key(key.name))
    return f"**{name}**{default} · {state}\nKey{ending}, set {when(key.set_at)} by {by}"
