"""How things are measured: ways to the same end run by turns, and what came of it."""

from __future__ import annotations

import gc
import statistics
import time
import tracemalloc
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

Way: TypeAlias = Callable[[], object]
"""One way to do what is measured."""


@dataclass(frozen=True, slots=True)
class Measurement:
    """One line of the table: what ours takes, and beside it another way, measured in the same run."""

    what: str
    value: float
    unit: str
    baseline: float | None = None
    limit: float | None = None
    """What ``value`` must stay below."""
    most_times: float | None = None
    """How many times the baseline ours may take at the most."""

    @property
    def ratio(self) -> float | None:
        """How many times the baseline ours takes; None where there is nothing to compare with."""
        return self.value / self.baseline if self.baseline else None

    @property
    def is_met(self) -> bool:
        """Whether the limits, if there are any, are kept."""
        if self.limit is not None and self.value >= self.limit:
            return False
        return self.most_times is None or self.ratio is None or self.ratio <= self.most_times


@dataclass(frozen=True, slots=True)
class Effort:
    """How thoroughly it is measured."""

    rounds: int = 5
    """Turns of each way."""
    quick: bool = False
    """Whether it is enough to see that it works: with little of everything, and no figures to go by."""

    def of(self, usual: int, quick: int) -> int:
        """Return how much of something to take."""
        return quick if self.quick else usual


Case: TypeAlias = Callable[[Effort], Sequence[Measurement]]
"""Measures one thing."""


def seconds_by_turns(rounds: int, *ways: Way) -> list[float]:
    """Return the median seconds of each way.

    They take turns, so that what else the machine does hits all of them alike.
    """
    taken: list[list[float]] = [[] for _ in ways]
    for _ in range(rounds):
        for way, spans in zip(ways, taken, strict=True):
            gc.collect()
            began = time.perf_counter()
            way()
            spans.append(time.perf_counter() - began)
    return [statistics.median(spans) for spans in taken]


def peak_megabytes(way: Way) -> float:
    """Return by how much Python's memory grows at the most; watching it takes several times as long."""
    gc.collect()
    tracemalloc.start()
    try:
        way()
        return tracemalloc.get_traced_memory()[1] / 1e6
    finally:
        tracemalloc.stop()
