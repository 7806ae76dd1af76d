"""Downloads are judged hop by hop, measured as they come, and taken for what they are."""

import io
from collections.abc import AsyncGenerator, AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import IO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import MediaError, MediaReason
from bot.hosts import DISCORD_HOSTS
from bot.media import IN_MEMORY, Fetched, Kind, Media, Opened

PNG = b"\x89PNG\r\n\x1a\n" + bytes(100)
FILES = {
    "png": (PNG, Kind.PNG),
    "short png": (b"\x89PNG\r\n\x1a\n", Kind.PNG),
    "jpeg": (b"\xff\xd8\xff\xe0\x00\x10JFIF" + bytes(60), Kind.JPEG),
    "gif 87": (b"GIF87a" + bytes(60), Kind.GIF),
    "gif 89": (b"GIF89a" + bytes(60), Kind.GIF),
    "webp": (b"RIFF\x10\x00\x00\x00WEBPVP8 " + bytes(60), Kind.WEBP),
    "mp4": (b"\x00\x00\x00\x20ftypisom\x00\x00\x02\x00isomiso2" + bytes(60), Kind.MP4),
    "mp4 of another brand": (b"\x00\x00\x00\x20ftypmp42" + bytes(60), Kind.MP4),
    "mov": (b"\x00\x00\x00\x14ftypqt  " + bytes(60), Kind.MOV),
    "webm": (b"\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01\x42\x82\x84webm" + bytes(60), Kind.WEBM),
}
OTHERS = {
    "nothing": b"",
    "a page": b"<!doctype html><title>404</title>" + b" " * 5000,
    "a short page": b"<html>",
    "svg": b'<svg xmlns="http://www.w3.org/2000/svg">' + b" " * 60,
    "json": b'{"error":"gone"}',
    "half a png": b"\x89PNG\r\n",
    "wav": b"RIFF\x10\x00\x00\x00WAVEfmt " + bytes(60),
    "heic": b"\x00\x00\x00\x20ftypheic" + bytes(60),
    "avif": b"\x00\x00\x00\x20ftypavif" + bytes(60),
    "m4a": b"\x00\x00\x00\x20ftypM4A " + bytes(60),
    "matroska": b"\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01\x42\x82\x88matroska" + bytes(60),
    "exe": b"MZ" + bytes(60),
    "pdf": b"%PDF-1.7" + bytes(60),
    "zip": b"PK\x03\x04" + bytes(60),
    "a picture after a page": b"<html>" + PNG,
}
URL = "https://cdn.discordapp.com/attachments/1/2/fox.png?ex=1&is=2&hm=3"


@dataclass
class Said:
    """What one address answers."""

    body: bytes = PNG
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    step: int = 1000


@dataclass
class Shelf:
    """A source that answers from memory, and notes what it was asked."""

    said: Mapping[str, Said]
    asked: list[str] = field(default_factory=list[str])
    given: int = 0
    """How many bytes were taken."""

    @asynccontextmanager
    async def open(self, url: str) -> AsyncGenerator[Opened]:
        """Answer."""
        self.asked.append(url)
        said = self.said.get(url) or Said(b"", 404)
        yield Opened(said.status, said.headers, self._chunks(said))

    async def _chunks(self, said: Said) -> AsyncIterator[bytes]:
        for start in range(0, len(said.body), said.step):
            self.given += said.step
            yield said.body[start : start + said.step]


def shelf(body: bytes = PNG, *, status: int = 200, step: int = 1000, **headers: str) -> Shelf:
    told = {name.replace("_", "-"): value for name, value in headers.items()}
    return Shelf({URL: Said(body, status, told, step)})


def at(source: Shelf) -> Media:
    return Media(source, DISCORD_HOSTS)


async def reason(source: Shelf, url: str = URL, *, most: int = 10_000) -> MediaReason:
    """Return why a file was not downloaded."""
    with pytest.raises(MediaError) as caught:
        await get(at(source), url, most=most)
    assert "discord" not in f"{caught.value} {caught.value!r}"
    return caught.value.reason


async def get(media: Media, url: str = URL, *, most: int = 10_000) -> tuple[Fetched, bytes]:
    async with media.fetch(url, most=most) as fetched:
        return fetched, fetched.file.read()


@pytest.mark.parametrize("step", [1, 7, 64, 1000])
@pytest.mark.parametrize(("body", "kind"), FILES.values(), ids=FILES)
async def test_a_file_is_what_its_first_bytes_say(body: bytes, kind: Kind, step: int) -> None:
    fetched, content = await get(at(shelf(body, step=step, content_type="text/html")))
    assert (content, fetched.size, fetched.kind) == (body, len(body), kind)
    assert fetched.file.closed


@pytest.mark.parametrize("step", [1, 7, 64, 1000])
@pytest.mark.parametrize("body", OTHERS.values(), ids=OTHERS)
async def test_what_is_neither_picture_nor_video_is_refused_at_its_start(body: bytes, step: int) -> None:
    source = shelf(body, step=step, content_type="image/png")
    assert await reason(source) is MediaReason.WRONG_KIND
    assert source.given <= max(64 + step, 2 * step)


@given(st.binary(max_size=200), st.integers(1, 70))
async def test_any_bytes_are_a_file_or_refused(body: bytes, step: int) -> None:
    try:
        _, content = await get(at(shelf(body, step=step)))
    except MediaError as error:
        assert error.reason is MediaReason.WRONG_KIND  # noqa: PT017 - either is right
    else:
        assert content == body


@pytest.mark.parametrize("size", [IN_MEMORY - 1, IN_MEMORY, IN_MEMORY + 1])
async def test_a_large_file_is_whole(size: int) -> None:
    body = PNG.ljust(size, b"x")
    fetched, content = await get(at(shelf(body, step=65_536)), most=size)
    assert (fetched.size, content == body) == (size, True)


async def test_a_file_ends_where_too_much_comes() -> None:
    source = shelf(PNG * 1000, step=1000)
    assert await reason(source, most=2500) is MediaReason.TOO_LARGE
    assert source.given == 3000


@pytest.mark.parametrize(
    ("told", "size"),
    [("99999", 99999), ("10", 10), ("", None), ("many", None), ("-1", None), ("٣", None), ("9" * 20, None)],
)
async def test_how_large_it_is_said_to_be_is_told(told: str, size: int | None) -> None:
    source = shelf(PNG * 1000, content_length=told)
    with pytest.raises(MediaError) as caught:
        await get(at(source), most=2500)
    assert (caught.value.reason, caught.value.size) == (MediaReason.TOO_LARGE, size)
    assert source.given == (0 if size == 99999 else 3000)


@pytest.mark.parametrize(
    ("status", "why"),
    [
        *((status, MediaReason.GONE) for status in (400, 401, 403, 404, 410, 451)),
        *((status, MediaReason.TROUBLE) for status in (408, 425, 429, 500, 502, 503, 504, 599)),
        *((status, MediaReason.TROUBLE) for status in (101, 201, 204, 206, 300, 304, 302, 600)),
    ],
)
async def test_a_status_is_a_reason(status: int, why: MediaReason) -> None:
    assert await reason(shelf(status=status)) is why


@pytest.mark.parametrize("encoding", ["gzip", "br", "deflate", "identity, gzip", "x"])
async def test_what_would_have_to_be_unpacked_is_refused(encoding: str) -> None:
    source = shelf(content_encoding=encoding)
    assert await reason(source) is MediaReason.WRONG_KIND
    assert source.given == 0


async def test_what_is_said_to_be_packed_as_it_is_is_taken() -> None:
    assert (await get(at(shelf(content_encoding=" Identity "))))[1] == PNG


def way(*places: str, status: int = 302, body: bytes = PNG) -> Shelf:
    """Return a source whose first address points to the first place, and so on."""
    said: dict[str, Said] = {}
    for one, other in zip((URL, *places), places, strict=False):
        said[one] = Said(b"", status, {"location": other})
    return Shelf({**said, places[-1]: Said(body)})


MEDIA = "https://media.discordapp.net"


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_redirect_to_a_listed_host_is_followed(status: int) -> None:
    source = way(f"{MEDIA}/1", f"{MEDIA}/2", "https://cdn.discordapp.com/3", status=status)
    fetched, content = await get(at(source))
    assert (content, len(source.asked)) == (PNG, 4)
    assert fetched.filename == "fox.png"


async def test_a_fourth_redirect_is_not_followed() -> None:
    source = way(*(f"{MEDIA}/{n}" for n in range(4)))
    assert await reason(source) is MediaReason.REFUSED
    assert len(source.asked) == 4


async def test_a_loop_ends() -> None:
    source = Shelf({URL: Said(b"", 302, {"location": URL})})
    assert await reason(source) is MediaReason.REFUSED
    assert len(source.asked) == 4


async def test_a_redirect_may_be_told_from_where_it_stands() -> None:
    there = "https://cdn.discordapp.com/attachments/1/3/hare.png"
    source = Shelf({URL: Said(b"", 302, {"location": "../3/hare.png"}), there: Said()})
    assert (await get(at(source)))[1] == PNG


@pytest.mark.parametrize(
    "place",
    [
        "https://evil.example/fox.png",
        "http://cdn.discordapp.com/fox.png",
        "//evil.example/fox.png",
        "/\\evil.example/fox.png",
        "\\\\evil.example/fox.png",
        "https://127.0.0.1/fox.png",
        "http://127.0.0.1/fox.png",
        "http://169.254.169.254/latest/meta-data",
        "https://[::ffff:127.0.0.1]/",
        "https://ada@cdn.discordapp.com/fox.png",
        "https://cdn.discordapp.com/fox.png#x",
        "https://[cdn.discordapp.com/",
        "file:///etc/passwd",
        "https://cdn.discordapp.com/f\udcff.png",
        "javascript:alert(1)",
    ],
)
async def test_a_redirect_elsewhere_is_not_followed(place: str) -> None:
    source = way(place)
    assert await reason(source) is MediaReason.REFUSED
    assert source.asked == [URL]


@pytest.mark.parametrize("url", ["", "https://evil.example/fox.png", "http://127.0.0.1:80/", "fox.png"])
async def test_an_address_that_may_not_be_asked_is_not_asked(url: str) -> None:
    source = shelf()
    assert await reason(source, url) is MediaReason.REFUSED
    assert source.asked == []
    assert not at(source).allows(url)


def test_an_address_that_may_be_asked_is_told_without_asking_it() -> None:
    source = shelf()
    assert at(source).allows(URL)
    assert source.asked == []


def test_hosts_are_listed_in_any_spelling() -> None:
    media = Media(shelf(), ["CDN.example", "[0::1]:80"])
    assert media.allows("https://cdn.example/a")
    assert media.allows("http://[::1]/a")
    with pytest.raises(ValueError, match="no host"):
        Media(shelf(), ["https://cdn.example"])


NAMES: Sequence[tuple[str, str, str]] = [
    ("/fox.png", "png", "fox.png"),
    ("/fox.PNG", "png", "fox.png"),
    ("/fox.png", "webp", "fox.webp"),
    ("/fox", "jpeg", "fox.jpg"),
    ("/fox.jpeg", "jpeg", "fox.jpeg"),
    ("/fox.exe", "mp4", "fox.mp4"),
    ("/fox.tar.mov", "mov", "fox.tar.mov"),
    ("/a/b/my%20red%20fox.webm", "webm", "my_red_fox.webm"),
    ("/%F0%9F%A6%8A.gif", "gif 89", "file.gif"),
    ("", "png", "file.png"),
    ("/", "png", "file.png"),
    ("/a/..%2F..%2Fetc%2Fpasswd", "png", "passwd.png"),
    ("/a%5Cb.png", "png", "b.png"),
    ("/..png", "png", "file.png"),
    ("/" + "x" * 200 + ".png", "png", "x" * 80 + ".png"),
    ("/a%0D%0Ab%22.png?x=/y.exe", "png", "a_b.png"),
]


@pytest.mark.parametrize(("path", "kind", "name"), NAMES)
async def test_a_file_is_called_as_its_address_ends_and_as_its_kind(path: str, kind: str, name: str) -> None:
    url = f"https://cdn.discordapp.com{path}"
    fetched, _ = await get(at(Shelf({url: Said(FILES[kind][0])})), url)
    assert fetched.filename == name


async def test_a_file_that_goes_wrong_in_the_callers_hands_is_the_callers() -> None:
    async def drop() -> None:
        async with at(shelf()).fetch(URL, most=1000) as fetched:
            files.append(fetched.file)
            raise TimeoutError

    files: list[IO[bytes]] = []
    with pytest.raises(TimeoutError):
        await drop()
    assert files[0].closed


def test_what_was_fetched_does_not_show_its_bytes() -> None:
    assert "file=" not in repr(Fetched(io.BytesIO(PNG), 1, Kind.PNG, "fox.png"))
    assert str(MediaError(MediaReason.TOO_LARGE, size=3)) == "a file was not downloaded: it is too large"


@pytest.mark.parametrize("body", [*OTHERS.values(), PNG])
async def test_a_file_of_any_kind_is_read_where_that_is_asked_for(body: bytes) -> None:
    assert await at(shelf(body, step=7)).read(URL, most=10_000) == body


async def test_a_file_of_any_kind_is_judged_by_its_address_and_its_size() -> None:
    for source, url, why in (
        (shelf(b"x" * 11), URL, MediaReason.TOO_LARGE),
        (shelf(b"", content_length="11"), URL, MediaReason.TOO_LARGE),
        (shelf(b"", status=404), URL, MediaReason.GONE),
        (shelf(b""), "https://example.com/days.csv", MediaReason.REFUSED),
    ):
        with pytest.raises(MediaError) as caught:
            await at(source).read(url, most=10)
        assert caught.value.reason is why
