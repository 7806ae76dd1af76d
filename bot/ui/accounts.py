"""Cards of the accounts that are registered at useapi.net. Discord tokens never get this far."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import accumulate

from bot.api.midjourney import MidjourneyAccount
from bot.api.useapi import Account
from bot.services import Service
from bot.ui.card import TEXT_LIMIT, Card, Clickable, note
from bot.ui.text import clip, code, plain

_SHOWN = 17
"""Accounts on one card: each takes two of a message's 40 components. The vendor sells three to a
subscription."""
_ROOM = TEXT_LIMIT - 200
"""Characters for all of them together; the rest is the card's own."""
_NOTICE = 300
"""Characters of a notice."""


def accounts_card(service: Service, accounts: Iterable[Account]) -> Card:
    """List accounts, or say how to register the first one."""
    found = sorted(accounts, key=lambda account: account.channel)
    card = Card(f"{service.label} accounts ({len(found)})" if found else f"{service.label} accounts")
    if not found:
        return card.text(f"None registered yet. Register one with `/accounts {service} register`.")
    blocks = _fitting(["\n".join(_lines(service, account)) for account in found])
    for block in blocks:
        card.rule().text(block)
    if len(found) > len(blocks):
        card.small(f"{len(found) - len(blocks)} more; `/accounts {service} show` completes every channel.")
    return card


def account_card(service: Service, account: Account, *, done: str | None = None) -> Card:
    """Show one account, under a sentence on what was just done where there is one."""
    card = Card(f"{service.label} account")
    if done is not None:
        card.text(done)
    return card.lines(*_lines(service, account))


def remove_card(service: Service, channel: str, buttons: Sequence[Clickable]) -> Card:
    """Ask whether an account shall really go."""
    return (
        Card(f"Remove this {service.label} account?")
        .text(
            f"Channel {code(channel)} is forgotten at useapi.net, with the Discord token kept there. Jobs "
            "that run on it cannot be followed any more."
        )
        .buttons(buttons)
    )


def removed_card(service: Service, channel: str) -> Card:
    """Say that an account is gone."""
    return note(
        f"✅ The {service.label} account on channel {code(channel)} was removed. "
        f"`/accounts {service} list` shows those that are left."
    )


def reset_card(service: Service, channel: str) -> Card:
    """Say that an account was put back to work."""
    return note(
        f"✅ The account was reset. `/accounts {service} show` with channel {code(channel)} tells how it is."
    )


def choice_name(account: Account) -> str:
    """Name an account in the list that completes an option: at most 100 characters."""
    notice = isinstance(account, MidjourneyAccount) and account.pending_mod_message
    return clip(f"{account.channel}{' · needs attention' if notice else ''}", 100)


def _fitting(blocks: Sequence[str]) -> Sequence[str]:
    sizes = accumulate(len(block) for block in blocks[:_SHOWN])
    return blocks[: sum(size <= _ROOM for size in sizes)]


def _lines(service: Service, account: Account) -> Sequence[str]:
    limit = "not said" if account.max_jobs is None else str(account.max_jobs)
    lines = [f"**Channel** {code(account.channel)}", f"Jobs at once: {limit}"]
    if isinstance(account, MidjourneyAccount):
        lines.insert(1, f"Server: {code(account.server)}" if account.server else "Direct messages")
        if account.pending_mod_message:
            lines += [
                f"⚠️ **Needs attention:** {plain(account.pending_mod_message, _NOTICE)}",
                f"-# Acknowledge it in Discord as that user, then run `/accounts {service} reset`.",
            ]
    return lines
