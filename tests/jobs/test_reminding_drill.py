"""The bot is killed again and again while it reminds: each day is told once and recorded once."""

from __future__ import annotations

import logging
import random
from pathlib import Path

import pytest

from benchmarks.faults import Fault
from benchmarks.loopback import LoopbackDiscord
from bot.sandbox import Sandbox
from bot.storage.database import Database
from tests.jobs.almanac import Almanac
from tests.jobs.crowd import milling
from tests.jobs.habits import Habits
from tests.jobs.moments import Moments, grown
from tests.jobs.mortal import Mortal

pytestmark = pytest.mark.drill

KILLS = 25
EACH_TIME = 6
"""Reminders that have come due since the bot was killed."""
QUIET = 90.0
"""Seconds within which everything must be over once the bot is left alone."""
BUSY = "Done was pressed just now"

_log = logging.getLogger(__name__)


def mortal(folder: Path, discord: LoopbackDiscord, sandbox: Sandbox) -> Mortal:
    settings = {
        "DISCORD_TOKEN": discord.token,
        "DISCORD_API_URL": discord.api_url,
        "PIXELA_URL": sandbox.pixela.url,
        "SERVICES": "pixela",
    }
    return Mortal(folder, settings, discord)


def moments_of(habits: Habits, sandbox: Sandbox, chance: random.Random) -> Moments:
    """Kill at any moment, and right after a message is posted, Done is pressed and Pixela has recorded it."""
    posted = grown(lambda: len(habits.discord.messages()), by=lambda: chance.randint(1, EACH_TIME))
    pressed = grown(lambda: len(habits.answers))
    recorded = grown(lambda: sandbox.pixela.count("PUT", "*/add"))
    return Moments(chance, (None, posted, pressed, recorded), patience=6.0)


def tear_one_net_in_each_channel(discord: LoopbackDiscord) -> int:
    """Let the bot read nothing in the first channel; return the other one, whose nonces are to be forgotten.

    So of the two ways in which no message comes twice each is tried alone; in direct messages both hold.
    """
    first, second = (int(channel["id"]) for channel in discord.world.channels(discord.guild_ids[0]))
    refusal = Fault("status", "GET", f"/channels/{first}/messages", times=-1, status=403)
    discord.faults.append(refusal)
    return second


def forget_nonces(discord: LoopbackDiscord, channel_id: int) -> None:
    """Have it as if minutes had passed since the last message in a channel."""
    nonces = discord.world.nonces
    for key in [key for key in nonces if key[0] == channel_id]:
        del nonces[key]


async def wish(bot: Mortal, habits: Habits, *, ahead: bool) -> None:
    """Write down what is due, as ``/pixela remind set`` does, while no bot runs."""
    database = await Database.open(f"sqlite+aiosqlite:///{bot.database}")
    await habits.wish(database, EACH_TIME, ahead=ahead)
    await database.close()


def due(habits: Habits) -> set[str]:
    """Return what was to be told of."""
    return {habit.mark for habit in habits.kept.values()}


def shown(habits: Habits) -> tuple[set[str], list[str]]:
    """Return of what members were told that it is recorded, and what else they were told."""
    done: set[str] = set()
    odd: list[str] = []
    for habit, answer in habits.answers:
        if "✅" in answer.text:
            done.add(habit.mark)
        elif answer.text and BUSY not in answer.text:
            odd.append(answer.text)
    return done, odd


def is_over(habits: Habits) -> bool:
    """Say whether all was told and recorded, or something else went wrong."""
    _, odd = shown(habits)
    return bool(odd) or (not habits.waiting() and set(habits.count_told()) >= due(habits))


def judge(bot: Mortal, habits: Habits, sandbox: Sandbox) -> Almanac:
    """Compare everything, and return what was counted."""
    answered, odd = shown(habits)
    almanac = Almanac(
        due=due(habits),
        told=habits.count_told(),
        pressed={habit.mark for habit, _ in habits.answers},
        answered=answered,
        recorded=habits.recorded(),
        odd=odd,
        rows=bot.rows("reminders"),
    )
    _log.info(
        "%d kills; %d reminders due, %d messages; %d presses, %d days answered, %d recorded",
        *(bot.kills, len(almanac.due), sum(almanac.told.values())),
        *(len(habits.answers), len(answered), len(almanac.recorded)),
    )
    _log.info(
        "%d messages sent, %d looks for one; %d calls to record",
        sum(call.method == "POST" and call.path.endswith("/messages") for call in habits.discord.requests),
        sum(call.method == "GET" and call.path.endswith("/messages") for call in habits.discord.requests),
        sandbox.pixela.count("PUT", "*/add"),
    )
    assert almanac.complaints() == []
    assert [line for life in bot.said for line in life.splitlines() if "Traceback" in line] == []
    assert habits.discord.unknown == []
    return almanac


async def test_every_reminder_is_told_once_and_recorded_once_whenever_the_process_is_killed(
    sandbox: Sandbox, tmp_path: Path, chance: random.Random
) -> None:
    async with LoopbackDiscord(channels=2) as discord:
        bot, habits = mortal(tmp_path, discord, sandbox), Habits(discord, sandbox.pixela, chance)
        moments = moments_of(habits, sandbox, chance)
        async with bot.alive():
            await discord.wait_ready()
            await habits.link()
        forgetful = tear_one_net_in_each_channel(discord)
        async with milling(habits.mill_about(pause=0.15) for _ in range(4)):
            while bot.kills < KILLS:
                await wish(bot, habits, ahead=bot.kills < KILLS // 2)
                await bot.live(moments.one(within=1.5, at_once=True), from_the_start=True)
                forget_nonces(discord, forgetful)

            await bot.live_until(lambda: is_over(habits), seconds=QUIET)
        almanac = judge(bot, habits, sandbox)
    assert len(almanac.answered) > 2 * KILLS
