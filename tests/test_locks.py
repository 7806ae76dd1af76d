"""The locks: hashes for everything, no address of an index, all that pyproject asks for."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
LOCKS = ["requirements.lock", "requirements-container.lock", "requirements-dev.lock"]


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_names_no_index(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    assert "://" not in text
    assert "--index" not in text
    assert "--find-links" not in text


@pytest.mark.parametrize("name", LOCKS)
def test_everything_in_a_lock_has_hashes(name: str) -> None:
    entries = re.split(r"\n(?=\S)", (ROOT / name).read_text(encoding="utf-8").strip())
    assert entries
    assert all("--hash=sha256:" in entry for entry in entries)


def test_the_locks_hold_what_the_project_asks_for() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert _names(project["dependencies"]) <= _locked("requirements.lock")
    wanted = {name for extra in project["optional-dependencies"].values() for name in _names(extra)}
    assert wanted <= _locked("requirements-dev.lock")
    assert _locked("requirements.lock") <= _locked("requirements-dev.lock")


def test_the_container_has_what_the_others_have_and_the_clients_that_several_workers_need() -> None:
    text = (ROOT / "requirements-container.lock").read_text(encoding="utf-8")
    dev = (ROOT / "requirements-dev.lock").read_text(encoding="utf-8")
    pinned = set(re.findall(r"^\S+==[^ ;]+", text, re.MULTILINE))
    assert pinned <= set(re.findall(r"^\S+==[^ ;]+", dev, re.MULTILINE))
    more = {"asyncpg", "valkey", "async-timeout"}  # the last for the one before, until Python 3.11.3
    assert _locked("requirements-container.lock") == _locked("requirements.lock") | more


def _names(requirements: list[str]) -> set[str]:
    return {_normal(re.split(r"[\[<>=!~ ]", requirement)[0]) for requirement in requirements}


def _locked(name: str) -> set[str]:
    return {
        _normal(found)
        for found in re.findall(r"^([\w.-]+)==", (ROOT / name).read_text("utf-8"), re.MULTILINE)
    }


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
