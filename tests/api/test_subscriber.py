"""The vendor's own account, and accounts that are registered by a token alone."""

from collections.abc import Mapping

import pytest
from pydantic import SecretStr

from bot.api.midjourney import MidjourneyAccount, MidjourneyClient
from bot.api.subscriber import ServiceAccounts, Subscriber
from bot.errors import Rejected, Unauthorised, Uncertain, Unexpected
from bot.sandbox.upstream import JSON
from tests.api.desk import Desk, golden

KEY = "user:12345-abcdefghi"


@pytest.fixture
def midjourney(desk: Desk) -> MidjourneyClient:
    return MidjourneyClient(desk.transport(), SecretStr(KEY))


def says(desk: Desk, name: str, status: int = 200) -> None:
    desk.shop.fail(status=status, body=golden("useapi", name))


async def test_the_vendors_account_is_read(desk: Desk, midjourney: MidjourneyClient) -> None:
    says(desk, "useapi_account")
    account = await midjourney.subscriber()
    assert (account.email, account.name, account.sub) == ("someone@example.com", "Someone", "250405")
    assert account.subscription_is_active
    assert (account.subscriptions, account.max_accounts_per_api) == (1, 3)
    assert account.accounts == {
        "Midjourney API": ServiceAccounts(total=2, active=1, error=1),
        "Pika API": ServiceAccounts(total=2, active=2),
    }
    assert (account.reply_url, account.error) == (None, None)
    says(desk, "useapi_account_expired")
    assert (await midjourney.subscriber()).subscription_is_active is False
    assert [(seen.method, seen.path) for seen in desk.shop.requests] == [("GET", "/v2/account")] * 2
    assert desk.shop.requests[0].headers["authorization"] == f"Bearer {KEY}"


async def test_what_the_vendor_told_formerly_is_read_too(desk: Desk, midjourney: MidjourneyClient) -> None:
    desk.shop.refuse_with(200, {"email": "a@example.com", "verified": True, "sub": "240101"})
    account = await midjourney.subscriber()
    assert account == Subscriber(email="a@example.com", sub="240101")
    assert account.subscription_is_active is None


async def test_what_is_malformed_of_it_is_left_out(desk: Desk, midjourney: MidjourneyClient) -> None:
    desk.shop.refuse_with(200, {"name": 7, "subscriptionIsActive": [], "accounts": {"Pika API": 1}})
    assert await midjourney.subscriber() == Subscriber()
    desk.shop.refuse_with(200, [])
    with pytest.raises(Unexpected):
        await midjourney.subscriber()


async def test_whose_account_it_is_does_not_show(desk: Desk, midjourney: MidjourneyClient) -> None:
    says(desk, "useapi_account_updated")
    account = await midjourney.subscriber()
    assert account.reply_url == "https://example.com/reply?ind=3"
    assert not [word for word in ("example.com", "Somebody") if word in f"{account!r} {account}"]


@pytest.mark.parametrize(
    ("given", "sent"),
    [
        ({"name": "Somebody else"}, {"name": "Somebody else"}),
        ({"reply_url": "https://example.com/r"}, {"replyUrl": "https://example.com/r"}),
        ({"name": "a", "reply_url": ""}, {"name": "a", "replyUrl": ""}),
    ],
)
async def test_the_vendors_account_is_changed(
    desk: Desk, midjourney: MidjourneyClient, given: Mapping[str, str], sent: JSON
) -> None:
    says(desk, "useapi_account_updated")
    changed = await midjourney.update_subscriber(**given)
    assert changed is not None
    assert changed.name == "Somebody else"
    (seen,) = desk.shop.requests
    assert (seen.method, seen.path, seen.json) == ("POST", "/v2/account", sent)


@pytest.mark.parametrize(("status", "body"), [(204, None), (200, None), (200, []), (200, {})])
async def test_a_change_may_be_confirmed_without_a_word(
    desk: Desk, midjourney: MidjourneyClient, status: int, body: JSON
) -> None:
    desk.shop.refuse_with(status, body)
    assert await midjourney.update_subscriber(name="a") is None


async def test_a_change_that_is_refused_is_told_without_the_address(
    desk: Desk, midjourney: MidjourneyClient
) -> None:
    desk.shop.refuse_with(400, {"error": "https://example.com/r?s=hunter2 is too long", "code": 400})
    with pytest.raises(Rejected) as caught:
        await midjourney.update_subscriber(reply_url="https://example.com/r?s=hunter2")
    assert caught.value.reason == "[secret] is too long"
    says(desk, "401_unauthorized", 401)
    with pytest.raises(Unauthorised):
        await midjourney.update_subscriber()


@pytest.mark.parametrize("status", [200, 201])
async def test_an_account_is_registered_by_its_token_alone(
    desk: Desk, midjourney: MidjourneyClient, status: int
) -> None:
    says(desk, "midjourney_account_direct", status)
    account = await midjourney.register_direct(SecretStr("discord-token-c"), 3)
    assert account == MidjourneyAccount(channel="1120000000000000003", maxJobs=3)
    assert "discord-token-c" not in f"{account!r} {account.model_dump()}"
    (seen,) = desk.shop.requests
    assert (seen.method, seen.path) == ("POST", "/v2/account/midjourney")
    assert seen.json == {"discord": "discord-token-c", "maxJobs": 3}


async def test_a_token_is_registered_with_as_many_jobs_as_the_vendor_thinks_right(
    desk: Desk, midjourney: MidjourneyClient
) -> None:
    says(desk, "midjourney_account_direct")
    await midjourney.register_direct(SecretStr("discord-token-c"))
    assert desk.shop.requests[0].json == {"discord": "discord-token-c"}


async def test_a_token_that_is_refused_does_not_come_back(desk: Desk, midjourney: MidjourneyClient) -> None:
    desk.shop.refuse_with(400, {"error": "discord-token-c is odd", "code": 400})
    with pytest.raises(Rejected) as caught:
        await midjourney.register_direct(SecretStr("discord-token-c"))
    assert caught.value.reason == "[secret] is odd"
    desk.shop.refuse_with(200, {"discord": "discord-token-c"})
    with pytest.raises(Uncertain):
        await midjourney.register_direct(SecretStr("discord-token-c"))
