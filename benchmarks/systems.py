"""The emulated PluralKit in a process of its own, with many systems and a pause before each answer.

``python -m benchmarks.systems --systems 200 --seconds 0.3`` prints one line of JSON with the ``url``, and
runs until SIGTERM or SIGINT. Each system belongs to one Discord account, number n to
:data:`FIRST_ACCOUNT` + n.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import signal
import sys
from datetime import UTC, datetime

from bot.sandbox.pluralkit import PluralKit
from bot.sandbox.upstream import Trouble

FIRST_ACCOUNT = 1_000_000_000_000_002_000
MEMBERS = 12
"""Members of each system."""

_SINCE = datetime(2025, 11, 20, 18, 0, tzinfo=UTC)


def emulator(systems: int, seconds: float) -> PluralKit:
    """Make PluralKit with so many systems, which answers after so many seconds and limits nobody."""
    pluralkit = PluralKit(limits_on=False)
    for number in range(systems):
        _add(pluralkit, number)
    if seconds:
        pluralkit.fail(Trouble.SLOW, times=None, seconds=seconds)
    return pluralkit


def _add(pluralkit: PluralKit, number: int) -> None:
    world = pluralkit.world
    system = world.add_system(
        name=f"Harbour {number}",
        description="A small crew by the sea. **Hi!**\n\nWe keep the lamp lit, _mostly_ on time.",
        tag="⚓ HL",
        avatar_url="https://cdn.example.org/harbour/avatar.webp",
        banner="https://cdn.example.org/harbour/banner.webp",
        color="2f7fb8",
        created=_SINCE,
        accounts=[FIRST_ACCOUNT + number],
    )
    crew = [
        world.add_member(
            system=system,
            name=f"Sailor {place}",
            display_name=f"Sailor {place} 🪶",
            pronouns="they/them",
            description="Likes tide tables.",
        )
        for place in range(MEMBERS)
    ]
    world.add_switch(system=system, at=_SINCE, members=crew[:2])


async def serve(pluralkit: PluralKit) -> None:
    """Run until SIGTERM or SIGINT, having said on stdout where."""
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with pluralkit:
        sys.stdout.write(json.dumps({"url": pluralkit.url}) + "\n")
        sys.stdout.flush()
        await stop.wait()


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.systems", description=__doc__)
    parser.add_argument("--systems", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=0.0, help="before each answer")
    args = parser.parse_args()
    asyncio.run(serve(emulator(args.systems, args.seconds)))


if __name__ == "__main__":
    main()
