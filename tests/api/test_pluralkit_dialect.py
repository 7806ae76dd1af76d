"""How PluralKit says no: every code it has, what is wrong with a body, and how long to wait."""

import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.api.pluralkit import Code, PluralKitDialect
from bot.api.pluralkit.dialect import reset_at
from bot.api.policy import Reply
from bot.errors import (
    ApiError,
    Broken,
    Conflict,
    Forbidden,
    NotFound,
    RateLimited,
    Rejected,
    Unauthorised,
)
from tests.api.desk import Desk, golden
from tests.api.pluralkit_desk import client, says

CODES: dict[int, tuple[int, type[ApiError], str]] = {
    20001: (404, NotFound, "System not found."),
    20002: (404, NotFound, "Member not found."),
    20003: (404, NotFound, "Member 'abcde' not found."),
    20004: (404, NotFound, "Group not found."),
    20005: (404, NotFound, "Group 'abcde' not found."),
    20006: (404, NotFound, "Message not found."),
    20007: (404, NotFound, "Switch not found."),
    20008: (
        404,
        NotFound,
        "Switch not found, switch associated with different system, or unauthorized to view front history.",
    ),
    20009: (404, NotFound, "No system guild settings found for target guild."),
    20010: (404, NotFound, "No member guild settings found for target guild."),
    30001: (403, Forbidden, "Unauthorized to view member list"),
    30002: (403, Forbidden, "Unauthorized to view group list"),
    30003: (403, Forbidden, "Unauthorized to view group member list"),
    30004: (403, Forbidden, "Unauthorized to view current fronters."),
    30005: (403, Forbidden, "Unauthorized to view front history."),
    30006: (403, Forbidden, "Target member is not part of your system."),
    30007: (403, Forbidden, "Target group is not part of your system."),
    30008: (403, Forbidden, "Member 'abcde' is not part of your system."),
    30009: (403, Forbidden, "Group 'abcde' is not part of your system."),
    40001: (400, Rejected, "Error parsing JSON model"),
    40002: (400, Rejected, "Missing autoproxy member for member-mode autoproxy."),
    40003: (400, Rejected, "Duplicate members in member list."),
    40004: (400, Rejected, "Member list identical to current fronter list."),
    40005: (400, Rejected, "Switch with provided timestamp already exists."),
    40006: (400, Rejected, "Invalid switch ID."),
    40007: (400, Rejected, "Member limit reached."),
    40008: (400, Rejected, "Group limit reached."),
    40009: (400, Rejected, "Cannot patch autoproxy member with latch-mode autoproxy."),
    50001: (501, Broken, "Unimplemented"),
}
BODIES: list[tuple[str, int, type[ApiError], int]] = [
    ("error_400", 400, Rejected, 0),
    ("error_old_path", 400, Rejected, 0),
    ("error_wrong_version", 410, Rejected, 0),
    ("error_401", 401, Unauthorised, 0),
    ("error_401_at_the_door", 401, Unauthorised, 0),
    ("error_403", 403, Forbidden, 0),
    ("error_500", 500, Broken, 0),
    *(
        (f"error_{code}", CODES[code][0], CODES[code][1], code)
        for code in [*range(20001, 20011), *range(30001, 30007), 50001]
        if code not in {20003, 20005}
    ),
]
BARE: list[tuple[int, bytes, type[ApiError]]] = [
    (400, b"", Rejected),
    (404, b"", NotFound),
    (405, b"", Rejected),
    (409, b"", Conflict),
    (413, b"[]", Rejected),
    (502, b"<html>", Broken),
    (503, b'{"code":"later","message":["later"]}', Broken),
]
JSON_TEXTS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


def read(status: int, body: object, **headers: str) -> ApiError:
    """Read a refusal; the blanks of header names are written as underscores."""
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return PluralKitDialect().read_error(Reply(status, named, raw))


def wait(body: object, **headers: str) -> float | None:
    """Return the seconds to wait after a 429."""
    error = read(429, body, **headers)
    assert isinstance(error, RateLimited)
    return error.retry_after


@pytest.mark.parametrize("code", CODES)
def test_each_code_of_the_vendor_is_its_error(code: int) -> None:
    status, kind, message = CODES[code]
    error = read(status, {"message": message, "code": code})
    assert type(error) is kind
    assert (error.status, error.code, error.reason) == (status, code, message)


def test_every_code_that_we_name_is_one_of_the_vendors() -> None:
    assert {code.value for code in Code} <= CODES.keys()


@pytest.mark.parametrize(("name", "status", "kind", "code"), BODIES)
async def test_a_refusal_is_its_error_with_the_vendors_code_and_words(
    desk: Desk, name: str, status: int, kind: type[ApiError], code: int
) -> None:
    says(desk, name, status)
    for ask in (client(desk).system, client(desk).fronters):
        with pytest.raises(kind) as caught:
            await ask("hrbrla")
        assert type(caught.value) is kind
        assert (caught.value.status, caught.value.code) == (status, code)
        assert caught.value.reason == json.loads(golden("pluralkit", name))["message"]


@pytest.mark.parametrize(("status", "body", "kind"), BARE)
async def test_a_refusal_without_words_is_its_error_too(
    desk: Desk, status: int, body: bytes, kind: type[ApiError]
) -> None:
    desk.shop.fail(status=status, body=body, times=None)
    with pytest.raises(kind) as caught:
        await client(desk).system("hrbrla")
    assert (caught.value.status, caught.value.code, caught.value.reason) == (status, None, None)


def test_what_is_wrong_with_each_field_is_the_reason() -> None:
    error = read(400, golden("pluralkit", "error_40001"))
    assert (error.code, type(error)) == (Code.INVALID, Rejected)
    assert error.reason == "name: Field name is too long.; color: Field color is invalid."


@pytest.mark.parametrize(
    ("errors", "reason"),
    [
        (
            {"timestamp": [{"message": "Key 'timestamp' is required."}]},
            "timestamp: Key 'timestamp' is required.",
        ),
        ({"avatar_url": [{"message": "a"}, {"message": "b"}]}, "avatar url: a; avatar url: b"),
        ({"name": [{"message": 5}, "odd", None, {"text": "x"}, {"message": "c"}]}, "name: c"),
        ({"name": {"message": "no list"}, "tag": [{"message": "d"}]}, "tag: d"),
        ({"name": "no list"}, "Error parsing JSON model"),
        ({}, "Error parsing JSON model"),
        ([{"message": "no object"}], "Error parsing JSON model"),
        ("odd", "Error parsing JSON model"),
        (None, "Error parsing JSON model"),
        (7, "Error parsing JSON model"),
    ],
    ids=lambda value: None if isinstance(value, str) else json.dumps(value)[:24],
)
def test_what_is_wrong_is_found_among_odd_shapes(errors: object, reason: str) -> None:
    error = read(400, {"message": "Error parsing JSON model", "code": 40001, "errors": errors})
    assert error.reason == reason


@given(st.integers(400, 599), JSON_TEXTS, JSON_TEXTS, JSON_TEXTS, JSON_TEXTS)
def test_no_refusal_is_too_odd_to_be_read(
    status: int, message: object, code: object, errors: object, after: object
) -> None:
    body = {"message": message, "code": code, "errors": errors, "retry_after": after}
    error = read(status, body)
    assert error.status == status
    assert error.reason is None or isinstance(error.reason, str)
    assert error.code is None or isinstance(error.code, int)


@pytest.mark.parametrize("body", [b"[" * 5_000, b"\xff", b"\x00", b'"', b"null", b"[1]"])
def test_a_refusal_that_is_no_object_says_nothing(body: bytes) -> None:
    assert (read(400, body).code, read(400, body).reason) == (None, None)


def test_no_refusal_of_pluralkit_promises_that_nothing_was_done() -> None:
    assert not PluralKitDialect().never_executed(Reply(503, {}, b'{"isRejected":true}'))


@pytest.mark.parametrize(
    ("body", "headers", "seconds"),
    [
        (golden("pluralkit", "error_429"), {}, 0.5),
        (golden("pluralkit", "error_429"), {"x_ratelimit_limit": "10"}, 0.1),
        (golden("pluralkit", "error_429_documented"), {"x_ratelimit_limit": "20"}, 0.097),
        (golden("pluralkit", "error_429_first"), {}, 0.5),
        (golden("pluralkit", "error_429_first"), {"x_ratelimit_limit": "10"}, 0.1),
        (golden("pluralkit", "error_429_first"), {"x_ratelimit_limit": "3"}, 1 / 3),
        (b'{"retry_after":333}', {"x_ratelimit_limit": "3"}, 1 / 3),
        (b'{"retry_after":334}', {"x_ratelimit_limit": "3"}, 0.334),
        (b'{"retry_after":2500}', {"retry_after": "9", "x_ratelimit_limit": "3"}, 2.5),
        (b'{"retry_after":0.5}', {"x_ratelimit_limit": "20"}, 0.05),
        (b'{"retry_after":-5}', {}, 0.5),
        (b'{"retry_after":NaN}', {}, 0.5),
        (b'{"retry_after":Infinity}', {"retry_after": "3"}, 3.0),
        (b'{"retry_after":1' + b"0" * 400 + b"}", {}, 0.5),
        (b'{"retry_after":"soon"}', {"retry_after": "3"}, 3.0),
        (b'{"retry_after":true}', {}, 0.5),
        (b'{"retry_after":null}', {"retry_after": "-3"}, 0.5),
        (b"", {}, 0.5),
        (b"<html>", {"retry_after": "7"}, 7.0),
        (b"", {"retry_after": "soon"}, 0.5),
    ],
)
def test_the_wait_after_too_many_calls_is_never_nothing(
    body: bytes, headers: dict[str, str], seconds: float
) -> None:
    assert wait(body, **headers) == pytest.approx(seconds)


@pytest.mark.parametrize("limit", ["", "0", "-3", "nan", "inf", "-inf", "1e999", "ten", "0x3"])
def test_a_rate_that_is_none_is_taken_for_the_slowest(limit: str) -> None:
    assert wait({"retry_after": 0}, x_ratelimit_limit=limit) == 0.5


@pytest.mark.parametrize("scale", [1, 1000], ids=["seconds", "milliseconds"])
@pytest.mark.parametrize("ahead", [5, 3600])
def test_without_a_wait_the_moment_of_the_reset_is_waited_for(scale: int, ahead: int) -> None:
    reset = str(int((time.time() + ahead) * scale))
    assert wait(b"", x_ratelimit_reset=reset) == pytest.approx(ahead, abs=2)
    assert wait({"retry_after": 700}, x_ratelimit_reset=reset) == 0.7
    assert wait(b"", x_ratelimit_reset=reset, retry_after="4") == 4.0


@pytest.mark.parametrize("reset", ["", "0", "-1e9", "nan", "inf", "-inf", "1e999", "soon", "1784500000"])
def test_a_reset_that_is_past_or_no_moment_is_not_waited_for(reset: str) -> None:
    assert wait(b"", x_ratelimit_reset=reset, x_ratelimit_limit="10") == 0.1


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("1784500000", 1_784_500_000.0),
        ("1784500000000", 1_784_500_000.0),
        ("1784500000123", 1_784_500_000.123),
        ("99999999999", 99_999_999_999.0),
        ("100000000000", 100_000_000.0),
        ("0", 0.0),
        ("nan", None),
        ("soon", None),
    ],
)
def test_a_reset_is_in_seconds_or_milliseconds_by_its_magnitude(text: str, seconds: float | None) -> None:
    assert reset_at(Reply(429, {"x-ratelimit-reset": text}, b"")) == seconds


def test_an_answer_without_the_header_tells_no_reset() -> None:
    assert reset_at(Reply(200, {}, b"")) is None


async def test_an_absurd_wait_is_not_waited_for(desk: Desk) -> None:
    desk.shop.refuse_with(429, {"retry_after": 1e12}, times=None)
    with pytest.raises(RateLimited) as caught:
        await client(desk).system("hrbrla")
    assert caught.value.retry_after == 1e9
    assert desk.time.slept == []
