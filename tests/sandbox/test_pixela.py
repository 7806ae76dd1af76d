"""Authentication, the front end, the 25 % rule, and what a server of Pixela knows of all calls."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator

import pytest

from bot.sandbox.pixela import Pixela
from tests.sandbox.pixela_calls import GRAPH, TOKEN, USER, Caller, calling, golden

WEBHOOKS = f"{USER}/webhooks"
COVERED = [
    ("PUT", "/@alice"),
    ("GET", f"{USER}/graphs"),
    ("GET", f"{GRAPH}/graph-def"),
    ("PUT", GRAPH),
    ("DELETE", GRAPH),
    ("GET", f"{GRAPH}/pixels"),
    ("POST", GRAPH),
    ("GET", f"{GRAPH}/20240414"),
    ("PUT", f"{GRAPH}/20240414"),
    ("DELETE", f"{GRAPH}/20240414"),
    ("PUT", f"{GRAPH}/20240414/add"),
    ("PUT", f"{GRAPH}/20240414/subtract"),
    ("PUT", f"{GRAPH}/increment"),
    ("PUT", f"{GRAPH}/decrement"),
    ("PUT", f"{GRAPH}/add"),
    ("PUT", f"{GRAPH}/subtract"),
    ("POST", f"{GRAPH}/stopwatch"),
    ("POST", WEBHOOKS),
    ("GET", WEBHOOKS),
    ("DELETE", f"{WEBHOOKS}/abc"),
    ("DELETE", USER),
]
NOT_COVERED = [
    ("POST", "/v1/users"),
    ("PUT", USER),
    ("GET", "/@alice"),
    ("POST", f"{USER}/graphs"),
    ("GET", f"{GRAPH}/stats"),
    ("GET", f"{GRAPH}/latest"),
    ("GET", f"{GRAPH}/today"),
    ("GET", GRAPH),
    ("GET", f"{GRAPH}.svg"),
    ("GET", f"{GRAPH}.html"),
    ("GET", f"{GRAPH}/20240414/retina"),
    ("GET", f"{GRAPH}/analyze"),
    ("POST", f"{GRAPH}/pixels"),
    ("POST", f"{WEBHOOKS}/abc"),
]
PAGES = [
    "/@alice",
    f"{GRAPH}/stats",
    f"{GRAPH}/today",
    GRAPH,
    f"{GRAPH}.svg",
    f"{GRAPH}.html",
    f"{GRAPH}/20240414/retina",
]
PUBLIC = [
    ("POST", "/v1/users"),
    ("POST", f"{WEBHOOKS}/abc"),
    ("GET", f"{GRAPH}/analyze"),
    *[("GET", page) for page in PAGES],
]


@pytest.fixture
async def call() -> AsyncIterator[Caller]:
    async with calling() as caller:
        yield caller


def test_the_golden_rejection_is_as_long_as_on_the_wire() -> None:
    assert len(golden("rejection")) == 341


@pytest.mark.parametrize(("method", "path"), COVERED)
async def test_a_covered_call_is_rejected_before_validation(call: Caller, method: str, path: str) -> None:
    call.px.reject_next = 1
    reply = await call(method, path, raw=None if method == "GET" else b"no JSON")
    assert (reply.status, reply.body) == (503, golden("rejection"))
    assert "Retry-After" not in reply.headers
    assert call.px.reject_next == 0
    assert "test-graph" in call.px.users["alice"].graphs


@pytest.mark.parametrize(("method", "path"), NOT_COVERED)
async def test_other_calls_are_never_rejected(call: Caller, method: str, path: str) -> None:
    call.px.rejection_rate = 1
    assert (await call(method, path)).status != 503


async def test_the_creation_of_graphs_is_covered_on_request(call: Caller) -> None:
    call.px.choices.reject_graph_creation = True
    call.px.reject_next = 1
    assert (await call("POST", f"{USER}/graphs")).body == golden("rejection")


async def test_a_wrong_token_is_not_counted_as_rejected(call: Caller) -> None:
    call.px.reject_next = 1
    assert (await call("GET", f"{USER}/graphs", token="wrong-token")).body == golden("wrong_token")
    assert call.px.reject_next == 1


async def test_a_rejected_write_changes_nothing_and_can_be_sent_again(call: Caller) -> None:
    call.px.reject_next = 1
    assert (await call("PUT", f"{GRAPH}/increment")).status == 503
    assert call.graph.pixels == {}
    assert (await call("PUT", f"{GRAPH}/increment")).body == golden("success")
    assert call.graph.pixels["20240414"].quantity == 1


async def test_a_seed_repeats_the_rejections_and_a_quarter_is_rejected(call: Caller) -> None:
    call.px.rejection_rate = Pixela().rejection_rate

    async def statuses() -> list[int]:
        call.px.dice = random.Random(42)  # noqa: S311 - repeatable
        return [(await call("GET", f"{USER}/graphs")).status for _ in range(200)]

    first = await statuses()
    assert first == await statuses()
    assert 30 < first.count(503) < 70


async def test_supporters_are_exempt_while_their_code_is_valid(call: Caller) -> None:
    call.px.rejection_rate = 1
    call.px.add_user("bob", TOKEN, thanks_code="thank-you")
    assert (await call("GET", "/v1/users/bob/graphs")).status == 200
    call.px.choices.thanks_codes = frozenset({"another"})
    assert (await call("GET", "/v1/users/bob/graphs")).status == 503


async def test_users_older_than_the_rule_are_exempt(call: Caller) -> None:
    call.px.rejection_rate = 1
    moment = 1_659_222_000.0  # 2022-07-30T23:00:00Z
    call.px.add_user("early", TOKEN, created=moment - 1)
    call.px.add_user("later", TOKEN, created=moment)
    assert (await call("GET", "/v1/users/early/graphs")).status == 200
    call.alice.never_rejected = True
    assert (await call("GET", f"{USER}/graphs")).status == 200
    assert (await call("GET", "/v1/users/later/graphs")).status == 503


@pytest.mark.parametrize(("method", "path"), [each for each in COVERED + NOT_COVERED if each not in PUBLIC])
async def test_a_wrong_token_reads_like_an_unknown_user(call: Caller, method: str, path: str) -> None:
    for token in (None, "", "not-her-token"):
        reply = await call(method, path, token=token)
        assert (reply.status, reply.body) == (404, golden("wrong_token"))
    del call.px.users["alice"]
    assert (await call(method, path, token=TOKEN)).body == golden("wrong_token")


@pytest.mark.parametrize("path", PAGES)
async def test_public_pages_need_no_token_but_a_user(call: Caller, path: str) -> None:
    call.graph.put("20240414", "5")
    assert (await call("GET", path, token=None)).status == 200
    del call.px.users["alice"]
    reply = await call("GET", path, token=None)
    assert (reply.status, reply.body) == (404, golden("user_not_found"))


def test_tokens_are_kept_only_as_hashes() -> None:
    px = Pixela()
    assert TOKEN not in repr(px.add_user("alice", TOKEN))
    assert px.users["alice"].token_hash == "1d68f4aec119872e9ea5c9d884d38802989d5234d8be162e16340292694a943d"


@pytest.mark.parametrize("path", [f"{USER}/graphs", f"{USER}/nothing"])
async def test_a_get_with_a_body_meets_the_front_end(call: Caller, path: str) -> None:
    reply = await call("GET", path, {"date": "20240414"})
    assert reply.status == 400
    assert reply.headers["Content-Type"].startswith("text/html")
    assert reply.body == golden("front_bad_request.html")
    call.px.choices.refuse_bodies_of_gets = False
    assert (await call("GET", path, {"date": "20240414"})).status != 400


@pytest.mark.parametrize("method", ["PUT", "POST"])
async def test_a_write_without_a_length_is_refused(call: Caller, method: str) -> None:
    head = f"{method} {GRAPH}/increment HTTP/1.1\r\nHost: pixe.la\r\nConnection: close\r\n"
    reply = await call.send_bytes(f"{head}X-USER-TOKEN: {TOKEN}\r\n\r\n".encode())
    assert reply.startswith(b"HTTP/1.1 411 ")
    assert call.graph.pixels == {}
    call.px.choices.require_length = False
    reply = await call.send_bytes(f"{head}X-USER-TOKEN: {TOKEN}\r\n\r\n".encode())
    assert not reply.startswith(b"HTTP/1.1 411 ")


async def test_header_names_are_read_in_any_case(call: Caller) -> None:
    head = f"PUT {GRAPH}/increment HTTP/1.1\r\nHost: pixe.la\r\nConnection: close\r\ncontent-length: 0\r\n"
    reply = await call.send_bytes(f"{head}x-user-token: {TOKEN}\r\n\r\n".encode())
    assert reply.startswith(b"HTTP/1.1 200 ")


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/"),
        ("GET", "/v2/users"),
        ("GET", "/v1/users"),
        ("PATCH", GRAPH),
        ("HEAD", f"{USER}/graphs"),
        ("GET", f"{GRAPH}/2024-04-14"),
        ("GET", f"{USER}/graphs.html"),
    ],
)
async def test_an_unknown_route_is_plain_text_and_complained_about(
    call: Caller, method: str, path: str
) -> None:
    reply = await call(method, path)
    assert reply.status == 404
    assert reply.headers["Content-Type"].startswith("text/plain")
    assert reply.body == (b"" if method == "HEAD" else golden("not_routed.txt"))
    assert call.px.complaints == [f"unknown route: {method} {path}"]


async def test_a_wrong_method_can_be_told_from_a_wrong_path(call: Caller) -> None:
    call.px.choices.wrong_method_status = 405
    assert (await call("GET", "/v1/users")).status == 405
    assert (await call("PATCH", GRAPH)).status == 405
    assert (await call("GET", "/v2/users")).status == 404


@pytest.mark.parametrize(
    ("path", "location"),
    [
        ("/v1/users//alice/graphs", "/v1/users/alice/graphs"),
        ("/v1///users/alice//graphs?a=b%20c", "/v1/users/alice/graphs?a=b%20c"),
        ("//v1/users/alice/graphs", "/v1/users/alice/graphs"),
    ],
)
async def test_doubled_slashes_are_cleaned_by_a_redirect(call: Caller, path: str, location: str) -> None:
    head = f"POST {path} HTTP/1.1\r\nHost: pixe.la\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
    reply = await call.send_bytes(head.encode())
    assert reply.startswith(b"HTTP/1.1 301 ")
    # Followed with a GET, as most clients do, it reads the list instead of adding to it.
    assert (await call("GET", location)).status == 200
    assert f"\r\nLocation: {location}\r\n".encode() in reply
    assert len(call.px.complaints) == 1


async def test_keys_match_in_any_case(call: Caller) -> None:
    assert (await call("POST", GRAPH, {"Date": "20240414", "QUANTITY": "5"})).body == golden("success")
    assert call.graph.pixels["20240414"].quantity == 5


async def test_unknown_keys_are_ignored_and_complained_about(call: Caller) -> None:
    body: dict[str, object] = {"quantity": "5", "date": "20240414", "isEnablePng": True}
    reply = await call("POST", GRAPH, body)  # pyright: ignore[reportArgumentType] - JSON all the same
    assert reply.body == golden("success")
    assert call.px.complaints == [f"unknown field: POST {GRAPH} isEnablePng"]


@pytest.mark.parametrize("raw", [b"", b"no JSON", b"[]", b'"text"', b"null", b"\xff\xfe", b"[" * 100_000])
async def test_a_body_that_is_no_object_is_refused(call: Caller, raw: bytes) -> None:
    reply = await call("POST", GRAPH, raw=raw)
    assert reply.status == 400
    assert isinstance(reply.json, dict)
    assert list(reply.json) == ["message", "isSuccess"]


async def test_half_a_character_is_replaced(call: Caller) -> None:
    assert (await call("PUT", GRAPH, raw=rb'{"name":"half \ud83d"}')).status == 200
    reply = await call("GET", f"{GRAPH}/graph-def")
    assert isinstance(reply.json, dict)
    assert reply.json["name"] == "half �"
