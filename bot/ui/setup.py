"""The panel of a server's connections."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from bot.access import Rules
from bot.key_names import label_of_key
from bot.limits import Limits
from bot.services import Provider, Service
from bot.ui.administration.access import access_summary
from bot.ui.administration.alerts import Wrong, wrong_lines
from bot.ui.administration.changes import Change, change_line
from bot.ui.administration.limits import limits_summary
from bot.ui.card import Card, Clickable
from bot.ui.text import code, when

_NAMED, _WRONG, _DETAIL = 3, 5, 120
"""Roles or channels of a rule, things that are wrong, and characters of a change: all of the panel is to fit
into one message, and the pages behind it show the rest."""


@dataclass(frozen=True, slots=True)
class Key:
    """What is shown of a stored secret. Times are seconds since 1970, None for never."""

    provider: Provider
    name: str
    """Tells several keys apart; empty for the first one."""
    hint: str
    set_by: int | None
    set_at: int
    refused: bool
    succeeded_at: int | None
    failed_at: int | None
    failure: str | None
    account: str | None = None
    """Whose it is, where it is a user's."""
    is_default: bool = True


@dataclass(frozen=True, slots=True)
class Panel:
    """What the panel shows. ``linked`` counts members who linked an account of their own."""

    services: Sequence[Service]
    keys: Sequence[Key]
    """The server's own, the default one of each provider first."""
    linked: Mapping[Provider, int]
    open_buttons: bool
    """Whether everybody may press the buttons of what others had made."""
    recorders: Collection[int]
    """The roles that may record on the server's graphs; none: everybody."""
    rules: Mapping[Service, Rules]
    limits: Mapping[Service, Limits]
    recent: Sequence[Change]
    """The newest changes."""
    wrong: Sequence[Wrong]
    """What is known to be wrong."""
    failing: Mapping[Provider, int]
    """Since when no call of a provider worked, where the last one did not; seconds since 1970."""
    running: int
    """Jobs that are being made."""
    told_in: int | None
    """The channel of alerts."""

    def of(self, provider: Provider) -> Sequence[Key]:
        """Return the keys of a provider."""
        return [key for key in self.keys if key.provider is provider]


def setup_card(
    panel: Panel,
    buttons: Mapping[Provider, Sequence[Sequence[Clickable]]],
    pages: Sequence[Clickable],
    *,
    done: str | None = None,
) -> Card:
    """Make the panel; ``done`` is a sentence on what was done, ``buttons`` are rows by what they act on.

    ``pages`` open what more there is to change.
    """
    card = Card("Setup of this server")
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
    card.rule().lines(*_chosen(panel))
    card.lines(*_health(panel))
    if panel.recent:
        card.lines("**Recent changes**", *(change_line(change, _DETAIL) for change in panel.recent))
    return card.buttons(pages)


def _chosen(panel: Panel) -> Sequence[str]:
    ruled = [
        f"{service.label}: {access_summary(panel.rules[service], _NAMED)}"
        for service in panel.services
        if service in panel.rules
    ]
    limited = [
        f"{service.label}: {limits_summary(panel.limits[service])}"
        for service in panel.services
        if service in panel.limits
    ]
    return (
        f"**Access** · {'; '.join(ruled) or 'everybody may use everything, everywhere'}",
        f"**Limits** · {'; '.join(limited) or 'none'}",
    )


def _health(panel: Panel) -> Sequence[str]:
    wrong = wrong_lines(panel.wrong, _WRONG)
    failing = [
        f"🟠 {provider.label}: no call has worked since {when(since)}"
        for provider, since in panel.failing.items()
    ]
    made = (
        f"{panel.running} {'job is' if panel.running == 1 else 'jobs are'} being made. "
        if panel.running
        else ""
    )
    if panel.told_in is None:
        told = "Nobody watches: choose a channel for alerts below."
        return ("**Health**", *wrong, *failing, f"⚪ {made}{told}")
    state = [] if wrong or failing else ["🟢 Nothing is known to be wrong."]
    return ("**Health**", *wrong, *failing, *state, f"{made}Alerts are posted in <#{panel.told_in}>.")


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
    keys = panel.of(Provider.USEAPI)
    if not keys:
        return ("⚪ Not connected. Its commands answer once a key is set.",)
    who = "everybody" if panel.open_buttons else "who asked for it, and those who manage the server"
    others = [_another(key) for key in keys[1:]]
    named = f" {code(label_of_key(keys[0].name))}" if others else ""
    return (*_state(keys[0], f"key{named}"), *others, f"Buttons of what was made: for {who}")


def _another(key: Key) -> str:
    state = "🔴 refused: replace it" if key.refused else "🟢 connected"
    return f"Another key: {code(label_of_key(key.name))} · {state}"


def _pixela(panel: Panel) -> Sequence[str]:
    members = ("Members link their own user with `/pixela user link`.", _count(panel.linked, Provider.PIXELA))
    key = next(iter(panel.of(Provider.PIXELA)), None)
    if key is None:
        return (*members, "⚪ No user of the server. Connect one, and members record on its graphs together.")
    roles = ", ".join(f"<@&{role_id}>" for role_id in sorted(panel.recorders))
    who = f"{roles}, and those who manage the server" if roles else "everybody"
    return (*members, *_state(key, "token"), f"Who may record on its graphs: {who}")


def _state(key: Key, secret: str) -> Sequence[str]:
    by = "somebody who has asked to be forgotten" if key.set_by is None else f"<@{key.set_by}>"
    named = f"{secret[:1].upper()}{secret[1:]}"
    ending = f"{named} ending in {code(key.hint)}" if key.hint else named
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


def disconnect_card(provider: Provider, buttons: Sequence[Clickable], names: Sequence[str] = ()) -> Card:
    """Ask whether the secret shall really go; ``names`` are those of the keys where there are several."""
    words = _DISCONNECTING[provider]
    if len(names) > 1:
        listed = ", ".join(code(label_of_key(name)) for name in names)
        words = (
            f"All {len(names)} keys are removed from this server at once: {listed}. The page *Keys* removes "
            "one alone. Accounts registered at useapi.net stay there."
        )
    return Card(f"Disconnect {provider.label}?").text(words).buttons(buttons)
