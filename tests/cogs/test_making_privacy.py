"""What members ask for is theirs: it is in no log, it is counted for them, and it goes when they say so."""

from __future__ import annotations

import asyncio

from bot.sandbox.upstream import Trouble
from tests.bodies import check_bodies
from tests.cogs.making_scene import (
    GRID,
    MIDJOURNEY,
    NOTICED,
    PICTURE,
    UNTIL_DONE,
    ask,
    connect,
    create,
    imagine,
    imagined,
    later,
    made,
    message_of,
    posts,
    press,
    submits,
    subscriber,
)
from tests.stage import Stage, buttons, everything, shown

SECRET = "zanzibar-lighthouse"


def _tokens(stage: Stage) -> set[str]:
    """Return what the answers to interactions can be changed with."""
    paths = [request.path.split("/") for request in stage.env.http_requests if "/messages/" in request.path]
    return {path[3] for path in paths if path[1] == "webhooks"}


async def test_no_prompt_and_no_token_of_an_answer_is_logged_or_lies_open(stage: Stage) -> None:
    await connect(stage)
    grid = await imagined(stage, f"a {SECRET}")
    await press(stage, grid, "U1")
    await create(stage, f"a {SECRET}", image=PICTURE)
    stage.sandbox.useapi.fail(status=400, method="POST")
    await imagine(stage, f"a {SECRET} breakdown")
    await ask(stage, "midjourney jobs")
    await later(stage, UNTIL_DONE)
    tokens = _tokens(stage)
    assert len(tokens) >= 4
    log = "\n".join(stage.log)
    kept = stage.database_bytes()
    assert SECRET not in log
    assert not [token for token in tokens if token in log or token.encode() in kept]
    assert SECRET.encode() in kept
    assert await stage.rows("SELECT count(*) FROM jobs WHERE reply_token IS NOT NULL") == [(0,)]


async def _erase(stage: Stage) -> None:
    asked = await stage.member.slash(stage.channel, "privacy delete")
    assert "What is still being made for you is given up first" in shown(asked)
    assert shown(await press(stage, asked, "Yes, delete it")).startswith("### Deleted\n")


async def test_what_one_had_made_is_counted_and_goes_with_the_rest(stage: Stage) -> None:
    await connect(stage)
    subscriber(stage).midjourney[MIDJOURNEY].max_jobs = 1
    stage.sandbox.useapi.fail(Trouble.LOST, method="POST")
    lost = await create(stage, f"a {SECRET}")
    running, waiting = [await imagine(stage, f"another {SECRET}") for _ in range(2)]
    other = await imagine(stage, "a quay", stage.admin)
    assert "number 1 in the queue" in shown(other)
    kept = shown(await stage.member.slash(stage.channel, "privacy show"))
    assert "**What you had made with Pika and Midjourney:** 3, with the words and links" in kept
    await _erase(stage)
    assert await stage.rows("SELECT user_id FROM jobs") == [(stage.admin.id,)]
    assert "Nothing." in shown(await stage.member.slash(stage.channel, "privacy show"))
    for said, title in ((lost, "Pika · create"), (running, "Midjourney · imagine")):
        assert shown(said) == f"### {title}\n⚠️ This was cancelled."
    assert shown(waiting) == shown(running)
    assert [job.status.value for job in made(stage)[:2]] == ["cancelled", "cancelled"]
    cancelled = await stage.press(stage.member, f"job:cancel:{'0' * 20}", message_of(running))
    assert "not kept here any more" in everything(cancelled)
    await later(stage, 6)
    assert "🛠️ Begun." in shown(other)
    await later(stage, 61)
    assert buttons(other) == GRID
    assert shown(waiting) == shown(running)
    assert posts(stage) == []
    check_bodies(stage)


async def test_a_job_that_somebody_else_waits_for_too_goes_on_without_whoever_is_forgotten(
    stage: Stage,
) -> None:
    await connect(stage)
    grid = await imagined(stage)
    first = await press(stage, grid, "U1", stage.admin)
    second = await press(stage, grid, "U1")
    await _erase(stage)
    assert shown(second) == "### Midjourney · U1\n⚠️ This was cancelled."
    await later(stage, UNTIL_DONE)
    assert "[Upscale (Subtle)]" in shown(first)


async def test_one_is_forgotten_also_where_nothing_can_be_reached(stage: Stage) -> None:
    await connect(stage)
    running = await imagine(stage)
    late = await imagine(stage, "a quay", channel=NOTICED)
    assert "⚠️" in shown(late)
    stage.sandbox.useapi.fail(Trouble.DROP, times=None)
    stage.env.inject_error("PATCH", f"/webhooks/*/messages/{message_of(running).id}", status=404, code=10008)
    await _erase(stage)
    assert await stage.rows("SELECT * FROM jobs") == []
    assert "🛠️ Begun." in shown(running)
    stage.sandbox.useapi.clear_faults()
    await imagine(stage)
    made(stage)[-1].hold(40)
    await later(stage, 15 * 60)
    await _erase(stage)
    assert await stage.rows("SELECT * FROM jobs") == []
    assert posts(stage) == []


async def test_a_job_that_is_just_being_sent_is_given_up_too(stage: Stage) -> None:
    await connect(stage)
    asked = await stage.member.slash(stage.channel, "privacy delete")
    stage.sandbox.useapi.fail(Trouble.SLOW, method="POST", seconds=0.1)
    said = stage.begin_to_run(stage.member, "midjourney imagine", prompt=SECRET)
    while not submits(stage):  # noqa: ASYNC110 - an emulator tells nobody what it was asked
        await asyncio.sleep(0.005)
    await press(stage, asked, "Yes, delete it")
    assert await stage.rows("SELECT * FROM jobs") == []
    assert [job.status.value for job in made(stage)] == ["cancelled"]
    assert SECRET not in shown(said)
