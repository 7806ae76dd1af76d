"""Jobs of the emulated useapi.net from submit to result: the bodies in ``golden/useapi``."""

import pytest

from bot.sandbox.upstream import JSON
from tests.sandbox.useapi_desk import JOBS, NOTE, PNG, REPLY, Desk, golden


async def test_an_imagine_job_goes_its_way(desk: Desk) -> None:
    assert await desk.imagine(**REPLY) == golden("midjourney_imagine_started")
    desk.clock.go_on(1.9)
    assert await desk.look() == golden("midjourney_imagine_started")
    desk.clock.go_on(5.5)
    assert await desk.look() == golden("midjourney_imagine_progress")
    desk.clock.go_on(6.6)
    assert desk.settled(await desk.look()) == golden("midjourney_imagine_completed")
    desk.clock.go_on(3600)
    assert desk.settled(await desk.look()) == golden("midjourney_imagine_completed")


async def test_a_job_can_be_created_before_it_is_started(desk: Desk) -> None:
    desk.useapi.answers_created = True
    assert await desk.imagine(**REPLY) == golden("midjourney_imagine_created")
    desk.clock.go_on(2)
    started = (await desk.look()).json
    assert (started["status"], started["timestamp"]) == ("started", "2025-04-05T03:02:30.676000+00:00")


async def test_a_pika_job_can_be_created_before_it_is_started(desk: Desk) -> None:
    desk.useapi.answers_created = True
    assert await desk.pika("create", prompt="a red fox -motion 2") == golden("pika_create_created")


async def test_a_pika_job_goes_its_way(desk: Desk) -> None:
    assert await desk.pika("create", prompt="a red fox -motion 2") == golden("pika_create_started")
    desk.clock.go_on(7.4)
    assert await desk.look(api="/v1/pika") == golden("pika_create_progress")
    desk.clock.go_on(6.6)
    assert desk.settled(await desk.look(api="/v1/pika")) == golden("pika_create_completed")


async def test_a_picture_is_animated(desk: Desk) -> None:
    submitted = await desk.pika("animate", prompt="a red fox -motion 2", image=PNG)
    assert submitted == golden("pika_animate_started")
    desk.clock.go_on(14)
    assert desk.settled(await desk.look(api="/v1/pika")) == golden("pika_animate_completed")


async def test_words_and_pictures_are_hidden_in_videos(desk: Desk) -> None:
    prompt = "a red fox -motion 2"
    words = await desk.pika("encrypt_text", message="HELLO", prompt=prompt, font="MODERN")
    assert words == golden("pika_encrypt_text_started")
    picture = await desk.pika("encrypt_image", message=PNG, prompt=prompt)
    expected = golden("pika_encrypt_image_started").json
    expected |= {"jobid": JOBS[2], "messageId": "1300000000000000002"}
    assert picture.json == expected


async def test_a_pika_job_is_made_again(desk: Desk) -> None:
    await desk.pika("create", prompt="a red fox -motion 2")
    desk.clock.go_on(14)
    await desk.look(api="/v1/pika")
    again = await desk.pika("button", jobid=JOBS[1], button="retry")
    assert again == golden("pika_button_started")
    desk.clock.go_on(14)
    assert desk.settled(await desk.look(JOBS[2], api="/v1/pika")) == golden("pika_button_completed")


async def test_a_moderated_job_is_refused_and_can_be_read(desk: Desk) -> None:
    refused = await desk.imagine(prompt="a forbidden fox", **REPLY)
    assert refused == golden("422_midjourney_imagine_moderated")
    assert await desk.look() == golden("midjourney_imagine_moderated")


async def test_a_moderated_pika_job_is_refused_and_can_be_read(desk: Desk) -> None:
    refused = await desk.pika("create", prompt="a forbidden fox")
    assert refused == golden("422_pika_create_moderated")
    assert await desk.look(api="/v1/pika") == golden("pika_create_moderated")


async def test_a_job_fails_at_its_end(desk: Desk) -> None:
    assert (await desk.imagine(prompt="a breakdown", **REPLY)).json["status"] == "started"
    desk.clock.go_on(14)
    assert await desk.look() == golden("midjourney_imagine_failed")


async def test_a_pika_job_fails_at_its_end(desk: Desk) -> None:
    await desk.pika("create", prompt="a breakdown")
    desk.clock.go_on(14)
    assert await desk.look(api="/v1/pika") == golden("pika_create_failed")


async def test_a_lost_job_is_answered_with_504(desk: Desk) -> None:
    desk.useapi.untrackable = 1
    assert await desk.imagine(**REPLY) == golden("504_midjourney_imagine_untrackable")
    assert await desk.look() == golden("midjourney_imagine_untrackable")
    assert (await desk.imagine()).status == 200


async def test_a_lost_pika_job_is_answered_with_504(desk: Desk) -> None:
    desk.useapi.untrackable = 1
    lost = await desk.pika("create", prompt="a red fox -motion 2")
    assert lost == golden("504_pika_create_untrackable")


async def test_a_cancelled_job_stays_cancelled(desk: Desk) -> None:
    await desk.imagine(**REPLY)
    desk.clock.go_on(7.4)
    assert await desk.send("GET", f"/v2/jobs/cancel/?jobid={JOBS[1]}") == golden("job_cancel")
    desk.clock.go_on(100)
    assert await desk.look() == golden("midjourney_imagine_cancelled")


async def test_a_cancelled_pika_job_stays_cancelled(desk: Desk) -> None:
    await desk.pika("create", prompt="a red fox -motion 2")
    desk.clock.go_on(7.4)
    assert await desk.send("GET", f"/v1/pika/jobs/cancel/?jobid={JOBS[1]}") == golden("job_cancel")
    assert await desk.look(api="/v1/pika") == golden("pika_create_cancelled")


async def test_a_completed_job_cannot_be_cancelled_any_more(desk: Desk) -> None:
    await desk.imagine()
    desk.clock.go_on(14)
    cancelled = await desk.send("GET", f"/v2/jobs/cancel/?jobid={JOBS[1]}")
    assert cancelled == golden("job_cancel_completed")


async def test_a_picture_is_taken_out_of_its_grid(desk: Desk) -> None:
    await desk.imagine(**REPLY)
    desk.clock.go_on(14)
    await desk.look()
    assert await desk.press("U1", **REPLY) == golden("midjourney_button_started")
    assert desk.settled(await desk.look()) == golden("midjourney_imagine_completed_with_child")
    assert await desk.press("U1") == golden("409_midjourney_button")
    desk.clock.go_on(14)
    assert desk.settled(await desk.look(JOBS[2])) == golden("midjourney_button_completed")


BLEND: dict[str, JSON] = {"blendUrls": ["https://example.com/1.png", "https://example.com/2.png"]}


async def test_pictures_are_blended(desk: Desk) -> None:
    assert await desk.post("blend", BLEND | REPLY) == golden("midjourney_blend_started")
    desk.clock.go_on(14)
    assert desk.settled(await desk.look()) == golden("midjourney_blend_completed")


async def test_a_picture_is_described(desk: Desk) -> None:
    fields: dict[str, JSON] = {"describeUrl": "https://example.com/1.png", **REPLY}
    assert await desk.post("describe", fields) == golden("midjourney_describe_started")
    desk.clock.go_on(14)
    assert desk.settled(await desk.look()) == golden("midjourney_describe_completed")


async def test_a_seed_is_told_at_once(desk: Desk) -> None:
    await desk.imagine()
    desk.clock.go_on(14)
    told = await desk.post("seed", {"jobid": JOBS[1], **REPLY})
    assert desk.settled(told) == golden("midjourney_seed")
    assert desk.settled(await desk.look(JOBS[2])) == desk.settled(told)


async def test_a_seed_is_told_later(desk: Desk) -> None:
    await desk.imagine()
    desk.clock.go_on(14)
    await desk.look()
    asked = await desk.post("seed_async", {"jobid": JOBS[1], **REPLY})
    assert asked == golden("midjourney_seed_async_started")
    desk.clock.go_on(14)
    assert desk.settled(await desk.look(JOBS[2])) == golden("midjourney_seed_async_completed")


async def test_since_november_2024_every_seed_is_told_later(desk: Desk) -> None:
    desk.useapi.seed_is_async = True
    await desk.imagine()
    desk.clock.go_on(14)
    asked = await desk.post("seed", {"jobid": JOBS[1], **REPLY})
    assert asked == golden("midjourney_seed_async_started")


@pytest.mark.parametrize(
    ("verb", "names"),
    [
        ("info", ["midjourney_info", "midjourney_info"]),
        ("fast", ["midjourney_fast", "midjourney_fast"]),
        ("relax", ["midjourney_relax", "midjourney_relax"]),
        ("turbo", ["midjourney_turbo", "midjourney_turbo"]),
        ("remix", ["midjourney_remix_on", "midjourney_remix_off"]),
        ("variability", ["midjourney_variability_on", "midjourney_variability_off"]),
    ],
)
async def test_a_command_is_done_at_once(desk: Desk, verb: str, names: list[str]) -> None:
    first, second = [await desk.post(verb, REPLY), await desk.post(verb, REPLY)]
    assert first == golden(names[0])
    again = golden(names[1]).json | {"jobid": JOBS[2], "messageId": "1300000000000000002"}
    assert second.json == again
    assert await desk.look() == first


async def test_executing_jobs_are_listed(desk: Desk) -> None:
    assert await desk.send("GET", "/v2/jobs") == golden("jobs_empty")
    await desk.imagine()
    await desk.imagine()
    assert await desk.send("GET", "/v2/jobs") == golden("jobs")
    assert await desk.send("GET", "/v1/pika/jobs") == golden("jobs_empty")
    desk.clock.go_on(14)
    assert await desk.send("GET", "/v2/jobs") == golden("jobs_empty")


async def test_a_full_queue_names_what_it_waits_for(desk: Desk) -> None:
    for _ in range(3):
        await desk.imagine()
    assert await desk.imagine() == golden("429_queue_full")
    desk.job(2).finish()
    assert (await desk.imagine()).status == 200


async def test_a_full_pika_queue_names_what_it_waits_for(desk: Desk) -> None:
    await desk.pika("create", prompt="one", maxJobs="1")
    assert await desk.pika("create", prompt="two", maxJobs="1") == golden("429_pika_queue_full")


async def test_discord_itself_can_be_in_the_way(desk: Desk) -> None:
    desk.useapi.discord_limited = 1
    assert await desk.imagine() == golden("429_discord")
    assert (await desk.imagine()).status == 200


async def test_an_account_with_a_notice_takes_nothing(desk: Desk) -> None:
    desk.account.pending_mod_message = NOTE
    assert await desk.imagine() == golden("596_pending")
    assert await desk.post("info", {}) == golden("596_pending")


async def test_a_human_check_puts_the_account_on_hold(desk: Desk) -> None:
    assert await desk.imagine(prompt="captcha please") == golden("596_captcha")
    assert await desk.imagine() == golden("596_captcha")
    await desk.send("POST", f"/v2/account/midjourney/{desk.account.channel}/reset")
    assert (await desk.imagine()).status == 200


async def test_an_unknown_job_is_not_found(desk: Desk) -> None:
    assert await desk.look(JOBS[9]) == golden("404_job")
    assert await desk.look(JOBS[9], api="/v1/pika") == golden("404_job")
    assert await desk.press("U1", JOBS[9]) == golden("404_job")
    assert await desk.send("GET", f"/v2/jobs/cancel/?jobid={JOBS[9]}") == golden("404_job")
