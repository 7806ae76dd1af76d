"""``python -m tests.scale.carried``: what workers carry behind the balancer, with PostgreSQL and Valkey.

People ask in a closed loop, each once answered again. Discord's part is played by this process, which needs a
core of its own and takes about as long for an interaction as a worker does: look at the workers' own time.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.loopback import LoopbackDiscord
from benchmarks.usage import Usage
from bot.sandbox import Sandbox
from tests.jobs.crowd import MANAGER
from tests.scale.workers import Workers, working

COMMANDS = ("about", "setup status")
_MEMBERS = 1_000_000_000_000_003_000


async def carried(number: int, people: int, seconds: float) -> Sequence[str]:
    """Return lines on what so many workers did for so many people."""
    with TemporaryDirectory() as folder:
        async with (
            LoopbackDiscord(guilds=people) as discord,
            Sandbox() as sandbox,
            working(discord, sandbox, Path(folder), number) as workers,
        ):
            used = _usages(workers)
            idle = [each.megabytes() for each in used]
            lines = [f"{number} workers, idle: {_spread(idle)} MB each"]
            for command in COMMANDS:
                await _ask(discord, command, people, min(seconds, 2.0))  # warms up
                before, began = sum(each.cpu_seconds() for each in used), time.monotonic()
                spans = await _ask(discord, command, people, seconds)
                own = (sum(each.cpu_seconds() for each in used) - before) / len(spans)
                rate = len(spans) / (time.monotonic() - began)
                lines.append(
                    f"{number} workers, /{command}: {rate:.0f} interactions/s, {own * 1000:.1f} ms of the "
                    f"workers' time each, half of them within {statistics.median(spans) * 1000:.0f} ms"
                )
            return [*lines, f"{number} workers, afterwards: {_spread([e.megabytes() for e in used])} MB each"]


async def _ask(discord: LoopbackDiscord, command: str, people: int, seconds: float) -> list[float]:
    spans: list[float] = []
    ends = time.monotonic() + seconds

    async def one(member: int) -> None:
        while time.monotonic() < ends:
            answer = await discord.slash(
                command,
                user_id=_MEMBERS + member,
                guild_id=discord.guild_ids[member],
                permissions=MANAGER,
                timeout=30,
            )
            spans.append(answer.seconds("last"))

    await asyncio.gather(*(one(member) for member in range(people)))
    return spans


def _usages(workers: Workers) -> Sequence[Usage]:
    return [Usage(worker.process.pid) for worker in workers.each if worker.process is not None]


def _spread(megabytes: Sequence[float]) -> str:
    return " to ".join(f"{each:.0f}" for each in sorted({min(megabytes), max(megabytes)}))


def main() -> None:
    """Measure one worker and three, and print it."""
    parser = argparse.ArgumentParser(prog="python -m tests.scale.carried")
    parser.add_argument("--people", type=int, default=20, help="who ask at the same time (default: 20)")
    parser.add_argument("--seconds", type=float, default=10.0, help="for each command (default: 10)")
    options = parser.parse_args()
    for number in (1, 3):
        lines = asyncio.run(carried(number, options.people, options.seconds))
        sys.stdout.write("".join(f"{line}\n" for line in lines))
        sys.stdout.flush()


if __name__ == "__main__":
    main()
