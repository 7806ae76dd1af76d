"""A PostgreSQL of the tests' own on loopback, where Debian's or another is installed."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Generator
from contextlib import contextmanager
from enum import Enum
from pathlib import Path
from tempfile import TemporaryDirectory

MISSING = "no PostgreSQL is installed"
"""Why nothing can be tried on one."""
_PATIENCE = 30.0
"""Seconds that it may take to start, or to stop."""
_CARELESS = ("fsync=off", "full_page_writes=off", "dynamic_shared_memory_type=mmap")
"""What spares the disk where nobody pulls the plug. A server that is killed loses nothing by these; by
``synchronous_commit=off`` it would."""


class Stop(Enum):
    """How a server ends."""

    FAST = signal.SIGINT
    """What an operator's restart does: whoever is connected is thrown out."""
    IMMEDIATE = signal.SIGQUIT
    """As a crash does: nobody is told anything, and the next start mends the files."""


def find_programs() -> Path | None:
    """Return the folder of initdb and postgres, which Debian keeps out of the PATH."""
    named = shutil.which("initdb")
    found = [Path(named).parent] if named else []
    found += sorted(path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return found[-1] if found else None


class PostgreSQL:
    """A server that can be stopped and started. ``folder`` is empty, and ours."""

    def __init__(self, programs: Path, folder: Path) -> None:
        self._programs, self._data = programs, folder / "data"
        self._user = "nobody" if os.getuid() == 0 else None  # it refuses to run as root
        if self._user is not None:
            shutil.chown(folder, self._user)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port: int = probe.getsockname()[1]
        self._process: subprocess.Popen[bytes] | None = None
        options = ("-U", "tester", "--auth=trust", "--no-sync", "--encoding=UTF8", "--no-locale")
        subprocess.run(  # noqa: S603 - our own command
            [programs / "initdb", "-D", self._data, *options],
            check=True,
            user=self._user,
            cwd="/",
            stdout=subprocess.DEVNULL,
        )

    @property
    def url(self) -> str:
        """The address of its first database, for a role that may do everything."""
        return f"postgresql+asyncpg://tester@127.0.0.1:{self.port}/postgres"

    def begin_to_start(self) -> None:
        """Start it, and do not wait until it lets anybody in."""
        settings = [word for setting in _CARELESS for word in ("-c", setting)]
        place = ["-D", self._data, "-h", "127.0.0.1", "-p", str(self.port), "-k", self._data]
        self._process = subprocess.Popen(  # noqa: S603 - our own command
            [self._programs / "postgres", *place, *settings],
            user=self._user,
            cwd="/",
            stderr=subprocess.DEVNULL,
        )

    def is_ready(self) -> bool:
        """Say whether it lets anybody in."""
        asked = [self._programs / "pg_isready", "-q", "-h", "127.0.0.1", "-p", str(self.port)]
        return subprocess.run(asked, check=False).returncode == 0  # noqa: S603 - our own command

    def start(self) -> None:
        """Start it."""
        self.begin_to_start()
        ends = time.monotonic() + _PATIENCE
        while not self.is_ready():
            assert time.monotonic() < ends, "PostgreSQL does not start"
            time.sleep(0.05)

    def stop(self, how: Stop = Stop.FAST) -> None:
        """Stop it, if it runs."""
        if self._process is None:
            return
        self._process.send_signal(how.value)
        self._process.wait(timeout=_PATIENCE)
        self._process = None

    @contextmanager
    def hanging(self) -> Generator[None]:
        """Have it say nothing meanwhile, neither to those who are connected nor to others."""
        assert self._process is not None
        postmaster = self._process.pid
        os.kill(postmaster, signal.SIGSTOP)  # first, so that it starts no further one
        task = Path(f"/proc/{postmaster}/task/{postmaster}/children")
        everyone = [*(int(each) for each in task.read_text(encoding="ascii").split()), postmaster]
        for each in everyone:
            os.kill(each, signal.SIGSTOP)
        try:
            yield
        finally:
            for each in everyone:
                os.kill(each, signal.SIGCONT)

    async def restart(self, how: Stop, away: float) -> None:
        """Stop it, leave it so for some seconds, and start it, while others go on."""
        await asyncio.to_thread(self.stop, how)
        await asyncio.sleep(away)
        await asyncio.to_thread(self.start)


@contextmanager
def served(programs: Path) -> Generator[PostgreSQL]:
    """Give a running server, in memory where there is some."""
    memory = Path("/dev/shm")  # noqa: S108 - a folder of our own in it
    above = memory if os.access(memory, os.W_OK) else None
    with TemporaryDirectory(dir=above, prefix="switchboard-postgresql-") as folder:
        server = PostgreSQL(programs, Path(folder))
        server.start()
        try:
            yield server
        finally:
            server.stop()
