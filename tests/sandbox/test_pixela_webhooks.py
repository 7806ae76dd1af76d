"""Webhooks of the Pixela emulator."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator

import pytest

from bot.sandbox.upstream import JSON
from tests.sandbox.pixela_calls import GRAPH, USER, Caller, calling, golden

WEBHOOKS = f"{USER}/webhooks"
HASH = b"3f9a6c0d5b7e41828c1d2e3f4a5b6c7d8e9f00112233445566778899aabbccdd"


@pytest.fixture
async def call() -> AsyncIterator[Caller]:
    async with calling() as caller:
        yield caller


async def _create(call: Caller, **body: JSON) -> str:
    reply = await call("POST", WEBHOOKS, {"graphID": "test-graph", **body})
    assert isinstance(reply.json, dict)
    made = reply.json["webhookHash"]
    assert isinstance(made, str)
    assert re.fullmatch("[0-9a-f]{64}", made)
    assert reply.body == golden("webhook_created").replace(HASH, made.encode())
    return made


async def test_webhooks_are_listed_in_the_order_of_creation(call: Caller) -> None:
    assert (await call("GET", WEBHOOKS)).body == golden("webhooks_empty")
    first = await _create(call, type="add", quantity="5")
    second = await _create(call, type="increment", graphID="weight", quantity="7")
    wanted = golden("webhooks").replace(HASH, first.encode()).replace(HASH[::-1], second.encode())
    assert (await call("GET", WEBHOOKS)).body == wanted
    call.px.choices.list_webhook_quantities = True
    assert b'"type":"increment","quantity":""' in (await call("GET", WEBHOOKS)).body
    assert call.px.complaints == []


@pytest.mark.parametrize(
    ("graph_id", "errand", "quantity", "left"),
    [
        ("test-graph", "increment", None, "11"),
        ("test-graph", "decrement", "5", "9"),
        ("test-graph", "add", "5", "15"),
        ("test-graph", "add", None, "11"),
        ("test-graph", "subtract", None, "9"),
        ("weight", "increment", None, "10.01"),
        ("weight", "add", None, "10.01"),
        ("weight", "subtract", "2.5", "7.5"),
    ],
)
async def test_anybody_with_the_hash_can_run_the_errand(
    call: Caller, graph_id: str, errand: str, quantity: str | None, left: str
) -> None:
    graph = call.alice.graphs[graph_id]
    graph.put("20240414", "10")
    made = await _create(call, graphID=graph_id, type=errand, quantity=quantity)
    reply = await call("POST", f"{WEBHOOKS}/{made}", token=None)
    assert (reply.status, reply.body) == (200, golden("success"))
    assert graph.write(graph.pixels["20240414"].quantity, call.px.choices) == left


async def test_a_webhook_can_be_a_stopwatch(call: Caller) -> None:
    made = await _create(call, type="stopwatch")
    assert (await call("POST", f"{WEBHOOKS}/{made}", token=None)).body == golden("stopwatch_started")
    call.clock.now += 120
    call.px.choices.webhook_tells_of_stopwatch = False
    assert (await call("POST", f"{WEBHOOKS}/{made}", token=None)).body == golden("success")
    assert call.graph.pixels["20240414"].quantity == 2


@pytest.mark.parametrize("body", [{}, {"graphID": "test-graph"}, {"type": "add"}, {"graphID": None}])
async def test_graph_and_type_must_be_given(call: Caller, body: dict[str, JSON]) -> None:
    reply = await call("POST", WEBHOOKS, body)
    assert (reply.status, reply.body) == (400, golden("webhook_nothing_given"))


async def test_a_bad_webhook_is_refused(call: Caller) -> None:
    bad: list[dict[str, JSON]] = [{"type": "multiply"}, {"type": "add", "quantity": "1.5"}, {"type": 5}]
    for body in bad:
        assert (await call("POST", WEBHOOKS, {"graphID": "test-graph", **body})).status == 400
    reply = await call("POST", WEBHOOKS, {"graphID": "nothing", "type": "add"})
    assert (reply.status, reply.body) == (404, golden("graph_not_found"))
    assert call.alice.webhooks == {}


async def test_a_deleted_webhook_is_gone(call: Caller) -> None:
    first, second = await _create(call, type="add"), await _create(call, type="add")
    assert (await call("DELETE", f"{WEBHOOKS}/{first}")).body == golden("success")
    for method in ("DELETE", "POST"):
        reply = await call(method, f"{WEBHOOKS}/{first}")
        assert (reply.status, reply.body) == (404, golden("webhook_not_found"))
    assert (await call("POST", f"/v1/users/nobody/webhooks/{second}")).body == golden("webhook_not_found")
    assert await _create(call, type="add") not in {first, second}


async def test_a_deleted_graph_takes_its_webhooks_along(call: Caller) -> None:
    await _create(call, type="add")
    other = await _create(call, type="add", graphID="weight")
    await call("DELETE", GRAPH)
    assert list(call.alice.webhooks) == [other]
    call.px.choices.graph_takes_webhooks = False
    await call("DELETE", f"{USER}/graphs/weight")
    assert (await call("POST", f"{WEBHOOKS}/{other}")).body == golden("webhook_not_found")
