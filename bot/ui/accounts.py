"""Cards of the accounts that are registered at useapi.net. Discord tokens never get this far."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from bot.api.midjourney import MidjourneyAccount
from bot.api.useapi import Account
from bot.key_names import label_of_key
from bot.services import Service
from bot.ui.card import TEXT_LIMIT, Card, Clickable, note
from bot.ui.text import clip, code, one_line, plain

_SHOWN = 17
"""Accounts on one card: each takes two of a message's 40 components. The vendor sells three to a
subscription."""
_ROOM = TEXT_LIMIT - 200
"""Characters for all of them together; the rest is the card's own."""
_NOTICE = 300
"""Characters of a notice."""


@dataclass(frozen=True, slots=True)
class Group:
    """The accounts that one of a server's keys reaches."""

    key_name: str
    is_default: bool
    accounts: Sequence[Account]
    trouble: str | None = None
    """Why they are not known."""


def accounts_card(service: Service, groups: Sequence[Group]) -> Card:
    """List accounts, by their keys where there are several, or say how to register the first one."""
    total = sum(len(group.accounts) for group in groups)
    card = Card(f"{service.label} accounts ({total})" if total else f"{service.label} accounts")
    if not total and not any(group.trouble for group in groups):
        return card.text(f"None registered yet. Register one with `/accounts {service} register`.")
    blocks = [block for group in groups for block in _blocks(service, group, several=len(groups) > 1)]
    fitting = _fitting(blocks)
    for block in fitting:
        card.rule().text(block)
    if len(blocks) > len(fitting):
        card.small(f"{len(blocks) - len(fitting)} more; `/accounts {service} show` completes every channel.")
    return card


def account_card(
    service: Service, account: Account, *, done: str | None = None, key_name: str | None = None
) -> Card:
    """Show one account, under a sentence on what was just done where there is one.

    ``key_name`` is that of its key, where there are several.
    """
    card = Card(f"{service.label} account")
    if done is not None:
        card.text(done)
    key = [] if key_name is None else [f"Key: {code(label_of_key(key_name))}"]
    return card.lines(*_lines(service, account), *key)


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


def choice_name(account: Account, key_name: str | None = None) -> str:
    """Name an account in the list that completes an option: at most 100 characters.

    ``key_name`` is that of its key, where there are several.
    """
    key = "" if key_name is None else f" · {one_line(label_of_key(key_name))}"
    notice = isinstance(account, MidjourneyAccount) and account.pending_mod_message
    return clip(f"{account.channel}{key}{' · needs attention' if notice else ''}", 100)


def _blocks(service: Service, group: Group, *, several: bool) -> Sequence[str]:
    """Return a text for each account, the name of their key above the first one."""
    found = sorted(group.accounts, key=lambda account: account.channel)
    blocks = ["\n".join(_lines(service, account)) for account in found]
    if not several:
        return blocks
    heading = f"**Key {code(label_of_key(group.key_name))}**{' (default)' if group.is_default else ''}"
    first = blocks[0] if blocks else f"⚠️ {group.trouble}" if group.trouble else "No account."
    return [f"{heading}\n{first}", *blocks[1:]]


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
