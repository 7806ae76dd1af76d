"""Downloads, most of them of pictures and videos, from hosts that the operator lists and from no other.

Members and upstreams name addresses, so each of them is a way to make this machine ask for something
(server-side request forgery). An address is judged before it is asked, and each one that it redirects
to; a name is resolved by :class:`PublicResolver`, whose result is what is connected to; and what comes
is measured while it comes, and taken for what its first bytes are, whatever its headers say.
"""

from __future__ import annotations

import asyncio
import re
import socket
import tempfile
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Generator, Iterable, Mapping
from contextlib import AbstractAsyncContextManager, aclosing, asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from ipaddress import ip_address
from pathlib import PurePosixPath
from typing import IO, Protocol, Self, TypeVar
from urllib.parse import unquote, urljoin, urlsplit

import aiohttp
import yarl
from aiohttp.abc import AbstractResolver, ResolveResult

from bot.errors import MediaError, MediaReason
from bot.hosts import check_address, is_public, read_host

T = TypeVar("T")
IN_MEMORY = 1024 * 1024
"""Bytes of a file that are kept in memory; a larger one goes to a temporary file."""

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_HOPS = 3
"""How many redirects are followed."""
_HEAD = 64
"""Bytes from the start of a file that tell its kind."""
_PASSING = {408, 425, 429}
"""Refusals that are worth another try."""
_ODD = re.compile(r"[^A-Za-z0-9._-]+")
_NAME_MOST = 80
_VIDEO_BRANDS = (b"iso", b"mp4", b"avc", b"M4V", b"mmp4", b"MSNV", b"dash", b"cmf", b"3g")
"""How the brands of MP4 files start; pictures (HEIC, AVIF) and sound are in the same kind of box."""


class Kind(StrEnum):
    """A kind of file, as its media type."""

    PNG = "image/png"
    JPEG = "image/jpeg"
    WEBP = "image/webp"
    GIF = "image/gif"
    MP4 = "video/mp4"
    MOV = "video/quicktime"
    WEBM = "video/webm"

    @property
    def ending(self) -> str:
        """What file names of this kind end with, dot and all."""
        return {Kind.JPEG: ".jpg", Kind.MOV: ".mov"}.get(self, "." + self.value.partition("/")[2])


@dataclass(frozen=True, slots=True)
class Fetched:
    """A file that was downloaded, open at its beginning; closed and gone with the context."""

    file: IO[bytes] = field(repr=False)
    size: int
    kind: Kind
    filename: str
    """From the address: ASCII letters, digits, dots, hyphens and underscores, with the kind's ending."""


@dataclass(frozen=True, slots=True)
class Opened:
    """The answer of one address. ``headers`` has its names in lower case; ``chunks`` come once."""

    status: int
    headers: Mapping[str, str]
    chunks: AsyncIterator[bytes] = field(repr=False)


class Source(Protocol):
    """Where bytes come from."""

    def open(self, url: str) -> AbstractAsyncContextManager[Opened]:
        """Ask one address, which was judged, without following where it points.

        Raises :class:`~bot.errors.MediaError`, and so do the chunks: whatever goes wrong is TROUBLE.
        """
        ...


class Media:
    """Downloads files from ``hosts`` (``host[:port]`` each), a whole download within ``seconds``."""

    def __init__(self, source: Source, hosts: Iterable[str], *, seconds: float = 60.0) -> None:
        self._source = source
        self._hosts = frozenset(str(read_host(host)) for host in hosts)
        self._seconds = seconds

    def allows(self, url: str) -> bool:
        """Say whether an address is one that may be asked. It may still lead to one that may not."""
        try:
            check_address(url, self._hosts)
        except MediaError:
            return False
        return True

    @asynccontextmanager
    async def fetch(self, url: str, *, most: int) -> AsyncGenerator[Fetched]:
        """Download a picture or a video of at most ``most`` bytes.

        Raises :class:`~bot.errors.MediaError` with the reason.
        """
        with tempfile.SpooledTemporaryFile(IN_MEMORY) as file:
            size, kind = await self._download(url, lambda answer: _store(answer, file, most))
            file.seek(0)
            yield Fetched(file, size, kind, _name(url, kind))

    async def read(self, url: str, *, most: int) -> bytes:
        """Download a file of any kind of at most ``most`` bytes, which whoever asked is to judge.

        Raises :class:`~bot.errors.MediaError` with the reason.
        """
        return await self._download(url, lambda answer: _collect(answer, most))

    async def _download(self, url: str, take: Callable[[Opened], Awaitable[T]]) -> T:
        try:
            async with asyncio.timeout(self._seconds):
                for _ in range(1 + _HOPS):
                    check_address(url, self._hosts)
                    async with self._source.open(url) as answer:
                        if answer.status not in _REDIRECTS:
                            return await take(answer)
                        url = _target(url, answer)
        except TimeoutError:
            raise MediaError(MediaReason.TROUBLE) from None
        raise MediaError(MediaReason.REFUSED)


def _target(url: str, answer: Opened) -> str:
    """Return where an answer points. It is judged before it is asked."""
    try:
        return urljoin(url, answer.headers["location"])
    except KeyError:
        raise MediaError(MediaReason.TROUBLE) from None
    except ValueError:
        raise MediaError(MediaReason.REFUSED) from None


async def _measured(answer: Opened, most: int) -> AsyncGenerator[bytes]:
    _check_answer(answer, most)
    size = 0
    async for chunk in answer.chunks:
        size += len(chunk)
        if size > most:
            raise MediaError(MediaReason.TOO_LARGE, size=_told_size(answer))
        yield chunk


async def _collect(answer: Opened, most: int) -> bytes:
    async with aclosing(_measured(answer, most)) as chunks:
        return b"".join([chunk async for chunk in chunks])


async def _store(answer: Opened, file: IO[bytes], most: int) -> tuple[int, Kind]:
    async with aclosing(_measured(answer, most)) as chunks:
        return await _keep(chunks, file)


async def _keep(chunks: AsyncIterator[bytes], file: IO[bytes]) -> tuple[int, Kind]:
    size, kind = 0, None
    head = b""
    async for chunk in chunks:
        size += len(chunk)
        if len(head) < _HEAD:
            head += chunk[:_HEAD]
            kind = _kind_of(head)
            if kind is None and len(head) >= _HEAD:
                raise MediaError(MediaReason.WRONG_KIND)
        file.write(chunk)
    if kind is None:
        raise MediaError(MediaReason.WRONG_KIND)
    return size, kind


def _check_answer(answer: Opened, most: int) -> None:
    if 400 <= answer.status < 500 and answer.status not in _PASSING:
        raise MediaError(MediaReason.GONE)
    if answer.status != 200:
        raise MediaError(MediaReason.TROUBLE)
    if answer.headers.get("content-encoding", "identity").strip().lower() != "identity":
        # Not what was asked for; unpacked, it could be of any size.
        raise MediaError(MediaReason.WRONG_KIND)
    told = _told_size(answer)
    if told is not None and told > most:
        raise MediaError(MediaReason.TOO_LARGE, size=told)


def _told_size(answer: Opened) -> int | None:
    told = answer.headers.get("content-length", "")
    return int(told) if told.isascii() and told.isdecimal() and len(told) < 20 else None


def _kind_of(head: bytes) -> Kind | None:
    """Tell a file's kind by its first bytes, as the formats' own documents define them."""
    for start, kind in _STARTS.items():
        if head.startswith(start):
            return kind
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return Kind.WEBP
    if head[4:8] == b"ftyp":
        brand = head[8:12]
        return Kind.MOV if brand == b"qt  " else Kind.MP4 if brand.startswith(_VIDEO_BRANDS) else None
    # EBML, of which Matroska is another kind.
    return Kind.WEBM if head.startswith(b"\x1a\x45\xdf\xa3") and b"webm" in head else None


_STARTS: Mapping[bytes, Kind] = {
    b"\x89PNG\r\n\x1a\n": Kind.PNG,
    b"\xff\xd8\xff": Kind.JPEG,
    b"GIF87a": Kind.GIF,
    b"GIF89a": Kind.GIF,
}


def _name(url: str, kind: Kind) -> str:
    last = PurePosixPath(unquote(urlsplit(url).path).replace("\\", "/"))
    stem = _ODD.sub("_", last.stem).strip("._")[:_NAME_MOST] or "file"
    same = {kind.ending, ".jpeg"} if kind is Kind.JPEG else {kind.ending}
    return stem + (last.suffix.lower() if last.suffix.lower() in same else kind.ending)


class PublicResolver(AbstractResolver):
    """Resolves names by ``inner``, and keeps only addresses of the public internet.

    Raises :class:`NotPublic` where none is left. What it returns is what aiohttp connects to: there is
    no second look-up that could say something else.
    """

    def __init__(self, inner: AbstractResolver | None = None) -> None:
        self._inner = inner or aiohttp.ThreadedResolver()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """Return the public addresses of a name."""
        found = await self._inner.resolve(host, port, family)
        public = [each for each in found if is_public(ip_address(each["host"]))]
        if not public:
            raise NotPublic
        return public

    async def close(self) -> None:
        """Close the resolver behind it."""
        await self._inner.close()


class NotPublic(OSError):
    """A name has no address in the public internet."""


@contextmanager
def _troubles() -> Generator[None]:
    try:
        yield
    except aiohttp.ClientConnectorDNSError as error:
        known = isinstance(error.os_error, NotPublic)
        raise MediaError(MediaReason.REFUSED if known else MediaReason.TROUBLE) from None
    except (aiohttp.ClientError, OSError):
        raise MediaError(MediaReason.TROUBLE) from None


class WebSource:
    """The internet as a :class:`Source`, while it is entered as a context.

    ``agent`` is our User-Agent; ``connect`` and ``read`` are the longest waits for a connection and for
    more bytes, in seconds. ``resolver`` is asked for names in place of the system's own; of what it says,
    too, public addresses alone count.
    """

    _session: aiohttp.ClientSession

    def __init__(
        self,
        agent: str,
        *,
        connect: float = 5.0,
        read: float = 10.0,
        resolver: AbstractResolver | None = None,
    ) -> None:
        self._headers = {"User-Agent": agent, "Accept-Encoding": "identity"}
        self._timeout = aiohttp.ClientTimeout(total=None, connect=connect, sock_read=read)
        self._resolver = resolver

    async def __aenter__(self) -> Self:
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(resolver=PublicResolver(self._resolver), force_close=True),
            headers=self._headers,
            cookie_jar=aiohttp.DummyCookieJar(),
            timeout=self._timeout,
            auto_decompress=False,
        )
        return self

    async def __aexit__(self, *exc_info: object) -> None:
        await self._session.close()

    @asynccontextmanager
    async def open(self, url: str) -> AsyncGenerator[Opened]:
        """Ask one address."""
        with _troubles():
            response = await self._session.get(yarl.URL(url, encoded=True), allow_redirects=False)
        headers = {name.lower(): value for name, value in response.headers.items()}
        async with response, aclosing(_chunks(response)) as chunks:
            yield Opened(response.status, headers, chunks)


async def _chunks(response: aiohttp.ClientResponse) -> AsyncGenerator[bytes]:
    with _troubles():
        async for chunk in response.content.iter_any():
            yield chunk
