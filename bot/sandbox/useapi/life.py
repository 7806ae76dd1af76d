"""What becomes of a job in the course of time. Nothing runs: each question is answered from the clock."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import Enum


class Status(Enum):
    """The states of a job (get-jobs-jobid)."""

    CREATED = "created"
    STARTED = "started"
    PROGRESS = "progress"
    COMPLETED = "completed"
    MODERATED = "moderated"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def is_final(self) -> bool:
        """Whether the job stays so."""
        return self not in {Status.CREATED, Status.STARTED, Status.PROGRESS}


FIRST_PROGRESS = 5
"""Percent that the bot shows first; below it says that it waits."""


@dataclass(slots=True)
class Life:
    """The course of one job. Moments are seconds since 1970."""

    created: float
    waits: float
    """Seconds until the bot begins."""
    works: float
    """Seconds that the bot takes from there."""
    is_posted_at_once: bool = True
    """Whether the bot's message is there from the beginning, or only when the bot begins."""
    end: Status = Status.COMPLETED
    ended: float | None = None
    """When it ended, where that was cut short."""
    is_new: bool = False
    """Whether the call that makes it is still to be answered, which is never told of an end by time."""
    held: int | None = None
    """Percent at which it stays until somebody ends it."""

    @property
    def posted(self) -> float:
        """When the bot's message appeared."""
        return self.created if self.is_posted_at_once else self.created + self.waits

    @property
    def ends(self) -> float:
        """When it ends; infinite while it is held."""
        if self.ended is not None:
            return self.ended
        return self.created + self.waits + self.works if self.held is None else math.inf

    def percent(self, now: float) -> int:
        """Return how far the bot is; negative before it begins."""
        if self.held is not None:
            return self.held
        passed = now - self.created - self.waits
        # A clock that adds up seconds is off by a hair, which must not show.
        return math.floor(passed / self.works * 100 + 1e-4) if self.works else 100

    def status(self, now: float) -> Status:
        """Return the state at a moment."""
        waiting = Status.STARTED if self.is_posted_at_once else Status.CREATED
        if self.is_new and self.ended is None:
            return waiting
        if now >= self.ends:
            return self.end
        percent = self.percent(now)
        if percent < 0:
            return waiting
        return Status.STARTED if percent < FIRST_PROGRESS else Status.PROGRESS

    def updated(self, now: float) -> float:
        """Return when the vendor looked last: while the job runs, just now."""
        status = self.status(now)
        if status.is_final:
            return self.ends
        return now if status is Status.PROGRESS else self.created if self.percent(now) < 0 else self.posted

    def cut(self, end: Status, now: float) -> None:
        """End it now, unless it has ended already."""
        if now < self.ends:
            self.end, self.ended = end, now
