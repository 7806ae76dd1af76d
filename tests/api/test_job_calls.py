"""The calls about jobs as they arrive at useapi.net."""

from collections.abc import Awaitable, Callable
from email import message_from_bytes, policy

import pytest
from pydantic import SecretStr

from bot.api.jobs import Job
from bot.api.midjourney import MidjourneyClient
from bot.api.pika import PikaClient
from bot.sandbox.upstream import JSON, Seen
from tests.api.desk import Desk, golden
from tests.api.useapi_jobs import CHANNEL, FOX, JOB, KEY, OTHER, picture, says


@pytest.fixture
def pika(desk: Desk) -> PikaClient:
    return PikaClient(desk.transport(), SecretStr(KEY))


@pytest.fixture
def midjourney(desk: Desk) -> MidjourneyClient:
    return MidjourneyClient(desk.transport(), SecretStr(KEY))


def form_of(seen: Seen) -> dict[str, object]:
    """Read a form by another reader than the emulator's: texts, and files as name, type and bytes."""
    head = f"Content-Type: {seen.headers['content-type']}\r\n\r\n".encode()
    fields: dict[str, object] = {}
    for part in message_from_bytes(head + seen.body, policy=policy.HTTP).iter_parts():
        raw = part.get_payload(decode=True)
        assert isinstance(raw, bytes)
        file = part.get_filename()
        name = str(part.get_param("name", header="content-disposition"))
        fields[name] = raw.decode() if file is None else (file, part.get_content_type(), raw)
    return fields


FILE = ("fox.png", "image/png", FOX)
ALL: JSON = {"channel": CHANNEL, "replyRef": "fox-1", "replyUrl": "https://example.com/r?s=1"}
FORMS: list[tuple[str, Callable[[PikaClient], Awaitable[Job]], str, dict[str, object]]] = [
    ("pika_create_started", lambda pika: pika.create("a fox"), "create", {"prompt": "a fox"}),
    (
        "pika_create_started",
        lambda pika: pika.create("ein Füchslein 🦊\n", image=picture(), channel=CHANNEL, max_jobs=3),
        "create",
        {"prompt": "ein Füchslein 🦊\n", "image": FILE, "channel": CHANNEL, "maxJobs": "3"},
    ),
    (
        "pika_animate_started",
        lambda pika: pika.animate(picture(), ref="fox-1", reply_url="https://example.com/r", channel=None),
        "animate",
        {"image": FILE, "replyRef": "fox-1", "replyUrl": "https://example.com/r"},
    ),
    (
        "pika_encrypt_text_started",
        lambda pika: pika.encrypt_text("hello", "a fox", font="SANS SERIF", image=picture()),
        "encrypt_text",
        {"message": "hello", "prompt": "a fox", "font": "SANS SERIF", "image": FILE},
    ),
    (
        "pika_encrypt_image_started",
        lambda pika: pika.encrypt_image(picture(), "a fox", image=picture("back.png", of=b"")),
        "encrypt_image",
        {"message": FILE, "prompt": "a fox", "image": ("back.png", "image/png", b"")},
    ),
    (
        "pika_button_started",
        lambda pika: pika.press(JOB, "retry", ref="fox-1"),
        "button",
        {"jobid": JOB, "button": "retry", "replyRef": "fox-1"},
    ),
]


@pytest.mark.parametrize(("name", "work", "verb", "fields"), FORMS)
async def test_a_job_of_pika_is_asked_for_by_a_form(
    desk: Desk,
    pika: PikaClient,
    name: str,
    work: Callable[[PikaClient], Awaitable[Job]],
    verb: str,
    fields: dict[str, object],
) -> None:
    says(desk, name)
    assert (await work(pika)).status == "started"
    (seen,) = desk.shop.requests
    assert (seen.method, seen.path, seen.query) == ("POST", f"/v1/pika/{verb}", {})
    assert seen.headers["authorization"] == f"Bearer {KEY}"
    assert int(seen.headers["content-length"]) == len(seen.body)
    assert form_of(seen) == fields


BODIES: list[tuple[str, Callable[[MidjourneyClient], Awaitable[Job]], str, JSON]] = [
    (
        "midjourney_imagine_started",
        lambda mj: mj.imagine(
            "a fox", channel=CHANNEL, ref="fox-1", reply_url="https://example.com/r?s=1", max_jobs=3
        ),
        "imagine",
        {"prompt": "a fox", "maxJobs": 3, **ALL},
    ),
    (
        "midjourney_button_started",
        lambda mj: mj.press(JOB, "Custom Zoom", prompt="a fox --zoom 1.4", ref="fox-1", max_jobs=1),
        "button",
        {
            "jobid": JOB,
            "button": "Custom Zoom",
            "prompt": "a fox --zoom 1.4",
            "replyRef": "fox-1",
            "maxJobs": 1,
        },
    ),
    (
        "midjourney_button_started",
        lambda mj: mj.press(JOB, "Vary (Region)", mask="aGk=", ref=None),
        "button",
        {"jobid": JOB, "button": "Vary (Region)", "mask": "aGk="},
    ),
    (
        "midjourney_blend_started",
        lambda mj: mj.blend(("https://a/1.png", "https://a/2.png"), dimensions="Portrait"),
        "blend",
        {"blendUrls": ["https://a/1.png", "https://a/2.png"], "blendDimensions": "Portrait"},
    ),
    (
        "midjourney_blend_started",
        lambda mj: mj.blend(["https://a/1.png", "https://a/2.png"]),
        "blend",
        {"blendUrls": ["https://a/1.png", "https://a/2.png"]},
    ),
    (
        "midjourney_describe_started",
        lambda mj: mj.describe("https://a/1.png"),
        "describe",
        {"describeUrl": "https://a/1.png"},
    ),
    ("midjourney_info", lambda mj: mj.info(channel=CHANNEL), "info", {"channel": CHANNEL}),
    ("midjourney_relax", lambda mj: mj.relax(), "relax", {}),
    ("midjourney_fast", lambda mj: mj.fast(ref="fox-1"), "fast", {"replyRef": "fox-1"}),
    ("midjourney_turbo", lambda mj: mj.turbo(), "turbo", {}),
    ("midjourney_variability_on", lambda mj: mj.variability(), "variability", {}),
    ("midjourney_remix_off", lambda mj: mj.remix(channel=CHANNEL), "remix", {"channel": CHANNEL}),
    ("midjourney_seed", lambda mj: mj.seed(JOB), "seed", {"jobid": JOB}),
    (
        "midjourney_seed_async_started",
        lambda mj: mj.seed_async(JOB, ref="fox-1"),
        "seed_async",
        {"jobid": JOB, "replyRef": "fox-1"},
    ),
]


@pytest.mark.parametrize(("name", "work", "verb", "body"), BODIES)
async def test_a_job_of_midjourney_is_asked_for_by_json(
    desk: Desk,
    midjourney: MidjourneyClient,
    name: str,
    work: Callable[[MidjourneyClient], Awaitable[Job]],
    verb: str,
    body: JSON,
) -> None:
    says(desk, name)
    job = await work(midjourney)
    assert job == Job.model_validate_json(golden("useapi", name))
    (seen,) = desk.shop.requests
    assert (seen.method, seen.path, seen.query) == ("POST", f"/v2/jobs/{verb}", {})
    assert (seen.headers["authorization"], seen.json) == (f"Bearer {KEY}", body)


@pytest.mark.parametrize("kind", [PikaClient, MidjourneyClient])
async def test_jobs_are_asked_about_with_the_slashes_of_the_vendor(
    desk: Desk, kind: type[PikaClient | MidjourneyClient]
) -> None:
    client = kind(desk.transport(), SecretStr(KEY))
    base = "/v1/pika" if kind is PikaClient else "/v2"
    says(desk, "midjourney_imagine_progress")
    assert (await client.job("a&b=/ü")).percent == 45
    says(desk, "jobs")
    assert await client.executing() == (JOB, OTHER)
    says(desk, "jobs_empty")
    assert await client.executing() == ()
    says(desk, "job_cancel")
    assert (await client.cancel(JOB)).status == "cancelled"
    says(desk, "job_cancel_completed")
    assert (await client.cancel(JOB)).status == "completed"
    assert [(seen.method, seen.path, dict(seen.query)) for seen in desk.shop.requests] == [
        ("GET", f"{base}/jobs/", {"jobid": "a&b=/ü"}),
        *[("GET", f"{base}/jobs", {})] * 2,
        *[("GET", f"{base}/jobs/cancel/", {"jobid": JOB})] * 2,
    ]
    assert all(seen.headers["authorization"] == f"Bearer {KEY}" for seen in desk.shop.requests)
