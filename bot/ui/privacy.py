"""Cards of what is kept of a person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.services import Provider
from bot.ui.card import Card, Clickable
from bot.ui.text import code, when

_SHOWN = 20


@dataclass(frozen=True, slots=True)
class OwnSecret:
    """One credential of the person. ``guild_id`` is None where it belongs to the person alone."""

    service: Provider
    account: str | None
    guild_id: int | None
    everywhere: bool
    set_at: int


@dataclass(frozen=True, slots=True)
class KeptData:
    """All that is kept of the person."""

    secrets: Sequence[OwnSecret]
    connected: int
    audited: int
    jobs: int
    reminders: int
    graphs: int = 0
    cancelled: int = 0
    unsettled: Sequence[str] = ()
    """Pixela users of which nobody knows yet whether they were created."""
    drafts: int = 0
    errands: int = 0


def privacy_card(kept: KeptData, here: int | None, buttons: Sequence[Clickable]) -> Card:
    """Tell what is kept; ``here`` is the server that the person asks from."""
    card = Card("What is kept of you")
    counted = (*(kept.connected, kept.audited, kept.jobs, kept.reminders, kept.graphs, kept.cancelled),)
    counted += (kept.drafts, kept.errands)
    if not (kept.secrets or kept.unsettled or any(counted)):
        return card.text("Nothing.")
    if kept.secrets:
        card.lines(
            "**Your own tokens**, encrypted, to act for you:",
            *(_secret(secret, here) for secret in kept.secrets[:_SHOWN]),
            f"… and {len(kept.secrets) - _SHOWN} more" if len(kept.secrets) > _SHOWN else None,
        )
    if kept.unsettled:
        names = ", ".join(code(name) for name in kept.unsettled[:_SHOWN])
        card.text(
            f"**Tokens of Pixela users that Pixela did not confirm**, encrypted: {names}. "
            "`/pixela user create` or `token` settles it."
        )
    card.lines(
        f"**Keys of servers that you set:** {kept.connected}, with your id as who set them"
        if kept.connected
        else None,
        f"**What you had made with Pika and Midjourney:** {kept.jobs}, with the words and links that you "
        "gave, for 31 days so that their buttons work"
        if kept.jobs
        else None,
        f"**Reminders of habits:** {kept.reminders}, until you remove them" if kept.reminders else None,
        f"**Which graph you used last:** in {kept.graphs} {'place' if kept.graphs == 1 else 'places'}"
        if kept.graphs
        else None,
        f"**Jobs of others that you cancelled:** {kept.cancelled}, for 31 days" if kept.cancelled else None,
        f"**Forms that you opened:** {kept.drafts}, encrypted, with what stood and what you typed in them, "
        "for an hour"
        if kept.drafts
        else None,
        "**What is under way for you:** that it is, until it ends" if kept.errands else None,
        f"**Changes that you made in servers:** {kept.audited} with your id, so that administrators can tell "
        "who changed what, for 400 days"
        if kept.audited
        else None,
    )
    card.small(
        "Your name, your messages and what else you type are not kept. Where jobs are counted for a server's "
        "limits, a pseudonym stands for you, for two days. Backups that the operator makes keep what they "
        "held."
    )
    return card.rule().buttons(buttons)


def export_card(rows: int, file: bytes) -> Card:
    """Hand out what is kept."""
    if rows == 0:
        return Card().text("Nothing is kept of you.")
    words = "All that is kept of you, in every server, without the secrets themselves."
    return Card().text(words).attachment("my-data.json", file)


def erase_card(buttons: Sequence[Clickable]) -> Card:
    """Ask whether all of it shall really go."""
    return (
        Card("Delete all of this?")
        .text(
            "Your tokens and what you had made are removed in every server, and your id is taken out of "
            "everything else. What is still being made for you is given up first: it is cancelled at its "
            "service and its message loses your words, as far as both can still be reached. Messages with "
            "what is done stay, and so do keys that you set for a server, because they are the server's. "
            "Nothing changes at Pixela or PluralKit."
        )
        .buttons(buttons)
    )


def erased_card(removed: int) -> Card:
    """Say that it is gone."""
    tokens = {0: "No token was stored", 1: "1 token was removed"}.get(
        removed, f"{removed} tokens were removed"
    )
    return Card("Deleted").text(f"{tokens}, and your id was taken out of everything else.")


def _secret(secret: OwnSecret, here: int | None) -> str:
    account = f" {code(secret.account)}" if secret.account else ""
    return f"- {secret.service.label}{account}, {_where(secret, here)}, since {when(secret.set_at, 'd')}"


def _where(secret: OwnSecret, here: int | None) -> str:
    if secret.everywhere:
        return "for every server"
    if secret.guild_id is None:
        return "for direct messages"
    return "for this server" if secret.guild_id == here else f"for the server {code(str(secret.guild_id))}"
