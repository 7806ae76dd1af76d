"""/pluralkit message and the two menus: who sent a message, whose system somebody has."""

from __future__ import annotations

from typing import Any

import pytest
import simcord
from simcord.backend import serializers
from simcord.enums import InteractionType

from tests.bodies import check_bodies
from tests.cogs.pluralkit_scene import (
    add_watches,
    ago,
    ask,
    harbour,
    link,
    member_of,
    newcomer,
    parts,
    press,
    read,
    refusal,
    turn,
    world,
)
from tests.stage import Stage, buttons, everything, shown

WHO, WHOSE = "PluralKit: who sent this?", "PluralKit: system"
UNKNOWN = (
    "PluralKit knows no such message: it was not sent through PluralKit, or it was deleted. By the id of the "
    "original it is found for half an hour only."
)
HOSTS = ("discord.com", "ptb.discord.com", "canary.discord.com", "discordapp.com", "ptb.discordapp.com")


def _recent(stage: Stage, minutes: float) -> int:
    """Add a message of so many minutes ago, and return the id of its original."""
    sent = (int(ago(minutes=minutes).timestamp() * 1000) - 1420070400000) << 22
    world(stage).add_message(
        id=sent + 2,
        original=sent + 1,
        sender=stage.admin.id,
        channel=stage.channel.id,
        guild=stage.guild.id,
        member=member_of(stage, "tamoz"),
    )
    return sent + 1


async def test_a_message_shows_its_member_its_system_and_its_account(stage: Stage) -> None:
    ref = stage.seeds.pluralkit_message
    said = await ask(stage, "message", ref=ref)
    assert said.ephemeral
    lines = shown(said).splitlines()
    assert lines[0] == "### Wren (Harbour Lights)"
    assert {
        "**Display name:** Wren 🪶",
        "**Last fronted:** now",
        "Likes tide tables.",
        "**System:** Harbour Lights (`hrbrht`)",
        f"**Sent by:** <@{stage.admin.id}> (`{stage.admin.id}`)",
        "**Sent:** <t:1763662895:f>",
        f"**Message id:** `{ref}`",
        "**Original id:** `1441131371660574878`",
    } <= set(lines)
    assert buttons(said) == ["Share", "Jump to message", "View on dashboard"]
    assert f"/channels/{stage.guild.id}/{stage.channel.id}/{ref}" in str(parts(said))
    check_bodies(stage)


async def test_a_message_is_found_by_its_link_on_any_host_of_discord(stage: Stage) -> None:
    ref = stage.seeds.pluralkit_message
    path = f"/channels/{stage.guild.id}/{stage.channel.id}/{ref}"
    links = [f"https://{host}{path}" for host in HOSTS]
    for text in (
        *links,
        f" <{links[0]}> ",
        f"https://discord.com/channels/@me/{stage.channel.id}/{ref}",
        f"{stage.channel.id}-{ref}",
    ):
        assert f"**Message id:** `{ref}`" in await read(stage, "message", ref=text)


async def test_what_is_no_message_is_refused_with_the_rule(stage: Stage) -> None:
    for text in ("hello", "1234", "https://evil.example/channels/1/2/3", "https://discord.com/channels/1/2"):
        said = await refusal(stage, "message", ref=text)
        assert said.startswith("A message is named by its id or its link:")
    assert stage.sandbox.pluralkit.requests == []


async def test_a_message_is_found_by_its_original_for_half_an_hour(stage: Stage) -> None:
    assert "### Tam (Harbour Lights)" in await read(stage, "message", ref=str(_recent(stage, 29)))
    assert await refusal(stage, "message", ref=str(_recent(stage, 31))) == UNKNOWN
    assert await refusal(stage, "message", ref="1000000000000000000") == UNKNOWN


async def test_a_message_of_a_deleted_member_still_tells_its_account(stage: Stage) -> None:
    world(stage).remove_member(member_of(stage, "wrenq"))
    lines = await read(stage, "message", ref=stage.seeds.pluralkit_message)
    assert lines[:2] == [
        "### Deleted member",
        "The member that sent this, or its whole system, was deleted since.",
    ]
    assert f"**Sent by:** <@{stage.admin.id}> (`{stage.admin.id}`)" in lines
    assert "View on dashboard" not in "".join(lines)


async def test_an_original_and_a_server_that_were_not_kept_are_said_so(stage: Stage) -> None:
    message = world(stage).messages[int(stage.seeds.pluralkit_message)]
    message.original, message.guild = None, None
    said = await ask(stage, "message", ref=stage.seeds.pluralkit_message)
    assert "**Original id:** not kept" in shown(said).splitlines()
    assert f"/channels/@me/{stage.channel.id}/" in str(parts(said))


async def test_what_is_private_of_the_sender_is_its_owners_alone(stage: Stage) -> None:
    harbour(stage).private |= {"name_privacy", "front_history_privacy", "group_list_privacy"}
    world(stage).messages[int(stage.seeds.pluralkit_message)].member = member_of(stage, "kzwtfo")
    ref = stage.seeds.pluralkit_message
    lines = await read(stage, "message", ref=ref)
    assert lines[0] == "### Tide"
    assert {"**System:** `hrbrht`", "**Last fronted:** private", "**Groups:** private"} <= set(lines)
    assert not [word for word in ("Low Tide", "Not for everybody", "1988") if word in "".join(lines)]
    await link(stage)
    lines = await read(stage, "message", stage.admin, ref=ref)
    assert lines[0] == "### Low Tide 🔒 (Harbour Lights 🔒)"
    assert {"**System:** Harbour Lights 🔒 (`hrbrht`)", "Not for everybody. 🔒"} <= set(lines)
    assert "-# 🔒 marks what others do not see." in lines


async def test_a_long_history_of_the_sender_is_counted_on_demand_for_the_asker_alone(stage: Stage) -> None:
    wren = member_of(stage, "wrenq")
    add_watches(stage, harbour(stage), 600, wren)
    said = await ask(stage, "message", ref=stage.seeds.pluralkit_message, share=True)
    assert "Count the whole time" not in everything(said)
    said = await ask(stage, "message", ref=stage.seeds.pluralkit_message)
    lines = await turn(stage, said, "Count the whole time")
    assert "**Total fronted:** " in "\n".join(lines)
    assert " since <t:" not in "\n".join(line for line in lines if "Total" in line)


async def test_what_is_shared_of_a_message_is_the_public_view(stage: Stage) -> None:
    world(stage).messages[int(stage.seeds.pluralkit_message)].member = member_of(stage, "kzwtfo")
    await link(stage)
    said = await ask(stage, "message", stage.admin, ref=stage.seeds.pluralkit_message)
    [shared] = (await press(stage, said, "Share", stage.admin)).followups
    assert shown(shared).splitlines()[0] == "### Tide (Harbour Lights)"
    assert "Not for everybody" not in shown(shared)


async def test_a_hidden_member_is_told_by_its_message_as_pluralkit_does(stage: Stage) -> None:
    world(stage).messages[int(stage.seeds.pluralkit_message)].member = member_of(stage, "nyxper")
    lines = await read(stage, "message", ref=stage.seeds.pluralkit_message)
    assert lines[0] == "### Undertow (Harbour Lights)"
    assert "hidden" not in "".join(lines)


async def _menu(stage: Stage, name: str, who: simcord.MemberActor, target: Any) -> simcord.InteractionResult:
    return await who.context_menu(stage.channel, name, target)


async def test_the_menu_of_a_message_tells_who_sent_it_to_whoever_asked_alone(stage: Stage) -> None:
    message = await stage.admin.send(stage.channel, "W: Good evening")
    assert everything(await _menu(stage, WHO, stage.member, message)) == f"⚠️ {UNKNOWN}"
    world(stage).add_message(
        id=message.id,
        original=None,
        sender=stage.admin.id,
        channel=stage.channel.id,
        guild=stage.guild.id,
        member=member_of(stage, "wrenq"),
    )
    said = await _menu(stage, WHO, stage.member, message)
    assert said.ephemeral
    assert "### Wren (Harbour Lights)" in shown(said)
    assert f"**Message id:** `{message.id}`" in shown(said)
    assert said.followups == []


async def test_the_menu_of_a_person_shows_the_system_to_whoever_asked_alone(stage: Stage) -> None:
    said = await _menu(stage, WHOSE, stage.member, stage.admin)
    assert said.ephemeral
    assert "### Harbour Lights" in shown(said)
    assert "they/them" not in shown(said)
    assert said.followups == []
    nobody = await _menu(stage, WHOSE, stage.member, newcomer(stage))
    assert shown(nobody).startswith("⚠️ No PluralKit system belongs to that Discord account.")


async def test_ones_own_menu_shows_what_is_private_once_linked(stage: Stage) -> None:
    await link(stage)
    said = await _menu(stage, WHOSE, stage.admin, stage.admin)
    assert "**Pronouns:** they/them 🔒" in shown(said).splitlines()
    [shared] = (await press(stage, said, "Share", stage.admin)).followups
    assert "they/them" not in shown(shared)


def _user_menu(stage: Stage, target: simcord.MemberActor) -> dict[str, Any]:
    """Return what Discord sends when somebody chooses the menu of a person."""
    [root] = [command for command in stage.env.backend.commands[None].values() if command["name"] == WHOSE]
    user = dict(serializers.user_payload(stage.env.backend.get_user(target.id)))
    resolved = {"users": {str(target.id): user}}
    return {"id": root["id"], "name": WHOSE, "type": 2, "target_id": str(target.id), "resolved": resolved}


async def test_the_menu_of_a_person_works_in_a_direct_message(stage: Stage) -> None:
    data = _user_menu(stage, stage.admin)
    said = await stage.dispatch(stage.member, InteractionType.APPLICATION_COMMAND, data, alone=True)
    assert said.ephemeral
    assert "### Harbour Lights" in shown(said)


@pytest.mark.parametrize("everywhere", [False, True])
async def test_where_only_the_person_installed_the_app_the_link_of_the_server_is_not_used(
    stage: Stage, *, everywhere: bool
) -> None:
    form = await stage.admin.slash(stage.channel, "pluralkit link", everywhere=everywhere)
    await stage.admin.submit_modal(form, {"token": stage.seeds.pluralkit_token})
    said = await stage.dispatch(
        stage.admin,
        InteractionType.APPLICATION_COMMAND,
        _user_menu(stage, stage.admin),
        {"authorizing_integration_owners": {"1": str(stage.admin.id)}},
    )
    assert "### Harbour Lights" in shown(said)
    assert ("they/them 🔒" in shown(said)) == everywhere


async def test_queries_and_their_buttons_work_in_a_direct_message(stage: Stage) -> None:
    listed = await stage.member.user.slash("pluralkit members", ref="hrbrht", full=True)
    said = await stage.member.user.click(listed.response, label="Next →")
    assert "-# 11 results · page 2 of 3 · by name" in shown(said).splitlines()
    shared = await stage.member.user.slash("pluralkit history", ref="hrbrht", share=True)
    assert shown(shared.followups[0]).startswith("### Front history of Harbour Lights")
    assert not shared.followups[0].ephemeral
