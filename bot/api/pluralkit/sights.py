"""What there is to see of a system, a member, a group or a front, put together from several calls.

What is private to whoever asks is None or said by a flag of its own: a person is told which part.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from bot.api.pluralkit.client import PluralKitClient
from bot.api.pluralkit.dialect import Code
from bot.api.pluralkit.fronting import FrontTally, Stays
from bot.api.pluralkit.models import Front, Group, Member, Message, Switch, System
from bot.api.pluralkit.roster import shown_name
from bot.api.pluralkit.walk import walk_back
from bot.errors import ApiError, Forbidden

T = TypeVar("T")
U = TypeVar("U")

GLANCE = 500
"""Switches that are looked at for a figure beside other things: about a second's worth of calls."""


@dataclass(frozen=True, slots=True)
class SystemSight:
    """A system, its members and its front."""

    system: System
    members: Sequence[Member] | None
    """None where the list is private."""
    front: Front | None
    """None where no switch was ever registered, or where :attr:`front_hidden`."""
    front_hidden: bool


@dataclass(frozen=True, slots=True)
class Presence:
    """When a member was at the front, as far as the history was looked at."""

    left: datetime | None
    """The end of the last time, None: it was not at the front."""
    at_front: bool
    """Whether it is there now."""
    seconds: float
    """The time at the front, altogether."""
    back_to: datetime
    """What the figures count from."""
    is_whole: bool
    """Whether that is the whole history."""


@dataclass(frozen=True, slots=True)
class MemberSight:
    """A member, its system, its groups and its times at the front."""

    member: Member
    system: System | None
    groups: Sequence[Group] | None
    """None where the system's groups are private."""
    presence: Presence | None
    """None where the front history is private, or where :attr:`uncounted`."""
    uncounted: bool = False
    """Whether the history could not be read just now."""


@dataclass(frozen=True, slots=True)
class GroupSight:
    """A group, its system and its members."""

    group: Group
    system: System | None
    members: Sequence[Member] | None
    """None where that list is private."""


@dataclass(frozen=True, slots=True)
class FrontSight:
    """Who is at the front of a system, each since when."""

    system: System
    front: Front | None
    """None where no switch was ever registered."""
    since: Mapping[str, datetime]
    """By short id: since when without a break, across switches."""
    unfinished: frozenset[str]
    """Those who were there longer than was looked back."""
    history_hidden: bool
    """Whether only the last switch could be looked at."""


@dataclass(frozen=True, slots=True)
class Names:
    """What the ids in switches stand for."""

    by_id: Mapping[str, str] = field(default_factory=dict[str, str])
    hidden: frozenset[str] = frozenset()
    """Those whom the owner, who alone sees their names here, hides from the list."""
    list_hidden: bool = False
    """Whether the list of members is private, so that ids stay ids."""

    def find(self, member: str) -> str | None:
        """Return a member's name, None where it does not show in the list."""
        return self.by_id.get(member)


@dataclass(frozen=True, slots=True)
class HistorySight:
    """A page of a front history, the newest switch first."""

    system: System
    names: Names
    switches: Sequence[Switch]
    has_older: bool


async def see_system(client: PluralKitClient, system: str) -> SystemSight:
    """Look at a system. Raises :class:`~bot.errors.ApiError`."""
    found = await client.system(system)
    members, front = await both(client.members(found.id), _front_unless_hidden(client, found.id))
    return SystemSight(found, members, front[0], front_hidden=front[1])


async def see_member(client: PluralKitClient, member: Member, now: datetime) -> MemberSight:
    """Look at the surroundings of a member. Raises :class:`~bot.errors.ApiError`."""
    if member.system is None:
        return MemberSight(member, None, await client.member_groups(member.id), None)
    (system, groups), (presence, uncounted) = await both(
        both(client.system(member.system), client.member_groups(member.id)),
        _presence_if_any(client, member.system, member.id, now),
    )
    return MemberSight(member, system, groups, presence, uncounted)


async def see_presence(
    client: PluralKitClient, system: str, member: str, now: datetime, *, most: int = GLANCE
) -> Presence | None:
    """Look when a member was at the front; None where the history is private."""
    tally = FrontTally(now)
    try:
        async for page in walk_back(client, system, most=most, walking=False):
            tally.add(page)
    except Forbidden as error:
        if error.code != Code.HISTORY_HIDDEN:
            raise
        return None
    return presence_of(member, tally, is_whole=tally.switches < most)


def presence_of(member: str, tally: FrontTally, *, is_whole: bool) -> Presence:
    """Read from a tally when a member was at the front."""
    return Presence(
        tally.left_front(member),
        member in (tally.front or ()),
        tally.seconds.get(member, 0.0),
        tally.back_to,
        is_whole=is_whole,
    )


async def see_group(client: PluralKitClient, group: Group) -> GroupSight:
    """Look at the surroundings of a group. Raises :class:`~bot.errors.ApiError`."""
    if group.system is None:
        return GroupSight(group, None, await client.group_members(group.id))
    system, members = await both(client.system(group.system), client.group_members(group.id))
    return GroupSight(group, system, members)


async def see_front(client: PluralKitClient, system: str) -> FrontSight:
    """Look who is at the front, and since when without a break.

    Raises :class:`~bot.errors.Forbidden` with ``FRONT_HIDDEN`` where that is private.
    """
    found = await client.system(system)
    front = await client.fronters(found.id)
    if front is None or not front.members:
        return FrontSight(found, front, {}, frozenset(), history_hidden=False)
    stays, hidden = Stays(front), False
    try:
        looked = 0
        async for page in walk_back(client, found.id, most=GLANCE, walking=False):
            stays.add(page)
            looked += len(page)
            if not stays.unfinished:
                break
        if looked < GLANCE:
            stays.close()
    except Forbidden as error:
        if error.code != Code.HISTORY_HIDDEN:
            raise
        hidden = True
    return FrontSight(found, front, stays.since, stays.unfinished, history_hidden=hidden)


async def see_names(client: PluralKitClient, system: str) -> Names:
    """Look up what a system's members are called."""
    members = await client.members(system)
    if members is None:
        return Names(list_hidden=True)
    hidden = frozenset(member.id for member in members if member.hides("visibility"))
    return Names({member.id: shown_name(member) for member in members}, hidden)


async def see_history(
    client: PluralKitClient, system: str, *, before: datetime | None, length: int
) -> HistorySight:
    """Look at a page of the front history: ``length`` switches before a moment.

    Raises :class:`~bot.errors.Forbidden` with ``HISTORY_HIDDEN`` where that is private.
    """
    found = await client.system(system)
    switches, names = await both(
        client.switches(found.id, before=before, limit=length + 1), see_names(client, found.id)
    )
    return HistorySight(found, names, switches[:length], has_older=len(switches) > length)


async def see_message_member(client: PluralKitClient, message: Message, now: datetime) -> MemberSight | None:
    """Look at the member that sent a message; None where it, or its system, was deleted since."""
    if message.member is None or message.system is None:
        return None
    system, member = message.system, message.member
    groups, (presence, uncounted) = await both(
        client.member_groups(member.id), _presence_if_any(client, system.id, member.id, now)
    )
    return MemberSight(member, system, groups, presence, uncounted)


async def _presence_if_any(
    client: PluralKitClient, system: str, member: str, now: datetime
) -> tuple[Presence | None, bool]:
    """Look when a member was at the front; a failure of that takes nothing else of the member away."""
    try:
        return await see_presence(client, system, member, now), False
    except ApiError:
        return None, True


async def _front_unless_hidden(client: PluralKitClient, system: str) -> tuple[Front | None, bool]:
    try:
        return await client.fronters(system), False
    except Forbidden as error:
        if error.code != Code.FRONT_HIDDEN:
            raise
        return None, True


async def both(one: Awaitable[T], other: Awaitable[U]) -> tuple[T, U]:
    """Wait for both; where one fails, the other is neither waited for nor left running."""
    first, second = asyncio.ensure_future(one), asyncio.ensure_future(other)
    try:
        return await asyncio.gather(first, second)
    finally:
        first.cancel()
        second.cancel()
        await asyncio.gather(first, second, return_exceptions=True)
