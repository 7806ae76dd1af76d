"""The files of completed jobs, and what may be wrong with them."""

import json
import struct
import zlib
from typing import cast

import aiohttp
import pytest

from bot.sandbox.useapi import Hostility
from tests.sandbox.useapi_desk import JOBS, Answer, Desk


async def completed(desk: Desk, prompt: str = "a red fox") -> Answer:
    """Return a completed imagine job."""
    return await desk.finished(await desk.imagine(prompt=prompt))


async def film(desk: Desk) -> Answer:
    """Return a completed Pika job."""
    await desk.pika("create", prompt="a red fox")
    desk.clock.go_on(14)
    return await desk.look(api="/v1/pika")


def attachment(answer: Answer) -> dict[str, object]:
    """Return the first attachment of a job."""
    return cast("list[dict[str, object]]", json.loads(answer.body)["attachments"])[0]


def pixels(png: bytes) -> tuple[int, int, bytes]:
    """Return width, height and RGB rows of a PNG, whose checksums must be right."""
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    chunks: dict[bytes, bytes] = {}
    place = 8
    while place < len(png):
        length, kind = struct.unpack(">I4s", png[place : place + 8])
        chunks[kind] = png[place + 8 : place + 8 + length]
        (checksum,) = struct.unpack(">I", png[place + 8 + length : place + 12 + length])
        assert checksum == zlib.crc32(kind + chunks[kind])
        place += length + 12
    width, height = struct.unpack(">II", chunks[b"IHDR"][:8])
    return width, height, zlib.decompress(chunks[b"IDAT"])


def boxes(data: bytes) -> dict[bytes, bytes]:
    """Return the boxes of an MP4 that lie beside each other."""
    found: dict[bytes, bytes] = {}
    while data:
        length, kind = struct.unpack(">I4s", data[:8])
        assert 8 <= length <= len(data)
        found[kind], data = data[8:length], data[length:]
    return found


async def test_a_result_is_a_picture_of_the_size_that_the_job_says(desk: Desk) -> None:
    job = await completed(desk)
    told, file = attachment(job), await desk.fetch(job.links()[0])
    width, height, rows = pixels(file.body)
    assert (told["width"], told["height"], told["size"]) == (width, height, len(file.body))
    assert len(rows) == height * (1 + width * 3)
    assert len(file.body) < 300_000


async def test_a_picture_out_of_a_grid_is_the_one_that_was_pressed(desk: Desk) -> None:
    await completed(desk)
    first, second = [await desk.finished(await desk.press(button)) for button in ("U1", "U2")]
    other = await desk.finished(await desk.press("V1"))
    files = {(await desk.fetch(job.links()[0])).body for job in (first, second, other)}
    assert len(files) == 3
    large = await desk.finished(await desk.press("Upscale (Subtle)", first.jobid))
    assert (await desk.fetch(large.links()[0])).body in files


async def test_a_seed_comes_with_each_picture(desk: Desk) -> None:
    await completed(desk)
    told = await desk.post("seed", {"jobid": JOBS[1]})
    assert len({(await desk.fetch(link)).body for link in told.links()}) == 4


async def test_a_film_has_an_index_and_frames(desk: Desk) -> None:
    job = await film(desk)
    told, file = attachment(job), await desk.fetch(job.links()[0])
    found = boxes(file.body)
    assert list(found) == [b"ftyp", b"moov", b"mdat"]
    place = file.body.index(found[b"mdat"])
    assert struct.pack(">4sIII", b"stco", 0, 1, place) in found[b"moov"]
    frames = 0
    data = found[b"mdat"]
    while data:
        (length,) = struct.unpack(">I", data[:4])
        assert data[4] == (0x41 if frames else 0x65)
        data, frames = data[4 + length :], frames + 1
    assert (frames, told["size"], told["content_type"]) == (24, len(file.body), "video/mp4")


async def test_a_described_picture_is_there(desk: Desk) -> None:
    job = await desk.finished(await desk.post("describe", {"describeUrl": "https://example.com/1.png"}))
    embed = cast("dict[str, dict[str, str]]", json.loads(job.body)["embeds"][0])
    assert (await desk.fetch(embed["image"]["url"])).status == 200


async def test_a_link_ends(desk: Desk) -> None:
    (link,) = (await completed(desk)).links()
    desk.clock.go_on(86_398)
    assert (await desk.fetch(link)).status == 200
    desk.clock.go_on(2)
    assert (await desk.fetch(link)).status == 404


async def test_links_can_end_sooner(desk: Desk) -> None:
    desk.useapi.gallery.link_seconds = 10
    (link,) = (await completed(desk)).links()
    desk.clock.go_on(11)
    assert (await desk.fetch(link)).status == 404


async def test_an_altered_link_is_worth_nothing(desk: Desk) -> None:
    (link,) = (await completed(desk)).links()
    for altered in (link.split("?")[0], link.replace("?ex=", "?ex=1"), link.replace(".png", ".jpg")):
        assert (await desk.fetch(altered)).status == 404
    assert (await desk.fetch(f"{desk.useapi.url}/attachments/1/2/three.png")).status == 404


async def test_an_attachment_may_lack_its_link(desk: Desk) -> None:
    desk.useapi.gallery.hostility = Hostility.NO_URL
    told = attachment(await completed(desk))
    assert "url" not in told
    assert "proxy_url" not in told


async def test_a_page_may_pose_as_a_picture(desk: Desk) -> None:
    job = await completed(desk)
    desk.job(1).hostility = Hostility.HTML
    async with desk.session.get(job.links()[0]) as response:
        assert response.content_type == "image/png"
        assert (await response.read()).startswith(b"<!doctype html>")


async def test_a_file_may_be_gone_or_elsewhere(desk: Desk) -> None:
    (link,) = (await completed(desk)).links()
    desk.job(1).hostility = Hostility.GONE
    assert (await desk.fetch(link)).status == 404
    desk.job(1).hostility = Hostility.REDIRECT
    async with desk.session.get(link, allow_redirects=False) as response:
        assert (response.status, response.headers["Location"]) == (302, desk.useapi.gallery.redirect_to)


@pytest.mark.parametrize(
    ("hostility", "told", "announced"),
    [(Hostility.HUGE, 200_000_000, 200_000_000), (Hostility.HUGE_UNDECLARED, None, None)],
)
async def test_a_file_may_be_huge(
    desk: Desk, hostility: Hostility, told: int | None, announced: int | None
) -> None:
    await film(desk)
    desk.job(1).hostility = hostility
    job = await desk.look(api="/v1/pika")
    size = cast("int", attachment(job)["size"])
    assert size == told if told else size < 1_000_000
    async with desk.session.get(job.links()[0]) as response:
        assert response.content_length == announced
        assert len(await response.content.readexactly(1_000_000)) == 1_000_000
        response.close()


async def test_a_file_may_be_cut_short(desk: Desk) -> None:
    job = await completed(desk)
    desk.job(1).hostility = Hostility.CUT_SHORT
    with pytest.raises(aiohttp.ClientPayloadError):
        await desk.fetch(job.links()[0])
