"""Fixtures: a folder that is not ours to write, SQLite as another program has it, a real PostgreSQL."""

from __future__ import annotations

import os
import sqlite3
import tempfile
from collections.abc import Callable, Generator
from contextlib import closing
from pathlib import Path

import pytest

from tests.databases import Outside, Server, chosen, file_of
from tests.postgresql import MISSING, find_programs, served

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
    """Give the database as another program has it open through SQLite's own driver, never waiting."""
    if chosen() is not None:
        pytest.skip("about SQLite itself: it uses a connection of its driver's")
    with closing(sqlite3.connect(file_of(database_url), timeout=0, isolation_level=None)) as connection:
        yield connection


@pytest.fixture
def rows(outside: Outside) -> Callable[[str], list[tuple[object, ...]]]:
    """Give what returns the rows of a query, read past all of our code."""
    return outside.execute


@pytest.fixture(scope="module")
def server() -> Generator[str]:
    """Give the address of an empty database on a PostgreSQL."""
    address, programs = chosen(), find_programs()
    if address is not None:
        with closing(Server(address)) as there:
            url = there.make()
            yield url
            there.drop(url)
        return
    if programs is None:
        pytest.skip(MISSING)
    with served(programs) as made:
        yield made.url
