"""A call as it is written down: no text becomes another path, no secret comes back."""

from urllib.parse import parse_qsl, unquote, urlsplit

import pytest
import yarl
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from bot.api.call import MAX_REASON, Call
from bot.api.policy import Effect

KEY = "user:10001-abcdefghi"
SEGMENT = st.text(st.characters(codec="utf-8"), min_size=1).filter(lambda text: text not in {".", ".."})


def call(*path: str, method: str = "GET", query: dict[str, str] | None = None) -> Call:
    return Call(method, path, Effect.READ, query=query or {})


def secretive(*values: str) -> Call:
    return Call("GET", (), Effect.READ, secrets=[SecretStr(value) for value in values])


@given(st.lists(SEGMENT, min_size=1))
def test_every_segment_arrives_as_it_was_meant_and_nowhere_else(path: list[str]) -> None:
    target = call(*path).target()
    assert [unquote(segment) for segment in target.split("/")[1:]] == path
    assert not set(target) & set("?#\\ ;\r\n")
    assert yarl.URL(f"http://host/v1{target}", encoded=True).raw_path == f"/v1{target}"


@given(st.dictionaries(SEGMENT, st.text(st.characters(codec="utf-8"))))
def test_a_query_arrives_as_it_was_meant(query: dict[str, str]) -> None:
    parts = urlsplit(call("jobs", "", query=query).target())
    assert parts.path == "/jobs/"
    assert dict(parse_qsl(parts.query, keep_blank_values=True)) == query


@pytest.mark.parametrize("path", ["..", ".", "v1/../users", "/v1", "users//graphs", "users/./graphs"])
def test_a_segment_that_climbs_or_vanishes_is_refused(path: str) -> None:
    with pytest.raises(ValueError, match="segment"):
        call(*path.split("/")).target()


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_an_empty_write_says_that_it_is_empty(method: str) -> None:
    assert call("thing", method=method).headers()["Content-Length"] == "0"
    assert call("thing", method=method).body() is None


def test_a_read_has_neither_body_nor_length() -> None:
    assert call("thing").headers() == {"Accept": "application/json"}
    assert call("thing").body() is None


def test_a_body_is_compact_json() -> None:
    write = Call("POST", ("thing",), Effect.WRITE, json={"n": 1, "name": "ü"})
    assert write.body() == b'{"n":1,"name":"\\u00fc"}'
    assert write.headers() == {"Accept": "application/json", "Content-Type": "application/json"}


def test_a_call_does_not_show_its_secrets() -> None:
    auth = ("X-USER-TOKEN", SecretStr("thisissecret"))
    secret = Call("POST", ("a",), Effect.WRITE, json={"discord": "discord-token-a"}, auth=auth)
    assert "discord-token-a" not in repr(secret)
    assert "thisissecret" not in repr(secret) + secret.caller()
    assert secret.headers()["X-USER-TOKEN"] == "thisissecret"


def test_callers_are_told_apart_by_header_and_value() -> None:
    auths = [None, ("A", SecretStr("one")), ("A", SecretStr("two")), ("Aone", SecretStr(""))]
    assert len({Call("GET", (), Effect.READ, auth=auth).caller() for auth in auths}) == len(auths)


def test_questions_are_told_apart_by_everything_that_the_vendor_reads() -> None:
    auth = ("A", SecretStr("one"))
    asked = [
        Call("GET", ("a",), Effect.READ),
        Call("POST", ("a",), Effect.READ),
        Call("GET", ("b",), Effect.READ),
        Call("GET", ("a",), Effect.READ, query={"n": "1"}),
        Call("GET", ("a",), Effect.READ, auth=auth),
        Call("GET", ("a",), Effect.READ, json={"n": 1}),
        Call("GET", ("a",), Effect.READ, json={"n": 2}),
    ]
    assert len({call.identity() for call in asked}) == len(asked)
    assert Call("GET", ("a",), Effect.READ).identity() == asked[0].identity()


@pytest.mark.parametrize(
    ("reason", "shown"),
    [
        (None, None),
        ("", None),
        (" \x00\u200b\n", None),
        ("Not found", "Not found"),
        ("  two\n\tlines\u2028here ", "two lines here"),
        ("\x1b[31mred\x07 \u202eright to left", "[31mred right to left"),
        ("half a \ud800character", "half a character"),
        ("Größe 🪶 — ok", "Größe 🪶 — ok"),
        ("x" * 301, "x" * 300),
        ("\n" * 400 + "after all", "after all"),
    ],
)
def test_a_reason_is_one_short_line(reason: str | None, shown: str | None) -> None:
    assert secretive().presentable(reason) == shown


@given(st.text())
def test_no_reason_is_long_or_has_signs_that_do_not_show(reason: str) -> None:
    shown = secretive(KEY).presentable(reason) or ""
    assert len(shown) <= MAX_REASON
    assert not shown or shown.isprintable()


@pytest.mark.parametrize(
    "reason",
    [
        "no thisis a secret here",
        "no thisis\na\tsecret here",
        "no this\u200bis a se\u00adcret here",
        "no thisis%20a%20secret here",
        "no thisis+a+secret here",
    ],
)
def test_a_secret_of_the_call_is_found_however_it_is_broken_up(reason: str) -> None:
    assert secretive("thisis a secret").presentable(reason) == "no [secret] here"


def test_a_secret_whose_blanks_would_be_tidied_up_is_found_before() -> None:
    assert secretive("this is  a\tsecret").presentable("no this is  a\tsecret here") == "no [secret] here"


def test_the_credential_is_a_secret_of_the_call_without_being_named() -> None:
    with_key = Call("GET", (), Effect.READ, auth=("Authorization", SecretStr("a-token-of-mine")))
    assert with_key.presentable("bad a-token-of-mine") == "bad [secret]"


def test_a_secret_at_the_cut_leaves_nothing_behind() -> None:
    reason = "x" * (MAX_REASON - 4) + " thisissecret"
    assert secretive("thisissecret").presentable(reason) == "x" * (MAX_REASON - 4) + " [se"
