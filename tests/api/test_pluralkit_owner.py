"""What only a system's owner may ask of PluralKit: how it is asked, and that no change is sent twice."""

import json
from datetime import UTC, datetime

import pytest

from bot.api.pluralkit import ME, Code
from bot.errors import (
    ApiError,
    Forbidden,
    NotFound,
    RateLimited,
    Rejected,
    Unauthorised,
    Uncertain,
)
from bot.sandbox.upstream import Trouble
from tests.api.desk import AGENT, LONG, SHORT, Desk, golden
from tests.api.pluralkit_calls import EDITS, OWNERS, QUIET, WRITES, answered
from tests.api.pluralkit_desk import GUILD, SWITCH, TOKEN, Harbour, owner, says

SETBACKS: dict[str, tuple[Trouble, int]] = {
    "silent": (Trouble.HANG, 0),
    "lost": (Trouble.LOST, 0),
    "page": (Trouble.HTML, 0),
    **{str(status): (Trouble.STATUS, status) for status in (302, 500, 502, 503)},
}


@pytest.mark.parametrize("name", OWNERS)
async def test_each_thing_is_asked_as_the_vendor_documents_it(desk: Desk, name: str) -> None:
    act = OWNERS[name]
    answered(desk, act)
    result = await act.ask(owner(desk))
    assert (result is None) is (not act.says)
    (seen,) = desk.shop.requests
    assert (seen.method, seen.path, seen.query) == (act.method, act.path, act.query)
    assert (seen.headers["authorization"], seen.headers["user-agent"]) == (TOKEN, AGENT)
    assert (json.loads(seen.body) if seen.body else None) == act.body
    assert seen.headers.get("content-type") == (None if act.body is None else "application/json")
    assert seen.headers.get("content-length") == (None if act.method == "GET" else str(len(seen.body)))


@pytest.mark.parametrize("setback", SETBACKS)
@pytest.mark.parametrize("name", WRITES)
async def test_a_change_of_unknown_outcome_is_uncertain_and_not_sent_again(
    desk: Desk, name: str, setback: str
) -> None:
    trouble, status = SETBACKS[setback]
    desk.shop.fail(trouble, status=status, times=None)
    with pytest.raises(Uncertain):
        await WRITES[name].ask(owner(desk, timeouts=SHORT if trouble is Trouble.HANG else LONG))
    assert len(desk.shop.requests) == 1
    assert desk.time.slept == []


@pytest.mark.parametrize("name", WRITES)
async def test_a_change_that_came_too_often_is_sent_again_once_it_may(desk: Desk, name: str) -> None:
    act = WRITES[name]
    headers = {"X-RateLimit-Limit": "3"}
    desk.shop.fail(status=429, body=golden("pluralkit", "error_429_first"), headers=headers)
    desk.shop.fail(status=200 if act.says else 204, body=golden("pluralkit", act.says) if act.says else b"")
    await act.ask(owner(desk))
    assert [seen.body for seen in desk.shop.requests] == [desk.shop.requests[0].body] * 2
    assert desk.time.slept[0] >= 1 / 3


@pytest.mark.parametrize("name", OWNERS)
async def test_the_token_that_was_refused_is_told(desk: Desk, name: str) -> None:
    says(desk, "error_401", 401)
    with pytest.raises(Unauthorised):
        await OWNERS[name].ask(owner(desk))
    assert len(desk.shop.requests) == 1


@pytest.mark.parametrize("name", OWNERS)
async def test_within_a_deadline_none_of_it_takes_longer(desk: Desk, name: str) -> None:
    desk.shop.refuse_with(429, {"retry_after": 400}, times=None)
    began = desk.time.now
    with pytest.raises(RateLimited):
        await OWNERS[name].ask(owner(desk).within(2.0))
    assert desk.time.now - began <= 2.0


@pytest.mark.parametrize(
    ("name", "body", "status", "kind", "code"),
    [
        ("edit member", "error_30006", 403, Forbidden, Code.MEMBER_NOT_YOURS),
        ("edit system", "error_403", 403, Forbidden, 0),
        ("guild", "error_20009", 404, NotFound, Code.SYSTEM_NOT_IN_GUILD),
        ("member's guild", "error_20010", 404, NotFound, Code.MEMBER_NOT_IN_GUILD),
        ("delete switch", "error_20008", 404, NotFound, Code.SWITCH_NOT_YOURS),
        ("create member", "error_40001", 400, Rejected, Code.INVALID),
        ("edit nothing", "error_400", 400, Rejected, 0),
    ],
)
async def test_a_refusal_says_why(
    desk: Desk, name: str, body: str, status: int, kind: type[ApiError], code: int
) -> None:
    says(desk, body, status)
    with pytest.raises(kind) as caught:
        await OWNERS[name].ask(owner(desk))
    assert caught.value.code == code
    assert len(desk.shop.requests) == 1


@pytest.mark.parametrize("name", EDITS)
async def test_a_change_whose_answer_has_another_shape_may_have_gone_through_and_is_not_sent_again(
    desk: Desk, name: str
) -> None:
    desk.shop.refuse_with(200, TOKEN, times=None)
    with pytest.raises(Uncertain):
        await EDITS[name].ask(owner(desk))
    assert len(desk.shop.requests) == 1


@pytest.mark.parametrize("name", QUIET)
async def test_what_is_answered_to_a_change_without_answer_does_not_matter(desk: Desk, name: str) -> None:
    desk.shop.refuse_with(200, {"new": True})
    await QUIET[name].ask(owner(desk))
    assert len(desk.shop.requests) == 1


async def test_what_was_changed_is_returned_as_it_is_now(desk: Desk) -> None:
    pk = owner(desk)
    says(desk, "client_settings_patched")
    settings = await pk.edit_settings({"latch_timeout": 0})
    assert (settings.latch_timeout, settings.name_format, settings.timezone) == (0, None, "Europe/Copenhagen")
    says(desk, "member_guild")
    assert (await pk.edit_member_guild("wrenq", GUILD, {})).display_name == "Wren (mod)"
    says(desk, "autoproxy_new")
    assert (await pk.autoproxy(GUILD)).autoproxy_mode == "off"
    says(desk, "fronters_public")
    front = await pk.register_switch(["tamoze", "wrenq"])
    assert ([each.id for each in front.members], front.id) == (["tamoze", "wrenq"], SWITCH)
    assert front.timestamp == datetime(2026, 8, 1, 20, 15, 0, 250_000, tzinfo=UTC)


async def test_the_emulator_shows_an_owner_what_it_shows_nobody_else(harbour: Harbour) -> None:
    own, guild = harbour.own(), next(iter(harbour.system.guilds))
    assert (await own.system_guild(guild)).tag == "| HL"
    assert (await own.autoproxy(guild)).autoproxy_member == "wrenq"
    assert (await own.member_guild("wrenq", guild)).display_name == "Wren (mod)"
    assert (await own.autoproxy(guild + 1)).autoproxy_mode == "off"
    with pytest.raises(NotFound) as caught:
        await own.system_guild(guild + 1)
    assert caught.value.code == Code.SYSTEM_NOT_IN_GUILD
    assert (await own.system(ME)).hides_anything
