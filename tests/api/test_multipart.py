"""Forms with files arrive whole, are sent again whole, and are never whole in memory."""

import asyncio
import hashlib
import io
import re
import tempfile
import tracemalloc
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from itertools import pairwise

import pytest
from aiohttp import BodyPartReader, web
from hypothesis import given
from hypothesis import strategies as st

from bot.api.call import Call
from bot.api.multipart import CHUNK, Multipart, Part, Upload, clean_filename
from bot.api.policy import Effect
from bot.errors import Uncertain
from tests.api.desk import Desk, closed_port

MB = 1024 * 1024


def upload(content: bytes, name: str = "fox.png", kind: str = "image/png") -> Upload:
    return Upload(io.BytesIO(content), name, kind, len(content))


def post(*form: Part) -> Call:
    return Call("POST", ("thing",), Effect.WRITE, form=form, seconds=60.0)


async def written(*form: Part) -> tuple[dict[str, str], bytes]:
    """Write a form down once, as one text."""
    form_on_its_way = Multipart(form)
    headers = form_on_its_way.headers()
    return headers, b"".join([chunk async for chunk in form_on_its_way.chunks()])


@dataclass
class Counter:
    """A server that takes forms without keeping them, and notes how long and of what sum they were."""

    bodies: list[tuple[int, str]] = field(default_factory=list[tuple[int, str]])
    url: str = ""

    async def take(self, request: web.Request) -> web.Response:
        """Read one form."""
        length, digest = 0, hashlib.sha256()
        async for part in await request.multipart():
            assert isinstance(part, BodyPartReader)
            while chunk := await part.read_chunk(CHUNK):
                length += len(chunk)
                digest.update(chunk)
        self.bodies.append((length, digest.hexdigest()))
        return web.json_response({})


@asynccontextmanager
async def counting(port: int = 0) -> AsyncGenerator[Counter]:
    """Run a server that takes forms."""
    counter = Counter()
    app = web.Application()
    app.router.add_post("/thing", counter.take)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    counter.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield counter
    finally:
        await runner.cleanup()


async def test_a_form_is_written_as_the_standard_has_it() -> None:
    headers, body = await written(Part("prompt", "a föx"), Part("image", upload(b"\r\n--", "my fox.png")))
    boundary = headers["Content-Type"].removeprefix("multipart/form-data; boundary=")
    assert re.fullmatch(r"[0-9a-f]{32}", boundary)
    assert (
        body
        == (
            f'--{boundary}\r\nContent-Disposition: form-data; name="prompt"\r\n\r\na föx\r\n'
            f'--{boundary}\r\nContent-Disposition: form-data; name="image"; filename="my_fox.png"\r\n'
            f"Content-Type: image/png\r\n\r\n\r\n--\r\n--{boundary}--\r\n"
        ).encode()
    )
    assert headers["Content-Length"] == str(len(body))


async def test_two_forms_have_two_boundaries() -> None:
    assert (await written())[0] != (await written())[0]


@given(
    texts=st.lists(st.text(st.characters(codec="utf-8"), max_size=50), max_size=3),
    files=st.lists(
        st.tuples(st.binary(max_size=200), st.text(max_size=40), st.text(max_size=20)), max_size=3
    ),
)
async def test_what_is_written_can_be_read(
    texts: Sequence[str], files: Sequence[tuple[bytes, str, str]]
) -> None:
    parts = [Part(f"text{n}", text) for n, text in enumerate(texts)]
    parts += [Part(f"file{n}", upload(*each)) for n, each in enumerate(files)]
    headers, body = await written(*parts)
    assert int(headers["Content-Length"]) == len(body)
    head = f"Content-Type: {headers['Content-Type']}\r\n\r\n".encode()
    found = [*message_from_bytes(head + body, policy=policy.HTTP).iter_parts()] if parts else []
    contents = [part.get_payload(decode=True) for part in found]
    assert contents == [*(text.encode() for text in texts), *(content for content, _, _ in files)]


@pytest.mark.parametrize(
    ("name", "clean"),
    [
        ("fox.png", "fox.png"),
        ("ein Füchslein.JPG", "ein_F_chslein.JPG"),
        ("../../etc/passwd", "passwd"),
        ("C:\\fox.png", "fox.png"),
        ('a"; filename="b.exe', "a_filename_b.exe"),
        ("a\r\nContent-Type: x", "a_Content-Type_x"),
        ("", "file"),
        ("...", "file"),
        ("🦊", "file"),
        (".png", "png"),
        ("a." + "b" * 40, "a." + "b" * 10),
        ("x" * 300, "x" * 100),
        ("x" * 300 + ".png", "x" * 88 + ".png"),
    ],
)
def test_a_file_name_is_cleaned(name: str, clean: str) -> None:
    assert clean_filename(name) == clean


@given(st.text())
def test_a_clean_file_name_is_harmless(name: str) -> None:
    assert re.fullmatch(r"[A-Za-z0-9_-][A-Za-z0-9._-]{0,99}", clean_filename(name))
    assert clean_filename(clean_filename(name)) == clean_filename(name)


@pytest.mark.parametrize("kind", ["image", "multipart/x", "image/png; charset=x", "a/b\r\nX: y", "ï/png", ""])
async def test_a_media_type_that_is_neither_picture_nor_video_is_bytes(kind: str) -> None:
    assert (
        b"\r\nContent-Type: application/octet-stream\r\n"
        in ((await written(Part("image", upload(b"x", kind=kind))))[1])
    )


async def test_a_sign_that_is_none_does_not_keep_a_text_from_being_sent() -> None:
    headers, body = await written(Part("prompt", "a \ud800 fox"))
    assert b"\r\n\r\na ? fox\r\n" in body
    assert int(headers["Content-Length"]) == len(body)


async def test_a_file_of_another_size_than_is_said_is_not_sent(desk: Desk) -> None:
    for size in (1, 3):
        with pytest.raises(ValueError, match="size"):
            await desk.transport().send(post(Part("image", Upload(io.BytesIO(b"xx"), "a", "b/c", size))))
    assert desk.shop.requests == []


def test_a_form_shows_neither_its_texts_nor_its_files() -> None:
    call = post(Part("prompt", "hunter2"), Part("image", upload(b"hunter2")))
    assert "hunter2" not in f"{call!r} {call.form!r} {call.identity()}"
    assert upload(b"one") == upload(b"two")
    assert upload(b"one") != upload(b"one", "other.png")


def test_a_form_brings_its_own_length() -> None:
    assert post(Part("a", "b")).headers() == {"Accept": "application/json"}
    assert post(Part("a", "b")).body() is None


async def test_30_mb_go_through_a_small_memory(desk: Desk) -> None:
    with tempfile.TemporaryFile() as file:
        block, digest = bytes(range(256)) * (MB // 256), hashlib.sha256()
        for _ in range(30):
            file.write(block)
            digest.update(block)
        async with counting() as counter:
            tracemalloc.start()
            try:
                call = post(Part("image", Upload(file, "fox.mp4", "video/mp4", 30 * MB)))
                await desk.transport(counter.url).send(call)
                peak = tracemalloc.get_traced_memory()[1]
            finally:
                tracemalloc.stop()
        assert counter.bodies == [(30 * MB, digest.hexdigest())]
        assert peak < 3 * MB
        assert not file.closed


@pytest.mark.parametrize("size", [0, 1, CHUNK, 3 * MB])
async def test_a_file_is_sent_whole_after_a_connection_that_was_refused(desk: Desk, size: int) -> None:
    with tempfile.SpooledTemporaryFile(MB) as file:
        file.write(b"x" * size)
        port = closed_port()
        served = counting(port)
        desk.time.on_sleep = served.__aenter__
        call = post(Part("image", Upload(file, "fox.png", "image/png", size)))
        await desk.transport(f"http://127.0.0.1:{port}").send(call)
        assert len(desk.time.slept) == 1
        file.seek(0)
        assert len(file.read()) == size
        await served.__aexit__(None, None, None)


async def test_a_file_is_sent_whole_each_time_where_the_vendor_says_later(desk: Desk) -> None:
    content = bytes(range(256)) * 1024
    call = post(Part("prompt", "a fox"), Part("image", upload(content)))
    desk.shop.fail(status=429, times=2)
    await desk.transport().send(call)
    bodies = [seen.body for seen in desk.shop.requests]
    assert len(bodies) == 3
    assert all(content in body for body in bodies)
    assert all(one != other for one, other in pairwise(bodies))  # each has a boundary of its own


async def test_a_connection_that_breaks_under_an_upload_leaves_it_uncertain(desk: Desk) -> None:
    async def hang_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.transport.abort()

    async with await asyncio.start_server(hang_up, "127.0.0.1", 0) as server:
        url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        content = upload(b"x" * 3 * MB)
        with pytest.raises(Uncertain):
            await desk.transport(url).send(post(Part("image", content)))
        assert not content.file.closed
