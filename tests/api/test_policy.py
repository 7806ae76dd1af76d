"""What a response means and whether to try again, as values."""

import json
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.api.pixela import PixelaDialect
from bot.api.pluralkit import PluralKitDialect
from bot.api.policy import (
    Accept,
    Dialect,
    Effect,
    Patience,
    Refuse,
    Repeat,
    Reply,
    Setback,
    error_for_status,
    judge_reply,
    judge_setback,
    unexpected,
)
from bot.api.useapi import UseapiDialect
from bot.errors import (
    ApiError,
    Broken,
    Conflict,
    Forbidden,
    NotFound,
    RateLimited,
    Rejected,
    Unauthorised,
    Uncertain,
    Unreachable,
)
from bot.services import Provider

DIALECTS: dict[Provider, Dialect] = {
    Provider.USEAPI: UseapiDialect(),
    Provider.PIXELA: PixelaDialect(),
    Provider.PLURALKIT: PluralKitDialect(),
}
STATUSES = {400: Rejected, 401: Unauthorised, 402: Rejected, 403: Forbidden, 404: NotFound, 409: Conflict}
SECONDS = st.floats(0, 1e6)
ERROR = Unreachable(Provider.USEAPI)


def reply(status: int, body: bytes = b"", **headers: str) -> Reply:
    return Reply(status, {name.replace("_", "-"): value for name, value in headers.items()}, body)


def judge(given: Reply, effect: Effect, provider: Provider = Provider.USEAPI) -> Accept | Refuse | Repeat:
    return judge_reply(given, effect, provider, DIALECTS[provider])


@pytest.mark.parametrize(("status", "effect"), [*product([200, 201, 204, 299], Effect)])
def test_a_success_is_accepted(status: int, effect: Effect) -> None:
    assert judge(reply(status), effect) == Accept()


@pytest.mark.parametrize(
    ("status", "effect", "provider"), [*product([300, 301, 302, 304, 307, 308, 399], Effect, Provider)]
)
def test_a_redirect_is_a_failure_of_the_upstream(status: int, effect: Effect, provider: Provider) -> None:
    verdict = judge(reply(status), effect, provider)
    if effect is Effect.READ:
        assert isinstance(verdict, Repeat)
        assert isinstance(verdict.error, Broken)
    else:
        assert isinstance(verdict, Refuse)
        assert isinstance(verdict.error, Uncertain)


@pytest.mark.parametrize(
    ("status", "effect", "provider"), [*product([*STATUSES, 405, 410, 413, 418, 451, 499], Effect, Provider)]
)
def test_a_refusal_ends_the_call_whatever_it_was(status: int, effect: Effect, provider: Provider) -> None:
    verdict = judge(reply(status, b'{"isSuccess":false}'), effect, provider)
    assert isinstance(verdict, Refuse)
    assert type(verdict.error) is STATUSES.get(status, Rejected)
    assert (verdict.error.status, verdict.error.provider) == (status, provider)


@pytest.mark.parametrize(("status", "provider"), [*product([500, 501, 502, 503, 504, 599], Provider)])
def test_a_failure_repeats_a_read_and_leaves_a_write_uncertain(status: int, provider: Provider) -> None:
    read = judge(reply(status), Effect.READ, provider)
    assert isinstance(read, Repeat)
    assert read.counted
    assert read.after is None
    assert type(read.error) is Broken
    write = judge(reply(status), Effect.WRITE, provider)
    assert isinstance(write, Refuse)
    assert type(write.error) is Uncertain
    assert write.error.status == read.error.status == status


@pytest.mark.parametrize("effect", Effect)
def test_too_many_calls_with_a_wait_repeat_until_the_deadline(effect: Effect) -> None:
    verdict = judge(reply(429, retry_after="7"), effect)
    assert isinstance(verdict, Repeat)
    assert isinstance(verdict.error, RateLimited)
    assert (verdict.after, verdict.counted, verdict.error.retry_after) == (7.0, False, 7.0)


@pytest.mark.parametrize("effect", Effect)
def test_too_many_calls_without_a_wait_repeat_a_few_times(effect: Effect) -> None:
    verdict = judge(reply(429), effect, Provider.PIXELA)
    assert isinstance(verdict, Repeat)
    assert (verdict.after, verdict.counted) == (None, True)


@pytest.mark.parametrize("effect", Effect)
def test_what_its_vendor_wants_repeated_is_repeated_until_the_deadline(effect: Effect) -> None:
    verdict = judge(reply(503, b'{"isRejected":true}'), effect, Provider.PIXELA)
    assert isinstance(verdict, Repeat)
    assert (verdict.after, verdict.counted) == (None, False)


@pytest.mark.parametrize("effect", Effect)
def test_a_connection_that_was_never_made_is_tried_again(effect: Effect) -> None:
    verdict = judge_setback(Setback.NOT_CONNECTED, effect, Provider.PIXELA)
    assert isinstance(verdict, Repeat)
    assert isinstance(verdict.error, Unreachable)
    assert verdict.counted


@pytest.mark.parametrize("setback", [each for each in Setback if each is not Setback.NOT_CONNECTED])
def test_a_setback_repeats_a_read_and_leaves_a_write_uncertain(setback: Setback) -> None:
    read = judge_setback(setback, Effect.READ, Provider.PIXELA)
    silent = setback in {Setback.TIMED_OUT, Setback.CUT_OFF}
    assert isinstance(read, Repeat)
    assert type(read.error) is (Unreachable if silent else Broken)
    write = judge_setback(setback, Effect.WRITE, Provider.PIXELA)
    assert isinstance(write, Refuse)
    assert type(write.error) is Uncertain


@given(st.integers(100, 999), st.sampled_from(Provider), st.binary(max_size=40), st.text(max_size=12))
def test_a_write_is_repeated_only_where_it_was_certainly_not_done(
    status: int, provider: Provider, body: bytes, wait: str
) -> None:
    verdict = judge(reply(status, body, retry_after=wait), Effect.WRITE, provider)
    if isinstance(verdict, Repeat):
        assert isinstance(verdict.error, RateLimited)
        assert status == 429


@given(
    st.builds(
        Patience, deadline=SECONDS, ceiling=SECONDS, repeats=st.integers(0, 9), base=SECONDS, cap=SECONDS
    ),
    st.integers(0, 10_000),
    st.none() | SECONDS,
    st.floats(0, 1),
)
def test_a_pause_is_what_was_asked_for_and_at_most_the_cap_on_top(
    patience: Patience, attempt: int, after: float | None, jitter: float
) -> None:
    pause = patience.pause(attempt, Repeat(ERROR, after=after), jitter)
    assert (after or 0) <= pause <= (after or 0) + patience.cap


@given(SECONDS, SECONDS, st.none() | SECONDS, st.booleans(), st.integers(0, 9))
def test_a_pause_that_reaches_the_deadline_is_never_begun(
    pause: float, left: float, after: float | None, counted: bool, repeated: int
) -> None:
    is_over = Patience().is_over(repeated, Repeat(ERROR, after, counted), pause, left)
    assert is_over or pause < left


def test_patience_ends_with_the_counted_repeats() -> None:
    patience = Patience(repeats=2)
    counted, uncounted = Repeat(ERROR), Repeat(ERROR, counted=False)
    assert [patience.is_over(n, counted, 0.1, 9.0) for n in range(4)] == [False, False, True, True]
    assert not patience.is_over(999, uncounted, 0.1, 9.0)


def test_a_wait_above_the_ceiling_is_not_begun() -> None:
    patience = Patience(ceiling=10.0)
    assert not patience.is_over(0, Repeat(ERROR, after=10.0), 10.0, 99.0)
    assert patience.is_over(0, Repeat(ERROR, after=10.1), 10.1, 99.0)


def test_pauses_double_up_to_the_cap() -> None:
    patience = Patience(base=0.5, cap=3.0)
    assert [patience.pause(n, Repeat(ERROR), 1.0) for n in range(5)] == [0.5, 1.0, 2.0, 3.0, 3.0]
    assert [patience.pause(n, Repeat(ERROR, after=0.0), 1.0) for n in range(3)] == [0.5, 1.0, 2.0]


@pytest.mark.parametrize(
    ("body", "fields", "readable"),
    [
        (b"", {}, True),
        (b" \n", {}, True),
        (b'{"a":1}', {"a": 1}, True),
        (b"[1]", {}, True),
        (b"null", {}, True),
        (b'{"a":', {}, False),
        (b"<html>", {}, False),
        (b"\xff\xfe\x00", {}, False),
        (b"[" * 100_000, {}, False),
        (b"9" * 5_000, {}, False),
    ],
)
def test_a_body_is_read_as_an_object_or_as_nothing(
    body: bytes, fields: dict[str, object], readable: bool
) -> None:
    assert reply(400, body).fields() == fields
    assert reply(400, body).is_readable() is readable


def test_a_field_that_is_no_text_is_no_text() -> None:
    body = json.dumps({"text": "no", "number": 5, "nothing": None}).encode()
    assert [reply(400, body).text(key) for key in ("text", "number", "nothing", "absent")] == [
        "no",
        None,
        None,
        None,
    ]


def test_an_answer_does_not_show_its_body() -> None:
    assert "discord-token" not in repr(reply(200, b'{"discord":"discord-token"}'))


def test_a_reason_is_carried_by_the_error() -> None:
    errors: list[ApiError] = [
        error_for_status(Provider.PIXELA, reply(status), reason="so it is") for status in (400, 429, 500)
    ]
    assert [error.reason for error in errors] == ["so it is"] * 3


def test_an_unknown_shape_is_told_with_its_place() -> None:
    error = unexpected(Provider.PIXELA, reply(200), "graphs.0.id")
    assert (error.where, error.status) == ("graphs.0.id", 200)
