"""The emulated useapi.net answers as the vendor's pages say: the bodies in ``golden/useapi``."""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import aiohttp
import pytest

from bot.sandbox.upstream import JSON
from bot.sandbox.useapi import MidjourneyAccount, PikaAccount, Subscriber, Useapi

GOLDEN = Path(__file__).parent.parent / "golden" / "useapi"
NOW = datetime(2025, 4, 5, 3, 2, 28, 676_000, UTC).timestamp()
KEY = "user:12345-abcdefghi"
NOTE = "Pending mod message: please acknowledge the warning to continue."

PIKA = "/v1/pika/account"
PIKA_1 = "/v1/pika/account/1110000000000000001"
MIDJOURNEY = "/v2/account/midjourney"
MIDJOURNEY_1 = "/v2/account/midjourney/1120000000000000001"
MIDJOURNEY_2 = "/v2/account/midjourney/1120000000000000002"

PIKA_FIELDS: dict[str, JSON] = {
    "discord": "discord-token-a",
    "channel": "1110000000000000001",
    "maxJobs": 10,
}
MIDJOURNEY_FIELDS: dict[str, JSON] = {
    "discord": "discord-token-a",
    "server": "1130000000000000001",
    "channel": "1120000000000000001",
    "maxJobs": 3,
}

ENDPOINTS = [
    ("GET", PIKA),
    ("GET", PIKA_1),
    ("POST", PIKA_1),
    ("DELETE", PIKA_1),
    ("GET", "/v2/account"),
    ("POST", "/v2/account"),
    ("GET", MIDJOURNEY),
    ("POST", MIDJOURNEY),
    ("GET", MIDJOURNEY_1),
    ("POST", MIDJOURNEY_1),
    ("DELETE", MIDJOURNEY_1),
    ("POST", f"{MIDJOURNEY_1}/reset"),
]
NOT_CONFIGURED = [
    ("GET", PIKA),
    ("GET", PIKA_1),
    ("DELETE", PIKA_1),
    ("GET", MIDJOURNEY),
    ("GET", MIDJOURNEY_1),
    ("DELETE", MIDJOURNEY_1),
    ("POST", f"{MIDJOURNEY_1}/reset"),
]


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    body: bytes


@dataclass
class Caller:
    """A plain client of the emulator, signed in with KEY unless told otherwise."""

    session: aiohttp.ClientSession
    useapi: Useapi

    async def __call__(
        self,
        method: str,
        path: str,
        body: JSON = None,
        *,
        raw: bytes | None = None,
        authorization: str | None = f"Bearer {KEY}",
    ) -> Answer:
        """Send ``body`` as JSON, or ``raw`` as it is."""
        headers = {"Content-Type": "application/json"}
        headers |= {} if authorization is None else {"Authorization": authorization}
        data = json.dumps(body).encode() if raw is None and body is not None else raw
        url = self.useapi.url + path
        async with self.session.request(method, url, data=data, headers=headers) as response:
            return Answer(response.status, await response.read())


@pytest.fixture
async def useapi() -> AsyncIterator[Useapi]:
    async with Useapi(clock=lambda: NOW) as running:
        yield running


@pytest.fixture
def subscriber(useapi: Useapi) -> Subscriber:
    return useapi.subscribe(KEY)


@pytest.fixture
async def call(useapi: Useapi) -> AsyncIterator[Caller]:
    async with aiohttp.ClientSession() as session:
        yield Caller(session, useapi)


def golden(name: str) -> bytes:
    return (GOLDEN / f"{name}.json").read_bytes()


def refusal(name: str) -> Answer:
    """Return the golden refusal whose file name starts with its status."""
    return Answer(int(name[:3]), golden(name))


def changed(fields: dict[str, JSON], change: dict[str, JSON]) -> dict[str, JSON]:
    """Return the fields with a change; None takes a field away."""
    return {name: value for name, value in (fields | change).items() if value is not None}


def add_pika(subscriber: Subscriber) -> None:
    """Configure the two accounts of ``pika_accounts.json``."""
    subscriber.pika["1110000000000000001"] = PikaAccount("1110000000000000001", "discord-token-a", 10)
    subscriber.pika["1110000000000000002"] = PikaAccount("1110000000000000002", "discord-token-b", 1)


def add_midjourney(subscriber: Subscriber) -> None:
    """Configure the two accounts of ``midjourney_accounts.json``."""
    first = MidjourneyAccount("1120000000000000001", "1130000000000000001", "discord-token-a", 3)
    second = MidjourneyAccount("1120000000000000002", "1130000000000000002", "discord-token-b", 15, NOTE)
    subscriber.midjourney.update({first.channel: first, second.channel: second})


@pytest.mark.parametrize(("method", "path"), ENDPOINTS)
@pytest.mark.parametrize("authorization", [None, "", "Bearer", "Bearer user:1-unknown", KEY, f"Basic {KEY}"])
@pytest.mark.usefixtures("subscriber")
async def test_an_unknown_key_is_refused(
    call: Caller, method: str, path: str, authorization: str | None
) -> None:
    assert await call(method, path, authorization=authorization) == refusal("401_unauthorized")


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/v2/midjourney/imagine"),
        ("GET", "/v2/midjourney/jobs/1"),
        ("HEAD", PIKA),
        ("POST", PIKA),
        ("PUT", PIKA_1),
        ("POST", f"{PIKA_1}/reset"),
        ("GET", f"{PIKA}/"),
    ],
)
@pytest.mark.usefixtures("subscriber")
async def test_an_unknown_path_is_clearly_not_found(
    call: Caller, useapi: Useapi, method: str, path: str
) -> None:
    expected = refusal("404_unknown_path")
    assert await call(method, path) == (Answer(404, b"") if method == "HEAD" else expected)
    assert useapi.complaints == [f"unknown route: {method} {path}"]


@pytest.mark.parametrize(("method", "path"), NOT_CONFIGURED)
@pytest.mark.usefixtures("subscriber")
async def test_an_account_that_is_not_configured_answers_404_without_a_body(
    call: Caller, useapi: Useapi, method: str, path: str
) -> None:
    assert await call(method, path) == Answer(404, b"")
    assert useapi.complaints == []


@pytest.mark.parametrize(("method", "path"), NOT_CONFIGURED)
@pytest.mark.usefixtures("subscriber")
async def test_the_404_of_accounts_can_be_given_a_body(
    call: Caller, useapi: Useapi, method: str, path: str
) -> None:
    useapi.account_404_body = {"error": "Configuration not found", "code": 404}
    assert await call(method, path) == Answer(404, b'{"error":"Configuration not found","code":404}')


async def test_pika_accounts_are_listed_with_their_tokens(call: Caller, subscriber: Subscriber) -> None:
    add_pika(subscriber)
    assert await call("GET", PIKA) == Answer(200, golden("pika_accounts"))


async def test_one_pika_account_is_shown_with_its_token(call: Caller, subscriber: Subscriber) -> None:
    add_pika(subscriber)
    assert await call("GET", PIKA_1) == Answer(200, golden("pika_account"))


async def test_a_new_pika_account_is_kept(call: Caller, subscriber: Subscriber, useapi: Useapi) -> None:
    assert await call("POST", PIKA_1, PIKA_FIELDS) == Answer(204, b"")
    assert subscriber.pika == {
        "1110000000000000001": PikaAccount("1110000000000000001", "discord-token-a", 10)
    }
    assert useapi.complaints == []


async def test_a_pika_account_is_replaced_by_another_with_its_channel(
    call: Caller, subscriber: Subscriber
) -> None:
    add_pika(subscriber)
    fields = changed(PIKA_FIELDS, {"discord": "discord-token-z", "maxJobs": 2})
    assert await call("POST", PIKA_1, fields) == Answer(204, b"")
    assert list(subscriber.pika) == ["1110000000000000001", "1110000000000000002"]
    assert subscriber.pika["1110000000000000001"] == PikaAccount("1110000000000000001", "discord-token-z", 2)


async def test_a_deleted_pika_account_is_gone(call: Caller, subscriber: Subscriber) -> None:
    add_pika(subscriber)
    assert await call("DELETE", PIKA_1) == Answer(204, b"")
    assert list(subscriber.pika) == ["1110000000000000002"]
    assert await call("DELETE", PIKA_1) == Answer(404, b"")


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({"discord": None}, "400_discord_missing"),
        ({"discord": ""}, "400_discord_missing"),
        ({"discord": 5}, "400_discord_missing"),
        ({"channel": None}, "400_channel_missing"),
        ({"channel": ""}, "400_channel_missing"),
        ({"channel": 1110000000000000001}, "400_channel_missing"),
        ({"channel": "1234567890123456"}, "400_channel_invalid"),
        ({"channel": "1110000000000000009"}, "400_pika_channel_mismatch"),
        ({"maxJobs": None}, "400_max_jobs_missing"),
        ({"maxJobs": ""}, "400_max_jobs_missing"),
        ({"maxJobs": "ten"}, "400_max_jobs_missing"),
        ({"maxJobs": "10"}, "400_max_jobs_missing"),
        ({"maxJobs": True}, "400_max_jobs_missing"),
        ({"maxJobs": 2.5}, "400_max_jobs_missing"),
        ({"maxJobs": 0}, "400_max_jobs_missing"),
        ({"maxJobs": -1}, "400_max_jobs_missing"),
        ({"maxJobs": 11}, "400_pika_max_jobs_exceeded"),
        ({"discord": "discord-token-b"}, "400_pika_same_discord"),
    ],
)
async def test_a_wrong_field_of_a_pika_account_is_named(
    call: Caller, subscriber: Subscriber, change: dict[str, JSON], text: str
) -> None:
    add_pika(subscriber)
    assert await call("POST", PIKA_1, changed(PIKA_FIELDS, change)) == refusal(text)
    assert subscriber.pika["1110000000000000001"].discord == "discord-token-a"


async def test_the_fields_of_a_pika_account_are_checked_in_the_order_of_the_page(
    call: Caller, subscriber: Subscriber
) -> None:
    add_pika(subscriber)
    fields: dict[str, JSON] = {}
    for name, value, text in [
        ("discord", "discord-token-b", "400_discord_missing"),
        ("channel", "1234567890123456", "400_channel_missing"),
        ("channel", "1110000000000000009", "400_channel_invalid"),
        ("channel", "1110000000000000001", "400_pika_channel_mismatch"),
        ("maxJobs", 11, "400_max_jobs_missing"),
        ("maxJobs", 10, "400_pika_max_jobs_exceeded"),
        ("discord", "discord-token-a", "400_pika_same_discord"),
    ]:
        assert await call("POST", PIKA_1, fields) == refusal(text)
        fields[name] = value
    assert await call("POST", PIKA_1, fields) == Answer(204, b"")


@pytest.mark.parametrize("path", [PIKA_1, MIDJOURNEY, MIDJOURNEY_1])
@pytest.mark.parametrize("raw", [b"", b"{", b"[]", b"null", b'"text"', b"\xff"])
@pytest.mark.usefixtures("subscriber")
async def test_a_body_that_is_no_json_object_lacks_its_first_field(
    call: Caller, useapi: Useapi, path: str, raw: bytes
) -> None:
    assert await call("POST", path, raw=raw) == refusal("400_discord_missing")
    assert useapi.complaints == [f"no JSON object: POST {path}"]


@pytest.mark.parametrize(("path", "fields"), [(PIKA_1, PIKA_FIELDS), (MIDJOURNEY_1, MIDJOURNEY_FIELDS)])
@pytest.mark.usefixtures("subscriber")
async def test_an_unknown_field_is_ignored_and_complained_about(
    call: Caller, useapi: Useapi, path: str, fields: dict[str, JSON]
) -> None:
    assert await call("POST", path, fields | {"replyUrl": "https://example.com"}) == Answer(204, b"")
    assert useapi.complaints == [f"unknown field: POST {path}: replyUrl"]


async def test_subscribers_do_not_see_each_others_accounts(
    call: Caller, subscriber: Subscriber, useapi: Useapi
) -> None:
    add_pika(subscriber)
    add_midjourney(subscriber)
    other = useapi.subscribe("user:2-other")
    for method, path in NOT_CONFIGURED:
        assert await call(method, path, authorization="Bearer user:2-other") == Answer(404, b"")
    fields = changed(PIKA_FIELDS, {"discord": "discord-token-b"})
    assert await call("POST", PIKA_1, fields, authorization="Bearer user:2-other") == Answer(204, b"")
    assert list(other.pika) == ["1110000000000000001"]
    assert subscriber.pika["1110000000000000001"].discord == "discord-token-a"


async def test_midjourney_accounts_are_listed_with_their_tokens(call: Caller, subscriber: Subscriber) -> None:
    add_midjourney(subscriber)
    assert await call("GET", MIDJOURNEY) == Answer(200, golden("midjourney_accounts"))


async def test_one_midjourney_account_is_shown_with_its_token(call: Caller, subscriber: Subscriber) -> None:
    add_midjourney(subscriber)
    assert await call("GET", MIDJOURNEY_1) == Answer(200, golden("midjourney_account"))


async def test_a_pending_moderators_message_is_shown(call: Caller, subscriber: Subscriber) -> None:
    add_midjourney(subscriber)
    assert await call("GET", MIDJOURNEY_2) == Answer(200, golden("midjourney_account_pending"))


async def test_a_new_midjourney_account_is_kept(call: Caller, subscriber: Subscriber, useapi: Useapi) -> None:
    assert await call("POST", MIDJOURNEY_1, MIDJOURNEY_FIELDS) == Answer(204, b"")
    assert await call("GET", MIDJOURNEY_1) == Answer(200, golden("midjourney_account"))
    assert list(subscriber.midjourney) == ["1120000000000000001"]
    assert useapi.complaints == []


async def test_only_a_reset_clears_a_moderators_message(call: Caller, subscriber: Subscriber) -> None:
    add_midjourney(subscriber)
    account: dict[str, JSON] = {
        "discord": "discord-token-b",
        "server": "1130000000000000002",
        "channel": "1120000000000000002",
        "maxJobs": 15,
    }
    assert await call("POST", MIDJOURNEY_2, account) == Answer(204, b"")
    assert subscriber.midjourney["1120000000000000002"].pending_mod_message == NOTE
    assert await call("POST", f"{MIDJOURNEY_2}/reset") == Answer(204, b"")
    assert subscriber.midjourney["1120000000000000002"].pending_mod_message is None
    assert b"pendingModMessage" not in (await call("GET", MIDJOURNEY_2)).body


async def test_a_deleted_midjourney_account_is_gone(call: Caller, subscriber: Subscriber) -> None:
    add_midjourney(subscriber)
    assert await call("DELETE", MIDJOURNEY_1) == Answer(204, b"")
    assert list(subscriber.midjourney) == ["1120000000000000002"]


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({"discord": None}, "400_discord_missing"),
        ({"server": None}, "400_server_missing"),
        ({"server": "my-server"}, "400_server_invalid"),
        ({"channel": None}, "400_channel_missing"),
        ({"channel": "1234567890123456"}, "400_channel_invalid"),
        ({"channel": "1120000000000000009"}, "400_midjourney_channel_mismatch"),
        ({"maxJobs": None}, "400_max_jobs_missing"),
        ({"maxJobs": 0}, "400_max_jobs_missing"),
        ({"maxJobs": 16}, "400_midjourney_max_jobs_exceeded"),
        ({"discord": "discord-token-b"}, "400_midjourney_same_discord"),
        ({"server": "1130000000000000002"}, "400_midjourney_same_server"),
    ],
)
async def test_a_wrong_field_of_a_midjourney_account_is_named(
    call: Caller, subscriber: Subscriber, change: dict[str, JSON], text: str
) -> None:
    add_midjourney(subscriber)
    assert await call("POST", MIDJOURNEY_1, changed(MIDJOURNEY_FIELDS, change)) == refusal(text)
    assert subscriber.midjourney["1120000000000000001"].server == "1130000000000000001"


async def test_the_fields_of_a_midjourney_account_are_checked_in_the_order_of_the_page(
    call: Caller, subscriber: Subscriber
) -> None:
    add_midjourney(subscriber)
    fields: dict[str, JSON] = {}
    for name, value, text in [
        ("discord", "discord-token-b", "400_discord_missing"),
        ("server", "my-server", "400_server_missing"),
        ("server", "1130000000000000002", "400_server_invalid"),
        ("channel", "1234567890123456", "400_channel_missing"),
        ("channel", "1120000000000000009", "400_channel_invalid"),
        ("channel", "1120000000000000001", "400_midjourney_channel_mismatch"),
        ("maxJobs", 16, "400_max_jobs_missing"),
        ("maxJobs", 15, "400_midjourney_max_jobs_exceeded"),
        ("discord", "discord-token-a", "400_midjourney_same_discord"),
        ("server", "1130000000000000001", "400_midjourney_same_server"),
    ]:
        assert await call("POST", MIDJOURNEY_1, fields) == refusal(text)
        fields[name] = value
    assert await call("POST", MIDJOURNEY_1, fields) == Answer(204, b"")


@pytest.mark.usefixtures("subscriber")
async def test_a_token_alone_finds_its_direct_messages(call: Caller, useapi: Useapi) -> None:
    useapi.direct_messages["discord-token-c"] = "1120000000000000003"
    created = await call("POST", MIDJOURNEY, {"discord": "discord-token-c"})
    assert created == Answer(201, golden("midjourney_account_direct"))
    assert await call("GET", MIDJOURNEY) == Answer(200, golden("midjourney_accounts_direct"))
    assert useapi.complaints == []


async def test_a_token_sent_again_updates_its_account(
    call: Caller, subscriber: Subscriber, useapi: Useapi
) -> None:
    useapi.direct_messages["discord-token-c"] = "1120000000000000003"
    await call("POST", MIDJOURNEY, {"discord": "discord-token-c", "maxJobs": 15})
    assert subscriber.midjourney["1120000000000000003"].max_jobs == 15
    updated = await call("POST", MIDJOURNEY, {"discord": "discord-token-c"})
    assert updated == Answer(200, golden("midjourney_account_direct"))


async def test_each_token_gets_direct_messages_of_its_own(call: Caller, subscriber: Subscriber) -> None:
    for token in ("discord-token-c", "discord-token-d"):
        assert (await call("POST", MIDJOURNEY, {"discord": token})).status == 201
    assert list(subscriber.midjourney) == ["1100000000000000000", "1100000000000000001"]


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        ({}, "400_discord_missing"),
        ({"discord": "discord-token-c", "maxJobs": 0}, "400_max_jobs_missing"),
        ({"discord": "discord-token-c", "maxJobs": 16}, "400_midjourney_max_jobs_exceeded"),
        ({"discord": "discord-token-b"}, "400_midjourney_same_discord"),
        ({"discord": "discord-token-without-bot"}, "400_midjourney_bot_not_configured"),
    ],
)
async def test_a_token_that_cannot_be_used_is_refused(
    call: Caller, subscriber: Subscriber, useapi: Useapi, fields: dict[str, JSON], text: str
) -> None:
    add_midjourney(subscriber)
    useapi.without_midjourney.add("discord-token-without-bot")
    assert await call("POST", MIDJOURNEY, fields) == refusal(text)
    assert len(subscriber.midjourney) == 2


async def test_a_fourth_midjourney_account_needs_a_second_subscription(
    call: Caller, subscriber: Subscriber
) -> None:
    add_midjourney(subscriber)
    assert (await call("POST", MIDJOURNEY, {"discord": "discord-token-c"})).status == 201
    fourth: dict[str, JSON] = {"discord": "discord-token-d"}
    assert await call("POST", MIDJOURNEY, fourth) == refusal("402_quantity_exceeded")
    assert (await call("POST", MIDJOURNEY, {"discord": "discord-token-c"})).status == 200
    subscriber.subscriptions = 2
    assert (await call("POST", MIDJOURNEY, fourth)).status == 201


async def test_an_expired_subscription_finds_no_direct_messages(call: Caller, useapi: Useapi) -> None:
    expired = useapi.subscribe(KEY, expired=True)
    fields: dict[str, JSON] = {"discord": "discord-token-c"}
    assert await call("POST", MIDJOURNEY, fields) == refusal("402_no_subscription")
    assert expired.midjourney == {}


async def test_an_expired_subscription_keeps_its_accounts(call: Caller, useapi: Useapi) -> None:
    add_pika(useapi.subscribe(KEY, expired=True))
    assert (await call("POST", PIKA_1, PIKA_FIELDS)).status == 204
    assert await call("GET", PIKA) == Answer(200, golden("pika_accounts"))


async def test_the_subscriber_sees_how_many_accounts_work(call: Caller, subscriber: Subscriber) -> None:
    add_pika(subscriber)
    add_midjourney(subscriber)
    assert await call("GET", "/v2/account") == Answer(200, golden("useapi_account"))


async def test_the_subscriber_sees_that_the_subscription_expired(call: Caller, useapi: Useapi) -> None:
    useapi.subscribe(KEY, expired=True)
    assert await call("GET", "/v2/account") == Answer(200, golden("useapi_account_expired"))


UPDATE: dict[str, JSON] = {"name": "Somebody else", "replyUrl": "https://example.com/reply?ind=3"}


@pytest.mark.usefixtures("subscriber")
async def test_an_update_of_the_subscriber_is_answered_with_the_account(call: Caller) -> None:
    assert await call("POST", "/v2/account", UPDATE) == Answer(200, golden("useapi_account_updated"))


@pytest.mark.usefixtures("subscriber")
async def test_an_update_of_the_subscriber_can_be_answered_with_nothing(call: Caller, useapi: Useapi) -> None:
    useapi.account_update_has_body = False
    assert await call("POST", "/v2/account", UPDATE) == Answer(204, b"")
    assert await call("GET", "/v2/account") == Answer(200, golden("useapi_account_updated"))


async def test_an_update_changes_only_what_it_names(call: Caller, subscriber: Subscriber) -> None:
    await call("POST", "/v2/account", UPDATE)
    await call("POST", "/v2/account", {"name": "Someone"})
    assert (subscriber.name, subscriber.reply_url) == ("Someone", "https://example.com/reply?ind=3")
    await call("POST", "/v2/account", {"replyUrl": ""})
    assert (subscriber.name, subscriber.reply_url) == ("Someone", None)


async def test_a_callback_address_has_at_most_1024_characters(call: Caller, subscriber: Subscriber) -> None:
    longest = "https://example.com/".ljust(1024, "x")
    assert (await call("POST", "/v2/account", {"replyUrl": longest})).status == 200
    assert await call("POST", "/v2/account", {"replyUrl": longest + "x"}) == refusal("400_reply_url_too_long")
    assert subscriber.reply_url == longest
