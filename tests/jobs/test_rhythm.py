"""How late a loop is, for whoever watches over it."""

from __future__ import annotations

import asyncio
from math import inf

import pytest
from discord.ext import tasks

from bot.jobs.rhythm import Rhythm, lateness


async def test_a_loop_is_late_once_it_should_have_taken_a_turn_and_for_good_once_it_has_ended() -> None:
    begun, go = asyncio.Event(), asyncio.Event()

    async def turn() -> float:
        begun.set()
        await go.wait()
        return 3600.0

    loop = Rhythm(turn)
    assert loop.lateness() == inf
    loop.start()
    async with asyncio.timeout(5):
        await begun.wait()
    assert loop.lateness() == pytest.approx(-60, abs=10)
    loop.hurry(5.0)  # what a turn that is under way comes to is not known yet
    assert loop.lateness() == pytest.approx(-60, abs=10)
    go.set()
    async with asyncio.timeout(5):
        while loop.lateness() < -10:  # noqa: ASYNC110 - a loop tells nobody that its turn is over
            await asyncio.sleep(0)
    assert loop.lateness() == pytest.approx(-5, abs=4)
    loop.hurry(2.0)
    assert loop.lateness() == pytest.approx(-2, abs=2)
    await loop.finish((), 5.0)
    assert loop.lateness() == inf


async def test_a_plain_loop_is_judged_likewise() -> None:
    begun = asyncio.Event()

    @tasks.loop(hours=1)
    async def purge() -> None:
        begun.set()

    assert lateness(purge) == inf
    task = purge.start()
    async with asyncio.timeout(5):
        await begun.wait()
    assert lateness(purge) == pytest.approx(-3600, abs=60)
    purge.cancel()
    await asyncio.wait({task})
    assert lateness(purge) == inf
