"""How much memory the idle bot has, by the number of servers, beside a bare discord.py bot."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.contest import bare, contest, ours
from benchmarks.measuring import Effort, Measurement
from benchmarks.programs import output

MOST_TIMES = 1.9
MOST_TIMES_A_SERVER = 1.15
"""The same growth, but for what a measurement of a process can tell."""

_WORTH_A_LINE = 0.5
"""Megabytes from which an import is told by its name."""


@dataclass(frozen=True, slots=True)
class _Found:
    whole: float
    own: float


def idle(effort: Effort) -> Sequence[Measurement]:
    """Measure the memory with few and many servers, and what is imported beyond what the bare bot does."""
    return asyncio.run(_measure(effort))


async def _measure(effort: Effort) -> Sequence[Measurement]:
    few, many, most = (1, effort.of(1000, 20), effort.of(10_000, 40))
    found = {guilds: await _resting(guilds, 1) for guilds in (few, many, most)}
    wide = await _resting(many, 20)
    lines = [
        line
        for guilds, (one, other) in found.items()
        for line in (
            Measurement(f"with {_servers(guilds)}", one.whole, "MB", other.whole, most_times=MOST_TIMES),
            Measurement(f"with {_servers(guilds)}, shared with nobody", one.own, "MB", other.own),
        )
    ]
    bound = None if effort.quick else MOST_TIMES_A_SERVER
    by_server = _growth(found[few], found[most], most - few)
    by_wide = _growth(found[few], wide, many - few)
    lines += (
        Measurement("growth by a server of one channel", *_kilobytes(by_server), most_times=bound),
        Measurement("growth by a server of twenty channels", *_kilobytes(by_wide), most_times=bound),
    )
    return [*lines, *await _imports()]


def _servers(guilds: int) -> str:
    return f"{guilds:,} server{'' if guilds == 1 else 's'}"


async def _resting(guilds: int, channels: int) -> Sequence[_Found]:
    with TemporaryDirectory() as name:
        folder = Path(name)
        programs = (ours(folder), bare())
        async with contest(folder, *programs, guilds=guilds, channels=channels) as contestants:
            return [_Found(each.usage.megabytes(), each.usage.own_megabytes()) for each in contestants]


def _growth(few: Sequence[_Found], many: Sequence[_Found], servers: int) -> Sequence[float]:
    return [(more.own - less.own) * 1000 / servers for less, more in zip(few, many, strict=True)]


def _kilobytes(growth: Sequence[float]) -> tuple[float, str, float]:
    return growth[0], "kB", growth[1]


async def _imports() -> Sequence[Measurement]:
    """Name what the bot imports and the bare one does not, the largest first."""
    found: Mapping[str, Mapping[str, float]] = await output("benchmarks.importing")
    rows = sorted(found.items(), key=lambda row: row[1]["megabytes"], reverse=True)
    return [
        Measurement(f"import of {name} ({cost['milliseconds']:.0f} ms)", cost["megabytes"], "MB")
        for name, cost in rows
        if cost["megabytes"] >= _WORTH_A_LINE
    ]
