from __future__ import annotations

import tracemalloc

import pytest

from benchmarks.measuring import Measurement, peak_megabytes, seconds_by_turns


def test_ways_take_turns() -> None:
    turns: list[str] = []
    spans = seconds_by_turns(3, lambda: turns.append("ours"), lambda: turns.append("theirs"))
    assert turns == ["ours", "theirs"] * 3
    assert len(spans) == 2
    assert all(span >= 0 for span in spans)


def test_a_peak_is_what_was_held_at_once() -> None:
    once = peak_megabytes(lambda: [len(bytes(1_000_000)) for _ in range(5)])
    at_once = peak_megabytes(lambda: [bytes(1_000_000) for _ in range(5)])
    assert 1 <= once < 2
    assert 5 <= at_once < 6


def test_a_way_that_fails_leaves_no_watch_behind() -> None:
    with pytest.raises(ZeroDivisionError):
        peak_megabytes(lambda: 1 // 0)
    assert not tracemalloc.is_tracing()


@pytest.mark.parametrize(("value", "is_met"), [(0.9, True), (1.0, False), (1.1, False)])
def test_a_limit_is_met_below_it(value: float, is_met: bool) -> None:
    assert Measurement("walking", value, "s", limit=1.0).is_met is is_met
    assert Measurement("walking", value, "s").is_met


@pytest.mark.parametrize(("value", "is_met"), [(2.9, True), (3.0, True), (3.1, False)])
def test_so_many_times_the_baseline_are_met_up_to_it(value: float, is_met: bool) -> None:
    assert Measurement("walking", value, "s", baseline=2.0, most_times=1.5).is_met is is_met
    assert Measurement("walking", value, "s", most_times=1.5).is_met


@pytest.mark.parametrize(("baseline", "ratio"), [(2.0, 0.5), (0.0, None), (None, None)])
def test_a_ratio_needs_a_baseline(baseline: float | None, ratio: float | None) -> None:
    assert Measurement("walking", 1.0, "s", baseline=baseline).ratio == ratio
