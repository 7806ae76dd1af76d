"""Several keys of one server: which one a job is made with, and whose accounts are which."""

from __future__ import annotations

import pytest

from bot.connections import Connections
from bot.sandbox import USEAPI_KEY
from bot.sandbox.upstream import Trouble
from bot.sandbox.useapi.subscriber import MidjourneyAccount, PikaAccount, Subscriber
from bot.services import Provider
from tests.bodies import check_bodies
from tests.cogs.making_scene import (
    GRID,
    MIDJOURNEY,
    NOTICED,
    PIKA,
    PROMPT,
    UNTIL_DONE,
    ask,
    connect,
    imagine,
    imagined,
    later,
    made,
    press,
    refusal,
    subscriber,
)
from tests.stage import Stage, buttons, everything, shown

BLUE_KEY = "user:20002-otherkey9b1c"
THIRD_KEY = "user:30003-thirdkey4d2e"
TOKEN = "discord-token-of-that-account-0123456789"
OTHER = "100000000000000025"
OTHER_PIKA = "100000000000000015"
UNKNOWN = "100000000000000404"
FULL = "⏳ Waiting for a free account: number {} in the queue."
GONE = "The key `main` of useapi.net that this belongs to was removed from this server."


async def connect_both(stage: Stage) -> Subscriber:
    """Connect the server with two keys, and return whom the vendor knows by the second one."""
    await connect(stage)
    blue = stage.sandbox.useapi.subscribe(BLUE_KEY)
    blue.midjourney[OTHER] = MidjourneyAccount(OTHER, None, "token-of-the-other", 1)
    blue.pika[OTHER_PIKA] = PikaAccount(OTHER_PIKA, "token-of-the-other", 1)
    assert "The key works and is stored. It is `blue`; the default is `main`." in await set_key(stage, "blue")
    return blue


async def set_key(stage: Stage, name: str, key: str = BLUE_KEY) -> str:
    form = await stage.admin.slash(stage.channel, "setup connect", service="useapi")
    return shown(await stage.admin.submit_modal(form, {"key": key, "name": name}))


def keys_of(stage: Stage) -> list[str]:
    """Return the keys with which the jobs were made, the oldest first."""
    return [job.subscriber.key for job in made(stage)]


def connections(stage: Stage) -> Connections:
    return stage.app.connections


async def manage(stage: Stage, command: str, **options: object) -> str:
    return shown(await ask(stage, command, stage.admin, **options))


async def test_the_form_says_what_is_wrong_with_a_name_and_stores_nothing(stage: Stage) -> None:
    assert "It is `main`, the default." in shown(await stage.connect_useapi())
    stage.sandbox.useapi.subscribe(BLUE_KEY)
    assert "without backticks" in await set_key(stage, "`blue`")
    assert "stored here already, under the name `main`" in await set_key(stage, "blue", USEAPI_KEY)
    assert "The key works and replaces the old one. It is `main`, the default." in await set_key(stage, " ")
    assert await stage.rows("SELECT name FROM credentials") == [("",)]
    assert await stage.rows("SELECT detail FROM audit WHERE action = 'connected'") == [("",), ("",)]


async def test_a_job_stays_with_its_key_when_another_becomes_the_default(stage: Stage) -> None:
    blue = await connect_both(stage)
    grid = await imagined(stage)
    running = await imagine(stage)
    await connections(stage).choose_useapi(stage.guild.id, stage.admin.id, "blue")
    await stage.restart()
    upscaled = await press(stage, grid, "U1")
    seed = await ask(stage, "midjourney seed", job=made(stage)[0].jobid)
    new = await imagine(stage, "a quay")
    for _ in range(2):
        await later(stage, UNTIL_DONE)
    assert buttons(running) == GRID == buttons(new)
    assert "[Custom Zoom]" in shown(upscaled)
    assert "seed" in shown(seed)
    assert keys_of(stage) == [*[USEAPI_KEY] * 4, BLUE_KEY]
    assert made(stage)[-1].subscriber is blue
    check_bodies(stage)


async def test_what_runs_with_a_key_that_is_removed_ends_with_a_sentence(stage: Stage) -> None:
    await connect_both(stage)
    grid = await imagined(stage)
    subscriber(stage).midjourney[MIDJOURNEY].max_jobs = 1
    running, waiting = await imagine(stage), await imagine(stage)
    await connections(stage).choose_useapi(stage.guild.id, stage.admin.id, "blue")
    await connections(stage).disconnect(stage.guild.id, stage.admin.id, Provider.USEAPI, "main")
    for _ in range(3):
        await later(stage, UNTIL_DONE)
    assert GONE in shown(running)
    assert GONE in shown(waiting)
    assert GONE in everything(await press(stage, grid, "U1"))
    again = await press(stage, running, "Send it again")
    await later(stage, UNTIL_DONE)
    assert buttons(again) == GRID
    assert keys_of(stage)[-1] == BLUE_KEY
    check_bodies(stage)


async def test_a_key_that_is_replaced_under_its_name_goes_on_with_what_runs(stage: Stage) -> None:
    blue = await connect_both(stage)
    said = await imagine(stage, channel=OTHER)
    stage.sandbox.useapi.subscribers[THIRD_KEY] = blue
    del stage.sandbox.useapi.subscribers[BLUE_KEY]
    assert "replaces the old one. It is `blue`" in await set_key(stage, "Blue", THIRD_KEY)
    await later(stage, UNTIL_DONE)
    assert buttons(said) == GRID
    check_bodies(stage)


async def test_a_lost_answer_is_looked_for_with_the_jobs_own_key(stage: Stage) -> None:
    await connect_both(stage)
    stage.sandbox.useapi.fail(Trouble.LOST, method="POST")
    lost = await imagine(stage, channel=OTHER)
    assert "The answer was lost." in shown(lost)
    for _ in range(5):
        await later(stage, 6)
    assert buttons(lost) == GRID
    assert keys_of(stage) == [BLUE_KEY]


async def test_an_account_of_another_key_is_offered_found_and_waited_for_by_itself(stage: Stage) -> None:
    blue = await connect_both(stage)
    blue.midjourney[OTHER].max_jobs = subscriber(stage).midjourney[MIDJOURNEY].max_jobs = 1
    offered = await stage.member.autocomplete(stage.channel, "midjourney imagine", "channel", "")
    assert [(choice["name"], choice["value"]) for choice in offered] == [
        (f"{MIDJOURNEY} · main", MIDJOURNEY),
        (f"{NOTICED} · main · needs attention", NOTICED),
        (f"{OTHER} · blue", OTHER),
    ]
    await imagine(stage)
    waiting = await imagine(stage)
    other = await imagine(stage, channel=OTHER)
    behind = await imagine(stage, channel=OTHER)
    assert FULL.format(1) in shown(waiting)
    assert "🛠️ Begun." in shown(other)
    assert FULL.format(1) in shown(behind)
    assert keys_of(stage) == [USEAPI_KEY, BLUE_KEY]
    none = await refusal(stage, "midjourney imagine", prompt=PROMPT, channel=UNKNOWN)
    assert none == f"No key of this server has an account on channel `{UNKNOWN}`. Pick one from the list."
    del stage.sandbox.useapi.subscribers[BLUE_KEY]
    refused = await imagine(stage, channel=UNKNOWN)
    assert "was refused by useapi.net" in shown(refused)
    check_bodies(stage)


async def test_a_job_from_elsewhere_is_found_with_the_key_that_knows_it(stage: Stage) -> None:
    await connect_both(stage)
    async with connections(stage).midjourney(stage.guild.id, "blue") as client:
        jobid = (await client.imagine("made elsewhere")).jobid
    await later(stage, UNTIL_DONE)
    seed = await ask(stage, "midjourney seed", job=jobid)
    await later(stage, UNTIL_DONE)
    assert "seed" in shown(seed)
    assert "not known" in await refusal(stage, "midjourney job", job="of-nobody")
    card = await ask(stage, "midjourney job", job=jobid)
    upscaled = await press(stage, card, "U1")
    await later(stage, UNTIL_DONE)
    assert "[Custom Zoom]" in shown(upscaled)
    assert keys_of(stage) == [BLUE_KEY] * 3
    check_bodies(stage)


async def test_the_accounts_of_every_key_are_listed_and_each_is_found(stage: Stage) -> None:
    blue = await connect_both(stage)
    listed = (await manage(stage, "accounts midjourney list")).splitlines()
    assert listed[0] == "### Midjourney accounts (3)"
    assert [line for line in listed if "Key" in line] == ["**Key `main`** (default)", "**Key `blue`**"]
    assert listed.index(f"**Channel** `{OTHER}`") == listed.index("**Key `blue`**") + 1
    assert "Key: `blue`" in await manage(stage, "accounts pika show", channel=OTHER_PIKA)
    blue.midjourney[OTHER].pending_mod_message = "a notice"
    await manage(stage, "accounts midjourney reset", channel=OTHER)
    assert blue.midjourney[OTHER].pending_mod_message is None
    await manage(stage, "midjourney remix", channel=OTHER)
    assert blue.midjourney[OTHER].remix
    assert "several Midjourney accounts" in await manage(stage, "midjourney info")
    asked = await ask(stage, "accounts pika remove", stage.admin, channel=OTHER_PIKA)
    assert "was removed" in shown(await press(stage, asked, "Remove it", stage.admin))
    assert (blue.pika, PIKA in subscriber(stage).pika) == ({}, True)
    assert "is not registered" in await manage(stage, "accounts pika show", channel=OTHER_PIKA)
    del stage.sandbox.useapi.subscribers[BLUE_KEY]
    assert "⚠️ The key was refused by useapi.net." in await manage(stage, "accounts pika list")
    assert "The key was refused" in await manage(stage, "accounts pika show", channel=OTHER_PIKA)
    assert "The key was refused" in await manage(stage, "midjourney info")
    rows = await stage.rows("SELECT actor_id, action, service, detail FROM audit ORDER BY id")
    assert rows[2:] == [
        (stage.admin.id, "reset", "midjourney", OTHER),
        (stage.admin.id, "removed", "pika", OTHER_PIKA),
    ]


async def test_an_account_is_registered_with_the_key_that_is_chosen(stage: Stage) -> None:
    blue = await connect_both(stage)
    offered = await stage.admin.autocomplete(stage.channel, "accounts pika register", "key", "")
    assert [(choice["name"], choice["value"]) for choice in offered] == [
        ("main (default)", "main"),
        ("blue", "blue"),
    ]
    said: list[str] = []
    for channel, key in ((UNKNOWN, {"key": "Blue"}), ("100000000000000405", {}), (OTHER_PIKA, {})):
        form = await ask(stage, "accounts pika register", stage.admin, channel=channel, max_jobs=3, **key)
        said.append(shown(await stage.admin.submit_modal(form, {"discord_token": TOKEN})))
    assert "✅ The account is registered." in said[0]
    assert "Key: `blue`" in said[0]
    assert "Key: `main`" in said[1]
    assert f"Channel `{OTHER_PIKA}` is registered with the key `blue`." in said[2]
    assert [*blue.pika] == [OTHER_PIKA, UNKNOWN]
    for typed in (BLUE_KEY, "red", "`"):
        refused = await refusal(
            stage, "accounts pika register", stage.admin, channel=UNKNOWN, max_jobs=3, key=typed
        )
        assert refused.startswith("No key of that name is connected here.")
        assert typed not in refused or typed == "`"
    rows = await stage.rows("SELECT action, detail FROM audit WHERE service = 'pika' ORDER BY id")
    assert rows == [("registered", UNKNOWN), ("registered", "100000000000000405")]
    stage.allow(stage.member, "accounts")
    assert await stage.member.autocomplete(stage.channel, "accounts pika register", "key", "") == []


@pytest.mark.parametrize("broken", ["blue", "main"])
async def test_every_key_is_tried_and_those_that_fail_are_named(stage: Stage, broken: str) -> None:
    await connect_both(stage)
    del stage.sandbox.useapi.subscribers[BLUE_KEY if broken == "blue" else USEAPI_KEY]
    lines = (await manage(stage, "setup test", service="useapi")).splitlines()
    assert [line[:1] for line in lines[1:3]] == (["✅", "⚠"] if broken == "blue" else ["⚠", "✅"])
    assert f"⚠️ `{broken}`" in "\n".join(lines)


async def test_a_key_is_not_shown_and_does_not_lie_in_clear(stage: Stage) -> None:
    await connect_both(stage)
    assert BLUE_KEY.encode() not in stage.database_bytes()
    assert not [line for line in stage.log if BLUE_KEY in line]
    assert not [body for body in stage.sent() if BLUE_KEY in str(body)]


async def test_disconnecting_names_every_key_that_goes(stage: Stage) -> None:
    await connect_both(stage)
    asked = await stage.admin.slash(stage.channel, "setup disconnect", service="useapi")
    assert "All 2 keys are removed from this server at once: `main`, `blue`." in shown(asked)
    assert buttons(asked) == ["Remove all keys", "Keep it"]
    assert asked.response is not None
    gone = await stage.admin.click(asked.response, label="Remove all keys")
    assert "All 2 keys of useapi.net were removed." in shown(gone)
