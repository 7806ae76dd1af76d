"""Counts which reminders were to be told, which Discord shows and what Pixela recorded, and compares."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Almanac:
    """All of it by what a reminder of one day is known by."""

    due: Collection[str]
    """What was to be told."""
    told: Counter[str]
    """How many messages there are about it."""
    pressed: Collection[str]
    """That of which Done was pressed, whether the bot lived or not."""
    answered: Collection[str]
    """That of which the press was answered with the day that is recorded."""
    recorded: Mapping[str, int]
    """What the day holds; each press is to add 1."""
    odd: Sequence[str]
    """Answers that say anything else."""
    rows: Sequence[Mapping[str, Any]]

    def complaints(self) -> list[str]:
        """Return a line for everything that is not as it must be."""
        return [*self._of_messages(), *self._of_days(), *self._of_the_rest()]

    def _of_messages(self) -> Iterable[str]:
        for mark in sorted({*self.due, *self.told}):
            wanted = int(mark in self.due)
            if self.told[mark] != wanted:
                yield f"told {self.told[mark]} times instead of {wanted}: {mark}"

    def _of_days(self) -> Iterable[str]:
        for mark in sorted({*self.answered, *self.pressed, *self.recorded}):
            held = self.recorded.get(mark, 0)
            fits = {1} if mark in self.answered else {0, 1} if mark in self.pressed else {0}
            if held not in fits:
                yield f"recorded {held} times instead of {max(fits)}: {mark}"

    def _of_the_rest(self) -> Iterable[str]:
        yield from (f"not done: {text}" for text in self.odd)
        for row in self.rows:
            if row["posting_at"] is not None or row["lease_until"] or row["tries"]:
                names = ("ref", "next_at", "due_at", "posting_at", "tries", "lease_until")
                yield "unfinished: " + ", ".join(f"{name}={row[name]}" for name in names)
