"""What a query asks of a graph's picture."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Self

from bot.sandbox.pixela.book import Graph, Pixel
from bot.sandbox.pixela.choices import Choices
from bot.sandbox.pixela.pictures.palette import Palette
from bot.sandbox.pixela.rules import day_text, limit_quantity, read_day

MODES = ("", "short", "badge", "line")
"""The modes of a picture; the empty one is the whole year."""


@dataclass(frozen=True, slots=True)
class View:
    """One graph as it shall be drawn."""

    graph: Graph
    last: date
    """The last day shown."""
    mode: str
    palette: Palette
    less_than: Decimal | None
    greater_than: Decimal | None
    shows_data: bool
    """Whether days carry their optional data instead of a tip."""
    choices: Choices

    @classmethod
    def read(
        cls, graph: Graph, query: Mapping[str, str], now: float, choices: Choices, *, supported: bool
    ) -> Self:
        """Read a query. Raises :class:`Refusal` 400 for a day or a limit that is none.

        An unknown mode is the default one, since unknown parts of a query are ignored.
        """
        wanted = query.get("mode", "")
        mode = wanted if wanted in MODES else ""
        dark = query.get("appearance") == "dark" and (bool(mode) or choices.dark_year)
        transparent = query.get("transparent") == "true"
        return cls(
            graph=graph,
            last=read_day(query["date"], "date") if query.get("date") else graph.today(now),
            mode=mode,
            palette=Palette.of(graph.design.color, dark=dark, transparent=transparent),
            less_than=_limit(query, "lessThan"),
            greater_than=_limit(query, "greaterThan"),
            shows_data=graph.design.publish_optional_data and supported,
            choices=choices,
        )

    def days(self, count: int) -> Iterator[date]:
        """Yield the last ``count`` days; those before the calendar begins are left out."""
        for age in reversed(range(min(count, self.last.toordinal()))):
            yield self.last - timedelta(days=age)

    def pixel(self, day: date) -> Pixel | None:
        """Return a day's pixel, None where there is none."""
        return self.graph.pixels.get(day_text(day))

    def quantity(self, day: date) -> Decimal:
        """Return a day's quantity, 0 where there is none."""
        pixel = self.pixel(day)
        return pixel.quantity if pixel else Decimal(0)

    def colored(self, day: date) -> Decimal:
        """Return the quantity that a day is coloured by: 0 outside of the limits of the query."""
        quantity = self.quantity(day)
        below = self.less_than is None or quantity < self.less_than
        above = self.greater_than is None or quantity > self.greater_than
        return quantity if below and above else Decimal(0)

    def day(self, day: date) -> str:
        """Write a day as ``data-date`` has it."""
        return day.isoformat() if self.choices.dashed_svg_days else day_text(day)


Draw = Callable[[View], str]
"""What draws a view. Returns SVG."""


def _limit(query: Mapping[str, str], name: str) -> Decimal | None:
    return limit_quantity(query[name], name) if query.get(name) else None
