"""How long a job waits between two looks at it: pure arithmetic."""

from __future__ import annotations

from dataclasses import dataclass

_GROWTH = 1.5
_MOST = 4
_SPREAD = 0.2
_HOLD = 12
_SEARCH = 5.0


@dataclass(frozen=True, slots=True)
class Waits:
    """Waits in seconds; ``first`` is the one before the first look (the setting ``JOB_POLL_SECONDS``)."""

    first: float

    @property
    def longest(self) -> float:
        """The longest of all."""
        return self.hold

    @property
    def longest_look(self) -> float:
        """The longest wait between two looks."""
        return self.first * _MOST

    @property
    def search(self) -> float:
        """The wait before each look for a job whose answer was lost: soon, while it must still run."""
        return min(_SEARCH, self.first / 3)

    @property
    def hold(self) -> float:
        """How long nothing is sent to an account whose bot cannot keep up.

        Three minutes for 15 seconds, as the vendor's own sample does it for status 504.
        """
        return self.first * _HOLD

    @property
    def turn(self) -> float:
        """How long the loop rests between two turns."""
        return max(0.05, min(1.0, self.first / 4))

    def after(self, tries: int, jitter: float) -> float:
        """Return the wait after so many looks; ``jitter`` is a random number from 0 to 1.

        It grows by half each time, to four times the first, less up to a fifth by chance so that jobs
        do not march in step.
        """
        if tries <= 0:
            return self.first
        grown = min(_MOST, _GROWTH ** min(tries, 16))
        return self.first * grown * (1 - _SPREAD * jitter)
