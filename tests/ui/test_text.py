"""Text of strangers made safe: cut, on one line, without what turns, hides or pings."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.ui.text import clip, code, is_visible, lasting, one_line, plain, prose, tidy, when


@given(st.text(), st.integers(-5, 50))
def test_what_is_clipped_is_never_longer_than_it_may_be(text: str, most: int) -> None:
    clipped = clip(text, most)
    assert len(clipped) <= max(most, 0) or clipped == text == ""
    assert clipped == text or most <= 0 or clipped.endswith("…")


def test_what_fits_is_not_clipped() -> None:
    assert clip("harbour", 7) == "harbour"
    assert clip("harbour", 6) == "harbo…"
    assert clip("har bour", 5) == "har…"
    assert clip("harbour", 0) == ""


@given(st.text())
def test_plain_text_is_one_line_without_markdown_and_mentions(text: str) -> None:
    shown = plain(text, 10_000)
    assert "\n" not in shown
    assert "@everyone" not in shown
    assert "<@" not in shown.replace("\\<@", "")
    assert len(shown) <= 2 * len(text) + 2


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("**b** _i_", "\\*\\*b\\*\\* \\_i\\_"),
        ("a\n# b\r\n\tc", "a \\# b c"),
        ("@here", "@\u200bhere"),
        ("\u202eabc\u202c\x00\x1b", "abc"),
        ("https://evil.example", "https\\://evil.example"),
        ("\u05d0\u05d1 12", "\u2068\u05d0\u05d1 12\u2069"),
        ("\u2067\u0645\u0646", "\u2068\u0645\u0646\u2069"),
        ("", ""),
    ],
)
def test_plain_text_shows_as_it_was_typed(text: str, shown: str) -> None:
    assert plain(text) == shown


def test_prose_keeps_its_markdown_and_lines_and_pings_nobody() -> None:
    assert prose(" **b**\n- @everyone\u202e ") == "**b**\n- @\u200beveryone"
    assert prose("*" * 10, 4) == "***…"


def test_one_line_is_for_where_markdown_is_not_read() -> None:
    assert one_line(" a *b*\n\x07 c ") == "a *b* c"
    assert tidy("a\nb\tc\x00") == "a\nb c "


@given(st.text())
def test_code_never_ends_before_its_end(text: str) -> None:
    shown = code(text)
    assert shown[0] == shown[-1] == "`"
    assert len(shown) >= 3
    assert "`" not in shown[1:-1]
    assert "\n" not in shown


@pytest.mark.parametrize(
    ("text", "visible"),
    [("a", True), ("🦀", True), ("", False), (None, False), (" \n\u200b\u2800\u3164\u202e", False)],
)
def test_what_can_be_seen_is_told_from_what_cannot(text: str | None, visible: bool) -> None:
    assert is_visible(text) == visible


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (-5, "0 s"),
        (0, "0 s"),
        (0.9, "0 s"),
        (42, "42 s"),
        (60, "1 min"),
        (189, "3 min 9 s"),
        (3_600, "1 h"),
        (3_605, "1 h"),
        (18_720, "5 h 12 min"),
        (90_000, "1 d 1 h"),
        (86_460, "1 d"),
        (400 * 86_400, "400 d"),
    ],
)
def test_how_long_something_lasted_is_said_in_its_two_largest_units(seconds: float, words: str) -> None:
    assert lasting(seconds) == words


def test_a_moment_is_shown_in_the_zone_of_the_reader() -> None:
    assert when(1767225600) == "<t:1767225600:R>"
    assert when(1767225600, "f") == "<t:1767225600:f>"
    assert when(None) == "never"


@given(st.text())
def test_tidy_text_has_neither_control_nor_direction_signs_nor_our_mark(text: str) -> None:
    tidied = tidy(text)
    assert not any(unicodedata.category(char) == "Cc" for char in tidied.replace("\n", "")), "control signs"
    assert not {"\N{LOCK}", "\u202e", "\u2066", "\u200e", "\u200f", "\u061c"} & {*tidied}
    assert tidy(tidied) == tidied


@pytest.mark.parametrize("text", ["shoal", "🪶 Wren", "\N{LOCK}ed", "a\u202eb", "a\tb\nc", "שלום", ""])
def test_text_that_prints_as_it_is_is_tidied_like_any_other(text: str) -> None:
    kept = "".join(char if char == "\n" or unicodedata.category(char) != "Cc" else " " for char in text)
    assert tidy(text) == kept.replace("\u202e", "").replace("\N{LOCK}", "")
