"""How the emulated useapi.net spreads jobs over accounts."""

from typing import cast

import pytest

from tests.sandbox.useapi_desk import JOBS, MIDJOURNEY, MIDJOURNEY_2, NOTE, Answer, Desk, another, golden


def channel(answer: Answer) -> str:
    """Return where a job runs."""
    assert answer.status == 200
    return str(answer.json["channel"])


def executing(answer: Answer) -> list[str]:
    """Return what a full queue waits for."""
    assert answer.status == 429
    return cast("list[str]", answer.json["executingJobs"])


async def test_jobs_are_spread_at_random(desk: Desk) -> None:
    desk.add_account()
    assert {channel(await desk.imagine(maxJobs=15)) for _ in range(9)} == {MIDJOURNEY, MIDJOURNEY_2}


async def test_a_full_account_is_passed_over(desk: Desk) -> None:
    desk.add_account()
    for _ in range(3):
        await desk.imagine(channel=MIDJOURNEY)
    assert {channel(await desk.imagine()) for _ in range(5)} == {MIDJOURNEY_2}


async def test_an_account_with_a_notice_is_passed_over(desk: Desk) -> None:
    desk.add_account(notice=NOTE)
    assert [channel(await desk.imagine()) for _ in range(3)] == [MIDJOURNEY] * 3
    assert await desk.imagine() == golden("429_queue_full")
    assert await desk.imagine(channel=MIDJOURNEY_2) == golden("596_pending")


async def test_without_room_anywhere_every_job_is_named(desk: Desk) -> None:
    desk.add_account(max_jobs=1)
    for _ in range(4):
        assert (await desk.imagine()).status == 200
    assert sorted(executing(await desk.imagine())) == [*JOBS[1:5]]


async def test_a_pinned_account_that_is_full_names_its_own_jobs(desk: Desk) -> None:
    desk.add_account(max_jobs=1)
    await desk.imagine(channel=MIDJOURNEY)
    await desk.imagine(channel=MIDJOURNEY_2)
    assert executing(await desk.imagine(channel=MIDJOURNEY_2)) == [JOBS[2]]


async def test_the_call_says_more_than_the_account(desk: Desk) -> None:
    await desk.imagine()
    assert (await desk.imagine(maxJobs=1)).status == 429
    assert (await desk.imagine(maxJobs=2)).json["maxJobs"] == 2
    assert (await desk.imagine()).json["maxJobs"] == 3


async def test_queues_of_others_do_not_count(desk: Desk) -> None:
    another(desk.useapi).midjourney |= desk.subscriber.midjourney
    for _ in range(3):
        await desk.imagine()
    assert (await desk.send("POST", "/v2/jobs/imagine", {"prompt": "x"}, key="user:2-other")).status == 200


async def test_a_command_needs_to_know_its_account(desk: Desk) -> None:
    desk.add_account()
    assert await desk.post("relax", {}) == golden("400_channel_missing")
    assert channel(await desk.post("relax", {"channel": MIDJOURNEY_2})) == MIDJOURNEY_2


async def test_a_command_takes_no_place_in_the_queue(desk: Desk) -> None:
    for _ in range(3):
        await desk.imagine()
    assert (await desk.post("info", {})).status == 200


async def test_a_button_stays_on_the_account_of_its_job(desk: Desk) -> None:
    await desk.imagine()
    desk.clock.go_on(14)
    desk.add_account()
    assert {channel(await desk.press(button)) for button in ("U1", "U2", "V1")} == {MIDJOURNEY}
    assert executing(await desk.press("V1")) == [*JOBS[2:5]]


async def test_a_button_uses_the_token_that_the_account_has_now(desk: Desk) -> None:
    await desk.imagine()
    desk.clock.go_on(14)
    desk.account.discord = "new-token-now"
    assert (await desk.press("U1")).json["discord"] == "new…now"
    desk.subscriber.midjourney.clear()
    assert (await desk.press("U2")).json["discord"] == "dis…n-a"


async def test_a_notice_stops_the_buttons_of_the_account(desk: Desk) -> None:
    await desk.imagine()
    desk.clock.go_on(14)
    desk.account.pending_mod_message = NOTE
    assert await desk.press("U1") == golden("596_pending")
    assert await desk.post("seed", {"jobid": JOBS[1]}) == golden("596_pending")


async def test_a_notice_can_stop_reading_too(desk: Desk) -> None:
    await desk.imagine()
    desk.account.pending_mod_message = NOTE
    assert (await desk.look()).status == 200
    desk.useapi.notices_stop_reading = True
    assert await desk.look() == golden("596_pending")


@pytest.mark.parametrize("speed", ["fast", "relax", "turbo"])
async def test_the_mode_of_an_account_shows(desk: Desk, speed: str) -> None:
    await desk.post(speed, {})
    info = str((await desk.post("info", {})).json["content"])
    assert f"**Job Mode**: {speed.capitalize()}" in info
    await desk.imagine()
    desk.job(3).hold(45)
    assert str((await desk.look(JOBS[3])).json["content"]).endswith(f"(45%) ({speed})")


async def test_a_prompt_may_say_its_own_mode(desk: Desk) -> None:
    await desk.imagine(prompt="a fox --turbo")
    desk.clock.go_on(14)
    assert str((await desk.look()).json["content"]).endswith("(turbo)")
