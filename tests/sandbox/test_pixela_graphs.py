"""Graph definitions of the Pixela emulator."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.sandbox.pixela import Design
from bot.sandbox.upstream import JSON
from tests.sandbox.pixela_calls import GRAPH, USER, Caller, calling, golden

GRAPHS = f"{USER}/graphs"
NEW: dict[str, JSON] = {
    "id": "reading",
    "name": "Reading",
    "unit": "page",
    "type": "int",
    "color": "sora",
}
SIX_URLS: list[JSON] = ["https://camo.example/a"] * 6
FULL: dict[str, JSON] = {
    "id": "test-graph",
    "name": "graph-name",
    "unit": "commit",
    "type": "int",
    "color": "shibafu",
    "timezone": "Asia/Tokyo",
    "selfSufficient": "increment",
    "isSecret": False,
    "publishOptionalData": True,
}


@pytest.fixture
async def call() -> AsyncIterator[Caller]:
    async with calling() as caller:
        yield caller


async def test_a_graph_is_defined_as_it_was_created(call: Caller) -> None:
    call.alice.graphs.clear()
    reply = await call("POST", GRAPHS, FULL)
    assert (reply.status, reply.body) == (200, golden("success"))
    urls: JSON = ["https://camo.example/xxx/xxxx"]
    assert (await call("PUT", GRAPH, {"purgeCacheURLs": urls})).body == golden("success")
    assert (await call("GET", f"{GRAPH}/graph-def")).body == golden("graph_definition")
    call.px.choices.new_definition_keys = False
    assert (await call("GET", f"{GRAPH}/graph-def")).body == golden("graph_definition_before_1_31")
    assert call.px.complaints == []


async def test_graphs_are_listed_in_the_order_of_creation(call: Caller) -> None:
    call.alice.graphs.clear()
    assert (await call("GET", GRAPHS)).body == golden("graphs_empty")
    await call("POST", GRAPHS, FULL)
    await call("PUT", GRAPH, {"purgeCacheURLs": ["https://camo.example/xxx/xxxx"]})
    weight: dict[str, JSON] = {
        "id": "weight",
        "name": "Weight",
        "unit": "kilogram",
        "type": "float",
        "color": "ajisai",
        "description": "Each morning",
        "startOnMonday": True,
    }
    await call("POST", GRAPHS, weight)
    assert (await call("GET", GRAPHS)).body == golden("graphs")


async def test_a_taken_graph_id_is_a_conflict(call: Caller) -> None:
    reply = await call("POST", GRAPHS, FULL)
    assert (reply.status, reply.body) == (409, golden("graph_exists"))
    call.px.choices.graph_conflict_status = 400
    assert (await call("POST", GRAPHS, FULL)).status == 400


@pytest.mark.parametrize("missing", list(NEW))
async def test_a_required_key_must_be_there(call: Caller, missing: str) -> None:
    for value in (None, "", 5):
        assert (await call("POST", GRAPHS, NEW | {missing: value})).status == 400
    assert "reading" not in call.alice.graphs


@pytest.mark.parametrize(
    "bad",
    [
        {"id": "r"},
        {"id": "r" * 18},
        {"id": "Reading"},
        {"id": "read_ing"},
        {"id": "reading\n"},
        {"type": "INT"},
        {"color": "green"},
        {"timezone": "Asia"},
        {"timezone": "../etc/passwd"},
        {"timezone": "/etc/localtime"},
        {"timezone": "Nowhere/Land"},
        {"description": "x" * 257},
        {"selfSufficient": "stopwatch"},
        {"startOnMonday": "true"},
        {"isSecret": 1},
    ],
)
async def test_a_value_that_breaks_its_rule_is_refused(call: Caller, bad: dict[str, JSON]) -> None:
    assert (await call("POST", GRAPHS, NEW | bad)).status == 400
    assert "reading" not in call.alice.graphs


@pytest.mark.parametrize(
    "good",
    [
        {"id": "r1"},
        {"id": "r" * 17},
        {"description": "ü" * 256},
        {"timezone": ""},
        {"timezone": "UTC"},
        {"timezone": "CET"},
        {"timezone": "Asia/Tokyo"},
        {"timezone": None},
    ],
)
async def test_a_value_at_its_limit_is_taken(call: Caller, good: dict[str, JSON]) -> None:
    assert (await call("POST", GRAPHS, NEW | good)).body == golden("success")


async def test_abbreviations_are_no_time_zones_on_request(call: Caller) -> None:
    call.px.choices.timezone_abbreviations = False
    assert (await call("PUT", GRAPH, {"timezone": "CET"})).status == 400
    assert (await call("PUT", GRAPH, {"timezone": "UTC"})).status == 200
    assert (await call("PUT", GRAPH, {"timezone": "Europe/Paris"})).status == 200


async def test_an_update_changes_what_is_given_and_nothing_else(call: Caller) -> None:
    before = call.graph.design
    assert (await call("PUT", GRAPH, {"color": "kuro", "startOnMonday": True})).body == golden("success")
    assert call.graph.design == Design(before.name, before.unit, "kuro", start_on_monday=True)


async def test_no_purge_urls_clear_the_list(call: Caller) -> None:
    await call("PUT", GRAPH, {"purgeCacheURLs": SIX_URLS[:5]})
    assert len(call.graph.design.purge_cache_urls) == 5
    assert (await call("PUT", GRAPH, {"purgeCacheURLs": []})).status == 200
    reply = await call("GET", f"{GRAPH}/graph-def")
    assert b'"purgeCacheURLs":null' in reply.body


@pytest.mark.parametrize(
    "body",
    [{"name": ""}, {"color": "green"}, {"purgeCacheURLs": SIX_URLS}, {"unit": 5}],
)
async def test_a_bad_update_is_refused(call: Caller, body: dict[str, JSON]) -> None:
    before = call.graph.design
    assert (await call("PUT", GRAPH, {"description": "new"} | body)).status == 400
    assert call.graph.design == before


@pytest.mark.parametrize("body", [{}, {"id": "other"}, {"type": "float"}, {"name": None}])
async def test_an_update_needs_something_to_change(call: Caller, body: dict[str, JSON]) -> None:
    reply = await call("PUT", GRAPH, body)
    assert (reply.status, reply.body) == (400, golden("graph_nothing_to_update"))


async def test_supporter_fields_can_be_refused(call: Caller) -> None:
    call.px.choices.supporter_fields_status = 402
    wishes: list[dict[str, JSON]] = [
        {"selfSufficient": "decrement"},
        {"isSecret": True},
        {"publishOptionalData": True},
    ]
    for wish in wishes:
        assert (await call("PUT", GRAPH, wish)).status == 402
    assert (await call("PUT", GRAPH, {"isSecret": False, "selfSufficient": "none"})).status == 200
    call.alice.thanks_code = "thank-you"
    for wish in wishes:
        assert (await call("PUT", GRAPH, wish)).status == 200


async def test_a_deleted_graph_is_gone(call: Caller) -> None:
    assert (await call("DELETE", GRAPH)).body == golden("success")
    for method, path in [("DELETE", GRAPH), ("PUT", GRAPH), ("GET", f"{GRAPH}/graph-def"), ("POST", GRAPH)]:
        reply = await call(method, path)
        assert (reply.status, reply.body) == (404, golden("graph_not_found"))
