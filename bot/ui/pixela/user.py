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

LOST_FOR_GOOD = "A forgotten token cannot be recovered or replaced by anybody, so keep it somewhere safe."
TERMS = f"Pixela's terms of service: [English]({TERMS_EN}) · [日本語]({TERMS_JA}). {LOST_FOR_GOOD}"
_ODD = 0xD9822B


def created_card(
    username: str, shown_token: SecretStr | None, *, replaced: str | None, earlier: str | None = None
) -> Card:
    """Show the new user; ``shown_token`` is the token where we made it, to be kept by the person.

    ``replaced`` is what :func:`~bot.ui.links.replacement` says of the link that it took the place of,
    ``earlier`` what :func:`earlier_words` says where an earlier attempt had created it.
    """
    card = Card("Your Pixela user is ready")
    card.lines(f"{code(username)} was created and is linked to you here.", earlier, replaced)
    _keep_token(card, shown_token)
    card.rule().text("Next: `/pixela graph create` makes your first graph.")
    return card.small(f"Profile: https://pixe.la/@{username} · `/pixela user unlink` forgets the token here.")


def earlier_words(*, shown: bool, other_token: bool, thanks: bool) -> str | None:
    """Say what of a form did not count, since an earlier attempt had created the user.

    ``shown``: the token of that attempt was made here and is shown; ``other_token``: the form had another.
    """
    said: list[str] = []
    if other_token:
        holds = "shown below" if shown else "that was typed then"
        said.append(
            f"An earlier attempt had created it, so the token {holds} is the one that holds. "
            "`/pixela user token` changes it."
        )
    if thanks:
        said.append("The thanks code was not sent this time: `/pixela user token` takes it.")
    return " ".join(said) or None


def unkept_card(username: str, shown_token: SecretStr | None) -> Card:
    """Say that the user is there although it could not be linked, and hand out the token."""
    card = Card("Your Pixela user was created, but not linked", colour=_ODD)
    card.text(
        f"{code(username)} is there, and its token could not be stored here. Link it later with "
        "`/pixela user link`, or run `/pixela user create` with that name again."
    )
    return _keep_token(card, shown_token)


def uncertain_card(username: str, shown_token: SecretStr | None) -> Card:
    """Say that nobody knows whether the user was created, and hand out the token all the same."""
    card = Card("It is not certain that the user was created", colour=_ODD)
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
    if not graphs:
        return card.text("It has no graph yet. `/pixela graph create` makes the first one.")
    return card.small(f"Graphs: {shown}{more}. `/pixela graph show` draws one.")


def _keep_token(card: Card, token: SecretStr | None) -> Card:
    if token is not None:
        card.rule().text(f"**Your token**, shown this once:\n```\n{token.get_secret_value()}\n```")
        card.text("Keep it somewhere safe: it cannot be recovered, here or at Pixela.")
    return card


def changed_card(username: str, *, token: bool, thanks: bool, confirmed: bool) -> Card:
    """Say what was changed of a user: its token, its thanks code or both."""
    what = " and the ".join([*(["token"] if token else []), *(["thanks code"] if thanks else [])])
    verb = "were" if token and thanks else "was"
    card = Card(f"The {what} {verb} changed")
    if not confirmed:
        doubt = " Whether the thanks code was taken is not certain: set it again." if thanks else ""
        card.text(f"Pixela did not confirm, but the new token is the one that holds.{doubt}")
    if not token:
        card.text(f"Pixela took it for {code(username)}.")
    else:
        card.text(
            f"The new token of {code(username)} is stored here in place of the old one. Where else the user "
            "is linked, link it again with `/pixela user link`."
        )
        card.small(LOST_FOR_GOOD)
    return card


def token_unsure_card(username: str, *, old_holds: bool) -> Card:
    """Say that the new token does not hold, or that nobody knows; the old one stays stored."""
    if old_holds:
        card = Card("The token was not changed", colour=_ODD)
        return card.text(
            f"Pixela did not confirm, and the old token of {code(username)} is the one that holds so far. "
            "It stays stored; run the command again."
        )
    card = Card("It is not certain which token holds", colour=_ODD)
    return card.text(
        f"Pixela did not confirm, and neither token of {code(username)} could be tried. Both are kept here, "
        "and the one that holds is found out when the user is used next. Keep both yourself until then."
    )


def token_unkept_card(username: str) -> Card:
    """Say that the new token holds although it could not be stored."""
    return Card("The token was changed, but not stored here", colour=_ODD).text(
        f"The new token of {code(username)} holds at Pixela, and it could not be stored here. Link the user "
        "with it: `/pixela user link`."
    )


def profile_card(username: str, changed: Sequence[str]) -> Card:
    """Say which fields of a profile were changed."""
    card = Card("Your profile was changed").text(f"Changed: {', '.join(changed).lower()}.")
    return card.small(f"Profile: https://pixe.la/@{username}")


def deletion_words(username: str) -> str:
    """Say what goes when a user is deleted."""
    return (
        f"**{username}** is deleted at Pixela with all of its graphs, days and webhooks, for good. The token "
        "is forgotten here. `/pixela user unlink` only forgets the token; `/pixela export` saves the days "
        "first."
    )


def deleted_user_card(username: str, *, confirmed: bool) -> Card:
    """Say that a user is gone."""
    doubt = "" if confirmed else "Pixela did not confirm, but it is gone. "
    return Card("Your Pixela user was deleted").text(
        f"{doubt}{code(username)} is gone with all of its graphs, and its token was forgotten here."
    )
