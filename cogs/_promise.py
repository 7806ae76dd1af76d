"""An answer that is promised while it is being made, so that nobody waits for the promise as well."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import discord


@asynccontextmanager
async def promised(interaction: discord.Interaction[Any]) -> AsyncGenerator[None]:
    """Promise an answer for the person alone while the block makes it; the block itself must not answer.

    When it is left, however that may be, Discord has taken the promise: what is told then fills it in. Where
    Discord does not take it, the block is broken off and that is raised: another worker answers, or nobody
    can any more.
    """
    promise = asyncio.ensure_future(interaction.response.defer(ephemeral=True, thinking=True))
    await asyncio.sleep(0)  # it is on its way before anything else is done
    block, is_over = asyncio.timeout(None), False

    def break_off(promise: asyncio.Future[Any]) -> None:
        if not is_over and (promise.cancelled() or promise.exception() is not None):
            block.reschedule(0)

    try:
        async with block:
            promise.add_done_callback(break_off)
            try:
                yield
            finally:
                is_over = True
    finally:
        await promise
