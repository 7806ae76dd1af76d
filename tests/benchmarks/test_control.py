"""The loopback Discord driven from another process, over HTTP."""

from __future__ import annotations

import asyncio
import json
import signal
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass

import aiohttp
import pytest_asyncio

from benchmarks.loopback import LoopbackDiscord
from benchmarks.wire import Payload
from tests.benchmarks.bot import running


@dataclass(slots=True)
class Remote:
    """Asks the control routes."""

    url: str
    session: aiohttp.ClientSession

    async def post(self, act: str, body: Payload, status: int = 200) -> Payload:
        """Act, and return the answer, whose status is checked."""
        async with self.session.post(f"{self.url}/{act}", json=body) as response:
            assert response.status == status, await response.text()
            return await response.json()

    async def get(self, what: str) -> Payload:
        """Look."""
        async with self.session.get(f"{self.url}/{what}") as response:
            return await response.json()


@pytest_asyncio.fixture
async def remote() -> AsyncIterator[Remote]:
    """Control over a Discord with a bot in it."""
    async with (
        LoopbackDiscord() as loopback,
        running(loopback.api_url, loopback.token),
        aiohttp.ClientSession() as session,
    ):
        remote = Remote(loopback.control_url, session)
        await remote.post("wait", {"shards": 1})
        yield remote


async def test_a_modal_is_opened_and_sent(remote: Remote) -> None:
    opened = await remote.post("slash", {"command": "form", "until": "first", "user_id": "77"})
    assert opened["type"] == 9
    answer = await remote.post(
        "modal", {"interaction_id": opened["interaction"]["id"], "fields": {"word": "hi", "sure": True}}
    )
    assert answer["text"] == "hi True"
    assert answer["interaction"]["member"]["user"]["id"] == "77"


async def test_a_button_is_pressed(remote: Remote) -> None:
    shown = await remote.post("slash", {"command": "button"})
    message_id = shown["deeds"][-1]["message"]["id"]
    assert (await remote.post("click", {"message_id": message_id, "which": "press"}))["text"] == "pressed 1"
    assert (await remote.get("messages"))[0]["content"] == "pressed 1"  # pyright: ignore[reportArgumentType] - a list


async def test_typing_is_completed(remote: Remote) -> None:
    answer = await remote.post(
        "autocomplete", {"command": "echo", "focused": "word", "options": {"word": "a"}}
    )
    assert answer["deeds"][0]["body"]["data"]["choices"] == [{"name": "A", "value": "a"}]


async def test_an_answer_can_be_looked_at_later(remote: Remote) -> None:
    asked = await remote.post("slash", {"command": "slow", "until": "none"})
    found = await remote.get(f"answers/{asked['interaction']['id']}")
    assert found["interaction"] == asked["interaction"]


async def test_guilds_and_connections_are_disturbed(remote: Remote) -> None:
    await remote.post("guild", {"action": "create", "guild_id": "77"})
    await remote.post("guild", {"action": "delete", "guild_id": "77", "unavailable": True})
    assert (await remote.get("state"))["guilds"] == 2
    await remote.post("guild", {"action": "delete", "guild_id": "77"})
    await remote.post("gateway", {"action": "reconnect"})
    async with asyncio.timeout(5):
        while not (await remote.get("state"))["sessions"][0]["resumes"]:
            pass
    assert (await remote.post("slash", {"command": "slow"}))["text"] == "done"


async def test_a_message_has_a_context_menu(remote: Remote) -> None:
    said = await remote.post("slash", {"command": "echo", "options": {"word": "hello"}})
    message_id = said["deeds"][0]["message"]["id"]
    answer = await remote.post("context", {"command": "Repeat", "target_message": message_id})
    assert answer["text"] == "it said hello"


async def test_a_token_runs_out(remote: Remote) -> None:
    said = await remote.post("slash", {"command": "echo", "options": {"word": "hello"}})
    await remote.post("expire", {"interaction_id": said["interaction"]["id"]})
    path = f"webhooks/{said['interaction']['application_id']}/{said['interaction']['token']}"
    url = remote.url.replace("/control", f"/api/v10/{path}")
    async with remote.session.post(url, json={"content": "late"}) as response:
        assert (response.status, (await response.json())["code"]) == (401, 50027)


async def test_the_state_is_told(remote: Remote) -> None:
    state = await remote.get("state")
    assert state["ready"]
    assert state["guilds"] == 1
    assert "slow" in {command["name"] for command in state["commands"]["global"]}
    assert state["unknown"] == []


async def test_mistakes_are_answered(remote: Remote) -> None:
    assert "no subcommand" in (await remote.post("slash", {"command": "slow x"}, 400))["error"]
    assert "unknown keys" in (await remote.post("slash", {"command": "slow", "untill": 1}, 400))["error"]
    await remote.post("fault", {"trouble": "status", "method": "PATCH", "status": 404})
    late = await remote.post("slash", {"command": "slow", "timeout": 0.2}, 504)
    assert late["answer"]["type"] == 5


async def test_the_process_says_where_it_is_and_stops_when_asked() -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "benchmarks.loopback", stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    hello = json.loads(await process.stdout.readline())
    async with (
        aiohttp.ClientSession() as session,
        session.get(hello["control_url"] + "/state") as response,
    ):
        assert (await response.json())["ready"] is False
    process.send_signal(signal.SIGTERM)
    assert await process.wait() == 0
