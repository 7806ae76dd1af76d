"""What Pixela answers with (contract, "Graphs", "Pixels" and "Webhooks"). All of it is frozen.

The vendor documents by samples: whatever they leave open is read either way, and a field that is missing
or null has its default.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from datetime import date, datetime, tzinfo
from decimal import Decimal
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator
from pydantic.alias_generators import to_camel

from bot.api.lenience import without_nulls
from bot.api.pixela.days import find_day
from bot.api.pixela.quantities import GraphType
from bot.moments import zone_of

_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")
_LARGEST = Decimal("1E+300")
"""What larger numbers are read as, since pictures are drawn in floating point. Some client may have left
one on a day, and the other days of that graph must still be read."""
_MOST_DAYS = 1_000
"""Days that are read of a list, of which the vendor promises 365 at most."""
_STOPWATCH = re.compile(r"\s*stopwatch (start|stop)", re.IGNORECASE)
_MEASURED = re.compile(
    r"Quantity=(-?[0-9]{1,20}(?:\.[0-9]{1,9})?) \(.{1,40} \+ ([0-9]{1,20}(?:\.[0-9]{1,9})?)\)"
)


def _spelling(name: str) -> str:
    return to_camel(name).replace("Url", "URL").replace("graphId", "graphID")


def _quantity(value: object) -> object:
    """Read a quantity, a string in pixels and a number in stats; an exponent could be endless digits."""
    if isinstance(value, float | int) and not isinstance(value, bool):
        value = f"{Decimal(repr(value)):f}"
    if isinstance(value, str) and _NUMBER.fullmatch(value):
        return min(max(Decimal(value), -_LARGEST), _LARGEST)
    raise ValueError("no quantity")


def _day(value: object) -> object:
    day = find_day(value) if isinstance(value, str) else None
    if day is None:
        raise ValueError("no day")
    return day


def _day_or_none(value: object) -> object:
    return find_day(value) if isinstance(value, str) else None


def _kind(value: object) -> object:
    # A type of its own that is yet to come would have to be written with decimals, if at all.
    return GraphType.INT if value == "int" else GraphType.FLOAT


def _data(value: object) -> object:
    return value if isinstance(value, str) else json.dumps(value)


Amount = Annotated[Decimal, BeforeValidator(_quantity)]
Day = Annotated[date, BeforeValidator(_day)]


class _Answer(BaseModel):
    model_config = ConfigDict(
        frozen=True,
        extra="ignore",
        hide_input_in_errors=True,
        alias_generator=_spelling,
        populate_by_name=True,
    )


class _Lenient(_Answer):
    """Takes null for a field that may be left out as if it were left out."""

    @model_validator(mode="before")
    @classmethod
    def _without_nulls(cls, data: object) -> object:
        return without_nulls(data)


class Graph(_Lenient):
    """A graph's definition."""

    id: str
    name: str
    unit: str = ""
    type: Annotated[GraphType, BeforeValidator(_kind)] = GraphType.INT
    color: str = ""
    timezone: str = ""
    """A name of the tz database, empty for UTC; :attr:`zone` is what to reckon with."""
    purge_cache_urls: Sequence[str] = ()
    self_sufficient: str = "none"
    """``increment`` or ``decrement``: each look at the picture then counts a step."""
    is_secret: bool = False
    publish_optional_data: bool = False
    description: str = ""
    start_on_monday: bool = False

    @property
    def zone(self) -> tzinfo:
        """The graph's time zone; UTC for one that this machine does not know."""
        return zone_of(self.timezone)

    @property
    def is_self_sufficient(self) -> bool:
        """Whether each look at the picture counts a step."""
        return self.self_sufficient in {"increment", "decrement"}

    def today(self, now: datetime) -> date:
        """Return which day it is on the graph; ``now`` is aware of its zone."""
        return now.astimezone(self.zone).date()


class Graphs(_Answer):
    """The list of graphs as it arrives."""

    graphs: Sequence[Graph] | None
    """None where there are none, too."""


class Pixel(_Lenient):
    """What one day holds."""

    quantity: Amount
    optional_data: Annotated[str | None, BeforeValidator(_data)] = None
    """JSON, as a text."""


class DatedPixel(Pixel):
    """One day, and what it holds."""

    date: Day


class Days(_Lenient):
    """Days that have a pixel, as they arrive."""

    # A list, which pydantic gives up on at the first that is too many; it reads other sequences whole.
    pixels: list[Day] = Field(default_factory=list[Day], max_length=_MOST_DAYS)


class Pixels(_Lenient):
    """Days with what they hold, as they arrive."""

    pixels: list[DatedPixel] = Field(default_factory=list[DatedPixel], max_length=_MOST_DAYS)


class Stats(_Lenient):
    """A graph in figures; what the vendor does not tell is nought or None."""

    total_pixels_count: int = 0
    max_quantity: Amount = Decimal(0)
    max_date: Annotated[date | None, BeforeValidator(_day_or_none)] = None
    min_quantity: Amount = Decimal(0)
    min_date: Annotated[date | None, BeforeValidator(_day_or_none)] = None
    total_quantity: Amount = Decimal(0)
    avg_quantity: Amount = Decimal(0)
    todays_quantity: Amount = Decimal(0)
    yesterday_quantity: Amount = Decimal(0)


class Analysis(_Lenient):
    """What the vendor's model says of the last year."""

    analysis: str


class Stopwatch(_Lenient):
    """What a press on the stopwatch did, which the vendor tells in words alone."""

    message: str = ""

    @property
    def is_running(self) -> bool | None:
        """Whether it runs now; None where the words do not tell."""
        found = _STOPWATCH.match(self.message)
        return None if found is None else found[1].lower() == "start"

    @property
    def minutes(self) -> Decimal | None:
        """The minutes that a stop added, None where the words do not tell."""
        found = _MEASURED.search(self.message)
        return None if found is None else Decimal(found[2])

    @property
    def quantity(self) -> Decimal | None:
        """What the day holds since a stop, None where the words do not tell."""
        found = _MEASURED.search(self.message)
        return None if found is None else Decimal(found[1])


class NewWebhook(_Lenient):
    """The webhook that was created."""

    webhook_hash: str = Field(repr=False)


class Webhook(_Lenient):
    """An address that counts when it is called. Whoever knows the hash may call it."""

    webhook_hash: str = Field(repr=False)
    graph_id: str = ""
    type: str = ""
    quantity: str | None = None


class Webhooks(_Lenient):
    """The list of webhooks as it arrives."""

    webhooks: Sequence[Webhook] = ()
