"""Two workers on one database, to which interactions go in turn: what one begins the other goes on with."""

from __future__ import annotations

import asyncio
import base64
import re
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack
from urllib.parse import urlsplit

import pytest

from benchmarks.loopback import LoopbackDiscord
from bot.sandbox import PIXELA_USERNAME, Sandbox
from bot.sandbox.upstream import Trouble
from bot.settings import Settings
from tests.served import app_at, posted_to, taking

# The one without threads lets the whole process wait for a lock that the other bot has.
pytestmark = pytest.mark.parametrize("driver", [""], ids=["with threads"])
DAYS = 29
GRAPH = "reading"
HALT = re.compile(r"px:halt:[0-9a-f]{16}")


@pytest.fixture
async def workers(settings: Settings) -> AsyncGenerator[LoopbackDiscord]:
    """Give a Discord that posts to two bots in turn."""
    async with LoopbackDiscord() as made, AsyncExitStack() as stack:
        hosts = (urlsplit(made.api_url).netloc,)
        shared = settings.model_copy(update={"media_hosts": hosts})
        apps = [app_at(made, shared) for _ in range(2)]
        await posted_to(made, *[await stack.enter_async_context(taking(app, made)) for app in apps])
        yield made
        assert not made.unknown


async def test_what_one_worker_opened_the_other_goes_on_with(
    workers: LoopbackDiscord, sandbox: Sandbox
) -> None:
    seeds = sandbox.seed()
    form = await workers.slash("pluralkit link")
    assert "Harbour Lights" in (await workers.submit(form, {"token": seeds.pluralkit_token})).text
    form = await workers.slash("pluralkit create member")
    refused = await workers.submit(form, {"name": "Wick", "color": "red"})
    assert "Open it again" in str(refused.message)
    again = await workers.click(refused, "Open it again")
    assert "Wick" in str(again.modal)
    typed = {"name": "Wick", "color": "112233"}
    said = [sent.text for sent in await asyncio.gather(*(workers.submit(again, typed) for _ in range(2)))]
    assert sorted("The member was created" in each for each in said) == [False, True]
    assert sorted("sent already" in each or "has expired" in each for each in said) == [False, True]
    system = sandbox.pluralkit.world.systems.find(seeds.pluralkit_system)
    assert system is not None
    assert [member.name for member in system.members].count("Wick") == 1


async def test_an_import_is_one_at_a_time_and_either_worker_stops_it(
    workers: LoopbackDiscord, sandbox: Sandbox
) -> None:
    seeds = sandbox.seed()
    form = await workers.slash("pixela user link", {"username": PIXELA_USERNAME})
    await workers.submit(form, {"token": seeds.pixela_token})
    sandbox.pixela.fail(Trouble.SLOW, method="PUT", seconds=0.05, times=None)
    rows = "date,quantity\n" + "".join(f"2024-01-{day:02},{day}\n" for day in range(1, DAYS))
    data = base64.b64encode(rows.encode()).decode()
    options = {"file": {"filename": "walks.csv", "content_type": "text/csv", "data": data}, "graph": GRAPH}
    begun = await workers.slash("pixela import", options, until="first")
    async with asyncio.timeout(10):
        while not (keys := HALT.findall(str([deed.message for deed in begun.deeds]))):  # noqa: ASYNC110 - it is told by nobody
            await asyncio.sleep(0.01)
    assert "An import of yours is on its way." in (await workers.slash("pixela import", options)).text
    await workers.slash("about")  # so that whoever is not at the import gets what comes
    await workers.click(begun, keys[0], until="first")
    await begun.wait("final", 10)
    async with asyncio.timeout(10):
        while "Stopped." not in begun.text:  # noqa: ASYNC110 - likewise
            await asyncio.sleep(0.01)
    assert sandbox.pixela.count("PUT", f"*/graphs/{GRAPH}/2*") < DAYS - 1


async def test_a_stopwatch_is_stopped_once_whichever_workers_are_told_to(
    workers: LoopbackDiscord, sandbox: Sandbox
) -> None:
    seeds = sandbox.seed()
    form = await workers.slash("pixela user link", {"username": PIXELA_USERNAME})
    await workers.submit(form, {"token": seeds.pixela_token})
    running = await workers.slash("pixela stopwatch", {"graph": GRAPH})
    presses = await asyncio.gather(*(workers.click(running, "Stop") for _ in range(4)))
    assert sorted("pressed here already" in press.text for press in presses) == [False, True, True, True]
    assert sandbox.pixela.count("POST", "*/stopwatch") == 2
