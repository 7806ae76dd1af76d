"""PostgreSQL is restarted again and again while the bot is at work on it."""

from __future__ import annotations

import asyncio
import logging
import random
import signal
from collections.abc import AsyncGenerator, Generator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from sqlalchemy import select

from benchmarks.loopback import LoopbackDiscord
from bot.crypto import new_key
from bot.sandbox import Sandbox
from bot.storage.database import Database
from bot.storage.reminders import ReminderBook, Wish
from bot.storage.schema import jobs
from tests.jobs.crowd import MEMBERS, Crowd, milling
from tests.jobs.habits import Habit, Habits
from tests.jobs.ledger import Ledger
from tests.jobs.mortal import Mortal
from tests.jobs.test_kill_drill import KEY, subscribe
from tests.postgresql import MISSING, PostgreSQL, Stop, find_programs, served
from tests.processes import PATIENCE

pytestmark = pytest.mark.drill

TAKES = 15.1
"""Seconds that a job takes: nothing that the vendor makes is over within 15 seconds."""
RESTARTS = (Stop.FAST, Stop.IMMEDIATE, Stop.FAST, Stop.IMMEDIATE)
AWAY = 0.5
"""Seconds that it stays away."""
REMINDERS, STARTS, EVERY = 12, 2.5, 0.4
"""How many there are, and the seconds until the first is due and between two of them."""
REFUSED = "because the database cannot be reached"
DOUBTFUL = "it may have been done or not"

_log = logging.getLogger(__name__)


@pytest.fixture
def server() -> Generator[PostgreSQL]:
    """Give a PostgreSQL of this test's own."""
    programs = find_programs()
    if programs is None:
        pytest.skip(MISSING)
    with served(programs) as made:
        yield made


def settings_of(server: PostgreSQL, discord: LoopbackDiscord, sandbox: Sandbox) -> dict[str, str]:
    return {
        "DATABASE_URL": server.url,
        "ENCRYPTION_KEYS": new_key(),
        "DISCORD_TOKEN": discord.token,
        "DISCORD_API_URL": discord.api_url,
        "USEAPI_URL": sandbox.useapi.url,
        "PIXELA_URL": sandbox.pixela.url,
        "MEDIA_HOSTS": urlsplit(sandbox.useapi.url).netloc,
        "SERVICES": "pika,midjourney,pixela",
        "JOB_POLL_SECONDS": "0.3",
    }


@asynccontextmanager
async def opened(server: PostgreSQL) -> AsyncGenerator[Database]:
    """Give the database as another worker has it."""
    database = await Database.open(server.url)
    try:
        yield database
    finally:
        await database.close()


async def wish(server: PostgreSQL, habits: Habits) -> None:
    """Write reminders down that come due one after another once the bot runs."""
    (guild_id,) = habits.discord.guild_ids
    channel_id = int(habits.discord.world.channels(guild_id)[0]["id"])
    async with opened(server) as database:
        for number in range(REMINDERS):
            due = datetime.now(UTC) + timedelta(seconds=STARTS + number * EVERY)
            habit = Habit(f"{number:012x}", f"{due:%Y%m%d}", MEMBERS[0], is_kept=False)
            wished = Wish(
                *(habit.ref, channel_id, "walks", "Walks", "1", due.hour * 60 + due.minute, "UTC"),
                next_at=int(due.timestamp()),
            )
            await ReminderBook(database, guild_id, habit.user_id).add(wished)
            habits.kept[habit.ref] = habit


async def rows_of(database: Database) -> Sequence[dict[str, Any]]:
    """Return every job as it is written down."""
    async with database.reading() as connection:
        return [dict(row) for row in (await connection.execute(select(jobs).order_by(jobs.c.id))).mappings()]


async def until_all_is_done(server: PostgreSQL, habits: Habits) -> Sequence[dict[str, Any]]:
    """Wait until every job and every reminder was told; return the jobs."""
    due = {habit.mark for habit in habits.kept.values()}
    async with opened(server) as database, asyncio.timeout(TAKES + PATIENCE):
        while True:
            rows = await rows_of(database)
            if all(row["state"] == "told" for row in rows) and due <= set(habits.count_told()):
                return rows
            await asyncio.sleep(0.1)


async def test_when_postgresql_restarts_people_are_answered_or_told_and_work_goes_on(
    server: PostgreSQL, sandbox: Sandbox, tmp_path: Path, chance: random.Random
) -> None:
    subscribe(sandbox, 1, jobs=60)
    sandbox.useapi.take(TAKES)
    async with LoopbackDiscord() as discord:
        bot = Mortal(tmp_path, settings_of(server, discord, sandbox), discord)
        crowd, habits = Crowd(discord, chance), Habits(discord, sandbox.pixela, chance)
        await wish(server, habits)
        async with bot.alive() as process:
            await discord.wait_ready(timeout=PATIENCE)
            await crowd.connect(KEY)
            async with milling(crowd.mill_about(most=40, pause=0.15) for _ in range(4)):
                for how in RESTARTS:
                    await asyncio.sleep(chance.uniform(0.2, 0.7))
                    await server.restart(how, AWAY)
            # By now nobody is refused any more, whatever connections were kept.
            before = len(crowd.answers)
            await asyncio.gather(*(crowd.ask() for _ in range(12)))
            assert all("reference" not in answer.text for answer in crowd.answers[before:])
            rows = await until_all_is_done(server, habits)
            assert process.returncode is None
            process.send_signal(signal.SIGTERM)
            async with asyncio.timeout(PATIENCE):
                assert await process.wait() == 0
        ledger = Ledger.of(rows, crowd.answers, discord, sandbox.useapi)
    refused = [text for text in ledger.odd if REFUSED in text]
    doubtful = [text for text in ledger.odd if DOUBTFUL in text]
    _log.info(
        "%d interactions: %d answered, %d refused, %d doubtful; %d rows, %d given up; %d reminders",
        *(len(crowd.answers), len(ledger.answered), len(refused), len(doubtful)),
        *(len(ledger.rows), len(ledger.given_up), len(habits.kept)),
    )
    assert ledger.unanswered == 0
    odd = [text for text in ledger.odd if text not in refused + doubtful]
    # What people were told of in doubt may be written down; nothing else may be that nobody was told of.
    assert replace(ledger, odd=odd, unanswered=len(doubtful)).complaints() == []
    assert refused, "the restarts came in the midst of work"
    assert {*habits.count_told().values()} == {1}
    assert discord.unknown == []
