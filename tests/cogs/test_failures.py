"""What a person reads when an upstream is in trouble, and what is sent again and what is not."""

from __future__ import annotations

from typing import Any

import pytest
import simcord

from bot.sandbox import USEAPI_KEY
from bot.sandbox.upstream import Trouble
from tests.stage import Stage, shown

CHANNEL = "100000000000000031"
UNREACHABLE = "⚠️ useapi.net cannot be reached right now. Nothing was changed; try again in a few minutes."
IN_TROUBLE = "⚠️ useapi.net is in trouble and gave no answer that can be used. Try again in a few minutes."
TROUBLES: list[tuple[Trouble, dict[str, Any]]] = [
    (Trouble.STATUS, {"status": 500, "body": b"<h1>Internal Server Error</h1>"}),
    (Trouble.STATUS, {"status": 503}),
    # Never followed: it would carry the key along.
    (Trouble.STATUS, {"status": 302, "headers": {"Location": "http://127.0.0.1:9/elsewhere"}}),
    (Trouble.HTML, {}),
    (Trouble.TRUNCATED, {}),
    (Trouble.DROP, {}),
]


async def _list(stage: Stage) -> str:
    return shown(await stage.admin.slash(stage.channel, "accounts pika list"))


async def _register(stage: Stage) -> simcord.InteractionResult:
    form = await stage.admin.slash(stage.channel, "accounts pika register", channel=CHANNEL, max_jobs=3)
    return await stage.admin.submit_modal(form, {"discord_token": "discord-token-of-an-account"})


def _asked(stage: Stage, method: str) -> int:
    """Count the requests about Pika since the last look."""
    asked = sum(
        seen.method == method and seen.path.startswith("/v1/") for seen in stage.sandbox.useapi.requests
    )
    stage.sandbox.useapi.requests.clear()
    return asked


async def test_a_read_is_tried_again_and_the_person_notices_nothing(stage: Stage) -> None:
    await stage.connect_useapi()
    for trouble, details in TROUBLES:
        stage.sandbox.useapi.fail(trouble, times=2, **details)
        assert "### Pika accounts (1)" in await _list(stage)
        assert _asked(stage, "GET") == 3


async def test_a_read_that_fails_for_good_is_one_sentence_and_the_bot_goes_on(stage: Stage) -> None:
    await stage.connect_useapi()
    for trouble, details in TROUBLES:
        stage.sandbox.useapi.fail(trouble, times=None, **details)
        said = await _list(stage)
        assert said in {UNREACHABLE, IN_TROUBLE}
        assert (said == UNREACHABLE) == (trouble is Trouble.DROP)
        assert _asked(stage, "GET") == 4
        stage.sandbox.useapi.clear_faults()
        assert "### Pika accounts (1)" in await _list(stage)
        stage.sandbox.useapi.requests.clear()


async def test_a_write_of_unknown_outcome_is_sent_once_and_said_so(stage: Stage) -> None:
    await stage.connect_useapi()
    troubles = [trouble for trouble in TROUBLES if trouble[0] is not Trouble.TRUNCATED]
    for trouble, details in [*troubles, (Trouble.LOST, {})]:
        stage.sandbox.useapi.fail(trouble, method="POST", times=1, **details)
        said = await _register(stage)
        assert said.ephemeral
        assert "useapi.net did not confirm: it may have gone through or not." in shown(said)
        assert _asked(stage, "POST") == 1


async def test_an_answer_of_50_megabytes_is_given_up(stage: Stage) -> None:
    await stage.connect_useapi()
    stage.sandbox.useapi.fail(Trouble.HUGE, times=1)
    assert "### Pika accounts (1)" in await _list(stage)
    assert stage.sandbox.useapi.count("GET", "/v1/*") == 2


async def test_an_upstream_that_is_not_there_is_said_so_and_nothing_was_changed(stage: Stage) -> None:
    await stage.connect_useapi()
    await stage.sandbox.useapi.close()
    assert await _list(stage) == UNREACHABLE
    assert shown(await _register(stage)) == UNREACHABLE
    assert "🟢 Connected" in shown(await stage.admin.slash(stage.channel, "setup status"))


async def test_a_429_is_waited_out(stage: Stage) -> None:
    await stage.connect_useapi()
    stage.sandbox.useapi.fail(status=429, headers={"Retry-After": "0"}, times=5)
    assert "### Pika accounts (1)" in await _list(stage)


@pytest.mark.parametrize(("wait", "said"), [("60", "in 60 s"), ("600", "in 10 minutes")])
async def test_a_429_that_lasts_is_said_with_the_time(stage: Stage, wait: str, said: str) -> None:
    await stage.connect_useapi()
    stage.sandbox.useapi.fail(status=429, headers={"Retry-After": wait}, times=None)
    assert await _list(stage) == f"⚠️ useapi.net is turning calls away right now. Try again {said}."
    assert stage.sandbox.useapi.count("GET", "/v1/*") == 1


async def test_a_write_that_was_turned_away_with_429_is_sent_again(stage: Stage) -> None:
    await stage.connect_useapi()
    stage.sandbox.useapi.fail(method="POST", status=429, headers={"Retry-After": "0"}, times=2)
    assert "✅ The account is registered." in shown(await _register(stage))
    assert stage.sandbox.useapi.count("POST", "*") == 3


async def test_a_key_that_upstream_took_back_is_kept_marked_and_tried_again(stage: Stage) -> None:
    await stage.connect_useapi()
    subscriber = stage.sandbox.useapi.subscribers.pop(USEAPI_KEY)
    said = await _list(stage)
    assert said == (
        "⚠️ The key was refused by useapi.net. Somebody with the permission Manage Server replaces it with "
        "`/setup connect`."
    )
    panel = shown(await stage.admin.slash(stage.channel, "setup status"))
    assert "🔴 The key was refused: replace it" in panel
    assert "(the key was refused)" in panel
    stage.sandbox.useapi.subscribers[USEAPI_KEY] = subscriber
    assert "### Pika accounts (1)" in await _list(stage)
    assert "🟢 Connected" in shown(await stage.admin.slash(stage.channel, "setup status"))


async def test_a_reason_of_the_vendor_is_shown(stage: Stage) -> None:
    await stage.connect_useapi()
    stage.sandbox.useapi.subscribers[USEAPI_KEY].expired = True
    known = stage.sandbox.useapi.subscribers[USEAPI_KEY].pika
    known["100000000000000012"] = type(known["100000000000000011"])(
        "100000000000000012", "discord-token-of-an-account", 1
    )
    said = shown(await _register(stage))
    assert "useapi.net refused it, in its own words: “" in said
    assert "Channel 100000000000000012 configuration has same discord value" in said


async def test_an_answer_of_another_shape_is_said_without_what_it_held(stage: Stage) -> None:
    await stage.connect_useapi()
    body = b'{"100000000000000011": {"channel": ["strange"], "discord": "a-token", "maxJobs": "many"}}'
    stage.sandbox.useapi.fail(status=200, body=body, headers={"Content-Type": "application/json"}, times=None)
    said = await _list(stage)
    assert "is in trouble and gave no answer that can be used" in said
    assert not [line for line in stage.log if "a-token" in line or "strange" in line]


async def test_pluralkit_in_trouble_is_one_sentence_too(stage: Stage) -> None:
    for path in ("/v2/systems/*", "*/members", "*/fronters"):
        stage.sandbox.pluralkit.clear_faults()
        stage.sandbox.pluralkit.fail(Trouble.HTML, path=path, times=None)
        said = shown(await stage.member.slash(stage.channel, "pluralkit system"))
        assert said.startswith("⚠️ PluralKit ")
        assert len(said.splitlines()) == 1
