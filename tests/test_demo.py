"""The demo as a process of its own: the real bot in a page, and its headless tour."""

from __future__ import annotations

import asyncio
import re
import signal
from pathlib import Path

import aiohttp
import pytest

from tests.processes import PATIENCE, ended, run, running


@pytest.mark.drill
async def test_the_tour_is_a_command(tmp_path: Path) -> None:
    end = await run(tmp_path, "demo", "--headless", TMPDIR=str(tmp_path))
    assert (end.code, end.err) == (0, "")
    assert end.out.endswith("all answered\n")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("stop", [signal.SIGINT, pytest.param(signal.SIGTERM, marks=pytest.mark.drill)])
async def test_the_page_is_served_until_asked_to_stop_and_nothing_is_left(
    tmp_path: Path, stop: signal.Signals
) -> None:
    settings = {"TMPDIR": str(tmp_path), "BROWSER": "true"}
    async with running(tmp_path, "demo", settings=settings) as process:
        url, secret = await address(process)
        headers = {"X-Simcord-Capability": secret, "Origin": url}
        async with aiohttp.ClientSession(headers=headers) as session:
            async with session.get(url) as page:
                assert page.status == 200
            async with session.post(f"{url}/api/pages", json={}) as opened:
                assert "Everything here runs on this machine" in await opened.text()
        process.send_signal(stop)
        end = await ended(process)
    assert (end.code, end.err) == (0, "")
    assert not list(tmp_path.iterdir())


async def address(process: asyncio.subprocess.Process) -> tuple[str, str]:
    assert process.stdout is not None
    async with asyncio.timeout(PATIENCE):
        while line := (await process.stdout.readline()).decode():
            found = re.search(r"(http://127\.0\.0\.1:\d+)/#(\S+)", line)
            if found:
                return found[1], found[2]
    raise AssertionError("the demo named no address")
