"""Habit graphs as pictures: what is written on them, where days stand, which colours they have."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO
from xml.etree import ElementTree as ET  # what it reads is our own

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from bot.api.pixela import Graph, GraphType, Mode, Sight, tally
from bot.ui.font import shipped
from bot.ui.graphline import NOTHING
from bot.ui.graphlook import DARK, LIGHT, Look, ramp
from bot.ui.heatmap import ALT_MOST, alt_text, draw_heatmap, heatmap_svg
from bot.ui.shapes import contrast

SVG = "{http://www.w3.org/2000/svg}"
TODAY = date(2026, 11, 20)
RUNNING = Graph(id="running", name="Morning run", unit="km", color="shibafu", start_on_monday=True)
GREENS = (0xEEEEEE, 0xC6E48B, 0x7BC96F, 0x239A3B, 0x196127)
Days = Mapping[date, Decimal]


def back(*amounts: int) -> Days:
    """Return days that hold these, the last one today."""
    return {TODAY - timedelta(days=ago): Decimal(each) for ago, each in enumerate(reversed(amounts))}


def sight(amounts: Days, length: int = 365) -> Sight:
    """Return what the vendor would show of days that hold at most 4."""
    shown = [TODAY - timedelta(days=ago) for ago in reversed(range(length))]
    return Sight(cells=[(day, GREENS[int(amounts.get(day, Decimal(0)))]) for day in shown])


def drawn(
    days: Days, mode: Mode = Mode.FULL, *, seen: Sight | None = None, graph: Graph = RUNNING
) -> ET.Element:
    """Return the SVG of a picture, read."""
    return ET.fromstring(heatmap_svg(seen or Sight(), graph, days, today=TODAY, mode=mode))  # noqa: S314 - our own


def texts(svg: ET.Element) -> list[str]:
    return [element.text or "" for element in svg.iter(f"{SVG}text")]


def boxes(svg: ET.Element, side: float) -> list[ET.Element]:
    """Return the boxes of one size, in their order."""
    return [box for box in svg.iter(f"{SVG}rect") if float(box.attrib["width"]) == side]


def colours(svg: ET.Element, side: float) -> list[str]:
    return [box.attrib["fill"] for box in boxes(svg, side)]


FULL, SHORT, LEGEND_FULL, LEGEND_SHORT = 12.0, 26.0, 18.0, 14.0
"""The sides of days and of a legend's boxes, within the lines around them."""


def test_a_year_has_its_days_months_weekdays_total_and_span() -> None:
    days = back(1, 2, 3, 0, 4)
    svg = drawn(days, seen=sight(days))
    written = texts(svg)
    assert written[:2] == ["Morning run", "10 km on 4 days"]
    assert written[2:-3] == [
        *("Dec", "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov"),
        *("Mon", "Wed", "Fri"),
    ]
    assert written[-3:] == ["2025-11-21 to 2026-11-20", "Less", "More"]
    assert colours(svg, FULL)[-5:] == ["#c6e48b", "#7bc96f", "#239a3b", "#eeeeee", "#196127"]
    assert len(boxes(svg, FULL)) == 365


def test_ninety_days_are_larger() -> None:
    svg = drawn(back(1), Mode.SHORT, seen=sight(back(1), 95))
    assert len(boxes(svg, SHORT)) == 95
    assert len(boxes(drawn(back(1), Mode.SHORT), SHORT)) == 90


@pytest.mark.parametrize(("monday", "first"), [(True, date(2026, 11, 16)), (False, date(2026, 11, 15))])
def test_a_week_begins_as_the_graph_says(first: date, *, monday: bool) -> None:
    graph = RUNNING.model_copy(update={"start_on_monday": monday})
    svg = drawn({first: Decimal(4)}, seen=sight({first: Decimal(4)}), graph=graph)
    days = boxes(svg, FULL)
    (dark,) = [box for box in days if box.attrib["fill"] == "#196127"]
    last = days[-1]
    assert float(dark.attrib["y"]) == min(float(box.attrib["y"]) for box in days)
    assert dark.attrib["x"] == last.attrib["x"]
    assert float(last.attrib["y"]) - float(dark.attrib["y"]) == 16 * (TODAY - first).days


def test_a_legend_goes_from_the_empty_colour_to_that_of_the_most() -> None:
    days = back(4, 1, 3, 2, 0)
    assert colours(drawn(days, seen=sight(days)), LEGEND_FULL) == [f"#{colour:06x}" for colour in GREENS]
    # Without what the days hold, by how far a colour is from the empty one.
    unknown = drawn({}, Mode.SHORT, seen=sight(days))
    assert colours(unknown, LEGEND_SHORT) == [f"#{colour:06x}" for colour in GREENS]


def test_a_picture_of_one_colour_has_no_legend() -> None:
    assert "Less" not in texts(drawn({}, seen=sight({})))
    assert "Less" not in texts(drawn({}))


def test_a_legend_shows_no_more_colours_than_can_be_told_apart() -> None:
    many = Sight(cells=[(TODAY - timedelta(days=ago), ago * 257) for ago in reversed(range(300))])
    assert len(boxes(drawn({}, seen=many), LEGEND_FULL)) == 7


def test_the_panel_suits_the_vendors_colours() -> None:
    light = drawn({}, seen=sight({}))
    dark = drawn({}, seen=Sight(cells=[(TODAY, 0x2D333B)]))
    assert [svg.findall(f"{SVG}rect")[0].attrib["fill"] for svg in (light, dark)] == ["#ffffff", "#232428"]


def test_without_the_vendors_picture_one_is_made_of_the_days() -> None:
    days = back(1, 0, 8, -8)
    shades = [f"#{colour:06x}" for colour in ramp(RUNNING)]
    svg = drawn(days)
    assert colours(svg, FULL)[-4:] == [shades[1], shades[0], shades[4], shades[4]]
    assert len(boxes(svg, FULL)) == 365


def test_a_picture_that_ends_earlier_is_shown_to_its_own_end() -> None:
    last = date(2024, 2, 29)
    days = {last: Decimal(2), TODAY: Decimal(7)}
    seen = Sight(cells=[(date(2020, 1, 1), 0), (date(2023, 2, 24), 0xEEEEEE), (last, 0x239A3B)])
    svg = drawn(days, seen=seen)
    assert "2023-02-24 to 2024-02-29" in texts(svg)
    assert texts(svg)[1] == "2 km on 1 day"
    assert len(boxes(svg, FULL)) == 2


@pytest.mark.parametrize(
    ("name", "unit", "title", "note"),
    [
        ("日本語の勉強", "分", "running", "3 on 1 day"),
        ("Run 🏃", "km 🚩", "Run", "3 km on 1 day"),
        ("ריצה", "ק״מ", "ריצה", "3 ק״מ on 1 day"),
        ("<b>&amp;", "<i>", "<b>&amp;", "3 <i> on 1 day"),
        ("", "", "running", "3 on 1 day"),
        ("a\0\ud800\u202eb", "\0", "a b", "3 on 1 day"),
    ],
)
@pytest.mark.parametrize("mode", Mode)
def test_a_name_of_any_script_is_shown_or_gives_way_to_the_id(
    mode: Mode, name: str, unit: str, title: str, note: str
) -> None:
    graph = RUNNING.model_copy(update={"name": name, "unit": unit})
    written = texts(drawn(back(3), mode, graph=graph))
    assert written[0] == title
    assert written[1] == (note if mode is not Mode.BADGE else note.replace("on 1 day", "in 7 weeks"))


@pytest.mark.parametrize("mode", Mode)
def test_long_names_and_units_stay_within(mode: Mode) -> None:
    graph = RUNNING.model_copy(update={"name": "W" * 5_000, "unit": "W" * 5_000})
    svg = drawn(back(10**15), mode, graph=graph)
    width = float(svg.attrib["viewBox"].split()[2])
    for element in svg.iter(f"{SVG}text"):
        length = shipped().width(element.text or "", float(element.attrib["font-size"]))
        left = float(element.attrib["x"]) - (length if element.get("text-anchor") == "end" else 0)
        assert left >= 0
        assert left + length <= width


def test_a_line_goes_through_the_days_with_the_most_at_the_top() -> None:
    days = {
        TODAY - timedelta(days=4): Decimal(1),
        TODAY: Decimal("3.50"),
        TODAY + timedelta(days=1): Decimal(9),
    }
    svg = drawn(days, Mode.LINE)
    assert texts(svg) == ["Morning run", "4.5 km on 2 days", "3.5", "1", "2026-11-16", "2026-11-20"]
    (line,) = svg.iter(f"{SVG}polyline")
    (_, low), (_, top) = (map(float, point.split(",")) for point in line.attrib["points"].split())
    assert top < low
    assert len([*svg.iter(f"{SVG}circle")]) == 2


def test_a_line_of_one_day_is_a_dot_in_the_midst() -> None:
    svg = drawn(back(5), Mode.LINE)
    assert texts(svg) == ["Morning run", "5 km on 1 day", "5", "2026-11-20"]
    assert len([*svg.iter(f"{SVG}circle")]) == 1


def test_a_line_of_many_days_has_no_dots() -> None:
    assert not [*drawn(back(*range(100)), Mode.LINE).iter(f"{SVG}circle")]


def test_a_line_of_no_known_day_is_the_vendors() -> None:
    points = [(16.0, 115.0), (110.0, 70.0), (204.0, 25.0)]
    svg = drawn({}, Mode.LINE, seen=Sight(points=points))
    (line,) = svg.iter(f"{SVG}polyline")
    places = [tuple(map(float, point.split(","))) for point in line.attrib["points"].split()]
    assert [round(x) for x, _ in places] == [28, 450, 872]
    assert places[0][1] > places[1][1] > places[2][1]


def test_a_line_of_nothing_says_so() -> None:
    assert texts(drawn({}, Mode.LINE)) == ["Morning run", NOTHING]


def test_a_badge_is_seven_weeks_as_seven_boxes() -> None:
    days = {TODAY: Decimal(1), TODAY - timedelta(days=6): Decimal(3), TODAY - timedelta(days=48): Decimal(1)}
    svg = drawn({**days, TODAY - timedelta(days=49): Decimal(9)}, Mode.BADGE)
    shades = [f"#{colour:06x}" for colour in ramp(RUNNING)]
    assert colours(svg, 44.0) == [shades[2], *[shades[0]] * 5, shades[4]]
    assert texts(svg) == ["Morning run", "5 km in 7 weeks"]


@pytest.mark.parametrize("color", ["shibafu", "momiji", "sora", "ichou", "ajisai", "kuro", "new"])
def test_every_colour_of_a_graph_is_legible_on_its_panel(color: str) -> None:
    empty, first, *others, fullest = ramp(RUNNING.model_copy(update={"color": color}))
    assert contrast(fullest, DARK.panel) >= 4.5
    assert contrast(first, empty) >= 1.3
    assert contrast(fullest, others[-1]) >= 1.2


@pytest.mark.parametrize("look", [DARK, LIGHT])
def test_letters_are_legible_on_their_panel(look: Look) -> None:
    assert contrast(look.ink, look.panel) >= 7
    assert contrast(look.faint, look.panel) >= 4.5


@pytest.mark.parametrize(
    ("mode", "size"), [(Mode.FULL, 1100), (Mode.SHORT, 600), (Mode.LINE, 1100), (Mode.BADGE, 500)]
)
async def test_a_picture_is_a_png_with_round_corners(mode: Mode, size: int) -> None:
    png = await draw_heatmap(Sight(), RUNNING, back(1, 2, 3), today=TODAY, mode=mode)
    image = Image.open(BytesIO(png)).convert("RGBA")
    assert image.format is None
    assert image.width > size > image.height
    assert image.getpixel((0, 0)) == (0, 0, 0, 0)
    assert len(png) < 200_000


@settings(max_examples=30)
@given(
    st.dictionaries(st.dates(date(1900, 1, 1), date(2999, 12, 31)), st.integers(0, 0xFFFFFF), max_size=6),
    st.dictionaries(
        st.dates(), st.decimals(allow_nan=False, allow_infinity=False, places=2, max_value=10**30), max_size=6
    ),
    st.sampled_from(Mode),
)
def test_any_days_make_a_document_that_can_be_read(
    cells: dict[date, int], days: dict[date, Decimal], mode: Mode
) -> None:
    svg = drawn(days, mode, seen=Sight(cells=sorted(cells.items())))
    assert float(svg.attrib["width"]) < 2_000
    assert float(svg.attrib["height"]) < 2_000


def test_words_tell_the_total_the_best_day_and_the_streaks() -> None:
    assert alt_text(RUNNING, back(2, 2, 5, 0, 1, 1, 0), today=TODAY) == (
        "Habit graph of Morning run: 11 km on 5 days. Best day: 2026-11-16 with 5. "
        "Current streak: 2 days, today still open; longest: 3 days."
    )
    assert alt_text(RUNNING, back(1), today=TODAY).endswith("Current streak: 1 day; longest: 1 day.")
    assert "Current streak: none; longest: 1 day." in alt_text(RUNNING, back(1, 0, 0), today=TODAY)


def test_words_tell_the_streak_that_the_card_does_although_it_is_longer_than_the_picture() -> None:
    year = back(*[1] * 365)
    words = alt_text(RUNNING, year, today=TODAY, streaks=tally(back(*[1] * 400), TODAY))
    assert "365 km on 365 days." in words
    assert words.endswith("Current streak: 400 days; longest: 400 days.")


def test_words_tell_that_there_is_nothing() -> None:
    assert alt_text(RUNNING, back(0), today=TODAY) == "Habit graph of Morning run: nothing is recorded."


def test_words_keep_any_script_and_stay_short() -> None:
    graph = Graph(id="ab", name="日本語 📚\n" * 400, unit="分" * 400, type=GraphType.FLOAT)
    words = alt_text(graph, back(1), today=TODAY)
    assert words.startswith("Habit graph of 日本語 📚 日本語")
    assert len(words) <= ALT_MOST
    assert "\n" not in words
