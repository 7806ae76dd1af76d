"""Pika and Midjourney of useapi.net: accounts, by the vendor's own bodies and by its emulator."""

import pickle
from collections.abc import AsyncGenerator, Mapping

import pytest
from pydantic import SecretStr

from bot.api.midjourney import MidjourneyAccount, MidjourneyClient
from bot.api.pika import PikaAccount, PikaClient
from bot.api.useapi import Account
from bot.errors import (
    NotFound,
    RateLimited,
    Rejected,
    Unauthorised,
    Unexpected,
)
from bot.sandbox.upstream import JSON
from bot.sandbox.useapi import MidjourneyAccount as Emulated
from bot.sandbox.useapi import Subscriber, Useapi
from tests.api.desk import Desk, golden

KEY = "user:12345-abcdefghi"
DISCORD = SecretStr("discord-token-a")
PIKA_1, MIDJOURNEY_1 = "1110000000000000001", "1120000000000000001"
MIDJOURNEY_2, SERVER_1 = "1120000000000000002", "1130000000000000001"


@pytest.fixture
def pika(desk: Desk) -> PikaClient:
    return PikaClient(desk.transport(), SecretStr(KEY))


@pytest.fixture
def midjourney(desk: Desk) -> MidjourneyClient:
    return MidjourneyClient(desk.transport(), SecretStr(KEY))


@pytest.fixture
async def useapi() -> AsyncGenerator[Useapi]:
    async with Useapi() as running:
        yield running
        assert running.complaints == []


@pytest.fixture
def subscriber(useapi: Useapi) -> Subscriber:
    return useapi.subscribe(KEY)


def says(desk: Desk, name: str) -> None:
    desk.shop.fail(status=200, body=golden("useapi", name))


def has_no_token(account: Account) -> bool:
    shown = f"{account!r} {account} {account.model_dump()} {account.model_dump_json()} {vars(account)}"
    return "discord" not in shown and b"discord-token" not in pickle.dumps(account)


async def test_pikas_accounts_are_read_by_channel(desk: Desk, pika: PikaClient) -> None:
    says(desk, "pika_accounts")
    accounts = await pika.accounts()
    assert {channel: account.max_jobs for channel, account in accounts.items()} == {
        PIKA_1: 10,
        "1110000000000000002": 1,
    }
    assert all(has_no_token(account) for account in accounts.values())


async def test_one_account_of_pika_is_read(desk: Desk, pika: PikaClient) -> None:
    says(desk, "pika_account")
    account = await pika.account(PIKA_1)
    assert account == PikaAccount.model_validate({"channel": PIKA_1, "maxJobs": 10})
    assert has_no_token(account)


async def test_midjourneys_accounts_are_read_by_channel(desk: Desk, midjourney: MidjourneyClient) -> None:
    says(desk, "midjourney_accounts")
    accounts = await midjourney.accounts()
    assert accounts[MIDJOURNEY_1].pending_mod_message is None
    assert (accounts[MIDJOURNEY_2].pending_mod_message or "").startswith("Pending mod message")
    assert all(has_no_token(account) for account in accounts.values())


@pytest.mark.parametrize(
    ("name", "channel", "server", "max_jobs", "notice"),
    [
        ("midjourney_account", MIDJOURNEY_1, SERVER_1, 3, False),
        ("midjourney_account_pending", MIDJOURNEY_2, "1130000000000000002", 15, True),
        ("midjourney_account_direct", "1120000000000000003", None, 3, False),
    ],
)
async def test_one_account_of_midjourney_is_read(
    desk: Desk,
    midjourney: MidjourneyClient,
    name: str,
    channel: str,
    server: str | None,
    max_jobs: int,
    notice: bool,
) -> None:
    says(desk, name)
    account = await midjourney.account(channel)
    assert (account.channel, account.server, account.max_jobs) == (channel, server, max_jobs)
    assert (account.pending_mod_message is not None) is notice
    assert has_no_token(account)


@pytest.mark.parametrize("nothing", [{}, {"maxJobs": None, "server": None, "pendingModMessage": None}])
async def test_what_may_be_missing_may_be_null_too(
    desk: Desk, midjourney: MidjourneyClient, nothing: Mapping[str, None]
) -> None:
    desk.shop.refuse_with(200, {"channel": "1", "new": {"discord": "discord-token-a"}, **nothing})
    account = await midjourney.account("1")
    assert account == MidjourneyAccount(channel="1")
    assert has_no_token(account)


@pytest.mark.parametrize(
    ("body", "where"),
    [
        ({"1": {"maxJobs": 1}}, "*.channel"),
        ({"1": {"channel": "1", "maxJobs": "discord-token-a"}}, "*.maxJobs"),
        (["discord-token-a"], "the body"),
    ],
)
async def test_accounts_of_another_shape_are_unexpected(
    desk: Desk, pika: PikaClient, body: JSON, where: str
) -> None:
    desk.shop.refuse_with(200, body)
    with pytest.raises(Unexpected) as caught:
        await pika.accounts()
    assert caught.value.where == where
    assert "discord-token-a" not in f"{caught.value!r} {caught.value}"


async def test_no_account_at_all_is_an_empty_list(desk: Desk, pika: PikaClient) -> None:
    desk.shop.fail(status=404)
    assert await pika.accounts() == {}


async def test_a_list_is_awaited_no_longer_than_was_asked_for(desk: Desk) -> None:
    for client in (PikaClient, MidjourneyClient):
        desk.shop.fail(status=429, headers={"Retry-After": "3"})
        with pytest.raises(RateLimited):
            await client(desk.transport(), SecretStr(KEY)).accounts(deadline=2.0)


async def test_an_account_lives_from_its_registration_to_its_removal(
    desk: Desk, useapi: Useapi, subscriber: Subscriber
) -> None:
    pika = PikaClient(desk.transport(useapi.url), SecretStr(KEY))
    assert await pika.accounts() == {}
    await pika.register(PIKA_1, DISCORD, 5)
    await pika.register(PIKA_1, DISCORD, 10)
    assert subscriber.pika[PIKA_1].discord == "discord-token-a"
    assert await pika.accounts() == {PIKA_1: await pika.account(PIKA_1)}
    await pika.remove(PIKA_1)
    for gone in (pika.account(PIKA_1), pika.remove(PIKA_1)):
        with pytest.raises(NotFound):
            await gone
    first = useapi.requests[1]
    assert first.headers["authorization"] == f"Bearer {KEY}"
    assert first.json == {"discord": "discord-token-a", "channel": PIKA_1, "maxJobs": 5}
    assert useapi.count("POST", f"/v1/pika/account/{PIKA_1}") == 2


async def test_a_notice_of_midjourney_is_cleared_by_a_reset(
    desk: Desk, useapi: Useapi, subscriber: Subscriber
) -> None:
    midjourney = MidjourneyClient(desk.transport(useapi.url), SecretStr(KEY))
    await midjourney.register(MIDJOURNEY_1, SERVER_1, DISCORD, 3)
    subscriber.midjourney[MIDJOURNEY_1].pending_mod_message = "Acknowledge it."
    assert (await midjourney.account(MIDJOURNEY_1)).pending_mod_message == "Acknowledge it."
    await midjourney.reset(MIDJOURNEY_1)
    assert (await midjourney.accounts())[MIDJOURNEY_1].pending_mod_message is None
    await midjourney.remove(MIDJOURNEY_1)
    with pytest.raises(NotFound):
        await midjourney.reset(MIDJOURNEY_1)


async def test_what_the_vendor_refuses_is_refused(desk: Desk, useapi: Useapi, subscriber: Subscriber) -> None:
    midjourney = MidjourneyClient(desk.transport(useapi.url), SecretStr(KEY))
    subscriber.midjourney[MIDJOURNEY_2] = Emulated(MIDJOURNEY_2, SERVER_1, "discord-token-b", 3)
    for server, token, jobs in (
        ("x", "a-token", 3),
        (SERVER_1, "a-token", 3),
        ("1" * 18, "discord-token-b", 3),
    ):
        with pytest.raises(Rejected):
            await midjourney.register(MIDJOURNEY_1, server, SecretStr(token), jobs)
    with pytest.raises(Unauthorised):
        await MidjourneyClient(desk.transport(useapi.url), SecretStr("user:1-other")).accounts()
