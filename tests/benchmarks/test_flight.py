from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.flight import jobs_in_flight
from benchmarks.loopback import LoopbackDiscord
from benchmarks.measuring import Effort
from benchmarks.programs import bot


@pytest.mark.drill
def test_a_small_flight_keeps_every_limit() -> None:
    measured = jobs_in_flight(Effort(quick=True))
    assert [each for each in measured if not each.is_met] == []
    values = {each.what: each.value for each in measured}
    assert values["not made and shown exactly once"] == 0
    assert values["polls in flight"] > 1


@pytest.mark.drill
async def test_what_the_bot_wrote_to_its_log_is_told_where_a_benchmark_fails(tmp_path: Path) -> None:
    async def fail() -> None:
        async with LoopbackDiscord() as discord, bot(tmp_path, discord, "http://127.0.0.1:9"):
            await discord.wait_ready()
            raise LookupError

    with pytest.raises(LookupError) as failed:
        await fail()
    assert "commands synced" in failed.value.__notes__[0]
