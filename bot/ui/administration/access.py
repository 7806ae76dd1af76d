"""The pages of who may use a service, and where."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from bot.access import RuleKind, Rules
from bot.services import Service
from bot.ui.administration.frame import Rows, page, with_rows
from bot.ui.card import Card

_NAMED = 8
_MARKS = {RuleKind.ALLOWED_ROLE: "@&", RuleKind.DENIED_ROLE: "@&", RuleKind.ALLOWED_CHANNEL: "#"}


def access_page(
    rules: Mapping[Service, Rules], services: Sequence[Service], rows: Rows, done: str | None
) -> Card:
    """Show who may use what, with what chooses a service to change."""
    card = page("Access", done)
    card.text(
        "Discord's own permissions (Server Settings → Integrations) are asked first, then these rules. Where "
        "none is set, everybody may use a service everywhere."
    )
    for service in services:
        card.text(f"**{service.label}** · {access_summary(rules.get(service, Rules()))}")
    return with_rows(card, rows)


def access_summary(rules: Rules, most: int = _NAMED) -> str:
    """Say in a line who may use a service and where; ``most`` roles or channels of a kind are named."""
    parts = [
        f"{words} {_named(rules.of(kind), kind, most)}"
        for kind, words in (
            (RuleKind.ALLOWED_ROLE, "with"),
            (RuleKind.DENIED_ROLE, "never with"),
            (RuleKind.ALLOWED_CHANNEL, "in"),
        )
        if rules.of(kind)
    ]
    return ", ".join(parts) if parts else "everybody, everywhere"


def rules_page(service: Service, rules: Rules, rows: Rows, done: str | None) -> Card:
    """Show the rules of one service, with the selects that change them."""
    card = page(f"Access · {service.label}", done)
    card.lines(
        f"**Roles that may use it:** {_named(rules.allowed_roles, RuleKind.ALLOWED_ROLE) or 'all'}",
        f"**Roles that may not:** {_named(rules.denied_roles, RuleKind.DENIED_ROLE) or 'none'}",
        f"**Channels to use it in:** {_named(rules.allowed_channels, RuleKind.ALLOWED_CHANNEL) or 'all'}",
    )
    card.small(
        "A role that may not wins over one that may. Threads count as their channel. Managers are held too."
    )
    return with_rows(card, rows)


def _named(ids: Collection[int], kind: RuleKind, most: int = _NAMED) -> str:
    names = [f"<{_MARKS[kind]}{subject}>" for subject in sorted(ids)]
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more
