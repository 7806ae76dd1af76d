"""What the emulated useapi.net refuses of a submit call, and of whom."""

import uuid

import aiohttp
import pytest
from multidict import CIMultiDict

from bot.sandbox.upstream import JSON
from bot.sandbox.useapi import Useapi
from tests.sandbox.useapi_desk import (
    JOBS,
    KEY,
    MIDJOURNEY,
    PIKA,
    PNG,
    Answer,
    Desk,
    another,
    golden,
)

MIDJOURNEY_VERBS = (
    *("imagine", "button", "blend", "describe", "info", "relax", "fast", "turbo", "variability", "remix"),
    *("seed", "seed_async"),
)
ENDPOINTS = [
    *[("POST", f"/v2/jobs/{verb}") for verb in MIDJOURNEY_VERBS],
    *[
        ("POST", f"/v1/pika/{verb}")
        for verb in ("create", "animate", "encrypt_text", "encrypt_image", "button")
    ],
    *[
        ("GET", f"{api}/jobs{rest}")
        for api in ("/v1/pika", "/v2")
        for rest in ("", f"/?jobid={JOBS[1]}", f"/cancel/?jobid={JOBS[1]}")
    ],
]
URL = "https://example.com/1.png"
LONG = "x" * 1025


@pytest.mark.parametrize(("method", "path"), ENDPOINTS)
async def test_jobs_are_for_subscribers_who_pay(desk: Desk, method: str, path: str) -> None:
    assert await desk.send(method, path, key="user:1-unknown") == golden("401_unauthorized")
    desk.subscriber.expired = True
    assert await desk.send(method, path) == golden("402_no_subscription")
    assert desk.useapi.jobs == {}


@pytest.mark.parametrize(
    ("verb", "fields", "name"),
    [
        ("imagine", {}, "400_prompt_missing"),
        ("imagine", {"prompt": ""}, "400_prompt_missing"),
        ("imagine", {"prompt": 5}, "400_prompt_missing"),
        ("imagine", {"prompt": "x" * 2049}, "400_prompt_too_long"),
        ("imagine", {"prompt": "x", "replyUrl": LONG}, "400_reply_url_too_long"),
        ("imagine", {"prompt": "x", "replyRef": LONG}, "400_reply_ref_too_long"),
        ("imagine", {"prompt": "x", "maxJobs": 16}, "400_midjourney_max_jobs_exceeded"),
        ("imagine", {"prompt": "x", "maxJobs": 0}, "400_max_jobs_missing"),
        ("imagine", {"prompt": "x", "channel": "1234567890123456"}, "400_channel_invalid"),
        ("imagine", {"prompt": "x", "channel": "1120000000000000009"}, "400_discord_missing"),
        (
            "imagine",
            {"prompt": "x", "channel": "1120000000000000009", "discord": "token"},
            "400_server_missing",
        ),
        ("blend", {}, "400_blend_urls_missing"),
        ("blend", {"blendUrls": []}, "400_blend_urls_missing"),
        ("blend", {"blendUrls": [URL]}, "400_blend_urls_count"),
        ("blend", {"blendUrls": [URL] * 6}, "400_blend_urls_count"),
        ("blend", {"blendUrls": [URL, "not-an-url"]}, "400_blend_urls_invalid"),
        ("blend", {"blendUrls": [URL] * 2, "blendDimensions": "Round"}, "400_blend_dimensions_invalid"),
        ("describe", {}, "400_describe_url_missing"),
        ("describe", {"describeUrl": "not-an-url"}, "400_describe_url_invalid"),
        ("blend", {"blendUrls": "not-an-url"}, "400_blend_urls_missing"),
        ("button", {"button": "U1"}, "400_jobid_missing"),
        ("button", {"jobid": JOBS[1]}, "400_button_missing"),
        ("seed", {}, "400_jobid_missing"),
        ("seed_async", {"jobid": JOBS[9]}, "404_job"),
        ("info", {"replyRef": LONG}, "400_reply_ref_too_long"),
    ],
)
async def test_a_wrong_field_of_a_midjourney_job_is_named(
    desk: Desk, verb: str, fields: dict[str, JSON], name: str
) -> None:
    assert await desk.post(verb, fields) == golden(name)
    assert desk.useapi.jobs == {}


@pytest.mark.parametrize(
    ("command", "fields", "name"),
    [
        ("create", {}, "400_prompt_missing"),
        ("create", {"prompt": "x" * 1501}, "400_prompt_too_long"),
        ("create", {"prompt": "x", "channel": "1234567890123456"}, "400_channel_invalid"),
        ("create", {"prompt": "x", "channel": "1120000000000000009"}, "400_discord_missing"),
        ("create", {"prompt": "x", "maxJobs": "11"}, "400_pika_max_jobs_exceeded"),
        ("create", {"prompt": "x", "maxJobs": "many"}, "400_max_jobs_missing"),
        ("animate", {"prompt": "x"}, "400_image_missing"),
        ("animate", {"image": b""}, "400_image_missing"),
        ("animate", {"image": "text"}, "400_image_missing"),
        ("encrypt_text", {"prompt": "x"}, "400_message_missing"),
        ("encrypt_text", {"message": "x"}, "400_prompt_missing"),
        ("encrypt_text", {"message": "x" * 21, "prompt": "x"}, "400_message_too_long"),
        ("encrypt_text", {"message": "x", "prompt": "x", "font": "GOTHIC"}, "400_font_invalid"),
        ("encrypt_image", {"prompt": "x", "message": "text"}, "400_message_missing"),
        ("encrypt_image", {"message": PNG}, "400_prompt_missing"),
        ("button", {"button": "retry"}, "400_jobid_missing"),
        ("button", {"jobid": JOBS[9]}, "400_button_missing"),
        ("button", {"jobid": JOBS[9], "button": "retry"}, "404_job"),
    ],
)
async def test_a_wrong_field_of_a_pika_job_is_named(
    desk: Desk, command: str, fields: dict[str, str | bytes], name: str
) -> None:
    assert await desk.pika(command, **fields) == golden(name)
    assert desk.useapi.jobs == {}


async def test_fields_of_the_longest_length_are_taken(desk: Desk) -> None:
    fields: dict[str, JSON] = {"prompt": "x" * 2048, "replyUrl": LONG[:-1], "replyRef": LONG[:-1]}
    answer = await desk.post("imagine", fields)
    assert (answer.status, answer.json["replyUrl"]) == (200, LONG[:-1])
    assert (await desk.pika("encrypt_text", message="x" * 20, prompt="x" * 1500)).status == 200


async def test_prompts_were_shorter_once(desk: Desk) -> None:
    desk.useapi.prompt_length = 1024
    assert await desk.imagine(prompt=LONG) == golden("400_prompt_too_long")


async def test_a_picture_that_cannot_be_fetched_is_refused(desk: Desk) -> None:
    desk.useapi.irretrievable = {URL}
    assert (await desk.post("describe", {"describeUrl": URL})).status == 400
    assert (await desk.post("blend", {"blendUrls": [URL, URL]})).status == 400


async def test_the_last_field_of_a_button_must_fit_the_parent(desk: Desk) -> None:
    await desk.imagine()
    assert await desk.press("U1") == golden("400_job_not_completed")
    assert await desk.post("seed", {"jobid": JOBS[1]}) == golden("400_job_not_completed")
    desk.clock.go_on(14)
    assert await desk.press("U9") == golden("400_button_unsupported")
    assert await desk.press("Make Square") == golden("400_button_not_offered")


@pytest.mark.parametrize("url", ["http://[", "ftp://example.com/1.png", "https://", "https://a b/1.png"])
async def test_a_picture_has_an_address_on_the_web(desk: Desk, url: str) -> None:
    expected = golden("400_describe_url_invalid").body.replace(b"not-an-url", url.encode())
    assert await desk.post("describe", {"describeUrl": url}) == Answer(400, expected)


async def test_only_retry_can_be_pressed_on_a_pika_job(desk: Desk) -> None:
    await desk.pika("create", prompt="x")
    assert await desk.pika("button", jobid=JOBS[1], button="retry") == golden("400_job_not_completed")
    assert (await desk.pika("button", jobid=JOBS[1], button="remix")).status == 400


@pytest.mark.parametrize(
    "path", ["/v2/jobs/?other=1", "/v2/jobs/", "/v1/pika/jobs/?jobid=", "/v2/jobs/cancel/"]
)
async def test_a_question_needs_a_job(desk: Desk, path: str) -> None:
    assert await desk.send("GET", path) == golden("400_jobid_query_missing")


@pytest.mark.parametrize(
    "path",
    [f"/v2/jobs?jobid={JOBS[1]}", f"/v1/pika/jobs?jobid={JOBS[1]}", f"/v2/jobs/cancel?jobid={JOBS[1]}"],
)
async def test_a_question_of_the_wrong_form_is_not_found(desk: Desk, path: str) -> None:
    await desk.imagine()
    assert await desk.send("GET", path) == golden("404_unknown_path")
    assert len(desk.useapi.complaints) == 1
    desk.useapi.complaints.clear()


async def test_unknown_fields_are_complained_about(desk: Desk) -> None:
    await desk.imagine(seed=5)
    await desk.pika("create", prompt="x", server="1130000000000000001")
    await desk.post("info", {"maxJobs": 3})
    assert desk.useapi.complaints == [
        "unknown field: POST /v2/jobs/imagine: seed",
        "unknown field: POST /v1/pika/create: server",
        "unknown field: POST /v2/jobs/info: maxJobs",
    ]
    desk.useapi.complaints.clear()


async def test_pika_takes_forms_alone(desk: Desk) -> None:
    answer = await desk.send("POST", "/v1/pika/create", {"prompt": "x"})
    assert answer == golden("400_prompt_missing")
    assert desk.useapi.complaints == ["wrong content type: POST /v1/pika/create: application/json"]
    desk.useapi.complaints.clear()


async def test_midjourney_takes_forms_too(desk: Desk) -> None:
    form = aiohttp.FormData(default_to_multipart=True)
    for name, value in [("blendUrls", URL), ("blendUrls", URL), ("maxJobs", "3"), ("channel", MIDJOURNEY)]:
        form.add_field(name, value)
    answer = await desk.send("POST", "/v2/jobs/blend", form=form)
    assert answer.json["blendUrls"] == [URL, URL]


async def test_an_upload_without_a_name_is_an_upload(desk: Desk) -> None:
    form = aiohttp.MultipartWriter("form-data")
    part = form.append(PNG, CIMultiDict({"Content-Type": "image/webp"}))
    part.set_content_disposition("form-data", name="image")
    answer = await desk.send("POST", "/v1/pika/animate", form=form)
    assert answer.json["image"] == {"size": 68, "type": "image/webp"}


async def test_nobody_sees_the_jobs_of_others(desk: Desk) -> None:
    other = another(desk.useapi)
    await desk.imagine()
    not_found = Answer(404, golden("404_job").body.replace(JOBS[9].encode(), JOBS[1].encode()))
    assert await desk.look(key=other.key) == not_found
    assert await desk.look(api="/v1/pika") == not_found
    assert await desk.send("GET", "/v2/jobs", key=other.key) == golden("jobs_empty")
    assert (await desk.look()).status == 200


async def test_the_default_callback_address_is_echoed(desk: Desk) -> None:
    desk.subscriber.reply_url = "https://example.com/default"
    assert (await desk.imagine()).json["replyUrl"] == "https://example.com/default"
    given = await desk.imagine(replyUrl="https://example.com/mine")
    assert given.json["replyUrl"] == "https://example.com/mine"


async def test_a_form_without_a_boundary_is_empty(desk: Desk) -> None:
    headers = {"Authorization": f"Bearer {KEY}", "Content-Type": "multipart/form-data"}
    url = f"{desk.useapi.url}/v1/pika/create"
    async with desk.session.post(url, data=b"prompt=x", headers=headers) as response:
        assert (response.status, await response.read()) == (400, golden("400_prompt_missing").body)


async def test_a_form_with_one_address_has_one(desk: Desk) -> None:
    form = aiohttp.FormData({"blendUrls": URL}, default_to_multipart=True)
    assert await desk.send("POST", "/v2/jobs/blend", form=form) == golden("400_blend_urls_count")


async def test_ids_of_jobs_follow_the_dice() -> None:
    async with Useapi() as useapi:
        useapi.dice.seed(7)
        first = useapi.new_jobid()
        useapi.dice.seed(7)
        assert (useapi.new_jobid(), uuid.UUID(first).version) == (first, 4)


async def test_a_call_can_bring_its_own_account_of_pika(desk: Desk) -> None:
    answer = await desk.pika("create", prompt="x", discord="xyz-token-uvw", channel="2" * 18)
    assert (answer.json["discord"], answer.json["channel"]) == ("xyz…uvw", "2" * 18)


async def test_a_call_can_bring_its_own_account(desk: Desk) -> None:
    where: dict[str, JSON] = {"discord": "xyz-token-uvw", "server": "113000000000000000", "channel": "2" * 18}
    body = (await desk.imagine(**where)).json
    assert (body["discord"], body["channel"], body["maxJobs"]) == ("xyz…uvw", "2" * 18, 3)


async def test_without_accounts_a_call_has_to_bring_one(desk: Desk) -> None:
    desk.subscriber.midjourney.clear()
    desk.subscriber.pika.clear()
    assert await desk.imagine() == golden("400_discord_missing")
    assert await desk.post("info", {}) == golden("400_discord_missing")
    assert await desk.pika("create", prompt="x") == golden("400_discord_missing")


async def test_the_token_is_shown_masked_and_the_sent_one_wins(desk: Desk) -> None:
    assert PIKA in desk.subscriber.pika
    answer = await desk.pika("create", prompt="x", discord="abc-secret-xyz")
    assert answer.json["discord"] == "abc…xyz"
    assert KEY.encode() not in answer.body
