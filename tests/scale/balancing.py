"""The balancer of compose.scale.yaml as a process on loopback, where nginx is installed."""

from __future__ import annotations

import asyncio
import re
import shutil
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from itertools import zip_longest
from pathlib import Path

import pytest

from tests.api.desk import closed_port
from tests.processes import PATIENCE, ROOT

PROGRAM = shutil.which("nginx", path="/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin")
NEEDS_ONE = pytest.mark.skipif(PROGRAM is None, reason="nginx is not installed")
FOLDER = ROOT / "container" / "balancer"
_SERVER = re.compile(r"( *server worker\d+:8081 resolve (.*;)\n)")


def lay_out(folder: Path, ports: Sequence[int], listen: str) -> Path:
    """Write the balancer's files for workers at these ports of this machine; return the first of them."""
    whole = (FOLDER / "nginx.conf").read_text(encoding="utf-8").replace("/tmp/", f"{folder}/")  # noqa: S108 - of the container
    workers = (FOLDER / "workers.conf").read_text(encoding="utf-8")
    # Docker's names are not known here, and Debian's nginx does not look names up again.
    workers = re.sub(r" *resolver .*\n", "", workers)
    lines = _SERVER.findall(workers)
    assert len(lines) >= len(ports), "the balancer has fewer workers"
    for line, port in zip_longest(lines, ports):
        place = "" if port is None else f"    server 127.0.0.1:{port} {line[1]}\n"
        workers = workers.replace(line[0], place)
    for name, text in (("nginx.conf", whole), ("workers.conf", workers), ("listen.conf", listen)):
        (folder / name).write_text(text, encoding="utf-8")
    return folder / "nginx.conf"


@asynccontextmanager
async def balancing(folder: Path, ports: Sequence[int]) -> AsyncGenerator[int]:
    """Give the port of a balancer in front of workers, in a folder of its own."""
    assert PROGRAM is not None
    port = closed_port()
    file = lay_out(folder, ports, f"listen 127.0.0.1:{port};\n")
    # It runs as whoever runs the tests, to whom the folder belongs.
    process = await asyncio.create_subprocess_exec(
        *(PROGRAM, "-p", str(folder), "-c", str(file), "-g", "daemon off; user root;"),
        stderr=asyncio.subprocess.PIPE,
    )
    heard = asyncio.create_task(process.communicate())
    try:
        await until_open(port)
        yield port
    finally:
        if process.returncode is None:
            process.terminate()
        (folder / "said").write_bytes((await heard)[1])


async def until_open(port: int) -> None:
    """Wait until something listens at a port of this machine."""
    async with asyncio.timeout(PATIENCE):
        while True:
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", port)
            except ConnectionRefusedError:
                await asyncio.sleep(0.02)
            else:
                writer.close()
                await writer.wait_closed()
                return
