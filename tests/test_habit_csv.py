"""Files of days: what is written is read again, and what people keep is read as they mean it."""

from __future__ import annotations

import csv
import io
import json
import time
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.api.pixela import GraphType
from bot.errors import InvalidInput
from bot.habit_csv import SHOWN_FLAWS, Sheet, read_csv, spans, write_csv

TODAY = date(2026, 11, 20)
ROWS = "2026-11-18,3\n2026-11-19,-1\n"
BOTH = {date(2026, 11, 18): Decimal(3), date(2026, 11, 19): Decimal(-1)}

past = st.dates(date(1900, 1, 1), TODAY)
cents = st.integers(-(10**15) + 1, 10**15 - 1).map(lambda number: Decimal(number) / 100)
data = st.none() | st.recursive(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=20) | st.integers() | st.booleans(),
    lambda inner: st.dictionaries(st.text(st.characters(exclude_categories=["Cs"]), max_size=5), inner),
    max_leaves=5,
).flatmap(
    lambda value: st.sampled_from([json.dumps(value, indent=n, ensure_ascii=n == 1) for n in (None, 1)])
)


def read(text: str | bytes, kind: GraphType = GraphType.FLOAT) -> Sheet:
    return read_csv(text if isinstance(text, bytes) else text.encode(), kind, TODAY)


def quantities(sheet: Sheet) -> dict[date, Decimal]:
    return {day: row.quantity.value for day, row in sheet.rows.items()}


def flaws(text: str, kind: GraphType = GraphType.FLOAT) -> list[tuple[int, str]]:
    return [(flaw.line, flaw.reason) for flaw in read(text, kind).flaws]


@given(st.dictionaries(past, st.tuples(cents, data), max_size=20))
def test_what_is_exported_is_imported_again(days: dict[date, tuple[Decimal, str | None]]) -> None:
    sheet = read(write_csv((day, quantity, about) for day, (quantity, about) in days.items()))
    found = {day: (row.quantity.value, row.data) for day, row in sheet.rows.items()}
    assert (found, sheet.bad, sheet.repeated) == (days, 0, 0)


@given(st.text())
def test_no_cell_is_run_by_a_spreadsheet(about: str) -> None:
    written = write_csv([(TODAY, Decimal(-5), about)]).decode(errors="replace")
    _, (day, quantity, cell) = csv.reader(io.StringIO(written, newline=""))
    assert (day, quantity) == ("2026-11-20", "-5")
    assert not cell.startswith(("=", "+", "@", "\t", "\r", "\n"))
    assert not cell.startswith("-") or cell[1:].replace(".", "").isdecimal()


@pytest.mark.parametrize(
    "text",
    [
        ROWS,
        "date,quantity\n" + ROWS,
        "\ufeffdate,quantity\r\n" + ROWS.replace("\n", "\r\n"),
        ("date,quantity\n" + ROWS).replace("\n", "\r"),
        ("Date;Value\n" + ROWS).replace(",", ";"),
        ("day\tCOUNT\n" + ROWS).replace(",", "\t"),
        '"date","quantity"\n"2026-11-18","3"\n"2026-11-19","-1"',
        "sep=;\r\n" + ROWS.replace(",", ";"),
        '\ufeff"sep=,"\ndate,quantity\n' + ROWS,
        "SEP=\t\nquantity\tdate\n3\t2026-11-18\n-1\t2026-11-19\n",
        "note,amount,habit,Datum\nfine,3,walk,20261118\nso so,-1,walk,20261119\n",
        "data;valor\n2026/11/18;3,0\n2026.11.19;-1,00\n",
        "\n  \ndate,quantity\n\n2026-11-18T21:30:00Z,3\n,\n2026-11-19 07:00,-1\n\n",
    ],
)
def test_a_file_is_read_as_people_keep_it(text: str) -> None:
    sheet = read(text)
    assert (quantities(sheet), sheet.bad) == (BOTH, 0)


def test_a_file_of_a_spreadsheet_in_utf_16_is_read() -> None:
    assert quantities(read(("date\tquantity\n" + ROWS.replace(",", "\t")).encode("utf-16"))) == BOTH


def test_a_bad_line_is_told_by_its_number_and_the_rest_is_taken() -> None:
    text = (
        'date,quantity,data\n2026-11-01,1,"{\n}"\n2023-02-30,2\n2026-11-03\nyesterday,3\n2026-11-05,1e3\n'
        '2026-11-06,∞\n2026-11-21,4\n1899-12-31,5\n2026-11-09,6,nonsense\n2026-11-10,"7,5"\n2026-11-11,8\n'
    )
    assert flaws(text, GraphType.INT)[:3] == [
        (4, "There is no such day in the calendar."),
        (5, "There are too few cells."),
        (6, "A date is written like `2026-11-20`."),
    ]
    sheet = read(text, GraphType.INT)
    assert [flaw.line for flaw in sheet.flaws] == [4, 5, 6, 7, 8, 9, 10, 11, 12]
    assert sheet.flaws[5].reason == "This day has not come yet."
    assert [*quantities(sheet)] == [date(2026, 11, 1), date(2026, 11, 11)]
    assert sheet.rows[date(2026, 11, 1)].data == "{\n}"


@pytest.mark.parametrize("bad", ["oops,5", "2026-13-40,5", "sep=;\noops;5"])
def test_a_bad_first_line_is_told_by_its_number_too(bad: str) -> None:
    sheet = read(f"{bad}\n" + (ROWS.replace(",", ";") if ";" in bad else ROWS))
    assert (quantities(sheet), [flaw.line for flaw in sheet.flaws]) == (BOTH, [bad.count("\n") + 1])


def test_a_quote_without_an_end_spoils_its_own_line_alone() -> None:
    text = 'date,quantity,data\n2026-11-01,1\n2026-11-02,"2\n2026-11-03,3\n2026-11-04,4,"{\n2026-11-05,5\n'
    sheet = read(text)
    assert [*sheet.rows] == [date(2026, 11, day) for day in (1, 3, 5)]
    assert [flaw.line for flaw in sheet.flaws] == [3, 5]
    assert flaws('2026-11-01,1\n2026-11-02,"2"2\n')[0] == (2, "Its quotes do not match.")
    assert flaws("2026-11-01,1\n2026-11-02," + "9" * 200_000)[0][0] == 2
    with pytest.raises(InvalidInput, match="Too many quotes"):
        read('date,quantity\n2026-11-02,"2\n' + '2026-11-03,"3\n' * 5000)


def test_of_lines_about_one_day_the_last_counts_and_flaws_are_told_up_to_ten() -> None:
    sheet = read("2026-11-18,1\n2026-11-18,2\n" + "x,y\n" * 25 + "2026-11-18,3\n")
    assert quantities(sheet) == {date(2026, 11, 18): Decimal(3)}
    assert (sheet.repeated, sheet.bad, len(sheet.flaws)) == (2, 25, SHOWN_FLAWS)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "The file is empty."),
        (b"\n\n , \n", "The file is empty."),
        (b"\x89PNG\r\n\x1a\n", "no text in UTF-8"),
        (b"date,quantity\n2026-11-18,3\xff", "no text in UTF-8"),
        (b"when,how much\n2026-11-18,3\n", "names no columns `date` and `quantity`"),
        (b"date,steps\n2026-11-18,3\n", "names no columns `date` and `quantity`"),
        (b"<html><body>404</body></html>", "names no columns `date` and `quantity`"),
    ],
)
def test_what_is_no_such_file_is_told_so(content: bytes, reason: str) -> None:
    with pytest.raises(InvalidInput, match=reason):
        read(content)


@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused_in_words(content: bytes) -> None:
    try:
        sheet = read(content)
    except InvalidInput as error:
        assert str(error)  # noqa: PT017 - either is right
    else:
        assert all(day <= TODAY for day in sheet.rows)


def test_ten_times_as_many_lines_take_ten_times_as_long() -> None:
    first = TODAY - timedelta(days=45_000)
    lines = [f"{first + timedelta(days=n % 45_000)},{n / 100:.2f}" for n in range(100_000)]
    lines[50_000] = "2023-02-30,1"
    began = time.thread_time()
    read("date,quantity\n" + "\n".join(lines[:10_000]))
    a_tenth = time.thread_time() - began
    sheet = read("date,quantity\n" + "\n".join(lines))
    assert time.thread_time() - began - a_tenth < 25 * a_tenth
    assert (len(sheet.rows), sheet.repeated, sheet.bad) == (45_000, 54_999, 1)
    assert sheet.flaws[0].line == 50_002


@given(st.frozensets(past, max_size=30), st.integers(1, 400))
def test_spans_hold_every_day_once_and_none_is_too_long(days: frozenset[date], most: int) -> None:
    found = spans(days, most)
    assert all((last - first).days < most for first, last in found)
    assert all(sum(first <= day <= last for first, last in found) == 1 for day in days)
    assert all(first in days and last in days for first, last in found)
