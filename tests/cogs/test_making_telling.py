"""The end of a job is told once, wherever Discord lets it be told."""

from __future__ import annotations

from typing import Any

import aiohttp

from bot.app import App
from bot.sandbox.upstream import Trouble
from tests.bodies import check_bodies, parts_of
from tests.cogs.making_scene import (
    GRID,
    MIDJOURNEY,
    PROMPT,
    UNTIL_DONE,
    connect,
    create,
    edits,
    files,
    imagine,
    in_channel,
    later,
    links,
    made,
    message_of,
    posts,
    ref_of,
    submits,
    subscriber,
)
from tests.stage import QUICK, UNLIMITED, Stage, buttons, shown

ANSWER = "/webhooks/*/messages/*"
GREETING = "<@{}>, here is what came of what you asked for."


def _greeting(stage: Stage) -> str:
    return GREETING.format(stage.member.id)


def _texts(post: dict[str, Any]) -> str:
    return "\n".join(part["content"] for part in parts_of(post["components"]) if "content" in part)


async def _states(stage: Stage) -> list[str]:
    return [state for (state,) in await stage.rows("SELECT state FROM jobs ORDER BY id")]


def _check_post(stage: Stage, post: dict[str, Any], ref: str) -> None:
    assert (post["nonce"], post["enforce_nonce"]) == (ref, True)
    assert post["allowed_mentions"] == {"parse": [], "users": [stage.member.id]}
    assert _texts(post).startswith(_greeting(stage))


async def test_after_a_quarter_of_an_hour_the_end_is_a_message_of_its_own(stage: Stage) -> None:
    await connect(stage)
    said = await imagine(stage)
    ref = ref_of(said)
    made(stage)[0].hold(40)
    await later(stage, 785)
    assert "The end comes as a new message." in shown(said)
    await later(stage, 61)
    changed = edits(stage)
    made(stage)[0].finish()
    await later(stage, 61)
    [post] = posts(stage)
    _check_post(stage, post, ref)
    assert edits(stage) == changed
    assert in_channel(stage)[-1].startswith(_greeting(stage))
    newest = stage.channel.history(viewer=stage.member)[-1]
    assert [file.content_type for file in newest.attachments] == ["image/png"]
    listed = shown(await stage.member.slash(stage.channel, "midjourney jobs"))
    assert f"/{stage.channel.id}/{newest.id})" in listed
    pressed = await stage.member.click(newest, label="U1")
    await later(stage, UNTIL_DONE)
    assert "[Upscale (Subtle)]" in shown(pressed)
    await later(stage, 600)
    assert len(posts(stage)) == 1


async def test_where_the_answer_was_deleted_the_channel_gets_the_result(stage: Stage) -> None:
    await connect(stage)
    said = await imagine(stage)
    ref = ref_of(said)
    stage.env.backend.delete_message(stage.channel.id, message_of(said).id)
    await later(stage, UNTIL_DONE)
    await later(stage, UNTIL_DONE)
    [post] = posts(stage)
    _check_post(stage, post, ref)
    assert await _states(stage) == ["told"]


async def test_where_the_channel_is_closed_to_the_bot_the_asker_alone_is_written_to(stage: Stage) -> None:
    await connect(stage)
    await imagine(stage)
    stage.env.inject_error("PATCH", ANSWER, status=404, code=10008, times=None)
    path = f"/channels/{stage.channel.id}/messages"
    stage.env.inject_error("POST", path, status=403, code=50013, times=None)
    await later(stage, UNTIL_DONE)
    refused, told = posts(stage)
    assert refused["nonce"] == told["nonce"]
    place = f"You asked for this in <#{stage.channel.id}>, where nothing may be written."
    assert _texts(told).startswith(place)
    assert f"Its buttons work in the server: `/midjourney job` with `{told['nonce']}`." in _texts(told)
    assert not [part for part in parts_of(told["components"]) if "custom_id" in part]
    [direct] = stage.member.user.dm_channel.history()
    assert [file.content_type for file in direct.attachments] == ["image/png"]
    assert "Its buttons work in the server: `/midjourney job` with `" in _texts(told)
    assert "custom_id" not in str(told["components"])
    assert await _states(stage) == ["told"]
    await later(stage, 600)
    assert len(posts(stage)) == 2


async def test_where_nobody_can_be_told_it_is_left_at_that(stage: Stage) -> None:
    await connect(stage)
    await imagine(stage)
    stage.env.backend.delete_channel(stage.channel.id)
    stage.env.inject_error("PATCH", ANSWER, status=404, code=10008, times=None)
    stage.env.inject_error("POST", "/channels/*/messages", status=403, code=50007, times=None)
    await later(stage, UNTIL_DONE)
    assert await _states(stage) == ["told"]
    tried = len(posts(stage))
    await later(stage, 3_600)
    assert len(posts(stage)) == tried


async def test_while_discord_is_in_trouble_the_end_waits(stage: Stage) -> None:
    await connect(stage)
    said = await imagine(stage)
    stage.env.inject_error("PATCH", ANSWER, status=500, times=None)
    await later(stage, UNTIL_DONE)
    await later(stage, 30)
    assert await _states(stage) == ["ended"]
    stage.env.backend.faults.clear()
    await later(stage, 61)
    assert buttons(said) == GRID
    assert files(said) == ["image/png"]
    assert posts(stage) == []
    assert len(submits(stage)) == 1


async def test_a_file_that_discord_does_not_take_is_linked(stage: Stage) -> None:
    await connect(stage)
    said = await create(stage)
    stage.env.inject_error("PATCH", ANSWER, status=413, code=40005)
    await later(stage, UNTIL_DONE)
    assert "Discord did not take the file here: open it below while the link works" in shown(said)
    assert buttons(said) == ["Open it", "🔄 Retry"]
    check_bodies(stage)


async def test_a_card_that_discord_does_not_take_is_told_as_simply_as_can_be(stage: Stage) -> None:
    await connect(stage)
    said = await imagine(stage)
    stage.env.inject_error("PATCH", ANSWER, status=400, code=50035, times=2)
    await later(stage, UNTIL_DONE)
    assert "It is done. Its own card could not be shown here." in shown(said)
    assert f"<{stage.sandbox.useapi.url}/attachments/" in shown(said)
    assert links(said) == []
    assert await _states(stage) == ["told"]
    check_bodies(stage)


async def test_an_answer_that_discord_never_took_makes_nothing(stage: Stage) -> None:
    await connect(stage)
    stage.env.inject_error("POST", "/interactions/*/callback", status=404, code=10062)
    await imagine(stage)
    assert stage.forgive() == []
    assert submits(stage) == []
    assert await _states(stage) == []


async def test_what_may_have_been_answered_is_gone_on_with(stage: Stage) -> None:
    await connect(stage)
    stage.env.inject_error("POST", "/interactions/*/callback", status=500)
    await imagine(stage)
    await later(stage, UNTIL_DONE)
    assert await _states(stage) == ["told"]
    assert len(submits(stage)) == 1


async def test_a_message_that_may_have_been_written_is_looked_for_before_it_is_written_again(
    stage: Stage,
) -> None:
    await connect(stage)
    said = await imagine(stage)
    stage.env.backend.delete_message(stage.channel.id, message_of(said).id)
    stage.env.inject_error("POST", "/channels/*/messages", status=500, times=None)
    await later(stage, UNTIL_DONE)
    await later(stage, 61)
    stage.env.backend.faults.clear()
    await later(stage, 61)
    assert await _states(stage) == ["told"]
    assert [_greeting(stage) in text for text in in_channel(stage)].count(True) == 1
    # Whoever wrote it died before it was noted; the nonce is forgotten by now.
    await stage.execute("UPDATE jobs SET state = 'ended', due_at = 0")
    await stage.restart()
    await later(stage, 1)
    assert await _states(stage) == ["told"]
    assert [_greeting(stage) in text for text in in_channel(stage)].count(True) == 1


async def test_an_end_that_was_shown_already_is_not_told_again(stage: Stage) -> None:
    await connect(stage)
    said = await imagine(stage)
    await later(stage, UNTIL_DONE)
    await stage.execute("UPDATE jobs SET state = 'ended', due_at = 0")
    changed = edits(stage)
    await stage.restart()
    await later(stage, 1)
    assert await _states(stage) == ["told"]
    assert edits(stage) == changed
    assert buttons(said) == GRID
    assert posts(stage) == []


async def test_what_cannot_be_told_for_a_day_is_left_at_that(stage: Stage) -> None:
    await connect(stage)
    await imagine(stage)
    stage.env.inject_error("*", "/*", status=500, times=None)
    await later(stage, UNTIL_DONE)
    await later(stage, 3_600)
    assert await _states(stage) == ["ended"]
    await later(stage, 86_400)
    assert await _states(stage) == ["told"]
    assert "could not be told for a day" in "\n".join(stage.log)


async def test_a_restart_goes_on_in_every_state_and_tells_each_end_once(stage: Stage) -> None:
    await connect(stage)
    subscriber(stage).midjourney[MIDJOURNEY].max_jobs = 2
    stage.sandbox.useapi.take(100)
    ended = await create(stage)
    await later(stage, 14)
    stage.sandbox.useapi.fail(Trouble.LOST, method="POST")
    sending, running, waiting = [await imagine(stage, name) for name in ("sending", "running", "waiting")]
    stage.env.inject_error("PATCH", ANSWER, status=500, times=None)
    made(stage)[0].finish()
    await later(stage, 2)
    assert await _states(stage) == ["ended", "sending", "running", "waiting"]
    await stage.restart()
    stage.env.backend.faults.clear()
    for _ in range(6):
        await later(stage, 61)
    assert files(ended) == ["video/mp4"]
    assert buttons(sending) == buttons(running) == buttons(waiting) == GRID
    assert [job.asked["prompt"] for job in made(stage)] == [PROMPT, "sending", "running", "waiting"]
    await stage.restart()
    changed = edits(stage)
    await later(stage, 600)
    assert edits(stage) == changed
    assert posts(stage) == []


async def test_a_clock_that_is_put_back_holds_nothing_up(stage: Stage) -> None:
    await connect(stage)
    behind = 0.0
    before, stage.app = (
        stage.app,
        App(
            stage.app.settings,
            connector=lambda: aiohttp.TCPConnector(force_close=True),
            pace=QUICK,
            budgets=UNLIMITED,
            clock=lambda: stage.env.now().timestamp() - behind,
            source=stage.files,
        ),
    )
    await stage.env.restart_bot(stage.app)
    await before.close()
    subscriber(stage).midjourney[MIDJOURNEY].max_jobs = 1
    running, waiting = await imagine(stage), await imagine(stage, "a quay")
    behind = 3_600.0
    for _ in range(3):
        await later(stage, UNTIL_DONE)
    assert buttons(running) == buttons(waiting) == GRID
    assert len(made(stage)) == 2


async def test_a_result_with_everything_on_it_fits_in_a_message(stage: Stage) -> None:
    await connect(stage)
    said = await imagine(stage, "@everyone **" + "long " * 400)
    job = made(stage)[0]
    job.buttons = tuple(f"{number} " + "B" * 300 for number in range(30))
    await later(stage, UNTIL_DONE)
    assert len(buttons(said)) == 20
    assert "@everyone" not in shown(said)
    check_bodies(stage)
