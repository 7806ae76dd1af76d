"""/pixela user link and unlink: a user that a person has at Pixela already."""

from __future__ import annotations

import pytest
import simcord

from bot.sandbox import PIXELA_TOKEN, PIXELA_USERNAME
from bot.sandbox.upstream import Trouble
from tests.stage import Stage, fields, shown

SECOND = "second-user"
SECOND_TOKEN = "second-user-token"


async def _link(stage: Stage, token: str = PIXELA_TOKEN, **options: object) -> simcord.InteractionResult:
    asked = {"username": PIXELA_USERNAME, **options}
    form = await stage.member.slash(stage.channel, "pixela user link", **asked)
    assert fields(form) == ["token"]
    return await stage.member.submit_modal(form, {"token": token})


async def _link_in_dm(stage: Stage, token: str = PIXELA_TOKEN, **options: object) -> str:
    asked = {"username": PIXELA_USERNAME, **options}
    form = await stage.member.user.slash("pixela user link", **asked)
    return shown(await stage.member.user.submit_modal(form, {"token": token}))


async def _linked(stage: Stage) -> list[tuple[object, ...]]:
    query = "SELECT guild_id, account, everywhere FROM credentials ORDER BY guild_id"
    return [tuple(row) for row in await stage.rows(query)]


async def test_a_user_is_tried_and_linked_with_its_graphs(stage: Stage) -> None:
    said = await _link(stage)
    assert said.ephemeral
    assert shown(said).splitlines() == [
        "### Pixela is linked",
        f"`{PIXELA_USERNAME}` is linked to you here.",
        "-# Graphs: `reading`, `running`, `kana`. `/pixela graph show` draws one.",
    ]
    assert stage.sandbox.pixela.requests[0].headers["x-user-token"] == PIXELA_TOKEN
    assert PIXELA_TOKEN.encode() not in stage.database_bytes()
    assert await _linked(stage) == [(stage.guild.id, PIXELA_USERNAME, 0)]


async def test_every_fourth_refusal_is_not_noticed(stage: Stage) -> None:
    stage.sandbox.pixela.rejection_rate = 0.25
    stage.sandbox.pixela.reject_next = 12
    assert "Pixela is linked" in shown(await _link(stage))


@pytest.mark.parametrize(
    ("username", "token"), [(PIXELA_USERNAME, "not-its-token"), ("nobody", PIXELA_TOKEN)]
)
async def test_a_wrong_user_or_token_is_not_stored(stage: Stage, username: str, token: str) -> None:
    said = shown(await _link(stage, token, username=username))
    assert said == (
        f"⚠️ Pixela knows no user `{username}` with this token, so nothing was stored. Check both."
    )
    assert await _linked(stage) == []


@pytest.mark.parametrize("trouble", [Trouble.STATUS, Trouble.HTML, Trouble.DROP])
async def test_a_token_that_could_not_be_tried_is_not_stored(stage: Stage, trouble: Trouble) -> None:
    stage.sandbox.pixela.fail(trouble, times=None)
    said = shown(await _link(stage))
    assert said.endswith("The token could not be tried, so nothing was stored.")
    assert await _linked(stage) == []


async def test_a_token_outside_the_rule_is_not_sent(stage: Stage) -> None:
    assert "A Pixela token has 8 to 128 characters" in shown(await _link(stage, "ünfit-token"))
    assert stage.sandbox.pixela.requests == []


async def test_linking_again_replaces(stage: Stage) -> None:
    stage.sandbox.pixela.add_user(SECOND, SECOND_TOKEN)
    await _link(stage)
    said = shown(await _link(stage, SECOND_TOKEN, username=SECOND))
    assert f"`{SECOND}` is linked to you here." in said
    assert f"It takes the place of `{PIXELA_USERNAME}`, whose token is forgotten." in said
    assert "It has no graph yet." in said
    assert await _linked(stage) == [(stage.guild.id, SECOND, 0)]


async def test_a_link_for_everywhere_replaces_the_one_of_this_server(stage: Stage) -> None:
    await _link(stage)
    said = shown(await _link(stage, everywhere=True))
    assert "is linked to you in every server and in direct messages." in said
    assert "takes the place" not in said
    assert await _linked(stage) == [(0, PIXELA_USERNAME, 1)]


async def test_in_a_direct_message_the_scope_is_the_person_alone(stage: Stage) -> None:
    assert f"`{PIXELA_USERNAME}` is linked to you here." in await _link_in_dm(stage)
    assert await _linked(stage) == [(0, PIXELA_USERNAME, 0)]
    here = await stage.member.slash(stage.channel, "pixela user unlink")
    assert "No Pixela user of yours is linked here." in shown(here)
    there = await stage.member.user.slash("pixela user unlink")
    assert "was forgotten here" in shown(there)
    assert await _linked(stage) == []


async def test_a_link_for_everywhere_made_in_a_direct_message_serves_in_a_server(stage: Stage) -> None:
    await _link_in_dm(stage, everywhere=True)
    gone = await stage.member.slash(stage.channel, "pixela user unlink")
    assert f"The token of `{PIXELA_USERNAME}` was forgotten everywhere." in shown(gone)


async def test_unlinking_forgets_this_servers_link_first_and_then_the_one_for_everywhere(
    stage: Stage,
) -> None:
    await _link(stage, everywhere=True)
    await _link(stage)
    first = await stage.member.slash(stage.channel, "pixela user unlink")
    assert "was forgotten here. Nothing changed at Pixela." in shown(first)
    second = await stage.member.slash(stage.channel, "pixela user unlink")
    assert "was forgotten everywhere." in shown(second)
    third = await stage.member.slash(stage.channel, "pixela user unlink")
    assert "No Pixela user of yours is linked here. `/pixela user link` links one." in shown(third)
    actions = await stage.rows("SELECT action, actor_id FROM audit ORDER BY id")
    assert actions == [(action, stage.member.id) for action in ("linked", "linked", "unlinked", "unlinked")]


async def test_a_link_is_neither_anothers_nor_another_servers(stage: Stage) -> None:
    await _link(stage)
    another_person = await stage.admin.slash(stage.channel, "pixela user unlink")
    assert "No Pixela user of yours" in shown(another_person)
    other = stage.another_server()
    same_person = other.guild.add_member(stage.member.user)
    elsewhere = await same_person.slash(other.channel, "pixela user unlink")
    assert "No Pixela user of yours" in shown(elsewhere)
    assert await _linked(stage) == [(stage.guild.id, PIXELA_USERNAME, 0)]


async def test_what_the_form_shows_as_too_short_is_refused_by_the_app_too(stage: Stage) -> None:
    form = await stage.member.slash(stage.channel, "pixela user link", username=PIXELA_USERNAME)
    with pytest.raises(simcord.SetupError, match="shorter"):
        await stage.member.submit_modal(form, {"token": "short"})
