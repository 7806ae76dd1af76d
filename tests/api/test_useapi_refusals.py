"""What useapi.net's refusals mean, for every call of Pika and Midjourney."""

import json
from collections.abc import Awaitable, Callable

import pytest
from pydantic import SecretStr

from bot.api.midjourney import MidjourneyClient
from bot.api.pika import PikaClient
from bot.api.policy import Reply
from bot.api.useapi import UseapiDialect
from bot.errors import (
    ApiError,
    Broken,
    Conflict,
    Forbidden,
    Moderated,
    NeedsAttention,
    NotFound,
    QueueFull,
    RateLimited,
    Rejected,
    Unauthorised,
    Uncertain,
)
from bot.sandbox.upstream import JSON
from tests.api.desk import Desk, golden

KEY = "user:12345-abcdefghi"
DISCORD = SecretStr("discord-token-a")
PIKA_1, MIDJOURNEY_1, SERVER_1 = "1110000000000000001", "1120000000000000001", "1130000000000000001"

REFUSALS = [
    "400_channel_invalid",
    "400_channel_missing",
    "400_discord_missing",
    "400_max_jobs_missing",
    "400_midjourney_bot_not_configured",
    "400_midjourney_channel_mismatch",
    "400_midjourney_max_jobs_exceeded",
    "400_midjourney_same_discord",
    "400_midjourney_same_server",
    "400_pika_channel_mismatch",
    "400_pika_max_jobs_exceeded",
    "400_pika_same_discord",
    "400_server_invalid",
    "400_server_missing",
    "402_no_subscription",
    "402_quantity_exceeded",
]
ROWS: list[tuple[int, JSON, type[ApiError]]] = [
    (401, {"error": "Unauthorized", "code": 401}, Unauthorised),
    (403, None, Forbidden),
    (404, None, NotFound),
    (404, {"error": "Not found", "code": 404}, NotFound),
    (409, {"error": "Button already executed by job", "jobid": "1-2", "code": 409}, Conflict),
    (410, None, Rejected),
    (422, {"error": "moderated", "jobid": "1-2", "status": "moderated", "code": 422}, Moderated),
    (429, {"error": "Query is full", "executingJobs": ["1-2", "3-4"], "code": 429}, QueueFull),
    (429, {"error": "Query is full", "executingJobs": [], "code": 429}, QueueFull),
    (429, {"error": "Discord is rate limiting", "code": 429}, RateLimited),
    (596, {"error": "Pending mod message", "code": 596}, NeedsAttention),
]
FAILURES = [500, 502, 503, 504]


def works(desk: Desk, kind: str) -> list[Callable[[], Awaitable[object]]]:
    """Return every call of a client: first the reads, then the writes."""
    pika = PikaClient(desk.transport(), SecretStr(KEY))
    midjourney = MidjourneyClient(desk.transport(), SecretStr(KEY))
    if kind == "reads":
        return [lambda: pika.account(PIKA_1), lambda: midjourney.account(MIDJOURNEY_1)]
    return [
        lambda: pika.register(PIKA_1, DISCORD, 10),
        lambda: pika.remove(PIKA_1),
        lambda: midjourney.register(MIDJOURNEY_1, SERVER_1, DISCORD, 3),
        lambda: midjourney.remove(MIDJOURNEY_1),
        lambda: midjourney.reset(MIDJOURNEY_1),
    ]


@pytest.mark.parametrize("kind", ["reads", "writes"])
@pytest.mark.parametrize("name", REFUSALS)
async def test_a_refusal_is_told_in_the_vendors_words(desk: Desk, kind: str, name: str) -> None:
    desk.shop.fail(status=int(name[:3]), body=golden("useapi", name), times=None)
    for work in works(desk, kind):
        with pytest.raises(Rejected) as caught:
            await work()
        assert caught.value.reason == json.loads(golden("useapi", name))["error"]
        assert caught.value.status == int(name[:3])


@pytest.mark.parametrize("kind", ["reads", "writes"])
@pytest.mark.parametrize(("status", "body", "error"), ROWS)
async def test_a_status_is_its_error_for_reads_and_writes_alike(
    desk: Desk, kind: str, status: int, body: JSON, error: type[ApiError]
) -> None:
    desk.shop.refuse_with(status, body, times=None)
    for work in works(desk, kind):
        with pytest.raises(error) as caught:
            await work()
        assert type(caught.value) is error
        assert caught.value.status == status


@pytest.mark.parametrize("status", FAILURES)
async def test_a_failure_breaks_a_read_and_leaves_a_write_uncertain(desk: Desk, status: int) -> None:
    desk.shop.refuse_with(status, {"error": "Job queued", "code": status}, times=None)
    for work in works(desk, "reads"):
        with pytest.raises(Broken):
            await work()
    desk.shop.requests.clear()
    for work in works(desk, "writes"):
        with pytest.raises(Uncertain):
            await work()
    assert len(desk.shop.requests) == len(works(desk, "writes"))


@pytest.mark.parametrize("kind", ["reads", "writes"])
async def test_a_refusal_may_come_with_the_status_of_a_success(desk: Desk, kind: str) -> None:
    desk.shop.fail(status=200, body=golden("useapi", "401_unauthorized"), times=None)
    for work in works(desk, kind):
        with pytest.raises(Unauthorised) as caught:
            await work()
        assert caught.value.status == 401


def test_no_refusal_of_useapi_promises_that_nothing_was_done() -> None:
    assert not UseapiDialect().never_executed(Reply(503, {}, b'{"isRejected":true}'))


async def test_a_full_queue_says_what_is_in_it(desk: Desk) -> None:
    desk.shop.refuse_with(429, {"error": "full", "executingJobs": ["1-2", 3], "code": 429})
    with pytest.raises(QueueFull) as caught:
        await works(desk, "reads")[0]()
    assert caught.value.executing == ("1-2", "3")


@pytest.mark.parametrize("echo", ["discord-token-a", KEY, f"Bearer {KEY}", "user%3A12345-abcdefghi"])
async def test_a_reason_does_not_give_back_what_was_secret(desk: Desk, echo: str) -> None:
    desk.shop.refuse_with(400, {"error": f"no {echo} here", "code": 400}, times=None)
    for work in works(desk, "writes")[:1]:
        with pytest.raises(Rejected) as caught:
            await work()
        assert caught.value.reason in {"no [secret] here", "no Bearer [secret] here"}
