"""Odd turns of jobs that once went wrong: each ends as a member would expect, told once and paid for once."""

from __future__ import annotations

import pytest

from bot.sandbox.upstream import Trouble
from tests.cogs.making_scene import (
    MIDJOURNEY,
    UNTIL_DONE,
    ask,
    connect,
    create,
    files,
    give_up,
    imagine,
    imagined,
    in_channel,
    later,
    made,
    message_of,
    press,
    ref_of,
    submits,
    subscriber,
)
from tests.stage import Stage, everything, shown

ANSWER = "/webhooks/*/messages/*"


async def states(stage: Stage) -> list[str]:
    return [row.state for row in await stage.rows("SELECT state FROM jobs ORDER BY id")]


async def outcomes(stage: Stage) -> list[str | None]:
    return [row.outcome for row in await stage.rows("SELECT outcome FROM jobs ORDER BY id")]


async def test_a_button_means_what_its_card_says_whatever_the_vendor_offers_by_now(stage: Stage) -> None:
    await connect(stage)
    grid = await imagined(stage)
    job = made(stage)[0]
    job.buttons = tuple(button for button in job.buttons if button != "U1")
    await ask(stage, "midjourney job", job=ref_of(grid))
    await press(stage, grid, "U2")
    assert submits(stage)[-1].json == {**_as_sent(stage), "button": "U2"}


async def test_who_gives_up_a_job_that_somebody_else_waits_for_gives_up_their_own_card_only(
    stage: Stage,
) -> None:
    await connect(stage)
    grid = await imagined(stage)
    first = await press(stage, grid, "U1")
    second = await press(stage, grid, "U1", stage.admin)
    await give_up(stage, second, stage.admin)
    await later(stage, UNTIL_DONE)
    await later(stage, 61)
    assert "This was cancelled." in shown(second)
    assert "Upscale (Subtle)" in shown(first)
    assert made(stage)[-1].status.value == "completed"


@pytest.mark.parametrize("status", [400, 404, 409])
async def test_where_the_vendor_refuses_to_cancel_what_is_done_the_result_is_shown(
    stage: Stage, status: int
) -> None:
    await connect(stage)
    said = await imagine(stage)
    made(stage)[0].finish()
    stage.sandbox.useapi.refuse_with(
        status, {"error": "job is over", "code": status}, path="/v2/jobs/cancel/", times=None
    )
    await give_up(stage, said)
    await later(stage, 61)
    assert "U1" in shown(said)


async def test_a_picture_that_cannot_be_read_holds_nobody_else_up(stage: Stage) -> None:
    await connect(stage)
    stage.sandbox.useapi.fail(Trouble.STATUS, status=503, path="/attachments/*", times=None)
    bad = await create(stage, image_url=f"{stage.sandbox.useapi.url}/attachments/1/2/a.png")
    good = await create(stage, "a quay", stage.admin)
    for _ in range(4):
        await later(stage, 61)
    assert "The picture cannot be used" in shown(bad)
    assert len(submits(stage)) == 1
    assert "🛠️ Begun." in shown(good)


async def test_where_discord_takes_nothing_in_a_channel_the_member_is_written_to(stage: Stage) -> None:
    await connect(stage)
    await imagine(stage)
    stage.env.inject_error("PATCH", ANSWER, status=404, code=10008, times=None)
    path = f"/channels/{stage.channel.id}/messages"
    stage.env.inject_error("POST", path, status=400, code=50083, times=None)
    await later(stage, UNTIL_DONE)
    assert await states(stage) == ["told"]
    assert len(stage.member.user.dm_channel.history()) == 1


async def test_a_direct_message_is_not_written_again_by_whoever_comes_after(stage: Stage) -> None:
    await connect(stage)
    await imagine(stage)
    stage.env.inject_error("PATCH", ANSWER, status=404, code=10008, times=None)
    path = f"/channels/{stage.channel.id}/messages"
    stage.env.inject_error("POST", path, status=403, code=50013, times=None)
    await later(stage, UNTIL_DONE)
    # As if the bot had died before it wrote that down.
    await stage.execute(
        f"UPDATE jobs SET state = 'ended', due_at = 0, message_id = NULL, channel_id = {stage.channel.id}"  # noqa: S608 - a number
    )
    await later(stage, 61)
    await stage.restart()
    await later(stage, 1)
    assert await states(stage) == ["told"]
    assert len(stage.member.user.dm_channel.history()) == 1


async def test_what_is_posted_later_is_posted_once_and_its_answer_stays_as_it_was(stage: Stage) -> None:
    await connect(stage)
    said = await imagine(stage)
    stage.env.inject_error("PATCH", ANSWER, status=404, code=10015)
    stage.env.inject_error("POST", "/channels/*/messages", status=500)
    await later(stage, UNTIL_DONE)
    await later(stage, 1)
    [row] = await stage.rows("SELECT state, reply_token, posting_at FROM jobs")
    assert (row.state, row.reply_token) == ("ended", None)
    for _ in range(2):
        await stage.execute("UPDATE jobs SET state = 'ended', due_at = 0, message_id = NULL")
        await stage.restart()
        await later(stage, 61)
        assert await stage.rows("SELECT state, posting_at FROM jobs") == [("told", row.posting_at)]
        assert sum("here is what came" in text for text in in_channel(stage)) == 1
    assert "[U1]" not in shown(said)
    # What was written last is found however much was written since it was first tried.
    looks = [one.params for one in stage.env.http_requests if one.method == "GET" and one.params]
    assert looks
    assert not [look for look in looks if "after" in look]


async def test_with_the_clock_put_back_a_lost_answer_is_not_sent_again(stage: Stage) -> None:
    await connect(stage)
    stage.sandbox.useapi.fail(Trouble.LOST, method="POST")
    await imagine(stage)
    made(stage)[0].finish()
    hour = "3600000"
    await stage.execute(
        f"UPDATE jobs SET sent_at = sent_at + {hour}, created_at = created_at + {hour}, "  # noqa: S608 - a number
        f"due_at = due_at + {hour}, reply_until = reply_until + {hour}"
    )
    await stage.restart()
    for _ in range(4):
        await later(stage, 6)
    assert len(submits(stage)) == 1
    assert await outcomes(stage) == ["uncertain"]


async def test_with_the_clock_put_back_a_message_is_looked_for_before_it_is_repeated(stage: Stage) -> None:
    await connect(stage)
    said = await imagine(stage)
    stage.env.backend.delete_message(stage.channel.id, message_of(said).id)
    await later(stage, UNTIL_DONE)
    await stage.execute(
        "UPDATE jobs SET state = 'ended', due_at = 0, message_id = NULL, posting_at = posting_at + 30000"
    )
    await stage.restart()
    await later(stage, 1)
    assert await states(stage) == ["told"]
    assert sum("here is what came" in text for text in in_channel(stage)) == 1


async def test_an_answer_that_discord_says_it_has_counts_as_given(stage: Stage) -> None:
    await connect(stage)
    stage.env.inject_error("POST", "/interactions/*/callback", status=400, code=40060)
    await imagine(stage)
    assert await states(stage) == ["running"]
    assert len(submits(stage)) == 1


async def test_the_time_in_the_queue_does_not_count_against_a_job_that_runs(stage: Stage) -> None:
    await connect(stage)
    subscriber(stage).midjourney[MIDJOURNEY].max_jobs = 1
    stage.sandbox.useapi.seconds_of_work = 9_000
    await imagine(stage)
    await imagine(stage, "a quay")
    await later(stage, 3600)
    await later(stage, 3300)
    made(stage)[0].finish()
    await later(stage, 61)
    await later(stage, 2)
    assert len(made(stage)) == 2
    await later(stage, 300)
    assert (await states(stage))[1] == "running"


async def test_a_refused_key_is_said_while_a_job_runs(stage: Stage) -> None:
    await connect(stage)
    said = await imagine(stage)
    stage.sandbox.useapi.refuse_with(401, {"error": "Unauthorized", "code": 401}, method="GET", times=None)
    await later(stage, UNTIL_DONE)
    assert "The key was refused by useapi.net." in shown(said)


async def test_the_barest_card_says_what_happened_and_names_the_job(stage: Stage) -> None:
    await connect(stage)
    said = await imagine(stage, "a breakdown")
    stage.env.inject_error("PATCH", ANSWER, status=400, code=50035, times=2)
    await later(stage, UNTIL_DONE)
    assert "It is done" not in shown(said)
    assert "could not make this" in shown(said)
    [row] = await stage.rows("SELECT ref FROM jobs")
    assert ref_of(said) == row.ref


async def test_the_upload_limit_holds_for_each_file(stage: Stage) -> None:
    await connect(stage)
    await imagined(stage)
    seed = await ask(stage, "midjourney seed", job=made(stage)[0].jobid)
    await later(stage, 1)
    await stage.execute("UPDATE jobs SET upload_limit = 400000 WHERE id = 2")
    await later(stage, UNTIL_DONE)
    assert len(files(seed)) == 4


async def test_where_a_shown_job_is_too_large_for_discord_its_links_are_shown(stage: Stage) -> None:
    await connect(stage)
    said = await imagined(stage)
    stage.env.inject_error("PATCH", ANSWER, status=413, code=40005)
    again = await ask(stage, "midjourney job", job=ref_of(said))
    assert "Discord did not take the file here" in everything(again)


async def test_an_account_that_could_not_keep_up_is_left_alone_after_a_restart_too(stage: Stage) -> None:
    await connect(stage)
    stage.sandbox.useapi.untrackable = 1
    await imagine(stage)
    await stage.restart()
    waiting = await imagine(stage, "a quay")
    assert len(submits(stage)) == 1
    assert "nothing is sent to it for some minutes" in shown(waiting)


def _as_sent(stage: Stage) -> dict[str, object]:
    body = submits(stage)[-1].json
    assert isinstance(body, dict)
    return dict(body)
