"""/pixela user create: a new user at Pixela, whose token nobody could ever bring back."""

from __future__ import annotations

import re

import pytest
import simcord

from bot.sandbox.upstream import JSON, Trouble
from tests.stage import Stage, everything, fields, shown

NAME = "ada-of-the-harbour"
OWN = "a token of my own, with blanks"
AGREED = {"agree_terms": True, "not_minor": True}


async def _create(stage: Stage, *, username: str = NAME, **filled: str | bool) -> simcord.InteractionResult:
    form = await stage.member.slash(stage.channel, "pixela user create", username=username)
    return await stage.member.submit_modal(form, AGREED | filled)


def _token(said: str) -> str:
    found = re.search(r"```\n(\S+)\n```", said)
    assert found is not None
    return found[1]


def _posts(stage: Stage) -> int:
    return stage.sandbox.pixela.count("POST", "/v1/users")


async def test_the_form_asks_for_token_code_and_both_agreements(stage: Stage) -> None:
    form = await stage.member.slash(stage.channel, "pixela user create", username=NAME)
    assert fields(form) == ["token", "thanks_code", "agree_terms", "not_minor"]
    assert form.modal is not None
    assert "wiki/Terms-of-Service" in form.modal["components"][0]["content"]


@pytest.mark.parametrize("ticked", [{}, {"agree_terms": True}, {"not_minor": True}])
async def test_without_both_boxes_nothing_is_sent(stage: Stage, ticked: dict[str, bool]) -> None:
    form = await stage.member.slash(stage.channel, "pixela user create", username=NAME)
    said = await stage.member.submit_modal(form, {"token": "a-good-token", **ticked})
    assert "Tick both boxes, or nothing is created." in shown(said)
    assert stage.sandbox.pixela.requests == []


async def test_a_blank_token_becomes_a_strong_one_that_is_shown_once_and_logs_in(stage: Stage) -> None:
    said = await _create(stage)
    assert said.ephemeral
    token = _token(shown(said))
    assert re.fullmatch(r"[A-Za-z0-9]{40}", token)
    assert everything(said).count(token) == 1
    assert stage.sandbox.pixela.users[NAME].knows(token)
    linked = await stage.admin.slash(stage.channel, "pixela user link", username=NAME)
    again = shown(await stage.admin.submit_modal(linked, {"token": token}))
    assert "Pixela is linked" in again
    assert token not in again
    assert token.encode() not in stage.database_bytes()
    assert token not in "\n".join(stage.log)


async def test_two_users_never_get_the_same_token(stage: Stage) -> None:
    assert _token(shown(await _create(stage))) != _token(shown(await _create(stage, username="ben")))


async def test_a_token_of_ones_own_is_taken_as_typed_and_not_shown(stage: Stage) -> None:
    said = shown(await _create(stage, token=OWN))
    assert f"`{NAME}` was created and is linked to you here." in said
    assert OWN not in said
    assert stage.sandbox.pixela.users[NAME].knows(OWN)


async def test_exactly_the_documented_fields_are_sent(stage: Stage) -> None:
    await _create(stage, token=OWN, thanks_code=" ThankYou1 ")
    [seen] = stage.sandbox.pixela.requests
    assert seen.json == {
        "token": OWN,
        "username": NAME,
        "agreeTermsOfService": "yes",
        "notMinor": "yes",
        "thanksCode": "ThankYou1",
    }
    await _create(stage, username="ben", token=OWN)
    last = stage.sandbox.pixela.requests[-1].json
    assert isinstance(last, dict)
    assert "thanksCode" not in last


async def test_the_new_user_is_linked_here_with_an_audit_row(stage: Stage) -> None:
    await _create(stage)
    rows = await stage.rows("SELECT guild_id, owner_id, service, account, everywhere FROM credentials")
    assert rows == [(stage.guild.id, stage.member.id, "pixela", NAME, 0)]
    audit = await stage.rows("SELECT guild_id, actor_id, action, service FROM audit")
    assert audit == [(stage.guild.id, stage.member.id, "created", "pixela")]


async def test_a_name_outside_the_rule_is_refused_with_the_rule(stage: Stage) -> None:
    for username in ("A-da", "a", "1ada", "ada_b", "a" * 34, "ada!", "\uff41da"):
        said = await stage.member.slash(stage.channel, "pixela user create", username=username)
        assert said.modal is None
        assert "A Pixela user name has 2 to 33 characters: a lower-case letter first" in shown(said)
    assert stage.sandbox.pixela.requests == []


async def test_a_token_outside_the_rule_is_refused_with_the_rule(stage: Stage) -> None:
    for token in ("short", "with-ümlaut-here", "emoji-🐚-token"):
        said = shown(await _create(stage, token=token))
        assert "A Pixela token has 8 to 128 characters" in said
        assert token not in said
    assert stage.sandbox.pixela.requests == []


async def test_a_taken_name_is_said_so(stage: Stage) -> None:
    said = shown(await _create(stage, username=stage.seeds.pixela_username))
    assert f"The name `{stage.seeds.pixela_username}` is taken at Pixela." in said
    assert "```" not in said
    assert await stage.rows("SELECT * FROM credentials") == []


@pytest.mark.parametrize("status", [400, 403])
async def test_a_refusal_is_shown_with_the_vendors_reason_and_without_secrets(
    stage: Stage, status: int
) -> None:
    body: JSON = {"message": f"Bad token {OWN} and code ThankYou1, see docs", "isSuccess": False}
    stage.sandbox.pixela.refuse_with(status, body)
    said = shown(await _create(stage, token=OWN, thanks_code="ThankYou1"))
    assert "Bad token" in said
    assert "see docs" in said
    assert OWN not in said
    assert "ThankYou1" not in said
    assert await stage.rows("SELECT * FROM credentials") == []
    assert _posts(stage) == 1


async def test_a_lost_answer_is_not_sent_again_and_the_user_is_found(stage: Stage) -> None:
    stage.sandbox.pixela.fail(Trouble.LOST, method="POST", path="/v1/users")
    said = shown(await _create(stage))
    assert _posts(stage) == 1
    assert "Your Pixela user is ready" in said
    assert stage.sandbox.pixela.users[NAME].knows(_token(said))
    assert await stage.rows("SELECT account FROM credentials") == [(NAME,)]


async def test_a_lost_answer_is_found_through_the_rejections_too(stage: Stage) -> None:
    stage.sandbox.pixela.fail(Trouble.LOST, method="POST", path="/v1/users")
    stage.sandbox.pixela.reject_next = 7
    assert "Your Pixela user is ready" in shown(await _create(stage))
    assert _posts(stage) == 1


@pytest.mark.parametrize("trouble", [Trouble.LOST, Trouble.DROP, Trouble.STATUS, Trouble.HTML])
async def test_where_nobody_knows_the_person_gets_user_and_token_all_the_same(
    stage: Stage, trouble: Trouble
) -> None:
    stage.sandbox.pixela.fail(trouble, method="POST", path="/v1/users")
    stage.sandbox.pixela.fail(status=500, method="GET", times=None)
    said = shown(await _create(stage))
    assert _posts(stage) == 1
    assert "It is not certain that the user was created" in said
    assert f"`{NAME}`" in said
    token = _token(said)
    stage.sandbox.pixela.clear_faults()
    user = stage.sandbox.pixela.users.get(NAME)
    assert user is None or user.knows(token)
    assert await stage.rows("SELECT * FROM credentials") == []


async def test_a_token_that_could_not_be_stored_is_not_lost(stage: Stage) -> None:
    await stage.execute("ALTER TABLE credentials RENAME TO elsewhere")
    said = everything(await _create(stage))
    assert "Your Pixela user was created, but not linked" in said
    assert stage.sandbox.pixela.users[NAME].knows(_token(said))
    [reference] = stage.forgive()
    assert f"`{reference}`" in said


async def test_an_unreachable_pixela_leaves_nothing_behind(stage: Stage) -> None:
    await stage.sandbox.pixela.close()
    said = shown(await _create(stage))
    assert "Pixela cannot be reached right now. Nothing was changed" in said
    assert await stage.rows("SELECT * FROM credentials") == []
