"""What people type, against the vendor's rules."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.api.pixela import (
    COLOURS,
    Graph,
    GraphType,
    Quantity,
    check_colour,
    check_description,
    check_graph_id,
    check_link,
    check_mail,
    check_optional_data,
    check_timezone,
    check_type,
    check_webhook_hash,
    check_webhook_type,
    check_words,
    day_text,
    parse_day,
    parse_quantity,
    show_quantity,
)
from bot.api.pixela.days import find_day, windows
from bot.api.pixela.rules import check_purge_urls, check_self_sufficient
from bot.errors import InvalidInput

GRAPH_ID = re.compile(r"\A[a-z][a-z0-9-]{1,16}\Z")
WIRE = {GraphType.INT: re.compile(r"-?[0-9]+"), GraphType.FLOAT: re.compile(r"-?[0-9]+\.[0-9]{2}")}
TODAY = date(2026, 11, 20)


@given(st.from_regex(GRAPH_ID) | st.text(max_size=20) | st.text("ab-9 \n", max_size=5))
def test_a_graph_id_is_taken_as_the_vendor_takes_it(text: str) -> None:
    graph_id = text.strip(" ")
    if GRAPH_ID.match(graph_id):
        assert check_graph_id(text) == graph_id
    else:
        with pytest.raises(InvalidInput):
            check_graph_id(text)


@pytest.mark.parametrize(
    ("typed", "whole", "decimal"),
    [
        ("3", "3", "3.00"),
        (" 7 ", "7", "7.00"),
        ("+5", "5", "5.00"),
        ("-0", "0", "0.00"),
        ("-0.00", "0", "0.00"),
        ("007", "7", "7.00"),
        ("-12", "-12", "-12.00"),
        ("\u0661\u0662", "12", "12.00"),
        ("\uff0d\uff13", "-3", "-3.00"),
        ("\u22123", "-3", "-3.00"),
        ("3.0", "3", "3.00"),
        ("5.", "5", "5.00"),
        ("3.50", None, "3.50"),
        ("3\uff0e5", None, "3.50"),
        (".5", None, "0.50"),
        ("-.05", None, "-0.05"),
        ("3.1400000", None, "3.14"),
        ("999999999999999", "999999999999999", None),
        ("9999999999999.99", None, "9999999999999.99"),
        ("3.141", None, None),
        ("1e3", None, None),
        ("0x1", None, None),
        ("∞", None, None),
        ("inf", None, None),
        ("NaN", None, None),
        ("3,5", None, None),
        ("1,000", None, None),
        ("1_000", None, None),
        ("1 000", None, None),
        ("5²", None, None),
        ("½", None, None),
        ("Ⅳ", None, None),
        ("--3", None, None),
        (".", None, None),
        ("", None, None),
        (" ", None, None),
        ("three", None, None),
        ("1" * 16, None, None),
        ("9" * 400, None, None),
        ("0" * 400, None, None),
        ("0." + "0" * 400 + "1", None, None),
    ],
)
def test_a_quantity_is_read_as_it_was_meant_or_refused(
    typed: str, whole: str | None, decimal: str | None
) -> None:
    for kind, sent in ((GraphType.INT, whole), (GraphType.FLOAT, decimal)):
        if sent is None:
            with pytest.raises(InvalidInput) as caught:
                parse_quantity(typed, kind)
            assert str(caught.value).endswith(".")
            assert len(str(caught.value)) < 120
        else:
            assert str(parse_quantity(typed, kind)) == sent


@pytest.mark.parametrize(
    ("typed", "kind", "rule"),
    [
        ("3.5", GraphType.INT, "whole numbers"),
        ("3.141", GraphType.FLOAT, "two decimals"),
        ("3,5", GraphType.FLOAT, "with a point"),
        ("9" * 400, GraphType.INT, "15 digits"),
        ("99999999999999.99", GraphType.FLOAT, "13 digits"),
        ("1e3", GraphType.INT, "plain digits"),
    ],
)
def test_a_refused_quantity_is_told_which_rule_it_broke(typed: str, kind: GraphType, rule: str) -> None:
    with pytest.raises(InvalidInput, match=rule):
        parse_quantity(typed, kind)


@given(st.text(max_size=60) | st.text("0123456789.,+-e \u0661", max_size=45), st.sampled_from(GraphType))
def test_whatever_is_typed_is_sent_in_the_vendors_form_or_not_at_all(text: str, kind: GraphType) -> None:
    try:
        quantity = parse_quantity(text, kind)
    except InvalidInput:
        return
    assert WIRE[kind].fullmatch(str(quantity))
    assert Decimal(str(quantity)) == quantity.value


@given(st.decimals(places=2, min_value=-(10**13) + 1, max_value=10**13 - 1))
def test_a_quantity_goes_there_and_back(value: Decimal) -> None:
    assert parse_quantity(str(Quantity(value, GraphType.FLOAT)), GraphType.FLOAT).value == value
    assert parse_quantity(show_quantity(value), GraphType.FLOAT).value == value


@pytest.mark.parametrize("value", ["NaN", "Infinity", "1e13", "-1E+400"])
def test_no_value_outside_of_the_limits_is_a_quantity(value: str) -> None:
    with pytest.raises(InvalidInput, match="13 digits"):
        Quantity(Decimal(value), GraphType.FLOAT)


@pytest.mark.parametrize("kind", GraphType)
def test_the_largest_quantity_survives_an_upstream_that_counts_in_floating_point(kind: GraphType) -> None:
    largest = Decimal("9" * kind.digits if kind is GraphType.INT else "9" * kind.digits + ".99")
    assert f"{float(Quantity(largest, kind).value):.2f}" == f"{largest:.2f}"


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("1E+3", "1000"),
        ("3.50", "3.5"),
        ("-0.00", "0"),
        ("-0.50", "-0.5"),
        ("100", "100"),
        ("25.299999999999997", "25.3"),
        ("-0.001", "0"),
        ("1E+300", "1" + "0" * 300),
    ],
)
def test_a_quantity_is_shown_plainly_and_without_the_noise_of_sums(value: str, shown: str) -> None:
    assert show_quantity(Decimal(value)) == shown


@given(st.dates(date(1900, 1, 1), date(2999, 12, 31)))
def test_a_day_goes_there_and_back(day: date) -> None:
    assert parse_day(day.isoformat(), TODAY) == parse_day(f" {day_text(day)} ", TODAY) == day
    assert find_day(day_text(day)) == find_day(day.isoformat()) == day


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("today", TODAY),
        (" Yesterday ", date(2026, 11, 19)),
        ("2024-02-29", date(2024, 2, 29)),
        ("\uff12\uff10\uff12\uff14\uff10\uff12\uff12\uff19", date(2024, 2, 29)),
    ],
)
def test_a_day_is_read(typed: str, day: date) -> None:
    assert parse_day(typed, TODAY) == day


@pytest.mark.parametrize(
    ("typed", "rule"),
    [
        ("2023-02-29", "no such day"),
        ("20230230", "no such day"),
        ("2026-13-01", "no such day"),
        ("0000-01-01", "no such day"),
        ("1899-12-31", "between 1900 and 2999"),
        ("3000-01-01", "between 1900 and 2999"),
        ("2024-0229", "typed like"),
        ("2024/02/29", "typed like"),
        ("29.02.2024", "typed like"),
        ("tomorrow", "typed like"),
        ("20240229\n20240301", "typed like"),
        ("", "typed like"),
    ],
)
def test_a_day_that_is_none_is_refused(typed: str, rule: str) -> None:
    with pytest.raises(InvalidInput, match=rule):
        parse_day(typed, TODAY)


def test_today_is_that_of_the_graphs_time_zone() -> None:
    now = datetime(2026, 11, 20, 23, 30, tzinfo=UTC)
    zones = {"": 20, "UTC": 20, "Asia/Tokyo": 21, "America/Los_Angeles": 20, "Nowhere/At_All": 20}
    days = {name: Graph(id="ab", name="A", timezone=name).today(now).day for name in zones}
    assert days == zones


@given(st.dates(date(1990, 1, 1), date(2030, 1, 1)), st.integers(0, 2_000))
def test_windows_are_the_whole_span_in_pieces_that_are_allowed(first: date, length: int) -> None:
    last = first + timedelta(days=length)
    pieces = [*windows(first, last)]
    assert pieces[0][0] == first
    assert pieces[-1][1] == last
    assert all((end - start).days < 365 for start, end in pieces)
    assert all(after[0] - before[1] == timedelta(days=1) for before, after in zip(pieces, pieces[1:]))  # noqa: B905, RUF007


def test_windows_end_with_the_calendar() -> None:
    assert [*windows(date.max, date.max)] == [(date.max, date.max)]
    assert [*windows(TODAY, date(2020, 1, 1))] == []


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("Europe/Berlin", "Europe/Berlin"),
        ("america/new york", "America/New_York"),
        (" UTC ", "UTC"),
        ("Asia/Tokyo", "Asia/Tokyo"),
        ("japan", "Japan"),
        ("GMT", "GMT"),
    ],
)
def test_a_time_zone_is_taken_in_any_spelling(typed: str, name: str) -> None:
    assert check_timezone(typed) == name


@pytest.mark.parametrize(
    "typed",
    [
        *("", "CET", "EST", "JST", "GMT+1", "Europe", "Factory", "../UTC", "/etc/passwd", "localtime"),
        *("a\0b", "Mars/Base"),
    ],
)
def test_what_is_no_region_and_city_is_no_time_zone(typed: str) -> None:
    with pytest.raises(InvalidInput, match="region and city"):
        check_timezone(typed)


def test_a_colour_is_taken_by_either_name() -> None:
    assert [check_colour(plain.upper()) for plain in COLOURS.values()] == [*COLOURS]
    assert [check_colour(name) for name in COLOURS] == [*COLOURS]
    with pytest.raises(InvalidInput, match=r"`shibafu` \(green\), .*`kuro` \(black\)\."):
        check_colour("pink")


@pytest.mark.parametrize(
    ("check", "taken", "refused"),
    [
        (check_type, ["int", "float"], ["", "Int", "double"]),
        (check_webhook_type, ["increment", "stopwatch"], ["", "ADD"]),
        (check_self_sufficient, ["increment", "none"], ["", "both"]),
        (check_description, ["", "x" * 256], ["x" * 257]),
        (check_webhook_hash, ["a", "f" * 64, "A-b_9"], ["", "..", "a/b", "a b", "é", "f" * 129]),
        (check_link, ["https://a.example/b?c"], ["", "a.example", "javascript:x", "https://a b", "https://"]),
        (check_mail, ["a@b"], ["", "a", "@b", "a@b c", "a@b@c"]),
        (check_optional_data, ["{}", '"' + "x" * 9_997 + '"'], ["", "{", "NaN", "[" * 9_000, "1" * 10_000]),
    ],
)
def test_a_rule_takes_what_the_vendor_takes_and_nothing_else(
    check: Callable[[str], str], taken: list[str], refused: list[str]
) -> None:
    assert [check(text) for text in taken] == taken
    for text in refused:
        with pytest.raises(InvalidInput) as caught:
            check(text)
        assert str(caught.value).endswith(".")


def test_data_counts_in_bytes() -> None:
    assert check_optional_data(json.dumps("é" * 4_000, ensure_ascii=False))
    with pytest.raises(InvalidInput, match="10 KB"):
        check_optional_data(json.dumps("é" * 5_000, ensure_ascii=False))
    with pytest.raises(InvalidInput, match="10 KB"):
        check_optional_data('"' + "\ud800" * 9_000 + '"')


def test_five_addresses_are_told_of_changes_and_no_more() -> None:
    assert check_purge_urls([" https://a.example "] * 5) == ["https://a.example"] * 5
    with pytest.raises(InvalidInput, match="at most 5"):
        check_purge_urls(["https://a.example"] * 6)


def test_words_may_not_be_empty() -> None:
    assert check_words(" km ", "A unit") == "km"
    with pytest.raises(InvalidInput, match="A unit may not be empty"):
        check_words(" \n", "A unit")
