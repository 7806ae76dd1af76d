"""What is read from the vendor's pictures, and what hostile ones come to: nothing, and soon."""

from __future__ import annotations

import time
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.api.pixela import Sight, read_svg
from bot.api.pixela.sight import MOST_BYTES, MOST_DAYS, MOST_ELEMENTS, MOST_POINTS
from bot.errors import Unexpected
from tests.api.desk import golden

THREE = [(date(2024, 4, 12), 0xEEEEEE), (date(2024, 4, 13), 0x8FD98F), (date(2024, 4, 14), 0x176B2C)]
SOON = 0.25
"""Seconds that a refusal may take on however busy a machine; most take less than a millisecond."""


def svg(inside: str, head: str = "") -> bytes:
    return f'{head}<svg xmlns="http://www.w3.org/2000/svg">{inside}</svg>'.encode()


def cell(
    day: str = "20240412", fill: str = "#8fd98f", place: str = 'x="0" y="0" width="10" height="10"'
) -> str:
    return f'<rect {place} fill="{fill}" data-date="{day}"/>'


@pytest.mark.parametrize("name", ["heat_map", "heat_map_dashed", "heat_map_optional"])
def test_a_heat_map_is_days_and_colours(name: str) -> None:
    assert read_svg(golden("pixela", name, "svg")) == Sight(cells=THREE)


def test_a_line_is_its_points() -> None:
    points = [(16.0, 115.0), (110.0, 70.0), (204.0, 25.0)]
    assert read_svg(golden("pixela", "line", "svg")) == Sight(points=points)


@pytest.mark.parametrize("name", ["badge", "retina"])
def test_boxes_without_a_day_are_left_out(name: str) -> None:
    assert read_svg(golden("pixela", name, "svg")) == Sight()


@pytest.mark.parametrize(
    "document",
    [
        svg(cell(), '<?xml version="1.0" encoding="UTF-8" standalone="no"?>\n'),
        svg(cell(), "\ufeff"),
        svg(cell(), '<?xml version="1.0" encoding="utf-16"?>'),
        svg(cell(), '<?xml-stylesheet href="http://127.0.0.1/x.css"?>'),
        f'<s:svg xmlns:s="http://www.w3.org/2000/svg">{cell().replace("<rect", "<s:rect")}</s:svg>'.encode(),
        svg('<image href="file:///etc/passwd"/><script>x</script><style>@import "x"</style>' + cell()),
        svg(f'<a href="javascript:x"><use xlink:href="http://127.0.0.1/"/>{cell()}</a>'),
        svg(cell() + cell(fill="#000000")),
        svg(cell(place='width="10px" height="10.5"')),
    ],
)
def test_a_cell_is_taken_and_all_around_it_left(document: bytes) -> None:
    assert read_svg(document).cells == [(date(2024, 4, 12), 0x8FD98F)]


@pytest.mark.parametrize(
    "number", ["NaN", "inf", "-Infinity", "1e5", "0x10", "99999", "10%", "calc(1)", "", "\u0661"]
)
@pytest.mark.parametrize("side", ["x", "y", "width", "height"])
def test_a_cell_of_odd_geometry_is_left_out(number: str, side: str) -> None:
    place = {"x": "0", "y": "0", "width": "10", "height": "10"} | {side: number}
    written = " ".join(f'{name}="{value}"' for name, value in place.items())
    assert read_svg(svg(cell(place=written))) == Sight()


@pytest.mark.parametrize(
    "odd",
    [
        cell(place='x="0" y="0"'),
        cell(place='width="0" height="-1"'),
        cell(day="20240230"),
        cell(day="2024"),
        cell(day="00010101"),
        cell(day="99991231"),
        cell(day="today"),
        cell(fill="red"),
        cell(fill="#fff"),
        cell(fill="url(#a)"),
        cell(fill="#8fd98f80"),
        cell(fill="#8fd98g"),
        cell().replace("<rect", "<circle"),
        cell().replace("data-date", "date"),
    ],
)
def test_a_cell_that_is_none_is_left_out(odd: str) -> None:
    assert read_svg(svg(odd)) == Sight()


def test_only_the_last_53_weeks_are_taken_in_their_order() -> None:
    last = date(2026, 11, 20)
    days = [last - timedelta(days=back) for back in (0, 1, MOST_DAYS - 1, MOST_DAYS, 9_000)]
    sight = read_svg(svg("".join(cell(day.isoformat()) for day in days)))
    assert [day for day, _ in sight.cells] == [days[2], days[1], days[0]]


@pytest.mark.parametrize(
    ("shape", "points"),
    [
        ('<polyline points="0,0 1.5,-2 3 4"/>', [(0.0, 0.0), (1.5, -2.0), (3.0, 4.0)]),
        ('<path d="M0,0 L 1,2 L3 4"/>', [(0.0, 0.0), (1.0, 2.0), (3.0, 4.0)]),
        (
            '<polyline points="0,0 1,1"/><polyline points="5,5 6,6 7,7"/>',
            [(5.0, 5.0), (6.0, 6.0), (7.0, 7.0)],
        ),
        ('<polyline points="0,0"/>', []),
        ('<polyline points="0,0 1,1 2"/>', []),
        ('<polyline points=""/><polyline/><path/>', []),
        ('<polyline points="0,0 NaN,1"/>', []),
        ('<polyline points="0,0 1e300,1"/>', []),
        ('<path d="M0,0 C 1,1 2,2 3,3"/>', []),
        (f'<polyline points="{"1,1 " * (MOST_POINTS + 1)}"/>', []),
    ],
)
def test_a_line_is_taken_where_all_of_its_points_are_numbers(
    shape: str, points: list[tuple[float, float]]
) -> None:
    assert list(read_svg(svg(shape)).points) == points


def test_as_many_elements_as_are_taken_are_read_soon() -> None:
    began = time.thread_time()
    assert len(read_svg(svg(cell() * (MOST_ELEMENTS - 1))).cells) == 1
    assert time.thread_time() - began < SOON * 4


LAUGHS = '<!DOCTYPE svg [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>'
HOSTILE = {
    "nothing": b"",
    "a page": b"<html><body>Error 400</body></html>",
    "JSON": b'{"message":"no"}',
    "noise": bytes(range(256)) * 100,
    "a picture": b"\x89PNG\r\n\x1a\n" + b"\0" * 1_000,
    "a beginning": svg(cell())[:-3],
    "two roots": svg("") * 2,
    "one byte too many": svg("").ljust(MOST_BYTES + 1),
    "a million elements": svg("<g/>" * 1_000_000),
    "as many elements as fit": svg("<g/>" * ((MOST_BYTES - 100) // 4)),
    "deep nesting": svg("<g>" * 50_000 + "</g>" * 50_000),
    "deep nesting without an end": svg("<g>" * 100_000),
    "a type": svg(cell(), '<!DOCTYPE svg PUBLIC "x" "http://127.0.0.1/x.dtd">'),
    "entities": svg("&b;", LAUGHS),
    "a file": svg("&a;", '<!DOCTYPE svg [<!ENTITY a SYSTEM "file:///etc/passwd">]>'),
    "an unknown entity": svg("&a;"),
    "hidden text": svg(f"<![CDATA[{cell()}]]>"),
    "a comment": svg(f"<!-- {cell()} -->"),
    "UTF-16": svg(cell()).decode().encode("utf-16"),
    "entities in UTF-16": svg("&b;", LAUGHS).decode().encode("utf-16"),
    "entities in UTF-7": svg("", '<?xml version="1.0" encoding="utf-7"?>' + LAUGHS),
    "a nought": svg("\0"),
    "an unnamed prefix": b"<svg><rect a=1/></svg>",
    "an attribute twice": b'<svg a="1" a="2"/>',
    "one endless attribute": b'<svg a="' + b"x" * (MOST_BYTES + 10),
}


@pytest.mark.parametrize("document", HOSTILE.values(), ids=HOSTILE.keys())
def test_what_is_hostile_is_refused_soon_and_without_a_word_of_it(document: bytes) -> None:
    began = time.thread_time()
    with pytest.raises(Unexpected) as caught:
        read_svg(document)
    assert time.thread_time() - began < SOON
    assert str(caught.value) == "Pixela answered in an unknown shape at the picture"
    assert caught.value.__suppress_context__


def test_what_is_far_too_large_is_not_looked_at() -> None:
    document = svg(cell()).ljust(50_000_000)
    began = time.thread_time()
    with pytest.raises(Unexpected):
        read_svg(document)
    assert time.thread_time() - began < SOON


@pytest.mark.parametrize(
    "document",
    [
        svg("<g " + " ".join(f'a{number}=""' for number in range(40_000)) + "/>"),
        svg(f'<path d="{"M0 " * 100_000}"/>'),
        svg(f'<path d="M{"0" * 400_000}"/>'),
        svg(f'<polyline points="{" ," * 200_000}"/>'),
        svg(f'<polyline points="{"1" * 400_000}"/>'),
        svg(f'<rect data-date="{"2" * 400_000}" fill="#000000"/>'),
    ],
    ids=["attributes", "a path", "a number in a path", "separators", "a number", "a date"],
)
def test_what_is_large_and_harmless_is_read_soon(document: bytes) -> None:
    began = time.thread_time()
    assert read_svg(document) == Sight()
    assert time.thread_time() - began < SOON


@given(st.binary(max_size=300) | st.text(max_size=300).map(svg))
def test_whatever_comes_is_a_sight_or_unexpected(document: bytes) -> None:
    try:
        sight = read_svg(document)
    except Unexpected:
        return
    assert sight == Sight()
