"""What is recorded on a graph: pixels of days, and what happens to today's (contract 5 and 6)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from bot.api.call import Call
from bot.api.pixela.caller import MOST_PIXELS, Caller
from bot.api.pixela.days import WINDOW, check_window, day_text, windows
from bot.api.pixela.models import Analysis, DatedPixel, Days, Pixel, Pixels, Stats, Stopwatch
from bot.api.pixela.quantities import Quantity
from bot.api.pixela.rules import check_graph_id, check_optional_data
from bot.api.policy import JSON
from bot.errors import InvalidInput, NotFound


@dataclass(frozen=True, slots=True)
class Entry:
    """A day to be written. ``optional_data`` is JSON as a text; without it the day has none afterwards.

    Unless it holds some already: ``held_data`` is passed on as it came, whatever rule it breaks.
    """

    day: date
    quantity: Quantity
    optional_data: str | None = None
    held_data: str | None = None

    def body(self) -> dict[str, JSON]:
        """Return it as it is sent. Raises :class:`~bot.errors.InvalidInput`."""
        kept: dict[str, JSON] = {} if self.held_data is None else {"optionalData": self.held_data}
        return {"date": day_text(self.day)} | kept | _contents(self.quantity, self.optional_data)


class Recorder(Caller):
    """The graphs of one user, day by day.

    A ``graph_id`` that cannot be one raises :class:`~bot.errors.InvalidInput` before anything is sent; an
    unknown one raises :class:`~bot.errors.NotFound`, and a token that is wrong
    :class:`~bot.errors.Unauthorised`. Days are those of the graph's time zone.
    """

    # Reading.

    async def days(
        self, graph_id: str, first: date | None = None, last: date | None = None
    ) -> Sequence[date]:
        """Return the days that have a pixel (contract 4.8), of a span as for :meth:`pixels`."""
        return (await self._of_thing(self._fetch(self._list(graph_id, first, last), Days))).pixels

    async def pixels(
        self, graph_id: str, first: date | None = None, last: date | None = None
    ) -> Sequence[DatedPixel]:
        """Return the pixels of a span of at most 365 days (contract 4.8), in no promised order.

        Without ``last``: 365 days from ``first``; without ``first``: those up to ``last``; without both:
        those up to today. Raises :class:`~bot.errors.InvalidInput` for a longer span.
        """
        call = self._list(graph_id, first, last, bodies=True)
        return (await self._of_thing(self._fetch(call, Pixels))).pixels

    async def history(self, graph_id: str, first: date, last: date) -> Sequence[DatedPixel]:
        """Return the pixels of a span of any length, one call for each 365 days, the earliest first."""
        found: list[DatedPixel] = []
        for start, end in windows(first, last):
            found += sorted(await self.pixels(graph_id, start, end), key=lambda pixel: pixel.date)
        return found

    async def find_pixel(self, graph_id: str, day: date) -> Pixel | None:
        """Return what a day holds, None where it has no pixel (contract 5)."""
        call = self._read(*self._graph(graph_id, day_text(day)))
        try:
            return await self._fetch(call, Pixel)
        except NotFound:
            await self._prove_graph(graph_id)
            return None

    async def find_latest(self, graph_id: str) -> DatedPixel | None:
        """Return the newest pixel up to today, None where there is none (contract 4.10)."""
        try:
            return await self._fetch(self._read(*self._graph(graph_id, "latest")), DatedPixel)
        except NotFound:
            await self._prove_graph(graph_id)
            return None

    async def today(self, graph_id: str) -> DatedPixel:
        """Return today's pixel, one of 0 where there is none (contract 4.11)."""
        call = self._read(*self._graph(graph_id, "today"), query={"returnEmpty": "true"})
        return await self._of_thing(self._fetch(call, DatedPixel))

    async def stats(self, graph_id: str) -> Stats:
        """Return the graph in figures (contract 4.9). It is public, so that no token is sent."""
        return await self._fetch(self._read(*self._graph(graph_id, "stats"), public=True), Stats)

    async def analyze(self, graph_id: str) -> str:
        """Return what the vendor's model says of the last year, for supporters (contract 4.12).

        Raises :class:`~bot.errors.Rejected`: with status 402 for others, with 400 without their consent to
        AI or with fewer than 30 pixels.
        """
        call = self._read(*self._graph(graph_id, "analyze"))
        return (await self._of_thing(self._fetch(call, Analysis))).analysis

    # One day.

    async def post_pixel(self, graph_id: str, entry: Entry) -> None:
        """Write a day anew, whatever it held, data too (contract 5)."""
        await self._record("POST", graph_id, json=entry.body())

    async def post_pixels(self, graph_id: str, entries: Sequence[Entry]) -> None:
        """Write at most 365 days at once, for supporters (contract 5).

        Raises :class:`~bot.errors.Rejected` with status 402 for others; some may have been written where
        others were invalid.
        """
        if not 1 <= len(entries) <= WINDOW:
            raise InvalidInput(f"1 to {WINDOW} days are written at once.")
        await self._record("POST", graph_id, "pixels", json=[entry.body() for entry in entries])

    async def put_pixel(
        self, graph_id: str, day: date, quantity: Quantity | None = None, optional_data: str | None = None
    ) -> None:
        """Set a day's quantity, its data or both; a day without a pixel gets one (contract 5)."""
        if quantity is None and optional_data is None:
            raise InvalidInput("Give a quantity, data or both.")
        await self._record("PUT", graph_id, day_text(day), json=_contents(quantity, optional_data))

    async def delete_pixel(self, graph_id: str, day: date) -> None:
        """Delete a day's pixel. Raises :class:`~bot.errors.NotFound` where it has none (contract 5)."""
        await self._record("DELETE", graph_id, day_text(day))

    async def add(self, graph_id: str, quantity: Quantity, day: date | None = None) -> None:
        """Add to a day, or to today (contract 5 and 6)."""
        await self._change("add", graph_id, quantity, day)

    async def subtract(self, graph_id: str, quantity: Quantity, day: date | None = None) -> None:
        """Subtract from a day, or from today; it may go below zero (contract 5 and 6)."""
        await self._change("subtract", graph_id, quantity, day)

    # Today.

    async def increment(self, graph_id: str) -> None:
        """Add one step to today: 1, or 0.01 on a graph of decimals (contract 6)."""
        await self._record("PUT", graph_id, "increment")

    async def decrement(self, graph_id: str) -> None:
        """Take one step from today (contract 6)."""
        await self._record("PUT", graph_id, "decrement")

    async def stopwatch(self, graph_id: str) -> Stopwatch:
        """Start the graph's stopwatch, or stop it and add the minutes to today (contract 6)."""
        call = self._write("POST", *self._graph(graph_id, "stopwatch"))
        return await self._of_thing(self._fetch(call, Stopwatch))

    async def _change(self, what: str, graph_id: str, quantity: Quantity, day: date | None) -> None:
        path = (what,) if day is None else (day_text(day), what)
        await self._record("PUT", graph_id, *path, json=_contents(quantity, None))

    async def _record(self, method: str, graph_id: str, *path: str, json: JSON = None) -> None:
        await self._of_thing(self._send(self._write(method, *self._graph(graph_id, *path), json=json)))

    async def _prove_graph(self, graph_id: str) -> None:
        """See that a graph is there, so that only the day is missing. Raises what :meth:`graphs` raises."""
        wanted = check_graph_id(graph_id)
        if all(graph.id != wanted for graph in await self.graphs()):
            raise NotFound(self._transport.provider, status=404)

    def _list(self, graph_id: str, first: date | None, last: date | None, *, bodies: bool = False) -> Call:
        check_window(first, last)
        ends = {"from": first, "to": last}
        query = {name: day_text(day) for name, day in ends.items() if day is not None}
        if bodies:
            query["withBody"] = "true"  # the vendor takes no other spelling
        return self._read(*self._graph(graph_id, "pixels"), query=query, most=MOST_PIXELS)


def _contents(quantity: Quantity | None, optional_data: str | None) -> dict[str, JSON]:
    body: dict[str, JSON] = {}
    if quantity is not None:
        body["quantity"] = str(quantity)
    if optional_data is not None:
        body["optionalData"] = check_optional_data(optional_data)
    return body
