"""From the spelling of an id in a path to the thing that it names, or to the refusal."""

from __future__ import annotations

import re

from bot.sandbox.pluralkit.entities import Group, Member, Switch, System
from bot.sandbox.pluralkit.errors import failed, refused, unauthorised_at_the_door
from bot.sandbox.pluralkit.world import World

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


def switch_at(world: World, text: str) -> Switch:
    """Return the switch that a path names by UUID, whosever it is. Raises :class:`RefusalError`.

    What is no UUID at all makes the vendor's database fail, and so answers 500.
    """
    name = as_uuid(text)
    if name is None:
        raise failed(500)
    if name not in world.switches:
        raise refused(20007)
    return world.switches[name]
