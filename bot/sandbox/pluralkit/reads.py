"""What the API's GET requests answer, once the front server has let them pass.

What each function takes and returns is said by :class:`Page`.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import Final

from bot.sandbox.pluralkit.call import (
    Call,
    Page,
    Pages,
    S,
    SwitchOf,
    autoproxied_guild,
    number,
    see,
)
from bot.sandbox.pluralkit.entities import Autoproxy, Group, Member, System
from bot.sandbox.pluralkit.errors import failed, refused
from bot.sandbox.pluralkit.timeline import newest, newest_before
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
from bot.sandbox.upstream import JSON

MOST_SWITCHES: Final = 100
"""Switches in one answer, unless fewer are asked for."""


def _system(call: Call[System]) -> JSON:
    return system_view(call.subject, own=call.own)


def _settings(call: Call[System]) -> JSON:
    return settings_view(call.subject.settings, own=call.own)


def _system_guild(call: Call[System]) -> JSON:
    call.demand_own()
    guild = call.subject.guilds.get(number(call.path["guild"]))
    if guild is None:
        raise refused(20009)
    return guild_view(guild)


def _autoproxy(call: Call[System]) -> JSON:
    call.demand_own()
    guild = autoproxied_guild(call)
    return autoproxy_view(call.subject.autoproxy.setdefault(guild, Autoproxy()))


def _system_oembed(call: Call[System]) -> JSON:
    name = call.subject.name if "name_privacy" not in call.subject.private else None
    return oembed_view("System", name or f"System with ID `{call.subject.id}`")


def _members(call: Call[System]) -> JSON:
    see(call, hidden="member_list_privacy" in call.subject.private, code=30001)
    return _member_list(call, call.subject.members)


def _groups(call: Call[System]) -> JSON:
    with_members = call.query.get("with_members", "false").lower()
    if with_members not in {"true", "false"}:
        raise failed(400)
    see(call, hidden="group_list_privacy" in call.subject.private, code=30002)
    return _group_list(call, call.subject.groups, with_members=with_members == "true")


def _switches(call: Call[System]) -> JSON:
    before, limit = _before(call), _limit(call)
    see(call, hidden="front_history_privacy" in call.subject.private, code=30005)
    if limit < 0:
        raise failed(500)
    found = newest_before(call.subject.switches, before, min(limit, MOST_SWITCHES))
    return [switch_line(switch) for switch in found]


def _fronters(call: Call[System]) -> JSON:
    see(call, hidden="front_privacy" in call.subject.private, code=30004)
    switch = newest(call.subject.switches)
    if switch is None:
        return None
    return switch_view(switch, own=call.own, with_system=call.system_everywhere)


def _switch(call: Call[SwitchOf]) -> JSON:
    system, switch = call.subject.system, call.subject.switch
    see(call, hidden="front_history_privacy" in system.private, code=20008)
    if switch.system is not system:
        raise refused(20008)
    return switch_view(switch, own=call.own, with_system=call.system_everywhere)


def _member(call: Call[Member]) -> JSON:
    return member_view(call.subject, own=call.own)


def _member_groups(call: Call[Member]) -> JSON:
    system = call.subject.system
    see(call, hidden="group_list_privacy" in system.private, code=30002)
    return _group_list(call, [group for group in system.groups if call.subject in group.members])


def _member_guild(call: Call[Member]) -> JSON:
    call.demand_own()
    guild = call.subject.guilds.get(number(call.path["guild"]))
    if guild is None:
        raise refused(20010)
    return guild_view(guild)


def _member_oembed(call: Call[Member]) -> JSON:
    return oembed_view("Member", _title(call.subject))


def _group(call: Call[Group]) -> JSON:
    return group_view(call.subject, own=call.own)


def _group_members(call: Call[Group]) -> JSON:
    see(call, hidden="list_privacy" in call.subject.private, code=30003)
    return _member_list(call, call.subject.members)


def _group_oembed(call: Call[Group]) -> JSON:
    return oembed_view("Group", _title(call.subject))


def _message(call: Call[None]) -> JSON:
    message = call.world.find_message(number(call.path["message"]), call.now)
    if message is None:
        raise refused(20006)
    own = message.member is not None and message.member.system is call.caller
    return message_view(message, own=own)


READS: Final = Pages(
    systems=(
        Page("/systems/{system}", _system),
        Page("/systems/{system}/settings", _settings, front=True),
        Page("/systems/{system}/guilds/{guild}", _system_guild),
        Page("/systems/{system}/autoproxy", _autoproxy, frozenset({"guild_id", "channel_id"})),
        Page("/systems/{system}/oembed.json", _system_oembed),
        Page("/systems/{system}/members", _members),
        Page("/systems/{system}/groups", _groups, frozenset({"with_members"})),
        Page("/systems/{system}/switches", _switches, frozenset({"before", "limit"})),
        Page("/systems/{system}/fronters", _fronters),
    ),
    switches=(Page("/systems/{system}/switches/{switch}", _switch),),
    members=(
        Page("/members/{member}", _member),
        Page("/members/{member}/groups", _member_groups),
        Page("/members/{member}/guilds/{guild}", _member_guild),
        Page("/members/{member}/oembed.json", _member_oembed),
    ),
    groups=(
        Page("/groups/{group}", _group),
        Page("/groups/{group}/members", _group_members),
        Page("/groups/{group}/oembed.json", _group_oembed),
    ),
    nothing=(Page("/messages/{message}", _message),),
)


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


def _title(thing: Member | Group) -> str:
    """Return what an embed calls a member or group; privacy is not asked here, as at the vendor's."""
    of_system = f" ({thing.system.name})" if thing.system.name else ""
    return (thing.display_name or thing.name) + of_system


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
