"""The page of who changed what, and the line for each change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.services import Provider, Service
from bot.ui.administration.frame import Rows, page, posted_in, with_rows
from bot.ui.card import Card
from bot.ui.text import clip, code, plain, tidy, when

_ROOM = 300
"""Characters of what something was changed to."""


@dataclass(frozen=True, slots=True)
class Change:
    """An entry of the audit as it is shown. ``at``: seconds since 1970."""

    actor_id: int | None
    action: str
    service: Provider | Service | None
    detail: str
    at: int


@dataclass(frozen=True, slots=True)
class Posting:
    """Where new entries are posted. ``closed``: whether nothing can be posted there any more."""

    channel_id: int | None
    closed: bool


def changes_page(
    changes: Sequence[Change],
    *,
    total: int,
    number: int,
    kept_days: int,
    posting: Posting,
    rows: Rows,
    done: str | None,
) -> Card:
    """Show page ``number``, from 0, of the entries of the audit, the newest first."""
    card = page("Recent changes", done)
    if not changes:
        card.text("Nothing was changed yet." if total == 0 else "There is nothing on this page any more.")
    card.lines(*(change_line(change) for change in changes))
    if total > len(changes):
        card.small(f"Page {number + 1} · {total} entries")
    card.small(
        f"Entries are kept for {kept_days} days. New ones on what the server's managers do are posted "
        f"{posted_in(posting.channel_id, closed=posting.closed)}."
    )
    return with_rows(card, rows)


def change_line(change: Change, room: int = _ROOM) -> str:
    """Say in a line what was changed, when and by whom; ``room`` is for what it was changed to."""
    who = "somebody who asked to be forgotten" if change.actor_id is None else f"<@{change.actor_id}>"
    return f"{when(change.at)} · {who} {_did(change, room)}"


def _did(change: Change, room: int) -> str:
    label = "" if change.service is None else change.service.label
    detail = change.detail
    key = f"the key {code(detail)}" if detail else "the main key" if label == "useapi.net" else "the user"
    to = f": {plain(detail, room)}" if detail else ""
    mentions = f": {_whole_words(detail, room)}" if detail else ""
    words = {
        "connected": f"set {key} of {label}",
        "disconnected": f"removed {key} of {label}",
        "chosen": f"made {key} the default of {label}",
        "registered": f"registered the {label} account {code(detail)}",
        "removed": f"removed the {label} account {code(detail)}",
        "reset": f"cleared the notice of the {label} account {code(detail)}",
        "access": f"changed who may use {label}{mentions}",
        "limits": f"changed the limits of {label}{to}",
        "buttons": f"changed who may press the buttons of others' jobs{to}",
        "recorders": f"changed who may record on the server's graphs{mentions}",
        "audit channel": f"changed where changes are posted{mentions}",
        "alert channel": f"changed where alerts are posted{mentions}",
        "exported": f"exported the {plain(detail, room) or 'settings'}",
        "created": f"created a {label} user",
        "linked": f"linked an own {label} account",
        "unlinked": f"unlinked an own {label} account",
        "erased": f"had an own {label} account forgotten",
    }
    return words.get(change.action, plain(change.action, room))


def _whole_words(text: str, most: int) -> str:
    """Return words of ours that name roles and channels, cut so that no name is cut in two.

    They are to show as the roles and channels that they are; no message of ours lets them ping.
    """
    words = tidy(text)
    if len(words) <= most:
        return words
    return f"{clip(words, most).rstrip('…').rpartition(' ')[0]} …"
