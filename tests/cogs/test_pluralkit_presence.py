"""When a member was last at the front and for how long altogether, over histories of any length."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest

from bot.api.pluralkit import Switch
from bot.sandbox.pluralkit.entities import Member, System
from bot.sandbox.upstream import Trouble
from cogs.pluralkit.errands import Errand
from cogs.pluralkit.eyes import Eyes
from tests.cogs.pluralkit_scene import (
    NOW,
    STOP,
    TOKEN,
    add_crew,
    add_watches,
    ago,
    ask,
    custom_ids,
    link,
    press,
    press_and_stop,
    read,
    turn,
    world,
)
from tests.stage import Stage, buttons, everything, shown

TROUBLE = "PluralKit is in trouble and gave no answer that can be used. Try again in a few minutes."
WHOLE = "Count the whole time"


def _system(stage: Stage, count: int = 3) -> tuple[System, list[Member]]:
    system = world(stage).add_system(id="watchs", name="Watches", token=TOKEN)
    return system, add_crew(stage, system, count)


async def _presence(stage: Stage, member: Member) -> list[str]:
    lines = await read(stage, "member", ref=member.id)
    return [line for line in lines if "fronted" in line]


def _told(lines: list[str]) -> list[str]:
    return [line for line in lines if "fronted" in line or "left out" in line]


async def test_time_at_the_front_is_added_up_across_switches(stage: Stage) -> None:
    system, (anna, bert, carl) = _system(stage)
    for hours, members in ((48, [anna]), (40, [anna, bert]), (30, []), (20, [bert]), (5, [anna])):
        world(stage).add_switch(system=system, at=ago(hours=hours), members=members)
    assert await _presence(stage, anna) == ["**Last fronted:** now", "**Total fronted:** 23 h"]
    assert await _presence(stage, bert) == [
        f"**Last fronted:** <t:{int(ago(hours=5).timestamp())}:R>",
        "**Total fronted:** 1 d 1 h",
    ]
    assert await _presence(stage, carl) == ["**Last fronted:** never"]


async def test_a_system_without_any_switch_has_members_that_never_fronted(stage: Stage) -> None:
    _, [member] = _system(stage, 1)
    assert await _presence(stage, member) == ["**Last fronted:** never"]


async def test_a_switch_of_the_future_counts_nothing_yet(stage: Stage) -> None:
    system, (anna, bert) = _system(stage, 2)
    world(stage).add_switch(system=system, at=ago(hours=2), members=[anna])
    world(stage).add_switch(system=system, at=ago(hours=-3), members=[bert])
    assert await _presence(stage, anna) == ["**Last fronted:** now", "**Total fronted:** 2 h"]
    assert await _presence(stage, bert) == ["**Last fronted:** never"]


async def test_a_private_history_is_said_to_be_private_and_marked_for_its_owner(stage: Stage) -> None:
    system, [member] = _system(stage, 1)
    system.private.add("front_history_privacy")
    world(stage).add_switch(system=system, at=ago(hours=2), members=[member])
    assert await _presence(stage, member) == ["**Last fronted:** private"]
    await link(stage, stage.member, TOKEN)
    assert await _presence(stage, member) == ["**Last fronted:** now 🔒", "**Total fronted:** 2 h 🔒"]


@pytest.mark.parametrize(("switches", "partial"), [(499, False), (500, True), (501, True)])
async def test_of_a_long_history_the_newest_part_is_counted_at_first(
    stage: Stage, switches: int, *, partial: bool
) -> None:
    system, crew = _system(stage)
    add_watches(stage, system, switches, *crew)
    said = await ask(stage, "member", ref=crew[0].id)
    since = f" since <t:{int(ago(hours=500).timestamp())}:D>"
    assert (WHOLE in buttons(said)) == partial
    [total] = [line for line in shown(said).splitlines() if line.startswith("**Total")]
    assert total.endswith(since) == partial
    assert stage.sandbox.pluralkit.count("GET", "*/switches") == 6


async def test_who_was_not_there_lately_is_told_so_and_counted_on_demand(stage: Stage) -> None:
    system, (anna, bert) = _system(stage, 2)
    world(stage).add_switch(system=system, at=ago(hours=900), members=[anna])
    add_watches(stage, system, 620, bert)
    said = await ask(stage, "member", ref=anna.id)
    since = int(ago(hours=500).timestamp())
    assert f"**Last fronted:** not since <t:{since}:D>" in shown(said)
    lines = await turn(stage, said, WHOLE)
    assert _told(lines) == [
        f"**Last fronted:** <t:{int(ago(hours=620).timestamp())}:R>",
        "**Total fronted:** 11 d 16 h",
    ]
    assert f"[{WHOLE}]" not in lines


async def test_the_whole_time_is_also_counted_through_ones_own_eyes(stage: Stage) -> None:
    system, (anna, bert) = _system(stage, 2)
    system.private.add("front_history_privacy")
    add_watches(stage, system, 600, anna, bert)
    await link(stage, stage.member, TOKEN)
    said = await ask(stage, "member", ref=anna.id)
    assert "**Total fronted:** 10 d 10 h" in shown(said)
    assert "**Total fronted:** 12 d 12 h 🔒" in await turn(stage, said, WHOLE)


async def test_what_is_shared_of_a_long_history_says_since_when_it_counts(stage: Stage) -> None:
    system, (anna, bert) = _system(stage, 2)
    add_watches(stage, system, 600, anna, bert)
    said = await ask(stage, "member", ref=anna.id)
    [part] = (await press(stage, said, "Share")).followups
    assert "**Total fronted:** 10 d 10 h since <t:" in shown(part)
    assert f"[{WHOLE}]" not in shown(part)
    whole = await press(stage, said, WHOLE)
    [shared] = (await press(stage, whole, "Share")).followups
    assert "**Total fronted:** 12 d 12 h" in shown(shared).splitlines()


async def test_a_long_count_says_how_far_it_has_come(stage: Stage) -> None:
    system, crew = _system(stage)
    add_watches(stage, system, 1_700, *crew)
    said = await press(stage, await ask(stage, "member", ref=crew[0].id), WHOLE)
    assert "**Total fronted:** 23 d 15 h" in shown(said)
    notes = [message for message in stage.sent() if "Counting …" in str(message)]
    texts = [str(note) for note in notes]
    assert [
        f"{count} switches so far, back to" in text
        for count, text in zip(("800", "1,600"), texts, strict=True)
    ]
    assert STOP in texts[0]
    stage.refuse("INSERT", "errands", "no")  # then nobody can stop it, and it goes on all the same
    said = await press(stage, await ask(stage, "member", ref=crew[0].id), WHOLE)
    assert "**Total fronted:** 23 d 15 h" in shown(said)
    unnoted = [text for text in map(str, stage.sent()) if "Counting …" in text][len(texts) :]
    assert [STOP in text for text in unnoted] == [False, False]


async def test_a_long_count_can_be_stopped_and_shows_what_there_is(stage: Stage) -> None:
    system, crew = _system(stage)
    add_watches(stage, system, 3_000, *crew)
    said = await ask(stage, "member", ref=crew[0].id)
    stop = await press_and_stop(stage, said, WHOLE)
    assert stage.sandbox.pluralkit.count("GET", "*/switches") < 6 + 31
    last, total, note = _told(shown(said).splitlines())
    assert last == f"**Last fronted:** <t:{int(ago(hours=2).timestamp())}:R>"
    assert " since <t:" in total
    assert note == "-# Stopped before the end: older switches are left out."
    assert said.response is not None
    late = await stage.press(stage.member, stop, said.response)
    refusal = "⚠️ This count has ended already, or the app was restarted. Run the command again."
    assert everything(late).endswith(refusal)


async def test_where_pluralkit_fails_on_the_way_what_was_counted_is_shown(stage: Stage) -> None:
    system, crew = _system(stage)
    add_watches(stage, system, 900, *crew)
    said = await ask(stage, "member", ref=crew[2].id)
    # Six pages are for the card as it stands, and three of the whole count come through.
    stage.sandbox.pluralkit.fail(Trouble.SLOW, path="*/switches", times=9)
    stage.sandbox.pluralkit.fail(path="*/switches", status=503, times=None)
    assert _told(await turn(stage, said, WHOLE)) == [
        "**Last fronted:** now",
        f"**Total fronted:** 4 d 4 h since <t:{int(ago(hours=298).timestamp())}:D>",
        f"-# Older switches are left out. {TROUBLE}",
    ]


async def test_where_pluralkit_fails_at_the_first_page_the_card_stays_as_it_was(stage: Stage) -> None:
    system, crew = _system(stage)
    add_watches(stage, system, 600, *crew)
    said = await ask(stage, "member", ref=crew[2].id)
    before = shown(said)
    stage.sandbox.pluralkit.fail(Trouble.SLOW, path="*/switches", times=6)
    stage.sandbox.pluralkit.fail(path="*/switches", status=503, times=None)
    pressed = await press(stage, said, WHOLE)
    assert shown(said) == before
    assert [shown(told) for told in pressed.followups] == [f"⚠️ {TROUBLE}"]


async def test_a_history_longer_than_anybody_waits_for_is_counted_in_part(stage: Stage) -> None:
    system, crew = _system(stage)
    add_watches(stage, system, 300, *crew)
    looked: list[str] = []

    def take(page: Sequence[Switch]) -> bool:
        looked.extend(switch.id for switch in page)
        return True

    # For nobody in particular: it is not told how far it has come.
    waiting: Any = SimpleNamespace(client=stage.app, user=stage.member)
    errand = Errand(waiting)
    await errand.walk(Eyes(stage.app.connections.pluralkit_public(), "@me", NOW), "watchs", take, most=250)
    assert len(looked) == 250
    assert errand.note == "Only the newest 250 switches are looked at."


async def test_who_dismisses_the_answer_while_it_is_counted_is_not_bothered(stage: Stage) -> None:
    system, crew = _system(stage)
    add_watches(stage, system, 900, *crew)
    said = await ask(stage, "member", ref=crew[2].id)
    assert said.response is not None
    pressed = stage.begin_to_press(stage.member, custom_ids(said)[WHOLE], said.response)
    stage.env.backend.delete_message(stage.channel.id, said.response.id)
    await stage.env.settle()
    assert pressed.followups == []


async def test_a_switch_a_moment_ahead_of_our_clock_is_the_one_in_force(stage: Stage) -> None:
    stage.sandbox.pluralkit.clock = lambda: stage.env.now().timestamp() + 3
    system, (anna, bert) = _system(stage, 2)
    world(stage).add_switch(system=system, at=ago(hours=2), members=[anna])
    world(stage).add_switch(system=system, at=ago(seconds=-2), members=[bert])
    assert (await _presence(stage, bert))[0] == "**Last fronted:** now"
    assert await _presence(stage, anna) == [
        f"**Last fronted:** <t:{int(NOW.timestamp())}:R>",
        "**Total fronted:** 2 h",
    ]


async def test_switches_of_impossible_times_spoil_nothing(stage: Stage) -> None:
    system, (anna, bert, carl) = _system(stage)
    for at, member in (
        (datetime(1969, 7, 20, tzinfo=UTC), carl),
        (ago(hours=2), anna),
        (datetime(3001, 1, 1, tzinfo=UTC), bert),
    ):
        world(stage).add_switch(system=system, at=at, members=[member])
    assert await _presence(stage, anna) == ["**Last fronted:** now", "**Total fronted:** 2 h"]
    assert await _presence(stage, bert) == ["**Last fronted:** never"]
    assert (await _presence(stage, carl))[0] == f"**Last fronted:** <t:{int(ago(hours=2).timestamp())}:R>"
    lines = await read(stage, "stats", ref="watchs", days=1)
    assert {"92 % **Sailor 02** · 22 h", "8 % **Sailor 00** · 2 h"} <= set(lines)
    assert "100 % **Sailor 02** · 20452 d 22 h" in await read(stage, "stats", ref="watchs", days=0)
    lines = await read(stage, "fronters", ref="watchs")
    assert lines[0] == "### Fronting in Watches"
