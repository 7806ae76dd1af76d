from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.ui.font import shipped
from bot.ui.lettering import drawable, fit


@pytest.mark.parametrize(
    ("text", "drawn"),
    [
        pytest.param("Luna", "Luna", id="plain"),
        pytest.param("  two\n lines\t ", "two lines", id="white space"),
        pytest.param("🦊 Fox 🦊", "Fox", id="emoji around"),
        pytest.param("\U0001d4db\U0001d4fe\U0001d4f7\U0001d4ea", "Luna", id="fancy letters"),
        pytest.param("\uff37\uff29\uff24\uff25", "WIDE", id="wide letters"),
        pytest.param("Zoe\u0308", "Zoë", id="an accent of its own"),
        pytest.param("شروع", "شروع", id="Arabic"),
        pytest.param("می\u200cروم", "می\u200cروم", id="a joiner"),
        pytest.param("a\0b\x1b[31mc", "a b [31mc", id="control signs"),
        pytest.param("a\ud800b\ufffec\U0010ffff", "abc", id="no characters at all"),
        pytest.param("a\ue000b", "ab", id="private signs"),
        pytest.param("a\u202egnp.exe", "agnp.exe", id="turned around"),
        pytest.param("♥\ufe0f", "♥", id="a sign that the font has"),
        pytest.param("o\u0301\u0302\u0303\u0304\u0305\u0306x", "ó\u0302\u0303x", id="piled-up accents"),
        pytest.param("Luna 月", "Luna", id="few letters lost"),
    ],
)
def test_what_the_font_can_show_is_kept(text: str, drawn: str) -> None:
    assert drawable(text) == drawn


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="nothing"),
        pytest.param(" \t\n", id="white space"),
        pytest.param("\u200b\u200d\u2060\ufeff", id="zero-width signs"),
        pytest.param("\u3164\u2800", id="blank letters"),
        pytest.param("👩\u200d🚀", id="an emoji of several"),
        pytest.param("佐藤さくら", id="a script that the font lacks"),
        pytest.param("佐藤さくら L", id="most letters lost"),
    ],
)
def test_a_text_that_cannot_be_recognised_is_none(text: str) -> None:
    assert drawable(text) is None


@given(st.text(st.characters(), max_size=60))
def test_what_is_drawable_needs_no_other_font(text: str) -> None:
    drawn = drawable(text)
    assert drawn is None or (drawn.strip() == drawn != "" and all(map(shipped().has, drawn)))


def test_a_line_that_fits_is_left_alone() -> None:
    assert fit("Luna", 20, shipped().width("Luna", 20)) == "Luna"


def test_a_line_that_does_not_fit_ends_in_an_ellipsis() -> None:
    assert fit("Luna of the Moon", 20, 80) == "Luna…"


@pytest.mark.parametrize("letter", ["x\u0323\u0302", "k\u0488"], ids=["without width", "with a width"])
def test_a_letter_is_not_parted_from_its_marks(letter: str) -> None:
    for width in range(40, 120):
        assert fit(letter * 30, 20, width).removesuffix("…") in {letter * count for count in range(30)}


def test_the_ellipsis_of_a_line_from_right_to_left_stands_at_its_end() -> None:
    assert fit("שלום עולם", 20, 80).endswith("…\u200f")
    assert fit("سلام دنیا", 20, 50).endswith("…\u200f")
    assert fit("(((((((((((((((((((((", 20, 50).endswith("(…")


@given(st.text(st.characters(), min_size=1, max_size=80), st.integers(30, 300))
def test_a_fitted_line_is_never_wider_than_asked(text: str, width: int) -> None:
    assert shipped().width(fit(drawable(text) or "?", 20, width), 20) <= width
