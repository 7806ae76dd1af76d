"""/pluralkit system: whose system is meant, and what of it is shown."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
import simcord

from bot.sandbox.pluralkit.entities import System
from tests.stage import Stage, shown

OTHER = "fgbnks"
"""The seeded system that hides nearly all; it belongs to the member."""


def _harbour(stage: Stage) -> System:
    found = stage.sandbox.pluralkit.world.systems.find(stage.seeds.pluralkit_system)
    assert found is not None
    return found


async def _look(stage: Stage, **options: object) -> simcord.InteractionResult:
    return await stage.member.slash(stage.channel, "pluralkit system", **options)


async def _link(stage: Stage, person: simcord.MemberActor | None = None, **options: object) -> str:
    who = person or stage.admin
    form = await who.slash(stage.channel, "pluralkit link", **options)
    return shown(await who.submit_modal(form, {"token": stage.seeds.pluralkit_token}))


async def test_a_system_is_shown_with_all_that_is_public(stage: Stage) -> None:
    said = await _look(stage, ref="hrbrht")
    assert said.ephemeral
    lines = shown(said).splitlines()
    assert lines[0] == "### Harbour Lights"
    assert "**Tag:** ⚓ HL" in lines
    assert "**Members:** 11" in lines
    assert any(line.startswith("**Fronting:** Wren 🪶, Tam since <t:") for line in lines)
    assert "A small crew by the sea. **Hi!**" in lines
    assert "-# System id `hrbrht` · created <t:1614834367:D>" in lines
    assert lines[-1] == "[View on dashboard]"
    assert "Pronouns" not in shown(said)


async def test_a_system_is_found_by_any_spelling_of_id_uuid_account_and_mention(stage: Stage) -> None:
    uuid = _harbour(stage).uuid
    account = str(stage.admin.id)
    ids = ("HRBRHT", " hrb-rht ", "Hrb-Rht", uuid, uuid.replace("-", "").upper())
    for ref in (*ids, account, f"<@{account}>", f"<@!{account}>"):
        assert "### Harbour Lights" in shown(await _look(stage, ref=ref))
    assert "### Harbour Lights" in shown(await _look(stage, user=stage.admin))


async def test_without_a_name_ones_own_system_is_found_by_the_account(stage: Stage) -> None:
    assert "### Fog Bank" in shown(await _look(stage))
    assert "### Fog Bank" in shown(await _look(stage, ref="@me"))
    paths = {seen.path for seen in stage.sandbox.pluralkit.requests}
    assert f"/v2/systems/{stage.member.id}" in paths


async def test_without_a_name_ones_own_system_is_found_by_the_linked_token(stage: Stage) -> None:
    await _link(stage, stage.member)
    said = shown(await _look(stage))
    assert "### Harbour Lights" in said
    assert stage.sandbox.pluralkit.requests[-1].headers["authorization"] == stage.seeds.pluralkit_token


async def test_the_owner_sees_what_is_private_marked_as_such(stage: Stage) -> None:
    await _link(stage)
    lines = shown(await stage.admin.slash(stage.channel, "pluralkit system")).splitlines()
    assert "**Pronouns:** they/them 🔒" in lines
    assert "**Members:** 12" in lines
    assert "-# 🔒 marks what others do not see." in lines


@pytest.mark.parametrize("ref", [None, "@me", "hrbrht"])
async def test_what_is_shared_is_the_public_view_although_linked(stage: Stage, ref: str | None) -> None:
    await _link(stage)
    before = len(stage.sandbox.pluralkit.requests)
    options = {} if ref is None else {"ref": ref}
    said = await stage.admin.slash(stage.channel, "pluralkit system", share=True, **options)
    assert (shown(said), said.ephemeral) == ("Shared below.", True)
    [shared] = said.followups
    assert not shared.ephemeral
    assert "### Harbour Lights" in shown(shared)
    assert "**Members:** 11" in shown(shared)
    assert "they/them" not in shown(shared)
    assert "🔒" not in shown(shared)
    asked = stage.sandbox.pluralkit.requests[before:]
    # The token tells which system it is, and nothing of what is shown.
    with_token = [seen.path for seen in asked if "authorization" in seen.headers]
    assert with_token == (["/v2/systems/@me"] if ref != "hrbrht" else [])
    assert [seen for seen in asked if "authorization" not in seen.headers]


async def test_what_is_shared_is_seen_by_everybody_and_the_rest_by_nobody_else(stage: Stage) -> None:
    await _look(stage, ref="hrbrht")
    await _look(stage, ref="hrbrht", share=True)
    assert len(stage.channel.history(viewer=stage.admin)) == 1


async def test_a_system_that_hides_members_and_front_says_private(stage: Stage) -> None:
    lines = shown(await _look(stage, ref=OTHER)).splitlines()
    assert "**Members:** private" in lines
    assert "**Fronting:** private" in lines
    assert "Not to be seen." not in lines


async def test_a_system_without_any_switch_says_so(stage: Stage) -> None:
    stage.sandbox.pluralkit.world.add_system(id="newone")
    lines = shown(await _look(stage, ref="newone")).splitlines()
    assert lines[0] == "### `newone`"
    assert "**Members:** 0" in lines
    assert "**Fronting:** no switch was ever registered" in lines


async def test_a_system_that_switched_out_has_nobody_fronting(stage: Stage) -> None:
    world = stage.sandbox.pluralkit.world
    system = world.add_system(id="outout", name="Away")
    world.add_switch(system=system, at=datetime(2026, 1, 1, tzinfo=UTC))
    assert "**Fronting:** nobody, since <t:1767225600:R>" in shown(await _look(stage, ref="outout"))


async def test_an_id_that_nobody_has_is_said_so(stage: Stage) -> None:
    for ref in ("zzzzz", "zzzzzz", "123e4567-e89b-12d3-a456-426614174000"):
        assert "PluralKit knows no system with that id." in shown(await _look(stage, ref=ref))


async def test_an_account_without_a_system_is_said_so(stage: Stage) -> None:
    stranger = stage.guild.add_member(stage.env.create_user("eve"))
    for said in (await _look(stage, user=stranger), await _look(stage, ref=str(stranger.id))):
        assert "No PluralKit system belongs to that Discord account." in shown(said)
    own = shown(await stranger.slash(stage.channel, "pluralkit system"))
    assert own.startswith("⚠️ PluralKit knows no system of your Discord account.")


async def test_what_is_no_id_is_refused_with_the_rule(stage: Stage) -> None:
    for ref in ("abcd", "abcdefgh", "not an id", "../../v2", "ab1cde", "1234"):
        assert "A system is named by its 5 or 6 letter id" in shown(await _look(stage, ref=ref))
    assert stage.sandbox.pluralkit.requests == []


async def test_an_id_and_a_user_together_are_refused(stage: Stage) -> None:
    said = shown(await _look(stage, ref="hrbrht", user=stage.admin))
    assert said == "⚠️ Give either `ref` or `user`, not both."
    assert stage.sandbox.pluralkit.requests == []


async def test_it_works_in_a_direct_message(stage: Stage) -> None:
    said = await stage.member.user.slash("pluralkit system", ref="hrbrht")
    assert "### Harbour Lights" in shown(said)
