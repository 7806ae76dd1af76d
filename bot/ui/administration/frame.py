"""What the pages of a server's panel share."""

from __future__ import annotations

from collections.abc import Sequence

from bot.ui.card import Card, Clickable

Rows = Sequence[Sequence[Clickable]]
"""What can be pressed, a row each."""


def page(title: str, done: str | None) -> Card:
    """Begin a page; ``done`` is a sentence on what was just done, or None."""
    card = Card(title)
    return card if done is None else card.text(done)


def with_rows(card: Card, rows: Rows) -> Card:
    """End a page."""
    for row in rows:
        card.buttons(row)
    return card


def posted_in(channel_id: int | None, *, closed: bool) -> str:
    """Say where something is posted; ``closed``: whether nothing can be posted there any more."""
    if channel_id is None:
        return "nowhere"
    gone = ", where I cannot post any more: choose another channel" if closed else ""
    return f"in <#{channel_id}>{gone}"


def file_card(words: str, name: str, data: bytes) -> Card:
    """Hand out a file."""
    return Card().text(words).attachment(name, data)
