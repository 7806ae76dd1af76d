"""What a member may still make in a server."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.limits import Limits, Made
from bot.services import Service
from bot.ui.card import Card


@dataclass(frozen=True, slots=True)
class Share:
    """What a server allows of a service, and what there is already."""

    service: Service
    limits: Limits
    made: Made


def limits_card(shares: Sequence[Share], ends_at: int) -> Card:
    """Show what is left; ``ends_at`` is when the day ends, in seconds since 1970."""
    card = Card("What you may still make here")
    for share in shares:
        card.rule().lines(f"**{share.service.label}**", *_lines(share))
    if any(share.limits.member_day is not None or share.limits.server_day is not None for share in shares):
        card.rule().text(f"The day ends <t:{ends_at}:R> (midnight, UTC).")
    return card


def _lines(share: Share) -> Sequence[str]:
    limits, made = share.limits, share.made
    if limits == Limits():
        return ("As much as you like: no limit is set.",)
    told = (
        ("Today, by you", made.member_day, limits.member_day, "so far"),
        ("At once, by you", made.member_at_once, limits.member_at_once, "now"),
        ("Today, in the whole server", made.server_day, limits.server_day, "so far"),
    )
    return [_left(words, used, most, until) for words, used, most, until in told]


def _left(words: str, used: int, most: int | None, until: str) -> str:
    if most is None:
        return f"{words}: no limit ({used} {until})"
    left = max(0, most - used)
    mark = "🔴" if left == 0 else "🟢"
    return f"{mark} {words}: **{left}** left of {most}"
