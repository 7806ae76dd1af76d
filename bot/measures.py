"""What is counted while the bot runs: interactions and calls of upstreams, and how long they took.

Plain numbers in memory, always kept, since that costs about a microsecond each. What they are called by is
bounded by the code: names of commands, of kinds of buttons, of services; never anything of a person or a
server.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Sequence
from enum import StrEnum
from typing import TypeAlias

from bot.api.attempts import Attempt
from bot.services import Provider


class Kind(StrEnum):
    """What a person did."""

    COMMAND = "command"
    BUTTON = "button"
    """A select too."""
    FORM = "form"
    COMPLETION = "completion"


class Ending(StrEnum):
    """How an interaction ended."""

    ANSWERED = "answered"
    REFUSED = "refused"
    """The person was told what to mend."""
    UPSTREAM = "upstream"
    """An upstream did not do what was asked."""
    BUG = "bug"
    """Something is wrong with us; the log has it."""
    LATE = "late"
    """Discord did not wait for the answer."""
    GONE = "gone"
    """The message to answer in is gone."""
    ELSEWHERE = "elsewhere"
    """Another worker had acknowledged it already."""
    UNTOLD = "untold"
    """Discord did not take what the person was to be told."""
    UNANSWERED = "unanswered"
    CUT_OFF = "cut off"
    """The app was stopped first."""


BOUNDS: Sequence[float] = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 3.0, 5.0, 10.0, 30.0)
"""Seconds. A person sees a failure where there is no first answer within 3."""

Doing: TypeAlias = tuple[Kind, str]
"""A kind of interaction and the command, or the button, that it was."""


class Spread:
    """How long things took: how many took at most each of the bounds, and the sum of seconds."""

    __slots__ = ("counts", "total")

    def __init__(self) -> None:
        self.counts = [0] * (len(BOUNDS) + 1)
        """By bound, the last of what took longer than any."""
        self.total = 0.0

    def add(self, seconds: float) -> None:
        """Count one more."""
        self.counts[bisect_left(BOUNDS, seconds)] += 1
        self.total += seconds


class Measures:
    """The counts of one app."""

    def __init__(self) -> None:
        self.interactions: Counter[tuple[Kind, str, Ending]] = Counter()
        self.first_answers: defaultdict[Doing, Spread] = defaultdict(Spread)
        """Until Discord had an answer, even if it only promised one; by the first word of the command."""
        self.wholes: defaultdict[Doing, Spread] = defaultdict(Spread)
        """Until all was done; likewise."""
        self.calls: Counter[tuple[Provider, str]] = Counter()
        """By upstream and status, or how else an attempt ended."""
        self.call_times: defaultdict[Provider, Spread] = defaultdict(Spread)

    def note_interaction(
        self, kind: Kind, name: str, ending: Ending, seconds: float, first: float | None
    ) -> None:
        """Count an interaction that is over; ``first``: seconds until its first answer, where measured."""
        self.interactions[kind, name, ending] += 1
        doing = kind, name.partition(" ")[0] if kind is not Kind.BUTTON else name
        self.wholes[doing].add(seconds)
        if first is not None:
            self.first_answers[doing].add(first)

    def note_attempt(self, attempt: Attempt) -> None:
        """Count one request to an upstream."""
        self.calls[attempt.provider, attempt.ended] += 1
        self.call_times[attempt.provider].add(attempt.seconds)
