"""Cards of what was changed at PluralKit, and of what is asked before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from bot.api.pluralkit import Entry, Front, Group, Member, Named, Switch
from bot.ui.card import Card, Clickable
from bot.ui.pluralkit.marks import colour_of, joined, named, seconds_of
from bot.ui.text import code, when

_NAMES_MOST = 1500
_LABELS: Mapping[str, str] = {
    "avatar_url": "avatar",
    "webhook_avatar_url": "proxy avatar",
    "color": "colour",
    "hid_display_split": "display of ids",
    "hid_display_caps": "display of ids",
    "tts": "text to speech",
    "timezone": "time zone",
    "keep_proxy": "proxy tags in messages",
    "proxy_switch": "what a proxied message does",
    "case_sensitive_proxy_tags": "capitals in proxy tags",
    "proxy_error_message_enabled": "word of failed proxying",
    "member_default_private": "privacy of new members",
    "group_default_private": "privacy of new groups",
    "tag_enabled": "display of the tag",
    "pings_enabled": "pings",
}


def switched_card(front: Front, buttons: Sequence[Clickable], *, title: str = "Switched") -> Card:
    """Say who is at the front now, or was from a moment on."""
    first = front.members[0] if front.members else None
    card = Card(title, colour=None if first is None else colour_of(first.color))
    return card.text(f"{_names(front.members)}, from {when(seconds_of(front.timestamp), 'f')} on.").buttons(
        buttons
    )


def choose_front_card(select: Clickable, *, at: datetime | None) -> Card:
    """Ask who comes to the front, or came at a moment."""
    title = (
        "Who is at the front?" if at is None else f"Who was at the front from {when(seconds_of(at), 'f')} on?"
    )
    return Card(title).buttons([select])


def ask_switch_card(front: Front, buttons: Sequence[Clickable]) -> Card:
    """Ask whether a switch shall really be deleted."""
    return (
        Card("Delete this switch?")
        .text(
            f"{when(seconds_of(front.timestamp), 'f')}: {_names(front.members)}. Whoever was at the front "
            "before stays there until the next switch."
        )
        .buttons(buttons)
    )


def ask_deletion_card(thing: Member | Group, buttons: Sequence[Clickable]) -> Card:
    """Ask whether a member or a group shall really be deleted."""
    if isinstance(thing, Member):
        kind, lost = "member", ": from its groups, and from every old switch too"
    else:
        kind, lost = "group", ". Its members stay"
    return (
        Card(f"Delete this {kind}?", colour=colour_of(thing.color))
        .text(
            f"**{named(thing)}** ({code(thing.id)}) is deleted at PluralKit for good{lost}. That cannot be "
            "undone."
        )
        .buttons(buttons)
    )


def created_card(thing: Member | Group, buttons: Sequence[Clickable]) -> Card:
    """Say what was created."""
    kind = "member" if isinstance(thing, Member) else "group"
    card = Card(f"The {kind} was created", colour=colour_of(thing.color))
    return card.text(f"**{named(thing)}** has the id {code(thing.id)}.").buttons(buttons)


def saved_card(what: str, changes: Mapping[str, object], buttons: Sequence[Clickable]) -> Card:
    """Say which fields were changed; ``what`` names the thing, as markdown."""
    fields = ", ".join(dict.fromkeys(_label(key, value) for key, value in changes.items()))
    return Card("Saved").text(f"{what}: {fields}.").buttons(buttons)


def grouped_card(
    group: Entry, members: Sequence[Entry], buttons: Sequence[Clickable], *, added: bool
) -> Card:
    """Say who was put into a group, or taken out of it."""
    done = "now in" if added else "no longer in"
    is_are = "is" if len(members) == 1 else "are"
    return Card().text(f"{_names(members)} {is_are} {done} **{named(group)}**.").buttons(buttons)


def switch_label(switch: Switch, names: Sequence[str], ago: str) -> str:
    """Return a switch as a plain line of a list of choices."""
    who = ", ".join(names) if switch.members else "nobody"
    return f"{ago} ago: {who}"


def _names(members: Sequence[Named]) -> str:
    return joined([f"**{named(member, 60)}**" for member in members], _NAMES_MOST) if members else "*nobody*"


def _label(key: str, value: object) -> str:
    if key == "visibility" or key.endswith("_privacy"):
        return f"{key.removesuffix('_privacy').replace('_', ' ')} now {value}"
    return _LABELS.get(key, key.removesuffix("_enabled").replace("_", " "))
