"""Switches of the emulated PluralKit: made, moved, edited, deleted; and their order."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.sandbox.pluralkit.timeline import newest, newest_before, taken
from bot.sandbox.pluralkit.times import parse_loosely
from bot.sandbox.pluralkit.world import World
from bot.sandbox.upstream import JSON
from tests.sandbox.pluralkit_harbour import (
    NEWEST,
    OLDEST,
    TOKEN,
    WREN_UUID,
    Harbour,
    golden,
    harbour,
)

NOON = datetime(2026, 8, 1, 12, tzinfo=UTC)


async def _history(sea: Harbour) -> list[JSON]:
    """Return the moments of the switches, newest first."""
    listed = await sea.read("/systems/@me/switches")
    assert isinstance(listed, list)
    return [item["timestamp"] for item in listed if isinstance(item, dict)]


async def test_a_switch_is_answered_with_whole_members() -> None:
    async with harbour() as sea:
        answer = await sea.write("POST", "/systems/@me/switches", {"members": ["tamoze"]})
        made = json.loads(answer.body)["id"].encode()
        body = answer.body.replace(made, b"00000000-0000-4000-8000-000000000000")
        assert (answer.status, body) == (200, golden("switch_created"))
        assert (await sea.get("/systems/@me/fronters", TOKEN)).body == answer.body
        assert sea.pk.complaints == []


@pytest.mark.parametrize(
    "sent",
    [
        {"members": ["wrenq", "tamoze"]},
        {"members": []},
        {"members": [WREN_UUID], "timestamp": None},
        {"members": ["tamoze", "wrenq"], "timestamp": "2026-08-01T12:00:00Z"},
        {"members": ["tamoze"], "timestamp": "2030-01-01T00:00:00.123456789Z"},
    ],
    ids=["other-order", "out", "by-uuid", "as-the-latest-but-older", "to-come"],
)
async def test_a_switch_is_made(sent: JSON) -> None:
    async with harbour() as sea:
        answer = await sea.write("POST", "/systems/hrbrla/switches", sent)
        assert answer.status == 200
        assert len(sea.system.switches) == 3


async def test_a_switch_of_the_past_takes_its_place_in_the_history() -> None:
    async with harbour() as sea:
        sent: JSON = {"members": ["tamoze"], "timestamp": "2026-08-01T12:00:00Z"}
        assert (await sea.write("POST", "/systems/@me/switches", sent)).status == 200
        assert await _history(sea) == [
            "2026-08-01T20:15:00.25Z",
            "2026-08-01T12:00:00Z",
            "2026-08-01T08:00:00Z",
        ]


async def test_the_latest_switch_is_not_repeated_even_if_it_is_to_come() -> None:
    async with harbour() as sea:
        sea.pk.world.add_switch(system=sea.system, at=datetime(2027, 1, 1, tzinfo=UTC), members=[sea.tam])
        answer = await sea.write("POST", "/systems/@me/switches", {"members": ["tamoze"]})
        assert (answer.status, answer.body) == (400, golden("error_40004"))


async def test_the_first_switch_of_a_system_may_leave_nobody_at_the_front() -> None:
    async with harbour() as sea:
        sea.system.switches.clear()
        assert (await sea.write("POST", "/systems/@me/switches", {"members": []})).status == 200


async def test_a_switch_is_moved() -> None:
    async with harbour() as sea:
        path = f"/systems/@me/switches/{OLDEST}"
        answer = await sea.write("PATCH", path, {"timestamp": "2026-08-01T09:30:00.5Z"})
        assert (answer.status, answer.body) == (200, golden("switch_moved"))
        assert (await sea.get(path, TOKEN)).body == golden("switch_moved")


async def test_a_moved_switch_may_become_the_latest() -> None:
    async with harbour() as sea:
        await sea.write("PATCH", f"/systems/@me/switches/{OLDEST}", {"timestamp": "2026-08-01 22:00"})
        assert await _history(sea) == ["2026-08-01T22:00:00Z", "2026-08-01T20:15:00.25Z"]
        assert OLDEST.encode() in (await sea.get("/systems/@me/fronters", TOKEN)).body


@pytest.mark.parametrize("ref", ["tamoze", "TAM-OZE", "5E1C0C4B92F74C37B7A308D5A6D0F3B2"])
async def test_a_switch_s_members_are_edited_in_every_spelling(ref: str) -> None:
    async with harbour() as sea:
        path = f"/systems/@me/switches/{OLDEST}"
        answer = await sea.write("PATCH", f"{path}/members", [ref])
        assert (answer.status, answer.body) == (200, golden("switch_edited"))
        assert (await sea.get(path, TOKEN)).body == golden("switch_edited")


async def test_a_switch_s_members_can_be_put_into_another_order_or_all_be_gone() -> None:
    async with harbour() as sea:
        path = f"/systems/@me/switches/{NEWEST}/members"
        assert (await sea.write("PATCH", path, ["wrenq", "tamoze"])).status == 200
        assert sea.switches[1].members == [sea.wren, sea.tam]
        assert (await sea.write("PATCH", path, [])).status == 200
        assert sea.switches[1].members == []


async def test_a_switch_is_deleted() -> None:
    async with harbour() as sea:
        answer = await sea.write("DELETE", f"/systems/@me/switches/{NEWEST}")
        assert (answer.status, answer.body) == (204, b"")
        assert (await sea.get(f"/systems/@me/switches/{NEWEST}", TOKEN)).body == golden("error_20007")
        assert (await sea.get("/systems/@me/fronters", TOKEN)).body == golden("switch_out")


@pytest.mark.parametrize(
    "text",
    [
        "2026-08-01T12:00:00Z",
        "2026-08-01T12:00:00.0000000Z",
        "2026-08-01t12:00:00z",
        "2026-08-01T14:00:00+02:00",
        "2026-08-01T12:00:00",
        "2026-08-01T12:00",
        " 2026-08-01 12:00:00 ",
        "Sat, 01 Aug 2026 12:00:00 GMT",
        "08/01/2026 12:00:00",
        "08/01/2026 12:00",
    ],
)
def test_a_moment_is_read_loosely(text: str) -> None:
    assert parse_loosely(text) == NOON


@pytest.mark.parametrize("text", ["", "noon", "2026-08-32", "2026-W31-6", "0001-01-01T00:00+02:00"])
def test_what_is_no_moment_is_not_read(text: str) -> None:
    assert parse_loosely(text) is None


@settings(max_examples=30)
@given(st.lists(st.integers(0, 30), max_size=20), st.integers(-1, 31), st.integers(0, 50))
def test_a_page_of_the_timeline_is_that_of_a_sorted_list(minutes: list[int], before: int, most: int) -> None:
    world = World()
    system = world.add_system()
    added = [world.add_switch(system=system, at=NOON + timedelta(minutes=minute)) for minute in minutes]
    in_order = sorted(added, key=lambda switch: switch.at)
    moment = NOON + timedelta(minutes=before)
    assert system.switches == in_order
    older = [switch for switch in reversed(in_order) if switch.at < moment]
    assert newest_before(system.switches, moment, most) == older[:most]
    assert newest(system.switches) is (in_order[-1] if in_order else None)
    assert taken(system.switches, moment) == (before in minutes)
