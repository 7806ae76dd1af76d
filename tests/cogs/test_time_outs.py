"""Upstreams that never answer. SimCord's time stands still meanwhile, so this Discord is the loopback."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator
from contextlib import suppress
from dataclasses import replace

import discord.gateway
import discord.http
import pytest

from benchmarks.answers import Answer
from benchmarks.loopback import LoopbackDiscord
from bot.api.policy import Patience
from bot.api.transport import Pace, Timeouts
from bot.sandbox import PIXELA_TOKEN, PIXELA_USERNAME, USEAPI_KEY, Sandbox
from bot.sandbox.upstream import Trouble
from bot.settings import Settings
from tests.stage import make_app

PIKA = "100000000000000011"
MANAGER = 1 << 5
IMPATIENT = Pace(
    Patience(deadline=5.0, repeats=1, base=0.0, cap=0.0), Timeouts(connect=1.0, read=0.3, attempt=0.5)
)
HASTY = replace(IMPATIENT, patience=Patience(deadline=0.3, base=0.0, cap=0.0))


@pytest.fixture
def pace() -> Pace:
    """Return how patient the bot is."""
    return IMPATIENT


@pytest.fixture
async def loopback(settings: Settings, sandbox: Sandbox, pace: Pace) -> AsyncGenerator[LoopbackDiscord]:
    """Give a Discord on a port of its own with the real bot in it, and seeded upstreams."""
    route, gateway = discord.http.Route, discord.gateway.DiscordWebSocket
    before = route.BASE, gateway.DEFAULT_GATEWAY
    sandbox.seed()
    async with LoopbackDiscord() as server:
        app = make_app(settings.model_copy(update={"discord_api_url": server.api_url}), pace)
        running = asyncio.create_task(app.start(server.token))
        await server.wait_ready()
        yield server
        await app.close()
        with suppress(asyncio.CancelledError):
            await running
    # The app set them when it logged in.
    route.BASE, gateway.DEFAULT_GATEWAY = before


async def _connect(server: LoopbackDiscord) -> Answer:
    form = await server.slash("setup connect", {"service": "useapi"}, permissions=MANAGER)
    return await server.submit(form, {"key": USEAPI_KEY})


async def test_a_key_is_not_stored_while_upstream_hangs(loopback: LoopbackDiscord, sandbox: Sandbox) -> None:
    sandbox.useapi.fail(Trouble.HANG, times=None)
    said = (await _connect(loopback)).text
    assert "useapi.net cannot be reached right now." in said
    assert "The key could not be tried, so nothing was stored." in said
    panel = await loopback.slash("setup status", permissions=MANAGER)
    assert "⚪ Not connected." in panel.text


async def test_a_read_that_hangs_is_tried_again_and_then_said_so(
    loopback: LoopbackDiscord, sandbox: Sandbox
) -> None:
    await _connect(loopback)
    sandbox.useapi.fail(Trouble.HANG, times=1, path="/v1/*")
    listed = await loopback.slash("accounts pika list", permissions=MANAGER)
    assert f"`{PIKA}`" in listed.text
    sandbox.useapi.fail(Trouble.HANG, times=None, path="/v1/*")
    listed = await loopback.slash("accounts pika list", permissions=MANAGER)
    assert "useapi.net cannot be reached right now." in listed.text
    assert sandbox.useapi.count("GET", "/v1/*") == 2 + 2
    assert "Switchboard" in (await loopback.slash("about")).text


async def test_a_write_that_hangs_is_sent_once_and_said_so(
    loopback: LoopbackDiscord, sandbox: Sandbox
) -> None:
    await _connect(loopback)
    sandbox.useapi.fail(Trouble.HANG, method="POST", times=None)
    options = {"channel": PIKA, "max_jobs": 1}
    form = await loopback.slash("accounts pika register", options, permissions=MANAGER)
    said = await loopback.submit(form, {"discord_token": "discord-token-of-an-account"})
    assert "useapi.net did not confirm: it may have gone through or not." in said.text
    assert sandbox.useapi.count("POST", "*") == 1


async def test_a_user_whose_creation_hangs_is_created_once_and_the_token_is_handed_out(
    loopback: LoopbackDiscord, sandbox: Sandbox
) -> None:
    sandbox.pixela.fail(Trouble.HANG, method="POST", times=None)
    form = await loopback.slash("pixela user create", {"username": "ada"})
    said = await loopback.submit(form, {"token": "", "agree_terms": True, "not_minor": True})
    assert "It is not certain that the user was created" in said.text
    assert "**Your token**, shown this once:" in said.text
    assert sandbox.pixela.count("POST", "/v1/users") == 1


@pytest.mark.parametrize("pace", [HASTY])
async def test_what_is_turned_away_until_patience_ends_is_said_so(
    loopback: LoopbackDiscord, sandbox: Sandbox
) -> None:
    sandbox.pixela.reject_next = 1_000_000
    form = await loopback.slash("pixela user link", {"username": PIXELA_USERNAME})
    said = await loopback.submit(form, {"token": PIXELA_TOKEN})
    assert "Pixela is turning calls away right now. Try again in a minute." in said.text
    assert sandbox.pixela.count("GET", "*") > 3


@pytest.mark.parametrize("permissions", [0, MANAGER])
async def test_a_number_of_jobs_out_of_range_is_refused_over_the_wire_too(
    loopback: LoopbackDiscord, sandbox: Sandbox, permissions: int
) -> None:
    await _connect(loopback)
    options = {"channel": PIKA, "max_jobs": 11}
    said = await loopback.slash("accounts pika register", options, permissions=permissions)
    expected = "`max_jobs` is a whole number from 1 to 10." if permissions else "permission Manage Server"
    assert expected in said.text
    assert sandbox.useapi.count("GET", "/v1/*") == 0


async def _link_pluralkit(server: LoopbackDiscord, sandbox: Sandbox) -> None:
    harbour = sandbox.pluralkit.world.systems.find("hrbrht")
    assert harbour is not None
    form = await server.slash("pluralkit link")
    await server.submit(form, {"token": harbour.token})


@pytest.mark.parametrize("pace", [Pace()])
async def test_completions_and_forms_that_cannot_be_filled_in_time_are_given_up_before_discord_does(
    loopback: LoopbackDiscord, sandbox: Sandbox
) -> None:
    await _connect(loopback)
    await _link_pluralkit(loopback, sandbox)
    for upstream in (sandbox.useapi, sandbox.pluralkit):
        upstream.fail(Trouble.HANG, times=None)
    started = time.monotonic()
    forms = ("edit system", "edit member", "settings", "autoproxy")
    options = {"edit member": {"ref": "wren"}}
    opened = asyncio.gather(*(loopback.slash(f"pluralkit {name}", options.get(name)) for name in forms))
    completed = await asyncio.gather(
        loopback.autocomplete("accounts pika show", "channel", {"channel": "1"}, permissions=MANAGER),
        loopback.autocomplete("pluralkit switch move", "switch", {"switch": ""}),
        loopback.autocomplete("pluralkit switch set", "members", {"members": "tam, "}),
    )
    assert [list(offered.choices) for offered in completed] == [[], [], []]
    assert time.monotonic() - started < 2
    said = [answer.text for answer in await opened]
    assert time.monotonic() - started < 3
    slow = "PluralKit takes too long to fill the form in. Nothing was changed; try again in a moment."
    assert said == [f"⚠️ {slow}"] * len(forms)
    assert (await loopback.slash("pluralkit create member")).custom_ids[0] == "name"


async def test_a_switch_that_hangs_is_sent_once_and_said_so(
    loopback: LoopbackDiscord, sandbox: Sandbox
) -> None:
    await _link_pluralkit(loopback, sandbox)
    sandbox.pluralkit.fail(Trouble.HANG, method="POST", times=None)
    form = await loopback.slash("pluralkit create member")
    said = await asyncio.gather(
        loopback.slash("pluralkit switch set", {"members": "quay"}),
        loopback.submit(
            form, {"name": "Nova", "display_name": "", "pronouns": "", "color": "", "description": ""}
        ),
    )
    for answer in said:
        assert "PluralKit did not confirm: it may have gone through or not." in answer.text
    assert sandbox.pluralkit.count("POST", "*") == len(said)


async def test_members_that_hang_leave_the_completion_of_switches_with_their_ids(
    loopback: LoopbackDiscord, sandbox: Sandbox
) -> None:
    await _link_pluralkit(loopback, sandbox)
    sandbox.pluralkit.fail(Trouble.HANG, path="*/members", times=None)
    offered = await loopback.autocomplete("pluralkit switch move", "switch", {"switch": ""})
    assert offered.choices[0]["name"].endswith("ago: wrenq, tamoz")
