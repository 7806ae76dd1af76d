"""The bot is killed again and again while it works on jobs: each is made once and shown once."""

from __future__ import annotations

import asyncio
import logging
import random
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from benchmarks.loopback import LoopbackDiscord
from bot.sandbox import Sandbox
from bot.sandbox.useapi import MidjourneyAccount, PikaAccount
from tests.jobs.crowd import Crowd, milling
from tests.jobs.ledger import Ledger, finished_edits
from tests.jobs.moments import Moments, asked, grown
from tests.jobs.mortal import Mortal

pytestmark = pytest.mark.drill

KEY = "user:4711-killdrill"
KILLS = 50
FEW_KILLS = 10
SECONDS = 16.0
"""How long a job takes: nothing that the vendor makes is over within 15 seconds."""
QUIET = 90.0
"""Seconds within which everything must be over once the bot is left alone."""

_log = logging.getLogger(__name__)


def subscribe(sandbox: Sandbox, guilds: int, *, jobs: int) -> None:
    """Give each server a key of its own, with one account of Pika and two of Midjourney."""
    sandbox.useapi.take(SECONDS)
    for number in range(guilds):
        subscriber = sandbox.useapi.subscribe(f"{KEY}{number}")
        first = 100_000_000_000_000_000 + 10 * number
        subscriber.pika[str(first)] = PikaAccount(str(first), f"token-{first}", jobs)
        for channel in (first + 1, first + 2):
            token, server = f"token-{channel}", str(first + 3)
            subscriber.midjourney[str(channel)] = MidjourneyAccount(str(channel), server, token, jobs)


def mortal(folder: Path, discord: LoopbackDiscord, sandbox: Sandbox) -> Mortal:
    settings = {
        "DISCORD_TOKEN": discord.token,
        "DISCORD_API_URL": discord.api_url,
        "USEAPI_URL": sandbox.useapi.url,
        "MEDIA_HOSTS": urlsplit(sandbox.useapi.url).netloc,
        "SERVICES": "pika,midjourney",
        "JOB_POLL_SECONDS": "0.5",
    }
    return Mortal(folder, settings, discord)


def moments_of(discord: LoopbackDiscord, sandbox: Sandbox, chance: random.Random) -> Moments:
    """Kill at any moment, and right after a job is made, an end is shown and a member is answered."""
    useapi = sandbox.useapi
    submitted = grown(lambda: len(useapi.jobs))
    ended = asked(discord, lambda call: bool(call.files))
    answered = asked(discord, lambda call: call.path.endswith("/callback"))
    return Moments(chance, (None, submitted, ended, answered))


def judge(bot: Mortal, crowd: Crowd, discord: LoopbackDiscord, sandbox: Sandbox) -> Ledger:
    """Compare everything, and return what was counted."""
    ledger = Ledger.of(bot.rows("jobs"), crowd.answers, discord, sandbox.useapi)
    _log.info(
        "%d kills; %d interactions, %d answered, %d buttons; %d rows, %d jobs made, %d ends shown",
        *(bot.kills, len(crowd.answers), len(ledger.answered), len(crowd.pressed)),
        *(len(ledger.rows), sum(ledger.made.values()), sum(ledger.shown.values())),
    )
    _log.info(
        "%d looks for a lost answer, %d full queues met; %d edits to an end, %d messages posted",
        sum(sandbox.useapi.count("GET", path) for path in ("/v2/jobs", "/v1/pika/jobs")),
        sum(sandbox.useapi.count("POST", path) for path in ("/v2/jobs/*", "/v1/pika/*"))
        - len(sandbox.useapi.jobs),
        finished_edits(crowd.answers),
        sum(call.method == "POST" and call.path.endswith("/messages") for call in discord.requests),
    )
    _log.info("%d given up", len(ledger.given_up))
    assert ledger.complaints() == []
    # What was on its way upstream in two deaths is not sent a third time, and that must be rare.
    assert len(ledger.given_up) <= bot.kills // 10
    assert [line for life in bot.said for line in life.splitlines() if "Traceback" in line] == []
    assert discord.unknown == []
    return ledger


async def test_every_job_is_made_once_and_shown_once_whenever_the_process_is_killed(
    sandbox: Sandbox, tmp_path: Path, chance: random.Random
) -> None:
    guilds = 3
    subscribe(sandbox, guilds, jobs=4)
    async with LoopbackDiscord(guilds=guilds) as discord:
        bot, crowd = mortal(tmp_path, discord, sandbox), Crowd(discord, chance)
        moments = moments_of(discord, sandbox, chance)
        async with bot.alive():
            await discord.wait_ready()
            await crowd.connect(KEY)
        async with milling(crowd.mill_about(most=50, pause=0.5) for _ in range(4)):
            while bot.kills < KILLS:
                is_starting = chance.random() < 0.1
                await bot.live(moments.one(within=0.8), from_the_start=is_starting)
        await bot.live_until(bot.made_everything, seconds=QUIET)
        ledger = judge(bot, crowd, discord, sandbox)
    assert len(ledger.answered) > KILLS


@pytest.mark.parametrize("token_life", [2.0, SECONDS + 3])
async def test_what_comes_as_a_message_of_its_own_comes_once_whenever_the_process_is_killed(
    token_life: float, sandbox: Sandbox, tmp_path: Path, chance: random.Random
) -> None:
    """The right to change an answer ends before the job does, or about when it does."""
    jobs = 16
    subscribe(sandbox, 1, jobs=10)
    async with LoopbackDiscord(token_life=token_life) as discord:
        bot, crowd = mortal(tmp_path, discord, sandbox), Crowd(discord, chance)
        moments = moments_of(discord, sandbox, chance)
        async with bot.alive():
            await discord.wait_ready()
            await crowd.connect(KEY)
            for _ in range(jobs):
                await crowd.ask()
            await asyncio.sleep(SECONDS / 2)
        while not bot.made_everything() or bot.kills < FEW_KILLS:
            await bot.live(moments.one(within=0.3))
        await bot.live_until(bot.made_everything, seconds=QUIET)
        ledger = judge(bot, crowd, discord, sandbox)
        posted = [message for message in discord.messages() if message.get("nonce") in ledger.rows]
    assert len(ledger.answered) == jobs
    assert len(posted) == jobs or token_life > SECONDS
