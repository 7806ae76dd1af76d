"""What the API answers to writes of who is in which group."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeAlias

from bot.sandbox.pluralkit.bodies import read_texts
from bot.sandbox.pluralkit.call import Call, Page, Pages, S
from bot.sandbox.pluralkit.entities import Group, Member
from bot.sandbox.pluralkit.errors import failed
from bot.sandbox.pluralkit.references import listed_group, listed_member
from bot.sandbox.upstream import JSON

_Pair: TypeAlias = tuple[Group, Member]
_Edit: TypeAlias = Callable[[list[_Pair], list[_Pair]], None]
"""Takes the pairs that there are, of the member or group in question, and those that were sent."""


def _add(there: list[_Pair], sent: list[_Pair]) -> None:
    """Skip what is there already; what comes twice breaks the key of the vendor's table."""
    known = {*there}
    new = [pair for pair in sent if pair not in known]
    if len(set(new)) < len(new):
        raise failed(500)
    for group, member in new:
        group.members.append(member)


def _remove(there: list[_Pair], sent: list[_Pair]) -> None:
    for group, member in {*there} & {*sent}:
        group.members.remove(member)


def _overwrite(there: list[_Pair], sent: list[_Pair]) -> None:
    if len(set(sent)) < len(sent):
        raise failed(500)
    for group, member in there:
        group.members.remove(member)
    _add([], sent)


def _with_groups(edit: _Edit, *, missing: int, some: bool = True) -> Callable[[Call[Member]], JSON]:
    """Edit a member's groups by a list of them; ``some``: at least one must be named, by whomever."""

    def answer(call: Call[Member]) -> JSON:
        member = call.subject
        refs = _refs(call, some=some)
        any_spelling = call.documented.any_spelling_in_lists
        named = [
            listed_group(call.world, member.system, ref, any_spelling=any_spelling, missing=missing)
            for ref in refs
        ]
        there = [(group, member) for group in member.system.groups if member in group.members]
        edit(there, [(group, member) for group in named])
        return None

    return answer


def _with_members(edit: _Edit, *, some: bool = True) -> Callable[[Call[Group]], JSON]:
    """Edit a group's members, as :func:`_with_groups` does a member's groups."""

    def answer(call: Call[Group]) -> JSON:
        group = call.subject
        refs = _refs(call, some=some)
        any_spelling = call.documented.any_spelling_in_lists
        named = [listed_member(call.world, group.system, ref, any_spelling=any_spelling) for ref in refs]
        there = [(group, member) for member in group.members]
        edit(there, [(group, member) for member in named])
        return None

    return answer


MEMBERSHIP: Final = Pages(
    members=(
        Page("/members/{member}/groups/add", _with_groups(_add, missing=20004), method="POST"),
        Page("/members/{member}/groups/remove", _with_groups(_remove, missing=20005), method="POST"),
        Page(
            "/members/{member}/groups/overwrite",
            _with_groups(_overwrite, missing=20005, some=False),
            method="POST",
        ),
    ),
    groups=(
        Page("/groups/{group}/members/add", _with_members(_add), method="POST"),
        Page("/groups/{group}/members/remove", _with_members(_remove), method="POST"),
        Page("/groups/{group}/members/overwrite", _with_members(_overwrite, some=False), method="POST"),
    ),
)


def _refs(call: Call[S], *, some: bool) -> list[str]:
    """Return the ids that were sent. An empty list is refused before it is asked who sends it."""
    refs = read_texts(call)
    if some and not refs:
        raise failed(400)
    call.demand_own()
    return refs
