"""The buttons of the panel of /setup, before and after a restart, and those who may not press them."""

from __future__ import annotations

import pytest
import simcord

from tests.stage import Stage, buttons, everything, fields, shown

REFUSAL = "⚠️ This needs the permission Manage Server. Ask somebody who has it."


async def _panel(stage: Stage) -> simcord.ResponseMessage:
    panel = await stage.admin.slash(stage.channel, "setup status")
    assert panel.response is not None
    return panel.response


@pytest.mark.parametrize("restarted", [False, True])
async def test_connect_opens_the_form(stage: Stage, restarted: bool) -> None:
    panel = await _panel(stage)
    if restarted:
        await stage.restart()
    form = await stage.admin.click(panel, label="Connect")
    assert fields(form) == ["key", "name"]
    said = await stage.admin.submit_modal(form, {"key": stage.seeds.useapi_key})
    assert "✅ The key works and is stored." in everything(said)


@pytest.mark.parametrize("restarted", [False, True])
async def test_replace_test_and_disconnect_work(stage: Stage, restarted: bool) -> None:
    await stage.connect_useapi()
    panel = await _panel(stage)
    if restarted:
        await stage.restart()
    form = await stage.admin.click(panel, label="Replace key")
    said = await stage.admin.submit_modal(form, {"key": stage.seeds.useapi_key})
    assert "replaces the old one" in everything(said)
    tested = await stage.admin.click(panel, label="Test")
    assert "✅ The key works: it reaches 2 Midjourney accounts." in shown(tested)
    asked = await stage.admin.click(panel, label="Disconnect")
    assert buttons(asked) == ["Remove the key", "Keep it"]


@pytest.mark.parametrize("label", ["Remove the key", "Keep it"])
async def test_the_question_can_be_answered_after_a_restart(stage: Stage, label: str) -> None:
    await stage.connect_useapi()
    asked = await stage.admin.slash(stage.channel, "setup disconnect", service="useapi")
    await stage.restart()
    assert asked.response is not None
    answered = await stage.admin.click(asked.response, label=label)
    assert ("⚪ Not connected" in shown(answered)) == (label == "Remove the key")


async def test_a_secret_opens_after_a_restart(stage: Stage) -> None:
    await stage.connect_useapi()
    await stage.restart()
    tested = await stage.admin.slash(stage.channel, "setup test", service="useapi")
    assert "✅ The key works" in shown(tested)


@pytest.mark.parametrize("label", ["Replace key", "Test", "Disconnect"])
async def test_who_lost_the_permission_is_refused_on_the_buttons(stage: Stage, label: str) -> None:
    await stage.connect_useapi()
    panel = await _panel(stage)
    stage.demote(stage.admin)
    said = await stage.admin.click(panel, label=label)
    assert said.modal is None
    assert everything(said) == REFUSAL
    assert said.ephemeral
    assert stage.sandbox.useapi.count("GET", "*") == 1


@pytest.mark.parametrize("label", ["Remove the key", "Keep it"])
async def test_who_lost_the_permission_cannot_answer_the_question(stage: Stage, label: str) -> None:
    await stage.connect_useapi()
    asked = await stage.admin.slash(stage.channel, "setup disconnect", service="useapi")
    stage.demote(stage.admin)
    assert asked.response is not None
    assert everything(await stage.admin.click(asked.response, label=label)) == REFUSAL
    assert await stage.rows("SELECT count(*) FROM credentials") == [(1,)]


async def test_who_lost_the_permission_cannot_send_the_form(stage: Stage) -> None:
    form = await stage.admin.slash(stage.channel, "setup connect", service="useapi")
    stage.demote(stage.admin)
    said = await stage.admin.submit_modal(form, {"key": stage.seeds.useapi_key})
    assert shown(said) == REFUSAL
    assert stage.sandbox.useapi.requests == []


async def test_a_member_does_not_see_the_commands(stage: Stage) -> None:
    with pytest.raises(simcord.SetupError, match="not visible"):
        await stage.member.slash(stage.channel, "setup status")


async def test_a_member_whom_the_server_lets_in_is_refused_by_the_app(stage: Stage) -> None:
    stage.allow(stage.member, "setup")
    for name in ("status", "connect", "test", "disconnect"):
        options = {} if name == "status" else {"service": "useapi"}
        said = await stage.member.slash(stage.channel, f"setup {name}", **options)
        assert (shown(said), said.ephemeral, said.modal) == (REFUSAL, True, None)


async def test_one_server_sees_nothing_of_another(stage: Stage) -> None:
    await stage.connect_useapi()
    other = stage.another_server()
    assert "⚪ Not connected" in shown(await other.admin.slash(other.channel, "setup status"))
    tested = await other.admin.slash(other.channel, "setup test", service="useapi")
    assert "not connected in this server yet" in shown(tested)
    gone = await other.admin.slash(other.channel, "setup disconnect", service="useapi")
    assert "nothing to remove" in shown(gone)
    assert stage.sandbox.useapi.count("GET", "*") == 1


async def test_the_panel_says_who_presses_the_buttons_of_what_was_made_and_changes_that(stage: Stage) -> None:
    assert "Buttons of what was made" not in shown(await stage.admin.slash(stage.channel, "setup status"))
    await stage.connect_useapi()
    panel = await _panel(stage)
    closed = "Buttons of what was made: for who asked for it, and those who manage the server"
    assert closed in shown(panel)
    await stage.restart()
    opened = await stage.admin.click(panel, label="Open buttons to everybody")
    assert "Buttons of what was made: for everybody" in shown(opened)
    assert buttons(opened)[:4] == ["Replace key", "Test", "Disconnect", "Close buttons to others"]
    other = stage.another_server()
    await other.connect_useapi()
    assert closed in shown(await other.admin.slash(other.channel, "setup status"))
    assert opened.response is not None
    again = await stage.admin.click(opened.response, label="Close buttons to others")
    assert closed in shown(again)
    stage.demote(stage.admin)
    said = await stage.admin.click(panel, label="Open buttons to everybody")
    assert everything(said) == REFUSAL
