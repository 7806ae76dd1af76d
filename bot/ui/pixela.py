"""Cards of a Pixela user."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import SecretStr

from bot.ui.card import Card
from bot.ui.text import code

TERMS_JA = (
    "https://github.com/a-know/Pixela/wiki/"
    "%E5%88%A9%E7%94%A8%E8%A6%8F%E7%B4%84%EF%BC%88Terms-of-Service-Japanese-Version%EF%BC%89"
)
TERMS_EN = "https://github.com/a-know/Pixela/wiki/Terms-of-Service"

TERMS = (
    f"Pixela's terms of service: [English]({TERMS_EN}) · [日本語]({TERMS_JA}). A forgotten token cannot be "
    "recovered or replaced by anybody, so keep it somewhere safe."
)


def created_card(username: str, shown_token: SecretStr | None, *, replaced: str | None) -> Card:
    """Show the new user; ``shown_token`` is the token where we made it, to be kept by the person.

    ``replaced`` is what :func:`~bot.ui.links.replacement` says of the link that it took the place of.
    """
    card = Card("Your Pixela user is ready")
    card.lines(f"{code(username)} was created and is linked to you here.", replaced)
    _keep_token(card, shown_token)
    return card.rule().small(
        f"Profile: https://pixe.la/@{username} · `/pixela user unlink` forgets the token here."
    )


def unkept_card(username: str, shown_token: SecretStr | None) -> Card:
    """Say that the user is there although it could not be linked, and hand out the token."""
    card = Card("Your Pixela user was created, but not linked", colour=0xD9822B)
    card.text(
        f"{code(username)} is there, and its token could not be stored here. Link it later with "
        "`/pixela user link`."
    )
    return _keep_token(card, shown_token)


def uncertain_card(username: str, shown_token: SecretStr | None) -> Card:
    """Say that nobody knows whether the user was created, and hand out the token all the same."""
    card = Card("It is not certain that the user was created", colour=0xD9822B)
    card.text(
        f"Pixela did not confirm. Try `/pixela user link` with {code(username)} and the token in a minute: "
        "if that works, the user is there; if not, run the command again."
    )
    return _keep_token(card, shown_token)


def linked_card(username: str, graphs: Sequence[str], *, replaced: str | None, everywhere: bool) -> Card:
    """Show the user that was linked, with the ids of its graphs; ``replaced`` as for a new one."""
    place = "in every server and in direct messages" if everywhere else "here"
    card = Card("Pixela is linked")
    card.lines(f"{code(username)} is linked to you {place}.", replaced)
    shown = ", ".join(code(graph) for graph in graphs[:10])
    more = f" and {len(graphs) - 10} more" if len(graphs) > 10 else ""
    return card.small(f"Graphs: {shown}{more}" if graphs else "It has no graph yet.")


def _keep_token(card: Card, token: SecretStr | None) -> Card:
    if token is not None:
        card.rule().text(f"**Your token**, shown this once:\n```\n{token.get_secret_value()}\n```")
        card.text("Keep it somewhere safe: it cannot be recovered, here or at Pixela.")
    return card
