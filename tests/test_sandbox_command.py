"""``python -m bot sandbox``: the emulators alone, for other programs to be tried against."""

from __future__ import annotations

import asyncio
import json
import signal
import socket
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from tests.processes import PATIENCE, ended, running

FIELDS = {
    "useapi_url",
    "pixela_url",
    "pluralkit_url",
    "useapi_key",
    "pluralkit_token",
    "pluralkit_system",
    "pluralkit_message",
    "pixela_username",
    "pixela_token",
}


async def first_line(process: asyncio.subprocess.Process) -> dict[str, str]:
    assert process.stdout is not None
    async with asyncio.timeout(PATIENCE):
        return json.loads(await process.stdout.readline())


@pytest.mark.parametrize("stop", [signal.SIGINT, pytest.param(signal.SIGTERM, marks=pytest.mark.drill)])
async def test_its_first_line_says_where_everything_is(tmp_path: Path, stop: signal.Signals) -> None:
    async with running(tmp_path, "sandbox", settings={}) as process:
        seeds = await first_line(process)
        assert set(seeds) == FIELDS
        await look_at_everything(seeds)
        process.send_signal(stop)
        assert (await ended(process)).code == 0
    assert not list(tmp_path.iterdir())


async def test_jobs_can_be_quick(tmp_path: Path) -> None:
    async with running(tmp_path, "sandbox", "--job-seconds", "0", settings={}) as process:
        seeds = await first_line(process)
        headers = {"Authorization": f"Bearer {seeds['useapi_key']}"}
        jobs = f"{seeds['useapi_url']}/v2/jobs"
        async with aiohttp.ClientSession() as session:
            submit = session.post(f"{jobs}/imagine", json={"prompt": "a red fox"}, headers=headers)
            async with submit as answer:
                jobid = (await answer.json())["jobid"]
            job = await read(session, f"{jobs}/?jobid={jobid}", headers)
            assert job["status"] == "completed"
            assert await status(session, job["attachments"][0]["url"], {}) == 200


async def look_at_everything(seeds: dict[str, str]) -> None:
    useapi = {"Authorization": f"Bearer {seeds['useapi_key']}"}
    pluralkit = {"Authorization": seeds["pluralkit_token"]}
    async with aiohttp.ClientSession() as session:
        midjourney = await read(session, f"{seeds['useapi_url']}/v2/account/midjourney", useapi)
        assert len(midjourney) == 2
        assert len([account for account in midjourney.values() if account.get("pendingModMessage")]) == 1
        assert len(await read(session, f"{seeds['useapi_url']}/v1/pika/account", useapi)) == 1
        own = await read(session, f"{seeds['pluralkit_url']}/systems/@me", pluralkit)
        assert own["id"] == seeds["pluralkit_system"]
        fronters = await read(session, f"{seeds['pluralkit_url']}/systems/@me/fronters", pluralkit)
        assert fronters["members"]
        message = await read(session, f"{seeds['pluralkit_url']}/messages/{seeds['pluralkit_message']}", {})
        assert message["system"]["id"] == seeds["pluralkit_system"]
        graphs = f"{seeds['pixela_url']}/v1/users/{seeds['pixela_username']}/graphs"
        statuses = [await status(session, graphs, {"X-USER-TOKEN": seeds["pixela_token"]}) for _ in range(60)]
        assert set(statuses) == {200, 503}


async def read(session: aiohttp.ClientSession, url: str, headers: dict[str, str]) -> Any:
    async with session.get(url, headers=headers) as answer:
        assert answer.status == 200
        return await answer.json()


async def status(session: aiohttp.ClientSession, url: str, headers: dict[str, str]) -> int:
    async with session.get(url, headers=headers) as answer:
        return answer.status


@pytest.mark.drill
async def test_a_port_can_be_chosen_for_the_first(tmp_path: Path) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    async with running(tmp_path, "sandbox", "--port", str(port), settings={}) as process:
        assert (await first_line(process))["useapi_url"] == f"http://127.0.0.1:{port}"
