"""Forms, buttons and commands that outlived what knew them."""

from __future__ import annotations

import pytest
import simcord
from simcord.enums import InteractionType

from tests.stage import Stage, everything, shown

EXPIRED = (
    "⚠️ This form has expired: it stood open for too long, or the app was restarted meanwhile. Nothing was "
    "done. Run the command again."
)
STALE = "⚠️ This button has expired. Run the command again."


async def _open(stage: Stage) -> simcord.InteractionResult:
    return await stage.admin.slash(stage.channel, "setup connect", service="useapi")


async def _send(stage: Stage, form: simcord.InteractionResult) -> simcord.InteractionResult:
    return await stage.admin.submit_modal(form, {"key": stage.seeds.useapi_key})


async def test_a_form_from_before_a_restart_is_answered_with_a_sentence(stage: Stage) -> None:
    form = await _open(stage)
    await stage.restart()
    said = await _send(stage, form)
    assert (everything(said), said.ephemeral) == (EXPIRED, True)
    assert stage.sandbox.useapi.requests == []
    assert "The key works" in shown(await stage.connect_useapi())


async def test_a_form_of_a_direct_message_from_before_a_restart_is_answered_too(stage: Stage) -> None:
    form = await stage.member.user.slash("pluralkit link")
    await stage.restart()
    said = await stage.member.user.submit_modal(form, {"token": stage.seeds.pluralkit_token})
    assert everything(said) == EXPIRED
    assert stage.seeds.pluralkit_token not in "\n".join(stage.log)


async def test_a_form_that_stood_open_for_half_an_hour_is_taken(stage: Stage) -> None:
    form = await _open(stage)
    await stage.env.advance_time(30 * 60)
    assert "The key works" in shown(await _send(stage, form))


async def test_a_form_that_stood_open_for_hours_is_answered_with_a_sentence(stage: Stage) -> None:
    form = await _open(stage)
    await stage.env.advance_time(3 * 3600)
    assert everything(await _send(stage, form)) == EXPIRED


async def test_a_form_that_is_answered_is_not_said_to_have_expired(stage: Stage) -> None:
    said = await stage.connect_useapi("not a key")
    assert "That does not look like a key" in everything(said)
    assert "expired" not in everything(said)


async def test_a_button_that_nothing_knows_is_answered_with_a_sentence(stage: Stage) -> None:
    panel = await stage.admin.slash(stage.channel, "setup status")
    assert panel.response is not None
    for custom_id in ("setup:explode:useapi", "from:long:ago", "accounts:remove:pika:12"):
        said = await stage.press(stage.admin, custom_id, panel.response)
        assert (everything(said), said.ephemeral) == (STALE, True)


async def test_a_command_that_is_gone_is_answered_with_a_sentence(stage: Stage) -> None:
    data = {"id": "1", "name": "coffee", "type": 1}
    said = await stage.dispatch(stage.member, InteractionType.APPLICATION_COMMAND, data)
    assert (
        shown(said) == "⚠️ This command is gone. Wait a minute, reload Discord, and look for it in the list."
    )


async def test_a_command_that_has_changed_is_answered_with_a_sentence(stage: Stage) -> None:
    said = await stage.force(stage.admin, "setup connect")
    assert shown(said) == "⚠️ This command has changed. Wait a minute, reload Discord, and run it again."


async def test_a_command_for_servers_is_refused_in_a_direct_message(stage: Stage) -> None:
    with pytest.raises(simcord.SetupError, match="not visible"):
        await stage.member.user.slash("setup status")
