"""What each call of Pixela's client is on the wire, and what it makes of the vendor's bodies."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from pydantic import SecretStr

from bot.api.pixela import (
    Entry,
    GraphFields,
    GraphType,
    Mode,
    PixelaClient,
    ProfileFields,
    Quantity,
)
from bot.errors import InvalidInput, Unexpected
from bot.sandbox.upstream import JSON
from tests.api.desk import golden
from tests.api.pixela_desk import TOKEN, Alice

DAY = date(2024, 2, 29)
GRAPH = "/v1/users/alice/graphs/test-graph"
HOOK = "3f9a6c0d5b7e41828c1d2e3f4a5b6c7d8e9f00112233445566778899aabbccdd"
FIVE = Quantity(Decimal(5), GraphType.INT)
HALF = Quantity(Decimal("0.5"), GraphType.FLOAT)
NEW = GraphFields(name="Graph", unit="commit", color="green")

Ask = Callable[[PixelaClient], Awaitable[object]]

WRITES: list[tuple[Ask, str, JSON]] = [
    (
        lambda c: c.update(new_token=SecretStr("another-one"), thanks_code="code", allow_ai_processing=False),
        "PUT /v1/users/alice",
        {"newToken": "another-one", "thanksCode": "code", "allowAIProcessing": False},
    ),
    (lambda c: c.update(thanks_code="code"), "PUT /v1/users/alice", {"thanksCode": "code"}),
    (lambda c: c.delete(), "DELETE /v1/users/alice", None),
    (
        lambda c: c.update_profile(
            ProfileFields(
                display_name="Alice",
                gravatar_icon_email="a@b.example",
                title="",
                timezone="asia/tokyo",
                about_url="https://a.example",
                contribute_urls=["https://b.example"],
                pinned_graph_id="test-graph",
                allow_ai_processing=True,
            )
        ),
        "PUT /@alice",
        {
            "displayName": "Alice",
            "gravatarIconEmail": "a@b.example",
            "title": "",
            "timezone": "Asia/Tokyo",
            "aboutURL": "https://a.example",
            "contributeURLs": ["https://b.example"],
            "pinnedGraphID": "test-graph",
            "allowAIProcessing": True,
        },
    ),
    (
        lambda c: c.update_profile(ProfileFields(gravatar_icon_email="", about_url="", pinned_graph_id="")),
        "PUT /@alice",
        {"gravatarIconEmail": "", "aboutURL": "", "pinnedGraphID": ""},
    ),
    (
        lambda c: c.create_graph("test-graph", GraphType.INT, NEW),
        "POST /v1/users/alice/graphs",
        {"id": "test-graph", "type": "int", "name": "Graph", "unit": "commit", "color": "shibafu"},
    ),
    (
        lambda c: c.update_graph(
            "test-graph",
            GraphFields(
                timezone="utc",
                description="",
                start_on_monday=False,
                purge_cache_urls=[],
                self_sufficient="none",
                is_secret=True,
                publish_optional_data=False,
            ),
        ),
        f"PUT {GRAPH}",
        {
            "timezone": "UTC",
            "description": "",
            "startOnMonday": False,
            "purgeCacheURLs": [],
            "selfSufficient": "none",
            "isSecret": True,
            "publishOptionalData": False,
        },
    ),
    (lambda c: c.delete_graph("test-graph"), f"DELETE {GRAPH}", None),
    (
        lambda c: c.post_pixel("test-graph", Entry(DAY, FIVE, '{"key":"value"}')),
        f"POST {GRAPH}",
        {"date": "20240229", "quantity": "5", "optionalData": '{"key":"value"}'},
    ),
    (
        lambda c: c.post_pixels("test-graph", [Entry(DAY, FIVE), Entry(date(2024, 3, 1), HALF)]),
        f"POST {GRAPH}/pixels",
        [{"date": "20240229", "quantity": "5"}, {"date": "20240301", "quantity": "0.50"}],
    ),
    (lambda c: c.put_pixel("test-graph", DAY, FIVE), f"PUT {GRAPH}/20240229", {"quantity": "5"}),
    (
        lambda c: c.put_pixel("test-graph", DAY, optional_data="{}"),
        f"PUT {GRAPH}/20240229",
        {"optionalData": "{}"},
    ),
    (lambda c: c.delete_pixel("test-graph", DAY), f"DELETE {GRAPH}/20240229", None),
    (lambda c: c.add("test-graph", FIVE), f"PUT {GRAPH}/add", {"quantity": "5"}),
    (lambda c: c.add("test-graph", FIVE, DAY), f"PUT {GRAPH}/20240229/add", {"quantity": "5"}),
    (lambda c: c.subtract("test-graph", HALF), f"PUT {GRAPH}/subtract", {"quantity": "0.50"}),
    (lambda c: c.subtract("test-graph", FIVE, DAY), f"PUT {GRAPH}/20240229/subtract", {"quantity": "5"}),
    (lambda c: c.increment("test-graph"), f"PUT {GRAPH}/increment", None),
    (lambda c: c.decrement(" test-graph "), f"PUT {GRAPH}/decrement", None),
    (lambda c: c.stopwatch("test-graph"), f"POST {GRAPH}/stopwatch", None),
    (lambda c: c.invoke_webhook(HOOK), f"POST /v1/users/alice/webhooks/{HOOK}", None),
    (lambda c: c.delete_webhook(HOOK), f"DELETE /v1/users/alice/webhooks/{HOOK}", None),
]


@pytest.mark.parametrize(("ask", "line", "body"), WRITES)
async def test_a_write_is_sent_as_documented(alice: Alice, ask: Ask, line: str, body: JSON) -> None:
    alice.answer()
    await ask(alice.client)
    assert alice.told() == (line, {}, body)
    seen = alice.sent()
    assert seen.headers.get("x-user-token") == (None if line.startswith("POST") and HOOK in line else TOKEN)
    # An empty write says so; the vendor's front end wants a length.
    assert seen.headers["content-length"] == str(len(seen.body))


READS: list[tuple[Ask, str, str, dict[str, str], bool]] = [
    (lambda c: c.graph("test-graph"), "graph_definition", f"{GRAPH}/graph-def", {}, True),
    (lambda c: c.days("test-graph"), "pixels", f"{GRAPH}/pixels", {}, True),
    (
        lambda c: c.pixels("test-graph", DAY, date(2025, 2, 27)),
        "pixels_with_body",
        f"{GRAPH}/pixels",
        {"from": "20240229", "to": "20250227", "withBody": "true"},
        True,
    ),
    (lambda c: c.days("test-graph", last=DAY), "pixels", f"{GRAPH}/pixels", {"to": "20240229"}, True),
    (lambda c: c.find_pixel("test-graph", DAY), "pixel", f"{GRAPH}/20240229", {}, True),
    (lambda c: c.find_latest("test-graph"), "latest", f"{GRAPH}/latest", {}, True),
    (lambda c: c.today("test-graph"), "today_empty", f"{GRAPH}/today", {"returnEmpty": "true"}, True),
    (lambda c: c.stats("test-graph"), "stats_int", f"{GRAPH}/stats", {}, False),
    (lambda c: c.analyze("test-graph"), "analysis", f"{GRAPH}/analyze", {}, True),
    (lambda c: c.webhooks(), "webhooks", "/v1/users/alice/webhooks", {}, True),
]


@pytest.mark.parametrize(("ask", "body", "path", "query", "owned"), READS)
async def test_a_read_is_sent_as_documented(
    alice: Alice, ask: Ask, body: str, path: str, query: dict[str, str], *, owned: bool
) -> None:
    alice.answer(golden("pixela", body))
    await ask(alice.client)
    assert alice.told() == (f"GET {path}", query, None)
    seen = alice.sent()
    assert ("x-user-token" in seen.headers) == owned
    assert not {"content-length", "transfer-encoding", "content-type"} & seen.headers.keys()


PICTURES: list[tuple[Callable[[PixelaClient], Awaitable[bytes]], str, dict[str, str]]] = [
    (lambda c: c.svg("test-graph"), GRAPH, {}),
    (
        lambda c: c.svg("test-graph", Mode.SHORT, day=DAY, dark=True, transparent=True),
        GRAPH,
        {"mode": "short", "date": "20240229", "appearance": "dark", "transparent": "true"},
    ),
    (
        lambda c: c.svg("test-graph", Mode.LINE, less_than=Decimal("7.50"), greater_than=Decimal(0)),
        GRAPH,
        {"mode": "line", "lessThan": "7.5", "greaterThan": "0"},
    ),
    (lambda c: c.retina("test-graph", DAY), f"{GRAPH}/20240229/retina", {}),
    (
        lambda c: c.retina("test-graph", DAY, dark=True),
        f"{GRAPH}/20240229/retina",
        {"appearance": "dark"},
    ),
]


@pytest.mark.parametrize(("ask", "path", "query"), PICTURES)
async def test_a_picture_is_taken_as_it_comes(
    alice: Alice, ask: Callable[[PixelaClient], Awaitable[bytes]], path: str, query: dict[str, str]
) -> None:
    alice.answer(golden("pixela", "heat_map", "svg"))
    assert await ask(alice.client) == golden("pixela", "heat_map", "svg")
    line, told, body = alice.told()
    fresh = {"nocache": told["nocache"]}
    assert (line, told, body) == (f"GET {path}", query | fresh, None)
    assert alice.sent().headers["accept"] == "image/svg+xml"
    assert "x-user-token" not in alice.sent().headers


async def test_no_picture_is_one_that_a_cache_has_kept(alice: Alice) -> None:
    alice.answer(golden("pixela", "heat_map", "svg"), times=2)
    for _ in range(2):
        await alice.client.svg("test-graph")
    assert len({seen.query["nocache"] for seen in alice.desk.shop.requests}) == 2


async def test_a_new_webhook_is_known_by_its_hash(alice: Alice) -> None:
    alice.answer(golden("pixela", "webhook_created"))
    assert await alice.client.create_webhook("test-graph", "add", FIVE) == HOOK
    body = {"graphID": "test-graph", "type": "add", "quantity": "5"}
    assert alice.told() == ("POST /v1/users/alice/webhooks", {}, body)


async def test_a_webhook_may_go_without_a_quantity(alice: Alice) -> None:
    alice.answer(golden("pixela", "webhook_created"))
    await alice.client.create_webhook("test-graph", "stopwatch")
    assert alice.sent().json == {"graphID": "test-graph", "type": "stopwatch"}


async def test_with_a_new_token_the_client_goes_on(alice: Alice) -> None:
    alice.answer()
    await alice.client.update(new_token=SecretStr("another-one"))
    alice.answer(golden("pixela", "graphs_empty"))
    await alice.client.graphs()
    tokens = [seen.headers["x-user-token"] for seen in alice.desk.shop.requests]
    assert tokens == [TOKEN, "another-one"]


async def test_a_history_is_asked_for_by_the_year_and_sorted(alice: Alice) -> None:
    for day in ("20240105", "20241231"):
        alice.answer(b'{"pixels":[{"date":"%s","quantity":"1"}]}' % day.encode())
    found = await alice.client.history("test-graph", date(2024, 1, 1), date(2024, 12, 31))
    assert [pixel.date for pixel in found] == [date(2024, 1, 5), date(2024, 12, 31)]
    spans = [(seen.query["from"], seen.query["to"]) for seen in alice.desk.shop.requests]
    assert spans == [("20240101", "20241230"), ("20241231", "20241231")]


async def test_pixels_are_read(alice: Alice) -> None:
    alice.answer(golden("pixela", "pixels_with_body"))
    first, second = await alice.client.pixels("test-graph")
    assert (first.date, first.quantity, first.optional_data) == (date(2024, 1, 1), Decimal(5), None)
    assert (second.date, second.optional_data) == (date(2024, 4, 5), '{"key":"value"}')


@pytest.mark.parametrize("body", ["pixels_empty", "pixels_null", "odd_pixels_missing"])
async def test_no_pixels_are_no_pixels(alice: Alice, body: str) -> None:
    alice.answer(golden("pixela", body), times=2)
    assert not await alice.client.pixels("test-graph")
    assert not await alice.client.days("test-graph")


async def test_odd_spellings_of_a_pixel_are_read(alice: Alice) -> None:
    alice.answer(golden("pixela", "odd_pixels"))
    found = await alice.client.pixels("test-graph")
    assert [(each.date.day, each.quantity, each.optional_data) for each in found] == [
        (1, Decimal(5), None),
        (2, Decimal("2.5"), '{"key": 1}'),
        (3, Decimal("-3.00"), None),
    ]


async def test_a_number_beyond_all_measure_does_not_hide_the_other_days(alice: Alice) -> None:
    huge = {"20240101": "1" + "0" * 41, "20240102": "-" + "9" * 5000, "20240103": 10**60, "20240104": "3"}
    days: list[JSON] = [{"date": day, "quantity": quantity} for day, quantity in huge.items()]
    alice.desk.shop.refuse_with(200, {"pixels": days})
    found = await alice.client.pixels("test-graph")
    largest = -Decimal("1E+300")
    assert [each.quantity for each in found] == [Decimal(10) ** 41, largest, Decimal(10) ** 60, Decimal(3)]


async def test_a_list_of_days_without_end_is_not_read_to_it(alice: Alice) -> None:
    day = b'{"date":"20240101","quantity":"1"}'
    alice.answer(b'{"pixels":[' + b",".join([day] * 50_000) + b"]}")
    began = time.process_time()
    with pytest.raises(Unexpected) as caught:
        await alice.client.pixels("test-graph")
    assert caught.value.where == "pixels"
    assert time.process_time() - began < 0.5  # reading all of them takes a second


@pytest.mark.parametrize(
    "pixel",
    [
        {"date": "20240230", "quantity": "1"},
        {"date": 20240229, "quantity": "1"},
        {"date": "20240229"},
        {"date": "20240229", "quantity": True},
        {"date": "20240229", "quantity": "1e999999"},
        {"date": "20240229", "quantity": "NaN"},
        {"date": "20240229", "quantity": [TOKEN]},
    ],
)
async def test_a_pixel_that_is_none_is_unexpected(alice: Alice, pixel: JSON) -> None:
    alice.desk.shop.refuse_with(200, {"pixels": [pixel]})
    with pytest.raises(Unexpected, match=r"pixels\.0\.") as caught:
        await alice.client.pixels("test-graph")
    assert TOKEN not in f"{caught.value!r} {caught.value}"


@pytest.mark.parametrize(
    ("body", "total", "best"),
    [
        ("stats_int", Decimal(25), date(2024, 4, 14)),
        ("stats_float", Decimal("140.75"), date(2024, 4, 13)),
        ("stats_empty", Decimal(0), None),
        ("odd_stats_of_the_first_version", Decimal(25), None),
    ],
)
async def test_stats_of_any_age_are_read(alice: Alice, body: str, total: Decimal, best: date | None) -> None:
    alice.answer(golden("pixela", body))
    stats = await alice.client.stats("test-graph")
    assert (stats.total_quantity, stats.max_date) == (total, best)


async def test_a_definition_with_gaps_has_defaults(alice: Alice) -> None:
    alice.answer(golden("pixela", "odd_graph_definition"))
    graph = await alice.client.graph("test-graph")
    assert (graph.type, graph.self_sufficient, graph.purge_cache_urls) == (GraphType.FLOAT, "none", ())
    assert not graph.is_self_sufficient
    assert str(graph.zone) == "UTC"


async def test_a_stopwatch_tells_what_it_did(alice: Alice) -> None:
    alice.answer(golden("pixela", "stopwatch_started"))
    alice.answer(golden("pixela", "stopwatch_stopped"))
    alice.answer(b'{"isSuccess":true}')
    started, stopped, silent = [await alice.client.stopwatch("test-graph") for _ in range(3)]
    assert (started.is_running, started.minutes, started.quantity) == (True, None, None)
    assert (stopped.is_running, stopped.minutes, stopped.quantity) == (
        False,
        Decimal("1.88"),
        Decimal("4.56"),
    )
    assert (silent.is_running, silent.minutes, silent.quantity) == (None, None, None)


async def test_webhooks_are_read_and_their_hashes_kept_out_of_their_repr(alice: Alice) -> None:
    alice.answer(golden("pixela", "webhooks"))
    first, second = await alice.client.webhooks()
    assert (first.webhook_hash, first.graph_id, first.type, first.quantity) == (
        HOOK,
        "test-graph",
        "add",
        "5",
    )
    assert second.quantity is None
    assert HOOK not in repr(first)


REFUSED: list[tuple[Ask, str]] = [
    (lambda c: c.graph("../x"), "2 to 17 characters"),
    (lambda c: c.graph(""), "2 to 17 characters"),
    (lambda c: c.graph("test-graph\n"), "2 to 17 characters"),
    (lambda c: c.stats("."), "2 to 17 characters"),
    (lambda c: c.delete_webhook("a/b"), "letters and digits"),
    (lambda c: c.invoke_webhook(".."), "letters and digits"),
    (lambda c: c.create_webhook("test-graph", "explode"), "is one of"),
    (lambda c: c.create_graph("test-graph", GraphType.INT, replace(NEW, unit=None)), "needs a name"),
    (lambda c: c.create_graph("test-graph", GraphType.INT, replace(NEW, unit=" ")), "unit may not be empty"),
    (
        lambda c: c.create_graph("test-graph", GraphType.INT, replace(NEW, purge_cache_urls=[])),
        "once the graph",
    ),
    (lambda c: c.update_graph("test-graph", GraphFields()), "Nothing is to be changed"),
    (lambda c: c.update_profile(ProfileFields()), "Nothing is to be changed"),
    (lambda c: c.update(thanks_code=""), "Nothing is to be changed"),
    (lambda c: c.put_pixel("test-graph", DAY), "Give a quantity"),
    (lambda c: c.put_pixel("test-graph", DAY, optional_data="NaN"), "is JSON"),
    (lambda c: c.post_pixels("test-graph", []), "1 to 365 days"),
    (lambda c: c.post_pixels("test-graph", [Entry(DAY, FIVE)] * 366), "1 to 365 days"),
    (lambda c: c.pixels("test-graph", DAY, date(2025, 2, 28)), "at most 365 days"),
    (lambda c: c.days("test-graph", DAY, date(2024, 2, 28)), "after the last one"),
]


@pytest.mark.parametrize(("ask", "rule"), REFUSED)
async def test_what_breaks_a_rule_is_not_sent(alice: Alice, ask: Ask, rule: str) -> None:
    with pytest.raises(InvalidInput, match=rule):
        await ask(alice.client)
    assert alice.desk.shop.requests == []
