"""Three workers behind the balancer: whichever dies, whoever was answered 2xx is answered."""

from __future__ import annotations

import asyncio
import logging
import random
import signal
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from benchmarks import events
from benchmarks.answers import Answer
from benchmarks.loopback import LoopbackDiscord
from benchmarks.posting import Poster
from bot.answering import CUT_OFF, STOPPING
from bot.sandbox import Sandbox
from bot.storage.database import Database
from bot.storage.schema import jobs, owed_answers
from tests.jobs.conftest import chance
from tests.jobs.crowd import MANAGER, Crowd, milling
from tests.jobs.ledger import Ledger
from tests.jobs.test_kill_drill import KEY, subscribe
from tests.limits_server import NEEDS_ONE as NEEDS_LIMITS_SERVER
from tests.postgresql import MISSING, find_programs
from tests.scale.balancing import NEEDS_ONE as NEEDS_BALANCER
from tests.scale.crowd import TAKEN, Town
from tests.scale.workers import Workers, working

__all__ = ["chance"]

pytestmark = [
    pytest.mark.drill,
    pytest.mark.skipif(find_programs() is None, reason=MISSING),
    NEEDS_LIMITS_SERVER,
    NEEDS_BALANCER,
]

_log = logging.getLogger(__name__)
TOLD_SECONDS = 20.0
"""Within which everybody is told: a lease of ten seconds, the look after it, and a busy machine."""
QUIET = 60.0
TOO_SLOW = {0, 504}


async def test_whoever_was_answered_2xx_is_answered_whichever_worker_dies_or_is_restarted(
    sandbox: Sandbox, tmp_path: Path, chance: random.Random
) -> None:
    guilds = 3
    subscribe(sandbox, guilds, jobs=10)
    seeds = sandbox.seed()
    async with LoopbackDiscord(guilds=guilds) as discord, working(discord, sandbox, tmp_path) as workers:
        makers = Crowd(discord, chance)
        await makers.connect(KEY)  # each of its forms is opened at one worker and answered at another
        town = Town(discord, sandbox, seeds.pluralkit_system, chance, makers)
        panel = await discord.slash("setup status", permissions=MANAGER)
        form = await discord.slash("pixela user create", {"username": "ada-2"})
        async with milling(town.mill_about(pause=0.6) for _ in range(5)):
            for worker in workers.each[:2]:
                await asyncio.sleep(2)
                assert (await worker.end(signal.SIGKILL)).code == -signal.SIGKILL
                await worker.start()
            await asyncio.sleep(1)
            before_the_roll = time.monotonic()
            ended = await workers.roll()
            town.are_making = False
            await asyncio.sleep(1)
        assert [end.code for end in ended] == [0] * len(ended)
        # Nobody who was there when these were opened is there any more.
        page = await discord.click(panel, "setup:open", ["changes"])
        assert "Recent changes" in page.text
        made = await discord.submit(form, {"agree_terms": True, "not_minor": True})
        assert "Your token" in made.text
        await _until(lambda: not town.waiting(), TOLD_SECONDS)
        rows = await _until_made(workers)
        _judge(town, before_the_roll)
        ledger = Ledger.of(rows, makers.answers, discord, sandbox.useapi)
        assert ledger.complaints() == []
        assert len(ledger.rows) > 0
        await _double(discord, sandbox, workers, seeds.pluralkit_system)
        assert discord.unknown == []
    assert "Traceback" not in workers.said
    assert not [each for each in town.all_answers if each.interaction["token"] in workers.said]


def _judge(town: Town, before_the_roll: float) -> None:
    everything = town.all_answers
    cut_off = [each for each in everything if CUT_OFF in each.text]
    lost = [each for each in everything if each.http_status not in TAKEN]
    _log.info(
        "%d interactions, %s; %d told that they were cut off, %d not taken",
        *(len(everything), Counter(each.http_status for each in everything), len(cut_off), len(lost)),
    )
    assert [each.text for each in everything if STOPPING in each.text] == []
    rolled = [each for each in everything if each.sent_at > before_the_roll]
    assert len(rolled) > 20
    # Whoever stops takes leave of the balancer first. What was too slow is the machine's fault, and rare.
    unlucky = [each for each in rolled if each in lost and each.http_status not in TOO_SLOW]
    assert [_said(each) for each in [*unlucky, *(each for each in rolled if each in cut_off)]] == []
    assert len(lost) <= len(everything) // 20, [_said(each) for each in lost]


def _said(answer: Answer) -> str:
    return f"{answer.interaction['data'].get('name')}: {answer.http_status} {answer.text[:200]}"


async def _until_made(workers: Workers) -> list[dict[str, Any]]:
    """Wait until every job is told and nothing is owed; return the jobs."""
    database = await Database.open(workers.database_url)
    try:
        async with asyncio.timeout(QUIET):
            while True:
                async with database.reading() as connection:
                    rows = [dict(row) for row in (await connection.execute(select(jobs))).mappings()]
                    owed = (await connection.execute(select(owed_answers.c.id))).all()
                if not owed and all(row["state"] == "told" for row in rows):
                    return rows
                await asyncio.sleep(0.2)
    finally:
        await database.close()


async def _double(discord: LoopbackDiscord, sandbox: Sandbox, workers: Workers, system: str) -> None:
    """Post the same to every worker at once: it is done and answered once."""
    poster = Poster(workers.urls, discord.signer)
    place: events.Where = {"guild_id": discord.guild_ids[0], "permissions": MANAGER}
    made = len(sandbox.useapi.jobs)
    answers: list[Answer] = []
    for command, options in (
        ("about", {}),
        ("pluralkit system", {"ref": system}),
        ("midjourney imagine", {"prompt": "one harbour"}),
    ):
        event = events.slash(discord.world, command, options, where=place)
        answer = Answer(event, time.monotonic())
        discord.answers.add(answer)
        answers.append(answer)
        taken = await asyncio.gather(*(poster.post(event) for _ in workers.urls))
        assert {each.status for each in taken} == {202}
        await answer.wait("final", 5)
    await _until(lambda: len(sandbox.useapi.jobs) > made, 10)
    await poster.close()
    assert [len([deed for deed in each.deeds if deed.kind == "callback"]) for each in answers] == [1, 1, 1]
    assert len(sandbox.useapi.jobs) == made + 1


async def _until(is_so: Any, seconds: float) -> None:
    async with asyncio.timeout(seconds):
        while not is_so():  # noqa: ASYNC110 - the workers are other processes
            await asyncio.sleep(0.05)
