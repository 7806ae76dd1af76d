"""What the API answers to writes of systems, members and groups."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Final

from bot.sandbox.pluralkit.call import Call, Page, Pages
from bot.sandbox.pluralkit.entities import Group, Member, System
from bot.sandbox.pluralkit.errors import refused
from bot.sandbox.pluralkit.forms import GROUP, MEMBER, SYSTEM, Changes, revise
from bot.sandbox.pluralkit.validation import words
from bot.sandbox.pluralkit.views import group_view, member_view, system_view
from bot.sandbox.upstream import JSON


def _patch_system(call: Call[System]) -> JSON:
    body = SYSTEM.bind(call)
    call.demand_own()
    shown, news = revise(call.subject, SYSTEM.change(body), partial(system_view, own=True))
    call.tell(call.subject, "UPDATE_SYSTEM", call.subject.uuid, news)
    return shown


def _post_member(call: Call[None]) -> JSON:
    body = MEMBER.bind(call)
    system = call.demand_token()
    if len(system.members) >= system.settings.member_limit:
        raise refused(40007)
    changes = MEMBER.fill(_without_idle_avatar(body))
    member = call.world.add_member(system=system, name="", created=call.now)
    changes.apply_to(member)
    answer = member_view(member, own=True, with_system=call.system_everywhere)
    call.tell(system, "CREATE_MEMBER", member.uuid, _given(call, changes, answer))
    return answer


def _patch_member(call: Call[Member]) -> JSON:
    body = MEMBER.bind(call)
    call.demand_own()
    changes = MEMBER.change(_without_idle_avatar(body))
    show = partial(member_view, own=True, with_system=call.system_everywhere)
    shown, news = revise(call.subject, changes, show)
    call.tell(call.subject.system, "UPDATE_MEMBER", call.subject.uuid, news)
    return shown


def _delete_member(call: Call[Member]) -> JSON:
    call.demand_own()
    call.world.remove_member(call.subject)
    call.tell(call.subject.system, "DELETE_MEMBER", call.subject.uuid, None)
    return None


def _post_group(call: Call[None]) -> JSON:
    body = GROUP.bind(call)
    system = call.demand_token()
    if len(system.groups) >= system.settings.group_limit:
        raise refused(40008)
    changes = GROUP.fill(body)
    group = call.world.add_group(system=system, name="", created=call.now)
    changes.apply_to(group)
    answer = group_view(group, own=True, with_system=call.system_everywhere)
    call.tell(system, "CREATE_GROUP", group.uuid, _given(call, changes, answer))
    return answer


def _patch_group(call: Call[Group]) -> JSON:
    body = GROUP.bind(call)
    call.demand_own()
    show = partial(group_view, own=True, with_system=call.system_everywhere)
    shown, news = revise(call.subject, GROUP.change(body), show)
    call.tell(call.subject.system, "UPDATE_GROUP", call.subject.uuid, news)
    return shown


def _delete_group(call: Call[Group]) -> JSON:
    call.demand_own()
    call.world.remove_group(call.subject)
    call.tell(call.subject.system, "DELETE_GROUP", call.subject.uuid, None)
    return None


WRITES: Final = Pages(
    systems=(Page("/systems/{system}", _patch_system, method="PATCH"),),
    members=(
        Page("/members/{member}", _patch_member, method="PATCH"),
        Page("/members/{member}", _delete_member, method="DELETE"),
    ),
    groups=(
        Page("/groups/{group}", _patch_group, method="PATCH"),
        Page("/groups/{group}", _delete_group, method="DELETE"),
    ),
    nothing=(
        Page("/members", _post_member, method="POST"),
        Page("/groups", _post_group, method="POST"),
    ),
)


def _without_idle_avatar(body: Mapping[str, JSON]) -> Mapping[str, JSON]:
    """Leave out a proxy avatar that is the avatar of the same request, or null: the vendor ignores both."""
    key = "webhook_avatar_url"
    if key not in body or (words(body[key]) is not None and body[key] != body.get("avatar_url")):
        return body
    return {name: value for name, value in body.items() if name != key}


def _given(call: Call[None], changes: Changes, answer: Mapping[str, JSON]) -> JSON:
    """Return what is told of something new: as it is kept, no more than was given."""
    if call.documented.only_names_dispatched:
        return {"name": answer["name"]}
    shown: dict[str, JSON] = {key: answer[key] for key in changes.fields}
    privacy = answer["privacy"]
    if changes.privacy and isinstance(privacy, dict):
        shown["privacy"] = {key: privacy[key] for key in changes.privacy}
    return shown
