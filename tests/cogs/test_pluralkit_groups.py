"""/pluralkit groups and group: which there are, and who is in them."""

from __future__ import annotations

from tests.bodies import check_bodies
from tests.cogs.pluralkit_scene import (
    TOKEN,
    add_crew,
    ask,
    harbour,
    link,
    member_of,
    newcomer,
    press,
    read,
    refusal,
    turn,
    world,
)
from tests.stage import Stage, buttons, shown

NO_GROUPS = "This system keeps its list of groups private."


async def test_groups_are_listed_with_how_many_are_in_them(stage: Stage) -> None:
    assert await read(stage, "groups", ref="hrbrht") == [
        "### Groups of Harbour Lights",
        "`lampkp` **Keepers of the lamp 💡** (Lamp keepers) · 4 members",
        "`nghtcr` **Night crew** · 2 members",
        "-# 2 groups",
        "[Share]",
    ]


async def test_groups_are_found_by_user_and_as_ones_own(stage: Stage) -> None:
    expected = await read(stage, "groups", ref="hrbrht")
    assert await read(stage, "groups", user=stage.admin) == expected
    assert await read(stage, "groups", stage.admin) == expected
    assert await read(stage, "group", stage.admin) == expected
    assert await read(stage, "group", user=stage.admin) == expected


async def test_a_system_without_groups_says_so(stage: Stage) -> None:
    world(stage).add_system(id="newone", name="New")
    assert await read(stage, "groups", ref="newone") == [
        "### Groups of New",
        "This system shows no groups.",
        "[Share]",
    ]


async def test_the_size_of_a_private_group_is_its_owners_alone(stage: Stage) -> None:
    for number, group in enumerate(harbour(stage).groups):
        group.private.add("list_privacy")
        group.members = group.members[:number]
    lines = await read(stage, "groups", ref="hrbrht")
    assert lines[1:3] == [
        "`lampkp` **Keepers of the lamp 💡** (Lamp keepers)",
        "`nghtcr` **Night crew**",
    ]
    await link(stage)
    lines = await read(stage, "groups", stage.admin)
    assert lines[1:3] == [
        "`lampkp` **Keepers of the lamp 💡** (Lamp keepers) · 1 member 🔒",
        "`nghtcr` **Night crew** · 0 members 🔒",
    ]
    assert "-# 🔒 marks what others do not see." in lines


async def test_hidden_groups_and_private_names_are_their_owners_alone(stage: Stage) -> None:
    lamp, night = sorted(harbour(stage).groups, key=lambda group: group.id)
    lamp.private.add("name_privacy")
    night.private.add("visibility")
    lines = await read(stage, "groups", ref="hrbrht")
    assert lines[1:3] == ["`lampkp` **Keepers of the lamp 💡** · 4 members", "-# 1 group"]
    await link(stage)
    lines = await read(stage, "groups", stage.admin)
    assert lines[1:3] == [
        "`lampkp` **Keepers of the lamp 💡** (Lamp keepers 🔒) · 4 members",
        "`nghtcr` **Night crew** 🔒 · 3 members",
    ]


async def test_a_private_list_of_groups_is_said_to_be_private_and_marked_for_its_owner(stage: Stage) -> None:
    harbour(stage).private.add("group_list_privacy")
    assert await refusal(stage, "groups", ref="hrbrht") == NO_GROUPS
    assert await refusal(stage, "group", user=stage.admin) == NO_GROUPS
    await link(stage)
    assert (await read(stage, "groups", stage.admin))[0] == "### Groups 🔒 of Harbour Lights"


async def test_pages_of_groups_turn_both_ways_also_after_a_restart(stage: Stage) -> None:
    system = world(stage).add_system(id="clubss", name="Clubs")
    for number in range(45):
        world(stage).add_group(system=system, name=f"Club {number:02}")
    said = await ask(stage, "groups", ref="clubss")
    first = shown(said)
    assert "-# 45 groups · page 1 of 3" in first.splitlines()
    await stage.restart()
    said = await press(stage, await press(stage, said, "Next →"), "Next →")
    assert [line for line in shown(said).splitlines() if line.startswith("`")][-1].endswith("**Club 44**")
    assert buttons(said) == ["← Back", "Share"]
    assert shown(await press(stage, await press(stage, said, "← Back"), "← Back")) == first


async def test_a_group_is_shown_with_all_that_is_public(stage: Stage) -> None:
    said = await ask(stage, "group", ref="NGHT-CR")
    assert shown(said).splitlines() == [
        "### Night crew (Harbour Lights)",
        "**Members:** 2",
        "Awake after the last ferry.",
        "`prkgny` **Pilot**",
        "`wrenq` **Wren 🪶**",
        "-# Group id `nghtcr` · system id `hrbrht` · created <t:1640754367:D>",
        "[Share]",
        "[View on dashboard]",
    ]


async def test_ones_own_groups_are_found_by_name_display_name_and_id(stage: Stage) -> None:
    uuid = harbour(stage).groups[0].uuid
    for ref, name in (
        ("night crew", "Night crew"),
        ("LAMP KEEPERS", "Lamp keepers"),
        ("keepers of the lamp 💡", "Lamp keepers"),
        ("lamp k", "Lamp keepers"),
        ("lampkp", "Lamp keepers"),
        (uuid, "Night crew"),
    ):
        assert (await read(stage, "group", stage.admin, ref=ref))[0] == f"### {name} (Harbour Lights)"


async def test_ones_own_group_wins_over_the_id_of_a_stranger(stage: Stage) -> None:
    strangers = world(stage).add_system(id="strang", name="Strangers")
    world(stage).add_group(system=strangers, id="choirr", name="Theirs")
    assert (await read(stage, "group", stage.admin, ref="choirr"))[0] == "### Theirs (Strangers)"
    world(stage).add_group(system=harbour(stage), name="Choirr")
    assert (await read(stage, "group", stage.member, ref="choirr"))[0] == "### Theirs (Strangers)"
    stranger = newcomer(stage)
    world(stage).add_system(id="singer", name="Singers", accounts=[stranger.id])
    ours = world(stage).systems.find("singer")
    assert ours is not None
    world(stage).add_group(system=ours, name="choirr")
    assert (await read(stage, "group", stranger, ref="choirr"))[0] == "### choirr (Singers)"


async def test_groups_of_others_are_found_by_name_with_their_person(stage: Stage) -> None:
    said = await read(stage, "group", ref="night", user=stage.admin)
    assert said[0] == "### Night crew (Harbour Lights)"
    said = await read(stage, "group", stage.admin, ref="mstaaa", user=stage.member)
    assert said[0] == "### Mist (Fog Bank)"
    missing = await refusal(stage, "group", ref="day crew", user=stage.admin)
    assert missing.startswith("There is no group called `day crew`.")
    unnamed = await refusal(stage, "group", stage.admin, ref="day crew", user=stage.member)
    assert unnamed == (
        "This system keeps its list of groups private. By their ids they can be looked up all the same."
    )


async def test_with_a_person_a_hidden_group_is_found_by_id_and_one_of_another_system_refused(
    stage: Stage,
) -> None:
    group = world(stage).groups.find("nghtcr")
    assert group is not None
    group.private.add("visibility")
    for ref in ("nghtcr", group.uuid):
        lines = await read(stage, "group", ref=ref, user=stage.admin)
        assert lines[0] == "### Night crew (Harbour Lights)"
    assert await refusal(stage, "group", ref="mstaaa", user=stage.admin) == (
        "That id is of another system. Leave `user` out to look it up."
    )
    said = await refusal(stage, "group", stage.admin, ref="zzzzz", user=stage.member)
    assert said.startswith("PluralKit knows no group with that id.")


async def test_a_group_that_nobody_has_is_said_so(stage: Stage) -> None:
    for ref in ("zzzzz", "123e4567-e89b-12d3-a456-426614174000"):
        said = await refusal(stage, "group", ref=ref)
        assert said.startswith("PluralKit knows no group with that id. It may have been deleted;")


async def test_the_members_of_a_private_group_are_said_to_be_private(stage: Stage) -> None:
    lines = await read(stage, "group", stage.admin, ref="mstaaa")
    assert "**Members:** private" in lines
    assert not [line for line in lines if line.startswith("`")]


async def test_the_owner_sees_what_is_private_of_a_group_marked_as_such(stage: Stage) -> None:
    group = world(stage).groups.find("lampkp")
    assert group is not None
    group.description = "Who keeps it burning."
    group.banner = "https://cdn.example.org/harbour/lamps.webp"
    group.private |= {
        *("name_privacy", "description_privacy", "icon_privacy", "banner_privacy"),
        *("list_privacy", "metadata_privacy", "visibility"),
    }
    group.members.append(member_of(stage, "nyxper"))
    await link(stage)
    lines = await read(stage, "group", stage.admin, ref="lampkp")
    assert {
        "### Lamp keepers 🔒 (Harbour Lights)",
        "*hidden from lists* 🔒",
        "**Display name:** Keepers of the lamp 💡",
        "**Members:** 5 🔒",
        "Who keeps it burning. 🔒",
        "`nyxper` **Undertow** 🔒",
        "-# Group id `lampkp` · system id `hrbrht` · created <t:1640840767:D> 🔒 · icon 🔒 · banner 🔒",
        "-# 🔒 marks what others do not see.",
    } <= set(lines)
    assert (await read(stage, "group", ref="lampkp"))[:2] == [
        "### Keepers of the lamp 💡 (Harbour Lights)",
        "**Members:** private",
    ]


async def test_a_large_group_has_its_members_on_pages(stage: Stage) -> None:
    system = world(stage).add_system(id="fleett", token=TOKEN)
    group = world(stage).add_group(system=system, name="All hands", members=add_crew(stage, system, 60))
    said = await ask(stage, "group", ref=group.id)
    assert "**Members:** 60" in shown(said).splitlines()
    assert "-# 60 members · page 1 of 3" in shown(said).splitlines()
    await stage.restart()
    lines = await turn(stage, await press(stage, said, "Next →"), "Next →")
    assert [line for line in lines if line.startswith("`")][-1].endswith("**Sailor 59**")
    assert "[← Back]" in lines
    assert "[Next →]" not in lines
    check_bodies(stage)
