"""The days of a graph as CSV: written so that a spreadsheet takes it, read as people keep it. No Discord.

What is written can be read again and is the same. Cells that a spreadsheet would run as a formula are marked
with an apostrophe, which is taken away again.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from itertools import chain

from bot.api.pixela import GraphType, Quantity, check_optional_data, parse_quantity
from bot.errors import InvalidInput

SHOWN_FLAWS = 10
"""Bad lines that are told one by one; the others are counted."""

_HEADER = ("date", "quantity", "data")
_DATES = ("date", "day", "datum", "fecha", "jour", "日付", "timestamp", "time")
_QUANTITIES = (
    *("quantity", "value", "count", "amount", "qty", "number", "total", "menge", "wert", "anzahl"),
    *("cantidad", "valor", "quantité", "valeur", "数量", "値"),
)
_DATA = ("data", "optionaldata", "optional_data", "optional data")
_DELIMITERS = (",", ";", "\t")
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "'")
"""What a cell begins with that a spreadsheet may run, and the mark that keeps it from that."""
_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")
_PLAIN = re.compile(r"-?[0-9]{1,14}(?:\.[0-9]{1,2})?")
_AMOUNT = re.compile(r"[+-]?[0-9][0-9.,]*")
_SEPARATOR = re.compile(r'"?sep=([,;\t])"?\s*', re.IGNORECASE)
"""A first line that tells spreadsheets what stands between the cells."""
_COMMA = re.compile(r"([+-]?[0-9]+),([0-9]{1,2})")
_DAY = re.compile(r"([0-9]{4})([-/.]?)([0-9]{2})\2([0-9]{2})(?:[T ].*)?", re.DOTALL)
_FIRST_YEAR = 1900
_LONGEST_RECORD = 25_000
"""Characters that a line with its quoted breaks may have: 10 KB of data, each sign doubled, and some."""
_OPEN_QUOTES = 500
"""Quotes without an end after which a file counts as none."""
_KEPT = 4096
"""Different quantities of which it is remembered what they mean: most files repeat a few."""


@dataclass(frozen=True, slots=True)
class Row:
    """One day of a file."""

    day: date
    quantity: Quantity
    data: str | None = None
    """JSON, as a text."""


@dataclass(frozen=True, slots=True)
class Flaw:
    """A line that was left out, and why."""

    line: int
    reason: str


@dataclass(slots=True)
class Sheet:
    """What a file holds."""

    rows: Mapping[date, Row]
    """Each day once; the last line about it counts."""
    repeated: int = 0
    """Lines that a later one about the same day took the place of."""
    bad: int = 0
    """Lines that were left out."""
    flaws: Sequence[Flaw] = field(default_factory=list[Flaw])
    """The first :data:`SHOWN_FLAWS` of them."""


def write_csv(days: Iterable[tuple[date, Decimal, str | None]]) -> bytes:
    """Write days with their quantities and data, as UTF-8."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(_HEADER)
    writer.writerows((day.isoformat(), f"{quantity:f}", _guarded(data or "")) for day, quantity, data in days)
    return text.getvalue().encode(errors="replace")


def read_csv(data: bytes, kind: GraphType, today: date) -> Sheet:
    """Read a file for a graph of this type; days after ``today`` are bad lines.

    It may have a header, commas, semicolons or tabs, quotes, a byte order mark and line ends of any kind.
    Raises :class:`~bot.errors.InvalidInput` where it is no such file at all.
    """
    records = _Records(_text(data))
    first = next(records, None)
    if first is None:
        raise InvalidInput("The file is empty. It needs the columns `date` and `quantity`.")
    reader = _Reader(_columns(first[1]), kind, today, has_commas=records.delimiter != ",")
    rest: Iterable[tuple[int, Sequence[str]]] = records
    for number, cells in rest if reader.columns.named else chain((first,), rest):
        if not reader.take(number, cells):
            records.go_back()
    return reader.sheet()


def spans(days: Iterable[date], most: int) -> Sequence[tuple[date, date]]:
    """Return spans of at most ``most`` days that together hold all of these, as few as can be."""
    found: list[tuple[date, date]] = []
    for day in sorted(days):
        if found and (day - found[-1][0]).days < most:
            found[-1] = (found[-1][0], day)
        else:
            found.append((day, day))
    return found


def _guarded(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA) and not _NUMBER.fullmatch(text) else text


def _unguarded(text: str) -> str:
    return text[1:] if text.startswith("'") and text[1:].startswith(_FORMULA) else text


def _text(data: bytes) -> str:
    encoding = "utf-16" if data.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        raise InvalidInput("This file is no text in UTF-8. Save it as “CSV UTF-8” and try again.") from None


class _Lines:
    """The lines of a text, which one can go back in."""

    def __init__(self, text: str) -> None:
        self._text = io.StringIO(text, newline="")
        self.number = 0
        """How many lines were read."""
        self.left = _LONGEST_RECORD
        """Characters that the record being read may still have."""

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._text.readline() if self.left > 0 else ""
        if not line:
            raise StopIteration
        self.number += 1
        self.left -= len(line)
        return line

    def place(self) -> tuple[int, int]:
        """Return where the next line begins, for :meth:`go_to`."""
        return self._text.tell(), self.number

    def go_to(self, place: tuple[int, int]) -> None:
        """Read on from a place."""
        position, self.number = place
        self._text.seek(position)
        self.left = _LONGEST_RECORD


class _Records:
    """The records of a text that are not blank, each with the number of its first line.

    One whose quotes do not match has no cells.
    """

    def __init__(self, text: str) -> None:
        self._lines = _Lines(text)
        self._start = self._lines.place()
        first = next((line for line in self._lines if line.strip()), "")
        told = _SEPARATOR.fullmatch(first)
        if told is None:
            self._lines.go_to(self._start)
        self.delimiter = told[1] if told else max(_DELIMITERS, key=first.count)
        """What stands between the cells, told or judged by the first line that has any text."""
        self._reader = self._read()
        self._returns = 0

    def __iter__(self) -> Iterator[tuple[int, Sequence[str]]]:
        return self

    def __next__(self) -> tuple[int, Sequence[str]]:
        while True:
            self._start = self._lines.place()
            self._lines.left = _LONGEST_RECORD
            number = self._start[1] + 1
            try:
                cells = next(self._reader)
            except csv.Error:
                self._reader = self._read()
                return number, []
            if any(cell.strip() for cell in cells):
                return number, cells

    def go_back(self) -> None:
        """Go on with the second line of the last record, where that had several.

        A quote without an end makes one record of all that follows, until the next quote or the end.
        """
        if self._lines.number <= self._start[1] + 1:
            return
        self._returns += 1
        if self._returns > _OPEN_QUOTES:
            raise InvalidInput("Too many quotes in this file have no end; it cannot be read.")
        self._lines.go_to(self._start)
        next(self._lines)
        self._reader = self._read()

    def _read(self) -> Iterator[list[str]]:
        # Strict: it tells a quote that is still open at the end.
        return csv.reader(self._lines, delimiter=self.delimiter, strict=True)


@dataclass(frozen=True, slots=True)
class _Columns:
    day: int
    quantity: int
    data: int | None
    named: bool
    """Whether the first line names them."""


def _columns(first: Sequence[str]) -> _Columns:
    names = [cell.strip().lower() for cell in first]
    day, quantity, data = (_find(names, known) for known in (_DATES, _QUANTITIES, _DATA))
    if day is None and data is not None:
        day, data = data, None  # the word for a date in Italian and in Portuguese
    if day is None and quantity is None and _has_values(first):
        return _Columns(0, 1, 2, named=False)
    if day is None or quantity is None:
        raise InvalidInput(
            "The first line names no columns `date` and `quantity`. Without names the first column is the "
            "date (`2026-11-20`) and the second the quantity."
        )
    return _Columns(day, quantity, data, named=True)


def _has_values(first: Sequence[str]) -> bool:
    """Say whether a line that names no columns is a day's, its date or its quantity bad as it may be."""
    cells = [cell.strip() for cell in first[:2]]
    return cells[:1] != [] and (cells[0][:1].isdigit() or _AMOUNT.fullmatch(cells[-1]) is not None)


def _find(names: Sequence[str], known: Sequence[str]) -> int | None:
    return next((names.index(name) for name in known if name in names), None)


class _Reader:
    """Takes the records of a file, one by one."""

    def __init__(self, columns: _Columns, kind: GraphType, today: date, *, has_commas: bool) -> None:
        self.columns = columns
        self._kind = kind
        self._today = today
        self._has_commas = has_commas
        self._rows: dict[date, Row] = {}
        self._known: dict[str, Quantity] = {}
        self._repeated = self._bad = 0
        self._flaws: list[Flaw] = []

    def take(self, number: int, cells: Sequence[str]) -> bool:
        """Take a record, or note what is wrong with it; return whether it was taken."""
        try:
            row = self._row(cells)
        except InvalidInput as error:
            self._bad += 1
            if len(self._flaws) < SHOWN_FLAWS:
                self._flaws.append(Flaw(number, str(error)))
            return False
        self._repeated += row.day in self._rows
        self._rows[row.day] = row
        return True

    def sheet(self) -> Sheet:
        """Return what was taken."""
        return Sheet(self._rows, self._repeated, self._bad, self._flaws)

    def _row(self, cells: Sequence[str]) -> Row:
        columns = self.columns
        if not cells:
            raise InvalidInput("Its quotes do not match.")
        if len(cells) <= max(columns.day, columns.quantity):
            raise InvalidInput("There are too few cells.")
        data = cells[columns.data] if columns.data is not None and columns.data < len(cells) else ""
        return Row(
            self._day(cells[columns.day].strip()),
            self._quantity(cells[columns.quantity].strip()),
            check_optional_data(_unguarded(data)) if data.strip() else None,
        )

    def _day(self, text: str) -> date:
        found = _DAY.fullmatch(text)
        if found is None:
            raise InvalidInput("A date is written like `2026-11-20`.")
        try:
            day = date(int(found[1]), int(found[3]), int(found[4]))
        except ValueError:
            raise InvalidInput("There is no such day in the calendar.") from None
        if day.year < _FIRST_YEAR:
            raise InvalidInput(f"A day lies after {_FIRST_YEAR - 1}.")
        if day > self._today:
            raise InvalidInput("This day has not come yet.")
        return day

    def _quantity(self, text: str) -> Quantity:
        known = self._known.get(text)
        if known is None:
            if self._has_commas:
                # With other signs between the cells a comma is that of decimals.
                text = _COMMA.sub(r"\1.\2", text) if _COMMA.fullmatch(text) else text
            plain = _PLAIN.fullmatch(text)
            known = Quantity(Decimal(text), self._kind) if plain else parse_quantity(text, self._kind)
            if len(self._known) < _KEPT:
                self._known[text] = known
        return known
