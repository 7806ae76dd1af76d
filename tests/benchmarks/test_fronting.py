from __future__ import annotations

import json
from datetime import datetime
from itertools import pairwise

import pytest

from benchmarks.fronting import PER_PAGE, compare, front_statistics, history, reckoned_at_the_end, tallied
from benchmarks.measuring import Effort


def test_the_history_is_the_same_every_time_and_goes_back() -> None:
    pages = [*history(3)]
    assert pages == [*history(3)]
    switches = [switch for page in pages for switch in json.loads(page)]
    assert len(switches) == 3 * PER_PAGE
    moments = [datetime.fromisoformat(switch["timestamp"]) for switch in switches]
    assert all(newer > older for newer, older in pairwise(moments))
    assert {len(switch["members"]) for switch in switches} == {0, 1, 2, 3}


def test_both_ways_come_to_the_same_seconds() -> None:
    pages = [*history(5)]
    seconds = tallied(pages)
    assert len(seconds) > 100
    compare(seconds, reckoned_at_the_end(pages))


@pytest.mark.parametrize(
    "other", [{}, {"a": 1.0}, {"a": 1.0, "b": 3.0}], ids=["nobody", "one less", "another time"]
)
def test_ways_that_differ_are_an_error(other: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="do not come to the same"):
        compare({"a": 1.0, "b": 2.0}, other)


def test_time_alone_with_parsing_and_memory_are_measured_beside_the_other_way() -> None:
    measurements = front_statistics(Effort(1, quick=True))
    assert [(each.unit, each.limit) for each in measurements] == [("s", 1.0), ("s", 1.0), ("MB", 50.0)]
    assert all(each.value > 0 and each.ratio for each in measurements)
