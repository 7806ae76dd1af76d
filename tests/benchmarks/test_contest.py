"""The bot and the bare bot side by side, as real processes."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from benchmarks.__main__ import CASES
from benchmarks.contest import Program, bare, contest, ours
from benchmarks.measuring import Effort, Measurement
from benchmarks.messages import walk
from benchmarks.programs import pluralkit
from benchmarks.systems import FIRST_ACCOUNT

QUESTIONS = {"about": {}, "setup status": {}, "pluralkit system": {"user": str(FIRST_ACCOUNT)}}


def blocks(components: Sequence[Any]) -> list[int]:
    return sorted(component["type"] for component in walk(components))


@pytest.mark.drill
async def test_both_bots_give_the_same_answers(tmp_path: Path) -> None:
    async with (
        pluralkit(systems=1, seconds=0.0) as url,
        contest(tmp_path, ours(tmp_path, url, limited=False), bare(url)) as bots,
    ):
        for command, options in QUESTIONS.items():
            asked = (bot.discord.slash(command, options, permissions=1 << 5) for bot in bots)
            one, other = await asyncio.gather(*asked)
            assert [deed.kind for deed in one.deeds] == [deed.kind for deed in other.deeds]
            assert one.message["flags"] == other.message["flags"]
            assert blocks(one.message["components"]) == blocks(other.message["components"])
            assert len(one.text) == pytest.approx(len(other.text), rel=0.05)
        assert [bot.discord.unknown for bot in bots] == [[], []]


@pytest.mark.drill
async def test_a_bot_that_ends_instead_of_getting_ready_is_told_with_its_log(tmp_path: Path) -> None:
    with pytest.raises(ProcessLookupError) as ended:
        async with contest(tmp_path, Program("benchmarks.nowhere")):
            pass
    assert "No module named benchmarks.nowhere" in ended.value.__notes__[0]


@pytest.mark.drill
def test_a_start_imports_nothing_that_it_does_without_and_keeps_what_it_imports() -> None:
    """What is frozen is never looked through for garbage, which everybody would wait for."""
    probe = (
        "import gc, sys, bot.__main__;"
        "print(gc.isenabled(), gc.get_freeze_count() > 50_000,"
        " [name for name in ('alembic', 'asyncpg', 'sqlalchemy.dialects.postgresql') if name in sys.modules])"
    )
    ran = subprocess.run(  # noqa: S603 - ours
        [sys.executable, "-c", probe], capture_output=True, text=True, check=True
    )
    assert ran.stdout == "True True []\n"


@pytest.mark.drill
def test_every_row_can_be_measured() -> None:
    rows = {name: measure for name, (_, measure) in CASES.items() if name not in {"flight", "fronting"}}
    found: dict[str, Sequence[Measurement]] = {
        name: measure(Effort(1, quick=True)) for name, measure in rows.items()
    }
    assert all(each.value > 0 for row in found.values() for each in row if "growth" not in each.what)
    compared = {name for name, row in found.items() if row[0].ratio is not None}
    assert compared == {*rows}
    assert any(each.what.startswith("import of sqlalchemy") for each in found["memory"])
