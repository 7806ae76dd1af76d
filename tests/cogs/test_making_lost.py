"""Submits whose answer was lost: what the vendor took is found, and nothing is made twice."""

from __future__ import annotations

from bot.sandbox.upstream import Trouble
from tests.bodies import check_bodies
from tests.cogs.making_scene import (
    GRID,
    UNTIL_DONE,
    connect,
    create,
    give_up,
    imagine,
    later,
    made,
    press,
    submits,
)
from tests.stage import Stage, buttons, shown

LOST = "❔ The answer was lost. Looking whether it was taken …"


async def test_a_submit_whose_answer_is_lost_is_looked_for_and_made_once(stage: Stage) -> None:
    await connect(stage)
    rows = [
        (Trouble.LOST, 0, True),
        (Trouble.TRUNCATED, 0, True),
        (Trouble.DROP, 0, False),
        (Trouble.STATUS, 500, False),
        (Trouble.HTML, 200, False),
    ]
    for number, (trouble, status, happened) in enumerate(rows):
        sent = len(submits(stage))
        fault = stage.sandbox.useapi.fail(trouble, status=status, method="POST")
        said = await imagine(stage)
        assert fault.times == 0
        assert LOST in shown(said)
        assert len(made(stage)) == number + int(happened)
        for _ in range(5):
            await later(stage, 6)
        assert len(made(stage)) == number + 1
        assert len(submits(stage)) == sent + (1 if happened else 2)
        assert buttons(said) == GRID
        assert ("so this was sent once more." in shown(said)) != happened
    check_bodies(stage)


async def test_a_submit_that_is_lost_twice_is_not_sent_a_third_time(stage: Stage) -> None:
    await connect(stage)
    stage.sandbox.useapi.fail(Trouble.STATUS, status=500, method="POST", times=None)
    said = await imagine(stage)
    for _ in range(5):
        await later(stage, 6)
    assert "It may have been made or not: look before you send it again" in shown(said)
    assert len(submits(stage)) == 2


async def test_a_504_that_names_no_job_is_looked_for_and_not_sent_again(stage: Stage) -> None:
    await connect(stage)
    stage.sandbox.useapi.fail(status=504, body=b"<html>Gateway Time-out</html>", method="POST")
    said = await imagine(stage)
    assert LOST in shown(said)
    for _ in range(5):
        await later(stage, 6)
    assert "It may have been made or not: look before you send it again" in shown(said)
    assert len(submits(stage)) == 1
    check_bodies(stage)


async def test_a_submit_that_is_looked_for_too_late_is_not_sent_again(stage: Stage) -> None:
    await connect(stage)
    stage.sandbox.useapi.fail(Trouble.STATUS, status=500, method="POST")
    said = await imagine(stage)
    stage.sandbox.useapi.fail(Trouble.DROP, times=None)
    await later(stage, 16)
    assert LOST in shown(said)
    stage.sandbox.useapi.clear_faults()
    await later(stage, 61)
    assert "It may have been made or not: look before you send it again" in shown(said)
    assert buttons(said) == ["Change and send again", "Send it again"]
    await later(stage, 600)
    assert len(submits(stage)) == 1
    check_bodies(stage)


async def test_a_button_that_works_once_is_pressed_again_after_a_lost_answer(stage: Stage) -> None:
    await connect(stage)
    grid = await imagine(stage)
    await later(stage, UNTIL_DONE)
    stage.sandbox.useapi.fail(Trouble.LOST, method="POST")
    pressed = await press(stage, grid, "U1")
    await later(stage, UNTIL_DONE)
    await later(stage, UNTIL_DONE)
    assert "[Upscale (Subtle)]" in shown(pressed)
    assert len(made(stage)) == 2


async def test_a_job_that_the_vendor_cannot_follow_is_not_sent_again(stage: Stage) -> None:
    await connect(stage)
    stage.sandbox.useapi.untrackable = 2
    for said in (await imagine(stage), await create(stage)):
        assert "took this but cannot follow it: what is made appears in" in shown(said)
    await later(stage, 600)
    assert len(submits(stage)) == 2
    check_bodies(stage)


async def test_a_vendor_that_gives_no_reference_back_is_asked_for_the_same_words(stage: Stage) -> None:
    await connect(stage)
    stage.sandbox.useapi.fail(Trouble.LOST, method="POST")
    said = await imagine(stage, "a  lamp\tby the sea")
    for job in made(stage):
        job.reply_ref = None
    await later(stage, 6)
    assert "🛠️ At work." in shown(said)
    await later(stage, UNTIL_DONE)
    assert buttons(said) == GRID
    assert len(submits(stage)) == 1


async def test_a_job_that_is_cancelled_while_it_is_looked_for_is_cancelled_there(stage: Stage) -> None:
    await connect(stage)
    stage.sandbox.useapi.fail(Trouble.LOST, method="POST")
    taken = await imagine(stage)
    assert await give_up(stage, taken) == "✅ It was cancelled."
    assert "⚠️ This was cancelled." in shown(taken)
    assert made(stage)[0].status.value == "cancelled"
    stage.sandbox.useapi.fail(Trouble.DROP, method="POST")
    dropped = await imagine(stage, "a quay")
    await give_up(stage, dropped)
    for _ in range(3):
        await later(stage, 6)
    assert "⚠️ This was cancelled." in shown(dropped)
    assert len(submits(stage)) == 2
