"""/pluralkit stats: who was at the front for how much of a time, in words and as a picture."""

from __future__ import annotations

from typing import Any

import pytest
import simcord

from bot.sandbox.pluralkit.entities import Member, System
from bot.sandbox.upstream import Trouble
from tests.bodies import check_bodies
from tests.cogs.pluralkit_scene import (
    TOKEN,
    add_crew,
    add_watches,
    ago,
    ask,
    link,
    parts,
    press,
    press_and_stop,
    read,
    refusal,
    turn,
    world,
)
from tests.stage import Stage, buttons, shown

TOGETHER = "Those who front together each get the whole time."


def _system(stage: Stage, count: int = 3) -> tuple[System, list[Member]]:
    system = world(stage).add_system(id="watchs", name="Watches", token=TOKEN)
    return system, add_crew(stage, system, count)


def _four_days(stage: Stage) -> System:
    """Add a history of 100 hours: 50 of Anna, 30 with her of Bert, 5 of nobody, 45 of Bert alone."""
    system, (anna, bert, _) = _system(stage)
    for hours, members in ((100, [anna]), (80, [anna, bert]), (50, []), (45, [bert])):
        world(stage).add_switch(system=system, at=ago(hours=hours), members=members)
    return system


def _gallery(said: simcord.InteractionResult | simcord.ResponseMessage) -> dict[str, Any]:
    [gallery] = [part for part in parts(said) if part["type"] == 12]
    [picture] = gallery["items"]
    return picture


async def test_shares_and_times_are_right_the_longest_first_and_nobody_last(stage: Stage) -> None:
    _four_days(stage)
    since = int(ago(hours=100).timestamp())
    assert await read(stage, "stats", ref="watchs") == [
        "### Front time of Watches over 4 d 4 h",
        "75 % **Sailor 01** · 3 d 3 h",
        "50 % **Sailor 00** · 2 d 2 h",
        "5 % *nobody* · 5 h",
        f"-# 4 switches since <t:{since}:D>. {TOGETHER}",
        "[7 days]",
        "[90 days]",
        "[365 days]",
        "[All]",
        "[Share]",
    ]


async def test_whose_statistics_are_meant_is_said_by_user_or_not_at_all(stage: Stage) -> None:
    expected = await read(stage, "stats", ref="hrbrht")
    assert await read(stage, "stats", user=stage.admin) == expected
    assert await read(stage, "stats", stage.admin) == expected


@pytest.mark.parametrize("share", [False, True])
async def test_the_chart_is_attached_with_its_numbers_in_words(stage: Stage, *, share: bool) -> None:
    _four_days(stage)
    said = await ask(stage, "stats", ref="watchs", share=share)
    message = said.followups[0] if share else said.response
    assert message is not None
    [attached] = message.attachments
    assert attached.filename == "front-time.png"
    assert (await attached.read()).startswith(b"\x89PNG\r\n")
    picture = _gallery(message)
    assert "front-time.png" in picture["media"]["url"]
    assert picture["description"] == (
        "Bar chart. Front time over 4 d 4 h: Sailor 01 75 %, Sailor 00 50 %, nobody 5 %"
    )
    check_bodies(stage)


async def test_a_period_counts_from_its_beginning_and_its_buttons_lead_to_others(stage: Stage) -> None:
    system, (anna, bert, _) = _system(stage)
    for days, member in ((500, anna), (100, bert), (10, anna), (1, bert)):
        world(stage).add_switch(system=system, at=ago(days=days), members=[member])
    said = await ask(stage, "stats", ref="watchs")
    assert shown(said).splitlines()[:3] == [
        "### Front time of Watches over 30 d",
        "70 % **Sailor 01** · 21 d",
        "30 % **Sailor 00** · 9 d",
    ]
    for label, title, first in (
        ("7 days", "7 d", "86 % **Sailor 00** · 6 d"),
        ("90 days", "90 d", "90 % **Sailor 01** · 81 d"),
        ("365 days", "365 d", "75 % **Sailor 00** · 274 d"),
    ):
        lines = await turn(stage, said, label)
        assert lines[:2] == [f"### Front time of Watches over {title}", first]
    lines = await turn(stage, said, "All")
    assert lines[:3] == [
        "### Front time of Watches over 500 d",
        "82 % **Sailor 00** · 409 d",
        "18 % **Sailor 01** · 91 d",
    ]
    assert "[30 days]" in lines
    assert "[All]" not in lines


async def test_the_picture_follows_the_period_also_after_a_restart(stage: Stage) -> None:
    _four_days(stage)
    said = await ask(stage, "stats", ref="watchs")
    await stage.restart()
    said = await press(stage, said, "All")
    message = said.response
    assert message is not None
    assert len(message.attachments) == 1
    said = await press(stage, said, "7 days")
    assert _gallery(said)["description"].startswith("Bar chart. Front time over 4 d 4 h: ")


@pytest.mark.parametrize(("days", "title"), [(0, "4 d 4 h"), (1, "1 d"), (2, "2 d"), (36_500, "4 d 4 h")])
async def test_days_are_as_many_as_one_likes_and_0_is_all(stage: Stage, days: int, title: str) -> None:
    _four_days(stage)
    lines = await read(stage, "stats", ref="watchs", days=days)
    assert lines[0] == f"### Front time of Watches over {title}"


async def test_a_sliver_of_time_is_not_said_to_be_none(stage: Stage) -> None:
    system, (anna, bert, _) = _system(stage)
    world(stage).add_switch(system=system, at=ago(days=20), members=[anna])
    world(stage).add_switch(system=system, at=ago(minutes=9), members=[bert])
    assert "<1 % **Sailor 01** · 9 min" in await read(stage, "stats", ref="watchs")


async def test_one_switch_is_one(stage: Stage) -> None:
    system, (anna, *_) = _system(stage)
    add_watches(stage, system, 1, anna)
    lines = await read(stage, "stats", ref="watchs")
    assert lines[:2] == ["### Front time of Watches over 1 h", "100 % **Sailor 00** · 1 h"]
    assert lines[2].startswith("-# 1 switch since ")


async def test_never_a_switch_and_a_private_history_are_said(stage: Stage) -> None:
    system, _ = _system(stage)
    said = await ask(stage, "stats", ref="watchs")
    assert shown(said).splitlines()[:2] == [
        "### Front time of Watches",
        "No switch was ever registered.",
    ]
    assert said.response is not None
    assert said.response.attachments == []
    system.private.add("front_history_privacy")
    assert await refusal(stage, "stats", ref="watchs") == "This system keeps its front history private."
    add_watches(stage, system, 3)
    await link(stage, stage.member, TOKEN)
    assert (await read(stage, "stats"))[:2] == [
        "### Front time 🔒 of Watches over 3 h",
        "100 % *nobody* · 3 h",
    ]


async def test_of_more_than_twenty_the_rest_is_summed_up(stage: Stage) -> None:
    system, crew = _system(stage, 40)
    for number, member in enumerate(crew):
        world(stage).add_switch(system=system, at=ago(hours=40 - number), members=[member])
    world(stage).add_switch(system=system, at=ago(minutes=30), members=[])
    said = await ask(stage, "stats", ref="watchs")
    lines = shown(said).splitlines()
    assert len([line for line in lines if " % **" in line]) == 20
    assert lines[21:23] == ["2 % *20 others, each at most* · 1 h", "1 % *nobody* · 30 min"]
    assert _gallery(said)["description"].endswith("20 others, each at most 2 %, nobody 1 %")
    check_bodies(stage)


async def test_hidden_and_unlisted_members_are_shown_by_id(stage: Stage) -> None:
    system, (anna, bert, _) = _system(stage)
    anna.private.add("visibility")
    bert.name = "\u2800"
    add_watches(stage, system, 2, anna, bert)
    assert {f"50 % `{anna.id}` (hidden) · 1 h", f"50 % `{bert.id}` · 1 h"} <= set(
        await read(stage, "stats", ref="watchs")
    )
    await link(stage, stage.member, TOKEN)
    assert "50 % **Sailor 00** 🔒 · 1 h" in await read(stage, "stats")
    system.private.add("member_list_privacy")
    assert f"50 % `{anna.id}` · 1 h" in await read(stage, "stats", stage.admin, ref="watchs")


async def test_what_is_shared_stays_the_period_that_was_shared(stage: Stage) -> None:
    _four_days(stage)
    said = await ask(stage, "stats", ref="watchs", days=1)
    [shared] = (await press(stage, said, "Share")).followups
    assert shown(shared).splitlines()[0] == "### Front time of Watches over 1 d"
    assert "[" not in shown(shared)
    assert len(shared.attachments) == 1


async def test_a_long_count_can_be_stopped_and_shows_what_there_is(stage: Stage) -> None:
    system, crew = _system(stage)
    add_watches(stage, system, 3_000, *crew)
    said = await ask(stage, "stats", ref="watchs", days=7)
    await press_and_stop(stage, said, "All")
    lines = shown(said).splitlines()
    assert "-# Stopped before the end: older switches are left out." in lines
    assert lines[1].startswith("33 % **Sailor 0")
    assert len(buttons(said)) == 5
    check_bodies(stage)


async def test_where_pluralkit_fails_on_the_way_what_was_counted_is_shown(stage: Stage) -> None:
    system, crew = _system(stage)
    add_watches(stage, system, 300, *crew)
    stage.sandbox.pluralkit.fail(Trouble.SLOW, path="*/switches", times=1)
    stage.sandbox.pluralkit.fail(path="*/switches", status=500, times=None)
    lines = await read(stage, "stats", ref="watchs")
    assert lines[0] == "### Front time of Watches over 4 d 4 h"
    assert lines[5].startswith("-# Older switches are left out. PluralKit is in trouble")
