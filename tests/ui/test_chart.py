from __future__ import annotations

import math
from xml.etree import ElementTree as ET  # what it reads is our own

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.ui.chart import EMPTY, MOST_BARS, Bar, bar_chart, visible
from bot.ui.font import shipped
from bot.ui.shapes import contrast

SVG = "{http://www.w3.org/2000/svg}"
PANEL, TRACK = "#232428", "#34363c"


def bar(label: str = "Luna", share: float = 0.5, *, note: str = "50 %", colour: int | None = None) -> Bar:
    return Bar(label, "abcde", share, note, colour)


def texts(svg: str) -> list[str]:
    return [element.text or "" for element in ET.fromstring(svg).iter(f"{SVG}text")]  # noqa: S314 - our own


def widths(svg: str) -> list[float]:
    """Return how long the coloured bars are, from the top."""
    shapes = ET.fromstring(svg).iter(f"{SVG}rect")  # noqa: S314 - our own
    return [float(shape.attrib["width"]) for shape in shapes if shape.get("fill") not in {PANEL, TRACK}]


def test_a_chart_says_its_title_labels_and_notes() -> None:
    svg = bar_chart("Front", [bar("Luna", note="42 % · 3 d"), bar("Sol", note="7 %")])
    assert texts(svg) == ["Front", "Luna", "Sol", "42 % · 3 d", "7 %"]


def test_the_longest_bar_fills_the_width_and_the_others_are_in_proportion() -> None:
    first, second, third = widths(bar_chart("Front", [bar(share=0.2), bar(share=0.4), bar(share=0.1)]))
    assert (first / second, third / second) == pytest.approx((0.5, 0.25), abs=0.01)
    (alone,) = widths(bar_chart("Front", [bar(share=0.001)]))
    assert alone == second


def test_a_share_of_nothing_has_no_bar_and_one_of_next_to_nothing_can_be_seen() -> None:
    lengths = widths(bar_chart("Front", [bar(share=1), bar(share=0), bar(share=1e-9)]))
    assert lengths[1:] == [4.0]
    assert widths(bar_chart("Front", [bar(share=0)])) == []


def test_a_chart_without_bars_says_so() -> None:
    assert texts(bar_chart("Front", [])) == ["Front", EMPTY]


@pytest.mark.parametrize("share", [math.nan, math.inf, -0.1])
def test_a_share_that_is_none_is_an_error_of_ours(share: float) -> None:
    with pytest.raises(ValueError, match="shares from 0 to 1"):
        bar_chart("Front", [bar(), bar(share=share)])


def test_more_bars_than_are_legible_are_an_error_of_ours() -> None:
    bar_chart("Front", [bar()] * MOST_BARS)
    with pytest.raises(ValueError, match="at most 25 bars"):
        bar_chart("Front", [bar()] * (MOST_BARS + 1))


@pytest.mark.parametrize(
    ("label", "drawn"),
    [
        pytest.param("<b>&amp;]]>", "<b>&amp;]]>", id="markup"),
        pytest.param("\"'><script>", "\"'><script>", id="quotes"),
        pytest.param("a\0\x0b\ufffe\ud800b", "a b", id="signs that XML forbids"),
        pytest.param("佐藤さくら", "abcde", id="no glyphs"),
        pytest.param("👩\u200d🚀", "abcde", id="an emoji"),
        pytest.param("", "abcde", id="nothing"),
        pytest.param("\u200b", "abcde", id="zero width"),
    ],
)
def test_a_label_is_drawn_as_it_is_or_its_fallback_is(label: str, drawn: str) -> None:
    assert texts(bar_chart("", [bar(label)]))[0] == drawn


def test_a_label_without_glyphs_whose_fallback_has_none_is_a_question_mark() -> None:
    assert texts(bar_chart("", [Bar("猫", "犬", 1.0, "")])) == ["?"]


@pytest.mark.parametrize("title", ["W" * 10_000, "\u0301" * 10_000, "名前"])
def test_a_title_takes_one_line_at_the_most(title: str) -> None:
    (*heads, said) = texts(bar_chart(title, []))
    assert said == EMPTY
    assert all(shipped().width(head, 26) <= 900 for head in heads)


def test_long_labels_and_notes_leave_room_for_the_bars() -> None:
    svg = bar_chart("Front", [bar("W" * 10_000, note="x" * 10_000)])
    assert all(text.endswith("…") for text in texts(svg)[1:])
    assert widths(svg)[0] > 300


@given(st.text(st.characters(), max_size=40), st.text(st.characters(), max_size=40))
def test_any_text_makes_a_document_that_can_be_read(label: str, note: str) -> None:
    assert len(texts(bar_chart(note, [Bar(label, label, 1.0, note)]))) >= 1


@given(st.integers(0, 0xFFFFFF))
def test_every_colour_stands_out_from_what_it_is_drawn_on(colour: int) -> None:
    assert contrast(visible(colour), 0x34363C) >= 3
    assert contrast(visible(colour), 0x232428) >= 3


@pytest.mark.parametrize("colour", [0xFFFFFF, 0xFF8800, 0x00FF00])
def test_a_colour_that_stands_out_is_kept(colour: int) -> None:
    assert visible(colour) == colour
    assert f"#{colour:06x}" in bar_chart("Front", [bar(colour=colour)])


def test_contrast_is_reckoned_as_wcag_does() -> None:
    assert contrast(0x000000, 0xFFFFFF) == contrast(0xFFFFFF, 0x000000) == pytest.approx(21)
    assert contrast(0x777777, 0xFFFFFF) == pytest.approx(4.48, abs=0.01)
