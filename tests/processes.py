"""The program as a process of its own, as its operator runs it."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent
PATIENCE = 20.0
"""Seconds that a process may take for anything, on a machine that is busy."""


@dataclass(frozen=True, slots=True)
class Ended:
    """How a process ended."""

    code: int
    out: str
    err: str


def environment(folder: Path, **settings: str) -> dict[str, str]:
    """Return an environment with nothing of ours in it but ``settings``."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if name in {"PATH", "HOME", "LANG"} or name.startswith("COVERAGE_")
    }
    defaults = {"DATABASE_URL": f"sqlite+aiosqlite:///{folder / 'data' / 'switchboard.db'}"}
    return kept | defaults | settings | {"PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}


async def start(folder: Path, *arguments: str, settings: Mapping[str, str]) -> asyncio.subprocess.Process:
    """Start ``python -m bot`` with these arguments, in a folder of its own."""
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bot",
        *arguments,
        cwd=folder,
        env=environment(folder, **settings),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )


async def ended(process: asyncio.subprocess.Process) -> Ended:
    """Wait for a process to end."""
    async with asyncio.timeout(PATIENCE):
        out, err = await process.communicate()
    return Ended(process.returncode if process.returncode is not None else -1, out.decode(), err.decode())


async def run(folder: Path, *arguments: str, **settings: str) -> Ended:
    """Run ``python -m bot`` with these arguments to its end."""
    return await ended(await start(folder, *arguments, settings=settings))


@asynccontextmanager
async def running(
    folder: Path, *arguments: str, settings: Mapping[str, str]
) -> AsyncGenerator[asyncio.subprocess.Process]:
    """Give a running process, killed at the end if it still runs."""
    process = await start(folder, *arguments, settings=settings)
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
            await process.communicate()
