"""Forms answered by another process than showed them, and whatever somebody else made of them."""

from __future__ import annotations

from typing import Any

import pytest
import simcord
from simcord.enums import InteractionType

from bot.drafts import Opened
from bot.storage.drafts import KEPT_SECONDS
from tests.cogs.pluralkit_owner import Owner, sentence, standing
from tests.stage import Stage, buttons, everything, shown

EXPIRED = (
    "⚠️ This form has expired: it stood open for too long, or the app was updated meanwhile. Nothing was "
    "done. Run the command again."
)
DAMAGED = "⚠️ The form did not arrive as it was shown. Nothing was done; open it anew and fill it in again."
STALE = "⚠️ This button has expired. Run the command again."
MANAGERS = "⚠️ This needs the permission Manage Server. Ask somebody who has it."


async def _open(stage: Stage) -> simcord.InteractionResult:
    return await stage.admin.slash(stage.channel, "setup connect", service="useapi")


async def _send(stage: Stage, form: simcord.InteractionResult) -> simcord.InteractionResult:
    return await stage.admin.submit_modal(form, {"key": stage.seeds.useapi_key})


async def forge(
    stage: Stage, person: simcord.MemberActor, custom_id: str, components: Any = (), **texts: str
) -> str:
    """Send the answer of a form that nobody showed; return what is said."""
    fields = [
        {"type": 18, "id": 1, "component": {"type": 4, "id": 2, "custom_id": name, "value": text}}
        for name, text in texts.items()
    ]
    data = {"custom_id": custom_id, "components": fields or components}
    return everything(await stage.dispatch(person, InteractionType.MODAL_SUBMIT, data))


async def test_a_form_is_taken_after_a_restart_and_however_long_it_stood_open(stage: Stage) -> None:
    form = await _open(stage)
    alone = await stage.member.user.slash("pluralkit link")
    await stage.restart()
    await stage.env.advance_time(5 * 3600)
    assert "The key works" in shown(await _send(stage, form))
    said = await stage.member.user.submit_modal(alone, {"token": stage.seeds.pluralkit_token})
    assert "expired" not in everything(said)
    assert await stage.rows("SELECT guild_id, owner_id FROM credentials WHERE service = 'pluralkit'") == [
        (0, stage.member.id)
    ]


async def test_what_stood_in_a_form_and_was_typed_into_it_is_known_after_a_restart(owner: Owner) -> None:
    form = await owner.run("edit member", ref="wren", part="profile")
    await owner.stage.restart()
    refused = await owner.fill(form, color="red", pronouns="she/her *mine*")
    assert buttons(refused) == ["Open it again"]
    await owner.stage.restart()
    again = await owner.press(refused, "Open it again")
    assert "she/her *mine*" in str(again.modal)
    await owner.fill(again, color="112233")
    assert [body for _, _, body in owner.writes] == [{"color": "112233", "pronouns": "she/her *mine*"}]
    assert await owner.stage.rows("SELECT * FROM drafts") == []
    assert b"*mine*" not in owner.stage.database_bytes()


async def test_a_draft_is_kept_for_an_hour_from_when_it_was_shown_and_for_its_person_alone(
    owner: Owner,
) -> None:
    stage = owner.stage
    stranger = stage.guild.add_member(stage.env.create_user("cleo"))
    form = await owner.run("edit member", ref="wren", part="profile")
    assert form.modal is not None
    custom_id = form.modal["custom_id"]
    assert await forge(stage, stranger, custom_id, name="Mine now") == EXPIRED
    refused = await owner.fill(form, color="red")
    assert refused.response is not None
    again = f"draft:again:{custom_id.rpartition(':')[2]}"
    pressed = await stage.press(stranger, again, refused.response)
    assert "What was typed is no longer kept." in everything(pressed)
    await stage.env.advance_time(KEPT_SECONDS - 60)
    reopened = await owner.press(refused, "Open it again")
    await stage.env.advance_time(KEPT_SECONDS - 60)
    reopened = await owner.press(refused, "Open it again")
    await stage.env.advance_time(KEPT_SECONDS + 60)
    assert sentence(await owner.press(refused, "Open it again")).startswith("⚠️ What was typed is no longer")
    assert shown(await owner.fill(reopened)) == EXPIRED
    await stage.env.advance_time(3600)
    assert await stage.rows("SELECT * FROM drafts") == []
    assert owner.writes == []


async def test_a_draft_does_not_open_for_somebody_else_or_without_its_key(owner: Owner) -> None:
    stage = owner.stage
    stranger = stage.guild.add_member(stage.env.create_user("cleo"))
    form = await owner.run("edit member", ref="wren", part="profile")
    await stage.execute(f"UPDATE drafts SET user_id = {stranger.id}")  # noqa: S608 - a number
    assert form.modal is not None
    assert await forge(stage, stranger, form.modal["custom_id"], name="Mine now") == EXPIRED
    form = await owner.run("edit member", ref="wren", part="profile")
    await stage.execute("UPDATE drafts SET kind = 'pluralkit.group'")
    assert shown(await owner.fill(form, name="Other")) == EXPIRED
    assert owner.writes == []


async def test_what_is_not_kept_of_a_form_is_no_trouble_for_what_it_saves(owner: Owner) -> None:
    stage = owner.stage
    form = await owner.run("edit member", ref="wren", part="profile")
    assert form.modal is not None
    texts, custom_id = standing(form), form.modal["custom_id"]
    stage.refuse("UPDATE", "drafts", "no")
    refused = await owner.fill(form, color="red")
    assert (buttons(refused), sentence(refused)[:2]) == ([], "⚠️")
    stage.permit("drafts")
    stage.refuse("DELETE", "drafts", "no")
    assert "colour" in await forge(stage, owner.person, custom_id, **{**texts, "color": "112233"})
    stage.permit("drafts")
    again = await forge(stage, owner.person, custom_id, **{**texts, "color": "445566"})
    assert again == "⚠️ This form was sent already. Run the command again to change more."
    assert [body for _, _, body in owner.writes] == [{"color": "112233"}]
    assert sum("could not be" in line for line in stage.log) == 2
    key = await stage.app.drafts.put(owner.person.id, Opened(stage.guild.id, "of another version", {}))
    assert await forge(stage, owner.person, f"form:sheet:{key}", name="x") == EXPIRED


async def test_a_form_that_is_answered_is_not_said_to_have_expired(stage: Stage) -> None:
    said = await stage.connect_useapi("not a key")
    assert "That does not look like a key" in everything(said)
    assert "expired" not in everything(said)


async def test_what_nobody_showed_is_answered_with_one_sentence(stage: Stage) -> None:
    for custom_id in ("form:1a2b3c4d:7", "form:", "", "form:setup:register:pixela", "form:sheet:" + "0" * 32):
        assert await forge(stage, stage.admin, custom_id, key="something") == EXPIRED
    long = "x" * 4001
    assert await forge(stage, stage.admin, "form:setup:connect:useapi:panel", key=long) == DAMAGED
    oddities: tuple[Any, ...] = (
        [],
        [{"type": 18}, 1, None, {"components": 3}],
        [{"type": 1, "components": [{"type": 4, "custom_id": "key", "value": 5}]}],
        [{"type": 18, "component": {"type": 4, "custom_id": ["key"], "value": "k"}}],
    )
    for components in oddities:
        assert await forge(stage, stage.admin, "form:setup:connect:useapi:panel", components) == DAMAGED
    assert await stage.rows("SELECT * FROM credentials") == []


async def test_who_may_not_open_a_form_may_not_send_it_either(stage: Stage) -> None:
    await stage.connect_useapi()
    before = stage.sandbox.useapi.requests[:]
    channel, token = "123456789012345678", "t" * 30
    ours = {"key": "user:1-abcdefgh", "username": "ada", "token": token, "confirm": "DELETE"}
    account = {"channel": channel, "server": channel, "max_jobs": "3", "discord_token": token}
    for custom_id in (
        "form:setup:connect:useapi:panel",
        "form:setup:connect:pixela:panel",
        "form:setup:purge",
        "form:setup:register:pika",
        f"form:register:{channel}:{channel}:3:",
    ):
        assert await forge(stage, stage.member, custom_id, **ours, **account) == MANAGERS
    amount = f"form:pixela:amount:{stage.admin.id}:walks:full"
    assert "This card is somebody else's." in await forge(stage, stage.member, amount, quantity="5")
    too_many = await forge(stage, stage.admin, f"form:register:{channel}::99:", discord_token=token)
    assert too_many == "⚠️ `max_jobs` is a whole number from 1 to 10."
    assert stage.sandbox.useapi.requests == before


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
