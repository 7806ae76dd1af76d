"""/pluralkit history: who was at the front when, page by page to the first switch."""

from __future__ import annotations

import simcord

from bot.sandbox.pluralkit.entities import Member, System
from bot.sandbox.upstream import Trouble
from tests.bodies import check_bodies
from tests.cogs.pluralkit_scene import (
    STOP,
    TOKEN,
    add_crew,
    add_watches,
    ago,
    ask,
    harbour,
    link,
    member_of,
    press,
    press_and_stop,
    read,
    refusal,
    turn,
    world,
)
from tests.stage import Stage, buttons, shown

BEGINS = "-# This is where the history begins."


def _at(hours: float) -> str:
    return f"<t:{int(ago(hours=hours).timestamp())}:f>"


def _system(stage: Stage, count: int = 3) -> tuple[System, list[Member]]:
    system = world(stage).add_system(id="watchs", name="Watches", token=TOKEN)
    return system, add_crew(stage, system, count)


def _moments(said: simcord.InteractionResult | simcord.ResponseMessage) -> list[str]:
    return [line.split(" ")[0] for line in shown(said).splitlines() if line.startswith("<t:")]


async def test_each_switch_has_its_moment_its_members_and_how_long_it_lasted(stage: Stage) -> None:
    system, (anna, bert, _) = _system(stage)
    for hours, members in ((30.5, [anna]), (29, [anna, bert]), (5, []), (1.25, [bert])):
        world(stage).add_switch(system=system, at=ago(hours=hours), members=members)
    assert await read(stage, "history", ref="watchs") == [
        "### Front history of Watches",
        f"{_at(1.25)} **Sailor 01** · 1 h 15 min so far",
        f"{_at(5)} *nobody* · 3 h 45 min",
        f"{_at(29)} **Sailor 00**, **Sailor 01** · 1 d",
        f"{_at(30.5)} **Sailor 00** · 1 h 30 min",
        BEGINS,
        "[Share]",
    ]


async def test_whose_history_is_meant_is_said_by_user_or_not_at_all(stage: Stage) -> None:
    expected = await read(stage, "history", ref="hrbrht")
    assert await read(stage, "history", user=stage.admin) == expected
    assert await read(stage, "history", stage.admin) == expected


async def test_never_a_switch_and_a_private_history_are_said(stage: Stage) -> None:
    system, _ = _system(stage)
    assert (await read(stage, "history", ref="watchs"))[1] == "No switch was ever registered."
    system.private.add("front_history_privacy")
    assert await refusal(stage, "history", ref="watchs") == "This system keeps its front history private."
    await link(stage, stage.member, TOKEN)
    assert (await read(stage, "history"))[0] == "### Front history 🔒 of Watches"


async def test_hidden_members_are_named_to_their_owner_alone(stage: Stage) -> None:
    hidden = member_of(stage, "nyxper")
    world(stage).add_switch(system=harbour(stage), at=ago(hours=1), members=[hidden])
    assert (await read(stage, "history", ref="hrbrht"))[1] == f"{_at(1)} `nyxper` (hidden) · 1 h so far"
    await link(stage)
    lines = await read(stage, "history", stage.admin)
    assert lines[1] == f"{_at(1)} **Undertow** 🔒 · 1 h so far"
    assert "-# 🔒 marks what others do not see." in lines


async def test_where_the_members_are_private_they_are_shown_by_id(stage: Stage) -> None:
    system, (anna, *_) = _system(stage)
    system.private.add("member_list_privacy")
    add_watches(stage, system, 1, anna)
    lines = await read(stage, "history", ref="watchs")
    assert lines[1] == f"{_at(1)} `{anna.id}` · 1 h so far"
    assert "-# Members are shown by id: the list of members is private." in lines


async def test_a_deleted_member_is_gone_from_old_switches(stage: Stage) -> None:
    system, (anna, bert, _) = _system(stage)
    for hours, members in ((3, [anna]), (2, [anna, bert])):
        world(stage).add_switch(system=system, at=ago(hours=hours), members=members)
    world(stage).remove_member(anna)
    lines = await read(stage, "history", ref="watchs")
    assert lines[1:3] == [f"{_at(2)} **Sailor 01** · 2 h so far", f"{_at(3)} *nobody* · 1 h"]


async def test_pages_go_back_to_the_first_switch_and_forth_again(stage: Stage) -> None:
    system, crew = _system(stage)
    add_watches(stage, system, 40, *crew)
    said = await ask(stage, "history", ref="watchs")
    newest = shown(said)
    assert buttons(said) == ["Older →", "First", "Share"]
    said = await press(stage, said, "Older →")
    assert _moments(said)[0] == _at(16)
    assert f"{_at(16)} **Sailor 00** · 1 h" in shown(said).splitlines()
    assert buttons(said) == ["Newest", "Older →", "First", "Share"]
    await stage.restart()
    said = await press(stage, said, "Older →")
    assert _moments(said)[-1] == _at(40)
    assert BEGINS in shown(said).splitlines()
    assert buttons(said) == ["← Newer", "Newest", "Share"]
    said = await press(stage, said, "← Newer")
    assert _moments(said)[0] == _at(16)
    assert shown(await press(stage, said, "Newest")) == newest


async def test_pages_go_back_further_than_the_buttons_remember(stage: Stage) -> None:
    system, crew = _system(stage)
    add_watches(stage, system, 150, *crew)
    # A UUID is the longest that stands in the buttons of a page beside the way there.
    said = await ask(stage, "history", ref=system.uuid)
    seen = _moments(said)
    while "Older →" in buttons(said):
        said = await press(stage, said, "Older →")
        seen += _moments(said)
    assert seen == [_at(hours + 1) for hours in range(150)]
    for hours in (121, 106, 91):
        said = await press(stage, said, "← Newer")
        assert _moments(said)[0] == _at(hours)
    assert buttons(said) == ["Newest", "Older →", "First", "Share"]
    [shared] = (await press(stage, said, "Share")).followups
    assert _moments(shared) == _moments(said)
    check_bodies(stage)


async def test_the_first_button_leads_to_the_very_beginning(stage: Stage) -> None:
    system, crew = _system(stage)
    add_watches(stage, system, 250, *crew)
    said = await press(stage, await ask(stage, "history", ref="watchs"), "First")
    assert _moments(said) == [_at(hours) for hours in range(236, 251)]
    assert f"{_at(236)} **Sailor 02** · 1 h" in shown(said).splitlines()
    assert BEGINS in shown(said).splitlines()
    assert buttons(said) == ["Newest", "Share"]
    [shared] = (await press(stage, said, "Share")).followups
    assert _moments(shared) == _moments(said)
    assert "### Front history of Watches" in await turn(stage, said, "Newest")


async def test_the_first_button_works_through_ones_own_eyes_and_is_not_on_what_everybody_sees(
    stage: Stage,
) -> None:
    system, crew = _system(stage)
    add_watches(stage, system, 20, *crew)
    await link(stage, stage.member, TOKEN)
    said = await ask(stage, "history")
    [shared] = (await press(stage, said, "Share")).followups
    assert _moments(await press(stage, said, "First"))[-1] == _at(20)
    assert "[Older →]" in shown(shared)
    assert "[First]" not in shown(shared)


async def test_a_history_that_shrank_meanwhile_is_shown_as_it_is(stage: Stage) -> None:
    system, crew = _system(stage)
    add_watches(stage, system, 20, *crew)
    said = await ask(stage, "history", ref="watchs")
    for switch in system.switches[:5]:
        world(stage).remove_switch(switch)
    older = await press(stage, said, "Older →")
    assert "There is no older switch." in shown(older).splitlines()
    assert buttons(older) == ["Newest", "Share"]
    said = await ask(stage, "history", ref="watchs", share=True)
    world(stage).add_switch(system=system, at=ago(minutes=1))
    [shared] = said.followups
    assert buttons(said) == []
    assert "[First]" not in shown(shared)


async def test_the_way_to_the_first_switch_of_a_short_history_ends_at_the_newest(stage: Stage) -> None:
    system, crew = _system(stage)
    add_watches(stage, system, 16, *crew)
    said = await ask(stage, "history", ref="watchs")
    for switch in system.switches[:4]:
        world(stage).remove_switch(switch)
    lines = await turn(stage, said, "First")
    assert lines[1] == f"{_at(1)} **Sailor 00** · 1 h so far"
    assert BEGINS in lines


async def test_the_way_to_the_first_switch_can_be_stopped(stage: Stage) -> None:
    system, crew = _system(stage)
    add_watches(stage, system, 3_000, *crew)
    said = await ask(stage, "history", ref="watchs")
    await press_and_stop(stage, said, "First")
    lines = shown(said).splitlines()
    assert "-# Stopped before the end: older switches are left out." in lines
    assert BEGINS not in lines
    assert len(_moments(said)) == 15
    assert STOP not in buttons(said)


async def test_where_pluralkit_fails_on_the_way_the_oldest_seen_are_shown(stage: Stage) -> None:
    system, crew = _system(stage)
    add_watches(stage, system, 300, *crew)
    said = await ask(stage, "history", ref="watchs")
    stage.sandbox.pluralkit.fail(Trouble.SLOW, path="*/switches", times=1)
    stage.sandbox.pluralkit.fail(path="*/switches", status=500, times=None)
    lines = await turn(stage, said, "First")
    assert lines[15].startswith(_at(100))
    assert lines[16].startswith("-# Older switches are left out. PluralKit is in trouble")


async def test_long_names_give_way_so_that_no_switch_of_a_page_is_lost(stage: Stage) -> None:
    system, crew = _system(stage, 60)
    for member in crew:
        member.name = "*_" * 50
    for number in range(31):
        world(stage).add_switch(system=system, at=ago(hours=31 - number), members=crew[number : number + 20])
    said = await ask(stage, "history", ref="watchs")
    assert len(_moments(said)) == 15
    said = await press(stage, said, "Older →")
    assert _moments(said) == [_at(hours) for hours in range(16, 31)]
    check_bodies(stage)
