"""Pictures and pages of graphs in the Pixela emulator."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from xml.etree.ElementTree import Element, fromstring

import pytest

from bot.sandbox.pixela import Design
from tests.sandbox.pixela_calls import GRAPH, USER, Caller, calling, golden

SVG = "{http://www.w3.org/2000/svg}"
DATA = '{"key":"value"}'


@pytest.fixture
async def call() -> AsyncIterator[Caller]:
    async with calling() as caller:
        yield caller


async def _root(call: Caller, path: str = GRAPH, **query: str) -> Element:
    reply = await call("GET", path, query=query, token=None)
    assert reply.status == 200
    assert reply.headers["Content-Type"].startswith("image/svg+xml")
    return fromstring(reply.body)  # noqa: S314 - our own emulator's


def _golden(name: str) -> Element:
    return fromstring(golden(f"{name}.svg"))  # noqa: S314 - written by hand


def _shape(root: Element) -> set[str]:
    """Tell the elements from each other by where they stand and what attributes they have."""
    found: set[str] = set()

    def visit(element: Element, above: str) -> None:
        place = f"{above}/{element.tag.removeprefix(SVG)}"
        found.add(" ".join([place, *element.keys()]))
        for child in element:
            visit(child, place)

    visit(root, "")
    return found


def _days(root: Element) -> dict[str, Element]:
    return {each.get("data-date", ""): each for each in root.iter(f"{SVG}rect") if each.get("data-date")}


async def test_a_short_picture_has_the_documented_shape(call: Caller) -> None:
    root = await _root(call, mode="short")
    assert _shape(root) == _shape(_golden("heat_map"))
    assert [root.get("width"), root.get("height")] == ["220", "135"]
    assert [len(week) for week in root[1]] == [5, *[7] * 12, 1]
    assert list(_days(root))[-1] == "20240414"


async def test_a_picture_without_a_mode_shows_a_year(call: Caller) -> None:
    days = _days(await _root(call, f"{GRAPH}.svg", nocache="1", mode="unheard-of"))
    assert len(days) == 365
    assert list(days) == sorted(days)
    assert [min(days), max(days)] == ["20230416", "20240414"]


async def test_a_picture_ends_on_the_day_asked_for(call: Caller) -> None:
    days = _days(await _root(call, date="20240101", mode="short"))
    assert [min(days), max(days)] == ["20231004", "20240101"]
    assert [*_days(await _root(call, date="00010103"))] == ["00010101", "00010102", "00010103"]
    for query in ({"date": "20230230"}, {"lessThan": "few"}, {"greaterThan": "1e5"}):
        assert (await call("GET", GRAPH, query=query)).status == 400
    assert (await call("GET", f"{USER}/graphs/nothing.svg")).body == golden("graph_not_found")


async def test_weeks_begin_on_sunday_or_monday(call: Caller) -> None:
    first = [week[0].get("data-date") for week in (await _root(call, mode="short"))[1]]
    assert first[-2:] == ["20240407", "20240414"]
    await call("PUT", GRAPH, {"startOnMonday": True})
    first = [week[0].get("data-date") for week in (await _root(call, mode="short"))[1]]
    assert first[-2:] == ["20240401", "20240408"]


async def test_colours_tell_how_much_in_five_steps(call: Caller) -> None:
    for number, quantity in enumerate(["0", "1", "25", "26", "75", "76", "100", "-100"]):
        call.graph.put(f"2024040{number + 1}", quantity)
    fills = [each.get("fill", "") for each in list(_days(await _root(call)).values())[-14:-6]]
    ramp = list(dict.fromkeys(fills))
    assert [ramp.index(fill) for fill in fills] == [0, 1, 1, 2, 3, 4, 4, 4]
    assert all(re.fullmatch("#[0-9a-f]{6}", fill) for fill in ramp)


async def test_every_colour_has_its_own_ramp_in_the_light_and_in_the_dark(call: Caller) -> None:
    call.graph.put("20240414", "5")
    seen: set[str | None] = set()
    for color in ("shibafu", "momiji", "sora", "ichou", "ajisai", "kuro"):
        await call("PUT", GRAPH, {"color": color})
        for appearance in ("light", "dark"):
            root = await _root(call, mode="short", appearance=appearance)
            seen.add(_days(root)["20240414"].get("fill"))
    assert len(seen) == 12


async def test_the_ground_is_light_dark_or_transparent(call: Caller) -> None:
    async def ground(**query: str) -> str | None:
        return (await _root(call, **query))[0].get("fill")

    assert await ground(appearance="light", transparent="True") == "#ffffff"
    assert await ground(transparent="true") == "none"
    assert await ground(appearance="dark") == "#111111"
    call.px.choices.dark_year = False
    assert await ground(appearance="dark") == "#ffffff"
    assert await ground(appearance="dark", mode="line") == "#111111"


async def test_limits_take_the_colour_of_other_days(call: Caller) -> None:
    for day, quantity in [("20240412", "2"), ("20240413", "5"), ("20240414", "9")]:
        call.graph.put(day, quantity)
    wishes: list[tuple[dict[str, str], list[bool]]] = [
        ({"lessThan": "5"}, [True, False, False]),
        ({"greaterThan": "4.5"}, [False, True, True]),
        ({"greaterThan": "2", "lessThan": "9"}, [False, True, False]),
    ]
    for query, colored in wishes:
        days = _days(await _root(call, mode="short", **query))
        assert [days[day].get("fill") != "#eeeeee" for day in list(days)[-3:]] == colored


async def test_days_can_be_written_with_dashes(call: Caller) -> None:
    call.px.choices.dashed_svg_days = True
    root = await _root(call, mode="short")
    assert _shape(root) == _shape(_golden("heat_map_dashed"))
    assert list(_days(root))[-1] == "2024-04-14"


async def test_supporters_can_publish_data_instead_of_tips(call: Caller) -> None:
    call.graph.put("20240414", "5", DATA)
    await call("PUT", GRAPH, {"publishOptionalData": True})
    assert _shape(await _root(call, mode="short")) == _shape(_golden("heat_map"))
    call.alice.thanks_code = "thank-you"
    root = await _root(call, mode="short")
    assert _shape(root) == _shape(_golden("heat_map_optional"))
    assert _days(root)["20240414"].get("data-optional") == DATA


async def test_the_badge_has_seven_boxes_and_the_unit(call: Caller) -> None:
    for day, quantity in [("20240225", "99"), ("20240304", "2"), ("20240311", "1"), ("20240317", "3")]:
        call.graph.put(day, quantity)
    for day, quantity in [("20240320", "6"), ("20240325", "8"), ("20240408", "1"), ("20240415", "99")]:
        call.graph.put(day, quantity)
    assert (await call("GET", GRAPH, query={"mode": "badge"})).body == golden("badge.svg")


async def test_the_line_joins_the_pixels(call: Caller) -> None:
    for day, quantity in [("20240404", "1"), ("20240409", "3"), ("20240414", "5"), ("20230101", "99")]:
        call.graph.put(day, quantity)
    assert (await call("GET", GRAPH, query={"mode": "line"})).body == golden("line.svg")
    call.px.choices.line_is_path = True
    path = (await _root(call, mode="line")).find(f".//{SVG}path")
    assert path is not None
    assert path.get("d") == "M16,115 L110,70 L204,25"


async def test_a_line_of_no_pixels_or_one_is_drawn(call: Caller) -> None:
    for is_path in (False, True):
        call.px.choices.line_is_path = is_path
        call.graph.pixels.clear()
        await _root(call, mode="line")
        call.graph.put("20240414", "5")
        await _root(call, mode="line")


async def test_names_cannot_break_out_of_a_picture(call: Caller) -> None:
    call.graph.design = Design('"><script>', '"><script>\x00&')
    for mode in ("", "short", "badge", "line"):
        assert (await _root(call, mode=mode)).find(f".//{SVG}script") is None
    assert b"<script>" not in (await call("GET", f"{GRAPH}.html")).body


async def test_the_retina_shows_the_hours_of_today(call: Caller) -> None:
    await call("PUT", f"{GRAPH}/increment")
    reply = await call("GET", f"{GRAPH}/20240414/retina", token=None)
    assert (reply.status, reply.body) == (200, golden("retina.svg"))
    await call("POST", GRAPH, {"date": "20240414", "quantity": "7"})
    call.clock.now += 3600
    await call("PUT", f"{GRAPH}/20240414/add", {"quantity": "2"})
    assert call.graph.retinas == {"20240414": {12: 7, 13: 2}}
    dark = await _root(call, f"{GRAPH}/20240414/retina", appearance="dark")
    assert dark[0].get("fill") == "#111111"
    await call("DELETE", f"{GRAPH}/20240414")
    assert (await call("GET", f"{GRAPH}/20240414/retina")).body == golden("pixel_not_found")
    assert call.graph.retinas == {}


async def test_the_retina_of_another_day_is_for_supporters_and_lost_by_a_late_change(call: Caller) -> None:
    await call("PUT", f"{GRAPH}/increment")
    call.clock.now += 86_400
    path = f"{GRAPH}/20240414/retina"
    assert (await call("GET", path)).status == 402
    call.alice.thanks_code = "thank-you"
    assert (await call("GET", path)).body == golden("retina.svg")
    await call("PUT", f"{GRAPH}/20240414", {"quantity": "9"})
    assert call.graph.retinas == {}


@pytest.mark.parametrize(("mode", "heads"), [("", 1), ("simple", 0), ("simple-short", 0)])
async def test_a_graph_has_a_page(call: Caller, mode: str, heads: int) -> None:
    reply = await call("GET", f"{GRAPH}.html", query={"mode": mode})
    assert reply.headers["Content-Type"].startswith("text/html")
    assert reply.body.count(b"<h1>graph-name</h1>") == heads
    assert (b"mode=short" in reply.body) == (mode == "simple-short")
