"""The processes that a benchmark is made of: the bot as its operator runs it, and the emulated vendor."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from benchmarks.loopback import LoopbackDiscord

ROOT = Path(__file__).parent.parent
_STOP_SECONDS = 15.0
_TAIL = 20
"""Lines of the bot's log that are told where something goes wrong."""


@asynccontextmanager
async def bot(
    folder: Path, discord: LoopbackDiscord, useapi_url: str, *, poll: float | None = None
) -> AsyncGenerator[int]:
    """Run the bot with its database in ``folder``; give its process id. Its log goes there too.

    ``poll`` is the setting JOB_POLL_SECONDS, None for its default.
    """
    settings = {
        "DATABASE_URL": f"sqlite+aiosqlite:///{folder / 'switchboard.db'}",
        "DISCORD_TOKEN": discord.token,
        "DISCORD_API_URL": discord.api_url,
        "USEAPI_URL": useapi_url,
        "MEDIA_HOSTS": urlsplit(useapi_url).netloc,
    }
    if poll is not None:
        settings["JOB_POLL_SECONDS"] = str(poll)
    async with client(folder, "bot", "run", settings=settings) as pid:
        yield pid


@asynccontextmanager
async def client(
    folder: Path, module: str, *arguments: str, settings: Mapping[str, str]
) -> AsyncGenerator[int]:
    """Run a client of Discord, be it the bot; give its process id. Its log goes to ``folder``.

    What goes wrong meanwhile is raised with the end of that log as a note.
    """
    with (folder / "log").open("wb+") as log:
        process = await _start(module, *arguments, folder=folder, settings=settings, stderr=log.fileno())
        try:
            async with _ending(process):
                yield process.pid
        except Exception as error:
            log.seek(0)
            error.add_note("\n".join(["the bot's log ends:", *log.read().decode().splitlines()[-_TAIL:]]))
            raise


@asynccontextmanager
async def vendor(*, subscribers: int, pictures: int, clips: int) -> AsyncGenerator[dict[str, Any]]:
    """Run :mod:`benchmarks.vendor`; give what it says at its start."""
    numbers = {"--subscribers": subscribers, "--pictures": pictures, "--clips": clips}
    arguments = [text for name, number in numbers.items() for text in (name, str(number))]
    async with _server("benchmarks.vendor", *arguments) as hello:
        yield hello


@asynccontextmanager
async def pluralkit(*, systems: int, seconds: float) -> AsyncGenerator[str]:
    """Run :mod:`benchmarks.systems`; give its address."""
    arguments = ("--systems", str(systems), "--seconds", str(seconds))
    async with _server("benchmarks.systems", *arguments) as hello:
        yield hello["url"]


@asynccontextmanager
async def _server(module: str, *arguments: str) -> AsyncGenerator[dict[str, Any]]:
    """Run a server; give what it says at its start, one line of JSON."""
    process = await _start(module, *arguments, folder=ROOT, settings={}, stdout=asyncio.subprocess.PIPE)
    async with _ending(process):
        if process.stdout is None:
            raise RuntimeError(f"{module} has no standard output")
        yield json.loads(await process.stdout.readline())


async def output(module: str, *arguments: str) -> Any:
    """Run a module to its end; return the JSON that it prints."""
    async with _server(module, *arguments) as told:
        return told


async def _start(
    module: str,
    *arguments: str,
    folder: Path,
    settings: Mapping[str, str],
    stdout: int = asyncio.subprocess.DEVNULL,
    stderr: int | None = None,
) -> asyncio.subprocess.Process:
    """Start a module with nothing in its environment but what is set."""
    kept = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "LANG"}}
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", module, *arguments),
        cwd=folder,
        env=kept | dict(settings) | {"PYTHONPATH": str(ROOT)},
        stdin=asyncio.subprocess.DEVNULL,
        stdout=stdout,
        stderr=stderr,
    )


@asynccontextmanager
async def _ending(process: asyncio.subprocess.Process) -> AsyncGenerator[None]:
    """End a process as its operator would, and by force where that does not help."""
    try:
        yield
    finally:
        if process.returncode is None:
            process.terminate()
        try:
            async with asyncio.timeout(_STOP_SECONDS):
                await process.wait()
        except TimeoutError:
            process.kill()
            await process.wait()
