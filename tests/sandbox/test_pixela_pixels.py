"""Days of the Pixela emulator: written, read, changed, listed."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.sandbox.pixela import Design
from bot.sandbox.upstream import JSON
from tests.sandbox.pixela_calls import GRAPH, USER, Caller, calling, golden

WEIGHT = f"{USER}/graphs/weight"
DATA = '{"key":"value"}'


@pytest.fixture
async def call() -> AsyncIterator[Caller]:
    async with calling() as caller:
        yield caller


async def _quantity(call: Caller, path: str) -> JSON:
    reply = await call("GET", path)
    assert isinstance(reply.json, dict)
    return reply.json["quantity"]


async def test_a_posted_pixel_reads_back(call: Caller) -> None:
    reply = await call("POST", GRAPH, {"date": "20240405", "quantity": "2"})
    assert (reply.status, reply.body) == (200, golden("success"))
    assert (await call("GET", f"{GRAPH}/20240405")).body == golden("pixel")
    body: JSON = {"date": "20240405", "quantity": "5", "optionalData": DATA}
    assert (await call("POST", GRAPH, body)).body == golden("success")
    assert (await call("GET", f"{GRAPH}/20240405")).body == golden("pixel_with_data")
    assert call.px.complaints == []


async def test_a_second_post_overwrites_the_data_too(call: Caller) -> None:
    call.graph.put("20240405", "5", DATA)
    await call("POST", GRAPH, {"date": "20240405", "quantity": "2"})
    assert (await call("GET", f"{GRAPH}/20240405")).body == golden("pixel")


@pytest.mark.parametrize(
    "bad",
    [
        {"date": None},
        {"date": "2024-04-14"},
        {"date": "20230230"},
        {"date": "20240414\n"},
        {"date": "00000101"},
        {"date": "２０２４０４１４"},  # noqa: RUF001 - digits that are none of ours
        {"quantity": None},
        {"quantity": 5},
        {"quantity": ""},
        {"quantity": "5.5"},
        {"quantity": "+5"},
        {"quantity": "5\n"},
        {"quantity": "9" * 30},
        {"optionalData": "no JSON"},
        {"optionalData": "NaN"},
        {"optionalData": {"key": "value"}},
    ],
)
async def test_a_bad_pixel_is_refused(call: Caller, bad: dict[str, JSON]) -> None:
    pixel: dict[str, JSON] = {"date": "20240414", "quantity": "5"}
    reply = await call("POST", GRAPH, pixel | bad)
    assert reply.status == 400
    assert call.graph.pixels == {}


async def test_future_days_and_negative_quantities_are_taken(call: Caller) -> None:
    assert (await call("POST", GRAPH, {"date": "20991231", "quantity": "-007"})).status == 200
    assert await _quantity(call, f"{GRAPH}/20991231") == "-7"


@pytest.mark.parametrize(
    ("sent", "kept"),
    [("3.5", "3.5"), ("3", "3"), ("3.00", "3"), ("-0.0", "0"), ("3.005", "3.01"), ("100", "100")],
)
async def test_float_quantities_have_at_most_two_decimals(call: Caller, sent: str, kept: str) -> None:
    assert (await call("POST", WEIGHT, {"date": "20240414", "quantity": sent})).status == 200
    assert await _quantity(call, f"{WEIGHT}/20240414") == kept


async def test_float_quantities_can_be_strict_and_padded(call: Caller) -> None:
    call.px.choices.lenient_floats = False
    call.px.choices.round_floats = False
    call.px.choices.two_decimals = True
    for sent, status in [("3", 400), ("3.005", 400), ("9" * 20 + ".0", 400), ("3.", 400), ("3.5", 200)]:
        assert (await call("POST", WEIGHT, {"date": "20240414", "quantity": sent})).status == status
    assert await _quantity(call, f"{WEIGHT}/20240414") == "3.50"


async def test_optional_data_has_a_limit_in_bytes(call: Caller) -> None:
    def body(size: int) -> JSON:
        return {"date": "20240414", "quantity": "5", "optionalData": f'"{"é" * ((size - 2) // 2)}"'}

    assert (await call("POST", GRAPH, body(10_240))).status == 413
    assert (await call("POST", GRAPH, body(10_238))).status == 200
    call.px.choices.optional_data_limit = 10_000
    assert (await call("PUT", f"{GRAPH}/20240414", body(10_000))).status == 413


async def test_a_put_keeps_what_it_does_not_name(call: Caller) -> None:
    call.graph.put("20240405", "2", DATA)
    assert (await call("PUT", f"{GRAPH}/20240405", {"quantity": "5"})).body == golden("success")
    assert (await call("GET", f"{GRAPH}/20240405")).body == golden("pixel_with_data")
    await call("PUT", f"{GRAPH}/20240405", {"optionalData": "{}"})
    assert call.graph.pixels["20240405"].quantity == 5


async def test_a_put_makes_a_missing_pixel(call: Caller) -> None:
    assert (await call("PUT", f"{GRAPH}/20240405", {"quantity": "2"})).status == 200
    assert (await call("GET", f"{GRAPH}/20240405")).body == golden("pixel")
    assert (await call("PUT", f"{GRAPH}/20240406", {"optionalData": DATA})).status == 200
    assert await _quantity(call, f"{GRAPH}/20240406") == "0"


async def test_a_put_needs_something_to_write(call: Caller) -> None:
    reply = await call("PUT", f"{GRAPH}/20240405", {})
    assert (reply.status, reply.body) == (400, golden("pixel_nothing_given"))
    assert (await call("PUT", f"{GRAPH}/20230230", {"quantity": "5"})).status == 400


async def test_a_deleted_pixel_is_gone(call: Caller) -> None:
    call.graph.put("20240405", "2")
    assert (await call("DELETE", f"{GRAPH}/20240405")).body == golden("success")
    for method in ("GET", "DELETE"):
        reply = await call(method, f"{GRAPH}/20240405")
        assert (reply.status, reply.body) == (404, golden("pixel_not_found"))


async def test_increment_and_decrement_step_by_the_graphs_type(call: Caller) -> None:
    for path, sign, expected in [
        (GRAPH, "increment", "1"),
        (GRAPH, "decrement", "0"),
        (GRAPH, "decrement", "-1"),
        (WEIGHT, "increment", "0.01"),
        (WEIGHT, "increment", "0.02"),
        (WEIGHT, "decrement", "0.01"),
    ]:
        assert (await call("PUT", f"{path}/{sign}")).body == golden("success")
        assert await _quantity(call, f"{path}/20240414") == expected


async def test_add_and_subtract_change_today_and_keep_its_data(call: Caller) -> None:
    call.weight.put("20240414", "70.5", DATA)
    assert (await call("PUT", f"{WEIGHT}/add", {"quantity": "1.25"})).body == golden("success")
    assert await _quantity(call, f"{WEIGHT}/20240414") == "71.75"
    assert (await call("PUT", f"{WEIGHT}/subtract", {"quantity": "2"})).body == golden("success")
    assert await _quantity(call, f"{WEIGHT}/20240414") == "69.75"
    assert call.weight.pixels["20240414"].optional_data == DATA


async def test_add_and_subtract_change_a_given_day(call: Caller) -> None:
    assert (await call("PUT", f"{GRAPH}/20240101/add", {"quantity": "7"})).body == golden("success")
    assert (await call("PUT", f"{GRAPH}/20240101/subtract", {"quantity": "10"})).body == golden("success")
    assert await _quantity(call, f"{GRAPH}/20240101") == "-3"
    assert "20240414" not in call.graph.pixels


@pytest.mark.parametrize("path", ["add", "subtract", "20240101/add", "20240101/subtract"])
async def test_add_and_subtract_need_a_quantity(call: Caller, path: str) -> None:
    bodies: list[JSON] = [{}, {"quantity": "1.5"}, {"quantity": 1}]
    for body in bodies:
        assert (await call("PUT", f"{GRAPH}/{path}", body)).status == 400
    assert (await call("PUT", f"{GRAPH}/20230230/add", {"quantity": "1"})).status == 400
    assert call.graph.pixels == {}


async def test_today_is_the_graphs_own_day(call: Caller) -> None:
    east = call.alice.add_graph("east", "int", Design("East", "step", timezone="Pacific/Kiritimati"))
    await call("PUT", f"{USER}/graphs/east/increment")
    assert list(east.pixels) == ["20240415"]


async def test_pixels_are_listed_by_day(call: Caller) -> None:
    call.graph.put("20240405", "1", DATA)
    call.graph.put("20240101", "5")
    assert (await call("GET", f"{GRAPH}/pixels")).body == golden("pixels")
    assert (await call("GET", f"{GRAPH}/pixels", query={"withBody": "true"})).body == golden(
        "pixels_with_body"
    )
    for silent in ("True", "1", "yes", ""):
        assert (await call("GET", f"{GRAPH}/pixels", query={"withBody": silent})).body == golden("pixels")


async def test_no_pixels_are_an_empty_list_or_null(call: Caller) -> None:
    assert (await call("GET", f"{GRAPH}/pixels")).body == golden("pixels_empty")
    call.px.choices.null_when_no_pixels = True
    assert (await call("GET", f"{GRAPH}/pixels")).body == golden("pixels_null")


@pytest.mark.parametrize(
    ("query", "days"),
    [
        ({}, ["20230416", "20240413", "20240414"]),
        ({"from": "", "to": ""}, ["20230416", "20240413", "20240414"]),
        ({"from": "20230415"}, ["20230415", "20230416", "20240413"]),
        ({"to": "20240413"}, ["20230415", "20230416", "20240413"]),
        ({"from": "20230416", "to": "20240413"}, ["20230416", "20240413"]),
        ({"from": "20230415", "to": "20240413"}, ["20230415", "20230416", "20240413"]),
        ({"from": "20240415", "to": "20240414"}, []),
        ({"from": "99990101"}, []),
        ({"to": "00010102"}, []),
    ],
)
async def test_a_list_spans_365_days(call: Caller, query: dict[str, str], days: list[str]) -> None:
    for day in ("20230415", "20230416", "20240414", "20240415", "20240413"):
        call.graph.put(day, "1")
    assert (await call("GET", f"{GRAPH}/pixels", query=query)).json == {"pixels": [*days]}


@pytest.mark.parametrize(
    "query",
    [
        {"from": "20230414", "to": "20240413"},
        {"from": "2024-01-01"},
        {"to": "20230230"},
        {"from": "today"},
    ],
)
async def test_a_bad_span_is_refused(call: Caller, query: dict[str, str]) -> None:
    assert (await call("GET", f"{GRAPH}/pixels", query=query)).status == 400
