"""Days on which nothing works: what was asked for is made once, told once, or said to be lost."""

from __future__ import annotations

from bot.sandbox.upstream import JSON, Trouble
from bot.sandbox.useapi.piece import Hostility
from tests.bodies import check_bodies
from tests.cogs.making_scene import (
    GRID,
    MIDJOURNEY,
    PICTURE,
    PROMPT,
    UNTIL_DONE,
    ask,
    connect,
    create,
    files,
    imagine,
    later,
    links,
    made,
    posts,
    press,
    ref_of,
    submits,
    subscriber,
)
from tests.stage import Stage, buttons, shown


async def test_a_vendor_that_is_gone_for_an_hour_is_asked_again_and_then_once(stage: Stage) -> None:
    await connect(stage)
    vendor = stage.sandbox.useapi
    port = int(vendor.url.rpartition(":")[2])
    running = await imagine(stage)
    await vendor.close()
    unsent = await imagine(stage, "a quay")
    assert "useapi.net cannot be reached right now. Nothing was changed" in shown(unsent)
    for _ in range(3):
        await later(stage, 200)
    assert "Midjourney does not answer right now; it is asked again by itself." in shown(running)
    await vendor.start(port)
    await later(stage, 60)
    await later(stage, 60)
    assert buttons(running) == buttons(unsent) == GRID
    assert len(submits(stage)) == len(made(stage)) == 2
    check_bodies(stage)


async def test_a_job_that_vanishes_is_looked_for_three_times(stage: Stage) -> None:
    await connect(stage)
    said = await imagine(stage)
    made(stage)[0].vanish()
    await later(stage, UNTIL_DONE)
    await later(stage, 60)
    assert "🛠️" in shown(said)
    await later(stage, 60)
    assert "⚠️ Midjourney does not know this job any more." in shown(said)
    assert buttons(said) == ["Change and send again", "Send it again"]
    check_bodies(stage)


async def test_a_status_never_seen_before_is_shown_and_followed(stage: Stage) -> None:
    await connect(stage)
    said = await imagine(stage)
    job: dict[str, JSON] = {"jobid": made(stage)[0].jobid, "status": "up**scaling** @everyone " + "x" * 90}
    stage.sandbox.useapi.refuse_with(200, job, method="GET", times=1)
    await later(stage, UNTIL_DONE)
    assert "🛠️ The service says “up\\*\\*scaling\\*\\*" in shown(said)
    await later(stage, 60)
    assert buttons(said) == GRID
    check_bodies(stage)


async def test_a_result_that_cannot_be_attached_is_linked_with_the_reason(stage: Stage) -> None:
    await connect(stage)
    rows = {
        Hostility.HUGE: "it is larger than the 25 MB that may be sent here",
        Hostility.HTML: "it is neither a picture nor a film",
        Hostility.GONE: "it is not there any more",
        Hostility.REDIRECT: "it lies on a host that the operator did not allow",
    }
    for hostility, reason in rows.items():
        said = await create(stage)
        made(stage)[-1].hostility = hostility
        await later(stage, UNTIL_DONE)
        assert f"The file is not attached: {reason}. A link works for a day at most." in shown(said)
        assert buttons(said) == ["Open it", "🔄 Retry"]
        assert files(said) == []
        assert links(said)[0].startswith(f"{stage.sandbox.useapi.url}/attachments/")
    check_bodies(stage)


async def test_a_result_without_a_link_or_on_a_foreign_host_is_shown_all_the_same(stage: Stage) -> None:
    await connect(stage)
    said = await imagine(stage)
    made(stage)[0].hostility = Hostility.NO_URL
    await later(stage, UNTIL_DONE)
    assert buttons(said) == GRID
    assert files(said) == []
    assert f"{PROMPT}\\*\\*" in shown(said) or f"**{PROMPT}**" in shown(said)
    foreign = await imagine(stage, "a quay")
    body: dict[str, JSON] = {
        "jobid": made(stage)[1].jobid,
        "status": "completed",
        "attachments": [{"url": "https://example.org/a.png"}, {"url": "javascript:alert(1)"}],
    }
    stage.sandbox.useapi.refuse_with(200, body, method="GET", times=1)
    await later(stage, UNTIL_DONE)
    assert "2 files are not attached: it lies on a host that the operator did not allow." in shown(foreign)
    assert links(foreign) == ["https://example.org/a.png"]
    check_bodies(stage)


async def test_a_file_that_breaks_off_is_fetched_again_and_linked_in_the_end(stage: Stage) -> None:
    await connect(stage)
    said = await imagine(stage)
    fault = stage.sandbox.useapi.fail(status=503, path="/attachments/*", times=2)
    await later(stage, UNTIL_DONE)
    await later(stage, UNTIL_DONE)
    assert fault.times == 0
    assert "[U1]" not in shown(said)
    await later(stage, 30)
    assert files(said) == ["image/png"]
    broken = await imagine(stage, "a quay")
    stage.sandbox.useapi.fail(status=503, path="/attachments/*", times=None)
    for _ in range(4):
        await later(stage, 30)
    assert "The file is not attached: it could not be fetched." in shown(broken)
    assert buttons(broken) == ["Open it", *GRID]


async def test_what_takes_longer_than_two_hours_is_given_up_and_said_so(stage: Stage) -> None:
    await connect(stage)
    said = await imagine(stage)
    made(stage)[0].hold(40)
    await later(stage, 2 * 3_600 + 61)
    [post] = posts(stage)
    assert "If Midjourney does finish it, `/midjourney job` shows it." in str(post)
    made(stage)[0].finish()
    await later(stage, 600)
    assert len(posts(stage)) == 1
    await ask(stage, "midjourney job", job=ref_of(said))
    found = await ask(stage, "midjourney job", job=ref_of(said))
    assert buttons(found) == GRID
    assert "longer than it is waited for" not in shown(found)
    pressed = await press(stage, found, "U1")
    await later(stage, UNTIL_DONE)
    assert "[Upscale (Subtle)]" in shown(pressed)


async def test_an_unsent_job_is_given_up_after_two_hours_too(stage: Stage) -> None:
    await connect(stage)
    subscriber(stage).midjourney[MIDJOURNEY].max_jobs = 1
    await imagine(stage)
    await imagine(stage, "a quay")
    made(stage)[0].hold(40)
    await later(stage, 3_600)
    await later(stage, 3_661)
    assert "It could not be sent in time, and nothing was made." in str(posts(stage))
    assert len(posts(stage)) == 2


async def test_an_account_or_a_key_may_go_while_a_job_runs(stage: Stage) -> None:
    await connect(stage)
    said = await imagine(stage)
    subscriber(stage).midjourney.clear()
    await later(stage, UNTIL_DONE)
    assert buttons(said) == GRID
    followed, waiting = await imagine(stage, "a quay", channel=MIDJOURNEY), await create(stage)
    assert "⚠️" in shown(followed)
    asked = await stage.admin.slash(stage.channel, "setup disconnect", service="useapi")
    await press(stage, asked, "Remove the key", stage.admin)
    await later(stage, UNTIL_DONE)
    assert "useapi.net is not connected in this server yet." in shown(waiting)
    stage.sandbox.useapi.subscribe("user:20002-otherkey9b1c")
    await stage.connect_useapi("user:20002-otherkey9b1c")
    for _ in range(3):
        await later(stage, 60)
    assert "It may belong to a key that was replaced" in shown(waiting)
    check_bodies(stage)


async def test_a_picture_to_start_from_that_cannot_be_read_now_is_read_later(stage: Stage) -> None:
    await connect(stage)
    assert stage.files is not None
    store, stage.files.store = stage.files.store, None
    gone = await create(stage, image=PICTURE)
    stage.files.store = store
    assert "The picture cannot be used: it is not there any more." in shown(gone)
    link = f"{stage.sandbox.useapi.url}/attachments/1/2/a.png"
    fault = stage.sandbox.useapi.fail(Trouble.STATUS, status=503, path="/attachments/*")
    said = await create(stage, image_url=link)
    assert fault.times == 0
    assert "The picture to start from cannot be read right now." in shown(said)
    assert submits(stage) == []


async def test_two_hands_on_one_button_get_a_job_each(stage: Stage) -> None:
    await connect(stage)
    grid = await imagine(stage)
    await later(stage, UNTIL_DONE)
    first = await press(stage, grid, "V1")
    second = await press(stage, grid, "V1")
    await later(stage, UNTIL_DONE)
    assert buttons(first) == buttons(second) == GRID
    assert len(made(stage)) == 3
