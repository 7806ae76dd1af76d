"""A bot whose database lies on a disk that can be filled, and be given room again."""

from __future__ import annotations

import asyncio
import resource
import subprocess
import sys
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Protocol

from tests.processes import environment

_MOUNT = 'mount -t tmpfs -o size=8m,mode=700 tmpfs "$1" && shift && exec "$@"'
"""What a shell does in name spaces of its own, where anybody may mount."""
_NAMESPACES = ["unshare", "--user", "--map-root-user", "--mount"]


class Disk(Protocol):
    """A disk in the hands of a test."""

    def fill(self) -> None:
        """Let nothing more be written of what needs room."""
        ...

    def free(self) -> None:
        """Give room again."""
        ...


class SmallDisk:
    """A real file system of a few megabytes (tmpfs), seen by the process alone."""

    def __init__(self, pid: int, folder: Path) -> None:
        self._filler = Path(f"/proc/{pid}/root{folder}") / "filler"

    def fill(self) -> None:
        """Fill it to its last byte."""
        with self._filler.open("wb", buffering=0) as filler, suppress(OSError):
            while filler.write(bytes(512)):
                pass

    def free(self) -> None:
        """Take away what fills it."""
        self._filler.unlink()


class NarrowLimit:
    """A limit on how large a file of the process may grow (EFBIG), for machines that let nobody mount."""

    def __init__(self, pid: int, log: Path) -> None:
        self._pid, self._log = pid, log

    def fill(self) -> None:
        """Let the log of the database grow no further."""
        self._limit(self._log.stat().st_size)

    def free(self) -> None:
        """Let it grow again."""
        self._limit(resource.RLIM_INFINITY)

    def _limit(self, size: int) -> None:
        resource.prlimit(self._pid, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))


def may_mount(folder: Path) -> bool:
    """Say whether a process here may have a small disk of its own."""
    try:
        command = [*_NAMESPACES, "sh", "-c", _MOUNT, "sh", str(folder), "true"]
        return subprocess.run(command, check=False, capture_output=True).returncode == 0  # noqa: S603 - our own
    except FileNotFoundError:
        return False


@asynccontextmanager
async def running_on(
    folder: Path, *, small: bool, settings: Mapping[str, str]
) -> AsyncGenerator[tuple[asyncio.subprocess.Process, Disk]]:
    """Give the bot, running with its database in ``folder``, and the disk under it; killed at the end."""
    url = {"DATABASE_URL": f"sqlite+aiosqlite:///{folder}/switchboard.db"}
    mounting = [*_NAMESPACES, "sh", "-c", _MOUNT, "sh", str(folder)] if small else []
    process = await asyncio.create_subprocess_exec(
        *(*mounting, sys.executable, "-m", "bot", "run"),
        cwd=folder.parent,
        env=environment(folder, **settings, **url),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    disk = (
        SmallDisk(process.pid, folder) if small else NarrowLimit(process.pid, folder / "switchboard.db-wal")
    )
    try:
        yield process, disk
    finally:
        if process.returncode is None:
            process.kill()
            await process.communicate()
