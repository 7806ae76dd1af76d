"""Every day has one moment for a time of day, whatever is done to the clocks."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.daytimes import moment_of, next_moment, parse_daytime, show_daytime
from bot.errors import InvalidInput

ZONES = sorted(available_timezones())
DAY = timedelta(days=1)
BERLIN = ZoneInfo("Europe/Berlin")

zones = st.sampled_from(ZONES).map(ZoneInfo)
days = st.dates(date(1970, 1, 2), date(2045, 12, 30))
minutes = st.integers(0, 24 * 60 - 1)


def local(moment: datetime, zone: ZoneInfo) -> str:
    return moment.astimezone(zone).isoformat(" ", "minutes")[:16]


@pytest.mark.parametrize(
    ("typed", "minute"),
    [
        ("21:30", 1290),
        ("9pm", 1260),
        ("7", 420),
        ("0", 0),
        ("12am", 0),
        ("12 pm", 720),
        (" 9:05 A.M. ", 545),
        ("21.30", 1290),
        ("２１：３０", 1290),  # noqa: RUF001 - as a Japanese keyboard writes it
        ("23:59", 1439),
    ],
)
def test_a_time_of_day_is_read_as_people_type_it(typed: str, minute: int) -> None:
    assert parse_daytime(typed) == minute


@pytest.mark.parametrize(
    "typed", ["", "24:00", "12:60", "0am", "13pm", "9:5", "noon", "-1", "1:30:00", "٩٩٩"]
)
def test_what_is_no_time_of_day_is_answered_with_the_rule(typed: str) -> None:
    with pytest.raises(InvalidInput, match="A time of day is typed like"):
        parse_daytime(typed)


@given(minutes)
def test_a_time_of_day_is_shown_as_it_can_be_typed(minute: int) -> None:
    assert parse_daytime(show_daytime(minute)) == minute


def test_a_time_that_is_left_out_in_spring_is_told_at_the_first_minute_that_there_is() -> None:
    moment = moment_of(date(2026, 3, 29), 150, BERLIN)
    assert moment == datetime(2026, 3, 29, 1, 0, tzinfo=UTC)
    assert local(moment, BERLIN) == "2026-03-29 03:00"


def test_a_time_that_comes_twice_in_autumn_is_told_the_first_time() -> None:
    first = moment_of(date(2026, 10, 25), 150, BERLIN)
    assert first == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    day, following = next_moment(first, 150, BERLIN)
    assert (day, local(following, BERLIN)) == (date(2026, 10, 26), "2026-10-26 02:30")


def test_a_day_that_a_place_left_out_has_no_moment() -> None:
    apia = ZoneInfo("Pacific/Apia")
    before = moment_of(date(2011, 12, 29), 1290, apia)
    day, moment = next_moment(before, 1290, apia)
    assert (day, local(moment, apia)) == (date(2011, 12, 31), "2011-12-31 21:30")


@given(zones, days, minutes)
@example(BERLIN, date(2026, 3, 28), 150)
@example(BERLIN, date(2026, 10, 24), 150)
@example(ZoneInfo("Pacific/Apia"), date(2011, 12, 28), 600)
@example(ZoneInfo("America/Sao_Paulo"), date(2018, 11, 3), 0)
@example(ZoneInfo("Africa/Monrovia"), date(1972, 1, 6), 0)
def test_days_follow_each_other_one_moment_each(zone: ZoneInfo, day: date, minute: int) -> None:
    at = moment_of(day, minute, zone) - timedelta(seconds=1)
    seen: list[date] = []
    for _ in range(4):
        found, moment = next_moment(at, minute, zone)
        assert moment > at
        assert moment.astimezone(zone).second == 0
        assert next_moment(moment - timedelta(seconds=1), minute, zone) == (found, moment)
        seen.append(found)
        at = moment
    assert seen == sorted(set(seen))
    left_out = {seen[0] + n * DAY for n in range((seen[-1] - seen[0]).days)} - {*seen}
    # No moment is of a day that is left out: there the day before is followed by the day after at once.
    for missing in left_out:
        noon = moment_of(missing, 720, zone)
        assert noon.astimezone(zone).date() != missing


@given(zones, days, minutes)
def test_a_moment_is_the_time_of_day_or_the_first_after_a_gap(zone: ZoneInfo, day: date, minute: int) -> None:
    moment = moment_of(day, minute, zone)
    shown = moment.astimezone(zone).replace(tzinfo=None)
    wanted = datetime.combine(day, datetime.min.time()) + timedelta(minutes=minute)
    late = shown - wanted
    before = (moment - timedelta(minutes=1)).astimezone(zone)
    gap = (moment.astimezone(zone).utcoffset() or timedelta()) - (before.utcoffset() or timedelta())
    assert timedelta(0) <= late <= max(gap, timedelta(0)) + timedelta(minutes=1)
    if late:
        assert before.replace(tzinfo=None) < wanted
    earlier = moment.astimezone(zone).replace(fold=0).astimezone(UTC)
    assert moment == earlier
