"""The page of what is wrong, and where that is told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.ui.administration.frame import Rows, page, posted_in, with_rows
from bot.ui.card import Card
from bot.ui.text import when

_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Wrong:
    """Something that is wrong and was told in the channel of alerts."""

    words: str
    since: int


def alerts_page(
    wrong: Sequence[Wrong], channel_id: int | None, rows: Rows, done: str | None, *, closed: bool
) -> Card:
    """Show what is wrong, and where that is told; ``closed``: whether nothing can be posted there."""
    card = page("Alerts", done)
    where = "nowhere: choose a channel below" if channel_id is None else posted_in(channel_id, closed=closed)
    card.lines(
        f"Posted {where}.",
        "Each once, and once more when it is over: a key that is refused, an account with a notice, a "
        "service that has been down for five minutes.",
    )
    nothing = "⚪ Nobody watches." if channel_id is None else "🟢 Nothing is known to be wrong."
    card.lines(*(wrong_lines(wrong, _SHOWN) or [nothing]))
    return with_rows(card, rows)


def wrong_lines(wrong: Sequence[Wrong], most: int) -> list[str]:
    """Return a line for each thing that is wrong, ``most`` of them and how many more there are."""
    lines = [f"🔴 {found.words}, since {when(found.since)}" for found in wrong[:most]]
    return [*lines, f"and {len(wrong) - most} more"] if len(wrong) > most else lines
