"""A real PostgreSQL of the test's own, where Debian's or another is installed."""

from __future__ import annotations

import asyncio
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Generator
from pathlib import Path

import pytest

from bot.services import Provider
from bot.storage.audit import Action
from bot.storage.credentials import SERVER, Credential, Credentials
from bot.storage.database import Database
from bot.storage.guilds import GRACE, Guilds
from bot.storage.people import PersonalData

pytestmark = pytest.mark.drill


def find_programs() -> Path | None:
    """Return the folder of initdb and postgres, which Debian keeps out of the PATH."""
    named = shutil.which("initdb")
    found = [Path(named).parent] if named else []
    found += sorted(path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return found[-1] if found else None


def _wait_for(is_ready: Path, port: int) -> None:
    ends = time.monotonic() + 20
    asked = [is_ready, "-q", "-h", "127.0.0.1", "-p", str(port)]
    while subprocess.run(asked, check=False).returncode != 0:  # noqa: S603 - our own command
        assert time.monotonic() < ends, "PostgreSQL does not start"
        time.sleep(0.05)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Generator[str]:
    """Give the address of an empty database on loopback."""
    programs = find_programs()
    if programs is None:
        pytest.skip("no PostgreSQL is installed")
    folder = tmp_path_factory.mktemp("postgresql")
    user = None
    if os.getuid() == 0:  # it refuses to run as root
        user = "nobody"
        shutil.chown(folder, user)
        for above in folder.parents[:2]:
            above.chmod(0o755)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    subprocess.run(  # noqa: S603 - our own command
        [programs / "initdb", "-D", folder / "data", "-U", "tester", "--auth=trust"],
        check=True,
        user=user,
        cwd="/",
        stdout=subprocess.DEVNULL,
    )
    command = [programs / "postgres", "-D", folder / "data", "-h", "127.0.0.1", "-p", str(port), "-k", folder]
    running = subprocess.Popen(command, user=user, cwd="/", stderr=subprocess.DEVNULL)  # noqa: S603 - likewise
    try:
        _wait_for(programs / "pg_isready", port)
        yield f"postgresql+asyncpg://tester@127.0.0.1:{port}/postgres"
    finally:
        running.terminate()
        running.wait(timeout=20)


async def test_processes_that_start_at_once_make_one_schema_and_agree_on_a_fact(server: str) -> None:
    first, *others = await asyncio.gather(*(Database.open(server) for _ in range(6)))
    facts = await asyncio.gather(
        *(each.settle_fact("name", f"value {n}".encode) for n, each in enumerate([first, *others]))
    )
    assert len(set(facts)) == 1
    for each in (first, *others):
        await each.close()


async def test_the_stores_work_there_too(server: str) -> None:
    database = await Database.open(server)
    now = 1_800_000_000.0
    store = Credentials(database, 5, lambda: now)
    credential = Credential(
        5, SERVER, Provider.USEAPI, b"sealed", "hint", None, everywhere=False, set_by=7, set_at=int(now)
    )
    assert not await store.put(credential, Action.CONNECTED)
    assert await store.put(credential, Action.CONNECTED)
    assert await store.find(SERVER, Provider.USEAPI) == credential
    assert (await PersonalData(database, 7, lambda: now).look()).audited == 2
    await Guilds(database, lambda: now).leave([5])
    assert await Guilds(database, lambda: now + GRACE).purge() == 1
    assert await store.find(SERVER, Provider.USEAPI) is None
    await database.close()
