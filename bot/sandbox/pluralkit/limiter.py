"""The rate limiter in front of the API, with the arithmetic that its headers betray.

It is a GCRA over one second. Its odd numbers were measured on the vendor's script under Redis: a call
that leaves less than one whole call over is refused and yet consumes, so that a burst gets one call
less through than the limit says; and who keeps calling while refused may starve.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

RATES: Final = {"generic_get": 10, "message": 10, "generic_update": 3}
"""Calls a second, by scope."""

_TICKS = 1 << 24
"""Ticks a second. Doubles as large as the vendor's clock lie this close; by rounding the interval to
them a fresh bucket of ten shows 8 calls left (8.9999997) where one of three shows 2 (2.00000006)."""

_MICROSECONDS = 1_000_000


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the limiter says to one call."""

    limit: int
    """Calls a second."""
    remaining: int
    """Calls left, rounded down."""
    retry_after: int | None
    """None: the call may pass. Otherwise it is refused, and this many milliseconds are to be waited;
    0 on the first refusal of a burst."""
    reset_after: float
    """Seconds until the bucket is as good as new."""


class Limiter:
    """One bucket for each key. ``clock`` gives the time in seconds."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._free_at: dict[str, int] = {}
        self._reading = 0
        self._repeats = 0

    def ask(self, key: str, rate: float) -> Verdict:
        """Ask leave for one call under ``key``, which has ``rate`` calls a second."""
        now = self._now()
        was_free_at = max(self._free_at.get(key, now), now)
        free_at = was_free_at + round(_TICKS / rate)
        spare = now - (free_at - _TICKS)
        if spare < 0:
            wait = -spare * 1000 // _TICKS
            return Verdict(int(rate), 0, wait, (was_free_at - now) / _TICKS)
        self._free_at[key] = free_at
        remaining = int(spare * rate / _TICKS)
        return Verdict(int(rate), remaining, None if remaining else 0, (free_at - now) / _TICKS)

    def _now(self) -> int:
        """Read the clock in ticks, a microsecond on from the last call if the clock stood still.

        Real calls never share a microsecond, and a clock that tests hold still must not make the
        rounding of the interval add up.
        """
        reading = int(self._clock() * _MICROSECONDS)
        self._repeats = self._repeats + 1 if reading == self._reading else 0
        self._reading = reading
        return (reading + self._repeats) * _TICKS // _MICROSECONDS
