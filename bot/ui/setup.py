"""The panel of a server's connections."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.services import Provider, Service
from bot.ui.card import Card, Clickable
from bot.ui.text import code, when


@dataclass(frozen=True, slots=True)
class Key:
    """What is shown of a stored key. Times are seconds since 1970, None for never."""

    hint: str
    set_by: int | None
    set_at: int
    refused: bool
    succeeded_at: int | None
    failed_at: int | None
    failure: str | None


@dataclass(frozen=True, slots=True)
class Panel:
    """What the panel shows. ``linked`` counts members who linked an account of their own."""

    services: Sequence[Service]
    useapi: Key | None
    linked: dict[Provider, int]
    open_buttons: bool
    """Whether everybody may press the buttons of what others had made."""


def setup_card(panel: Panel, buttons: Sequence[Clickable], *, done: str | None = None) -> Card:
    """Make the panel; ``done`` is a sentence on what was just done, ``buttons`` act on useapi.net."""
    card = Card("Connections of this server")
    if done is not None:
        card.text(done)
    fronted = [service.label for service in panel.services if service.provider is Provider.USEAPI]
    if fronted:
        state = _state(panel.useapi, open_buttons=panel.open_buttons)
        card.rule().lines(f"**useapi.net** · {' and '.join(fronted)}", *state).buttons(buttons)
    if Service.PIXELA in panel.services:
        card.rule().lines(
            "**Pixela** · needs no key of the server",
            "Members link their own user with `/pixela user link`.",
            _count(panel.linked, Provider.PIXELA),
        )
    if Service.PLURALKIT in panel.services:
        card.rule().lines(
            "**PluralKit** · needs no key",
            "Public look-ups work at once; private ones with `/pluralkit link`.",
            _count(panel.linked, Provider.PLURALKIT),
        )
    return card


_FAILURES = {
    "Unreachable": "not reachable",
    "Unauthorised": "the key was refused",
    "RateLimited": "too many calls",
    "Broken": "in trouble itself",
    "Unexpected": "an odd answer",
    "Uncertain": "not confirmed",
}
"""What is said of the kinds of :mod:`bot.errors` that count against a key."""


def _state(key: Key | None, *, open_buttons: bool) -> Sequence[str]:
    if key is None:
        return ("⚪ Not connected. Its commands answer once a key is set.",)
    by = "somebody who has asked to be forgotten" if key.set_by is None else f"<@{key.set_by}>"
    ending = f"Key ending in {code(key.hint)}" if key.hint else "Key"
    who = "everybody" if open_buttons else "who asked for it, and those who manage the server"
    failure = f" ({_FAILURES.get(key.failure, 'of another kind')})" if key.failure else ""
    return (
        "🔴 The key was refused: replace it" if key.refused else "🟢 Connected",
        f"{ending}, set {when(key.set_at)} by {by}",
        f"Last success: {when(key.succeeded_at)} · last failure: {when(key.failed_at)}{failure}",
        f"Buttons of what was made: for {who}",
    )


def _count(linked: dict[Provider, int], provider: Provider) -> str:
    return f"Linked here by members: {linked.get(provider, 0)}."


def disconnect_card(buttons: Sequence[Clickable]) -> Card:
    """Ask whether the key shall really go."""
    return (
        Card("Disconnect useapi.net?")
        .text("The key is removed from this server at once. Accounts registered at useapi.net stay there.")
        .buttons(buttons)
    )
