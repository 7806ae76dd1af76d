"""Between Discord and us: what goes wrong there, and how it is ended."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Coroutine
from contextlib import asynccontextmanager
from typing import Any, TypeVar

import aiohttp
import discord

from bot.errors import DiscordUnusable, StartupError

T = TypeVar("T")

LOST = (discord.DiscordException, aiohttp.ClientError, OSError, TimeoutError)
"""What is raised where Discord refuses a request or cannot be reached."""

_AGAIN_SECONDS = 0.2
"""How long a cancellation has to show effect before it is said again."""


@asynccontextmanager
async def reaching_discord() -> AsyncGenerator[None]:
    """Turn what goes wrong between Discord and us into errors of ours.

    Raises :class:`~bot.errors.StartupError` for a refused token and
    :class:`~bot.errors.DiscordUnusable` for anything else.
    """
    try:
        yield
    except discord.LoginFailure:
        raise StartupError("DISCORD_TOKEN: was refused by Discord; reset it on the Bot page") from None
    except LOST as error:
        raise DiscordUnusable(f"Discord could not be used ({type(error).__name__})") from error


async def until_cancelled(work: Coroutine[Any, Any, T]) -> T:
    """Do work in a task of its own; where this is cancelled, cancel it until it has ended.

    On Python 3.11 ``asyncio.wait_for``, which discord.py connects with, swallows a cancellation that comes in
    the moment in which what it waits for is done: a stop would be lost.
    """
    task = asyncio.ensure_future(work)
    try:
        await asyncio.wait({task})
    finally:
        while not task.done():
            task.cancel()
            await asyncio.wait({task}, timeout=_AGAIN_SECONDS)
    return task.result()
