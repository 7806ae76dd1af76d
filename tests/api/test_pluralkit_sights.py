"""What there is to see of a system, a member or a group, by its owner and by anybody."""

from collections.abc import Awaitable, Callable

import pytest

from bot.api.pluralkit import ME, Group, Member, PluralKitClient
from bot.api.pluralkit.sights import (
    MemberSight,
    Presence,
    see_group,
    see_history,
    see_member,
    see_message_member,
    see_names,
    see_presence,
    see_system,
)
from bot.errors import Forbidden, NotFound
from bot.sandbox.pluralkit import entities as emulated
from tests.api.desk import Desk
from tests.api.pluralkit_desk import NOON, Harbour, ago, client, says

HOUR = 60
GUEST = "guest"
OWNER = "owner"
EITHER = pytest.mark.parametrize("who", [OWNER, GUEST])


def looking(harbour: Harbour, who: str) -> PluralKitClient:
    return harbour.own() if who == OWNER else harbour.anybody()


async def seen_member(harbour: Harbour, who: str, member: emulated.Member) -> MemberSight:
    pk = looking(harbour, who)
    return await see_member(pk, await pk.member(member.id), NOON)


async def presence(harbour: Harbour, member: emulated.Member, *, most: int = 500) -> Presence:
    found = await see_presence(harbour.anybody(), harbour.system.id, member.id, NOON, most=most)
    assert found is not None
    return found


@EITHER
async def test_a_system_is_seen_with_its_members_and_its_front(harbour: Harbour, who: str) -> None:
    ref = ME if who == OWNER else harbour.system.accounts[0]
    sight = await see_system(looking(harbour, who), str(ref))
    shown = {each.id for each in harbour.system.members if who == OWNER or "visibility" not in each.private}
    assert {each.id for each in sight.members or ()} == shown
    assert (sight.system.id, sight.system.is_own) == (harbour.system.id, who == OWNER)
    assert sight.front is not None
    assert [each.id for each in sight.front.members] == [
        each.id for each in harbour.system.switches[-1].members
    ]
    assert not sight.front_hidden


@pytest.mark.parametrize(
    ("private", "members", "front"),
    [
        ("member_list_privacy", False, True),
        ("front_privacy", True, False),
        ("front_history_privacy", True, True),
        ("group_list_privacy", True, True),
    ],
)
async def test_what_a_system_hides_is_missing_for_all_but_its_owner(
    harbour: Harbour, private: emulated.SystemPrivacy, *, members: bool, front: bool
) -> None:
    harbour.system.private.add(private)
    theirs = await see_system(harbour.anybody(), harbour.system.id)
    assert (theirs.members is not None, theirs.front is not None) == (members, front)
    assert theirs.front_hidden is not front
    mine = await see_system(harbour.own(), harbour.system.id)
    assert (mine.members is not None, mine.front is not None, mine.front_hidden) == (True, True, False)


async def test_a_system_without_switches_and_one_whose_front_is_empty_are_told_apart(
    harbour: Harbour,
) -> None:
    harbour.forget_switches()
    sight = await see_system(harbour.anybody(), harbour.system.id)
    assert (sight.front, sight.front_hidden) == (None, False)
    harbour.switched(5)
    sight = await see_system(harbour.anybody(), harbour.system.id)
    assert sight.front is not None
    assert [*sight.front.members] == []


@EITHER
async def test_a_member_is_seen_with_its_system_its_groups_and_its_times(harbour: Harbour, who: str) -> None:
    harbour.forget_switches()
    wren, tam = harbour.system.members[:2]
    for minutes, crew in ((300, [wren]), (240, [tam]), (120, [wren, tam]), (90, [tam])):
        harbour.switched(minutes, *crew)
    sight = await seen_member(harbour, who, wren)
    assert sight.system is not None
    assert (sight.member.id, sight.system.id) == (wren.id, harbour.system.id)
    joined = [each.id for each in harbour.system.groups if wren in each.members]
    assert [each.id for each in sight.groups or ()] == joined
    assert sight.presence == Presence(
        ago(90), at_front=False, seconds=90 * 60, back_to=ago(300), is_whole=True
    )


@pytest.mark.parametrize(
    ("private", "groups", "times"),
    [
        ("group_list_privacy", False, True),
        ("front_history_privacy", True, False),
        ("front_privacy", True, True),
        ("member_list_privacy", True, True),
    ],
)
async def test_what_a_members_system_hides_is_missing_for_all_but_its_owner(
    harbour: Harbour, private: emulated.SystemPrivacy, *, groups: bool, times: bool
) -> None:
    harbour.system.private.add(private)
    wren = harbour.system.members[0]
    theirs = await seen_member(harbour, GUEST, wren)
    assert (theirs.groups is not None, theirs.presence is not None) == (groups, times)
    mine = await seen_member(harbour, OWNER, wren)
    assert (mine.groups is not None, mine.presence is not None) == (True, True)


async def test_a_member_that_does_not_say_its_system_is_seen_without(harbour: Harbour) -> None:
    wren = await harbour.anybody().member(harbour.system.members[0].id)
    alone = Member.model_validate(wren.model_dump() | {"system": None})
    sight = await see_member(harbour.anybody(), alone, NOON)
    assert (sight.member, sight.system, sight.presence) == (alone, None, None)
    assert sight.groups


@EITHER
async def test_a_history_that_fails_takes_nothing_else_of_a_member_away(harbour: Harbour, who: str) -> None:
    harbour.emulator.fail(status=404, path="*/switches", times=None)
    sight = await seen_member(harbour, who, harbour.system.members[0])
    assert (sight.presence, sight.uncounted) == (None, True)
    assert sight.system is not None
    assert sight.groups


async def test_who_is_at_the_front_is_there_now(harbour: Harbour) -> None:
    harbour.forget_switches()
    wren, tam = harbour.system.members[:2]
    harbour.switched(50, wren)
    harbour.switched(20, wren, tam)
    assert await presence(harbour, wren) == Presence(
        NOON, at_front=True, seconds=50 * 60, back_to=ago(50), is_whole=True
    )
    assert await presence(harbour, tam) == Presence(
        NOON, at_front=True, seconds=20 * 60, back_to=ago(50), is_whole=True
    )


async def test_who_never_was_at_the_front_has_no_time_there(harbour: Harbour) -> None:
    harbour.forget_switches()
    wren, tam = harbour.system.members[:2]
    never = Presence(None, at_front=False, seconds=0.0, back_to=NOON, is_whole=True)
    assert await presence(harbour, wren) == never
    harbour.switched(20, tam)
    harbour.switched(-20, wren)
    assert (await presence(harbour, wren)).left is None
    assert (await presence(harbour, tam)).at_front


@pytest.mark.parametrize(("switches", "is_whole"), [(499, True), (500, False), (501, False)])
async def test_of_a_long_history_only_the_newer_part_is_looked_at(
    harbour: Harbour, switches: int, *, is_whole: bool
) -> None:
    harbour.forget_switches()
    wren, tam = harbour.system.members[:2]
    for number in range(switches):
        harbour.switched(number + 1, tam if number % 2 else wren)
    found = await presence(harbour, wren)
    assert (found.is_whole, found.back_to) == (is_whole, ago(min(switches, 500)))
    assert found.seconds == 250 * 60
    some = await presence(harbour, wren, most=10)
    assert (some.is_whole, some.seconds, some.back_to) == (False, 5 * 60, ago(10))


async def test_a_member_that_was_deleted_vanishes_from_old_switches(harbour: Harbour) -> None:
    harbour.forget_switches()
    wren, tam = harbour.system.members[:2]
    harbour.switched(60, wren)
    harbour.switched(30, wren, tam)
    harbour.emulator.world.remove_member(wren)
    found = await see_presence(harbour.own(), harbour.system.id, wren.id, NOON)
    assert found == Presence(None, at_front=False, seconds=0.0, back_to=ago(60), is_whole=True)
    assert (await presence(harbour, tam)).seconds == 30 * 60
    page = await see_history(harbour.own(), harbour.system.id, before=None, length=5)
    assert [[*each.members] for each in page.switches] == [[tam.id], []]
    assert page.names.find(wren.id) is None


@EITHER
async def test_a_group_is_seen_with_its_system_and_its_members(harbour: Harbour, who: str) -> None:
    crew = harbour.system.groups[0]
    pk = looking(harbour, who)
    sight = await see_group(pk, await pk.group(crew.id))
    assert sight.system is not None
    assert (sight.group.id, sight.system.id) == (crew.id, harbour.system.id)
    shown = {each.id for each in crew.members if who == OWNER or "visibility" not in each.private}
    assert {each.id for each in sight.members or ()} == shown
    crew.private.add("list_privacy")
    assert ((await see_group(pk, sight.group)).members is not None) is (who == OWNER)


async def test_a_group_that_does_not_say_its_system_is_seen_without(harbour: Harbour) -> None:
    crew = await harbour.anybody().group(harbour.system.groups[0].id)
    alone = Group.model_validate(crew.model_dump() | {"system": None})
    sight = await see_group(harbour.anybody(), alone)
    assert (sight.group, sight.system) == (alone, None)
    assert sight.members


@EITHER
async def test_who_sent_a_message_is_seen_as_a_member_is(harbour: Harbour, who: str) -> None:
    pk = looking(harbour, who)
    message = await pk.message(harbour.seeded.message_id)
    sight = await see_message_member(pk, message, NOON)
    assert sight is not None
    assert message.member is not None
    assert (sight.member, sight.system) == (message.member, message.system)
    by_id = await see_member(pk, await pk.member(message.member.id), NOON)
    assert (sight.groups, sight.presence) == (by_id.groups, by_id.presence)


async def test_nobody_is_seen_of_a_message_whose_member_was_deleted(harbour: Harbour) -> None:
    pk = harbour.anybody()
    message = await pk.message(harbour.seeded.message_id)
    sender = next(each for each in harbour.system.members if message.member and each.id == message.member.id)
    harbour.emulator.world.remove_member(sender)
    assert await see_message_member(pk, await pk.message(harbour.seeded.message_id), NOON) is None


async def test_names_are_what_is_shown_and_what_is_hidden_has_none(harbour: Harbour) -> None:
    hidden = next(each for each in harbour.system.members if "visibility" in each.private)
    names = await see_names(harbour.anybody(), harbour.system.id)
    assert (names.find("wrenq"), names.find(hidden.id), names.list_hidden) == ("Wren 🪶", None, False)
    assert names.hidden == set()
    names = await see_names(harbour.own(), ME)
    assert (names.find(hidden.id), names.hidden) == (hidden.name, {hidden.id})
    harbour.system.private.add("member_list_privacy")
    for pk in (harbour.anybody(), harbour.anybody().within(9.0)):
        names = await see_names(pk, harbour.system.id)
        assert (names.find("wrenq"), names.list_hidden) == (None, True)


LOOKS: dict[str, Callable[[PluralKitClient], Awaitable[object]]] = {
    "system": lambda pk: see_system(pk, "hrbrla"),
    "presence": lambda pk: see_presence(pk, "hrbrla", "wrenq", NOON),
    "history": lambda pk: see_history(pk, "hrbrla", before=None, length=5),
    "names": lambda pk: see_names(pk, "hrbrla"),
}


@pytest.mark.parametrize("name", LOOKS)
async def test_what_is_not_there_or_refused_for_another_reason_is_said_so(desk: Desk, name: str) -> None:
    says(desk, "error_20001", 404)
    with pytest.raises(NotFound):
        await LOOKS[name](client(desk))
    says(desk, "error_403", 403)
    with pytest.raises(Forbidden):
        await LOOKS[name](client(desk))
