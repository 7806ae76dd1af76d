"""People whose interaction was taken and whose worker died are told so, by whoever comes next."""

from __future__ import annotations

import time

import aiohttp
from discord.http import Route
from pydantic import SecretStr

from benchmarks import events
from benchmarks.answers import Answer
from benchmarks.faults import Fault
from benchmarks.loopback import LoopbackDiscord
from benchmarks.posting import NotTaken, Poster
from bot.answering import CUT_OFF
from bot.app import App
from bot.crypto import Place
from bot.jobs.owing import Owing
from bot.sandbox import Sandbox
from bot.sandbox.upstream import Trouble
from bot.settings import Settings
from bot.storage.leases import LEASE_SECONDS
from bot.storage.owed import OwedAnswers
from bot.storage.seals import OWED
from bot.vault import open_vault
from tests.databases import FULL, Outside
from tests.processes import PATIENCE
from tests.served import app_at, posted_to, taking
from tests.storage.samples import Clock

IDS = "SELECT id FROM owed_answers"


async def look(app: App) -> None:
    """Let the next worker look once at what is left of all others."""
    keyring = await open_vault(app.settings, app.database)
    following = Owing(app, app.database, keyring, clock=app.clock)
    await following.rows.take_over()
    await following.turn()
    await following.close(PATIENCE)


async def begun(discord: LoopbackDiscord, app: App, system: str) -> Answer:
    """Return a look at a system that never ends, written down as the endpoint does after two seconds."""
    answer = await discord.slash("pluralkit system", {"ref": system}, until="first")
    settled = await app.answering.settle(answer.id, 0)
    assert settled is not None
    assert (settled.is_open, settled.is_acknowledged) == (True, True)
    await app.owing.write_down(settled)
    # This worker does nothing more about it, as if it had died.
    app.owing.loop.cancel()
    app.owing._held.clear()  # pyright: ignore[reportPrivateUsage] - nobody else would have it forget
    settled.task.cancel()
    return answer


async def test_whoever_waits_for_a_worker_that_died_is_told(
    settings: Settings, sandbox: Sandbox, outside: Outside, log_lines: list[str]
) -> None:
    seeds = sandbox.seed()
    sandbox.pluralkit.fail(Trouble.SLOW, times=None, seconds=60)
    async with LoopbackDiscord() as discord:
        app = app_at(discord, settings)
        async with taking(app, discord) as port:
            await posted_to(discord, port)
            waits = await begun(discord, app, seeds.pluralkit_system)
            knows = await begun(discord, app, seeds.pluralkit_system)
            expired = await begun(discord, app, seeds.pluralkit_system)
            token = waits.interaction["token"]
            assert token.encode() not in b"".join(
                row[0] for row in outside.execute("SELECT sealed FROM owed_answers")
            )
            # One was shown something before its worker died, and the token of another is over.
            await app.http.request(_shown(knows), json={"content": "half of it"})
            expired.expired = True
            discord.faults.append(Fault("status", "GET", "*/messages/@original", status=503))
            await look(app)
            await look(app)
            assert outside.execute(IDS) == []
            assert CUT_OFF in waits.text
            assert not waits.loading
            assert [CUT_OFF in str(deed.body) for deed in knows.followups] == [True]
            assert CUT_OFF not in expired.text
    assert not [line for line in log_lines if token in line]


async def test_what_another_worker_acknowledged_is_left_to_it_and_told_where_that_one_died(
    settings: Settings, sandbox: Sandbox, outside: Outside
) -> None:
    seeds = sandbox.seed()
    async with LoopbackDiscord() as discord:
        app = app_at(discord, settings)
        async with taking(app, discord) as port:
            await posted_to(discord, port)
            dies = await acknowledged(discord, seeds.pluralkit_system)
            lives = await acknowledged(discord, seeds.pluralkit_system)
            refused = await acknowledged(discord, None)
            assert [(await repeated(discord, answer)) for answer in (dies, lives, refused)] == [202] * 3
            assert len(outside.execute(IDS)) == 3
            await app.http.request(_shown(lives), json={"content": "all of it"})
            await look(app)
            assert outside.execute(IDS) == []
            assert [CUT_OFF in each.text for each in (dies, refused)] == [True, True]
            assert lives.text == "all of it"
            # Where Discord's own word on it is lost, it is not said to be taken: another worker has a look.
            discord.faults.append(Fault("lost", "POST", "*/callback", times=2))
            assert await repeated(discord, begin(discord, seeds.pluralkit_system)) == 503
            # Nor where it cannot be written down.
            outside.refuse("INSERT", "owed_answers", FULL)
            assert await repeated(discord, await acknowledged(discord, seeds.pluralkit_system)) == 503
            outside.permit("owed_answers")


async def test_whoever_lives_keeps_what_it_has_however_long_discord_takes_and_is_given_time_after_trouble(
    settings: Settings, outside: Outside
) -> None:
    async with LoopbackDiscord() as discord:
        app, clock = app_at(discord, settings), Clock()
        async with taking(app, discord) as port:
            await posted_to(discord, port)
            keyring = await open_vault(app.settings, app.database)
            one = Owing(app, app.database, keyring, clock=clock)
            dead, other = (OwedAnswers(app.database, name, clock) for name in ("dead", "other"))
            await dead.owe(7, keyring.seal(SecretStr("gone"), Place(0, 7, OWED)), int(clock.now) + 800)
            clock.now += LEASE_SECONDS
            wait = Fault("status", "GET", "*/messages/@original", times=-1, status=429, seconds=PATIENCE)
            discord.faults.append(wait)
            for _ in range(3):
                assert await one.turn() < LEASE_SECONDS / 2
                clock.now += LEASE_SECONDS - 1
                assert await other.claim(1) == []
            assert outside.execute(IDS) == [(7,)]
            await one.close(0)
            discord.faults.clear()
            # Where this worker could not reach the database, the others could not say that they live.
            outside.refuse("UPDATE", "owed_answers", "something is wrong")
            clock.now += LEASE_SECONDS
            await one.turn()
            outside.permit("owed_answers")
            held = "SELECT lease_by FROM owed_answers"
            before = outside.execute(held)
            for seconds in (0, LEASE_SECONDS - 1):
                clock.now += seconds
                await one.turn()
                assert outside.execute(held) == before
            clock.now += 1
            await one.turn()
            await one.close(PATIENCE)
            assert outside.execute(IDS) == []


async def test_who_could_not_be_told_before_a_stop_is_told_by_the_next_worker(
    settings: Settings, sandbox: Sandbox, outside: Outside
) -> None:
    seeds = sandbox.seed()
    sandbox.pluralkit.fail(Trouble.SLOW, times=None, seconds=60)
    async with LoopbackDiscord() as discord:
        app = app_at(discord, settings)
        async with taking(app, discord) as port:
            await posted_to(discord, port)
            answer = await discord.slash("pluralkit system", {"ref": seeds.pluralkit_system}, until="first")
            settled = await app.answering.settle(answer.id, 0)
            assert settled is not None
            await app.owing.write_down(settled)
            discord.faults.append(Fault("status", "PATCH", "*/messages/@original", status=400))
            await app.answering.finish(0)
            await app.owing.close(PATIENCE)
            assert answer.loading
            await look(app)
            assert CUT_OFF in answer.text
            assert outside.execute(IDS) == []


def begin(discord: LoopbackDiscord, system: str | None) -> Answer:
    """Return an interaction that nobody heard of yet: a look at a system, or what is refused at once."""
    command, options = ("setup status", {}) if system is None else ("pluralkit system", {"ref": system})
    event = events.slash(discord.world, command, options)
    answer = Answer(event, time.monotonic())
    discord.answers.add(answer)
    return answer


async def acknowledged(discord: LoopbackDiscord, system: str | None) -> Answer:
    """Return an interaction to which another worker promised an answer."""
    answer = begin(discord, system)
    event = answer.interaction
    url = f"{discord.api_url}/interactions/{event['id']}/{event['token']}/callback"
    promise = {"type": 5, "data": {"flags": 64}}
    async with aiohttp.ClientSession() as session, session.post(url, json=promise) as said:
        assert said.status == 204
    return answer


async def repeated(discord: LoopbackDiscord, answer: Answer) -> int:
    """Post an interaction as a proxy does that had no answer to it from another worker; return the status."""
    poster = Poster(discord.endpoints, discord.signer)
    try:
        return (await poster.post(answer.interaction)).status
    except NotTaken as refused:
        return refused.status
    finally:
        await poster.close()


def _shown(answer: Answer) -> Route:
    hook = f"/webhooks/{answer.interaction['application_id']}/{answer.interaction['token']}"
    return Route("PATCH", f"{hook}/messages/@original")
