"""Cards of systems."""

from __future__ import annotations

from collections.abc import Sequence

from discord import ui

from bot.api.pluralkit import System
from bot.api.pluralkit.sights import SystemSight
from bot.ui.card import Card, Clickable
from bot.ui.pluralkit.marks import (
    add_description,
    add_footer,
    colour_of,
    dashboard,
    field,
    joined,
    lock,
    named,
    picture,
    seconds_of,
    spoken,
    title_of,
    titled,
)
from bot.ui.text import code, is_visible, when

_FRONTERS_SHOWN = 200


def system_card(sight: SystemSight, buttons: Sequence[Clickable]) -> Card:
    """Show a system: name, pronouns, tag, members, fronters, description, picture, ids."""
    system = sight.system
    card = Card(colour=colour_of(system.color))
    head = (
        f"### {titled(system)}",
        field("Pronouns", system.pronouns, lock(system, "pronoun_privacy")),
        field("Tag", system.tag),
        f"**Members:** {_members(sight)}{lock(system, 'member_list_privacy')}",
        f"**Fronting:** {_fronting(sight)}{lock(system, 'front_privacy')}",
    )
    card.text(
        "\n".join(line for line in head if line is not None),
        picture=picture(system.avatar_url),
        alt=f"Avatar of {spoken(system)}",
    )
    add_description(card, system, system.banner)
    add_footer(card, "System", system, pictures={"avatar": system.avatar_url, "banner": system.banner})
    return card.buttons([*buttons, ui.Button(label="View on dashboard", url=dashboard("s", system.id))])


def linked_card(system: System, *, everywhere: bool) -> Card:
    """Say which system was linked."""
    name = f"{title_of(system)} ({code(system.id)})" if is_visible(system.name) else code(system.id)
    place = "in every server and in direct messages" if everywhere else "here"
    return Card("PluralKit is linked", colour=colour_of(system.color)).text(
        f"{name} is linked to you {place}. What you share shows its public view only."
    )


def _members(sight: SystemSight) -> str:
    return "private" if sight.members is None else str(len(sight.members))


def _fronting(sight: SystemSight) -> str:
    if sight.front_hidden:
        return "private"
    if sight.front is None:
        return "no switch was ever registered"
    since = when(seconds_of(sight.front.timestamp))
    if not sight.front.members:
        return f"nobody, since {since}"
    return f"{joined([named(member, 60) for member in sight.front.members], _FRONTERS_SHOWN)} since {since}"
