"""1,000 jobs in flight in one bot process: what it takes to look after them, and that each is shown once.

The bot runs as its operator runs it, with its default pace, against the loopback Discord in this process and
the emulated vendor in another. Members of 100 servers ask for ten jobs each, which run until they are told to
end; how much the bot takes is told by the kernel.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import aiohttp

from benchmarks.loopback import LoopbackDiscord
from benchmarks.measuring import Effort, Measurement
from benchmarks.programs import bot, vendor
from benchmarks.replies import PATIENCE
from benchmarks.shown import is_unfinished, job_of
from benchmarks.usage import Usage

MOST_MEGABYTES = 150.0
MOST_PERCENT = 30.0

_MANAGER = 1 << 5
_MEMBERS = 1_000_000_000_000_001_000
_AT_ONCE = 4
"""Members who wait for an answer at the same time."""
_PATIENCE = 180.0
"""Seconds within which everything is begun, and everything shown."""
_IDLE_SECONDS = 5.0
_AFTERWARDS = 3.0
"""Seconds in which something might be shown twice."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How much. ``poll`` is the setting JOB_POLL_SECONDS, None for its default."""

    servers: int = 100
    pictures: int = 9
    clips: int = 1
    seconds: float = 60.0
    """How long it is watched while everything is in flight."""
    poll: float | None = None

    @property
    def jobs(self) -> int:
        """How many jobs there are in all."""
        return self.servers * (self.pictures + self.clips)


QUICK = Plan(servers=2, pictures=3, clips=1, seconds=2.0, poll=0.5)


def jobs_in_flight(effort: Effort) -> Sequence[Measurement]:
    """Measure one flight, however many rounds are asked for: it takes minutes.

    The baselines are the same process before anybody asked for anything. Raises ``TimeoutError`` or
    ``RuntimeError`` where not all the jobs get into the air or down.
    """
    return asyncio.run(_measure(QUICK if effort.quick else Plan()))


async def _measure(plan: Plan) -> Sequence[Measurement]:
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory()))
        discord = await stack.enter_async_context(LoopbackDiscord(guilds=plan.servers))
        hello = await stack.enter_async_context(
            vendor(subscribers=plan.servers, pictures=plan.pictures, clips=plan.clips)
        )
        pid = await stack.enter_async_context(bot(folder, discord, hello["url"], poll=plan.poll))
        session = await stack.enter_async_context(aiohttp.ClientSession(hello["url"]))
        return await _Flight(plan, discord, session, Usage(pid)).measure(hello["keys"])


@dataclass(frozen=True, slots=True)
class _Span:
    """What happened in a while, by the second."""

    percent: float
    """Of one core."""
    polls: float
    edits: float


class _Flight:
    """From the ground into the air and down again."""

    def __init__(
        self, plan: Plan, discord: LoopbackDiscord, session: aiohttp.ClientSession, usage: Usage
    ) -> None:
        self._plan = plan
        self._discord = discord
        self._session = session
        self._usage = usage

    async def measure(self, keys: Sequence[str]) -> Sequence[Measurement]:
        """Do all of it."""
        await self._discord.wait_ready()
        idle, empty = await self._watch(_IDLE_SECONDS), self._usage.megabytes()
        await self._connect(keys)
        slowest = await self._ask()
        await self._until_all_run()
        flying = await self._watch(self._plan.seconds)
        await self._until_all_run()
        landing = await self._land()
        wrong = await self._not_once()
        return [
            Measurement("peak memory", self._usage.peak_megabytes(), "MB", empty, MOST_MEGABYTES),
            Measurement("share of a core in flight", flying.percent, "%", idle.percent, MOST_PERCENT),
            Measurement("polls in flight", flying.polls, "/s"),
            Measurement("edits in flight", flying.edits, "/s"),
            Measurement("slowest answer while all are asked for", slowest, "s", limit=PATIENCE),
            Measurement("share of a core while all are shown", landing.percent, "%", idle.percent),
            Measurement("edits while all are shown", landing.edits, "/s"),
            Measurement("not made and shown exactly once", len(wrong), "jobs", limit=1),
        ]

    async def _connect(self, keys: Sequence[str]) -> None:
        for guild_id, key in zip(self._discord.guild_ids, keys, strict=True):
            where: Any = {"permissions": _MANAGER, "guild_id": guild_id}
            form = await self._discord.slash("setup connect", {"service": "useapi"}, **where)
            await self._discord.submit(form, {"key": key})

    async def _ask(self) -> float:
        """Have every server's members ask for as much as its accounts can do at once.

        Returns the seconds that the longest answer took.
        """
        plan = self._plan
        kinds = ["midjourney imagine"] * plan.pictures + ["pika create"] * plan.clips
        asked = [(command, guild_id) for command in kinds for guild_id in self._discord.guild_ids]
        left = iter(enumerate(asked))

        async def member() -> float:
            slowest = 0.0
            for number, (command, guild_id) in left:
                prompt = {"prompt": f"harbour {number} at dusk"}
                where: Any = {"guild_id": guild_id, "user_id": _MEMBERS + number}
                answer = await self._discord.slash(command, prompt, **where)
                slowest = max(slowest, answer.seconds())
            return slowest

        return max(await asyncio.gather(*(member() for _ in range(_AT_ONCE))))

    async def _until_all_run(self) -> None:
        async with asyncio.timeout(_PATIENCE):
            while (await self._state())["running"] < self._plan.jobs:  # noqa: ASYNC110 - likewise
                await asyncio.sleep(0.2)

    async def _land(self) -> _Span:
        """Let everything end, and watch until all of it is shown."""
        (await self._session.post("/control/finish")).release()
        return await self._watch(_PATIENCE, lambda: len(self._ends()) >= self._plan.jobs)

    async def _watch(self, seconds: float, is_over: Callable[[], bool] = lambda: False) -> _Span:
        """Watch the bot for so long, or until something is so. Raises ``RuntimeError`` if that never is."""
        clock = asyncio.get_running_loop().time
        polls, edits, cpu = await self._polls(), len(self._discord.requests), self._usage.cpu_seconds()
        began = clock()
        while clock() - began < seconds and not is_over():  # noqa: ASYNC110 - it happens in other processes
            await asyncio.sleep(min(0.5, seconds))
        passed = clock() - began
        share = (self._usage.cpu_seconds() - cpu) / passed * 100
        edited = sum(call.method == "PATCH" for call in islice(self._discord.requests, edits, None))
        return _Span(share, (await self._polls() - polls) / passed, edited / passed)

    async def _not_once(self) -> Sequence[str]:
        """Return the references of what was not made once and shown once."""
        await asyncio.sleep(_AFTERWARDS)
        made: dict[str, int] = (await self._state())["made"]
        shown = Counter(self._ends())
        asked = {job_of(message) for message in self._discord.messages()} - {""}
        return [ref for ref in asked | {*made} if (made.get(ref), shown[ref]) != (1, 1)]

    def _ends(self) -> Sequence[str]:
        """Return the jobs whose end is shown, once for each message that shows it."""
        ended = (message for message in self._discord.messages() if not is_unfinished(message))
        return [ref for message in ended if (ref := job_of(message))]

    async def _polls(self) -> int:
        return (await self._state())["polls"]

    async def _state(self) -> dict[str, Any]:
        async with self._session.get("/control/state") as answer:
            return await answer.json()
