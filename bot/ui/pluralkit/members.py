"""Cards of members: one, and lists of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from discord import ui

from bot.api.pluralkit import Member, System
from bot.api.pluralkit.fields import typed_proxy_tag
from bot.api.pluralkit.sights import MemberSight, Presence
from bot.ui.card import Card, Clickable
from bot.ui.pluralkit.marks import (
    LINES_MOST,
    add_description,
    add_footer,
    add_small,
    birthday,
    colour_of,
    counted,
    dashboard,
    field,
    fitting,
    heading,
    joined,
    lock,
    named,
    on_page,
    picture,
    seconds_of,
    spoken,
    titled,
)
from bot.ui.text import code, is_visible, lasting, plain, when

_GROUPS_IN_LINES = 5
_LIST_MOST = 800
_TAGS_MOST = 600
_PARAGRAPH_MOST = 680
"""Characters: five of them fit into a message."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """A page of a list: what is on it, and where it is."""

    members: Sequence[Member]
    number: int
    """From 0."""
    pages: int
    results: int
    search: str | None = None
    sort: str = "name"


def member_card(sight: MemberSight, buttons: Sequence[Clickable], note: str | None = None) -> Card:
    """Show a member: names, pronouns, birthday, times at the front, proxy tags, groups, description, ids.

    ``note`` says why the times are not all that was asked for.
    """
    card = Card(colour=colour_of(sight.member.color))
    add_member(card, sight, keep=0 if note is None else len(note) + 10)
    if note is not None:
        card.small(note)
    link = ui.Button[ui.LayoutView](label="View on dashboard", url=dashboard("m", sight.member.id))
    return card.buttons([*buttons, link])


def add_member(card: Card, sight: MemberSight, *, keep: int = 0) -> None:
    """Add all that is shown of a member; ``keep`` characters are for what follows."""
    member, system = sight.member, sight.system
    card.text(
        "\n".join(line for line in _head(sight) if line is not None),
        picture=picture(member.avatar_url),
        alt=f"Avatar of {spoken(member)}",
    )
    tags = _proxy_tags(member)
    if tags:
        card.rule().text(f"**Proxy tags**{lock(member, 'proxy_privacy')}\n{tags}")
    groups = _groups(sight)
    if groups:
        card.rule().text(groups)
    add_description(card, member, member.banner, keep=keep)
    of_system = [] if system is None else [f"system id {code(system.id)}"]
    pictures = {"avatar": member.avatar_url, "banner": member.banner}
    add_footer(card, "Member", member, *of_system, pictures=pictures)


def members_card(system: System, leaf: Leaf, *, full: bool, buttons: Sequence[Clickable]) -> Card:
    """Show a page of members, a line each or, with ``full``, a paragraph each."""
    mark = lock(system, "member_list_privacy")
    card = Card(f"Members{mark} of {titled(system)}", colour=colour_of(system.color))
    if leaf.search:
        card.text(f"With “{plain(leaf.search, 50)}” in the name, display name or id:")
    if not leaf.members:
        return card.text("None." if leaf.search else "This system shows no members.").buttons(buttons)
    if full:
        for member in leaf.members:
            card.rule().text(_paragraph(member))
    else:
        lines = fitting(lambda most: [_line(member, leaf.sort, most) for member in leaf.members], LINES_MOST)
        card.text("\n".join(lines))
    place = f"{counted(leaf.results, 'result')}{on_page(leaf.number, leaf.pages)}"
    add_small(card, f"{place} · by {SORTED_BY[leaf.sort]}")
    return card.buttons(buttons)


SORTED_BY: Mapping[str, str] = {
    "name": "name",
    "id": "id",
    "birthday": "birthday",
    "created": "date of creation",
    "messages": "number of messages",
}
"""What members can be sorted by, in words."""


def presence_lines(presence: Presence | None, mark: str = "") -> Sequence[str]:
    """Say when a member was last at the front, and for how long altogether."""
    if presence is None:
        return ["**Last fronted:** private"]
    if presence.left is None and presence.is_whole:
        return [f"**Last fronted:** never{mark}"]
    if presence.left is None:
        return [f"**Last fronted:** not since {when(seconds_of(presence.back_to), 'D')}{mark}"]
    last = "now" if presence.at_front else when(seconds_of(presence.left))
    total = lasting(presence.seconds)
    if not presence.is_whole:
        total += f" since {when(seconds_of(presence.back_to), 'D')}"
    return [f"**Last fronted:** {last}{mark}", f"**Total fronted:** {total}{mark}"]


def _head(sight: MemberSight) -> Sequence[str | None]:
    member, system = sight.member, sight.system
    return [
        *heading(member, system),
        field("Pronouns", member.pronouns, lock(member, "pronoun_privacy")),
        field("Birthday", birthday(member.birthday), lock(member, "birthday_privacy")),
        _messages(member),
        *(
            ["**Last fronted:** could not be counted just now"]
            if sight.uncounted
            else presence_lines(sight.presence, lock(system, "front_history_privacy"))
        ),
    ]


def _messages(member: Member) -> str | None:
    if not member.message_count:
        return None
    last = member.last_message_timestamp
    at = "" if last is None else f", the last {when(seconds_of(last))}"
    return f"**Messages:** {member.message_count}{at}{lock(member, 'metadata_privacy')}"


def _proxy_tags(member: Member) -> str:
    tags = [code(typed_proxy_tag(tag)) for tag in member.proxy_tags]
    return joined(tags, _TAGS_MOST) if len(tags) > _GROUPS_IN_LINES else "\n".join(tags)


def _groups(sight: MemberSight) -> str | None:
    if sight.groups is None:
        return "**Groups:** private"
    if not sight.groups:
        return None
    mark = lock(sight.system, "group_list_privacy")
    ordered = sorted(sight.groups, key=lambda group: group.name.casefold())
    if len(ordered) > _GROUPS_IN_LINES:
        names = joined([f"{named(group, 60)}{lock(group, 'visibility')}" for group in ordered], _LIST_MOST)
        return f"**Groups ({len(ordered)})**{mark}\n{names}"
    lines = (f"{code(group.id)} **{named(group)}**{lock(group, 'visibility')}" for group in ordered)
    return "\n".join((f"**Groups**{mark}", *lines))


def _line(member: Member, sort: str, most: int) -> str:
    name = f"{code(member.id)} **{named(member, most)}**{lock(member, 'visibility')}"
    extra = _EXTRAS.get(sort, _tags_in_line)(member, most)
    return f"{name} ({extra})" if extra else name


def _tags_in_line(member: Member, most: int) -> str | None:
    tags = [code(typed_proxy_tag(tag), min(most, 40)) for tag in member.proxy_tags]
    return f"{joined(tags, most + 10)}{lock(member, 'proxy_privacy')}" if tags else None


def _birthday_in_line(member: Member, most: int) -> str | None:
    text = plain(birthday(member.birthday) or "", min(most, 40))
    return f"{text}{lock(member, 'birthday_privacy')}" if text else None


def _created_in_line(member: Member, _most: int) -> str | None:
    if member.created is None:
        return None
    return f"{when(seconds_of(member.created), 'D')}{lock(member, 'metadata_privacy')}"


def _messages_in_line(member: Member, _most: int) -> str | None:
    if member.message_count is None:
        return None
    return f"{counted(member.message_count, 'message')}{lock(member, 'metadata_privacy')}"


_EXTRAS: Mapping[str, Callable[[Member, int], str | None]] = {
    "birthday": _birthday_in_line,
    "created": _created_in_line,
    "messages": _messages_in_line,
}


def _paragraph(member: Member) -> str:
    said = "\n".join(fitting(lambda most: _paragraph_lines(member, most), _PARAGRAPH_MOST))
    about = _description_in_list(member, _PARAGRAPH_MOST - len(said))
    return f"{said}\n{about}" if about else said


def _paragraph_lines(member: Member, most: int) -> Sequence[str]:
    name = field("Name", member.name, lock(member, "name_privacy"), most=most)
    tags = _tags_in_line(member, most)
    lines = [
        f"**{named(member, most)}** {code(member.id)}{lock(member, 'visibility')}",
        name if member.display_name else None,
        field("Pronouns", member.pronouns, lock(member, "pronoun_privacy"), most=most),
        field("Birthday", birthday(member.birthday), lock(member, "birthday_privacy"), most=most),
        _messages(member),
        f"**Proxy tags:** {tags}" if tags else None,
    ]
    return [line for line in lines if line is not None]


def _description_in_list(member: Member, most: int) -> str | None:
    """Return the description as one line without markdown: a cut in its midst would leave some of it open."""
    if most < 20 or not member.description or not is_visible(member.description):
        return None
    # Each sign of markdown takes two characters.
    return f"{plain(member.description, most // 2)}{lock(member, 'description_privacy')}"
