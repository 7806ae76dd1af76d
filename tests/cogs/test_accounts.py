"""/accounts: registering the accounts that useapi.net drives, looking at them, removing them."""

from __future__ import annotations

import pytest
import simcord

from bot.sandbox import USEAPI_KEY
from bot.sandbox.upstream import JSON
from tests.stage import Stage, buttons, everything, fields, shown

TOKEN = "discord-token-of-that-account-0123456789"
"""Not of a shape that any filter would know for a secret."""
CHANNEL = "100000000000000031"
SERVER = "100000000000000030"
PIKA = "100000000000000011"
NOTICED = "100000000000000023"
NOTICE = "Your prompt was blocked by our filters. Please acknowledge the warning before you go on."


async def _register(stage: Stage, service: str, **options: object) -> simcord.InteractionResult:
    form = await stage.admin.slash(stage.channel, f"accounts {service} register", **options)
    return await stage.admin.submit_modal(form, {"discord_token": TOKEN})


def _posted(stage: Stage) -> list[JSON]:
    return [seen.json for seen in stage.sandbox.useapi.requests if seen.method == "POST"]


async def test_the_form_asks_for_the_token_and_warns_of_the_risk(stage: Stage) -> None:
    await stage.connect_useapi()
    form = await stage.admin.slash(stage.channel, "accounts pika register", channel=CHANNEL, max_jobs=3)
    assert fields(form) == ["discord_token"]
    assert form.modal is not None
    assert "against Discord's terms and can get it banned" in form.modal["components"][0]["content"]


async def test_a_pika_account_is_registered_with_exactly_its_fields(stage: Stage) -> None:
    await stage.connect_useapi()
    said = await _register(stage, "pika", channel=f" {CHANNEL} ", max_jobs=3)
    assert said.ephemeral
    assert shown(said).splitlines() == [
        "### Pika account",
        "✅ The account is registered.",
        f"**Channel** `{CHANNEL}`",
        "Jobs at once: 3",
    ]
    assert _posted(stage) == [{"discord": TOKEN, "channel": CHANNEL, "maxJobs": 3}]


async def test_a_midjourney_account_is_registered_with_its_server(stage: Stage) -> None:
    await stage.connect_useapi()
    said = shown(await _register(stage, "midjourney", channel=CHANNEL, server=SERVER, max_jobs=15))
    assert f"Server: `{SERVER}`" in said
    assert _posted(stage) == [{"discord": TOKEN, "channel": CHANNEL, "server": SERVER, "maxJobs": 15}]


async def test_a_known_channel_is_shown_as_an_update(stage: Stage) -> None:
    await stage.connect_useapi()
    said = shown(await _register(stage, "pika", channel=PIKA, max_jobs=1))
    assert "✅ The account was registered before and is updated." in said
    assert stage.sandbox.useapi.subscribers[USEAPI_KEY].pika[PIKA].max_jobs == 1


async def test_the_list_shows_channel_server_limit_and_notice(stage: Stage) -> None:
    await stage.connect_useapi()
    listed = await stage.admin.slash(stage.channel, "accounts midjourney list")
    assert listed.ephemeral
    assert shown(listed).splitlines() == [
        "### Midjourney accounts (2)",
        "**Channel** `100000000000000021`",
        "Server: `100000000000000020`",
        "Jobs at once: 3",
        f"**Channel** `{NOTICED}`",
        "Server: `100000000000000022`",
        "Jobs at once: 3",
        f"⚠️ **Needs attention:** {NOTICE}",
        "-# Acknowledge it in Discord as that user, then run `/accounts midjourney reset`.",
    ]


async def test_an_account_without_a_server_is_one_of_direct_messages(stage: Stage) -> None:
    await stage.connect_useapi()
    stage.sandbox.useapi.subscribers[USEAPI_KEY].midjourney[NOTICED].server = None
    shown_one = await stage.admin.slash(stage.channel, "accounts midjourney show", channel=NOTICED)
    assert "Direct messages" in shown(shown_one)


@pytest.mark.parametrize("body", [None, {"error": "not configured", "code": 404}])
@pytest.mark.parametrize("service", ["pika", "midjourney"])
async def test_no_account_at_all_says_how_to_register_one(stage: Stage, service: str, body: JSON) -> None:
    stage.sandbox.useapi.account_404_body = body
    stage.sandbox.useapi.subscribe("user:20002-empty")
    await stage.connect_useapi("user:20002-empty")
    said = shown(await stage.admin.slash(stage.channel, f"accounts {service} list"))
    assert said.endswith(f"None registered yet. Register one with `/accounts {service} register`.")


async def test_a_list_too_long_for_one_card_says_how_many_are_left_out(stage: Stage) -> None:
    await stage.connect_useapi()
    known = stage.sandbox.useapi.subscribers[USEAPI_KEY].pika
    for number in range(30):
        channel = f"2000000000000000{number:02}"
        known[channel] = type(known[PIKA])(channel, TOKEN, 1)
    said = shown(await stage.admin.slash(stage.channel, "accounts pika list"))
    assert said.count("**Channel**") == 17
    assert "14 more; `/accounts pika show` completes every channel." in said
    offered = await stage.admin.autocomplete(stage.channel, "accounts pika show", "channel", "")
    assert len(offered) == 25


async def test_one_account_is_shown(stage: Stage) -> None:
    await stage.connect_useapi()
    said = shown(await stage.admin.slash(stage.channel, "accounts pika show", channel=PIKA))
    assert said.splitlines() == ["### Pika account", f"**Channel** `{PIKA}`", "Jobs at once: 10"]


@pytest.mark.parametrize("name", ["pika show", "midjourney show", "midjourney reset"])
async def test_a_channel_that_is_not_registered_is_said_so(stage: Stage, name: str) -> None:
    await stage.connect_useapi()
    said = shown(await stage.admin.slash(stage.channel, f"accounts {name}", channel=CHANNEL))
    service = name.split(maxsplit=1)[0]
    assert said == (
        f"⚠️ Channel `{CHANNEL}` is not registered. `/accounts {service} list` shows the ones that are."
    )


@pytest.mark.parametrize("service", ["pika", "midjourney"])
async def test_removing_asks_and_then_removes(stage: Stage, service: str) -> None:
    await stage.connect_useapi()
    subscriber = stage.sandbox.useapi.subscribers[USEAPI_KEY]
    channel = PIKA if service == "pika" else NOTICED
    asked = await stage.admin.slash(stage.channel, f"accounts {service} remove", channel=channel)
    assert buttons(asked) == ["Remove it", "Keep it"]
    assert f"`{channel}`" in shown(asked)
    assert channel in {**subscriber.pika, **subscriber.midjourney}
    await stage.restart()
    assert asked.response is not None
    gone = await stage.admin.click(asked.response, label="Remove it")
    assert f"account on channel `{channel}` was removed" in shown(gone)
    assert buttons(gone) == []
    assert channel not in {**subscriber.pika, **subscriber.midjourney}


async def test_a_removal_that_went_through_is_said_so_even_if_nothing_works_after_it(stage: Stage) -> None:
    await stage.connect_useapi()
    asked = await stage.admin.slash(stage.channel, "accounts pika remove", channel=PIKA)
    stage.sandbox.useapi.fail(method="GET", status=500, times=None)
    assert asked.response is not None
    assert "was removed" in shown(await stage.admin.click(asked.response, label="Remove it"))


async def test_keeping_removes_nothing(stage: Stage) -> None:
    await stage.connect_useapi()
    asked = await stage.admin.slash(stage.channel, "accounts pika remove", channel=PIKA)
    assert asked.response is not None
    assert shown(await stage.admin.click(asked.response, label="Keep it")) == "Nothing was removed."
    assert stage.sandbox.useapi.count("DELETE", "*") == 0


async def test_removing_what_is_gone_already_is_said_so(stage: Stage) -> None:
    await stage.connect_useapi()
    asked = await stage.admin.slash(stage.channel, "accounts pika remove", channel=CHANNEL)
    assert asked.response is not None
    said = await stage.admin.click(asked.response, label="Remove it")
    assert f"Channel `{CHANNEL}` is not registered." in everything(said)


async def test_a_reset_clears_the_notice(stage: Stage) -> None:
    await stage.connect_useapi()
    said = await stage.admin.slash(stage.channel, "accounts midjourney reset", channel=NOTICED)
    assert "✅ The account was reset." in shown(said)
    shown_one = await stage.admin.slash(stage.channel, "accounts midjourney show", channel=NOTICED)
    assert "Needs attention" not in shown(shown_one)


async def test_no_discord_token_gets_anywhere_but_upstream(stage: Stage) -> None:
    await stage.connect_useapi()
    known = stage.sandbox.useapi.subscribers[USEAPI_KEY]
    answers = [
        await _register(stage, "pika", channel=CHANNEL, max_jobs=3),
        await stage.admin.slash(stage.channel, "accounts pika list"),
        await stage.admin.slash(stage.channel, "accounts midjourney list"),
        await stage.admin.slash(stage.channel, "accounts pika show", channel=CHANNEL),
    ]
    said = [everything(answer) for answer in answers]
    tokens = {account.discord for account in (*known.pika.values(), *known.midjourney.values())}
    assert TOKEN in tokens
    for token in tokens:
        assert token not in "\n".join(said)
        assert token not in "\n".join(stage.log)
        assert token.encode() not in stage.database_bytes()
        assert not [body for body in stage.sent() if token in str(body)]


async def test_a_reason_that_repeats_the_token_is_shown_without_it(stage: Stage) -> None:
    await stage.connect_useapi()
    reason = f"Required param discord ({TOKEN}) was refused for key {USEAPI_KEY}"
    stage.sandbox.useapi.refuse_with(400, {"error": reason, "code": 400}, method="POST")
    said = shown(await _register(stage, "pika", channel=CHANNEL, max_jobs=3))
    assert "useapi.net refused it, in its own words:" in said
    assert "Required param discord" in said
    assert TOKEN not in said
    assert USEAPI_KEY not in said
