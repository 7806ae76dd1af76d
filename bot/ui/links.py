"""What is said of the accounts that members link, whatever the service."""

from __future__ import annotations

from bot.ui.card import Card
from bot.ui.text import code


def replacement(account: str | None, new: str, *, everywhere: bool) -> str | None:
    """Say which link a new one took the place of; None where it is the same account again.

    ``everywhere``: whether the old link held in every server.
    """
    if account is None or account == new:
        return None
    place = " in every server and in direct messages" if everywhere else ""
    return f"It takes the place of {code(account)}, whose token is forgotten{place}."


def unlinked_card(service: str, account: str | None, *, everywhere: bool) -> Card:
    """Say which link is gone, and that nothing changed at the service."""
    name = f" {code(account)}" if account else ""
    place = "everywhere" if everywhere else "here"
    return Card(f"{service} is unlinked").text(
        f"The token of{name or ' your account'} was forgotten {place}. Nothing changed at {service}."
    )
