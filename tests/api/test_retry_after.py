"""How long a vendor wants us to wait."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from math import isfinite

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.api.policy import JSON, Reply, finite_wait, retry_after

NOW = datetime(2026, 11, 20, 12, 0, 0, tzinfo=UTC)


def wait(text: str | None) -> float | None:
    return retry_after(Reply(429, {} if text is None else {"retry-after": text}, b""), now=NOW)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        (None, None),
        ("0", 0.0),
        ("7", 7.0),
        (" 7 ", 7.0),
        ("0.25", 0.25),
        ("1e3", 1000.0),
        ("-5", 0.0),
        ("-0", 0.0),
        ("inf", None),
        ("-inf", None),
        ("nan", None),
        ("9" * 400, None),
        ("Fri, 20 Nov 2026 12:00:30 GMT", 30.0),
        ("Fri, 20 Nov 2026 12:00:30 -0000", 30.0),
        ("Fri, 20 Nov 2026 14:00:30 +0200", 30.0),
        ("Friday, 20-Nov-26 12:00:30 GMT", 30.0),
        ("Thu, 19 Nov 2026 12:00:00 GMT", 0.0),
        ("Fri, 20 Nov 99999 12:00:30 GMT", None),
        ("Fri, 20 Nov 2026 12:00:30 +99999999999999999999", None),
        ("", None),
        ("soon", None),
        ("5 minutes", None),
        ("7; 8", None),
    ],
)
def test_a_wait_is_read_in_every_form(text: str | None, seconds: float | None) -> None:
    assert wait(text) == seconds


@given(st.text() | st.from_regex(r"[A-Z][a-z]{2}, \d+ Nov \d+ \d+:\d+:\d+ [+-]?[\dA-Z]*", fullmatch=True))
def test_no_text_is_too_odd_to_be_read(text: str) -> None:
    seconds = wait(text)
    assert seconds is None or (isfinite(seconds) and seconds >= 0)


@given(st.integers(0, 10**6))
def test_a_date_is_read_as_what_is_left_until_then(seconds: int) -> None:
    assert wait(format_datetime(NOW + timedelta(seconds=seconds), usegmt=True)) == seconds


def test_a_date_is_held_against_the_clock_of_the_wall() -> None:
    coming = format_datetime(datetime.now(UTC) + timedelta(hours=1), usegmt=True)
    seconds = retry_after(Reply(429, {"retry-after": coming}, b""))
    assert seconds is not None
    assert 3500 < seconds <= 3600


@pytest.mark.parametrize(
    ("told", "seconds"),
    [
        (97, 97.0),
        (0.5, 0.5),
        (-3, 0.0),
        (True, None),
        (None, None),
        ("97", None),
        ([97], None),
        (float("nan"), None),
        (float("inf"), None),
        (10**400, None),
    ],
)
def test_only_a_finite_number_is_a_wait(told: JSON, seconds: float | None) -> None:
    assert finite_wait(told) == seconds
