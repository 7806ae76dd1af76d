"""Users and profile pages of the Pixela emulator."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.sandbox.pixela import Design
from bot.sandbox.upstream import JSON
from tests.sandbox.pixela_calls import NOON, TOKEN, USER, Caller, calling, golden

NEW: dict[str, JSON] = {
    "token": "another secret",
    "username": "bob",
    "agreeTermsOfService": "yes",
    "notMinor": "yes",
}


@pytest.fixture
async def call() -> AsyncIterator[Caller]:
    async with calling() as caller:
        yield caller


async def test_a_user_is_created_with_a_greeting(call: Caller) -> None:
    del call.px.users["alice"]
    reply = await call("POST", "/v1/users", NEW | {"username": "alice"}, token=None)
    assert (reply.status, reply.body) == (200, golden("user_created"))
    assert reply.headers["Content-Type"].startswith("application/json")
    assert (await call("GET", f"{USER}/graphs", token="another secret")).body == golden("graphs_empty")
    assert call.px.users["alice"].created == NOON
    assert call.px.complaints == []


async def test_a_user_may_bring_a_thanks_code(call: Caller) -> None:
    await call("POST", "/v1/users", NEW | {"thanksCode": "thank-you"})
    await call("POST", "/v1/users", NEW | {"username": "carol", "thanksCode": ""})
    assert call.px.users["bob"].thanks_code == "thank-you"
    assert call.px.users["carol"].thanks_code is None


async def test_a_taken_name_is_a_conflict(call: Caller) -> None:
    reply = await call("POST", "/v1/users", NEW | {"username": "alice"})
    assert (reply.status, reply.body) == (409, golden("user_exists"))


@pytest.mark.parametrize(
    "token", ["seven77", "x" * 129, "with\ttab1", "ümlaut-secret", "newline1\n", None, 12345678]
)
async def test_a_bad_token_is_refused(call: Caller, token: JSON) -> None:
    reply = await call("POST", "/v1/users", NEW | {"token": token})
    assert (reply.status, reply.body) == (400, golden("user_bad_token"))
    if token is not None:
        assert (await call("PUT", USER, {"newToken": token})).body == golden("user_bad_token")


@pytest.mark.parametrize("token", ["x" * 8, "x" * 128, "~ !pass "])
async def test_a_token_at_the_limits_is_taken(call: Caller, token: str) -> None:
    assert (await call("POST", "/v1/users", NEW | {"token": token})).status == 200


@pytest.mark.parametrize("username", ["", "b", "Bob", "1bob", "b_b", "b" * 34, "bob\n", None, True])
async def test_a_bad_username_is_refused(call: Caller, username: JSON) -> None:
    assert (await call("POST", "/v1/users", NEW | {"username": username})).status == 400


@pytest.mark.parametrize("username", ["bo", "b" * 33, "b-1"])
async def test_a_username_at_the_limits_is_taken(call: Caller, username: str) -> None:
    assert (await call("POST", "/v1/users", NEW | {"username": username})).status == 200


async def test_a_minor_without_consent_is_refused(call: Caller) -> None:
    reply = await call("POST", "/v1/users", NEW | {"notMinor": "no"})
    assert (reply.status, reply.body) == (403, golden("user_minor"))
    call.px.choices.refused_agreement_status = 400
    assert (await call("POST", "/v1/users", NEW | {"notMinor": "YES"})).status == 400


async def test_the_terms_must_be_agreed_to(call: Caller) -> None:
    assert (await call("POST", "/v1/users", NEW | {"agreeTermsOfService": "no"})).status == 403
    assert (await call("POST", "/v1/users", NEW | {"agreeTermsOfService": None})).status == 400
    assert "bob" not in call.px.users


async def test_a_new_token_replaces_the_old_one(call: Caller) -> None:
    assert (await call("PUT", USER, {"newToken": "a new secret"})).body == golden("success")
    assert (await call("GET", f"{USER}/graphs")).status == 404
    assert (await call("GET", f"{USER}/graphs", token="a new secret")).status == 200


async def test_a_thanks_code_alone_keeps_the_token(call: Caller) -> None:
    assert (await call("PUT", USER, {"thanksCode": "thank-you"})).body == golden("success")
    assert (await call("PUT", USER, {"allowAIProcessing": True})).body == golden("success")
    assert call.alice.thanks_code == "thank-you"
    assert call.alice.allow_ai_processing
    assert (await call("GET", f"{USER}/graphs")).status == 200


@pytest.mark.parametrize("body", [{}, {"allowAIProcessing": "true"}, {"newToken": TOKEN, "thanksCode": 5}])
async def test_a_bad_update_changes_nothing(call: Caller, body: dict[str, JSON]) -> None:
    assert (await call("PUT", USER, body)).status == 400
    assert call.alice.thanks_code is None


async def test_a_thanks_code_that_is_not_valid_does_nothing_or_is_refused(call: Caller) -> None:
    call.px.choices.thanks_codes = frozenset({"thank-you"})
    assert (await call("PUT", USER, {"thanksCode": "made-up"})).body == golden("success")
    assert not call.alice.supports(call.px.choices)
    call.px.choices.wrong_thanks_code_status = 400
    assert (await call("PUT", USER, {"thanksCode": "made-up"})).status == 400
    assert (await call("POST", "/v1/users", NEW | {"thanksCode": "made-up"})).status == 400
    assert (await call("PUT", USER, {"thanksCode": "thank-you"})).body == golden("success")
    assert call.alice.supports(call.px.choices)


async def test_a_deleted_user_is_gone_with_every_graph(call: Caller) -> None:
    assert (await call("DELETE", USER)).body == golden("success")
    assert call.px.users == {}
    assert (await call("DELETE", USER)).body == golden("wrong_token")


async def test_the_profile_page_is_public_html(call: Caller) -> None:
    reply = await call("GET", "/@alice", token=None)
    assert reply.status == 200
    assert reply.headers["Content-Type"].startswith("text/html")
    assert b"<h1>alice</h1>" in reply.body
    assert b"graph-name" in reply.body


async def test_the_profile_page_hides_secret_graphs_of_supporters_only(call: Caller) -> None:
    call.alice.add_graph("hidden", "int", Design("Hidden", "page", is_secret=True))
    assert b"Hidden" in (await call("GET", "/@alice")).body
    call.alice.thanks_code = "thank-you"
    assert b"Hidden" not in (await call("GET", "/@alice")).body


async def test_the_profile_takes_every_documented_key(call: Caller) -> None:
    body: dict[str, JSON] = {
        "displayName": "Alice & Co",
        "gravatarIconEmail": "alice@example.com",
        "title": "Habits",
        "timezone": "Asia/Tokyo",
        "aboutURL": "https://example.com",
        "contributeURLs": ["https://example.com/a"],
        "pinnedGraphID": "test-graph",
        "allowAIProcessing": True,
    }
    reply = await call("PUT", "/@alice", body)
    assert (reply.status, reply.body) == (200, golden("success"))
    assert call.px.complaints == []
    assert b"Alice &amp; Co" in (await call("GET", "/@alice")).body
    assert (await call("PUT", "/@alice", {})).body == golden("success")
    profile = call.alice.profile
    assert (profile.title, profile.contribute_urls) == ("Habits", ("https://example.com/a",))


@pytest.mark.parametrize(
    "body",
    [
        {"timezone": "Tokyo"},
        {"pinnedGraphID": "not-hers"},
        {"contributeURLs": "https://example.com"},
        {"contributeURLs": [1]},
        {"title": 5},
    ],
)
async def test_a_bad_profile_is_refused(call: Caller, body: dict[str, JSON]) -> None:
    assert (await call("PUT", "/@alice", body)).status == 400
