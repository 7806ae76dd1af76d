"""How long a start takes, from the process to the first answer, beside a bare discord.py bot."""

from __future__ import annotations

import asyncio
import statistics
import time
from collections.abc import Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.contest import Contestant, Program, bare, ours
from benchmarks.loopback import LoopbackDiscord
from benchmarks.measuring import Effort, Measurement

MOST_TIMES = 2.5

_GONE_SECONDS = 10.0


def first_answer(effort: Effort) -> Sequence[Measurement]:
    """Measure starts with a database that is there and commands that Discord knows."""
    return asyncio.run(_measure(effort))


async def _measure(effort: Effort) -> Sequence[Measurement]:
    with TemporaryDirectory() as name:
        folder = Path(name)
        programs = [(ours(folder), ours(folder)), (bare(), bare(sync=False))]
        spans: list[list[tuple[float, float]]] = [[], []]
        async with AsyncExitStack() as stack:
            discords = [await stack.enter_async_context(LoopbackDiscord()) for _ in programs]
            # The first start makes the database, the files of compiled code, and the commands known.
            for (first, _), discord in zip(programs, discords, strict=True):
                await _start(folder, first, discord)
            for _ in range(effort.rounds):
                for (_, later), discord, own in zip(programs, discords, spans, strict=True):
                    own.append(await _start(folder, later, discord))
    one, other = (tuple(map(statistics.median, zip(*own, strict=True))) for own in spans)
    return [
        Measurement("from the start to the first answer", one[0], "s", other[0], most_times=MOST_TIMES),
        Measurement("the bot's own time in it", one[1], "s", other[1]),
    ]


async def _start(folder: Path, program: Program, discord: LoopbackDiscord) -> tuple[float, float]:
    """Start a program, ask it something, and end it; return how long that took, and its own time."""
    began = time.monotonic()
    async with program.running(folder, discord) as usage:
        await Contestant(discord, usage).wait_ready()
        answer = await discord.slash("about")
        took = answer.deeds[-1].at - began, usage.cpu_seconds()
    await discord.gateway.wait(lambda gateway: not gateway.live(), _GONE_SECONDS)
    return took
