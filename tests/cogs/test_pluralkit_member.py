"""/pluralkit member: which member is meant, and what is shown of it."""

from __future__ import annotations

import pytest

from tests.bodies import check_bodies
from tests.cogs.pluralkit_scene import (
    TOKEN,
    add_crew,
    ago,
    ask,
    harbour,
    link,
    member_of,
    newcomer,
    press,
    read,
    refusal,
    world,
)
from tests.stage import Stage, buttons, shown

NO_ID = (
    "A member is named by its 5 or 6 letter id (like `exmpl` or `abc-def`) or its UUID; yours also by name."
)
OTHER_SYSTEM = "That id is of another system. Leave `user` out to look it up."


async def test_a_member_is_shown_with_all_that_is_public(stage: Stage) -> None:
    said = await ask(stage, "member", ref="wrenq")
    assert said.ephemeral
    lines = shown(said).splitlines()
    assert lines[0] == "### Wren (Harbour Lights)"
    assert {
        "**Display name:** Wren 🪶",
        "**Pronouns:** she/they",
        "**Birthday:** February 29",
        "**Messages:** 751, the last <t:1763662895:R>",
        "**Proxy tags**",
        "`W:text`",
        "`{text}`",
        "**Groups**",
        "`nghtcr` **Night crew**",
        "Likes tide tables.",
        "-# Member id `wrenq` · system id `hrbrht` · created <t:1614834607:D>",
    } <= set(lines)
    assert buttons(said) == ["Share", "View on dashboard"]


async def test_any_member_is_found_by_any_spelling_of_id_and_uuid(stage: Stage) -> None:
    uuid = member_of(stage, "prkgny").uuid
    for ref in ("PRKGNY", " prk-gny ", uuid, uuid.upper(), uuid.replace("-", "")):
        assert (await read(stage, "member", ref=ref))[0] == "### Pilot (Harbour Lights)"


@pytest.mark.parametrize("linked", [False, True])
async def test_ones_own_are_found_by_name_display_name_and_id(stage: Stage, *, linked: bool) -> None:
    if linked:
        await link(stage)
    for ref, name in (
        ("pilot", "Pilot"),
        (" PILOT ", "Pilot"),
        ("crab family", "🦀👩‍👩‍👧‍👦🌊"),
        ("Wren 🪶", "Wren"),
        ("saoi", "Saoirse"),
        ("tamoz", "Tam"),
        ("TAM-OZ", "Tam"),
        (member_of(stage, "tamoz").uuid, "Tam"),
    ):
        assert (await read(stage, "member", stage.admin, ref=ref))[0] == f"### {name} (Harbour Lights)"


async def test_ones_own_hidden_member_is_found_by_name_once_linked(stage: Stage) -> None:
    assert "There is no member called `Undertow`." in await refusal(
        stage, "member", stage.admin, ref="Undertow"
    )
    await link(stage)
    assert "### Undertow (Harbour Lights)" in await read(stage, "member", stage.admin, ref="Undertow")


async def test_ones_own_name_wins_over_the_id_of_a_stranger(stage: Stage) -> None:
    strangers = world(stage).add_system(id="strang", name="Strangers")
    world(stage).add_member(system=strangers, id="saoirs", name="Somebody")
    world(stage).add_member(system=strangers, id="quayqu", name="Somebody else")
    world(stage).add_member(system=harbour(stage), name="Saoirs")
    assert (await read(stage, "member", stage.admin, ref="saoirs"))[0] == "### Saoirs (Harbour Lights)"
    # Whoever's name only begins so is not meant by a whole id.
    assert (await read(stage, "member", stage.admin, ref="quayqu"))[0] == "### Somebody else (Strangers)"


async def test_ones_own_name_wins_over_the_id_of_another_of_ones_own(stage: Stage) -> None:
    world(stage).add_member(system=harbour(stage), name="Tamoz", pronouns="the namesake")
    assert "**Pronouns:** the namesake" in await read(stage, "member", stage.admin, ref="tamoz")


async def test_two_of_one_name_are_told_apart_by_their_ids(stage: Stage) -> None:
    twin = world(stage).add_member(system=harbour(stage), name="Quay", pronouns="the twin")
    said = await refusal(stage, "member", stage.admin, ref="quay")
    assert said.startswith("There is more than one member called `quay`. Give the id, like ")
    assert f"`{twin.id}`" in said
    assert "`jvkctw`" in said
    assert "**Pronouns:** the twin" in await read(stage, "member", stage.admin, ref=twin.id)


async def test_members_of_others_are_found_by_name_with_their_person(stage: Stage) -> None:
    said = await read(stage, "member", ref="pilot", user=stage.admin)
    assert said[0] == "### Pilot (Harbour Lights)"
    assert "There is no member called `Undertow`." in await refusal(
        stage, "member", ref="Undertow", user=stage.admin
    )


async def test_members_of_others_are_not_found_by_name_alone(stage: Stage) -> None:
    stranger = newcomer(stage)
    for ref in ("Pilot Boat", "Wren 🪶", "x"):
        assert await refusal(stage, "member", stranger, ref=ref) == NO_ID


async def test_where_the_list_is_private_the_id_still_leads_there(stage: Stage) -> None:
    fog = stage.member
    assert (await read(stage, "member", fog, ref="hzevxt"))[0] == "### H (Fog Bank)"
    assert (await read(stage, "member", stage.admin, ref="hzevxt", user=fog))[0] == "### H (Fog Bank)"
    assert await refusal(stage, "member", stage.admin, ref="Haze!", user=fog) == (
        "This system keeps its list of members private. By their ids they can be looked up all the same."
    )


async def test_with_a_person_a_hidden_member_is_found_by_id_and_one_of_another_system_refused(
    stage: Stage,
) -> None:
    lines = await read(stage, "member", ref="nyxper", user=stage.admin)
    assert lines[0] == "### Undertow (Harbour Lights)"
    for ref in ("hzevxt", member_of(stage, "hzevxt").uuid):
        assert await refusal(stage, "member", ref=ref, user=stage.admin) == OTHER_SYSTEM
    assert await refusal(stage, "member", stage.admin, ref="wrenq", user=stage.member) == OTHER_SYSTEM
    said = await refusal(stage, "member", stage.admin, ref="zzzzz", user=stage.member)
    assert said.startswith("PluralKit knows no member with that id.")


async def test_with_a_person_the_beginning_of_a_name_may_look_like_an_id(stage: Stage) -> None:
    assert (await read(stage, "member", ref="saoirs", user=stage.admin))[0] == "### Saoirse (Harbour Lights)"
    assert "There is no member called `zzzzz`." in await refusal(
        stage, "member", ref="zzzzz", user=stage.admin
    )


async def test_trouble_with_ones_own_names_does_not_hide_a_strangers_member(stage: Stage) -> None:
    stage.sandbox.pluralkit.fail(path=f"*/{stage.admin.id}/members", status=503, times=None)
    assert (await read(stage, "member", stage.admin, ref="hzevxt"))[0] == "### H (Fog Bank)"
    said = await refusal(stage, "member", stage.admin, ref="Wren 🪶")
    assert said.startswith("PluralKit is in trouble")


async def test_without_a_name_the_first_at_the_front_is_shown(stage: Stage) -> None:
    assert (await read(stage, "member", stage.admin))[0] == "### Wren (Harbour Lights)"
    assert (await read(stage, "member", user=stage.admin))[0] == "### Wren (Harbour Lights)"
    world(stage).add_switch(
        system=harbour(stage),
        at=ago(minutes=1),
        members=[member_of(stage, "kzwtfo"), member_of(stage, "tamoz")],
    )
    assert (await read(stage, "member", user=stage.admin))[0] == "### Tide (Harbour Lights)"
    await link(stage)
    assert (await read(stage, "member", stage.admin))[0] == "### Low Tide 🔒 (Harbour Lights)"


async def test_without_a_name_it_is_said_why_there_is_nobody_to_show(stage: Stage) -> None:
    owner = newcomer(stage)
    world(stage).add_system(id="emptys", accounts=[owner.id])
    assert await refusal(stage, "member", owner) == (
        "Name a member with `ref`: no switch was ever registered, so there is no member to show."
    )
    world(stage).add_switch(system=harbour(stage), at=ago(minutes=1))
    assert await refusal(stage, "member", user=stage.admin) == (
        "Name a member with `ref`: nobody is at the front, so there is no member to show."
    )
    assert await refusal(stage, "member") == "This system keeps private who is fronting."
    said = await refusal(stage, "member", newcomer(stage, "zoe"))
    assert said.startswith("PluralKit knows no system of your Discord account.")


async def test_an_id_that_nobody_has_is_said_so(stage: Stage) -> None:
    deleted = member_of(stage, "bxsana")
    world(stage).remove_member(deleted)
    for ref in ("zzzzz", "bxsana", deleted.uuid):
        said = await refusal(stage, "member", ref=ref)
        assert said.startswith("PluralKit knows no member with that id. It may have been deleted;")


async def test_the_owner_sees_what_is_private_marked_as_such(stage: Stage) -> None:
    await link(stage)
    lines = await read(stage, "member", stage.admin, ref="kzwtfo")
    assert {
        "### Low Tide 🔒 (Harbour Lights)",
        "**Display name:** Tide",
        "**Pronouns:** they/them 🔒",
        "**Birthday:** March 9, 1988 🔒",
        "**Messages:** 12 🔒",
        "**Proxy tags** 🔒",
        "`lt-text`",
        "Not for everybody. 🔒",
        "-# Member id `kzwtfo` · system id `hrbrht` · created <t:1609459200:D> 🔒",
        "-# 🔒 marks what others do not see.",
    } <= set(lines)
    hidden = await read(stage, "member", stage.admin, ref="nyxper")
    assert "*hidden from lists* 🔒" in hidden


async def test_others_see_nothing_of_what_is_private(stage: Stage) -> None:
    lines = await read(stage, "member", ref="kzwtfo")
    assert lines[0] == "### Tide (Harbour Lights)"
    for word in ("Low Tide", "they/them", "1988", "Messages", "lt-", "Not for everybody", "created", "🔒"):
        assert word not in "".join(lines)


async def test_a_hidden_member_is_shown_to_whoever_has_its_id_without_a_mark(stage: Stage) -> None:
    lines = await read(stage, "member", ref="nyxper")
    assert lines[0] == "### Undertow (Harbour Lights)"
    assert "hidden" not in "".join(lines)


async def test_many_groups_are_named_in_one_line_and_private_ones_are_said_so(stage: Stage) -> None:
    member = member_of(stage, "jvkctw")
    for number in range(6):
        world(stage).add_group(system=harbour(stage), name=f"Crew {number}", members=[member])
    lines = await read(stage, "member", ref="jvkctw")
    assert lines[lines.index("**Groups (6)**") + 1] == "Crew 0, Crew 1, Crew 2, Crew 3, Crew 4, Crew 5"
    harbour(stage).private.add("group_list_privacy")
    assert "**Groups:** private" in await read(stage, "member", ref="jvkctw")
    await link(stage)
    assert "**Groups (6)** 🔒" in await read(stage, "member", stage.admin, ref="jvkctw")


async def test_many_proxy_tags_are_named_in_one_line(stage: Stage) -> None:
    system = world(stage).add_system(id="tagged", token=TOKEN)
    [member] = add_crew(stage, system, 1)
    member.proxy_tags = [(f"{number}-", None) for number in range(100)]
    lines = await read(stage, "member", ref=member.id)
    tags = lines[lines.index("**Proxy tags**") + 1]
    assert tags.startswith("`0-text`, `1-text`, ")
    assert tags.endswith(" more")
    check_bodies(stage)


async def test_sharing_from_the_button_shows_everybody_the_public_view(stage: Stage) -> None:
    await link(stage)
    said = await press(stage, await ask(stage, "member", stage.admin, ref="low tide"), "Share", stage.admin)
    assert shown(said) == "Shared below."
    [shared] = said.followups
    assert not shared.ephemeral
    assert shown(shared).splitlines()[0] == "### Tide (Harbour Lights)"
    assert "[Share]" not in shown(shared)
