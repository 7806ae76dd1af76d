"""What a test can do to the jobs of the emulated useapi.net, and whom it tells."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import cast

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.sandbox.upstream import JSON
from tests.sandbox.useapi_desk import JOBS, Desk, golden


@dataclass
class Ear:
    """Whoever is called back."""

    url: str = ""
    heard: list[dict[str, JSON]] = field(default_factory=list[dict[str, JSON]])

    def statuses(self) -> list[JSON]:
        """Return the states that were heard of."""
        return [body["status"] for body in self.heard]


@pytest.fixture
async def ear() -> AsyncIterator[Ear]:
    ear = Ear()

    async def listen(request: web.Request) -> web.Response:
        ear.heard.append(cast("dict[str, JSON]", json.loads(await request.read())))
        return web.Response(text="ok")

    app = web.Application()
    app.router.add_post("/reply", listen)
    async with TestServer(app) as server:
        ear.url = f"{server.make_url('/reply')}?ind=3"
        yield ear


async def test_a_job_can_be_finished_or_held(desk: Desk) -> None:
    await desk.imagine()
    desk.job(1).hold(70)
    desk.clock.go_on(1000)
    held = (await desk.look()).json
    assert held["status"] == "progress"
    assert "(70%)" in str(held["content"])
    desk.job(1).finish()
    assert (await desk.look()).json["status"] == "completed"


async def test_a_job_can_fail_with_any_text(desk: Desk) -> None:
    await desk.imagine()
    desk.job(1).fail("Broken", "In two")
    failed = (await desk.look()).json
    assert (failed["status"], failed["error"], failed["errorDetails"]) == ("failed", "Broken", "In two")
    assert failed["code"] == 200


async def test_a_job_can_be_moderated_late(desk: Desk) -> None:
    await desk.imagine()
    desk.clock.go_on(7)
    desk.job(1).moderate()
    found = await desk.look()
    assert (found.status, found.json["status"], found.json["code"]) == (200, "moderated", 422)


async def test_what_is_over_stays_as_it_is(desk: Desk) -> None:
    await desk.imagine()
    desk.clock.go_on(14)
    desk.job(1).fail()
    desk.job(1).moderate()
    desk.job(1).cancel()
    found = (await desk.look()).json
    assert (found["status"], found["code"]) == ("completed", 200)
    assert "error" not in found


async def test_a_job_can_be_forgotten(desk: Desk) -> None:
    await desk.imagine()
    desk.job(1).vanish()
    assert (await desk.look()).status == 404
    assert await desk.send("GET", "/v2/jobs") == golden("jobs_empty")


async def test_the_pace_can_be_set_for_all_and_for_one(desk: Desk) -> None:
    desk.useapi.take(0)
    assert (await desk.imagine()).json["status"] == "started"
    assert (await desk.look()).json["status"] == "completed"
    desk.useapi.take(70)
    await desk.imagine()
    desk.job(2).life.works = 5
    desk.clock.go_on(16)
    assert (await desk.look(JOBS[2])).json["status"] == "completed"


async def test_nobody_is_called_back_by_default(desk: Desk, ear: Ear) -> None:
    await desk.imagine(replyUrl=ear.url)
    desk.clock.go_on(14)
    await desk.look()
    await desk.useapi.messenger.delivered()
    assert ear.heard == []


async def test_the_end_of_a_job_is_told(desk: Desk, ear: Ear) -> None:
    desk.useapi.callbacks = True
    await desk.imagine(replyUrl=ear.url, replyRef="fox-1")
    desk.clock.go_on(7)
    await desk.look()
    desk.clock.go_on(7)
    await desk.send("GET", "/v2/jobs")
    found = await desk.look()
    await desk.useapi.messenger.delivered()
    assert ear.heard == [found.json]


async def test_every_change_can_be_told(desk: Desk, ear: Ear) -> None:
    desk.useapi.callbacks = desk.useapi.callbacks_on_progress = True
    desk.useapi.answers_created = True
    await desk.imagine(replyUrl=ear.url)
    for seconds in (2, 5, 7):
        desk.clock.go_on(seconds)
        await desk.look()
        await desk.useapi.messenger.delivered()
    assert ear.statuses() == ["created", "started", "progress", "completed"]


async def test_a_callback_can_come_twice(desk: Desk, ear: Ear) -> None:
    desk.useapi.callbacks = desk.useapi.duplicate_callbacks = True
    desk.subscriber.reply_url = ear.url
    await desk.imagine(prompt="a forbidden fox")
    await desk.useapi.messenger.delivered()
    assert ear.statuses() == ["moderated", "moderated"]


async def test_callbacks_under_way_end_with_the_server(desk: Desk, ear: Ear) -> None:
    desk.useapi.callbacks = True
    await desk.imagine(prompt="a forbidden fox", replyUrl=ear.url)
    desk.useapi.messenger.post(ear.url, {})
    await desk.useapi.messenger.close()
    assert len(ear.heard) < 2


@pytest.mark.parametrize("url", ["http://127.0.0.1:9/", "nonsense"])
async def test_a_callback_that_nobody_hears_does_not_matter(desk: Desk, url: str) -> None:
    desk.useapi.callbacks = True
    await desk.imagine(replyUrl=url)
    desk.clock.go_on(14)
    assert (await desk.look()).json["status"] == "completed"
    await desk.useapi.messenger.delivered()
