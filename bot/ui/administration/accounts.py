"""The page of the accounts that a server's keys reach."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.key_names import label_of_key
from bot.services import Service
from bot.ui.administration.frame import Rows, page, with_rows
from bot.ui.card import Card
from bot.ui.text import code

_SHOWN = 30
"""Accounts of a service that are listed."""


@dataclass(frozen=True, slots=True)
class AccountLine:
    """An account by its channel and the name of its key, or why those of a key are not known."""

    key_name: str
    channel: str = ""
    has_notice: bool = False
    trouble: str | None = None


def accounts_page(accounts: Mapping[Service, Sequence[AccountLine]], rows: Rows, done: str | None) -> Card:
    """Show which accounts the keys reach."""
    card = page("Accounts", done)
    several = len({line.key_name for lines in accounts.values() for line in lines}) > 1
    for service, lines in accounts.items():
        shown = [_account(line, several=several) for line in lines[:_SHOWN]]
        more = f"and {len(lines) - _SHOWN} more: `/accounts {service} list`" if len(lines) > _SHOWN else None
        card.lines(f"**{service.label}**", *(shown or ["None registered."]), more)
    return with_rows(card, rows)


def _account(line: AccountLine, *, several: bool) -> str:
    key = f" · key {code(label_of_key(line.key_name))}" if several else ""
    if line.trouble is not None:
        return f"⚠️ {line.trouble}{key}"
    mark = "🔴 needs attention: " if line.has_notice else "🟢 "
    return f"{mark}{code(line.channel)}{key}"
