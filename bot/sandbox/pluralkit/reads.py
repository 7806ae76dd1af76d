"""What the API's GET requests answer, once the front server has let them pass.

Each function takes a :class:`Call` and returns the JSON of a 200, or None for a 204. It raises
:class:`RefusalError` in the vendor's order of checks.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Generic, TypeVar

from bot.sandbox.pluralkit.entities import Autoproxy, Group, Member, Switch, System
from bot.sandbox.pluralkit.errors import failed, refused
from bot.sandbox.pluralkit.references import as_snowflake
from bot.sandbox.pluralkit.times import parse_instant
from bot.sandbox.pluralkit.views import (
    autoproxy_view,
    group_view,
    guild_view,
    member_view,
    message_view,
    oembed_view,
    settings_view,
    switch_line,
    switch_view,
    system_view,
    visible,
)
from bot.sandbox.pluralkit.world import World
from bot.sandbox.upstream import JSON

MOST_SWITCHES: Final = 100
"""Switches in one answer, unless fewer are asked for."""


@dataclass(frozen=True, slots=True)
class SwitchOf:
    """A switch, and the system under whose path it was asked for."""

    system: System
    switch: Switch


S = TypeVar("S", System, Member, Group, SwitchOf, None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Call(Generic[S]):
    """One request: what its path names, who asks, and what else it says."""

    subject: S
    caller: System | None
    """The system whose token came with it; None: nobody's."""
    world: World
    now: datetime
    path: Mapping[str, str]
    query: Mapping[str, str]
    system_everywhere: bool
    """Whether members and groups name their system in lists too."""

    @property
    def owner(self) -> System | None:
        """The system that owns what the path names; None: the path names nothing."""
        match self.subject:
            case Member() | Group() | SwitchOf():
                return self.subject.system
            case subject:
                return subject

    @property
    def own(self) -> bool:
        """Whether the caller owns what the path names."""
        return self.caller is not None and self.caller is self.owner


@dataclass(frozen=True, slots=True)
class Page(Generic[S]):
    """One GET route. ``path`` stands under the API's mount."""

    path: str
    read: Callable[[Call[S]], JSON]
    query: frozenset[str] = frozenset()
    """The query keys that it knows."""
    front: bool = False
    """Whether the front server answers by itself, without the inner one."""


def _system(call: Call[System]) -> JSON:
    return system_view(call.subject, own=call.own)


def _settings(call: Call[System]) -> JSON:
    return settings_view(call.subject.settings, own=call.own)


def _system_guild(call: Call[System]) -> JSON:
    if not call.own:
        raise failed(403)
    guild = call.subject.guilds.get(_number(call.path["guild"]))
    if guild is None:
        raise refused(20009)
    return guild_view(guild)


def _autoproxy(call: Call[System]) -> JSON:
    if not call.own:
        raise failed(403)
    if "guild_id" not in call.query or "channel_id" in call.query:
        raise refused(50001)
    guild = _number(call.query["guild_id"])
    return autoproxy_view(call.subject.autoproxy.setdefault(guild, Autoproxy()))


def _system_oembed(call: Call[System]) -> JSON:
    name = call.subject.name if "name_privacy" not in call.subject.private else None
    return oembed_view("System", name or f"System with ID `{call.subject.id}`")


def _members(call: Call[System]) -> JSON:
    _see(call, hidden="member_list_privacy" in call.subject.private, code=30001)
    return _member_list(call, call.subject.members)


def _groups(call: Call[System]) -> JSON:
    with_members = call.query.get("with_members", "false").lower()
    if with_members not in {"true", "false"}:
        raise failed(400)
    _see(call, hidden="group_list_privacy" in call.subject.private, code=30002)
    return _group_list(call, call.subject.groups, with_members=with_members == "true")


def _switches(call: Call[System]) -> JSON:
    before, limit = _before(call), _limit(call)
    _see(call, hidden="front_history_privacy" in call.subject.private, code=30005)
    if limit < 0:
        raise failed(500)
    found = [switch for switch in _newest_first(call.subject) if switch.at < before]
    return [switch_line(switch) for switch in found[: min(limit, MOST_SWITCHES)]]


def _fronters(call: Call[System]) -> JSON:
    _see(call, hidden="front_privacy" in call.subject.private, code=30004)
    switches = _newest_first(call.subject)
    if not switches:
        return None
    return switch_view(switches[0], own=call.own, with_system=call.system_everywhere)


def _switch(call: Call[SwitchOf]) -> JSON:
    system, switch = call.subject.system, call.subject.switch
    _see(call, hidden="front_history_privacy" in system.private, code=20008)
    if switch.system is not system:
        raise refused(20008)
    return switch_view(switch, own=call.own, with_system=call.system_everywhere)


def _member(call: Call[Member]) -> JSON:
    return member_view(call.subject, own=call.own)


def _member_groups(call: Call[Member]) -> JSON:
    system = call.subject.system
    _see(call, hidden="group_list_privacy" in system.private, code=30002)
    return _group_list(call, [group for group in system.groups if call.subject in group.members])


def _member_guild(call: Call[Member]) -> JSON:
    if call.caller is None:
        raise failed(401)
    if not call.own:
        raise refused(30006)
    guild = call.subject.guilds.get(_number(call.path["guild"]))
    if guild is None:
        raise refused(20010)
    return guild_view(guild)


def _member_oembed(call: Call[Member]) -> JSON:
    return oembed_view("Member", _title(call.subject))


def _group(call: Call[Group]) -> JSON:
    return group_view(call.subject, own=call.own)


def _group_members(call: Call[Group]) -> JSON:
    _see(call, hidden="list_privacy" in call.subject.private, code=30003)
    return _member_list(call, call.subject.members)


def _group_oembed(call: Call[Group]) -> JSON:
    return oembed_view("Group", _title(call.subject))


def _message(call: Call[None]) -> JSON:
    message = call.world.find_message(_number(call.path["message"]), call.now)
    if message is None:
        raise refused(20006)
    own = message.member is not None and message.member.system is call.caller
    return message_view(message, own=own)


OF_SYSTEMS: Final = (
    Page("/systems/{system}", _system),
    Page("/systems/{system}/settings", _settings, front=True),
    Page("/systems/{system}/guilds/{guild}", _system_guild),
    Page("/systems/{system}/autoproxy", _autoproxy, frozenset({"guild_id", "channel_id"})),
    Page("/systems/{system}/oembed.json", _system_oembed),
    Page("/systems/{system}/members", _members),
    Page("/systems/{system}/groups", _groups, frozenset({"with_members"})),
    Page("/systems/{system}/switches", _switches, frozenset({"before", "limit"})),
    Page("/systems/{system}/fronters", _fronters),
)
OF_SWITCHES: Final = (Page("/systems/{system}/switches/{switch}", _switch),)
OF_MEMBERS: Final = (
    Page("/members/{member}", _member),
    Page("/members/{member}/groups", _member_groups),
    Page("/members/{member}/guilds/{guild}", _member_guild),
    Page("/members/{member}/oembed.json", _member_oembed),
)
OF_GROUPS: Final = (
    Page("/groups/{group}", _group),
    Page("/groups/{group}/members", _group_members),
    Page("/groups/{group}/oembed.json", _group_oembed),
)
OF_NOTHING: Final = (Page("/messages/{message}", _message),)


def _see(call: Call[S], *, hidden: bool, code: int) -> None:
    """Refuse with ``code`` what is hidden from all but its owner."""
    if hidden and not call.own:
        raise refused(code)


def _member_list(call: Call[S], members: list[Member]) -> JSON:
    """Show members, sorted by UUID: the vendor promises no order, and clients must not rely on one."""
    return [
        member_view(member, own=call.own, with_system=call.system_everywhere)
        for member in sorted(visible(members, own=call.own), key=lambda member: member.uuid)
    ]


def _group_list(call: Call[S], groups: list[Group], *, with_members: bool = False) -> JSON:
    """Show groups, sorted by UUID as members are."""
    return [
        group_view(group, own=call.own, with_system=call.system_everywhere, with_members=with_members)
        for group in sorted(visible(groups, own=call.own), key=lambda group: group.uuid)
    ]


def _newest_first(system: System) -> list[Switch]:
    return sorted(system.switches, key=lambda switch: switch.at, reverse=True)


def _title(thing: Member | Group) -> str:
    """Return what an embed calls a member or group; privacy is not asked here, as at the vendor's."""
    of_system = f" ({thing.system.name})" if thing.system.name else ""
    return (thing.display_name or thing.name) + of_system


def _number(text: str) -> int:
    number = as_snowflake(text)
    if number is None:
        raise failed(400)
    return number


def _before(call: Call[System]) -> datetime:
    """Return the moment that switches must lie before; a switch of that very moment does not."""
    text = call.query.get("before", "")
    before = parse_instant(text) if text else call.now
    if before is None:
        raise failed(400)
    return before


def _limit(call: Call[System]) -> int:
    text = call.query.get("limit", "")
    if text and not re.fullmatch(r"-?[0-9]{1,9}", text):
        raise failed(400)
    return int(text) if text else MOST_SWITCHES
