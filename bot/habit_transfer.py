"""The whole past of a graph read, and days written to it one after another. No Discord.

Writing sets what a day holds, so that a write whose answer was lost is sent again, and a whole import too.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Container, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from enum import Enum

from bot.api.pixela import SUPPORTERS_ONLY, WINDOW, DatedPixel, Entry, PixelaClient
from bot.errors import ApiError, InvalidInput, Rejected, Uncertain
from bot.habit_csv import Row, Sheet, spans

_EMPTY_YEARS = 2
"""Years without a pixel after which there was nothing before."""
_EMPTY_YEARS_AT_MOST = 12
"""The same where the graph's figures tell that there is more."""
_TRIES = 3
_MOST_REFUSED = 20
"""Days that Pixela may refuse before an import is given up."""
_SAME = Decimal("0.005")
"""Quantities that are nearer to each other are the same: an upstream may count in floating point."""
_SECONDS = 20.0
"""Patience with one write, so that the end of an import is told in time."""


@dataclass(frozen=True, slots=True)
class History:
    """All days of a graph up to today that have a pixel, the earliest first."""

    pixels: Sequence[DatedPixel]
    untold: int
    """How many more there are by the graph's figures: days to come, or long before all others."""


async def whole_history(client: PixelaClient, graph_id: str, today: date) -> History:
    """Read back to the first year that has a pixel. Raises :class:`~bot.errors.ApiError`."""
    count = await _count(client, graph_id)
    years: list[Sequence[DatedPixel]] = []
    last, found, empty = today, 0, 0
    while empty < (_EMPTY_YEARS if count is None or found >= count else _EMPTY_YEARS_AT_MOST):
        first = last - timedelta(days=WINDOW - 1)
        pixels = await client.pixels(graph_id, first, last)
        years.append(sorted(pixels, key=lambda pixel: pixel.date))
        empty = 0 if pixels else empty + 1
        found += len(pixels)
        last = first - timedelta(days=1)
        if count is not None and found >= count:
            break
    ordered = [pixel for year in reversed(years) for pixel in year]
    return History(ordered, max(0, (count or 0) - found))


async def _count(client: PixelaClient, graph_id: str) -> int | None:
    """Return how many pixels there are; None where that is not told, as of some secret graphs."""
    try:
        return (await client.stats(graph_id)).total_pixels_count
    except ApiError:
        return None


class End(Enum):
    """Why an import ended."""

    DONE = "done"
    STOPPED = "stopped"
    """Whoever it is for had enough."""
    SHUT_DOWN = "shut down"
    """The program is about to stop."""
    OUT_OF_TIME = "out of time"


@dataclass(slots=True)
class Import:
    """Writes the days of a file to a graph, those that it does not hold yet.

    ``clock`` gives seconds, ``until`` is when it ends at the latest. ``show`` is called after each step.
    """

    client: PixelaClient
    graph_id: str
    sheet: Sheet
    clock: Callable[[], float]
    until: float
    show: Callable[[], Awaitable[None]]
    unchanged: int = 0
    """Days that held the same before."""
    recorded: int = 0
    total: int = 0
    """Days to record, once that is known."""
    refused: list[date] = field(default_factory=list[date])
    """Days that Pixela did not take, or that break one of its rules."""
    in_batches: bool = True
    _ending: End | None = None

    def stop(self, why: End) -> None:
        """End soon, without beginning another write."""
        self._ending = self._ending or why

    async def run(self) -> End:
        """Write until nothing is left, or it is stopped. Raises :class:`~bot.errors.ApiError`."""
        self.client = self.client.within(_SECONDS)
        todo = await self._plan()
        self.total = len(todo)
        for start in range(0, len(todo), WINDOW):
            if self._is_over():
                break
            await self._write(todo[start : start + WINDOW])
        return self._ending or End.DONE

    def _is_over(self) -> bool:
        if self.clock() >= self.until:
            self.stop(End.OUT_OF_TIME)
        return self._ending is not None

    async def _plan(self) -> Sequence[Entry]:
        """Return the days that hold something else by now, with the data that they have."""
        rows = self.sheet.rows
        held: dict[date, DatedPixel] = {}
        for first, last in spans(rows, WINDOW):
            if self._is_over():
                return []
            held |= await self._held(rows, first, last)
            await self.show()
        todo = [_entry(rows[day], held.get(day)) for day in sorted(rows)]
        kept = [entry for entry in todo if entry is not None]
        self.unchanged = len(todo) - len(kept)
        return kept

    async def _held(self, days: Container[date], first: date, last: date) -> dict[date, DatedPixel]:
        pixels = await self.client.pixels(self.graph_id, first, last)
        return {pixel.date: pixel for pixel in pixels if pixel.date in days}

    async def _write(self, entries: Sequence[Entry]) -> None:
        for entry in await self._write_together(entries) if self.in_batches else entries:
            if self._is_over():
                return
            await self._write_one(entry)
            await self.show()

    async def _write_together(self, entries: Sequence[Entry]) -> Sequence[Entry]:
        """Write many days in one call, which is for supporters; return those that are still to be written."""
        try:
            await self.client.post_pixels(self.graph_id, entries)
        except InvalidInput:
            return entries
        except Rejected as error:
            if error.status == SUPPORTERS_ONLY:
                self.in_batches = False
                return entries
        except Uncertain:
            pass
        # Whatever the answer, some days may have been taken and others not (contract 5).
        left = await self._missing(entries)
        self.recorded += len(entries) - len(left)
        await self.show()
        return left

    async def _missing(self, entries: Sequence[Entry]) -> Sequence[Entry]:
        wanted = {entry.day: entry for entry in entries}
        held: dict[date, DatedPixel] = {}
        for first, last in spans(wanted, WINDOW):
            held |= await self._held(wanted, first, last)
        return [
            entry
            for day, entry in wanted.items()
            if not _is_held(held.get(day), entry.quantity.value, entry.optional_data)
        ]

    async def _write_one(self, entry: Entry) -> None:
        for tries_left in reversed(range(_TRIES)):
            try:
                await self.client.put_pixel(self.graph_id, entry.day, entry.quantity, entry.optional_data)
            except Uncertain:
                if not tries_left:
                    raise
            except (Rejected, InvalidInput):
                self.refused.append(entry.day)
                if len(self.refused) > _MOST_REFUSED:
                    raise
                return
            else:
                self.recorded += 1
                return


def _entry(row: Row, held: DatedPixel | None) -> Entry | None:
    """Return what is to be written, None where the day holds it; data that a file does not tell stays."""
    if _is_held(held, row.quantity.value, row.data):
        return None
    return Entry(row.day, row.quantity, row.data, None if held is None else held.optional_data)


def _is_held(held: DatedPixel | None, quantity: Decimal, data: str | None) -> bool:
    """Say whether a day holds a quantity, and the data where there are to be any."""
    if held is None or abs(held.quantity - quantity) >= _SAME:
        return False
    return data in {None, held.optional_data}
