"""The page of how much may be made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.limits import LimitKind, Limits
from bot.services import Service
from bot.ui.administration.frame import Rows, page, with_rows
from bot.ui.card import Card


def limits_page(
    limits: Mapping[Service, Limits], services: Sequence[Service], rows: Rows, done: str | None
) -> Card:
    """Show how much may be made, with the buttons that change it."""
    card = page("Limits", done)
    card.text("How many jobs may be made. Those of buttons count too; days end at midnight, UTC.")
    for service in services:
        card.text(f"**{service.label}** · {limits_summary(limits.get(service, Limits()))}")
    return with_rows(card, rows)


def limits_summary(limits: Limits) -> str:
    """Say in a line how much of a service may be made."""
    parts = [
        f"{most} for {kind.words}" for kind in LimitKind if (most := getattr(limits, kind.value)) is not None
    ]
    return ", ".join(parts) if parts else "no limit"
