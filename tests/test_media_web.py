"""Downloads from real servers, most of which mean no good."""

import asyncio
import gzip
import socket
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager

import pytest
from aiohttp.abc import AbstractResolver, ResolveResult

from bot.errors import MediaError, MediaReason
from bot.media import Media, NotPublic, PublicResolver, WebSource
from tests.api.desk import closed_port

PNG = b"\x89PNG\r\n\x1a\n" + bytes(1000)
MB = 1024 * 1024
AGENT = "Switchboard-tests/1 (+https://switchboard.example)"
Answer = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


def head(*lines: str, status: str = "200 OK") -> bytes:
    return "\r\n".join([f"HTTP/1.1 {status}", *lines, "", ""]).encode()


def saying(*pieces: bytes) -> Answer:
    """Return an answer that is these pieces, after which the server hangs up."""

    async def say(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for piece in pieces:
            writer.write(piece)
            await writer.drain()

    return say


class Raw:
    """A server that a framework would not let one write."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer
        self.heads: list[bytes] = []
        self.host = ""

    @property
    def url(self) -> str:
        """An address there."""
        return f"http://{self.host}/fox.png"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one request."""
        self.heads.append(await reader.readuntil(b"\r\n\r\n"))
        try:
            await self.answer(reader, writer)
        except (ConnectionError, asyncio.CancelledError):
            pass  # the client had enough
        finally:
            writer.close()


@asynccontextmanager
async def server(answer: Answer) -> AsyncGenerator[Raw]:
    """Run a server on a loopback port."""
    raw = Raw(answer)
    running = await asyncio.start_server(raw.serve, "127.0.0.1", 0)
    async with running:
        raw.host = f"127.0.0.1:{running.sockets[0].getsockname()[1]}"
        yield raw


@pytest.fixture
async def web() -> AsyncGenerator[WebSource]:
    """Give the internet, as the app has it."""
    async with WebSource(AGENT) as opened:
        yield opened


async def get(web: WebSource, raw: Raw, *, most: int = MB, seconds: float = 9.0) -> bytes:
    async with Media(web, [raw.host], seconds=seconds).fetch(raw.url, most=most) as fetched:
        return fetched.file.read()


async def why(web: WebSource, answer: Answer, *, most: int = MB, seconds: float = 9.0) -> MediaReason:
    """Return why a file that is answered so is not downloaded."""
    async with server(answer) as raw:
        with pytest.raises(MediaError) as caught:
            await get(web, raw, most=most, seconds=seconds)
    return caught.value.reason


async def test_a_file_is_downloaded_with_our_name_and_nothing_else_of_ours(web: WebSource) -> None:
    cookie = head("Content-Type: text/html", "Set-Cookie: a=b", f"Content-Length: {len(PNG)}")
    async with server(saying(cookie, PNG)) as raw:
        assert [await get(web, raw), await get(web, raw)] == [PNG, PNG]
    for request in raw.heads:
        lines = dict(line.split(": ", 1) for line in request.decode().splitlines()[1:] if line)
        assert lines == {
            "Host": raw.host,
            "User-Agent": AGENT,
            "Accept": "*/*",
            "Accept-Encoding": "identity",
            **({"Connection": "close"} if "Connection" in lines else {}),
        }
        assert request.startswith(b"GET /fox.png HTTP/1.1\r\n")


async def test_a_file_without_a_length_ends_where_the_connection_does(web: WebSource) -> None:
    async with server(saying(head(), PNG)) as raw:
        assert await get(web, raw) == PNG


@pytest.mark.parametrize(
    "place", ["http://127.0.0.1:1/fox.png", "https://localhost/", "http://10.0.0.1/", "//169.254.169.254/"]
)
async def test_a_redirect_to_another_host_is_not_followed(web: WebSource, place: str) -> None:
    moved = head(f"Location: {place}", "Content-Length: 0", status="302 Found")
    assert await why(web, saying(moved)) is MediaReason.REFUSED


async def test_a_redirect_within_what_is_listed_is_followed(web: WebSource) -> None:
    async with server(saying(head(f"Content-Length: {len(PNG)}"), PNG)) as there:
        moved = head(f"Location: {there.url}", "Content-Length: 0", status="301 Moved")
        async with server(saying(moved)) as raw:
            media = Media(web, [raw.host, there.host])
            async with media.fetch(raw.url, most=MB) as fetched:
                assert fetched.file.read() == PNG


async def test_a_loop_of_redirects_ends(web: WebSource) -> None:
    moved = head("Location: /fox.png", "Content-Length: 0", status="302 Found")
    async with server(saying(moved)) as raw:
        with pytest.raises(MediaError) as caught:
            await get(web, raw)
        assert (caught.value.reason, len(raw.heads)) == (MediaReason.REFUSED, 4)


@pytest.mark.parametrize("length", [(), ("Content-Length: 52428800",)])
async def test_50_mb_are_not_downloaded_where_1_may_be(web: WebSource, length: Sequence[str]) -> None:
    sent: list[int] = []

    async def pour(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(head(*length))
        for piece in [PNG.ljust(MB, b"x")] * 50:
            writer.write(piece)
            await writer.drain()
            sent.append(len(piece))

    assert await why(web, pour) is MediaReason.TOO_LARGE
    assert len(sent) < 50


async def test_no_more_is_taken_than_was_announced(web: WebSource) -> None:
    async with server(saying(head("Content-Length: 100"), PNG * 1000)) as raw:
        try:
            content = await get(web, raw)
        except MediaError as error:  # what is too much came together with the rest
            assert error.reason is MediaReason.TROUBLE  # noqa: PT017 - either is right
        else:
            assert content == PNG[:100]


@pytest.mark.parametrize(
    "answer",
    [
        (),
        (b"SSH-2.0-OpenSSH_9.2\r\n",),
        (head("Content-Length: 5000"), PNG),
        (head("Content-Length: many"), PNG),
        (head("Transfer-Encoding: chunked"), b"400\r\n", PNG[:100]),
        (head("Content-Length: 5", "Transfer-Encoding: chunked"), b"5\r\nhello\r\n0\r\n\r\n"),
        (head("X: " + "x" * 100_000), PNG),
        (head(status="500 Oh"), PNG),
        (head("Location: /x", status="304 Same"),),
    ],
)
async def test_an_answer_that_is_none_or_breaks_off_is_trouble(
    web: WebSource, answer: Sequence[bytes]
) -> None:
    assert await why(web, saying(*answer)) is MediaReason.TROUBLE


async def test_what_is_gone_is_gone(web: WebSource) -> None:
    gone = head("Content-Length: 9", status="404 Not Found")
    assert await why(web, saying(gone, b"not found")) is MediaReason.GONE


async def test_a_page_is_no_picture_whatever_it_is_said_to_be(web: WebSource) -> None:
    page = b"<!doctype html><script>alert(1)</script>".ljust(200)
    told = head("Content-Type: image/png", "Content-Length: 200")
    assert await why(web, saying(told, page)) is MediaReason.WRONG_KIND


@pytest.mark.parametrize("encoding", [("Content-Encoding: gzip",), ()])
async def test_a_packed_answer_is_not_unpacked(web: WebSource, encoding: Sequence[str]) -> None:
    bomb = gzip.compress(PNG + bytes(20 * MB), 1)
    told = head(*encoding, f"Content-Length: {len(bomb)}")
    assert await why(web, saying(told, bomb)) is MediaReason.WRONG_KIND


async def test_a_server_that_drips_is_not_waited_for(web: WebSource) -> None:
    async def drip(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(head())
        for byte in PNG:
            writer.write(bytes([byte]))
            await asyncio.sleep(0.01)

    assert await why(web, drip, seconds=0.05) is MediaReason.TROUBLE


@pytest.mark.parametrize("said", [b"", head("Content-Length: 1000") + PNG[:100]])
async def test_a_server_that_falls_silent_is_not_waited_for(said: bytes) -> None:
    async def stay(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(said)
        await reader.read()

    async with WebSource(AGENT, read=0.03) as web:
        assert await why(web, stay) is MediaReason.TROUBLE


async def test_nobody_at_home_is_trouble(web: WebSource) -> None:
    raw = Raw(saying())
    raw.host = f"127.0.0.1:{closed_port()}"
    with pytest.raises(MediaError) as caught:
        await get(web, raw)
    assert caught.value.reason is MediaReason.TROUBLE


class Names(AbstractResolver):
    """Names and the addresses that are told of them; of others, nothing is known."""

    def __init__(self, **told: Sequence[str]) -> None:
        self.told = told
        self.asked: list[str] = []

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """Return what is told of a name."""
        self.asked.append(host)
        if host.partition(".")[0] not in self.told:
            raise OSError("unknown name")
        return [
            ResolveResult(hostname=host, host=address, port=port, family=family, proto=0, flags=0)
            for address in self.told[host.partition(".")[0]]
        ]

    async def close(self) -> None:
        """Do nothing."""


@pytest.mark.parametrize("address", ["127.0.0.1", "::1", "10.0.0.1", "fe80::1%1", "::ffff:127.0.0.1"])
async def test_a_name_of_this_machine_or_its_network_is_not_connected_to(address: str) -> None:
    async with server(saying(head(), PNG)) as raw:
        host = f"inside.example:{raw.host.partition(':')[2]}"
        async with WebSource(AGENT, resolver=Names(inside=[address])) as web:
            with pytest.raises(MediaError) as caught:
                async with Media(web, [host]).fetch(f"https://{host}/fox.png", most=MB):
                    pass
        assert caught.value.reason is MediaReason.REFUSED
        assert raw.heads == []


async def test_a_name_that_nobody_knows_is_trouble() -> None:
    async with WebSource(AGENT, resolver=Names()) as web:
        with pytest.raises(MediaError) as caught:
            async with Media(web, ["none.example"]).fetch("https://none.example/", most=MB):
                pass
    assert caught.value.reason is MediaReason.TROUBLE


async def test_public_addresses_alone_are_left_of_a_name() -> None:
    resolver = PublicResolver(Names(both=["127.0.0.1", "8.8.8.8", "fd00::1", "2606:4700::1111"], none=["::"]))
    assert [each["host"] for each in await resolver.resolve("both.example", 443)] == [
        "8.8.8.8",
        "2606:4700::1111",
    ]
    with pytest.raises(NotPublic):
        await resolver.resolve("none.example", 443)
    await resolver.close()


async def test_a_name_is_resolved_by_the_system_where_nobody_says_otherwise() -> None:
    async with WebSource(AGENT) as web:
        with pytest.raises(MediaError) as caught:
            async with Media(web, ["localhost:1"]).fetch("https://localhost:1/", most=MB):
                pass
    assert caught.value.reason is MediaReason.REFUSED
