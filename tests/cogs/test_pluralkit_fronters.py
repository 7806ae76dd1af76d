"""/pluralkit fronters: who is at the front, and since when without a break."""

from __future__ import annotations

from bot.sandbox.pluralkit.entities import Member, System
from tests.bodies import check_bodies
from tests.cogs.pluralkit_scene import (
    TOKEN,
    add_crew,
    ago,
    ask,
    harbour,
    link,
    member_of,
    parts,
    press,
    read,
    refusal,
    turn,
    world,
)
from tests.stage import Stage, buttons, shown


def _since(hours: float) -> str:
    return f"since <t:{int(ago(hours=hours).timestamp())}:f>"


def _watch(stage: Stage) -> tuple[System, Member, Member]:
    """Add a system of two, with somebody at the front across three switches."""
    system = world(stage).add_system(id="watchs", name="Watches", token=TOKEN)
    anna, bert = add_crew(stage, system, 2)
    for hours, members in (
        (50, [anna]),
        (40, [bert]),
        (30, [bert, anna]),
        (20, [anna]),
        (10, [anna, bert]),
    ):
        world(stage).add_switch(system=system, at=ago(hours=hours), members=members)
    return system, anna, bert


async def test_those_at_the_front_are_shown_since_they_came_across_switches(stage: Stage) -> None:
    _, anna, bert = _watch(stage)
    assert await read(stage, "fronters", ref="watchs") == [
        "### Fronting in Watches",
        f"**Sailor 00** `{anna.id}`",
        f"{_since(30)}, for 1 d 6 h",
        f"**Sailor 01** `{bert.id}`",
        f"{_since(10)}, for 10 h",
        "[Refresh]",
        "[History]",
        "[Share]",
    ]


async def test_whose_front_is_meant_is_said_by_user_or_not_at_all(stage: Stage) -> None:
    expected = await read(stage, "fronters", ref="hrbrht")
    assert expected[1:4] == [
        "**Wren 🪶** `wrenq`",
        "**Pronouns:** she/they",
        "since <t:1767219900:f>, for 1 h 35 min",
    ]
    assert await read(stage, "fronters", user=stage.admin) == expected
    assert await read(stage, "fronters", stage.admin) == expected


async def test_with_a_private_history_only_the_last_switch_counts_and_that_is_said(stage: Stage) -> None:
    system, *_ = _watch(stage)
    system.private.add("front_history_privacy")
    said = await ask(stage, "fronters", ref="watchs")
    lines = shown(said).splitlines()
    assert lines[2] == f"{_since(10)}, for 10 h"
    assert "-# Counted from the last switch alone: the front history is private." in lines
    assert buttons(said) == ["Refresh", "Share"]
    await link(stage, stage.member, TOKEN)
    assert (await read(stage, "fronters"))[2] == f"{_since(30)}, for 1 d 6 h"


async def test_who_stays_longer_than_is_looked_at_is_there_for_more_than_that(stage: Stage) -> None:
    system = world(stage).add_system(id="watchs")
    anna, bert = add_crew(stage, system, 2)
    for number in range(600):
        members = [anna, bert] if number % 2 else [anna]
        world(stage).add_switch(system=system, at=ago(hours=600 - number), members=members)
    lines = await read(stage, "fronters", ref="watchs")
    assert lines[2] == f"{_since(500)}, for more than 20 d 20 h"
    assert lines[4] == f"{_since(1)}, for 1 h"


async def test_nobody_at_the_front_and_no_switch_at_all_are_told_apart(stage: Stage) -> None:
    system = world(stage).add_system(id="emptys", name="Empty")
    assert (await read(stage, "fronters", ref="emptys"))[1] == "No switch was ever registered."
    world(stage).add_switch(system=system, at=ago(hours=3))
    since = int(ago(hours=3).timestamp())
    assert (await read(stage, "fronters", ref="emptys"))[1] == f"Nobody: switched out <t:{since}:R>."


async def test_a_private_front_is_said_to_be_private_and_marked_for_its_owner(stage: Stage) -> None:
    system, *_ = _watch(stage)
    system.private.add("front_privacy")
    assert await refusal(stage, "fronters", ref="watchs") == "This system keeps private who is fronting."
    await link(stage, stage.member, TOKEN)
    lines = await read(stage, "fronters")
    assert lines[0] == "### Fronting 🔒 in Watches"
    assert "-# 🔒 marks what others do not see." in lines


async def test_a_hidden_member_at_the_front_is_shown_as_pluralkit_does(stage: Stage) -> None:
    hidden = member_of(stage, "nyxper")
    hidden.private.add("pronoun_privacy")
    hidden.pronouns = "it/its"
    world(stage).add_switch(system=harbour(stage), at=ago(minutes=5), members=[hidden])
    lines = await read(stage, "fronters", ref="hrbrht")
    assert lines[1:3] == ["**Undertow** `nyxper`", "since <t:1767225300:f>, for 5 min"]
    await link(stage)
    lines = await read(stage, "fronters", stage.admin)
    assert lines[1:3] == ["**Undertow** `nyxper` 🔒", "**Pronouns:** it/its 🔒"]


async def test_refreshing_shows_who_came_meanwhile_also_after_a_restart(stage: Stage) -> None:
    system, anna, _ = _watch(stage)
    said = await ask(stage, "fronters", ref="watchs")
    world(stage).add_switch(system=system, at=ago(hours=1))
    await stage.restart()
    assert "Nobody: switched out <t:1767222000:R>." in await turn(stage, said, "Refresh")
    lines = await turn(stage, said, "History")
    assert lines[0] == "### Front history of Watches"
    assert anna.name in lines[2]


async def test_the_card_has_the_colour_of_the_first_who_has_one_to_show(stage: Stage) -> None:
    system, anna, _ = _watch(stage)
    system.color = "00Ff00"
    for colour, bar in (("ff0000", 0xFF0000), (None, 0x00FF00), ("reddish", 0x00FF00)):
        anna.color = colour
        said = await ask(stage, "fronters", ref="watchs")
        assert parts(said)[0]["accent_color"] == bar


async def test_each_has_a_picture_with_words_and_the_rest_is_named(stage: Stage) -> None:
    system = world(stage).add_system(id="crowds")
    crew = add_crew(stage, system, 150)
    for member in crew:
        member.avatar_url = f"https://cdn.example.org/{member.id}.png"
    crew[1].name = "\u200b"
    world(stage).add_switch(system=system, at=ago(hours=1), members=crew)
    said = await ask(stage, "fronters", ref="crowds")
    pictures = [part for part in parts(said) if part["type"] == 11]
    assert len(pictures) == 9
    assert pictures[0]["description"] == "Avatar of Sailor 00"
    assert pictures[1]["description"] == f"Avatar of {crew[1].id}"
    [rest] = [line for line in shown(said).splitlines() if line.startswith("Also: ")]
    assert rest.startswith("Also: Sailor 09, Sailor 10, ")
    assert rest.endswith(" more")
    check_bodies(stage)


async def test_what_is_shared_can_be_refreshed_by_everybody_to_the_public_view(stage: Stage) -> None:
    harbour(stage).private.add("front_history_privacy")
    await link(stage)
    said = await ask(stage, "fronters", stage.admin, share=True)
    [shared] = said.followups
    assert "Counted from the last switch alone" in shown(shared)
    lines = await turn(stage, shared, "Refresh", stage.admin)
    assert "-# Counted from the last switch alone: the front history is private." in lines
    pressed = await press(stage, shared, "Refresh")
    assert "### Fronting in Harbour Lights" in shown(pressed)
