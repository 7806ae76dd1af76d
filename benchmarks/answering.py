"""How long an answer takes, beside a bare discord.py bot that gives the same one.

One person after another asks, and is answered before the next one does; the time runs from the event to
the arrival of the last request that belongs to the answer. The loopback and the emulated vendor take part
of it on both sides alike, which is why the time that the bot itself ran for is told too.
"""

from __future__ import annotations

import asyncio
import math
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.answers import Answer
from benchmarks.contest import Contestant, bare, contest, ours
from benchmarks.measuring import Effort, Measurement
from benchmarks.programs import pluralkit
from benchmarks.systems import FIRST_ACCOUNT

MOST_FIRST_SECONDS = 1.0
"""What a person waits for at the most until something shows, whatever the upstream does."""

_MANAGER = 1 << 5
_MEMBERS = 1_000_000_000_000_001_000
_PATIENCE = 60.0
_SLOW_SECONDS = 0.3
_AFTERWARDS = 0.05
"""Seconds in which a bot reads what its last request was answered with."""


@dataclass(frozen=True, slots=True)
class Question:
    """A command, and how many times as long as the bare bot ours may take to answer it."""

    command: str
    most_times: float
    options: Mapping[str, str] = field(default_factory=dict[str, str])

    def of(self, number: int) -> Mapping[str, str]:
        """Return the options that somebody types."""
        return {name: text.format(account=FIRST_ACCOUNT + number) for name, text in self.options.items()}


AT_ONCE = Question("about", 1.3)
FROM_THE_DATABASE = Question("setup status", 1.5)
THROUGH_AN_UPSTREAM = Question("pluralkit system", 1.5, {"user": "{account}"})
BY_A_CROWD = Question("pluralkit system", 1.2, {"user": "{account}"})


def immediate(effort: Effort) -> Sequence[Measurement]:
    """Measure an answer that needs nothing but the bot."""
    return asyncio.run(_one_by_one(AT_ONCE, effort))


def from_the_database(effort: Effort) -> Sequence[Measurement]:
    """Measure an answer that is read from the database, where the bare bot reads nothing."""
    return asyncio.run(_one_by_one(FROM_THE_DATABASE, effort))


def through_an_upstream(effort: Effort) -> Sequence[Measurement]:
    """Measure an answer that takes three calls of a vendor who answers at once."""
    return asyncio.run(_one_by_one(THROUGH_AN_UPSTREAM, effort))


def crowd(effort: Effort) -> Sequence[Measurement]:
    """Measure many people who ask for something of their own at the same moment."""
    return asyncio.run(_all_at_once(BY_A_CROWD, effort, people=effort.of(200, 20)))


@dataclass(slots=True)
class _Block:
    """What one turn took: seconds of each answer, and of the bot's own time for one."""

    spans: Sequence[float]
    own: float


async def _one_by_one(question: Question, effort: Effort) -> Sequence[Measurement]:
    times = effort.of(60, 5)
    with TemporaryDirectory() as folder:
        async with (
            pluralkit(systems=1, seconds=0.0) as url,
            contest(Path(folder), ours(Path(folder), url, limited=False), bare(url)) as contestants,
        ):
            for contestant in contestants:
                await _turn(contestant, question, times)
            blocks = await _by_turns(contestants, question, effort.rounds, times)
    one, other = (
        (statistics.median(span for block in own for span in block.spans) * 1000, _own(own)) for own in blocks
    )
    return [
        Measurement("time of an answer", one[0], "ms", other[0], most_times=question.most_times),
        Measurement("the bot's own time", one[1], "ms", other[1]),
    ]


def _own(blocks: Sequence[_Block]) -> float:
    return statistics.median(block.own for block in blocks) * 1000


async def _by_turns(
    contestants: Sequence[Contestant], question: Question, rounds: int, times: int
) -> Sequence[Sequence[_Block]]:
    blocks: list[list[_Block]] = [[] for _ in contestants]
    for turn in range(rounds):
        order = list(zip(contestants, blocks, strict=True))
        for contestant, own in order if turn % 2 else reversed(order):
            own.append(await _turn(contestant, question, times))
    return blocks


async def _turn(contestant: Contestant, question: Question, times: int) -> _Block:
    spans: list[float] = []
    before = contestant.usage.cpu_seconds()
    for _ in range(times):
        answer = await _ask(contestant, question)
        spans.append(answer.seconds("last"))
    await asyncio.sleep(_AFTERWARDS)
    return _Block(spans, (contestant.usage.cpu_seconds() - before) / times)


async def _ask(contestant: Contestant, question: Question, number: int = 0) -> Answer:
    where: Any = {"permissions": _MANAGER, "user_id": _MEMBERS + number}
    return await contestant.discord.slash(question.command, question.of(number), timeout=_PATIENCE, **where)


async def _all_at_once(question: Question, effort: Effort, *, people: int) -> Sequence[Measurement]:
    firsts: list[list[float]] = [[], []]
    lasts: list[list[float]] = [[], []]
    with TemporaryDirectory() as folder:
        async with (
            pluralkit(systems=people, seconds=_SLOW_SECONDS) as url,
            contest(Path(folder), ours(Path(folder), url, limited=False), bare(url)) as contestants,
        ):
            for _ in range(effort.rounds):
                for side, contestant in enumerate(contestants):
                    asked = (_ask(contestant, question, number) for number in range(people))
                    answers = await asyncio.gather(*asked)
                    firsts[side] += (answer.seconds("first") for answer in answers)
                    lasts[side] += (answer.seconds("last") for answer in answers)
    slowest = [_percentile(each, 99) for each in lasts]
    usual = [statistics.median(each) for each in lasts]
    return [
        Measurement("all but one in a hundred", slowest[0], "s", slowest[1], most_times=question.most_times),
        Measurement("half of them", usual[0], "s", usual[1]),
        Measurement("the slowest first sign", max(firsts[0]), "s", max(firsts[1]), MOST_FIRST_SECONDS),
    ]


def _percentile(spans: Sequence[float], percent: int) -> float:
    """Return what so many of a hundred stay below or reach."""
    return sorted(spans)[math.ceil(len(spans) * percent / 100) - 1]
