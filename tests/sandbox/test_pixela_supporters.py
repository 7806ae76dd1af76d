"""What supporters of Pixela alone may do: batches, the analysis, graphs that count their views."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date, timedelta

import pytest

from bot.sandbox.pixela import Design
from bot.sandbox.upstream import JSON
from tests.sandbox.pixela_calls import GRAPH, USER, Caller, calling, golden

BATCH = f"{GRAPH}/pixels"
ANALYSIS = f"{GRAPH}/analyze"


@pytest.fixture
async def call() -> AsyncIterator[Caller]:
    async with calling() as caller:
        yield caller


@pytest.fixture
def supporter(call: Caller) -> Caller:
    call.alice.thanks_code = "thank-you"
    return call


def _pixels(count: int) -> list[JSON]:
    return [{"date": f"{2000 + n // 28}01{n % 28 + 1:02}", "quantity": str(n)} for n in range(count)]


@pytest.mark.parametrize(("method", "path"), [("POST", BATCH), ("GET", ANALYSIS)])
async def test_others_are_asked_to_pay(call: Caller, method: str, path: str) -> None:
    reply = await call(method, path)
    assert (reply.status, reply.body) == (402, golden("supporters_only"))


async def test_a_batch_is_written_without_retinas(supporter: Caller) -> None:
    today: JSON = {"Date": "20240414", "quantity": "3", "optionalData": "{}"}
    assert (await supporter("POST", BATCH, [*_pixels(364), today])).body == golden("success")
    assert len(supporter.graph.pixels) == 365
    assert supporter.graph.pixels["20240414"].optional_data == "{}"
    assert supporter.graph.retinas == {}
    assert supporter.px.complaints == []


async def test_a_batch_has_at_most_365_pixels(supporter: Caller) -> None:
    assert (await supporter("POST", BATCH, _pixels(366))).status == 413
    assert supporter.graph.pixels == {}


async def test_the_valid_part_of_a_batch_is_written(supporter: Caller) -> None:
    batch: JSON = [*_pixels(2), {"date": "20230230", "quantity": "1"}, 5]
    assert (await supporter("POST", BATCH, batch)).status == 400
    assert len(supporter.graph.pixels) == 2
    supporter.px.choices.partial_batch_status = 200
    assert (await supporter("POST", BATCH, batch)).body == golden("success")
    large: JSON = {"date": "20240414", "quantity": "1", "optionalData": '"' + "x" * 10_240 + '"'}
    supporter.px.choices.partial_batch_status = None
    assert (await supporter("POST", BATCH, [large])).status == 413


async def test_a_batch_can_be_all_or_nothing(supporter: Caller) -> None:
    supporter.px.choices.batch_is_partial = False
    assert (await supporter("POST", BATCH, [*_pixels(2), {}])).status == 400
    assert supporter.graph.pixels == {}


@pytest.mark.parametrize("raw", [b"", b"[]", b'{"date":"20240414","quantity":"1"}', b"no JSON"])
async def test_a_batch_is_an_array(supporter: Caller, raw: bytes) -> None:
    assert (await supporter("POST", BATCH, raw=raw)).status == 400


async def test_the_analysis_needs_a_consent_and_thirty_pixels(supporter: Caller) -> None:
    for day in range(1, 30):
        supporter.graph.put((date(2024, 3, 15) + timedelta(day)).strftime("%Y%m%d"), str(day))
    supporter.graph.put("20230415", "99")  # a year ago and a day
    assert (await supporter("GET", ANALYSIS)).status == 400
    supporter.alice.allow_ai_processing = True
    assert (await supporter("GET", ANALYSIS)).status == 400
    supporter.graph.put("20240414", "30")
    reply = await supporter("GET", ANALYSIS, token=None)
    assert (reply.status, reply.body) == (200, golden("analysis"))


async def test_the_analysis_stays_for_the_day(supporter: Caller) -> None:
    supporter.alice.allow_ai_processing = True
    graph = supporter.alice.add_graph("east", "float", Design("East", "km", timezone="Asia/Tokyo"))
    for day in range(1, 31):
        graph.put(f"202403{day:02}", "1.5")
    path = f"{USER}/graphs/east/analyze"
    first = (await supporter("GET", path)).body
    assert "合計 45".encode() in first
    graph.put("20240410", "99")
    assert (await supporter("GET", path)).body == first
    supporter.clock.now += 86_400
    assert (await supporter("GET", path)).body != first


async def test_the_analysis_can_be_the_owners_alone(supporter: Caller) -> None:
    supporter.px.choices.analysis_needs_token = True
    assert (await supporter("GET", ANALYSIS, token=None)).body == golden("wrong_token")


async def test_a_self_sufficient_graph_counts_its_views(call: Caller) -> None:
    await call("PUT", GRAPH, {"selfSufficient": "increment"})
    await call("GET", GRAPH)
    assert call.graph.pixels == {}
    call.alice.thanks_code = "thank-you"
    assert b"2024-04-14 : 1 commit" in (await call("GET", f"{GRAPH}.svg", token=None)).body
    await call("PUT", GRAPH, {"selfSufficient": "decrement"})
    await call("GET", GRAPH, query={"mode": "badge"})
    assert call.graph.pixels["20240414"].quantity == 0
