"""What the days of a graph hold, as far back as its streaks go."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal

from bot.api.pixela import WINDOW, Graph, PixelaClient, tally
from bot.ui.pixela.graphs import Listed
from bot.ui.pixela.streaks import Standing

WINDOWS = 10
"""Windows of 365 days that are looked at: the service keeps days for ever."""

Days = Mapping[date, Decimal]


async def year_of(client: PixelaClient, graph: Graph, today: date) -> Days:
    """Return what the last 365 days hold. Raises :class:`~bot.errors.ApiError`."""
    return await _days(client, graph, today)


async def standing_of(client: PixelaClient, graph: Graph, now: datetime, *, shared: bool) -> Standing:
    """Return how a graph stands. Raises :class:`~bot.errors.ApiError`."""
    today = graph.today(now)
    return await stand(client, graph, await year_of(client, graph, today), today, shared=shared)


async def stand(client: PixelaClient, graph: Graph, year: Days, today: date, *, shared: bool) -> Standing:
    """Return how a graph stands whose last 365 days are known.

    Where the current streak goes back to the first of them, those before are looked at too.
    Raises :class:`~bot.errors.ApiError`.
    """
    days = dict(year)
    figures = of_year = tally(year, today)
    first = _start(today)
    for _ in range(WINDOWS - 1):
        if figures.current is None or figures.current.first > first:
            break
        days |= await _days(client, graph, first - timedelta(days=1))
        figures, first = tally(days, today), _start(first - timedelta(days=1))
    return Standing(
        listed=Listed(graph, client.username, shared),
        today=today,
        tally=figures,
        year=of_year,
        on_today=year.get(today),
    )


async def whole_past_of(
    client: PixelaClient, graph: Graph, today: date, pixels: int
) -> tuple[Days, date | None]:
    """Return what the days up to today hold of a graph that is said to have so many pixels.

    With it comes the first day that was looked at where there are pixels before it that were not found.
    Raises :class:`~bot.errors.ApiError`.
    """
    days: dict[date, Decimal] = {}
    last = today
    for _ in range(WINDOWS):
        days |= await _days(client, graph, last)
        last = _start(last) - timedelta(days=1)
        if len(days) >= pixels:
            return days, None
    return days, last + timedelta(days=1)


async def _days(client: PixelaClient, graph: Graph, last: date) -> Days:
    return {pixel.date: pixel.quantity for pixel in await client.pixels(graph.id, _start(last), last)}


def _start(last: date) -> date:
    return last - timedelta(days=WINDOW - 1)
