"""/pluralkit find and random: by a part of the name, and by chance."""

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

NO_MEMBERS = "This system keeps its list of members private."
NO_GROUPS = "This system keeps its list of groups private."


async def test_members_and_groups_are_found_the_best_first_and_members_before_groups(stage: Stage) -> None:
    said = await ask(stage, "find", ref="hrbrht", name="t")
    lines = shown(said).splitlines()
    assert lines[0] == "### “t” in Harbour Lights"
    assert lines[1:3] == ["`tamoz` **Tam**", "`kzwtfo` **Tide**"]
    assert lines[-4:-2] == [
        "`lampkp` **Keepers of the lamp 💡** (group, Lamp keepers)",
        "`nghtcr` **Night crew** (group)",
    ]
    assert "-# 9 found" in lines
    assert buttons(said) == ["Share"]


async def test_names_display_names_and_ids_are_searched_in_any_case(stage: Stage) -> None:
    for name, found in (
        ("WREN", "`wrenq` **Wren 🪶** (Wren)"),
        ("crab", "`crjgyt` **Crab family** (🦀👩‍👩‍👧‍👦🌊)"),
        ("🦀", "`crjgyt` **Crab family** (🦀👩‍👩‍👧‍👦🌊)"),
        ("prkg", "`prkgny` **Pilot**"),
        ("lamp keep", "`lampkp` **Keepers of the lamp 💡** (group, Lamp keepers)"),
    ):
        assert (await read(stage, "find", ref="hrbrht", name=name))[1:3] == [found, "-# 1 found"]


async def test_whose_things_are_searched_is_said_by_user_or_not_at_all(stage: Stage) -> None:
    expected = await read(stage, "find", ref="hrbrht", name="quay")
    assert await read(stage, "find", user=stage.admin, name="quay") == expected
    assert await read(stage, "find", stage.admin, name="quay") == expected


async def test_nothing_found_is_said(stage: Stage) -> None:
    for name in ("kraken", "low tide", "undertow"):
        lines = await read(stage, "find", ref="hrbrht", name=name)
        assert lines[1:] == ["Nothing has that in its name, display name or id.", "[Share]"]


async def test_the_owner_finds_what_is_hidden_and_private_marked_as_such(stage: Stage) -> None:
    await link(stage)
    assert (await read(stage, "find", stage.admin, name="low tide"))[1] == "`kzwtfo` **Tide** (Low Tide 🔒)"
    lines = await read(stage, "find", stage.admin, name="undertow")
    assert lines[1:4] == ["`nyxper` **Undertow** 🔒", "-# 1 found", "-# 🔒 marks what others do not see."]


async def test_where_one_of_the_two_lists_is_private_the_other_is_searched(stage: Stage) -> None:
    system = harbour(stage)
    system.private.add("member_list_privacy")
    lines = await read(stage, "find", ref="hrbrht", name="night")
    assert lines[1:4] == ["`nghtcr` **Night crew** (group)", "-# 1 found", f"-# {NO_MEMBERS}"]
    system.private.add("group_list_privacy")
    assert await refusal(stage, "find", ref="hrbrht", name="night") == f"{NO_MEMBERS} {NO_GROUPS}"
    system.private.discard("member_list_privacy")
    lines = await read(stage, "find", ref="hrbrht", name="night")
    assert lines[1:3] == ["Nothing has that in its name, display name or id.", f"-# {NO_GROUPS}"]


async def test_what_was_found_has_pages_also_after_a_restart(stage: Stage) -> None:
    system = world(stage).add_system(id="fleett", name="Fleet")
    add_crew(stage, system, 45)
    world(stage).add_group(system=system, name="Sailors")
    said = await ask(stage, "find", ref=system.uuid, name="sailor")
    first = shown(said)
    assert "-# 46 found · page 1 of 3" in first.splitlines()
    await stage.restart()
    said = await press(stage, await press(stage, said, "Next →"), "Next →")
    assert [line for line in shown(said).splitlines() if line.startswith("`")][-1].endswith(" (group)")
    assert buttons(said) == ["← Back", "Share"]
    [shared] = (await press(stage, said, "Share")).followups
    assert "-# 46 found · page 3 of 3" in shown(shared).splitlines()
    assert shown(await press(stage, await press(stage, said, "← Back"), "← Back")) == first


async def test_a_search_may_hold_what_the_buttons_use_between_their_parts(stage: Stage) -> None:
    system = world(stage).add_system(id="colons")
    for number in range(50):
        world(stage).add_member(system=system, name=f"a:b.c pk:see:{number:02}")
    found = await ask(stage, "find", ref="colons", name="a:b.c pk:see:")
    listed = await ask(stage, "members", ref="colons", search="a:b.c pk:see:")
    for first in (found, listed):
        said = await press(stage, first, "Next →")
        assert "page 2 of " in shown(said)
        assert "a\\:b.c pk\\:see\\:" in shown(said).splitlines()[1]
    check_bodies(stage)


async def test_a_search_of_more_than_one_line_is_one_line(stage: Stage) -> None:
    system = world(stage).add_system(id="fleett")
    add_crew(stage, system, 45)
    for query, option in (("find", "name"), ("members", "search")):
        said = await stage.force(stage.member, f"pluralkit {query}", ref="fleett", **{option: " sailor\n 0 "})
        assert "10 " in shown(said)
        [shared] = (await press(stage, said, "Share")).followups
        assert "10 " in shown(shared)


async def test_any_member_is_drawn_and_another_after_it(stage: Stage) -> None:
    system = world(stage).add_system(id="fleett", name="Fleet")
    names = {f"### {member.name} (Fleet)" for member in add_crew(stage, system, 3)}
    said = await ask(stage, "random", ref="fleett")
    assert buttons(said) == ["Another", "Share", "View on dashboard"]
    drawn = {shown(said).splitlines()[0]}
    while drawn < names:
        drawn.add((await turn(stage, said, "Another"))[0])
    assert drawn == names


async def test_who_was_drawn_is_who_is_shared(stage: Stage) -> None:
    add_crew(stage, world(stage).add_system(id="fleett", name="Fleet"), 50)
    said = await ask(stage, "random", ref="fleett")
    [shared] = (await press(stage, said, "Share")).followups
    assert shown(shared).splitlines()[0] == shown(said).splitlines()[0]
    assert "[Another]" not in shown(shared)


async def test_any_group_is_drawn(stage: Stage) -> None:
    said = await ask(stage, "random", ref="hrbrht", kind="group")
    lines = shown(said).splitlines()
    assert "[Another]" in lines
    assert lines[0] in {"### Night crew (Harbour Lights)", "### Lamp keepers (Harbour Lights)"}


async def test_whose_member_is_drawn_is_said_by_user_or_not_at_all(stage: Stage) -> None:
    for line in (await read(stage, "random", user=stage.admin), await read(stage, "random", stage.admin)):
        assert line[0].endswith(" (Harbour Lights)")


async def test_hidden_members_are_drawn_for_their_owner_alone(stage: Stage) -> None:
    owner = newcomer(stage)
    system = world(stage).add_system(id="shyone", token=TOKEN, accounts=[owner.id])
    world(stage).add_member(system=system, name="Shade", private={"visibility"})
    nobody = "This system shows no members, so there is none to draw."
    assert await refusal(stage, "random", ref="shyone") == nobody
    await link(stage, owner, TOKEN)
    assert (await read(stage, "random", owner))[0] == "### Shade"
    assert await refusal(stage, "random", owner, share=True) == nobody


async def test_where_there_is_nothing_to_draw_from_it_is_said_why(stage: Stage) -> None:
    world(stage).add_system(id="emptys")
    for kind in ("member", "group"):
        said = await refusal(stage, "random", ref="emptys", kind=kind)
        assert said == f"This system shows no {kind}s, so there is none to draw."
    hint = " You see it here once you have linked it: `/pluralkit link`."
    assert await refusal(stage, "random") == NO_MEMBERS + hint
    assert await refusal(stage, "random", kind="group") == NO_GROUPS + hint
    assert await refusal(stage, "random", share=True) == NO_MEMBERS


async def test_who_was_deleted_after_it_was_drawn_is_said_to_be_gone(stage: Stage) -> None:
    said = await ask(stage, "member", ref="jvkctw")
    world(stage).remove_member(member_of(stage, "jvkctw"))
    pressed = await press(stage, said, "Share")
    assert shown(pressed).startswith("⚠️ PluralKit knows no member with that id.")
    assert pressed.followups == []
