"""The panel of a server's connections."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from bot.services import Provider, Service
from bot.ui.card import Card, Clickable
from bot.ui.text import code, when


@dataclass(frozen=True, slots=True)
class Key:
    """What is shown of a stored secret. Times are seconds since 1970, None for never."""

    hint: str
    set_by: int | None
    set_at: int
    refused: bool
    succeeded_at: int | None
    failed_at: int | None
    failure: str | None
    account: str | None = None
    """Whose it is, where it is a user's."""


@dataclass(frozen=True, slots=True)
class Panel:
    """What the panel shows. ``linked`` counts members who linked an account of their own."""

    services: Sequence[Service]
    keys: Mapping[Provider, Key]
    """The server's own, where there is one."""
    linked: Mapping[Provider, int]
    open_buttons: bool
    """Whether everybody may press the buttons of what others had made."""
    recorders: Collection[int]
    """The roles that may record on the server's graphs; none: everybody."""


def setup_card(
    panel: Panel, buttons: Mapping[Provider, Sequence[Sequence[Clickable]]], *, done: str | None = None
) -> Card:
    """Make the panel; ``done`` is a sentence on what was done, ``buttons`` are rows by what they act on."""
    card = Card("Connections of this server")
    if done is not None:
        card.text(done)
    fronted = [service.label for service in panel.services if service.provider is Provider.USEAPI]
    if fronted:
        card.rule().lines(f"**useapi.net** · {' and '.join(fronted)}", *_useapi(panel))
        _add_rows(card, buttons.get(Provider.USEAPI, ()))
    if Service.PIXELA in panel.services:
        card.rule().lines("**Pixela**", *_pixela(panel))
        _add_rows(card, buttons.get(Provider.PIXELA, ()))
    if Service.PLURALKIT in panel.services:
        card.rule().lines(
            "**PluralKit** · needs no key",
            "Public look-ups work at once; private ones with `/pluralkit link`.",
            _count(panel.linked, Provider.PLURALKIT),
        )
    return card


def _add_rows(card: Card, rows: Sequence[Sequence[Clickable]]) -> None:
    for row in rows:
        card.buttons(row)


_FAILURES = {
    "Unreachable": "not reachable",
    "Unauthorised": "the {secret} was refused",
    "RateLimited": "too many calls",
    "Broken": "in trouble itself",
    "Unexpected": "an odd answer",
    "Uncertain": "not confirmed",
}
"""What is said of the kinds of :mod:`bot.errors` that count against a key."""


def _useapi(panel: Panel) -> Sequence[str]:
    key = panel.keys.get(Provider.USEAPI)
    if key is None:
        return ("⚪ Not connected. Its commands answer once a key is set.",)
    who = "everybody" if panel.open_buttons else "who asked for it, and those who manage the server"
    return (*_state(key, "key"), f"Buttons of what was made: for {who}")


def _pixela(panel: Panel) -> Sequence[str]:
    members = ("Members link their own user with `/pixela user link`.", _count(panel.linked, Provider.PIXELA))
    key = panel.keys.get(Provider.PIXELA)
    if key is None:
        return (*members, "⚪ No user of the server. Connect one, and members record on its graphs together.")
    roles = ", ".join(f"<@&{role_id}>" for role_id in sorted(panel.recorders))
    who = f"{roles}, and those who manage the server" if roles else "everybody"
    return (*members, *_state(key, "token"), f"Who may record on its graphs: {who}")


def _state(key: Key, secret: str) -> Sequence[str]:
    by = "somebody who has asked to be forgotten" if key.set_by is None else f"<@{key.set_by}>"
    ending = f"{secret.capitalize()} ending in {code(key.hint)}" if key.hint else secret.capitalize()
    words = _FAILURES.get(key.failure or "", "of another kind").format(secret=secret)
    failure = f" ({words})" if key.failure else ""
    user = f" as {code(key.account)}" if key.account else ""
    return (
        f"🔴 The {secret} was refused: replace it" if key.refused else f"🟢 Connected{user}",
        f"{ending}, set {when(key.set_at)} by {by}",
        f"Last success: {when(key.succeeded_at)} · last failure: {when(key.failed_at)}{failure}",
    )


def _count(linked: Mapping[Provider, int], provider: Provider) -> str:
    return f"Linked here by members: {linked.get(provider, 0)}."


_DISCONNECTING = {
    Provider.USEAPI: (
        "The key is removed from this server at once. Accounts registered at useapi.net stay there."
    ),
    Provider.PIXELA: (
        "The token of the server's user is removed at once, and nobody can record on its graphs any more. "
        "The user and its graphs stay at Pixela."
    ),
}


def disconnect_card(provider: Provider, buttons: Sequence[Clickable]) -> Card:
    """Ask whether the secret shall really go."""
    return Card(f"Disconnect {provider.label}?").text(_DISCONNECTING[provider]).buttons(buttons)
