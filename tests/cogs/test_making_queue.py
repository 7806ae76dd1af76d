"""Full accounts, busy vendors and refused keys: who waits, for what, and who goes first."""

from __future__ import annotations

from bot.sandbox.upstream import JSON
from bot.sandbox.useapi.subscriber import MidjourneyAccount
from tests.bodies import check_bodies
from tests.cogs.making_scene import (
    GRID,
    MIDJOURNEY,
    NOTICED,
    PROMPT,
    UNTIL_DONE,
    bodies,
    connect,
    create,
    imagine,
    later,
    made,
    submits,
    subscriber,
)
from tests.stage import Stage, buttons, shown

OTHER = "100000000000000025"
FULL = "⏳ Waiting for a free account: number {} in the queue."


async def test_with_every_account_busy_the_rest_wait_in_a_fair_order(stage: Stage) -> None:
    await connect(stage)
    stage.sandbox.useapi.take(10_000)
    subscriber(stage).midjourney[MIDJOURNEY].max_jobs = 1
    said = {prompt: await imagine(stage, prompt) for prompt in ("ben 1", "ben 2", "ben 3")}
    assert FULL.format(1) in shown(said["ben 2"])
    assert FULL.format(2) in shown(said["ben 3"])
    said["ada 1"] = await imagine(stage, "ada 1", stage.admin)
    assert FULL.format(1) in shown(said["ada 1"])
    await later(stage, 20)
    assert FULL.format(2) in shown(said["ben 2"])
    assert FULL.format(3) in shown(said["ben 3"])
    for _ in range(4):
        made(stage)[-1].finish()
        # Long after the first look, so that whoever waits is due by then in any case.
        await later(stage, 61)
    assert [job.asked["prompt"] for job in made(stage)] == ["ben 1", "ada 1", "ben 2", "ben 3"]
    assert all(buttons(one) == GRID for one in said.values())
    check_bodies(stage)


async def test_a_slot_that_gets_free_is_taken_at_once(stage: Stage) -> None:
    await connect(stage)
    subscriber(stage).midjourney[MIDJOURNEY].max_jobs = 1
    await imagine(stage)
    second = await imagine(stage, "a quay")
    sent = len(submits(stage))
    for _ in range(3):
        await later(stage, 4)
    assert len(submits(stage)) == sent
    await later(stage, 4)
    await stage.env.advance_time(1)
    assert "🛠️ Begun." in shown(second)
    await later(stage, UNTIL_DONE)
    assert buttons(second) == GRID


async def test_a_full_account_that_was_asked_for_holds_nobody_else_up(stage: Stage) -> None:
    await connect(stage)
    subscriber(stage).midjourney[OTHER] = MidjourneyAccount(OTHER, None, "token-of-the-other", 1)
    await imagine(stage, channel=OTHER)
    pinned = await imagine(stage, channel=OTHER)
    free = await imagine(stage, "a quay", stage.admin)
    assert FULL.format(1) in shown(pinned)
    assert "🛠️ Begun." in shown(free)
    assert [job.channel for job in made(stage)] == [OTHER, MIDJOURNEY]
    await later(stage, UNTIL_DONE)
    await stage.env.advance_time(1)
    assert [body.get("channel") for body in bodies(stage)][-1] == OTHER
    assert "🛠️ Begun." in shown(pinned)


async def test_one_server_does_not_wait_for_another(stage: Stage) -> None:
    await connect(stage)
    subscriber(stage).midjourney[MIDJOURNEY].max_jobs = 1
    stage.sandbox.useapi.subscribe("user:20002-otherkey9b1c").midjourney[OTHER] = MidjourneyAccount(
        OTHER, None, "token-of-the-other", 1
    )
    other = stage.another_server()
    await other.connect_useapi("user:20002-otherkey9b1c")
    await imagine(stage)
    waiting = await imagine(stage)
    theirs = await imagine(other)
    assert FULL.format(1) in shown(waiting)
    assert "🛠️ Begun." in shown(theirs)


async def test_where_discord_itself_is_busy_it_is_tried_again_by_itself(stage: Stage) -> None:
    await connect(stage)
    stage.sandbox.useapi.discord_limited = 1
    said = await imagine(stage)
    assert "⏳ Not sent yet; it is tried again by itself." in shown(said)
    assert "useapi.net is turning calls away right now." in shown(said)
    await later(stage, UNTIL_DONE)
    assert "🛠️ Begun." in shown(said)
    await later(stage, UNTIL_DONE)
    assert buttons(said) == GRID
    assert len(made(stage)) == 1
    check_bodies(stage)


async def test_a_refusal_is_told_with_who_can_mend_it_and_sent_once(stage: Stage) -> None:
    await connect(stage)
    rows: list[tuple[int, JSON, str]] = [
        (400, {"error": "replyUrl is too long", "code": 400}, "in its own words: “replyUrl is too long”"),
        (401, {"error": "Unauthorized", "code": 401}, "replaces it with `/setup connect`"),
        (402, {"error": "Account has no subscription", "code": 402}, "“Account has no subscription”"),
        (403, None, "useapi.net does not allow this"),
        (404, None, "useapi.net does not know what was asked for."),
        (422, {"error": "Banned words", "code": 422}, "refused this as against its rules"),
        (596, {"error": "Pending", "code": 596}, "`/accounts midjourney reset`"),
    ]
    for number, (status, body, sentence) in enumerate(rows, 1):
        stage.sandbox.useapi.refuse_with(status, body, method="POST")
        said = await imagine(stage)
        assert sentence in shown(said), status
        assert "Change and send again" in buttons(said)
        assert len(submits(stage)) == number
    await later(stage, 600)
    assert len(submits(stage)) == len(rows)
    check_bodies(stage)


async def test_an_account_with_a_notice_is_named_with_its_cure(stage: Stage) -> None:
    await connect(stage)
    said = await imagine(stage, channel=NOTICED)
    assert "a notice waits there, in its own words: “Account has a pending moderation message" in shown(said)
    assert "`/accounts midjourney reset`" in shown(said)
    await stage.admin.slash(stage.channel, "accounts midjourney reset", channel=NOTICED)
    again = await stage.member.click(said.response, label="Send it again") if said.response else None
    assert again is not None
    await later(stage, UNTIL_DONE)
    assert buttons(again) == GRID
    check_bodies(stage)


async def test_an_expired_subscription_refuses_pika_too(stage: Stage) -> None:
    await connect(stage)
    subscriber(stage).expired = True
    said = await create(stage, PROMPT)
    assert "Account has no subscription or subscription expired" in shown(said)


async def test_an_account_that_cannot_keep_up_is_left_alone_for_minutes(stage: Stage) -> None:
    await connect(stage)
    subscriber(stage).midjourney[MIDJOURNEY].max_jobs = 1
    await imagine(stage)
    untracked = await imagine(stage, "a quay")
    waiting = await imagine(stage, "a pier")
    stage.sandbox.useapi.untrackable = 1
    made(stage)[0].finish()
    await later(stage, 61)
    assert "⚠️ Midjourney took this but cannot follow it" in shown(untracked)
    new = await imagine(stage, "a boat")
    assert "⏳ Waiting: the account could not keep up, so nothing is sent to it" in shown(new)
    sent = len(submits(stage))
    await later(stage, 170)
    assert len(submits(stage)) == sent
    await later(stage, 11)
    await later(stage, 1)
    assert "🛠️ Begun." in shown(waiting)
    check_bodies(stage)
