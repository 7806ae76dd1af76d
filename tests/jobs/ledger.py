"""Counts what was asked, what the upstream made of it and what Discord shows, and compares."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from benchmarks.answers import Answer
from benchmarks.driver import Driver
from benchmarks.payloads import EPHEMERAL
from benchmarks.shown import is_unfinished, job_of
from bot.sandbox.useapi import Useapi


@dataclass(frozen=True)
class Ledger:
    """All of it by reference."""

    answered: Sequence[str]
    """The jobs that members were told of."""
    unanswered: int
    """Interactions that nobody answered."""
    odd: Sequence[str]
    """Answers that are not about a job."""
    rows: Mapping[str, Mapping[str, Any]]
    made: Counter[str]
    """How many jobs the upstream made."""
    shown: Counter[str]
    """How many messages show the end."""
    empty: Sequence[str]
    """Ends that are shown without a file."""

    @classmethod
    def of(
        cls, rows: Iterable[dict[str, Any]], answers: Sequence[Answer], discord: Driver, useapi: Useapi
    ) -> Ledger:
        """Read what there is now."""
        told = [answer for answer in answers if answer.original_id is not None]
        refs = [job_of(discord.world.messages[answer.original_id or 0]) for answer in told]
        public = [message for message in discord.messages() if not message["flags"] & EPHEMERAL]
        ended = [message for message in public if job_of(message) and not is_unfinished(message)]
        return cls(
            answered=[ref for ref in refs if ref],
            unanswered=len(answers) - len(told),
            odd=[answer.text for answer, ref in zip(told, refs, strict=True) if not ref],
            rows={row["ref"]: row for row in rows},
            made=Counter(job.reply_ref or "" for job in useapi.jobs.values()),
            shown=Counter(job_of(message) for message in ended),
            empty=[job_of(message) for message in ended if not message["attachments"]],
        )

    @property
    def given_up(self) -> Sequence[str]:
        """The jobs whose answer from upstream was lost twice: members were told that nobody knows."""
        return [ref for ref, row in self.rows.items() if row["outcome"] == "uncertain"]

    def complaints(self) -> list[str]:
        """Return a line for everything that is not as it must be."""
        return [*self._of_the_answered(), *self._of_the_others(), *self._of_doubles()]

    def _of_the_answered(self) -> Iterable[str]:
        for ref in self.answered:
            row = self.rows.get(ref)
            made = {0, 1} if ref in self.given_up else {1}
            if row is None or self.made[ref] not in made or self.shown[ref] != 1:
                yield f"answered {ref}: made {self.made[ref]}, shown {self.shown[ref]}, {_short(row)}"

    def _of_the_others(self) -> Iterable[str]:
        others = [ref for ref in {*self.rows, *self.made, *self.shown} if ref not in {*self.answered}]
        if len(others) > self.unanswered:
            yield f"{len(others)} jobs that nobody was told of, but {self.unanswered} such interactions"
        for ref in others:
            row = self.rows.get(ref)
            if row is None or self.made[ref] > 1 or self.shown[ref] > 1:
                yield f"unanswered {ref}: made {self.made[ref]}, shown {self.shown[ref]}, {_short(row)}"

    def _of_doubles(self) -> Iterable[str]:
        yield from (f"no job: {text}" for text in self.odd)
        empty = [ref for ref in self.empty if ref not in self.given_up]
        yield from (f"without a file: {ref}, {_short(self.rows.get(ref))}" for ref in empty)
        wanted = Counter(_wanted(row) for row in self.rows.values())
        yield from (f"written down {times} times: {what}" for what, times in wanted.items() if times > 1)
        for ref, row in self.rows.items():
            if row["state"] != "told" or row["outcome"] not in {"completed", "uncertain"}:
                yield f"unfinished {ref}: {_short(row)}"


def finished_edits(answers: Iterable[Answer]) -> int:
    """Count the edits that showed an end, those repeated after a death too."""
    edits = [deed.message for answer in answers for deed in answer.edits]
    return sum(message is not None and not is_unfinished(message) for message in edits)


def _wanted(row: Mapping[str, Any]) -> tuple[object, ...]:
    asked = json.loads(row["asked"])
    return tuple(asked.get(name) for name in ("prompt", "parent", "button"))


def _short(row: Mapping[str, Any] | None) -> str:
    if row is None:
        return "no row"
    names = ("id", "state", "outcome", "note", "sent_at", "ended_at", "posting_at", "message_id", "asked")
    return ", ".join(f"{name}={row[name]}" for name in names)
