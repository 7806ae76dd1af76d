"""Who may use a service and where, and how much may be made, as people meet it."""

from __future__ import annotations

import simcord
from simcord.enums import InteractionType

from bot.access import RuleKind
from bot.limits import LimitKind
from bot.services import Service
from bot.storage.access import AccessBook
from bot.storage.limits import LimitBook
from tests.cogs.making_scene import connect, imagine, imagined, later, press
from tests.stage import Stage, shown

PLURALKIT, PIXELA, MIDJOURNEY = Service.PLURALKIT, Service.PIXELA, Service.MIDJOURNEY


async def rule(stage: Stage, service: Service, kind: RuleKind, *ids: int) -> None:
    """Set a rule as an administrator would."""
    book = AccessBook(stage.app.database, stage.guild.id, stage.app.clock)
    await book.set(service, kind, ids, stage.admin.id)
    stage.app.gate.forget(stage.guild.id)


async def limit(stage: Stage, **limits: int | None) -> None:
    """Set limits of Midjourney as an administrator would."""
    book = LimitBook(stage.app.database, stage.guild.id, stage.app.clock)
    await book.change(MIDJOURNEY, {LimitKind(kind): most for kind, most in limits.items()}, stage.admin.id)


async def look_up(stage: Stage, channel: simcord.ChannelHandle | None = None) -> simcord.InteractionResult:
    """Look a system up as the member."""
    ref = stage.seeds.pluralkit_system
    return await stage.member.slash(channel or stage.channel, "pluralkit system", ref=ref)


async def test_a_member_is_told_which_rule_refuses_and_who_can_change_it(stage: Stage) -> None:
    poets = stage.guild.create_role("poets")
    await rule(stage, PLURALKIT, RuleKind.ALLOWED_ROLE, poets.id)
    refused = await look_up(stage)
    assert refused.ephemeral
    assert f"In this server PluralKit is for members with <@&{poets.id}>." in shown(refused)
    assert "Manage Server can change that in `/setup status`" in shown(refused)
    assert await stage.member.autocomplete(stage.channel, "pluralkit member", "ref", "a") == []
    stage.env.backend.add_member_role(stage.guild.id, stage.member.id, poets.id)
    card = await look_up(stage)
    assert "PluralKit is for" not in shown(card)
    await rule(stage, PLURALKIT, RuleKind.DENIED_ROLE, poets.id)
    assert f"PluralKit is not for members with <@&{poets.id}>" in shown(await look_up(stage))
    # What stands from before is closed to them too, and other services are not.
    assert card.response is not None
    pressed = await stage.press(stage.member, "pk:share:x", card.response)
    assert "PluralKit is not for members" in shown(pressed)
    assert "PluralKit is not" not in shown(await stage.member.slash(stage.channel, "pixela graph list"))
    assert "What is kept of you" in shown(await stage.member.slash(stage.channel, "privacy show"))


async def test_a_thread_counts_as_its_channel(stage: Stage) -> None:
    garden = stage.guild.create_text_channel("garden")
    await rule(stage, PLURALKIT, RuleKind.ALLOWED_CHANNEL, garden.id)
    refused = await look_up(stage)
    assert f"In this server PluralKit is used in <#{garden.id}>, not here." in shown(refused)
    assert "is used in" not in shown(await look_up(stage, garden))
    thread = {"id": "4004004004004004004", "type": 11, "parent_id": str(garden.id), "name": "roses"}
    thread |= {"guild_id": str(stage.guild.id), "owner_id": str(stage.member.id)}
    thread |= {"message_count": 1, "member_count": 1, "rate_limit_per_user": 0}
    thread |= {"thread_metadata": {"archived": False, "auto_archive_duration": 60, "archive_timestamp": None}}
    found = stage.env.backend.find_command("pluralkit", None)
    assert found is not None
    data = {"id": found["id"], "name": "pluralkit", "type": 1, "options": [{"type": 1, "name": "random"}]}
    for parent, is_let_through in ((garden.id, True), (stage.channel.id, False)):
        thread["parent_id"] = str(parent)
        said = await stage.dispatch(
            stage.member, InteractionType.APPLICATION_COMMAND, data, {"channel": thread}
        )
        assert ("is used in" in shown(said)) is not is_let_through


async def test_who_lost_access_while_a_form_stood_open_is_refused(stage: Stage) -> None:
    form = await stage.member.slash(stage.channel, "pluralkit link")
    await stage.member.submit_modal(form, {"token": stage.seeds.pluralkit_token})
    sheet = await stage.member.slash(stage.channel, "pluralkit create member")
    form = await stage.member.slash(stage.channel, "pixela user link", username="sandbox-user")
    poets = stage.guild.create_role("poets")
    for service in (PLURALKIT, PIXELA):
        await rule(stage, service, RuleKind.ALLOWED_ROLE, poets.id)
    said = await stage.member.submit_modal(sheet, {"name": "Nova"})
    assert "PluralKit is for members with" in shown(said)
    assert stage.sandbox.pluralkit.count("POST", "*") == 0
    said = await stage.member.submit_modal(form, {"token": stage.seeds.pixela_token})
    assert "Pixela is for members with" in shown(said)
    assert await stage.rows("SELECT * FROM credentials WHERE service = 'pixela'") == []


async def test_rules_hold_after_a_restart_and_for_the_buttons_of_jobs(stage: Stage) -> None:
    await connect(stage)
    said = await imagined(stage)
    poets = stage.guild.create_role("poets")
    await rule(stage, MIDJOURNEY, RuleKind.ALLOWED_ROLE, poets.id)
    await stage.restart()
    assert "Midjourney is for members with" in shown(await press(stage, said, "U1"))
    assert said.response is not None
    turned = await stage.press(stage.member, "jobs:midjourney:own:1:older", said.response)
    assert "Midjourney is for members with" in shown(turned)
    assert "Midjourney is for members with" in shown(await imagine(stage))
    await rule(stage, MIDJOURNEY, RuleKind.ALLOWED_ROLE, stage.guild.id)  # everybody's own role
    assert "Midjourney is for" not in shown(await press(stage, said, "U1"))


async def test_limits_are_told_counted_and_hold_after_a_restart(stage: Stage) -> None:
    await connect(stage)
    none = shown(await stage.member.slash(stage.channel, "limits"))
    assert none.count("no limit is set") == 2
    await limit(stage, member_day=2, member_at_once=1)
    said = await imagine(stage)
    left = shown(await stage.member.slash(stage.channel, "limits"))
    assert "🟢 Today, by you: **1** left of 2" in left
    assert "🔴 At once, by you: **0** left of 1" in left
    assert "Today, in the whole server: no limit (1 so far)" in left
    assert "may have 1 Midjourney job made at once" in shown(await imagine(stage))
    await later(stage, 16)
    await stage.restart()
    await press(stage, said, "U1")
    await later(stage, 16)
    refused = await imagine(stage)
    assert refused.ephemeral
    assert "A member may make 2 Midjourney jobs a day here" in shown(refused)
    # A member who is forgotten does not begin anew.
    asked = await stage.member.slash(stage.channel, "privacy delete")
    assert asked.response is not None
    await stage.member.click(asked.response, label="Yes, delete it")
    assert "A member may make 2 Midjourney jobs a day here" in shown(await imagine(stage))
    assert "made" not in shown(await imagine(stage, who=stage.admin)).split("\n", maxsplit=1)[0]


async def test_what_the_service_refuses_is_not_counted(stage: Stage) -> None:
    await connect(stage)
    await limit(stage, member_day=1)
    stage.sandbox.useapi.fail(path="/v2/jobs/imagine", status=422, times=1)
    await imagine(stage)
    await later(stage, 16)
    assert "🟢 Today, by you: **1** left of 1" in shown(await stage.member.slash(stage.channel, "limits"))
