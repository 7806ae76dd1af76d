"""Counts that take a while: one for each person, a few at once, none for longer than Discord waits."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import pytest

from bot.api.pluralkit import Switch
from bot.errors import UserError
from bot.sandbox.pluralkit.entities import Member, System
from bot.sandbox.upstream import Trouble
from bot.ui.card import Card
from cogs.pluralkit.asking import Asking, Question, SeeButton
from cogs.pluralkit.errands import Errand, stop_all
from cogs.pluralkit.eyes import Eyes
from tests.bodies import check_bodies
from tests.cogs.pluralkit_scene import (
    NOW,
    TOKEN,
    add_crew,
    add_watches,
    ask,
    counting,
    custom_ids,
    member_of,
    read,
    turn,
    world,
)
from tests.stage import Stage, buttons, shown

WHOLE = "Count the whole time"
STOPPED = "Stopped before the end: older switches are left out."
TOO_MANY = "Too many histories are being counted right now. Try again in a minute."
UNCOUNTED = "**Last fronted:** could not be counted just now"


def _system(stage: Stage, switches: int) -> tuple[System, list[Member]]:
    system = world(stage).add_system(id="watchs", name="Watches", token=TOKEN)
    crew = add_crew(stage, system, 3)
    add_watches(stage, system, switches, *crew)
    return system, crew


def _errand(client: Any, person: int) -> Errand:
    """Return an errand for somebody who waits for no progress."""
    asker: Any = SimpleNamespace(client=client, user=SimpleNamespace(id=person))
    return Errand(asker)


async def _walk(stage: Stage, errand: Errand) -> None:
    await errand.walk(_eyes(stage), "watchs", lambda _page: True)


def _eyes(stage: Stage) -> Eyes:
    return Eyes(stage.app.connections.pluralkit_public(), "@me", NOW)


@dataclass(frozen=True)
class BrokenQuestion(Question, code="broken"):
    """A question whose answer fails once its count is through."""

    async def look(self, asking: Asking) -> Card:
        """Count, and fail."""
        await asking.errand.walk(asking.eyes, self.system, lambda _page: True)
        raise UserError("It broke.")


async def test_a_second_count_of_one_person_ends_the_first(stage: Stage) -> None:
    _, crew = _system(stage, 3_000)
    first = await ask(stage, "member", ref=crew[0].id)
    second = await ask(stage, "member", ref=crew[1].id)
    assert second.response is not None
    async with counting(stage, first, WHOLE):
        stage.begin_to_press(stage.member, custom_ids(second)[WHOLE], second.response)
    assert f"-# {STOPPED}" in shown(first).splitlines()
    assert "**Total fronted:** 41 d 16 h" in shown(second).splitlines()
    assert STOPPED not in shown(second)


async def test_counts_of_different_people_do_not_end_one_another(stage: Stage) -> None:
    _, crew = _system(stage, 3_000)
    first = await ask(stage, "member", ref=crew[0].id)
    second = await ask(stage, "member", stage.admin, ref=crew[1].id)
    assert second.response is not None
    async with counting(stage, first, WHOLE):
        stage.begin_to_press(stage.admin, custom_ids(second)[WHOLE], second.response)
    for said in (first, second):
        assert "**Total fronted:** 41 d 16 h" in shown(said).splitlines()


async def test_more_people_than_six_count_later_but_the_six_may_count_anew(stage: Stage) -> None:
    _system(stage, 300)
    hanging = stage.sandbox.pluralkit.fail(Trouble.HANG, path="*/switches", times=None)
    counts = [asyncio.create_task(_walk(stage, _errand(stage.app, person))) for person in range(6)]
    await asyncio.sleep(0)  # they begin
    with pytest.raises(UserError, match=TOO_MANY):
        await _walk(stage, _errand(stage.app, 6))
    hanging.times = 0
    again = _errand(stage.app, 5)
    await _walk(stage, again)
    assert again.note is None
    for count in counts:
        count.cancel()
    await asyncio.wait(counts)
    later = _errand(stage.app, 6)
    await _walk(stage, later)
    assert later.note is None


async def test_a_count_ends_by_itself_before_discord_takes_no_answer_any_more(stage: Stage) -> None:
    _system(stage, 650)
    moments = [0.0]
    client: Any = SimpleNamespace(clock=lambda: moments[-1])
    for step, pages, note in ((102, 7, None), (361, 2, STOPPED)):
        moments[:] = [1_000.0]

        def take(_page: Sequence[Switch], step: int = step) -> bool:
            moments.append(moments[-1] + step)
            return True

        errand = _errand(client, 1)
        await errand.walk(_eyes(stage), "watchs", take)
        assert (len(moments) - 1, errand.note) == (pages, note)


async def test_an_app_that_closes_shows_what_was_counted_so_far(stage: Stage) -> None:
    _, crew = _system(stage, 3_000)
    said = await ask(stage, "member", ref=crew[0].id)
    async with counting(stage, said, WHOLE):
        await stage.app.close()
    assert f"-# {STOPPED}" in shown(said).splitlines()


async def test_only_the_counts_of_the_app_that_closes_end(stage: Stage) -> None:
    _system(stage, 300)
    others: Any = SimpleNamespace(clock=stage.app.clock)
    ours, theirs = _errand(stage.app, 1), _errand(others, 1)
    counts = [asyncio.create_task(_walk(stage, errand)) for errand in (ours, theirs)]
    await asyncio.sleep(0)  # they begin
    stop_all(stage.app)
    await asyncio.gather(*counts)
    assert (ours.note, theirs.note) == (STOPPED, None)


async def test_where_it_fails_after_progress_was_told_nothing_goes_on_counting(stage: Stage) -> None:
    _, crew = _system(stage, 900)
    said = await ask(stage, "member", ref=crew[0].id)
    assert said.response is not None
    button = SeeButton(BrokenQuestion("watchs").pack()).item.custom_id
    assert button is not None
    pressed = await stage.press(stage.member, button, said.response)
    assert [message for message in stage.sent() if "Counting …" in str(message)]
    assert shown(said) == "The count was broken off."
    assert [shown(told) for told in pressed.followups] == ["⚠️ It broke."]
    check_bodies(stage)


async def test_statistics_read_the_members_before_they_count(stage: Stage) -> None:
    _system(stage, 300)
    stage.sandbox.pluralkit.requests.clear()
    await read(stage, "stats", ref="watchs")
    paths = [seen.path.rsplit("/")[-1] for seen in stage.sandbox.pluralkit.requests]
    assert paths[-1] == "switches"
    assert paths.index("members") < paths.index("switches")
    stage.sandbox.pluralkit.fail(path="*/members", status=500, times=None)
    stage.sandbox.pluralkit.requests.clear()
    await read(stage, "stats", ref="watchs")
    assert stage.sandbox.pluralkit.count("GET", "*/switches") == 0


@pytest.mark.parametrize("trouble", [Trouble.STATUS, Trouble.HTML, Trouble.DROP], ids=lambda each: each.value)
async def test_a_member_is_shown_without_figures_where_they_cannot_be_counted(
    stage: Stage, trouble: Trouble
) -> None:
    stage.sandbox.pluralkit.fail(trouble, path="*/switches", times=None)
    said = await ask(stage, "member", ref="wrenq")
    lines = shown(said).splitlines()
    assert lines[0] == "### Wren (Harbour Lights)"
    assert {UNCOUNTED, "**Groups**", "Likes tide tables."} <= set(lines)
    assert not [line for line in lines if line.startswith("**Total fronted")]
    assert WHOLE not in buttons(said)
    stage.sandbox.pluralkit.clear_faults()
    assert UNCOUNTED not in await read(stage, "member", ref="wrenq")


async def test_a_private_history_is_private_and_not_uncounted(stage: Stage) -> None:
    system = member_of(stage, "wrenq").system
    system.private.add("front_history_privacy")
    assert "**Last fronted:** private" in await read(stage, "member", ref="wrenq")


async def test_a_member_that_could_not_be_counted_whole_is_shown_without_figures(stage: Stage) -> None:
    _, crew = _system(stage, 600)
    said = await ask(stage, "member", ref=crew[0].id)
    stage.sandbox.pluralkit.fail(path="*/switches", status=503, times=None)
    assert UNCOUNTED in await turn(stage, said, WHOLE)
