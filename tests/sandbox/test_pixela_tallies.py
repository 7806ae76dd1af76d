"""Stats, latest and today of the Pixela emulator, and the demo's user."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.sandbox.pixela.seeding import seed
from tests.sandbox.pixela_calls import GRAPH, NOON, TOKEN, USER, Caller, calling, golden

WEIGHT = f"{USER}/graphs/weight"
DATA = '{"key":"value"}'


@pytest.fixture
async def call() -> AsyncIterator[Caller]:
    async with calling() as caller:
        yield caller


async def test_stats_of_an_int_graph_are_numbers(call: Caller) -> None:
    for day, quantity in [("20240412", "7"), ("20240413", "5"), ("20240414", "9"), ("20240410", "4")]:
        call.graph.put(day, quantity)
    assert (await call("GET", f"{GRAPH}/stats", token=None)).body == golden("stats_int")


async def test_stats_of_a_float_graph_are_numbers(call: Caller) -> None:
    call.weight.put("20240413", "70.50")
    call.weight.put("20240414", "70.25")
    assert (await call("GET", f"{WEIGHT}/stats")).body == golden("stats_float")


async def test_stats_of_an_empty_graph_are_zeros(call: Caller) -> None:
    for path in (GRAPH, WEIGHT):
        assert (await call("GET", f"{path}/stats")).body == golden("stats_empty")


@pytest.mark.parametrize("tally", ["stats", "latest", "today"])
async def test_a_tally_needs_a_graph(call: Caller, tally: str) -> None:
    reply = await call("GET", f"{USER}/graphs/nothing/{tally}")
    assert (reply.status, reply.body) == (404, golden("graph_not_found"))


async def test_latest_skips_the_future(call: Caller) -> None:
    call.graph.put("20240415", "9")
    reply = await call("GET", f"{GRAPH}/latest")
    assert (reply.status, reply.body) == (404, golden("pixel_not_found"))
    call.graph.put("20240413", "4")
    call.graph.put("20240414", "5", DATA)
    assert (await call("GET", f"{GRAPH}/latest")).body == golden("latest")
    del call.graph.pixels["20240414"]
    assert (await call("GET", f"{GRAPH}/latest")).json == {"date": "20240413", "quantity": "4"}


async def test_today_is_404_or_empty_without_a_pixel(call: Caller) -> None:
    reply = await call("GET", f"{GRAPH}/today")
    assert (reply.status, reply.body) == (404, golden("pixel_not_found"))
    assert (await call("GET", f"{GRAPH}/today", query={"returnEmpty": "True"})).status == 404
    for path in (GRAPH, WEIGHT):
        assert (await call("GET", f"{path}/today", query={"returnEmpty": "true"})).body == golden(
            "today_empty"
        )
    call.px.choices.two_decimals = True
    assert b'"0.00"' in (await call("GET", f"{WEIGHT}/today", query={"returnEmpty": "true"})).body


async def test_today_follows_the_clock(call: Caller) -> None:
    call.graph.put("20240414", "5", DATA)
    assert (await call("GET", f"{GRAPH}/today", query={"returnEmpty": "true"})).body == golden("latest")
    call.clock.now = NOON + 12 * 3600
    assert (await call("GET", f"{GRAPH}/today")).status == 404


async def test_the_demos_user_has_most_of_a_year_and_keeps_the_rule(call: Caller) -> None:
    user = seed(call.px, username="demo", token=TOKEN)
    assert not user.is_exempt(call.px.choices)
    assert [graph.kind for graph in user.graphs.values()] == ["int", "float", "int"]
    for graph in user.graphs.values():
        assert 270 < len(graph.pixels) < 340
        assert (min(graph.pixels) > "20230414", max(graph.pixels)) == (True, "20240414")
    assert user.graphs["kana"].design.timezone == "Asia/Tokyo"
    reply = await call("GET", "/v1/users/demo/graphs/reading/pixels", query={"withBody": "true"})
    assert isinstance(reply.json, dict)
    assert reply.json["pixels"]


async def test_the_demos_days_stay_the_same(call: Caller) -> None:
    first = {id_: graph.pixels for id_, graph in seed(call.px, username="demo", token=TOKEN).graphs.items()}
    call.clock.now += 86_400
    later = seed(call.px, username="demo", token=TOKEN).graphs
    for id_, pixels in first.items():
        shared = pixels.keys() & later[id_].pixels.keys()
        assert len(shared) > 260
        assert all(pixels[day] == later[id_].pixels[day] for day in shared)
