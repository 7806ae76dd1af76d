"""Fixtures: a folder that is not ours to write, SQLite as another program has it, a real PostgreSQL."""

from __future__ import annotations

import os
import shutil
import socket
import sqlite3
import subprocess
import tempfile
import time
from collections.abc import Callable, Generator
from contextlib import closing
from pathlib import Path

import pytest

NOBODY = 65534


@pytest.fixture
def open_folder() -> Generator[Path]:
    """Give a folder that every user can reach, which pytest's own is not."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        yield folder


@pytest.fixture
def closed_folder(open_folder: Path) -> Path:
    """Return a folder that nobody may write."""
    folder = open_folder / "closed"
    folder.mkdir(mode=0o555)
    return folder


@pytest.fixture
def closed_file(open_folder: Path) -> Path:
    """Return a file that nobody may read, in a folder that everybody may write."""
    folder = open_folder / "open"
    folder.mkdir()
    folder.chmod(0o777)
    file = folder / "switchboard.db"
    file.touch(mode=0o000)
    return file


@pytest.fixture
def ordinary_user(closed_folder: Path, closed_file: Path) -> Generator[None]:
    """Run the test as an ordinary user, since modes of files mean nothing to root."""
    assert closed_folder.exists()
    assert closed_file.exists()
    if os.getuid() != 0:
        yield
        return
    try:
        os.setresuid(NOBODY, NOBODY, 0)
    except PermissionError:
        pytest.skip("this root may not become another user")
    yield
    os.setresuid(0, 0, 0)


@pytest.fixture
def raw(database_url: str) -> Generator[sqlite3.Connection]:
    """Give the database as another program has it open, committing by itself and never waiting."""
    file = database_url.partition("///")[2]
    with closing(sqlite3.connect(file, timeout=0, isolation_level=None)) as connection:
        yield connection


@pytest.fixture
def rows(raw: sqlite3.Connection) -> Callable[[str], list[tuple[object, ...]]]:
    """Give what returns the rows of a query, read past all of our code."""

    def fetch(query: str) -> list[tuple[object, ...]]:
        return raw.execute(query).fetchall()

    return fetch


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
