"""Jobs of Pika and Midjourney from the asking to the file, with the vendor's emulator."""

import io
from collections.abc import AsyncGenerator, Awaitable, Callable
from urllib.parse import urlsplit

import pytest
from pydantic import SecretStr

from bot.api.jobs import Job
from bot.api.midjourney import MidjourneyClient
from bot.api.multipart import Upload
from bot.api.pika import PikaClient
from bot.errors import Conflict, Moderated, NotFound, QueueFull, Rejected
from bot.media import Kind, Media, WebSource
from bot.sandbox.useapi import Useapi
from tests.api.desk import Desk

KEY = "user:12345-abcdefghi"
PIKA_1, MIDJOURNEY_1, SERVER_1 = "1110000000000000001", "1120000000000000001", "1130000000000000001"
GIF = b"GIF89a\x01\x00\x01\x00\x00\x00\x00;"


@pytest.fixture
async def useapi(desk: Desk) -> AsyncGenerator[Useapi]:
    """Give the emulator, a subscriber in it; what it complains of fails the test."""
    async with Useapi(clock=lambda: 1_800_000_000 + desk.time.now) as running:
        running.subscribe(KEY)
        yield running
        assert running.complaints == []


@pytest.fixture
async def pika(desk: Desk, useapi: Useapi) -> PikaClient:
    client = PikaClient(desk.transport(useapi.url), SecretStr(KEY))
    await client.register(PIKA_1, SecretStr("discord-token-a"), 2)
    return client


@pytest.fixture
async def midjourney(desk: Desk, useapi: Useapi) -> MidjourneyClient:
    client = MidjourneyClient(desk.transport(useapi.url), SecretStr(KEY))
    await client.register(MIDJOURNEY_1, SERVER_1, SecretStr("discord-token-b"), 3)
    return client


def picture() -> Upload:
    return Upload(io.BytesIO(GIF), "fox.gif", "image/gif", len(GIF))


async def finished(desk: Desk, ask: Callable[[str], Awaitable[Job]], jobid: str) -> Job:
    """Ask for a job until it is over."""
    for _ in range(10):
        job = await ask(jobid)
        if job.is_over:
            return job
        desk.time.now += 5.0
    pytest.fail("the job does not end")


async def fetched(useapi: Useapi, url: str) -> Kind:
    async with (
        WebSource("Switchboard-tests") as web,
        Media(web, [urlsplit(useapi.url).netloc]).fetch(url, most=10_000_000) as file,
    ):
        return file.kind


async def test_every_way_to_a_video_ends_with_one(desk: Desk, useapi: Useapi, pika: PikaClient) -> None:
    ways: list[Callable[[], Awaitable[Job]]] = [
        lambda: pika.create("a fox", ref="fox-1"),
        lambda: pika.create("a fox", image=picture(), channel=PIKA_1),
        lambda: pika.animate(picture(), prompt="a fox"),
        lambda: pika.encrypt_text("hello", "a fox", font="RETRO", image=picture()),
        lambda: pika.encrypt_image(picture(), "a fox", image=picture()),
    ]
    jobs: list[str] = []
    for way in ways:
        begun = await way()
        assert not begun.is_over
        assert begun.jobid in await pika.executing()
        job = await finished(desk, pika.job, begun.jobid)
        assert (job.status, job.buttons) == ("completed", ("retry",))
        assert await fetched(useapi, job.files[0].url) is Kind.MP4
        jobs.append(job.jobid)
    again = await pika.press(jobs[0], "retry", ref="fox-2")
    assert again.parent_job_id == jobs[0]
    assert (await finished(desk, pika.job, again.jobid)).reply_ref == "fox-2"
    assert await pika.executing() == ()


async def test_a_picture_is_made_chosen_described_and_its_seed_found(
    desk: Desk, useapi: Useapi, midjourney: MidjourneyClient
) -> None:
    grid = await midjourney.imagine("a fox", channel=MIDJOURNEY_1, ref="fox-1", max_jobs=3)
    grid = await finished(desk, midjourney.job, grid.jobid)
    assert "U1" in grid.buttons
    assert await fetched(useapi, grid.files[0].url) is Kind.PNG
    upscaled = await midjourney.press(grid.jobid, "U1")
    with pytest.raises(Conflict) as caught:
        await midjourney.press(grid.jobid, "U1")
    assert caught.value.job == upscaled.jobid
    await finished(desk, midjourney.job, upscaled.jobid)
    assert [child.jobid for child in (await midjourney.job(grid.jobid)).children] == [upscaled.jobid]
    described = await midjourney.describe(grid.files[0].url)
    assert (await finished(desk, midjourney.job, described.jobid)).description
    seed = await midjourney.seed_async(grid.jobid)
    found = (await finished(desk, midjourney.job, seed.jobid)).seed
    assert found is not None
    assert isinstance(found.value, int)
    blended = await midjourney.blend([grid.files[0].url] * 2, dimensions="Square")
    assert (await finished(desk, midjourney.job, blended.jobid)).files


async def test_the_modes_answer_at_once(midjourney: MidjourneyClient) -> None:
    for way in (midjourney.info, midjourney.relax, midjourney.fast, midjourney.turbo):
        assert (await way()).content
    for way in (midjourney.variability, midjourney.remix):
        assert (await way(channel=MIDJOURNEY_1)).is_over


async def test_what_the_vendor_will_not_do_is_told(pika: PikaClient) -> None:
    first, second = await pika.create("a fox"), await pika.create("a hare")
    with pytest.raises(QueueFull) as full:
        await pika.create("a hen")
    assert {*full.value.executing} == {first.jobid, second.jobid}
    assert (await pika.cancel(first.jobid)).status == "cancelled"
    assert (await pika.job(first.jobid)).status == "cancelled"
    with pytest.raises(Rejected):
        await pika.create("x" * 1501)
    with pytest.raises(Rejected):
        await pika.press(second.jobid, "remix")
    unknown: list[Callable[[str], Awaitable[Job]]] = [
        pika.job,
        pika.cancel,
        lambda jobid: pika.press(jobid, "retry"),
    ]
    for way in unknown:
        with pytest.raises(NotFound):
            await way("0-0")


async def test_a_subscriber_is_read_and_changed(midjourney: MidjourneyClient) -> None:
    assert await midjourney.subscriber()
    await midjourney.update_subscriber(name="Somebody else")
    assert (await midjourney.subscriber()).name == "Somebody else"


async def test_a_moderated_prompt_is_a_job_that_ended(useapi: Useapi, midjourney: MidjourneyClient) -> None:
    word = next(iter(useapi.moderated_words))
    with pytest.raises(Moderated) as caught:
        await midjourney.imagine(f"a {word} fox")
    assert caught.value.job
    assert (await midjourney.job(caught.value.job)).status == "moderated"
