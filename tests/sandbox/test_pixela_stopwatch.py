"""The stopwatch of the Pixela emulator."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.sandbox.pixela import Design
from bot.sandbox.pixela.stopwatch import go_duration
from tests.sandbox.pixela_calls import GRAPH, NOON, USER, Caller, calling, golden

WEIGHT = f"{USER}/graphs/weight"


@pytest.fixture
async def call() -> AsyncIterator[Caller]:
    async with calling() as caller:
        yield caller


async def test_it_starts_then_records_the_minutes(call: Caller) -> None:
    call.clock.now = 0.0  # near 0 the clock is exact to the nanosecond
    call.weight.put("19700101", "2.68")
    reply = await call("POST", f"{WEIGHT}/stopwatch")
    assert (reply.status, reply.body) == (200, golden("stopwatch_started"))
    call.clock.now = 113.009979867
    reply = await call("POST", f"{WEIGHT}/stopwatch")
    assert (reply.status, reply.body) == (200, golden("stopwatch_stopped"))
    assert (await call("POST", f"{WEIGHT}/stopwatch")).body == golden("stopwatch_started")


async def test_the_pixel_tells_of_every_period(call: Caller) -> None:
    for start, seconds in [(NOON + 8 * 3600, 160.8), (NOON + 9 * 3600, 113.0)]:
        call.clock.now = start
        await call("POST", f"{WEIGHT}/stopwatch")
        call.clock.now = start + seconds
        await call("POST", f"{WEIGHT}/stopwatch")
    assert (await call("GET", f"{WEIGHT}/20240414")).body == golden("stopwatch_pixel")


async def test_other_data_stay_and_the_hours_are_the_graphs(call: Caller) -> None:
    east = call.alice.add_graph("east", "int", Design("East", "minute", timezone="Asia/Tokyo"))
    east.put("20240414", "1", '{"key":"value"}')
    await call("POST", f"{USER}/graphs/east/stopwatch")
    call.clock.now += 90
    reply = await call("POST", f"{USER}/graphs/east/stopwatch")
    assert b"duration is 1m30s . Pixel updated, too. Quantity=3 (1 + 2)" in reply.body
    assert east.pixels["20240414"].optional_data == (
        '{"key":"value","stopwatchUsage":{"stopwatchUseCount":1,"stopwatchPeriods":["21:00:00 - 21:01:30"]}}'
    )


async def test_it_must_stop_on_the_day_of_its_start(call: Caller) -> None:
    await call("POST", f"{GRAPH}/stopwatch")
    call.clock.now += 86_400
    assert (await call("POST", f"{GRAPH}/stopwatch")).status == 400
    assert call.graph.pixels == {}
    assert (await call("POST", f"{GRAPH}/stopwatch")).body == golden("stopwatch_started")


@pytest.mark.parametrize(
    ("nanoseconds", "text"),
    [
        (0, "0s"),
        (1, "1ns"),
        (1_500, "1.5µs"),
        (20_000_000, "20ms"),
        (10 * 10**9, "10s"),
        (60 * 10**9, "1m0s"),
        (113_009_979_867, "1m53.009979867s"),
        (3_600 * 10**9, "1h0m0s"),
        (7_265_500_000_000, "2h1m5.5s"),
    ],
)
def test_durations_are_written_as_go_does(nanoseconds: int, text: str) -> None:
    assert go_duration(nanoseconds) == text
