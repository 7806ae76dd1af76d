"""What the emulator remembers: users, their graphs, the graphs' pixels."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Literal, TypeAlias

from bot.sandbox.pixela.choices import Choices
from bot.sandbox.pixela.rules import float_quantity, int_quantity, zone

Kind: TypeAlias = Literal["int", "float"]
"""A graph's type."""

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

    @property
    def step(self) -> Decimal:
        """What one increment adds."""
        return Decimal(1) if self.kind == "int" else Decimal("0.01")

    def today(self, now: float) -> date:
        """Return the day in the graph's time zone; ``now`` is in seconds since 1970."""
        return datetime.fromtimestamp(now, zone(self.design.timezone)).date()

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

    def add(self, day: str, amount: Decimal) -> None:
        """Change one day by ``amount``, from 0 where there was no pixel; its data stay."""
        pixel = self.pixels.setdefault(day, Pixel(Decimal(0)))
        pixel.quantity += amount


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

    def add_graph(self, graph_id: str, kind: Kind = "int", design: Design | None = None) -> Graph:
        """Seed a graph, replacing one of the same id."""
        self.graphs[graph_id] = graph = Graph(graph_id, kind, design or Design())
        return graph

    def knows(self, token: str) -> bool:
        """Say whether ``token`` is the user's."""
        return hash_token(token) == self.token_hash

    def supports(self, choices: Choices) -> bool:
        """Say whether the user has a thanks code that is valid now."""
        if self.thanks_code is None:
            return False
        return choices.thanks_codes is None or self.thanks_code in choices.thanks_codes

    def is_exempt(self, choices: Choices) -> bool:
        """Say whether the 25 % rule leaves the user alone."""
        return self.created < EXEMPT_BEFORE or self.supports(choices)


def hash_token(token: str) -> str:
    """Return what is kept of a token: its SHA-256 in hexadecimal."""
    return hashlib.sha256(token.encode(errors="surrogateescape")).hexdigest()
