"""/pluralkit members: who is listed, in which order, on which page."""

from __future__ import annotations

import pytest

from bot.sandbox.pluralkit.entities import System
from tests.bodies import check_bodies
from tests.cogs.pluralkit_scene import (
    TOKEN,
    add_crew,
    ago,
    ask,
    link,
    press,
    read,
    refusal,
    turn,
    world,
)
from tests.stage import Stage, buttons, shown

BIRTHDAYS = {
    "Undated": None,
    "June": "1990-06-01",
    "March": "0004-03-09",
    "Old": "0001-03-08",
    "Garbled": "someday",
}


def _crew(stage: Stage) -> System:
    """Add three members that differ in all that members are sorted by."""
    system = world(stage).add_system(id="threes", name="Three")
    for name, ref, messages, days in (
        ("berta", "aaaaaa", 7, 3),
        ("Anton", "ccccc", 1, 1),
        ("Cäsar", "bbbbbb", 90, 2),
    ):
        world(stage).add_member(
            system=system, id=ref, name=name, message_count=messages, created=ago(days=days)
        )
    return system


async def test_members_are_listed_by_name_with_their_ids_and_proxy_tags(stage: Stage) -> None:
    lines = await read(stage, "members", ref="hrb-rht")
    assert lines[0] == "### Members of Harbour Lights"
    assert lines[3] == "`crjgyt` **Crab family**"
    assert "`tamoz` **Tam** (`T:text`)" in lines
    assert "`wrenq` **Wren 🪶** (`W:text`, `{text}`)" in lines
    assert "-# 11 results · by name" in lines
    assert lines[-2:] == ["[In full]", "[Share]"]


@pytest.mark.parametrize(
    ("sort", "order"),
    [
        ("name", ["`ccccc` **Anton**", "`aaaaaa` **berta**", "`bbbbbb` **Cäsar**"]),
        ("id", ["`ccccc` **Anton**", "`aaaaaa` **berta**", "`bbbbbb` **Cäsar**"]),
        (
            "created",
            [
                "`aaaaaa` **berta** (<t:1766966400:D>)",
                "`bbbbbb` **Cäsar** (<t:1767052800:D>)",
                "`ccccc` **Anton** (<t:1767139200:D>)",
            ],
        ),
        (
            "messages",
            [
                "`bbbbbb` **Cäsar** (90 messages)",
                "`aaaaaa` **berta** (7 messages)",
                "`ccccc` **Anton** (1 message)",
            ],
        ),
    ],
)
async def test_members_are_sorted_as_asked(stage: Stage, sort: str, order: list[str]) -> None:
    _crew(stage)
    assert (await read(stage, "members", ref="threes", sort=sort))[1:4] == order


async def test_birthdays_are_sorted_through_the_year_and_no_birthday_comes_last(stage: Stage) -> None:
    system = world(stage).add_system(id="cakess")
    for name, birthday in BIRTHDAYS.items():
        world(stage).add_member(system=system, name=name, birthday=birthday)
    said = await read(stage, "members", ref="cakess", sort="birthday")
    assert [line.split(" ", 1)[1] for line in said[1:6]] == [
        "**Old** (March 8)",
        "**March** (March 9)",
        "**June** (June 1, 1990)",
        "**Garbled** (someday)",
        "**Undated**",
    ]


async def test_what_others_hide_of_themselves_comes_last(stage: Stage) -> None:
    system = _crew(stage)
    for member in system.members[:2]:
        member.private.add("metadata_privacy")
    for sort in ("created", "messages"):
        lines = await read(stage, "members", ref="threes", sort=sort)
        assert lines[2:4] == ["`ccccc` **Anton**", "`aaaaaa` **berta**"]


async def test_members_are_searched_by_name_display_name_and_id(stage: Stage) -> None:
    for search, found in (
        ("WREN", ["`wrenq` **Wren 🪶** (`W:text`, `{text}`)"]),
        ("crab", ["`crjgyt` **Crab family**"]),
        ("prkg", ["`prkgny` **Pilot** (`text-p`)"]),
        ("low tide", []),
    ):
        lines = await read(stage, "members", ref="hrbrht", search=search)
        assert lines[1] == f"With “{search}” in the name, display name or id:"
        assert [line for line in lines if line.startswith("`")] == found
        assert ("None." in lines) == (not found)


async def test_the_best_match_is_no_reason_to_leave_the_order(stage: Stage) -> None:
    lines = await read(stage, "members", ref="hrbrht", search="a", sort="messages")
    assert lines[2] == "`tamoz` **Tam** (312 messages)"


async def test_a_full_list_has_five_members_a_page_with_all_they_show(stage: Stage) -> None:
    said = await ask(stage, "members", ref="hrbrht", full=True)
    lines = shown(said).splitlines()
    assert "**Pilot** `prkgny`" in lines
    assert "**Pronouns:** it/its" in lines
    assert "**Proxy tags:** `text-p`" in lines
    assert "-# 11 results · page 1 of 3 · by name" in lines
    said = await press(stage, said, "Next →")
    lines = shown(said).splitlines()
    assert "**Birthday:** July 16, 1994" in lines
    assert any(line.startswith("**Messages:** 312, the last <t:") for line in lines)
    assert {"**Wren 🪶** `wrenq`", "**Name:** Wren", "Likes tide tables."} <= set(lines)
    assert "-# 11 results · page 2 of 3 · by name" in lines
    said = await press(stage, said, "Next →")
    assert any(
        line.startswith("**\u2068") and line.endswith("\u2069** `snvkox`")
        for line in shown(said).splitlines()
    )
    assert buttons(said) == ["← Back", "Shorter", "Share"]
    said = await press(stage, said, "Shorter")
    assert "-# 11 results · by name" in shown(said).splitlines()


async def test_pages_turn_both_ways_also_after_a_restart(stage: Stage) -> None:
    add_crew(stage, world(stage).add_system(id="fleett"), 60)
    said = await ask(stage, "members", ref="fleett", search="sailor", sort="id")
    assert buttons(said) == ["Next →", "In full", "Share"]
    first = shown(said)
    said = await press(stage, said, "Next →")
    assert "-# 60 results · page 2 of 3 · by id" in shown(said).splitlines()
    await stage.restart()
    said = await press(stage, said, "Next →")
    assert sum(line.startswith("`") for line in shown(said).splitlines()) == 10
    assert buttons(said) == ["← Back", "In full", "Share"]
    assert "With “sailor” in the name, display name or id:" in shown(said).splitlines()
    await stage.restart()
    said = await press(stage, await press(stage, said, "← Back"), "← Back")
    assert shown(said) == first
    check_bodies(stage)


async def test_a_page_of_a_list_that_became_shorter_is_its_last(stage: Stage) -> None:
    system = world(stage).add_system(id="fleett")
    crew = add_crew(stage, system, 60)
    said = await press(stage, await ask(stage, "members", ref="fleett"), "Next →")
    for member in crew[20:]:
        world(stage).remove_member(member)
    lines = await turn(stage, said, "Next →")
    assert "-# 20 results · by name" in lines
    assert "[← Back]" not in lines


async def test_hidden_members_are_listed_for_their_owner_alone(stage: Stage) -> None:
    await link(stage)
    assert "`nyxper` **Undertow** 🔒" in await read(stage, "members", stage.admin)
    assert "`nyxper` **Undertow** 🔒" in await read(stage, "members", stage.admin, ref="hrbrht")
    assert "Undertow" not in "".join(await read(stage, "members", ref="hrbrht"))
    assert "None." in await read(stage, "members", ref="hrbrht", search="undertow")


async def test_the_owner_sees_what_is_private_of_members_marked_as_such(stage: Stage) -> None:
    await link(stage)
    for sort, line in (
        ("name", "`kzwtfo` **Tide** (`lt-text` 🔒)"),
        ("birthday", "`kzwtfo` **Tide** (March 9, 1988 🔒)"),
        ("created", "`kzwtfo` **Tide** (<t:1609459200:D> 🔒)"),
        ("messages", "`kzwtfo` **Tide** (12 messages 🔒)"),
    ):
        lines = await read(stage, "members", stage.admin, sort=sort)
        assert line in lines
        assert "-# 🔒 marks what others do not see." in lines
    lines = await read(stage, "members", stage.admin, full=True, search="tide")
    assert {
        "**Name:** Low Tide 🔒",
        "**Pronouns:** they/them 🔒",
        "**Birthday:** March 9, 1988 🔒",
        "**Messages:** 12 🔒",
        "**Proxy tags:** `lt-text` 🔒",
        "Not for everybody. 🔒",
    } <= set(lines)


async def test_a_list_without_anything_private_explains_no_mark(stage: Stage) -> None:
    _crew(stage).token = TOKEN
    world(stage).add_system(id="onlyme", token="o" * 64)
    await link(stage, stage.member, "o" * 64)
    assert await read(stage, "members") == [
        "### Members of `onlyme`",
        "This system shows no members.",
        "[Share]",
    ]


async def test_a_private_list_is_said_to_be_private_and_marked_for_its_owner(stage: Stage) -> None:
    world(stage).add_member(
        system=world(stage).add_system(id="shyone", token=TOKEN, private={"member_list_privacy"}), name="Shy"
    )
    said = await refusal(stage, "members", ref="shyone")
    assert said == "This system keeps its list of members private."
    await link(stage, stage.member, TOKEN)
    assert (await read(stage, "members", ref="shyone"))[0] == "### Members 🔒 of `shyone`"


async def test_the_list_of_a_person_without_a_system_is_said_not_to_be(stage: Stage) -> None:
    said = await refusal(stage, "members", user=stage.guild.add_member(stage.env.create_user("eve")))
    assert said.startswith("No PluralKit system belongs to that Discord account.")
