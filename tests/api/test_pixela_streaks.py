"""Streaks and totals, against a slow and simple way to reckon them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from bot.api.pixela import Streak, tally

TODAY = date(2026, 11, 20)
DAYS = st.dictionaries(
    st.integers(-40, 5).map(lambda offset: TODAY + timedelta(days=offset)),
    st.sampled_from([Decimal(0), Decimal(1), Decimal("2.5"), Decimal(-1)]),
)


def of(*offsets: int) -> Mapping[date, Decimal]:
    """Return days so many days from today that hold 1 each."""
    return {TODAY + timedelta(days=offset): Decimal(1) for offset in offsets}


def on(offset: int) -> date:
    return TODAY + timedelta(days=offset)


def test_a_graph_without_days_has_nothing() -> None:
    figures = tally({}, TODAY)
    assert (figures.total, figures.active, figures.best) == (0, 0, None)
    assert (figures.current, figures.longest, figures.is_open) == (None, None, True)


def test_a_streak_that_ends_today_goes_on() -> None:
    figures = tally(of(-2, -1, 0), TODAY)
    assert figures.current == figures.longest == Streak(on(-2), TODAY)
    assert figures.current is not None
    assert (figures.current.length, figures.is_open) == (3, False)


def test_today_may_still_be_open() -> None:
    figures = tally(of(-3, -2, -1), TODAY)
    assert (figures.current, figures.is_open) == (Streak(on(-3), on(-1)), True)


def test_a_streak_that_ended_the_day_before_yesterday_is_over() -> None:
    figures = tally(of(-3, -2), TODAY)
    assert (figures.current, figures.longest) == (None, Streak(on(-3), on(-2)))


def test_a_day_of_nought_breaks_a_streak_and_a_negative_one_does_not() -> None:
    days = {on(-3): Decimal(1), on(-2): Decimal(0), on(-1): Decimal(-4), TODAY: Decimal(1)}
    figures = tally(days, TODAY)
    assert figures.current == Streak(on(-1), TODAY)
    assert (figures.total, figures.active) == (-2, 3)


def test_a_leap_day_is_a_day() -> None:
    days = {date(2024, 2, 28): Decimal(1), date(2024, 2, 29): Decimal(1), date(2024, 3, 1): Decimal(1)}
    current = tally(days, date(2024, 3, 1)).current
    assert current is not None
    assert current.length == 3


def test_of_equals_the_latest_counts() -> None:
    figures = tally(of(-9, -8, -5, -4), TODAY)
    assert figures.longest == Streak(on(-5), on(-4))
    assert figures.best == (on(-4), Decimal(1))


@given(DAYS)
def test_figures_are_those_of_counting_day_by_day(days: Mapping[date, Decimal]) -> None:
    active = {day for day, amount in days.items() if amount and day <= TODAY}
    runs = [_run(day, active) for day in active]
    figures = tally(days, TODAY)
    assert (figures.longest.length if figures.longest else 0) == max(runs, default=0)
    end = TODAY if TODAY in active else on(-1)
    assert (figures.current.length if figures.current else 0) == _run(end, active)
    assert figures.active == len(active)
    assert figures.total == sum(days[day] for day in active)
    assert figures.best is None or figures.best[1] == max(days[day] for day in active)


def _run(day: date, active: set[date]) -> int:
    """Count the days in a row up to one."""
    length = 0
    while day - timedelta(days=length) in active:
        length += 1
    return length
