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

    @property
    def ratio(self) -> float | None:
        """How many times the baseline ours takes; None where there is nothing to compare with."""
        return self.value / self.baseline if self.baseline else None

    @property
    def is_met(self) -> bool:
        """Whether the limit, if there is one, is kept."""
        return self.limit is None or self.value < self.limit


Case: TypeAlias = Callable[[int], Sequence[Measurement]]
"""Measures one thing in so many rounds."""


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
