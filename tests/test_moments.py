"""Times as people type them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bot.errors import InvalidInput
from bot.moments import parse_length, parse_moment, zone_of

COPENHAGEN = ZoneInfo("Europe/Copenhagen")
NOW = datetime(2026, 7, 1, 12, 30, tzinfo=UTC)
"""Half past two in the afternoon of a Wednesday in Copenhagen."""
TABLE = {
    "now": "2026-07-01 12:30",
    "14:30": "2026-07-01 12:30",
    "14:31": "2026-06-30 12:31",
    "0:00": "2026-06-30 22:00",
    "9:05:59": "2026-07-01 07:05:59",
    "9pm": "2026-06-30 19:00",
    "9 AM": "2026-07-01 07:00",
    "12am": "2026-06-30 22:00",
    "12:15 pm": "2026-07-01 10:15",
    "today": "2026-06-30 22:00",
    "today 10:00": "2026-07-01 08:00",
    "Yesterday": "2026-06-29 22:00",
    "yesterday 9pm": "2026-06-30 19:00",
    "yesterday at 21:15": "2026-06-30 19:15",
    "2h ago": "2026-07-01 10:30",
    "2h": "2026-07-01 10:30",
    "2 hours, 30 minutes ago": "2026-07-01 10:00",
    "1d 6hrs": "2026-06-30 06:30",
    "3 weeks ago": "2026-06-10 12:30",
    "90 sec": "2026-07-01 12:28:30",
    "2025-11-20": "2025-11-19 23:00",
    "2025-11-20 14:30": "2025-11-20 13:30",
    "2025-11-20 2:30pm": "2025-11-20 13:30",
    "2025-11-20T14:30": "2025-11-20 13:30",
    "2025-11-20T14:30:00Z": "2025-11-20 14:30",
    "2025-11-20 14:30:00.5-02:00": "2025-11-20 16:30:00.500000",
    "<t:1763649000>": "2025-11-20 14:30",
    "<t:1763649000:R>": "2025-11-20 14:30",
    "  14:30  ": "2026-07-01 12:30",
    # Where clocks are put forward there is no 2:30, and where they are put back there are two.
    "2026-03-29 2:30": "2026-03-29 01:30",
    "2025-10-26 2:30": "2025-10-26 00:30",
}
NO_MOMENT = [
    "",
    "soon",
    "tomorrow",
    "25:00",
    "12:60",
    "13pm",
    "0am",
    "9",
    "1430",
    "2026-02-30",
    "2026-13-01 10:00",
    "2 fortnights ago",
    "ago",
    "yesterday noon",
    "<t:>",
    "<t:99999999999999>",
    "-2h",
    "1969-12-31",
    "0001-01-01",
    "99999w ago",
    "<t:0>",
    "\u0661\u0664:\u0663\u0660",
    "1h " * 2000 + "x",
]
FUTURE = ["today 14:31", "2026-07-02", "2099-01-01 10:00", "9999-12-31 23:59", "<t:1782909001>"]

zones = st.sampled_from(sorted(available_timezones())).map(ZoneInfo)
moments = st.datetimes(datetime(1990, 1, 1), datetime(2090, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - hypothesis adds it
typed = st.one_of(
    st.text(),
    st.text(alphabet="0123456789:-+TZhmdw <>t.apyesrdo,g"),
    st.from_regex(
        r"\A[0-9]{1,4}-[0-9]{1,2}-[0-9]{1,2}[ T]?([0-9]{1,2}:[0-9]{2})?(am|pm|Z|[+-][0-9]{2}:[0-9]{2})?\Z"
    ),
    st.from_regex(r"\A(today|yesterday|)( at)? ?[0-9]{1,2}(:[0-9]{2})?(am|pm)?\Z"),
    st.from_regex(r"\A<t:[0-9]{1,12}(:[a-zA-Z])?>\Z"),
    st.from_regex(r"\A([0-9]{1,6} ?[a-z]{1,6} ?){1,3}(ago)?\Z"),
)


def _read(text: str, now: datetime = NOW, zone: tzinfo = COPENHAGEN) -> datetime:
    return parse_moment(text, now, zone)


@pytest.mark.parametrize(("text", "moment"), TABLE.items(), ids=TABLE)
def test_a_moment_is_read_in_the_zone_of_whoever_types_it(text: str, moment: str) -> None:
    assert _read(text) == datetime.fromisoformat(moment).replace(tzinfo=UTC)


@pytest.mark.parametrize("text", NO_MOMENT, ids=lambda text: text[:20] or "empty")
def test_what_is_no_moment_is_refused_with_the_rule(text: str) -> None:
    with pytest.raises(InvalidInput, match="A time is typed like `14:30`"):
        _read(text)


@pytest.mark.parametrize("text", FUTURE)
def test_the_future_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput, match="That lies in the future"):
        _read(text)


@pytest.mark.parametrize(
    ("now", "moment"),
    [
        ("2025-10-26 00:40", "2025-10-26 00:30"),
        ("2025-10-26 01:20", "2025-10-26 00:30"),
        ("2025-10-26 01:40", "2025-10-26 01:30"),
    ],
    ids=["the first time", "between both", "the second time"],
)
def test_of_an_hour_that_comes_twice_the_last_that_has_passed_is_meant(now: str, moment: str) -> None:
    there = datetime.fromisoformat(now).replace(tzinfo=UTC)
    assert _read("2:30", there) == datetime.fromisoformat(moment).replace(tzinfo=UTC)


def test_on_a_day_that_was_left_out_a_time_of_day_is_read_or_refused() -> None:
    after = datetime(2011, 12, 30, 10, 5, tzinfo=UTC)
    assert _read("0:01", after, ZoneInfo("Pacific/Apia")) <= after
    with pytest.raises(InvalidInput):
        _read("yesterday 23:00", after, ZoneInfo("Pacific/Apia"))


@given(text=typed, now=moments, zone=zones)
def test_whatever_is_typed_is_a_moment_of_the_past_or_refused(text: str, now: datetime, zone: tzinfo) -> None:
    try:
        moment = _read(text, now, zone)
    except InvalidInput:
        return
    assert moment <= now
    assert moment.tzinfo is UTC
    assert moment.year >= 1970


@given(moment=moments, later=st.timedeltas(timedelta(0), timedelta(days=400)), zone=zones, fold=st.booleans())
def test_a_moment_that_is_written_out_is_read_again(
    moment: datetime, later: timedelta, zone: ZoneInfo, *, fold: bool
) -> None:
    here = moment.replace(second=0, microsecond=0).astimezone(zone)
    assume(here.utcoffset() == here.replace(fold=not here.fold).utcoffset())  # is told by the offset alone
    now = moment + later
    read = _read(f"{here:%Y-%m-%d %H:%M}" if fold else f"{here:%Y-%m-%dT%H:%M}", now, zone)
    assert read.astimezone(zone) == here
    assert _read(f"<t:{int(here.timestamp())}:f>", now, zone) == here


@given(now=moments, hour=st.integers(0, 23), minute=st.integers(0, 59), zone=zones)
def test_a_time_of_day_is_its_last_that_has_passed(
    now: datetime, hour: int, minute: int, zone: ZoneInfo
) -> None:
    read = _read(f"{hour}:{minute:02}", now, zone)
    assert timedelta(0) <= now - read <= timedelta(days=2)
    again = _read(f"{hour}:{minute:02}", read, zone)
    assert again == read


@given(seconds=st.integers(0, 99_999), unit=st.sampled_from(["s", "sec", "seconds"]), blank=st.booleans())
def test_so_long_ago_is_so_long_before_now(seconds: int, unit: str, *, blank: bool) -> None:
    text = f"{seconds}{' ' * blank}{unit} ago"
    assert _read(text) == NOW - timedelta(seconds=seconds)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("2h 30m", 9000),
        ("2 H,30 Min", 9000),
        ("90min", 5400),
        ("1w 1d 1s", 691_201),
        ("0s", 0),
        (" 6 hours ", 21_600),
        ("1h1h", 7200),
        ("", None),
        ("6", None),
        ("h", None),
        ("2h30", None),
        ("1.5h", None),
        ("-2h", None),
        ("123456h", None),
        ("2 moons", None),
        ("2h ago", None),
    ],
)
def test_a_length_is_read_in_seconds(text: str, seconds: int | None) -> None:
    assert parse_length(text) == seconds


@given(st.text())
def test_whatever_is_typed_is_a_length_or_none(text: str) -> None:
    found = parse_length(text)
    assert found is None or found >= 0


@pytest.mark.parametrize(
    "name", [None, "", "Mars/Olympus", "../../etc/passwd", "/etc/passwd", "Europe", "\x00"]
)
def test_a_zone_of_nowhere_is_utc(name: str | None) -> None:
    assert zone_of(name) is UTC


def test_a_zone_is_found_by_its_name() -> None:
    assert zone_of("Europe/Copenhagen") == COPENHAGEN
