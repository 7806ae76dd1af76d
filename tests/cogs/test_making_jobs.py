"""/midjourney jobs, job and cancel: what was made, looked at again or given up."""

from __future__ import annotations

import simcord

from bot.sandbox.upstream import Trouble
from bot.storage.schema import jobs
from tests.bodies import check_bodies
from tests.cogs.making_scene import (
    GRID,
    PROMPT,
    UNTIL_DONE,
    ask,
    connect,
    create,
    files,
    give_up,
    imagine,
    imagined,
    later,
    made,
    message_of,
    press,
    ref_of,
    refusal,
    submits,
    subscriber,
)
from tests.stage import Stage, buttons, everything, shown


def _titles(said: simcord.InteractionResult) -> list[str]:
    return [line for line in shown(said).splitlines() if line.startswith("- **")]


async def _repeat(stage: Stage, times: int) -> None:
    """Write the one job down so many times more."""
    kept = ", ".join(column.name for column in jobs.columns if column.name not in {"id", "ref"})
    for number in range(times):
        values = f"SELECT '{number:020}', {kept} FROM jobs LIMIT 1"  # noqa: S608 - names of our own
        await stage.execute(f"INSERT INTO jobs (ref, {kept}) {values}")


async def test_a_list_has_ones_own_jobs_and_for_managers_all_of_them(stage: Stage) -> None:
    await connect(stage)
    assert shown(await ask(stage, "pika jobs")).splitlines() == [
        "### Your Pika jobs",
        "None in the last 31 days. `/pika create` makes something.",
    ]
    mine = await imagined(stage)
    await imagine(stage, "a *pier*", stage.admin)
    await create(stage)
    listed = await ask(stage, "midjourney jobs")
    assert listed.ephemeral
    place = f"https://discord.com/channels/{stage.guild.id}/{stage.channel.id}/{message_of(mine).id}"
    assert shown(listed).splitlines() == [
        "### Your Midjourney jobs",
        f"- **Midjourney · imagine** · completed · <t:{stage.now() - UNTIL_DONE}:R> · [message]({place})",
        f"-# {PROMPT} · `{ref_of(mine)}`",
        "-# 1 in all; kept for 31 days.",
    ]
    everybodys = await ask(stage, "midjourney jobs", stage.admin)
    assert shown(everybodys).startswith("### Midjourney jobs of this server\n- **Midjourney · imagine** · at")
    assert f"· <@{stage.admin.id}> ·" in _titles(everybodys)[0]
    assert "\n-# a \\*pier\\* · `" in shown(everybodys)
    only = await press(stage, everybodys, "Only mine", stage.admin)
    assert len(_titles(only)) == 1
    assert buttons(only) == ["Everybody's"]
    assert len(_titles(await press(stage, only, "Everybody's", stage.admin))) == 2
    check_bodies(stage)


async def test_pages_turn_after_a_restart_and_never_to_somebody_elses(stage: Stage) -> None:
    await connect(stage)
    oldest = await imagine(stage, who=stage.admin)
    await _repeat(stage, 16)
    first = await ask(stage, "midjourney jobs", stage.admin)
    await stage.restart()
    assert buttons(first) == ["Older", "Only mine"]
    second = await press(stage, first, "Older", stage.admin)
    assert buttons(second) == ["Newer", "Older", "Only mine"]
    assert len(_titles(second)) == 8
    last = await press(stage, second, "Older", stage.admin)
    assert ref_of(oldest) in shown(last)
    assert buttons(last) == ["Newer", "Only mine"]
    stage.demote(stage.admin)
    assert shown(await press(stage, last, "Newer", stage.admin)).startswith("### Your Midjourney jobs\n")
    pressed = await stage.press(stage.member, "jobs:midjourney:all:0:older", message_of(last))
    assert "None in the last 31 days." in shown(pressed)
    check_bodies(stage)


async def test_a_job_is_shown_again_by_reference_and_by_the_vendors_id(stage: Stage) -> None:
    await connect(stage)
    said = await imagine(stage)
    early = await ask(stage, "midjourney job", job=ref_of(said))
    assert early.ephemeral
    assert "🛠️ At work.\n[Cancel]" in shown(early)
    await later(stage, UNTIL_DONE)
    for name in (ref_of(said), made(stage)[0].jobid):
        again = await ask(stage, "midjourney job", job=f" {name} ")
        assert again.ephemeral
        assert buttons(again) == GRID
        assert files(again) == ["image/png"]
        assert ref_of(again) == ref_of(said)
    child = await press(stage, again, "U2")
    assert not child.ephemeral
    assert shown(child).startswith("### Midjourney · U2\n")
    running = await imagine(stage, "a quay")
    stage.sandbox.useapi.fail(Trouble.DROP, times=None)
    kept = await ask(stage, "midjourney job", job=ref_of(said))
    assert buttons(kept) == ["Open it", *GRID]
    unknown = await ask(stage, "midjourney job", job=ref_of(running))
    assert "useapi.net cannot be reached right now." in everything(unknown)
    check_bodies(stage)


async def test_a_job_made_elsewhere_is_shown_and_its_buttons_work(stage: Stage) -> None:
    await connect(stage)
    await imagined(stage)
    await create(stage)
    done, running = made(stage)
    await stage.execute("DELETE FROM jobs")
    at_work = await ask(stage, "pika job", job=running.jobid)
    assert shown(at_work).splitlines()[:3] == [
        "### Pika · create",
        f"> {PROMPT}",
        "The service says: `started`",
    ]
    adopted = await ask(stage, "midjourney job", job=done.jobid)
    assert buttons(adopted) == GRID
    pressed = await press(stage, adopted, "U1")
    await later(stage, UNTIL_DONE)
    assert "[Upscale (Subtle)]" in shown(pressed)
    assert "is not known here" in await refusal(stage, "midjourney job", job=running.jobid)
    check_bodies(stage)


async def test_a_running_job_is_cancelled_there_after_a_question(stage: Stage) -> None:
    await connect(stage)
    said = await imagine(stage)
    stranger = "Only who asked for this may cancel it, and those who manage the server."
    other = stage.guild.add_member(stage.env.create_user("eve"))
    assert await refusal(stage, "midjourney cancel", other, job=ref_of(said)) == stranger
    assert stranger in everything(await press(stage, said, "Cancel", other))
    asked = await ask(stage, "midjourney cancel", job=ref_of(said))
    assert shown(await press(stage, asked, "Keep it")) == "It goes on."
    forged = await stage.press(other, f"job:drop:{ref_of(said)}", message_of(said))
    assert stranger in everything(forged)
    assert await give_up(stage, said, stage.admin) == "✅ It was cancelled."
    assert made(stage)[0].status.value == "cancelled"
    assert "⚠️ This was cancelled." in shown(said)
    assert buttons(said) == ["Change and send again", "Send it again"]
    assert stage.sandbox.useapi.count("GET", "/v2/jobs/cancel/") == 1
    over = await refusal(stage, "midjourney cancel", job=ref_of(said))
    assert over == "This job is over, so there is nothing to cancel."
    again = await press(stage, said, "Send it again")
    await later(stage, UNTIL_DONE)
    assert buttons(again) == GRID
    check_bodies(stage)


async def test_a_waiting_job_is_cancelled_without_a_word_to_the_vendor(stage: Stage) -> None:
    await connect(stage)
    for account in subscriber(stage).midjourney.values():
        account.max_jobs = 1
    await imagine(stage)
    said = await imagine(stage)
    assert "⏳ Waiting for a free account: number 1 in the queue." in shown(said)
    sent = len(submits(stage))
    assert await give_up(stage, said) == "✅ It was cancelled."
    assert len(submits(stage)) == sent
    assert stage.sandbox.useapi.count("GET", "/v2/jobs/cancel/") == 0
    check_bodies(stage)


async def test_what_is_done_meanwhile_stays_done(stage: Stage) -> None:
    await connect(stage)
    said = await imagine(stage)
    asked = await press(stage, said, "Cancel")
    made(stage)[0].finish()
    assert shown(await press(stage, asked, "Give it up")) == "It was over already: completed."
    assert buttons(said) == GRID
    late = await press(stage, asked, "Give it up") if buttons(asked) else None
    assert late is None


async def test_a_cancelling_that_does_not_get_through_is_done_later(stage: Stage) -> None:
    await connect(stage)
    said = await imagine(stage)
    stage.sandbox.useapi.take(600)
    made(stage)[0].hold(40)
    stage.sandbox.useapi.fail(Trouble.DROP, path="/v2/jobs/*", times=None)
    assert await give_up(stage, said) == "It will be cancelled in a moment."
    stage.sandbox.useapi.clear_faults()
    await later(stage, 60)
    await later(stage, 60)
    assert "⚠️ This was cancelled." in shown(said)
    assert made(stage)[0].status.value == "cancelled"
