"""The card of what was found by name."""

from __future__ import annotations

from collections.abc import Sequence

from bot.api.pluralkit import Group, Member, System
from bot.ui.card import Card, Clickable
from bot.ui.pluralkit.marks import (
    add_small,
    colour_of,
    fitting,
    lock,
    name_lock,
    named,
    on_page,
    titled,
)
from bot.ui.text import code, is_visible, plain

_LINES_MOST = 3300
"""Characters: the heading and the small print have the rest of a message."""


def found_card(
    system: System,
    name: str,
    things: Sequence[Member | Group],
    results: int,
    place: tuple[int, int],
    hidden: Sequence[str],
    buttons: Sequence[Clickable],
) -> Card:
    """Show a page of members and groups that have ``name`` in their names.

    ``place`` is the page, from 0, and how many there are; ``hidden`` says what could not be searched.
    """
    card = Card(f"“{plain(name, 50)}” in {titled(system)}", colour=colour_of(system.color))
    lines = fitting(lambda most: [_line(thing, most) for thing in things], _LINES_MOST)
    card.text("\n".join(lines) or "Nothing has that in its name, display name or id.")
    add_small(card, f"{results} found{on_page(*place)}" if things else None, *hidden)
    return card.buttons(buttons)


def _line(thing: Member | Group, most: int) -> str:
    other = f"{plain(thing.name, most)}{name_lock(thing)}"
    notes = [
        "group" if isinstance(thing, Group) else None,
        other if thing.display_name and is_visible(thing.name) else None,
    ]
    said = ", ".join(note for note in notes if note)
    name = f"{code(thing.id)} **{named(thing, most)}**{lock(thing, 'visibility')}"
    return f"{name} ({said})" if said else name
