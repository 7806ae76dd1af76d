"""What anybody may ask of PluralKit: how it is asked, what is read, what a private list means."""

import asyncio
from datetime import UTC, datetime, timedelta, timezone

import pytest

from bot.api.pluralkit import ME, Code, PluralKitClient
from bot.api.pluralkit.client import stamp
from bot.errors import Broken, Forbidden, NotFound, Unauthorised, Unexpected, Unreachable
from bot.sandbox.upstream import Trouble
from tests.api.desk import AGENT, LONG, Desk, golden
from tests.api.pluralkit_calls import QUESTIONS, answered
from tests.api.pluralkit_desk import (
    MEMBER,
    SYSTEM,
    TOKEN,
    Harbour,
    client,
    owner,
    pluralkit,
    says,
)

EACH = pytest.mark.parametrize("name", QUESTIONS)
LISTS: list[tuple[str, Code]] = [
    ("members", Code.MEMBERS_HIDDEN),
    ("groups", Code.GROUPS_HIDDEN),
    ("groups with members", Code.GROUPS_HIDDEN),
    ("member's groups", Code.GROUPS_HIDDEN),
    ("group's members", Code.GROUP_MEMBERS_HIDDEN),
]
"""What is answered by None where it is private, and the code that says so."""
FRONTS: list[tuple[str, Code]] = [
    ("fronters", Code.FRONT_HIDDEN),
    ("switches", Code.HISTORY_HIDDEN),
    ("switches before", Code.HISTORY_HIDDEN),
]


@EACH
async def test_each_question_is_asked_as_the_vendor_documents_it(desk: Desk, name: str) -> None:
    act = QUESTIONS[name]
    answered(desk, act)
    for pk, credential in ((client(desk), None), (owner(desk), TOKEN)):
        assert await act.ask(pk)
        seen = desk.shop.requests[-1]
        assert (seen.method, seen.path, seen.query, seen.body) == ("GET", act.path, act.query, b"")
        assert seen.headers.get("authorization") == credential
        assert (seen.headers["accept"], seen.headers["user-agent"]) == ("application/json", AGENT)
        assert "content-type" not in seen.headers
    assert len(desk.shop.requests) == 2


@pytest.mark.parametrize("ref", ["@me", "hrbrl", "hrbrla", SYSTEM, "466378653216014001"])
async def test_a_system_is_asked_for_by_every_kind_of_id(desk: Desk, ref: str) -> None:
    says(desk, "system_public")
    await client(desk).system(ref)
    assert desk.shop.requests[-1].path == f"/systems/{ref}"
    says(desk, "members_public")
    await client(desk).members(ref)
    assert desk.shop.requests[-1].path == f"/systems/{ref}/members"


@pytest.mark.parametrize("ref", ["wrenq", "tamoze", MEMBER])
async def test_members_and_groups_are_asked_for_by_either_id(desk: Desk, ref: str) -> None:
    says(desk, "member_public")
    await client(desk).member(ref)
    says(desk, "group_public")
    await client(desk).group(ref)
    assert [seen.path for seen in desk.shop.requests] == [f"/members/{ref}", f"/groups/{ref}"]


@pytest.mark.parametrize(
    ("moment", "text"),
    [
        (datetime(2026, 8, 1, 8, tzinfo=UTC), "2026-08-01T08:00:00.000000Z"),
        (datetime(2026, 8, 1, 8, 0, 0, 1, tzinfo=UTC), "2026-08-01T08:00:00.000001Z"),
        (datetime(2026, 8, 1, 1, tzinfo=timezone(timedelta(hours=2))), "2026-07-31T23:00:00.000000Z"),
        (datetime(1970, 1, 2, tzinfo=UTC), "1970-01-02T00:00:00.000000Z"),
    ],
)
def test_a_moment_is_written_in_utc_to_the_microsecond(moment: datetime, text: str) -> None:
    assert stamp(moment) == text


async def test_what_a_member_hides_or_leaves_empty_is_none(desk: Desk) -> None:
    says(desk, "members_public")
    members = await client(desk).members("hrbrla")
    assert members is not None
    (wren,) = members
    assert (wren.id, wren.uuid, wren.system, wren.name) == ("wrenq", MEMBER, "hrbrla", "Wren 🪶")
    assert (wren.display_name, wren.created, wren.message_count, wren.privacy) == (None, None, None, None)
    assert (wren.pronouns, wren.birthday, [*wren.proxy_tags]) == ("she/they", "0004-02-29", [])


async def test_fronters_are_read_in_their_order(desk: Desk) -> None:
    says(desk, "fronters_public")
    front = await client(desk).fronters("hrbrla")
    assert front is not None
    assert [member.name for member in front.members] == ["Tam", "Wren 🪶"]
    assert front.timestamp == datetime(2026, 8, 1, 20, 15, 0, 250_000, tzinfo=UTC)


async def test_nobody_fronting_and_no_switch_at_all_are_told_apart(desk: Desk) -> None:
    says(desk, "switch_out")
    front = await client(desk).fronters("hrbrla")
    assert front is not None
    assert [*front.members] == []
    says(desk, "", 204)
    assert await client(desk).fronters("hrbrla") is None


@pytest.mark.parametrize(("name", "code"), LISTS)
async def test_a_list_that_is_private_is_none(desk: Desk, name: str, code: Code) -> None:
    says(desk, f"error_{code}", 403)
    assert await QUESTIONS[name].ask(client(desk)) is None


@pytest.mark.parametrize(("name", "code"), LISTS)
async def test_another_refusal_does_not_pass_for_a_private_list(desk: Desk, name: str, code: Code) -> None:
    others = {"error_403", "error_30001", "error_30002", "error_30003", "error_30004"} - {f"error_{code}"}
    for other in sorted(others):
        says(desk, other, 403)
        with pytest.raises(Forbidden):
            await QUESTIONS[name].ask(client(desk))


@pytest.mark.parametrize(("name", "code"), FRONTS)
async def test_a_front_or_history_that_is_private_is_said_so(desk: Desk, name: str, code: Code) -> None:
    says(desk, f"error_{code}", 403)
    with pytest.raises(Forbidden) as caught:
        await QUESTIONS[name].ask(client(desk))
    assert caught.value.code == code


@EACH
async def test_a_firewalls_page_passes_for_nothing_that_is_private(desk: Desk, name: str) -> None:
    desk.shop.fail(status=403, body=b"<!DOCTYPE html><title>Just a moment...</title>", times=None)
    with pytest.raises(Broken):
        await QUESTIONS[name].ask(client(desk))


@EACH
async def test_an_answer_of_another_shape_is_unexpected(desk: Desk, name: str) -> None:
    desk.shop.refuse_with(200, TOKEN, times=None)
    with pytest.raises(Unexpected) as caught:
        await QUESTIONS[name].ask(client(desk))
    assert (caught.value.where, caught.value.status) == ("the body", 200)
    assert TOKEN not in f"{caught.value!r} {caught.value}"


@EACH
async def test_a_read_is_asked_again_where_it_went_wrong(desk: Desk, name: str) -> None:
    desk.shop.fail(status=503)
    desk.shop.fail(Trouble.DROP)
    desk.shop.fail(status=200, body=golden("pluralkit", QUESTIONS[name].says))
    assert await QUESTIONS[name].ask(client(desk))
    assert len(desk.shop.requests) == 3


async def test_within_a_deadline_nothing_takes_longer(desk: Desk) -> None:
    desk.shop.fail(status=503, times=None)
    pk = client(desk)
    hurried = pk.within(0.5)
    assert (pk.deadline, hurried.deadline) == (None, 0.5)
    for name in QUESTIONS:
        began = desk.time.now
        with pytest.raises(Broken):
            await QUESTIONS[name].ask(hurried)
        assert desk.time.now - began <= 0.5
    began = desk.time.now
    with pytest.raises(Broken):
        await pk.system("hrbrla")
    assert desk.time.now - began > 0.5


async def test_within_a_deadline_a_server_that_is_silent_is_not_waited_for(desk: Desk) -> None:
    desk.shop.fail(Trouble.HANG, times=None)
    with pytest.raises(Unreachable):
        await asyncio.wait_for(client(desk).within(0.05).system("hrbrla"), LONG.attempt / 2)


async def test_a_hurried_client_owns_and_keeps_what_the_other_does(desk: Desk) -> None:
    says(desk, "system_own")
    hurried = owner(desk, own="hrbrla").within(3.0)
    assert hurried.owns("hrbrla")
    await hurried.system(ME)
    assert desk.shop.requests[-1].headers["authorization"] == TOKEN


def test_whose_system_it_is_is_known_from_the_token_alone(desk: Desk) -> None:
    knowing, unknowing = owner(desk, own="hrbrla"), owner(desk)
    assert [knowing.owns(ref) for ref in (ME, "hrbrla", "others", None)] == [True, True, False, False]
    assert [unknowing.owns(ref) for ref in (ME, "hrbrla", None)] == [True, False, False]
    nobody = PluralKitClient(pluralkit(desk), own="hrbrla")
    assert [nobody.owns(ref) for ref in (ME, "hrbrla", None)] == [False, False, False]


async def test_the_owner_sees_more_than_anybody(harbour: Harbour) -> None:
    own, anybody, ref = harbour.own(), harbour.anybody(), harbour.seeded.system_id
    mine, theirs = await own.system(ME), await anybody.system(ref)
    assert mine.id == theirs.id == ref
    assert (mine.pronouns, theirs.pronouns) == ("they/them", None)
    assert mine.hides("pronoun_privacy")
    assert len(await own.members(ME) or ()) > len(await anybody.members(ref) or ())
    assert (await own.settings(ME)).timezone == "Europe/Copenhagen"
    assert (await anybody.settings(ref)).timezone is None


async def test_what_is_private_is_told_by_its_code(harbour: Harbour) -> None:
    anybody, ref = harbour.anybody(), harbour.seeded.other_system_id
    assert await anybody.members(ref) is None
    assert await anybody.groups(ref) is None
    for ask, code in ((anybody.fronters, 30004), (anybody.switches, 30005)):
        with pytest.raises(Forbidden) as caught:
            await ask(ref)
        assert caught.value.code == code


async def test_a_token_that_is_wrong_is_nobodys(harbour: Harbour) -> None:
    stranger = owner(harbour.desk, harbour.emulator.url)
    with pytest.raises(Unauthorised):
        await stranger.system(ME)
    assert (await stranger.system(harbour.seeded.system_id)).privacy is None
    with pytest.raises(NotFound) as caught:
        await stranger.system("zzzzzz")
    assert caught.value.code == Code.SYSTEM_UNKNOWN


async def test_a_message_is_found_by_its_id(harbour: Harbour) -> None:
    message = await harbour.anybody().message(harbour.seeded.message_id)
    assert message.system is not None
    assert message.member is not None
    assert (message.system.id, message.member.system) == (harbour.seeded.system_id, None)
    with pytest.raises(NotFound) as caught:
        await harbour.anybody().message("860690364317958164")
    assert caught.value.code == Code.MESSAGE_UNKNOWN


async def test_groups_name_their_members_by_uuid_where_that_is_asked_for(harbour: Harbour) -> None:
    ref = harbour.seeded.system_id
    bare, full = await harbour.own().groups(ref), await harbour.own().groups(ref, with_members=True)
    assert {group.members for group in bare or ()} == {None}
    crew = {group.id: {*(group.members or ())} for group in full or ()}
    assert crew == {group.id: {each.uuid for each in group.members} for group in harbour.system.groups}
