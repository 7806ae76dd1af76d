"""Cards of PluralKit: a system and who is fronting."""

from __future__ import annotations

import re
import string
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

from discord import ui

from bot.api.pluralkit import Member, Switch, System
from bot.ui.card import Card
from bot.ui.text import clip, code, is_visible, plain, prose, tidy, when

DASHBOARD = "https://dash.pluralkit.me/profile/s/"
_FRONTERS_SHOWN = 200
_ADDRESS = 2000
"""Characters that an address may have; Discord takes 2,048."""
_COLOUR = re.compile(r"[0-9a-fA-F]{6}")
_PRIVATE = " 🔒"


@dataclass(frozen=True, slots=True)
class SystemView:
    """What is to be shown of a system."""

    system: System
    members: Sequence[Member] | None
    """None where the list is private."""
    fronters: Switch | None
    """None where no switch was ever registered, or where :attr:`fronters_hidden`."""
    fronters_hidden: bool


def system_card(view: SystemView) -> Card:
    """Show a system: name, pronouns, tag, members, fronters, description, picture, ids."""
    system = view.system
    card = Card(colour=colour_of(system.color))
    head = (
        f"### {_name(system)}{_lock(system, 'name_privacy') if system.name else ''}",
        f"**Pronouns:** {plain(system.pronouns, 100)}{_lock(system, 'pronoun_privacy')}"
        if system.pronouns
        else None,
        f"**Tag:** {plain(system.tag, 79)}" if system.tag else None,
        f"**Members:** {_members(view)}{_lock(system, 'member_list_privacy')}",
        f"**Fronting:** {_fronting(view)}{_lock(system, 'front_privacy')}",
    )
    card.text(
        "\n".join(line for line in head if line is not None),
        picture=picture(system.avatar_url),
        alt=f"Avatar of {tidy(system.name or system.id)}",
    )
    if system.description:
        card.rule().text(prose(system.description, 1500) + _lock(system, "description_privacy"))
    banner = picture(system.banner)
    if banner is not None:
        card.image(banner, alt=f"Banner of {tidy(system.name or system.id)}")
    created = "" if system.created is None else f" · created {when(int(system.created.timestamp()), 'D')}"
    locked = "\n🔒 marks what others do not see." if "private" in (system.privacy or {}).values() else ""
    card.rule().small(f"System id {code(system.id)}{created}{locked}")
    return card.buttons([ui.Button(label="View on dashboard", url=DASHBOARD + system.id)])


def linked_card(system: System, *, everywhere: bool) -> Card:
    """Say which system was linked."""
    name = f"{_name(system)} ({code(system.id)})" if is_visible(system.name) else code(system.id)
    place = "in every server and in direct messages" if everywhere else "here"
    return Card("PluralKit is linked", colour=colour_of(system.color)).text(
        f"{name} is linked to you {place}. What you share shows its public view only."
    )


def colour_of(hex_digits: str | None) -> int | None:
    """Read six hex digits as a colour; None where they are anything else."""
    return int(hex_digits, 16) if hex_digits and _COLOUR.fullmatch(hex_digits) else None


def picture(url: str | None) -> str | None:
    """Return an address that Discord takes for a picture, None where it is none."""
    if url is None or not url.isprintable() or " " in url:
        return None
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    host = parts.hostname or ""
    fitting = quote(url, safe=string.punctuation)
    usable = parts.scheme == "https" and host.isascii() and "." in host and len(fitting) <= _ADDRESS
    return fitting if usable else None


def _name(system: System) -> str:
    return plain(system.name, 100) if system.name and is_visible(system.name) else code(system.id)


def _members(view: SystemView) -> str:
    return "private" if view.members is None else str(len(view.members))


def _fronting(view: SystemView) -> str:
    if view.fronters_hidden:
        return "private"
    if view.fronters is None:
        return "no switch was ever registered"
    since = when(int(view.fronters.timestamp.timestamp()))
    if not view.fronters.members:
        return f"nobody, since {since}"
    names = ", ".join(plain(member.display_name or member.name, 60) for member in view.fronters.members)
    return f"{clip(names, _FRONTERS_SHOWN)} since {since}"


def _lock(system: System, key: str) -> str:
    return _PRIVATE if system.hides(key) else ""
