"""What the cards of PluralKit share: names that fit, pictures that Discord takes, the mark."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from bot.api.pluralkit import FrontTally, Member, Switch, System
from bot.ui.card import Card
from bot.ui.pluralkit.fronts import CHART, Statistics, shares_of, stats_card
from bot.ui.pluralkit.marks import add_small, birthday, colour_of, fitting, joined, picture
from tests.bodies import parts_of

UUID = "123e4567-e89b-12d3-a456-426614174000"
NOW = datetime(2026, 1, 1, tzinfo=UTC)


def _texts(card: Card) -> list[str]:
    return [part["content"] for part in parts_of(card.to_components()) if "content" in part]


def test_names_are_as_long_as_fits_and_never_shorter_than_that() -> None:
    def lines(most: int) -> Sequence[str]:
        return ["x" * most] * 10

    assert fitting(lines, 5_000) == ["x" * 100] * 10
    assert fitting(lines, 1_009) == ["x" * 60] * 10
    assert fitting(lines, 250) == ["x" * 24] * 10
    assert fitting(lines, 1) == ["x" * 12] * 10
    assert fitting(lambda _most: [], 0) == []


@pytest.mark.parametrize(
    ("most", "said"),
    [
        (100, "one, two, three"),
        (15, "one, two, three"),
        (14, "one, two and 1 more"),
        (4, "one and 2 more"),
        (2, "o…"),
    ],
)
def test_names_that_do_not_fit_are_counted(most: int, said: str) -> None:
    assert joined(["one", "two", "three"], most) == said


def test_no_names_are_nothing() -> None:
    assert joined([], 10) == ""


@pytest.mark.parametrize(
    ("text", "shown"),
    [("2001-01-31", "January 31, 2001"), ("0004-02-29", "February 29"), ("nope", "nope"), (None, None)],
)
def test_birthdays_are_written_as_people_do(text: str | None, shown: str | None) -> None:
    assert birthday(text) == shown


def test_colours_are_six_hex_digits_and_nothing_else() -> None:
    assert [colour_of(text) for text in ("fF8800", "000000", "#ff8800", "ff880", "", None)] == [
        *(0xFF8800, 0),
        *(None, None, None, None),
    ]


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("https://cdn.example.org/a.png", "https://cdn.example.org/a.png"),
        ("https://cdn.example.org/ä.png", "https://cdn.example.org/%C3%A4.png"),
        ("http://cdn.example.org/a.png", None),
        ("https://cdn.example.org:8443/a.png", "https://cdn.example.org:8443/a.png"),
        ("https://xn--mnchen-3ya.example/a.png", "https://xn--mnchen-3ya.example/a.png"),
        ("https://a_b.example.xn--p1ai/a.png", "https://a_b.example.xn--p1ai/a.png"),
        ("https://cdn.example.org:port/a.png", None),
        ("https://cdn.example.org:99999/a.png", None),
        ("https://cdn.example.org\\@evil.example/a.png", None),
        ("https://cdn.example.org/a\\b.png", None),
        ("https://ada@cdn.example.org/a.png", None),
        ("https://ada:key@cdn.example.org/a.png", None),
        ("https://./x", None),
        ("https://a..b/", None),
        ("https://localhost/a.png", None),
        ("https://[", None),
        ("https://" + "a" * 2_000 + ".org", None),
        (None, None),
    ],
)
def test_only_what_discord_takes_is_a_picture(address: str | None, shown: str | None) -> None:
    assert picture(address) == shown


def test_the_mark_is_explained_where_it_stands_and_nowhere_else() -> None:
    assert _texts(_with_small(Card("Open"), "one", None)) == ["### Open", "-# one"]
    assert _texts(_with_small(Card("Shut 🔒"), "one")) == [
        "### Shut 🔒",
        "-# one\n-# 🔒 marks what others do not see.",
    ]
    assert _texts(_with_small(Card("Open"), "one 🔒"))[1].endswith("do not see.")
    assert _texts(_with_small(Card("Open"), None)) == ["### Open"]


def _with_small(card: Card, *lines: str | None) -> Card:
    add_small(card, *lines)
    return card


def test_a_card_that_is_full_takes_no_more_and_does_not_break() -> None:
    card = Card().text("x" * 4_000)
    assert card.room == 0
    card.text("more", picture="https://cdn.example.org/a.png").small("small")
    assert _texts(card) == ["x" * 4_000]


def test_statistics_that_cannot_be_drawn_are_still_told() -> None:
    tally = FrontTally(NOW)
    tally.add([Switch(id=UUID, timestamp=NOW - timedelta(hours=2), members=["wrenq"])])
    member = Member(id="wrenq", uuid=UUID, name="Wren")
    stats = Statistics(System(id="hrbrht", uuid=UUID), tally, shares_of(tally, [member]))
    assert "100 % **Wren** · 2 h" in _texts(stats_card(stats, None, []))
    assert [file.filename for file in stats_card(stats, b"png", []).files()] == [CHART]
