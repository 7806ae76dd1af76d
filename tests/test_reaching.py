"""Ending what connects to Discord."""

from __future__ import annotations

import asyncio

import pytest

from bot.reaching import until_cancelled


async def test_a_cancellation_that_is_swallowed_is_said_again() -> None:
    heard: list[str] = []
    begun = asyncio.Event()

    async def deaf() -> None:
        begun.set()
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            heard.append("swallowed")  # as asyncio.wait_for does on Python 3.11, at a bad moment
        await asyncio.Event().wait()

    task = asyncio.create_task(until_cancelled(deaf()))
    async with asyncio.timeout(5):
        await begun.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    assert heard == ["swallowed"]


async def test_what_work_brings_or_raises_is_handed_on() -> None:
    async def well() -> int:
        return 7

    async def badly() -> int:
        raise ValueError("badly")

    assert await until_cancelled(well()) == 7
    with pytest.raises(ValueError, match="badly"):
        await until_cancelled(badly())
