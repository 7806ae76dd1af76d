"""Who was at the front and for how long, by hand and against a reckoning that is slow and plain."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.api.pluralkit import FrontTally, Stays, Switch
from tests.api.pluralkit_desk import NOON, ago, front, switch

MINUTE = 60.0
MEMBERS = ("aaaaa", "bbbbb", "ccccc")
MOMENTS = st.integers(-5, 20)
"""Minutes ago; those below 0 are to come."""
HISTORIES = st.lists(st.tuples(MOMENTS, st.lists(st.sampled_from(MEMBERS), max_size=4)), max_size=12).map(
    lambda lines: [
        switch(minutes, *members, seed=str(number))
        for number, (minutes, members) in enumerate(sorted(lines, key=lambda line: line[0]))
    ]
)


def at_front(history: Sequence[Switch], moment: datetime) -> set[str] | None:
    """Say who was at the front just after a moment: whom the last switch until then brought there."""
    last = next((each for each in history if each.timestamp <= moment), None)
    return None if last is None else set(last.members)


def minutes_at_front(history: Sequence[Switch], since: int, member: str | None) -> int:
    """Count minute by minute how long a member (None: nobody) was there, from so long ago until now."""
    crowds = [at_front(history, ago(minute)) for minute in range(since, 0, -1)]
    return sum(crowd is not None and (not crowd if member is None else member in crowd) for crowd in crowds)


def tally(*switches: Switch, since: datetime | None = None) -> FrontTally:
    made = FrontTally(NOON, since)
    made.add(switches)
    return made


@pytest.mark.parametrize(
    ("history", "since", "seconds", "nobody", "span"),
    [
        ([], None, {}, 0, 0),
        ([(10, "a")], None, {"a": 10}, 0, 10),
        ([(10, "ab"), (30, "a")], None, {"a": 30, "b": 10}, 0, 30),
        ([(10, "a"), (30, ""), (40, "a")], None, {"a": 20}, 20, 40),
        ([(10, ""), (30, "a")], None, {"a": 20}, 10, 30),
        ([(-5, "b"), (10, "a")], None, {"a": 10}, 0, 10),
        ([(-5, "b"), (-1, "c")], None, {}, 0, 0),
        ([(0, "b"), (10, "a")], None, {"a": 10}, 0, 10),
        ([(10, "a"), (10, "b"), (30, "c")], None, {"a": 10, "c": 20}, 0, 30),
        ([(10, "aa")], None, {"a": 10}, 0, 10),
        ([(10, "a"), (30, "b")], 20, {"a": 10, "b": 10}, 0, 20),
        ([(10, "a"), (30, "b"), (40, "c")], 20, {"a": 10, "b": 10}, 0, 20),
        ([(10, "a"), (20, "b"), (30, "c")], 20, {"a": 10, "b": 10}, 0, 20),
        ([(10, "a")], 20, {"a": 10}, 0, 10),
        ([(10, "a"), (30, "")], 20, {"a": 10}, 10, 20),
        ([(10, "a")], 0, {}, 0, 0),
        ([(10, "a")], -5, {}, 0, 0),
    ],
    ids=[
        "no switch",
        "one",
        "two together",
        "nobody between",
        "nobody now",
        "one to come",
        "all to come",
        "this very moment",
        "two of a moment",
        "one twice",
        "since amid a switch",
        "more before that",
        "since at a switch",
        "since before all",
        "since amid nobody",
        "since now",
        "since to come",
    ],
)
def test_the_time_at_the_front_is_added_up(
    history: list[tuple[int, str]], since: int | None, seconds: dict[str, int], nobody: int, span: int
) -> None:
    switches = [switch(minutes, *members) for minutes, members in history]
    added = tally(*switches, since=None if since is None else ago(since))
    assert added.seconds == {member: minutes * MINUTE for member, minutes in seconds.items()}
    assert (added.nobody, added.span) == (nobody * MINUTE, span * MINUTE)
    assert added.back_to == ago(span)


@given(HISTORIES, st.none() | st.integers(0, 25))
def test_the_time_at_the_front_is_what_a_count_of_minutes_says(
    history: list[Switch], since: int | None
) -> None:
    added = tally(*history, since=None if since is None else ago(since))
    looked = 25 if since is None else since
    for member in MEMBERS:
        assert added.seconds.get(member, 0.0) == minutes_at_front(history, looked, member) * MINUTE
    assert added.nobody == minutes_at_front(history, looked, None) * MINUTE
    oldest = max([0.0, *((NOON - each.timestamp).total_seconds() / 60 for each in history)])
    assert added.span == min(looked, oldest) * MINUTE


@given(HISTORIES, st.none() | st.integers(0, 25), st.integers(1, 5))
def test_it_makes_no_difference_how_switches_are_paged(
    history: list[Switch], since: int | None, length: int
) -> None:
    moment = None if since is None else ago(since)
    whole, paged = tally(*history, since=moment), FrontTally(NOON, moment)
    for start in range(0, len(history), length):
        paged.add(history[start : start + length])
    assert (paged.seconds, paged.nobody, paged.span) == (whole.seconds, whole.nobody, whole.span)
    assert (paged.switches, paged.is_full, paged.back_to) == (whole.switches, whole.is_full, whole.back_to)


@given(HISTORIES)
def test_when_a_member_left_the_front_is_the_end_of_its_last_minute_there(history: list[Switch]) -> None:
    added = tally(*history)
    # The clock of the vendor may be a minute ahead.
    come = [each for each in history if each.timestamp <= ago(-1)]
    front = frozenset(come[0].members if come else ())
    assert (added.front or frozenset()) == front
    for member in MEMBERS:
        if member in front:
            assert added.left_front(member) == NOON
            continue
        last = next(
            (minute for minute in range(1, 25) if member in (at_front(history, ago(minute)) or ())), None
        )
        assert added.left_front(member) == (None if last is None else ago(last - 1))


def test_who_is_at_the_front_left_it_only_now() -> None:
    added = tally(switch(10, "a"), switch(20, "b"), switch(30, "a", "c"))
    assert [added.left_front(member) for member in "abcd"] == [NOON, ago(10), ago(20), None]


def test_what_is_older_than_was_asked_for_is_not_looked_at() -> None:
    added = FrontTally(NOON, ago(20))
    added.add([switch(10, "a")])
    assert (added.is_full, added.switches) == (False, 1)
    added.add([switch(20, "b"), switch(30, "c")])
    assert (added.is_full, added.switches) == (True, 2)
    added.add([switch(40, "d")])
    assert (added.switches, [*added.seconds]) == (2, ["a", "b"])


def test_a_fraction_of_a_second_counts() -> None:
    made = FrontTally(NOON)
    moment = NOON - timedelta(microseconds=1)
    made.add([Switch(id=switch(1).id, timestamp=moment, members=["a"])])
    assert made.seconds == {"a": 1e-6}


@pytest.mark.parametrize(
    ("now", "older", "since", "unfinished"),
    [
        ((10, "a"), [], {"a": 10}, "a"),
        ((10, "a"), [(10, "a")], {"a": 10}, "a"),
        ((10, "ab"), [(10, "ab"), (20, "a"), (30, "")], {"a": 20, "b": 10}, ""),
        ((10, "ab"), [(10, "ab"), (20, "bc"), (30, "ab"), (40, "c")], {"a": 10, "b": 30}, ""),
        ((10, "ab"), [(10, "ab"), (20, "ab")], {"a": 20, "b": 20}, "ab"),
        ((10, "a"), [(10, "a"), (20, ""), (30, "a")], {"a": 10}, ""),
        ((10, ""), [(10, ""), (20, "a")], {}, ""),
        ((-5, "a"), [(10, "a"), (20, "b")], {"a": 10}, ""),
        ((-5, "a"), [(10, "b"), (20, "a")], {"a": -5}, ""),
        ((10, "a"), [(5, "b"), (10, "a"), (20, "c")], {"a": 10}, ""),
        ((10, "a"), [(5, "ab"), (10, "a"), (20, "c")], {"a": 10}, ""),
        ((10, "a"), [(5, "ab")], {"a": 10}, "a"),
    ],
    ids=[
        "nothing looked at",
        "itself alone",
        "one came later",
        "left in between",
        "to the end",
        "a gap",
        "nobody",
        "to come and there already",
        "to come alone",
        "switched meanwhile",
        "joined meanwhile",
        "only what came meanwhile",
    ],
)
def test_a_stay_reaches_back_across_the_switches_of_others(
    now: tuple[int, str], older: list[tuple[int, str]], since: dict[str, int], unfinished: str
) -> None:
    in_force = front(now[0], *(f"{each}" for each in now[1]))
    stays = Stays(in_force)
    stays.add([switch(minutes, *members) for minutes, members in older])
    assert stays.since == {member: ago(minutes) for member, minutes in since.items()}
    assert stays.unfinished == set(unfinished)
    stays.close()
    assert stays.unfinished == set()
    assert stays.since == {member: ago(minutes) for member, minutes in since.items()}


@given(HISTORIES.filter(bool), st.integers(1, 5))
def test_a_stay_is_the_run_of_switches_that_a_member_is_in(history: list[Switch], length: int) -> None:
    newest = history[0]
    minutes = (NOON - newest.timestamp).total_seconds() / 60
    stays = Stays(front(minutes, *dict.fromkeys(newest.members)))
    for start in range(0, len(history), length):
        stays.add(history[start : start + length])
    for member in {*newest.members}:
        run = next((n for n, each in enumerate(history) if member not in each.members), len(history))
        assert stays.since[member] == history[run - 1].timestamp
        assert (member in stays.unfinished) is (run == len(history))
    assert stays.since.keys() == {*newest.members}
