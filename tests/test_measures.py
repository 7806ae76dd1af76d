"""Counting interactions: by what they are called, and how long they took."""

from __future__ import annotations

from bot.measures import BOUNDS, Ending, Kind, Measures, Spread


def test_a_spread_counts_each_by_the_least_bound_that_it_does_not_pass() -> None:
    spread = Spread()
    for seconds in (0.0, BOUNDS[0], 0.02, 3.0, 3.1, 1000.0):
        spread.add(seconds)
    assert spread.counts[0] == 2
    assert spread.counts[BOUNDS.index(3.0)] == 1
    assert spread.counts[BOUNDS.index(5.0)] == 1
    assert spread.counts[-1] == 1
    assert sum(spread.counts) == 6
    assert round(spread.total, 2) == 1006.13


def test_outcomes_are_by_the_whole_command_and_times_by_its_first_word() -> None:
    measures = Measures()
    measures.note_interaction(Kind.COMMAND, "pluralkit system", Ending.ANSWERED, 0.2, 0.1)
    measures.note_interaction(Kind.COMMAND, "pluralkit member", Ending.REFUSED, 0.3, None)
    measures.note_interaction(Kind.BUTTON, "SomeButton", Ending.ANSWERED, 0.1, 0.1)
    assert measures.interactions == {
        (Kind.COMMAND, "pluralkit system", Ending.ANSWERED): 1,
        (Kind.COMMAND, "pluralkit member", Ending.REFUSED): 1,
        (Kind.BUTTON, "SomeButton", Ending.ANSWERED): 1,
    }
    assert {*measures.wholes} == {(Kind.COMMAND, "pluralkit"), (Kind.BUTTON, "SomeButton")}
    assert sum(measures.wholes[Kind.COMMAND, "pluralkit"].counts) == 2
    assert sum(measures.first_answers[Kind.COMMAND, "pluralkit"].counts) == 1
