"""What the API answers to writes of switches."""

from __future__ import annotations

from typing import Final

from bot.sandbox.pluralkit.bodies import read_object, read_texts, texts
from bot.sandbox.pluralkit.call import Call, Page, Pages, SwitchOf
from bot.sandbox.pluralkit.entities import Member, Switch, System
from bot.sandbox.pluralkit.errors import failed, objected, refused
from bot.sandbox.pluralkit.references import listed_member
from bot.sandbox.pluralkit.timeline import newest, taken
from bot.sandbox.pluralkit.times import parse_instant, parse_loosely, stamp
from bot.sandbox.pluralkit.views import switch_view
from bot.sandbox.upstream import JSON


def _post(call: Call[System]) -> JSON:
    system = call.subject
    body = read_object(call, {"members", "timestamp"})
    refs, written = texts(body.get("members")), body.get("timestamp")
    at = None if written is None else parse_instant(_text(written))
    if written is not None and at is None:
        raise failed(400)
    call.demand_own()
    _demand_different(refs)
    if at is not None and taken(system.switches, at):
        raise refused(40005)
    any_spelling = call.documented.any_spelling_in_lists
    members = [listed_member(call.world, system, ref, any_spelling=any_spelling) for ref in refs]
    _demand_different(members)
    last = newest(system.switches)
    if last is not None and last.members == members and (at is None or at > last.at):
        raise refused(40004)
    switch = call.world.add_switch(system=system, at=at or call.now, members=members)
    news: dict[str, JSON] = {"id": switch.uuid, "timestamp": stamp(switch.at), "members": _uuids(members)}
    call.tell(system, "CREATE_SWITCH", switch.uuid, news)
    return _view(call, switch)


def _patch(call: Call[SwitchOf]) -> JSON:
    switch = call.subject.switch
    body = read_object(call, {"timestamp", "id", "members"})
    call.demand_own()
    if body.get("timestamp") is None:
        raise objected({"timestamp": [{"message": "Key 'timestamp' is required."}]})
    at = parse_loosely(_text(body["timestamp"]))
    if at is None:
        raise failed(400)
    _demand_of_system(call)
    if taken(switch.system.switches, at):
        raise refused(40005)
    call.world.move_switch(switch, at)
    call.tell(switch.system, "UPDATE_SWITCH", switch.uuid, {"timestamp": stamp(at)})
    return _view(call, switch)


def _patch_members(call: Call[SwitchOf]) -> JSON:
    switch = call.subject.switch
    refs = read_texts(call)
    call.demand_own()
    _demand_different(refs)
    _demand_of_system(call)
    members = [listed_member(call.world, switch.system, ref, any_spelling=True) for ref in refs]
    _demand_different(members)
    if switch.members == members:
        raise refused(40004)
    switch.members = members
    call.tell(switch.system, "UPDATE_SWITCH", switch.uuid, {"members": _uuids(members)})
    return _view(call, switch)


def _delete(call: Call[SwitchOf]) -> JSON:
    switch = call.subject.switch
    call.demand_own()
    _demand_of_system(call)
    call.world.remove_switch(switch)
    call.tell(switch.system, "DELETE_SWITCH", switch.uuid, None)
    return None


SWITCHING: Final = Pages(
    systems=(Page("/systems/{system}/switches", _post, method="POST"),),
    switches=(
        Page("/systems/{system}/switches/{switch}", _patch, method="PATCH"),
        Page("/systems/{system}/switches/{switch}/members", _patch_members, method="PATCH"),
        Page("/systems/{system}/switches/{switch}", _delete, method="DELETE"),
    ),
)


def _demand_different(members: list[str] | list[Member]) -> None:
    """Refuse a member that comes twice: by the spelling first, and once they are found by themselves."""
    if len(set(members)) < len(members):
        raise refused(40003)


def _demand_of_system(call: Call[SwitchOf]) -> None:
    """Refuse a switch of another system than the path's."""
    if call.subject.switch.system is not call.subject.system:
        raise refused(20008)


def _text(value: JSON) -> str:
    if not isinstance(value, str):
        raise failed(400)
    return value


def _uuids(members: list[Member]) -> list[JSON]:
    return [member.uuid for member in members]


def _view(call: Call[System] | Call[SwitchOf], switch: Switch) -> JSON:
    return switch_view(switch, own=True, with_system=call.system_everywhere)
