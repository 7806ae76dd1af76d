"""What a server is told in the channels that it chose."""

from __future__ import annotations

from bot.services import Provider
from bot.ui.administration.changes import Change, change_line
from bot.ui.card import Card
from bot.ui.text import code, lasting

_WAY_OUT = {
    "key": "Somebody with the permission Manage Server replaces it with `/setup connect`.",
    "account": "Somebody reads the notice in Discord as that user, then runs `/accounts midjourney reset`.",
    "service": "Nothing has to be done here; what waits is tried again.",
}


def alert_words(kind: str, subject: str) -> str:
    """Say what is wrong, without its end."""
    match kind:
        case "key":
            return f"The {_secret(subject)} is refused"
        case "account":
            return f"The account {code(subject)} has a notice that waits to be read"
        case _:
            return f"{Provider(subject).label} cannot be used"


def alert_card(kind: str, subject: str, *, over: bool, seconds: int, ref: str) -> Card:
    """Tell that something is wrong, or that it is over after so many seconds."""
    if over:
        card = Card(colour=0x3BA55D).text(f"✅ Over after {lasting(seconds)}: {_over(kind, subject)}.")
    else:
        since = f", for {lasting(seconds)} already" if seconds else ""
        card = Card(colour=0xD9822B).lines(f"⚠️ {alert_words(kind, subject)}{since}.", _WAY_OUT.get(kind))
    return _marked(card, ref)


def _over(kind: str, subject: str) -> str:
    match kind:
        case "key":
            return f"the {_secret(subject)} works, or was replaced or removed"
        case "account":
            return f"the account {code(subject)} has no notice any more"
        case _:
            return f"{Provider(subject).label} can be used again"


def _secret(subject: str) -> str:
    provider, _, name = subject.partition(":")
    which = f" {code(name)}" if name else ""
    secret = "token" if provider == Provider.PIXELA else "key"
    return f"{secret}{which} of {Provider(provider).label}"


def change_card(change: Change, ref: str) -> Card:
    """Tell what somebody changed."""
    return _marked(Card().text(f"🗒️ {change_line(change)}"), ref)


def _marked(card: Card, ref: str) -> Card:
    """Name the notice, by which it is found again where nobody knows whether it was posted."""
    return card.small(f"notice {code(ref)}")
