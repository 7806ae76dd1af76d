"""/pixela user token, profile and delete, and tokens that must not be lost."""

from __future__ import annotations

import pytest
import simcord

from bot.sandbox import PIXELA_TOKEN, PIXELA_USERNAME
from bot.sandbox.upstream import JSON, Trouble
from bot.storage.schema import NOWHERE
from tests.bodies import check_bodies
from tests.cogs.pixela_scene import link, pixela, press, says, user
from tests.stage import Stage, buttons, everything, fields, shown

NEW = "a new token, with blanks"
NAME = "ada-of-the-harbour"
AGREED = {"agree_terms": True, "not_minor": True}


async def _submit(stage: Stage, command: str, **typed: str) -> simcord.InteractionResult:
    form = await pixela(stage, f"user {command}")
    return await stage.member.submit_modal(form, typed)


async def _change(stage: Stage, token: str = NEW, **typed: str) -> str:
    said = everything(await _submit(stage, "token", token=token, **typed))
    assert NEW not in said
    assert NEW not in "\n".join(stage.log)
    return said


async def _still_reads(stage: Stage) -> bool:
    return "holds" in await says(stage, "pixel get", graph="reading")


async def test_a_token_is_replaced_when_pixela_said_yes_and_keeps_its_place(stage: Stage) -> None:
    assert "`/pixela user create` makes one" in await says(stage, "user token")
    await link(stage, everywhere=True)
    form = await pixela(stage, "user token")
    assert fields(form) == ["token", "thanks_code"]
    assert form.modal is not None
    assert "A forgotten token cannot be recovered" in str(form.modal)
    said = await _change(stage, thanks_code=" ThankYou1 ")
    assert "### The token and the thanks code were changed" in said
    assert (user(stage).knows(NEW), user(stage).thanks_code) == (True, "ThankYou1")
    assert await _still_reads(stage)
    assert await stage.rows("SELECT guild_id, account, everywhere FROM credentials") == [
        (NOWHERE, PIXELA_USERNAME, 1)
    ]
    assert NEW.encode() not in stage.database_bytes()
    assert "### The thanks code was changed" in await _change(stage, "", thanks_code="Another")
    assert "Nothing was changed" in await _change(stage, "")
    assert "A Pixela token has 8 to 128 characters" in await _change(stage, "tokén-of-mine")
    assert user(stage).knows(NEW)
    check_bodies(stage)


async def test_a_change_that_was_not_confirmed_is_tried_out(stage: Stage) -> None:
    await link(stage)
    px = stage.sandbox.pixela
    px.fail(Trouble.DROP, method="PUT")
    said = await _change(stage)
    assert "### The token was not changed" in said
    assert user(stage).knows(PIXELA_TOKEN)
    assert await _still_reads(stage)
    px.fail(Trouble.LOST, method="PUT")
    assert "the new token is the one that holds" in await _change(stage)
    assert user(stage).knows(NEW)
    assert await _still_reads(stage)
    px.fail(Trouble.LOST, method="PUT")
    assert "the same code twice does no harm" in await _change(stage, "", thanks_code="Code")
    px.fail(Trouble.LOST, method="PUT")
    px.fail(method="GET", times=None)
    form = await pixela(stage, "user token")
    unsure = everything(await stage.member.submit_modal(form, {"token": "yet another token"}))
    assert "### It is not certain which token holds" in unsure
    px.clear_faults()
    # Whichever holds is found out, also by another process.
    await stage.restart()
    assert "The new one is stored now: do it once more." in await says(stage, "pixel get", graph="reading")
    assert await _still_reads(stage)
    assert await stage.rows("SELECT * FROM unsettled_users") == []


async def test_a_new_token_outlives_a_bot_that_ended_before_it_could_be_stored(stage: Stage) -> None:
    await link(stage, everywhere=True)
    stage.refuse("INSERT", "unsettled_users", "no")
    assert "reference" in await _change(stage)
    assert (len(stage.forgive()), stage.sandbox.pixela.count("PUT", "*")) == (1, 0)
    stage.permit("unsettled_users")
    stage.refuse("INSERT", "credentials", "no")
    await _change(stage)
    assert (len(stage.forgive()), user(stage).knows(NEW)) == (1, True)
    stage.permit("credentials")
    await stage.restart()
    # The change that was not told of is made good before the next one begins.
    assert "### The token was changed" in await _change(stage, "and another token")
    assert user(stage).knows("and another token")
    assert await _still_reads(stage)
    assert await stage.rows("SELECT guild_id FROM credentials") == [(NOWHERE,)]


async def test_what_pixela_does_not_know_is_not_taken_for_a_wrong_token(stage: Stage) -> None:
    await link(stage)
    px = stage.sandbox.pixela
    missing: JSON = {"message": "Not found.", "isSuccess": False}
    px.refuse_with(404, missing, method="PUT", times=3)
    said = shown(await _submit(stage, "profile", pinned_graph_id="nosuch"))
    assert "Pixela does not know the graph that is to be pinned, so nothing was changed." in said
    assert "Pixela does not know this thanks code" in await _change(stage, "", thanks_code="Code")
    assert "Pixela does not know this thanks code" in await _change(stage, thanks_code="Code")
    assert await stage.rows("SELECT * FROM unsettled_users") == []
    assert await stage.rows("SELECT refused_at FROM credentials WHERE failure IS NOT NULL") == []
    px.fail(Trouble.LOST, method="PUT")
    said = shown(await _submit(stage, "profile", title="Ada"))
    assert "Send the form again: the same fields twice do no harm." in said
    assert await _still_reads(stage)


async def test_a_token_that_pixela_took_and_we_could_not_store_is_told(stage: Stage) -> None:
    await link(stage)
    stage.refuse("INSERT", "credentials", "no")
    said = await _change(stage)
    assert "### The token was changed, but not stored here" in said
    assert user(stage).knows(NEW)
    [reference] = stage.forgive()
    assert f"`{reference}`" in said


async def test_a_profile_is_changed_field_by_field_and_a_refused_form_is_kept(stage: Stage) -> None:
    await link(stage)
    form = await pixela(stage, "user profile")
    assert "'Like Europe/Berlin. Left empty, it stays.'" in str(form.modal)
    assert str(form.modal).count("it stays; a lone - removes it.") == 4
    assert fields(form) == ["display_name", "title", "about_url", "timezone", "pinned_graph_id"]
    typed = {"display_name": "Ada", "timezone": "europe/berlin", "about_url": "not a link"}
    refused = await stage.member.submit_modal(form, typed)
    assert "An address on the web begins with" in shown(refused)
    assert buttons(refused) == ["Open it again"]
    again = await press(stage, refused, "Open it again")
    assert "not a link" in str(again.modal)
    said = await stage.member.submit_modal(again, {**typed, "about_url": "https://ada.example"})
    assert "Changed: display name, link about you, time zone." in shown(said)
    profile = user(stage).profile
    assert (profile.display_name, profile.timezone, profile.about_url, profile.title) == (
        *("Ada", "Europe/Berlin", "https://ada.example", ""),
    )
    await _submit(stage, "profile", display_name="-", pinned_graph_id="reading")
    assert (user(stage).profile.display_name, user(stage).profile.pinned_graph_id) == ("", "reading")
    assert "every field was left empty" in shown(await _submit(stage, "profile"))
    assert "A time zone cannot be empty." in shown(await _submit(stage, "profile", timezone="-"))
    missing = shown(await _submit(stage, "profile", pinned_graph_id="no-such-graph"))
    assert missing.startswith("⚠️ Pixela refused it")


async def test_a_user_is_deleted_once_its_name_was_typed(stage: Stage) -> None:
    await link(stage)
    form = await pixela(stage, "user delete")
    assert "with all of its graphs, days and webhooks, for good" in str(form.modal)
    assert fields(form) == ["username"]
    said = await stage.member.submit_modal(form, {"username": "sandbox"})
    assert "Nothing was deleted: that is not the name" in shown(said)
    assert stage.sandbox.pixela.count("DELETE", "*") == 0
    stage.sandbox.pixela.fail(Trouble.DROP, method="DELETE")
    kept = shown(await _submit(stage, "delete", username=PIXELA_USERNAME))
    assert "the user is still there. Run the command again." in kept
    assert await _still_reads(stage)
    stage.sandbox.pixela.fail(Trouble.LOST, method="DELETE")
    stage.sandbox.pixela.fail(method="GET", times=4)
    unsure = shown(await _submit(stage, "delete", username=PIXELA_USERNAME))
    assert "it is not certain whether the user is gone. The token is kept" in unsure
    assert await stage.rows("SELECT count(*) FROM credentials") == [(1,)]
    stage.sandbox.pixela.add_user(PIXELA_USERNAME, PIXELA_TOKEN)
    stage.sandbox.pixela.fail(Trouble.LOST, method="DELETE")
    gone = shown(await _submit(stage, "delete", username=PIXELA_USERNAME))
    assert "Pixela did not confirm, but it is gone." in gone
    assert (stage.sandbox.pixela.users, await stage.rows("SELECT * FROM credentials")) == ({}, [])
    await _link_again(stage)
    assert "### Your Pixela user was deleted" in shown(
        await _submit(stage, "delete", username=PIXELA_USERNAME)
    )


async def test_a_form_that_was_opened_for_one_user_does_nothing_to_another(stage: Stage) -> None:
    await link(stage)
    form = await pixela(stage, "user delete")
    token, profile = await pixela(stage, "user token"), await pixela(stage, "user profile")
    stage.sandbox.pixela.add_user(NAME, "another-token")
    await link(stage, username=NAME, token="another-token")
    said = await stage.member.submit_modal(form, {"username": PIXELA_USERNAME})
    assert "Nothing was deleted: another user was linked meanwhile." in shown(said)
    assert {*stage.sandbox.pixela.users} == {PIXELA_USERNAME, NAME}
    told = [
        await stage.member.submit_modal(token, {"token": NEW}),
        await stage.member.submit_modal(profile, {"title": "Ada"}),
    ]
    assert all("Nothing was changed: another user was linked meanwhile." in shown(each) for each in told)
    assert stage.sandbox.pixela.count("PUT", "*") == 0


async def _link_again(stage: Stage) -> None:
    stage.sandbox.pixela.add_user(PIXELA_USERNAME, PIXELA_TOKEN)
    await link(stage)


async def _create(stage: Stage, **filled: str) -> simcord.InteractionResult:
    form = await stage.member.slash(stage.channel, "pixela user create", username=NAME)
    return await stage.member.submit_modal(form, AGREED | filled)


def _token(said: str) -> str:
    return said.partition("```\n")[2].partition("\n```")[0]


async def test_nothing_is_created_before_its_token_is_stored(stage: Stage) -> None:
    stage.refuse("INSERT", "unsettled_users", "no")
    assert "reference" in shown(await _create(stage))
    assert len(stage.forgive()) == 1
    assert stage.sandbox.pixela.requests == []


async def test_a_token_that_we_made_outlives_a_bot_that_ended_before_it_could_tell(stage: Stage) -> None:
    stage.sandbox.pixela.fail(Trouble.LOST, method="POST", path="/v1/users")
    stage.sandbox.pixela.fail(method="GET", times=None)
    lost = _token(shown(await _create(stage)))
    stage.sandbox.pixela.clear_faults()
    await stage.restart()
    assert await stage.rows("SELECT account, made_here FROM unsettled_users") == [(NAME, 1)]
    assert lost.encode() not in stage.database_bytes()
    kept = shown(await stage.member.slash(stage.channel, "privacy show"))
    assert f"`{NAME}`" in kept
    stage.sandbox.pixela.fail(method="GET", times=4)
    assert "could not be looked at" in shown(await _create(stage))
    said = shown(await _create(stage, token="something else typed", thanks_code="Code"))
    assert "the token shown below is the one that holds. `/pixela user token` changes it." in said
    assert "The thanks code was not sent this time" in said
    assert "### Your Pixela user is ready" in said
    assert _token(said) == lost
    assert stage.sandbox.pixela.users[NAME].knows(lost)
    assert await stage.rows("SELECT * FROM unsettled_users") == []
    assert await stage.rows("SELECT account FROM credentials") == [(NAME,)]
    assert stage.sandbox.pixela.count("POST", "/v1/users") == 1


async def test_a_user_that_was_begun_and_is_not_there_is_created_anew(stage: Stage) -> None:
    stage.sandbox.pixela.fail(Trouble.DROP, method="POST", path="/v1/users")
    first = shown(await _create(stage))
    assert "It is not certain that the user was created" in first
    second = shown(await _create(stage))
    assert "### Your Pixela user is ready" in second
    assert _token(second) != _token(first)
    assert stage.sandbox.pixela.users[NAME].knows(_token(second))


@pytest.mark.parametrize("status", [409, 400])
async def test_of_a_user_that_was_refused_nothing_is_kept(stage: Stage, status: int) -> None:
    stage.sandbox.pixela.refuse_with(status, {"message": "No.", "isSuccess": False}, method="POST")
    assert shown(await _create(stage)).startswith("⚠️ ")
    assert await stage.rows("SELECT * FROM unsettled_users") == []
