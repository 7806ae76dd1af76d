"""The page of all that is kept of a server."""

from __future__ import annotations

from bot.ui.administration.frame import Rows, page, with_rows
from bot.ui.card import Card


def data_page(rows: Rows, done: str | None) -> Card:
    """Show what can be done with all that is kept of the server."""
    card = page("Data", done)
    card.lines(
        "**Export** hands out the settings of this server as a file, without any secret.",
        "**Purge** removes everything that is kept of this server, for good: keys, what members linked here, "
        "reminders, jobs, rules, limits and the list of changes.",
    )
    return with_rows(card, rows)


def purged_card() -> Card:
    """Say that everything is gone."""
    return Card("Everything of this server was removed").lines(
        "Keys and members' links went first, then all the rest, the list of changes too.",
        "The app works here as if it had just been added. Accounts and jobs at useapi.net stay there, and so "
        "do users and graphs at Pixela.",
    )
