"""Cards of groups: one with its members, and lists of them."""

from __future__ import annotations

from collections.abc import Sequence

from discord import ui

from bot.api.pluralkit import Group, System
from bot.api.pluralkit.sights import GroupSight
from bot.ui.card import Card, Clickable
from bot.ui.pluralkit.marks import (
    LINES_MOST,
    add_description,
    add_footer,
    add_small,
    colour_of,
    counted,
    dashboard,
    fitting,
    heading,
    lock,
    name_lock,
    named,
    on_page,
    picture,
    spoken,
    titled,
)
from bot.ui.text import code, is_visible, plain

_FOOTER = 350
"""Characters that are kept for what stands below the members of a group."""


def group_card(sight: GroupSight, page: int, length: int, buttons: Sequence[Clickable]) -> Card:
    """Show a group and a page of its members, ``length`` of them; ``page`` counts from 0."""
    group, system = sight.group, sight.system
    card = Card(colour=colour_of(group.color))
    head = (
        *heading(group, system),
        f"**Members:** {_size(sight)}{lock(group, 'list_privacy')}",
    )
    card.text(
        "\n".join(line for line in head if line is not None),
        picture=picture(group.icon),
        alt=f"Icon of {spoken(group)}",
    )
    add_description(card, group, group.banner)
    if sight.members:
        _add_members(card, sight, page, length)
    ids = [] if system is None else [f"system id {code(system.id)}"]
    add_footer(card, "Group", group, *ids, pictures={"icon": group.icon, "banner": group.banner})
    link = ui.Button[ui.LayoutView](label="View on dashboard", url=dashboard("g", group.id))
    return card.buttons([*buttons, link])


def groups_card(
    system: System, groups: Sequence[Group], page: int, length: int, buttons: Sequence[Clickable]
) -> Card:
    """Show a page of a system's groups, ``length`` of them."""
    mark = lock(system, "group_list_privacy")
    card = Card(f"Groups{mark} of {titled(system)}", colour=colour_of(system.color))
    if not groups:
        return card.text("This system shows no groups.").buttons(buttons)
    shown = groups[page * length : (page + 1) * length]
    card.text("\n".join(fitting(lambda most: [_line(group, most) for group in shown], LINES_MOST)))
    add_small(card, _place(len(groups), page, length, "group"))
    return card.buttons(buttons)


def _line(group: Group, most: int) -> str:
    # To others a list that is private is empty.
    is_known = group.members is not None and (group.members or group.is_own)
    size = f" · {counted(len(group.members or ()), 'member')}" if is_known else ""
    other = f" ({plain(group.name, most)}{name_lock(group)})" if is_visible(group.name) else ""
    name = f"**{named(group, most)}**{lock(group, 'visibility')}{other if group.display_name else ''}"
    return f"{code(group.id)} {name}{size}{lock(group, 'list_privacy')}"


def _size(sight: GroupSight) -> str:
    return "private" if sight.members is None else str(len(sight.members))


def _add_members(card: Card, sight: GroupSight, page: int, length: int) -> None:
    members = sight.members or ()
    shown = members[page * length : (page + 1) * length]
    lines = fitting(
        lambda most: [
            f"{code(member.id)} **{named(member, most)}**{lock(member, 'visibility')}" for member in shown
        ],
        card.room - _FOOTER,
    )
    card.rule().text("\n".join(lines))
    if len(members) > length:
        card.small(_place(len(members), page, length, "member"))


def _place(count: int, page: int, length: int, what: str) -> str:
    return counted(count, what) + on_page(page, -(-count // length))
