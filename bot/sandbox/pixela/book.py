"""What the emulator remembers: users, their graphs, the graphs' pixels."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Literal, TypeAlias, get_args

from bot.sandbox.pixela.choices import Choices
from bot.sandbox.pixela.rules import day_text, float_quantity, int_quantity, zone

Kind: TypeAlias = Literal["int", "float"]
"""A graph's type."""

Errand: TypeAlias = Literal["increment", "decrement", "add", "subtract", "stopwatch"]
"""A webhook's type."""

ERRANDS: tuple[Errand, ...] = get_args(Errand)

EXEMPT_BEFORE = datetime(2022, 7, 30, 23, tzinfo=UTC).timestamp()
"""Users created before this moment are free of the 25 % rule (release v1.25.1)."""


@dataclass(slots=True)
class Pixel:
    """One day of one graph."""

    quantity: Decimal
    optional_data: str | None = None
    """A string that holds JSON."""


@dataclass(frozen=True, slots=True)
class Design:
    """What may be changed about a graph."""

    name: str = ""
    unit: str = ""
    color: str = "shibafu"
    timezone: str = ""
    """A name of the tz database; empty: UTC."""
    description: str = ""
    start_on_monday: bool = False
    purge_cache_urls: tuple[str, ...] = ()
    self_sufficient: str = "none"
    is_secret: bool = False
    publish_optional_data: bool = False


@dataclass(slots=True)
class Graph:
    """A graph with its pixels by day (yyyyMMdd)."""

    id: str
    kind: Kind
    design: Design
    pixels: dict[str, Pixel] = field(default_factory=dict[str, Pixel])
    retinas: dict[str, dict[int, Decimal]] = field(default_factory=dict[str, dict[int, Decimal]])
    """By day (yyyyMMdd), what each hour brought."""
    stopwatch_started: float | None = None
    """Seconds since 1970; None: it stands."""
    analysis: tuple[date, str] | None = None
    """The text of the day on which it was last asked for."""

    @property
    def step(self) -> Decimal:
        """What one increment adds."""
        return Decimal(1) if self.kind == "int" else Decimal("0.01")

    def local(self, now: float) -> datetime:
        """Return the time in the graph's time zone; ``now`` is in seconds since 1970."""
        return datetime.fromtimestamp(now, zone(self.design.timezone))

    def today(self, now: float) -> date:
        """Return the day in the graph's time zone; ``now`` is in seconds since 1970."""
        return self.local(now).date()

    def read(self, text: str, choices: Choices) -> Decimal:
        """Return the quantity that ``text`` means here. Raises ``Refusal`` where it means none."""
        return int_quantity(text) if self.kind == "int" else float_quantity(text, choices)

    def write(self, quantity: Decimal, choices: Choices) -> str:
        """Write a quantity of this graph as the wire has it."""
        if self.kind == "int":
            return str(int(quantity))
        text = f"{quantity + 0:.2f}"  # adding 0 makes -0 plain
        return text if choices.two_decimals else text.rstrip("0").rstrip(".")

    def put(self, day: str, quantity: str, optional_data: str | None = None) -> Pixel:
        """Seed one day (yyyyMMdd), replacing what it held."""
        self.pixels[day] = pixel = Pixel(Decimal(quantity), optional_data)
        return pixel

    def overwrite(self, day: str, pixel: Pixel, now: float) -> None:
        """Write one day anew, its retina too; a past day loses its retina."""
        self.pixels[day] = pixel
        self.retinas.pop(day, None)
        self._note_hour(day, pixel.quantity, now)

    def add(self, day: str, amount: Decimal, now: float) -> Pixel:
        """Change one day by ``amount``, from 0 where there was no pixel; its data stay."""
        pixel = self.pixels.setdefault(day, Pixel(Decimal(0)))
        pixel.quantity += amount
        self._note_hour(day, amount, now)
        return pixel

    def add_today(self, amount: Decimal, now: float) -> Pixel:
        """Change today by ``amount``."""
        return self.add(day_text(self.today(now)), amount, now)

    def _note_hour(self, day: str, amount: Decimal, now: float) -> None:
        moment = self.local(now)
        if day < day_text(moment.date()):
            self.retinas.pop(day, None)
            return
        hours = self.retinas.setdefault(day, {})
        hours[moment.hour] = hours.get(moment.hour, Decimal(0)) + amount


@dataclass(frozen=True, slots=True)
class Profile:
    """What a profile page shows."""

    display_name: str = ""
    gravatar_icon_email: str = ""
    title: str = ""
    timezone: str = "UTC"
    about_url: str = ""
    contribute_urls: tuple[str, ...] = ()
    pinned_graph_id: str = ""


@dataclass(frozen=True, slots=True)
class Webhook:
    """An address that records something today."""

    hash: str
    graph_id: str
    errand: Errand
    quantity: str | None = None
    """Of the errands add and subtract; None: one step."""


@dataclass(slots=True)
class User:
    """A user with graphs by id. The token is kept as a hash only, as the vendor keeps it."""

    username: str
    token_hash: str
    created: float
    """Seconds since 1970."""
    thanks_code: str | None = None
    allow_ai_processing: bool = False
    profile: Profile = field(default_factory=Profile)
    graphs: dict[str, Graph] = field(default_factory=dict[str, Graph])
    webhooks: dict[str, Webhook] = field(default_factory=dict[str, Webhook])
    """By hash."""
    webhooks_made: int = 0
    """How many there ever were, so that no hash comes back."""
    never_rejected: bool = False
    """Whether the 25 % rule leaves the user alone without any thanks code."""

    def add_graph(self, graph_id: str, kind: Kind = "int", design: Design | None = None) -> Graph:
        """Seed a graph, replacing one of the same id."""
        self.graphs[graph_id] = graph = Graph(graph_id, kind, design or Design())
        return graph

    def knows(self, token: str) -> bool:
        """Say whether ``token`` is the user's."""
        return hash_token(token) == self.token_hash

    def supports(self, choices: Choices) -> bool:
        """Say whether the user has a thanks code that is valid now."""
        return self.thanks_code is not None and choices.thanks(self.thanks_code)

    def is_exempt(self, choices: Choices) -> bool:
        """Say whether the 25 % rule leaves the user alone."""
        return self.never_rejected or self.created < EXEMPT_BEFORE or self.supports(choices)


def hash_token(token: str) -> str:
    """Return what is kept of a token: its SHA-256 in hexadecimal."""
    return hashlib.sha256(token.encode(errors="surrogateescape")).hexdigest()
