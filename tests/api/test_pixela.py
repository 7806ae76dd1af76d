"""Pixela: its users and graphs, by the vendor's own bodies and by its emulator."""

import json
import re
from collections.abc import AsyncGenerator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from bot.api.pixela import (
    Graph,
    GraphType,
    PixelaClient,
    PixelaDialect,
    check_token,
    check_username,
    new_token,
)
from bot.api.policy import Patience, Reply
from bot.api.transport import Transport
from bot.errors import (
    ApiError,
    Broken,
    Conflict,
    Forbidden,
    InvalidInput,
    NotFound,
    RateLimited,
    Rejected,
    Unauthorised,
    Uncertain,
    Unexpected,
)
from bot.sandbox.pixela import Pixela
from bot.sandbox.upstream import JSON
from bot.services import Provider
from tests.api.desk import Desk, golden

TOKEN = "thisissecret"
USERNAME = re.compile(r"\A[a-z][a-z0-9-]{1,32}\Z")
A_TOKEN = re.compile(r"\A[ -~]{8,128}\Z")

ROWS: list[tuple[int, bytes, type[ApiError], type[ApiError]]] = [
    (400, golden("pixela", "user_bad_token"), Rejected, Rejected),
    (400, b"<!DOCTYPE html><title>Error 400 (Bad Request)!!1</title>", Broken, Uncertain),
    (401, b"", Unauthorised, Unauthorised),
    (402, b'{"message":"Supporters only.","isSuccess":false}', Rejected, Rejected),
    (403, golden("pixela", "user_minor"), Forbidden, Forbidden),
    (404, golden("pixela", "wrong_token"), Unauthorised, NotFound),
    (404, b"404 page not found", Broken, Uncertain),
    (404, b'{"message":"Not found."}', Broken, Uncertain),
    (404, b"", Broken, Uncertain),
    (409, golden("pixela", "user_exists"), Conflict, Conflict),
    (411, b"<!DOCTYPE html>", Broken, Uncertain),
    (413, b"", Rejected, Rejected),
    (429, b"", RateLimited, RateLimited),
    (500, b'{"message":"","isSuccess":false}', Broken, Uncertain),
    (502, b"<html>", Broken, Uncertain),
    (503, b"", Broken, Uncertain),
    (503, b'{"isRejected":"true"}', Broken, Uncertain),
    (503, b'{"isRejected":false}', Broken, Uncertain),
    (503, golden("pixela", "rejection"), RateLimited, RateLimited),
]


@pytest.fixture
async def emulator() -> AsyncGenerator[Pixela]:
    async with Pixela(rejection_rate=0) as running:
        yield running
        assert running.complaints == []


def transport(desk: Desk, url: str | None = None) -> Transport:
    return desk.transport(
        url, provider=Provider.PIXELA, dialect=PixelaDialect(), patience=Patience(base=0.5), jitter=1.0
    )


def alice(desk: Desk, url: str | None = None, token: str = TOKEN) -> PixelaClient:
    return PixelaClient(transport(desk, url), "alice", SecretStr(token))


async def test_graphs_are_read(desk: Desk) -> None:
    desk.shop.fail(status=200, body=golden("pixela", "graphs"))
    assert await alice(desk).graphs() == [
        Graph(
            id="test-graph",
            name="graph-name",
            unit="commit",
            type=GraphType.INT,
            color="shibafu",
            timezone="Asia/Tokyo",
            purge_cache_urls=["https://camo.example/xxx/xxxx"],
            self_sufficient="increment",
            publish_optional_data=True,
        ),
        Graph(
            id="weight",
            name="Weight",
            unit="kilogram",
            type=GraphType.FLOAT,
            color="ajisai",
            description="Each morning",
            start_on_monday=True,
        ),
    ]
    (seen,) = desk.shop.requests
    assert (seen.method, seen.path, seen.headers["x-user-token"]) == ("GET", "/v1/users/alice/graphs", TOKEN)


async def test_graphs_whose_id_none_can_be_are_left_out(desk: Desk) -> None:
    ids = ["a" * 150, "x) [evil](http://e.il", "Ab", "", "ab\n", "fine-1"]
    desk.shop.refuse_with(200, {"graphs": [{"id": each, "name": "n"} for each in ids]})
    assert [graph.id for graph in await alice(desk).graphs()] == ["fine-1"]
    desk.shop.refuse_with(200, {"id": "x) [evil](http://e.il", "name": "n"})
    with pytest.raises(Unexpected) as caught:
        await alice(desk).graph("fine-1")
    assert caught.value.where == "id"


async def test_a_list_of_graphs_without_end_is_not_taken(desk: Desk) -> None:
    body = b'{"graphs":[' + b",".join(b'{"id":"g%d","name":"n"}' % n for n in range(60_000)) + b"]}"
    desk.shop.fail(status=200, body=body, times=None)
    with pytest.raises(Broken):
        await alice(desk).graphs()


@pytest.mark.parametrize("body", [golden("pixela", "graphs_empty"), b'{"graphs":null}'])
async def test_no_graphs_are_no_graphs(desk: Desk, body: bytes) -> None:
    desk.shop.fail(status=200, body=body)
    assert list(await alice(desk).graphs()) == []


async def test_a_definition_of_any_age_is_a_graph(desk: Desk) -> None:
    for name in ("graph_definition", "graph_definition_before_1_31"):
        desk.shop.fail(status=200, body=b'{"graphs":[' + golden("pixela", name) + b"]}")
        assert [graph.id for graph in await alice(desk).graphs()] == ["test-graph"]


@pytest.mark.parametrize(
    ("body", "where"),
    [
        ({}, "graphs"),
        ({"graphs": [{"id": "a"}]}, "graphs.0.name"),
        ({"graphs": TOKEN}, "graphs"),
        ([], "the body"),
    ],
)
async def test_graphs_of_another_shape_are_unexpected(desk: Desk, body: JSON, where: str) -> None:
    desk.shop.refuse_with(200, body)
    with pytest.raises(Unexpected) as caught:
        await alice(desk).graphs()
    assert caught.value.where == where
    assert TOKEN not in f"{caught.value!r} {caught.value}"


@pytest.mark.parametrize(("status", "body", "reading", "writing"), ROWS)
async def test_a_status_is_its_error(
    desk: Desk, status: int, body: bytes, reading: type[ApiError], writing: type[ApiError]
) -> None:
    desk.shop.fail(status=status, body=body, times=None)
    with pytest.raises(reading) as read:
        await alice(desk).graphs()
    with pytest.raises(writing) as written:
        await alice(desk).create(agree_terms=True, not_minor=True)
    assert (type(read.value), type(written.value)) == (reading, writing)
    assert read.value.status == written.value.status == status


async def test_a_refusal_is_told_in_the_vendors_words(desk: Desk) -> None:
    desk.shop.fail(status=400, body=golden("pixela", "user_bad_token"))
    with pytest.raises(Rejected) as caught:
        await alice(desk).create(agree_terms=True, not_minor=True)
    assert caught.value.reason == json.loads(golden("pixela", "user_bad_token"))["message"]


@pytest.mark.parametrize("echo", [TOKEN, "thanks&code", "thanks%26code", "thanks\\u0026code"])
async def test_a_reason_does_not_give_back_what_was_secret(desk: Desk, echo: str) -> None:
    desk.shop.refuse_with(400, {"message": f"no {echo} here", "isSuccess": False})
    with pytest.raises(Rejected) as caught:
        await alice(desk).create(agree_terms=True, not_minor=True, thanks_code="thanks&code")
    assert caught.value.reason == "no [secret] here"


@pytest.mark.parametrize(
    ("terms", "adult", "code"), [(True, True, None), (False, True, ""), (True, False, "thanks-code")]
)
async def test_a_user_is_created_with_what_was_agreed_to(
    desk: Desk, terms: bool, adult: bool, code: str | None
) -> None:
    desk.shop.fail(status=200, body=golden("pixela", "user_created"))
    await alice(desk).create(agree_terms=terms, not_minor=adult, thanks_code=code)
    (seen,) = desk.shop.requests
    assert (seen.method, seen.path) == ("POST", "/v1/users")
    assert "x-user-token" not in seen.headers
    assert seen.json == {
        "token": TOKEN,
        "username": "alice",
        "agreeTermsOfService": "yes" if terms else "no",
        "notMinor": "yes" if adult else "no",
        **({"thanksCode": code} if code else {}),
    }


async def test_every_fourth_refusal_is_sent_again_until_it_succeeds(desk: Desk, emulator: Pixela) -> None:
    emulator.add_user("alice", TOKEN)
    emulator.reject_next = 6
    assert list(await alice(desk, emulator.url).graphs()) == []
    assert len(emulator.requests) == 7


async def test_every_fourth_refusal_is_sent_again_until_the_deadline(desk: Desk, emulator: Pixela) -> None:
    emulator.add_user("alice", TOKEN)
    emulator.rejection_rate = 1
    with pytest.raises(RateLimited):
        await alice(desk, emulator.url).graphs()
    assert sum(desk.time.slept) <= Patience().deadline
    assert len(emulator.requests) == len(desk.time.slept) + 1 == 8


async def test_a_write_that_was_rejected_is_sent_again(desk: Desk) -> None:
    desk.shop.fail(status=503, body=golden("pixela", "rejection"), times=6)
    desk.shop.fail(status=200, body=golden("pixela", "success"))
    await alice(desk).create(agree_terms=True, not_minor=True)
    assert desk.shop.count("POST", "/v1/users") == 7


async def test_a_no_with_a_good_status_is_a_no(desk: Desk) -> None:
    desk.shop.refuse_with(200, {"message": "Not today.", "isSuccess": False}, times=2)
    for asked in (alice(desk).create(agree_terms=True, not_minor=True), alice(desk).increment("running")):
        with pytest.raises(Rejected) as caught:
            await asked
        assert caught.value.reason == "Not today."
    long = b'{"isSuccess":false,"graphs":[]' + b" " * 64 * 1024 + b"}"
    desk.shop.fail(status=200, body=long)
    assert list(await alice(desk).graphs()) == []


def test_only_the_marked_refusal_promises_that_nothing_was_done() -> None:
    rejection = golden("pixela", "rejection")
    answers = [(503, rejection), (500, rejection), (503, b""), (503, b'{"isRejected":1}'), (503, b"[]")]
    assert [PixelaDialect().never_executed(Reply(status, {}, body)) for status, body in answers] == [
        True,
        False,
        False,
        False,
        False,
    ]


async def test_a_user_is_created_and_known_by_the_token(desk: Desk, emulator: Pixela) -> None:
    await alice(desk, emulator.url).create(agree_terms=True, not_minor=True)
    assert list(await alice(desk, emulator.url).graphs()) == []
    with pytest.raises(Conflict):
        await alice(desk, emulator.url).create(agree_terms=True, not_minor=True)
    with pytest.raises(Unauthorised):
        await alice(desk, emulator.url, "another-token").graphs()
    for terms, adult in ((False, True), (True, False)):
        with pytest.raises(Forbidden):
            await PixelaClient(transport(desk, emulator.url), "ben", SecretStr(TOKEN)).create(
                agree_terms=terms, not_minor=adult
            )


@given(st.from_regex(USERNAME) | st.text(max_size=40) | st.text("ab-9 \n", max_size=5))
def test_a_user_name_is_taken_as_the_vendor_takes_it(text: str) -> None:
    name = text.strip(" ")
    if USERNAME.match(name):
        assert check_username(text) == name
    else:
        with pytest.raises(InvalidInput):
            check_username(text)


@given(st.from_regex(A_TOKEN) | st.text(max_size=140) | st.text(" ~\n\x7fü", min_size=7, max_size=9))
def test_a_token_is_taken_as_the_vendor_takes_it(text: str) -> None:
    if A_TOKEN.match(text) and not text.startswith(" ") and not text.endswith(" "):
        assert check_token(text).get_secret_value() == text
    else:
        with pytest.raises(InvalidInput):
            check_token(text)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\x00", "\u2028", "\t"])
def test_a_new_line_at_the_end_is_refused(end: str) -> None:
    with pytest.raises(InvalidInput):
        check_username(f"alice{end}")
    with pytest.raises(InvalidInput):
        check_token(f"thisissecret{end}")


@pytest.mark.parametrize(
    "text", ["a", "a" * 34, "1a", "-a", "Alice", "al ice", "al_ice", "élise", "a\uff42", ""]
)
def test_a_user_name_that_breaks_the_rule_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput, match="2 to 33 characters"):
        check_username(text)


@pytest.mark.parametrize("text", ["", "1234567", "x" * 129, "passwörter", "tab\there"])
def test_a_token_that_breaks_the_rule_is_refused_and_not_repeated(text: str) -> None:
    with pytest.raises(InvalidInput, match="8 to 128 characters") as caught:
        check_token(text)
    assert not text or text not in str(caught.value)


@pytest.mark.parametrize("text", [" thisissecret", "thisissecret ", " " * 8])
def test_a_token_that_a_header_would_shorten_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput, match="neither first nor last"):
        check_token(text)
    assert check_token("this is secret").get_secret_value() == "this is secret"


def test_a_new_token_is_one_that_the_vendor_takes_and_never_the_same() -> None:
    tokens = {new_token().get_secret_value() for _ in range(50)}
    assert len(tokens) == 50
    assert all(re.fullmatch("[A-Za-z0-9]{40}", token) for token in tokens)
    assert all(check_token(token) for token in tokens)
