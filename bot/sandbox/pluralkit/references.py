"""From the spelling of an id in a path to the thing that it names, or to the refusal."""

from __future__ import annotations

import re
from typing import TypeVar

from bot.sandbox.pluralkit.entities import Group, Member, Switch, System
from bot.sandbox.pluralkit.errors import RefusalError, refused, unauthorised_at_the_door
from bot.sandbox.pluralkit.world import Shelf, World

_UUID = re.compile(r"[0-9a-f]{32}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_SHORT_ID = re.compile(r"[a-z]{5,6}")
_SIGNED_64_BIT = 1 << 63
_UNSIGNED_64_BIT = 1 << 64


def as_uuid(text: str) -> str | None:
    """Read a UUID in any case, with its hyphens or without; return it in lower case with them."""
    digits = text.lower()
    if not _UUID.fullmatch(digits):
        return None
    plain = digits.replace("-", "")
    return "-".join((plain[:8], plain[8:12], plain[12:16], plain[16:20], plain[20:]))


def as_short_id(text: str, *, cut: bool = False) -> str | None:
    """Read a short id of 5 or 6 letters in any case, with or without dashes.

    With ``cut`` a seventh letter is dropped: the front server compares with a column that is six
    letters wide, and where it alone checks, the cast cuts the spelling.
    """
    shortest, longest = 5, 7
    if not shortest <= len(text) <= longest:
        return None
    letters = text.lower().replace("-", "")
    if cut:
        letters = letters[:6]
    return letters if _SHORT_ID.fullmatch(letters) else None


def as_snowflake(text: str) -> int | None:
    """Read an unsigned 64-bit number."""
    number = (
        int(text) if text.isascii() and text.isdigit() and len(text) <= len(str(_UNSIGNED_64_BIT)) else -1
    )
    return number if 0 <= number < _UNSIGNED_64_BIT else None


def system_at(world: World, caller: System | None, text: str, *, cut: bool = False) -> System:
    """Return the system that a path names: ``@me``, a Discord account, a short id or a UUID.

    Only linked accounts name a system. ``cut`` is that of :func:`as_short_id`. Raises
    :class:`RefusalError`.
    """
    if text == "@me":
        if caller is None:
            raise unauthorised_at_the_door()
        return caller
    account = as_snowflake(text)
    if account is not None:
        found = world.find_by_account(account) if account < _SIGNED_64_BIT else None
    else:
        found = world.systems.find(as_uuid(text) or as_short_id(text, cut=cut) or "")
    if found is None:
        raise refused(20001)
    return found


def member_at(world: World, text: str) -> Member:
    """Return the member that a path names by short id or UUID. Raises :class:`RefusalError`."""
    found = world.members.find(as_uuid(text) or as_short_id(text) or "")
    if found is None:
        raise refused(20002)
    return found


def group_at(world: World, text: str) -> Group:
    """Return the group that a path names by short id or UUID. Raises :class:`RefusalError`."""
    found = world.groups.find(as_uuid(text) or as_short_id(text) or "")
    if found is None:
        raise refused(20004)
    return found


def switch_at(world: World, text: str, *, bad: RefusalError) -> Switch:
    """Return the switch that a path names by UUID, whosever it is. Raises :class:`RefusalError`.

    ``bad`` is raised for what is no UUID at all: it makes the vendor's database fail.
    """
    name = as_uuid(text)
    if name is None:
        raise bad
    if name not in world.switches:
        raise refused(20007)
    return world.switches[name]


def listed_member(world: World, owner: System, text: str, *, any_spelling: bool) -> Member:
    """Return the member of ``owner`` that a list in a body names. Raises :class:`RefusalError`.

    Without ``any_spelling`` only an exact short id or hyphenated UUID in lower case names one: the
    vendor compares texts, and what is another system's is not found either.
    """
    return _listed(world.members, owner, text, any_spelling=any_spelling, codes=(20003, 30008))


def listed_group(world: World, owner: System, text: str, *, any_spelling: bool, missing: int) -> Group:
    """Return the group of ``owner`` that a list in a body names, as :func:`listed_member` does.

    ``missing`` is the code for what is not found, which differs from page to page.
    """
    return _listed(world.groups, owner, text, any_spelling=any_spelling, codes=(missing, 30009))


L = TypeVar("L", Member, Group)


def _listed(shelf: Shelf[L], owner: System, text: str, *, any_spelling: bool, codes: tuple[int, int]) -> L:
    """Look a listed id up; ``codes`` are for what is not found and for what is another system's."""
    missing, foreign = codes
    found = shelf.find((as_uuid(text) or as_short_id(text) or "") if any_spelling else text)
    if found is None or (found.system is not owner and not any_spelling):
        raise refused(missing, text)
    if found.system is not owner:
        raise refused(foreign, text)
    return found
