"""A stop ends in time also where the database says nothing any more."""

from __future__ import annotations

import asyncio
import signal
from pathlib import Path

import pytest

from benchmarks.loopback import LoopbackDiscord
from bot.answering import CUT_OFF
from bot.crypto import new_key
from bot.sandbox import Sandbox
from tests.jobs.crowd import MANAGER
from tests.postgresql import MISSING, find_programs, served
from tests.processes import ended
from tests.served import serving

pytestmark = [pytest.mark.drill, pytest.mark.skipif(find_programs() is None, reason=MISSING)]

_GRACE = 15.0
"""Seconds after which compose.scale.yaml has a worker killed."""


async def test_a_worker_stops_and_tells_who_waits_though_the_database_says_nothing_any_more(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    programs = find_programs()
    assert programs is not None
    with served(programs) as server:
        ours = {"DATABASE_URL": server.url, "ENCRYPTION_KEYS": new_key()}
        async with LoopbackDiscord() as discord, serving(discord, sandbox, tmp_path, ours) as process:
            await discord.slash("about")
            with server.hanging():
                waits = await discord.slash("setup status", until="first", permissions=MANAGER)
                process.send_signal(signal.SIGTERM)
                async with asyncio.timeout(_GRACE):
                    stopped = await ended(process)
            assert stopped.code == 0
            assert CUT_OFF in waits.text
