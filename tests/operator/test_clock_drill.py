"""The bot as a process whose clock is a day off and jumps back by an hour while it works."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from benchmarks.loopback import LoopbackDiscord
from bot.sandbox import Sandbox
from bot.sandbox.pixela import Design
from bot.sandbox.useapi import MidjourneyAccount, PikaAccount
from bot.storage.database import Database
from bot.storage.reminders import ReminderBook, Wish
from tests.jobs.crowd import MEMBERS, Crowd
from tests.jobs.ledger import Ledger
from tests.jobs.mortal import Mortal
from tests.processes import PATIENCE, run
from tests.wrong_clock import WrongClock

pytestmark = pytest.mark.drill

HOUR, DAY = 3600, 86_400
KEY = "user:4711-clockdrill"
WALKER, TOKEN = "walker", "token-of-a-walker"
PIKA, MIDJOURNEY = "100000000000000001", "100000000000000002"
JOBS, JOB_SECONDS, POLL_SECONDS = 3, 3.0, 0.5
AFTERWARDS = 1.5
"""Seconds in which something might be done once more."""
MOST_LOOKS = 40
"""How often the vendor may be asked about a job while it is made: a loop gone wild asks hundreds of times."""


@pytest.fixture
def clock(tmp_path: Path) -> WrongClock:
    return WrongClock(tmp_path)


async def test_the_doctor_sees_a_clock_that_is_a_day_off(clock: WrongClock, tmp_path: Path) -> None:
    clock.set(DAY)
    async with LoopbackDiscord() as discord:
        settings = {
            "DISCORD_API_URL": discord.api_url,
            "SERVICES": "pluralkit",
            "PLURALKIT_URL": "http://127.0.0.1:1",
        }
        end = await run(tmp_path, "doctor", DISCORD_TOKEN=discord.token, **settings, **clock.settings)
    (line,) = [line for line in end.out.splitlines() if " clock: " in line]
    assert line.startswith("warning  clock: 86,")
    assert "seconds ahead: reminders come at a wrong time" in line
    assert end.code == 0, end.out


async def test_jobs_and_reminders_go_on_once_each_while_the_clock_is_off_and_jumps(
    clock: WrongClock, sandbox: Sandbox, tmp_path: Path, chance: random.Random
) -> None:
    clock.set(DAY)
    account = sandbox.useapi.subscribe(f"{KEY}0")
    account.pika[PIKA] = PikaAccount(PIKA, "token-of-pika", JOBS)
    account.midjourney[MIDJOURNEY] = MidjourneyAccount(MIDJOURNEY, PIKA, "token-of-midjourney", JOBS)
    sandbox.useapi.take(JOB_SECONDS)
    async with LoopbackDiscord(patience=PATIENCE) as discord:
        bot = Mortal(tmp_path, settings_for(discord, sandbox) | clock.settings, discord)
        crowd = Crowd(discord, chance)

        async def begin() -> None:
            await crowd.connect(KEY)
            sandbox.pixela.add_user(WALKER, TOKEN)
            form = await discord.slash(
                "pixela user link", {"username": WALKER, "everywhere": True}, user_id=MEMBERS[0]
            )
            assert "Pixela is linked" in (await discord.submit(form, {"token": TOKEN})).text

        await spend(bot, begin)
        await wish(bot, discord, sandbox, due_at=int(clock.now()) // 60 * 60)

        async def work() -> None:
            for _ in range(JOBS):
                await crowd.ask()
            await until(lambda: len(sandbox.useapi.jobs) == JOBS)
            await until(lambda: told(discord) == 1)
            clock.set(DAY - HOUR)
            await until(bot.made_everything)
            await asyncio.sleep(AFTERWARDS)

        async def remind_of_the_next_day() -> None:
            await until(lambda: told(discord) == 2)
            clock.set(0)
            await asyncio.sleep(AFTERWARDS)

        await spend(bot, work)
        clock.set(2 * DAY)
        await spend(bot, remind_of_the_next_day)
        ledger = Ledger.of(bot.rows("jobs"), crowd.answers, discord, sandbox.useapi)
        assert ledger.complaints() == []
        assert len(ledger.answered) == JOBS
        assert {row["outcome"] for row in ledger.rows.values()} == {"completed"}
        assert told(discord) == 2
        for path in ("/v2/jobs/*", "/v1/pika/*"):
            assert sandbox.useapi.count("GET", path) <= JOBS * MOST_LOOKS
    assert not [line for life in bot.said for line in life.splitlines() if "Traceback" in line]


def settings_for(discord: LoopbackDiscord, sandbox: Sandbox) -> dict[str, str]:
    return {
        "DISCORD_TOKEN": discord.token,
        "DISCORD_API_URL": discord.api_url,
        "USEAPI_URL": sandbox.useapi.url,
        "PIXELA_URL": sandbox.pixela.url,
        "MEDIA_HOSTS": urlsplit(sandbox.useapi.url).netloc,
        "JOB_POLL_SECONDS": str(POLL_SECONDS),
    }


async def spend(bot: Mortal, doing: Callable[[], Awaitable[None]]) -> None:
    """Live for as long as something is done."""
    async with bot.alive():
        await bot.discord.wait_ready(timeout=PATIENCE)
        await doing()


async def until(is_reached: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not is_reached():  # noqa: ASYNC110 - what another process does tells nobody
            await asyncio.sleep(0.05)


def told(discord: LoopbackDiscord) -> int:
    """Count the reminders that were sent."""
    return sum("px:done:" in str(message["components"]) for message in discord.messages())


async def wish(bot: Mortal, discord: LoopbackDiscord, sandbox: Sandbox, *, due_at: int) -> None:
    """Write a daily reminder down while no bot runs, due next at a moment of the bot's clock."""
    (guild_id,) = discord.guild_ids
    moment, member = datetime.fromtimestamp(due_at, UTC), MEMBERS[0]
    sandbox.pixela.users[WALKER].add_graph("walks", "int", Design(name="Walks", timezone="UTC"))
    channel_id = int(discord.world.channels(guild_id)[0]["id"])
    minute = moment.hour * 60 + moment.minute
    wanted = Wish("0123456789ab", channel_id, "walks", "Walks", "1", minute, "UTC", next_at=due_at)
    database = await Database.open(f"sqlite+aiosqlite:///{bot.database}")
    await ReminderBook(database, guild_id, member).add(wanted)
    await database.close()
