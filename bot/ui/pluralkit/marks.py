"""What the cards of PluralKit share: names, ids, colours, pictures, and the mark of what is private."""

from __future__ import annotations

import re
import string
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Protocol
from urllib.parse import quote, urlsplit

from discord import ui

from bot.api.pluralkit import Group, Member, Named, System, shown_name
from bot.api.pluralkit.fields import YEARS_KEPT_BACK
from bot.ui.card import Card
from bot.ui.text import LOCK, clip, code, is_visible, plain, prose, tidy, when

PRIVATE = f" {LOCK}"
_ADDRESS = 2000
"""Characters that an address may have; Discord takes 2,048."""
_HOST = re.compile(r"(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)+[a-z0-9-]{2,63}")
_COLOUR = re.compile(r"[0-9a-fA-F]{6}")
_DASHBOARD = "https://dash.pluralkit.me/profile/"
_DESCRIPTION = 1500
_FOOTER = 300
"""Characters that are kept for the small print below a description."""
_LEGEND = f"{LOCK} marks what others do not see."
LINES_MOST = 3450
"""Characters of the lines of a list: the heading and the small print have the rest of a message."""
_LENGTHS = (100, 60, 40, 24, 12)
"""How long names may be, from the best on: each sign of markdown in them takes two characters."""


class Guarded(Protocol):
    """Something of which the owner may hide parts."""

    def hides(self, key: str) -> bool:
        """Say whether the owner, for whom alone this view is, hides ``key`` from others."""
        ...


def lock(thing: Guarded | None, key: str) -> str:
    """Return the mark where the owner, who sees this, hides it from others."""
    return PRIVATE if thing is not None and thing.hides(key) else ""


def name_lock(thing: Member | Group) -> str:
    """Return the mark where others see the display name in place of the name."""
    return lock(thing, "name_privacy") if thing.display_name else ""


def named(thing: Named, most: int = 100) -> str:
    """Return what a member or group is shown as; its id, where its name does not show."""
    name = shown_name(thing)
    return plain(name, most) if is_visible(name) else code(thing.id)


def title_of(thing: System | Member | Group) -> str:
    """Return a name for a heading; the id, where there is none that shows."""
    return plain(thing.name, 100) if thing.name and is_visible(thing.name) else code(thing.id)


def titled(system: System) -> str:
    """Return a system's name for a heading, with the mark where others do not see it."""
    return title_of(system) + (lock(system, "name_privacy") if system.name else "")


def spoken(thing: System | Member | Group) -> str:
    """Return a name for an alternative text, where markdown is not read."""
    return tidy(thing.name) if thing.name and is_visible(thing.name) else thing.id


def field(label: str, value: str | None, mark: str = "", *, most: int = 100) -> str | None:
    """Return a line with somebody else's text after its label; None where there is none."""
    return f"**{label}:** {plain(value, most)}{mark}" if value and is_visible(value) else None


def colour_of(hex_digits: str | None) -> int | None:
    """Read six hex digits as a colour; None where they are anything else."""
    return int(hex_digits, 16) if hex_digits and _COLOUR.fullmatch(hex_digits) else None


def picture(url: str | None) -> str | None:
    """Return an address that Discord takes for a picture, None where it is none."""
    if url is None or not url.isprintable() or " " in url:
        return None
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        return None
    fitting = quote(url, safe=string.punctuation)
    plain_host = bool(_HOST.fullmatch(host)) and "\\" not in url and "@" not in parts.netloc
    usable = parts.scheme == "https" and plain_host and len(fitting) <= _ADDRESS
    return fitting if usable else None


def birthday(text: str | None) -> str | None:
    """Return a birthday as people write it, without a year that is kept back."""
    try:
        day = date.fromisoformat(text or "")
    except ValueError:
        return text
    shown = f"{day:%B} {day.day}"
    return shown if f"{day.year:04}" in YEARS_KEPT_BACK else f"{shown}, {day.year}"


def seconds_of(moment: datetime) -> int:
    """Return a moment in whole seconds since 1970."""
    return int(moment.timestamp())


def add_description(card: Card, thing: System | Member | Group, banner: str | None, *, keep: int = 0) -> None:
    """Add the description and the banner, where there are any; ``keep`` characters are for what follows."""
    if thing.description and is_visible(thing.description):
        most = max(0, min(_DESCRIPTION, card.room - _FOOTER - keep))
        card.rule().text(prose(thing.description, most) + lock(thing, "description_privacy"))
    address = picture(banner)
    if address is not None:
        card.image(address, alt=f"Banner of {spoken(thing)}")


def add_footer(
    card: Card,
    kind: str,
    thing: System | Member | Group,
    *ids: str,
    pictures: Mapping[str, str | None],
) -> None:
    """Add the small print: ids, when it was made, which pictures others do not see.

    ``pictures`` holds their addresses by what they are called.
    """
    parts = [f"{kind} id {code(thing.id)}", *ids]
    if thing.created is not None:
        parts.append(f"created {when(seconds_of(thing.created), 'D')}{lock(thing, 'metadata_privacy')}")
    hidden = [what for what, address in pictures.items() if address and thing.hides(f"{what}_privacy")]
    add_small(card, " · ".join([*parts, *(f"{what}{PRIVATE}" for what in hidden)]))


def add_small(card: Card, *lines: str | None) -> None:
    """Add small print, without the lines that are None; it explains the mark where the card has it."""
    said = [line for line in lines if line is not None]
    blocks = (item.content for item in card.walk_children() if isinstance(item, ui.TextDisplay))
    if any(PRIVATE in text for text in (*said, *blocks)):
        said.append(_LEGEND)
    if said:
        card.rule().small("\n".join(said))


def heading(thing: Member | Group, system: System | None) -> Sequence[str | None]:
    """Return the first lines of the card of a member or group: whose it is, and how else it is called."""
    of_system = f" ({titled(system)})" if system is not None and is_visible(system.name) else ""
    return [
        f"### {title_of(thing)}{name_lock(thing)}{of_system}",
        f"*hidden from lists*{PRIVATE}" if thing.hides("visibility") else None,
        field("Display name", thing.display_name),
    ]


def counted(count: int, what: str) -> str:
    """Return how many of something there are."""
    return f"1 {what}" if count == 1 else f"{count} {what}s"


def on_page(page: int, pages: int) -> str:
    """Return which page of a list this is, from 0; nothing, where there is but one."""
    return f" · page {page + 1} of {pages}" if pages > 1 else ""


def fitting(lines: Callable[[int], Sequence[str]], most: int) -> Sequence[str]:
    """Return lines that have ``most`` characters together, with names as long as that allows.

    ``lines`` makes them with names of at most so many characters.
    """
    made: Sequence[str] = ()
    for length in _LENGTHS:
        made = lines(length)
        if sum(len(line) + 1 for line in made) <= most:
            break
    return made


def dashboard(kind: str, ref: str) -> str:
    """Return the address of a page of PluralKit's dashboard; ``kind`` is ``s``, ``m`` or ``g``."""
    return f"{_DASHBOARD}{kind}/{ref}"


def joined(names: Sequence[str], most: int) -> str:
    """Return names with commas between them, and how many are left out where they do not fit.

    No name is cut in its midst, so that no markdown is left open.
    """
    kept: list[str] = []
    for name in names:
        if sum(len(each) + 2 for each in kept) + len(name) > most:
            break
        kept.append(name)
    left = len(names) - len(kept)
    if not kept:
        return clip(", ".join(names), most)
    return ", ".join(kept) + (f" and {left} more" if left else "")
