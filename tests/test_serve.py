"""Interactions over HTTP, in this process: who is let in, what gets which answer, and who is hung up on."""

from __future__ import annotations

import asyncio
import io
import json
import logging
import time
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from typing import Any

import aiohttp
import pytest

from benchmarks import events, payloads
from benchmarks.loopback import LoopbackDiscord
from benchmarks.posting import Signer
from bot.arrivals import Copies, unwarned
from bot.errors import StartupError
from bot.sandbox import Sandbox
from bot.serve import MOST_BYTES, PATH, PATIENCE, Endpoint, Patience
from bot.settings import Settings
from bot.signing import PublicKey
from tests.served import app_at, posted_to, taking

SIGNER = Signer()
PING = b'{"id":"1","type":1,"token":"-","version":1}'
COMMAND = b'{"id":"7","type":2,"data":{"name":"about"}}'
UNSURE = "8"
"""The id of an interaction of which nobody knows what becomes."""
HASTY = Patience(head=0.05, body=0.05, idle=0.05, look=0.01)


@dataclass
class Door:
    """An endpoint, whoever knocks at it, and what it let in."""

    endpoint: Endpoint
    session: aiohttp.ClientSession
    taken: list[Mapping[str, Any]]
    writers: list[asyncio.StreamWriter] = field(default_factory=list[asyncio.StreamWriter])

    async def post(self, body: bytes, headers: Mapping[str, str] | None = None) -> tuple[int, bytes]:
        """Post a body, well signed unless other headers are given."""
        sent = SIGNER.headers(body) if headers is None else headers
        async with self.session.post(PATH, data=io.BytesIO(body), headers=sent) as answer:
            return answer.status, await answer.read()

    async def connect(self, sent: bytes) -> asyncio.StreamReader:
        """Connect, and send some bytes."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.endpoint.port)
        self.writers.append(writer)
        writer.write(sent)
        await writer.drain()
        return reader


@asynccontextmanager
async def open_door(patience: Patience = PATIENCE, most: int | None = None) -> AsyncGenerator[Door]:
    taken: list[Mapping[str, Any]] = []

    async def take(payload: Mapping[str, Any]) -> bool:
        taken.append(payload)
        return payload["id"] != UNSURE

    endpoint = Endpoint(PublicKey(SIGNER.public, time.time), take, patience=patience, most=most)
    async with endpoint:
        await endpoint.bind("127.0.0.1", 0)
        await endpoint.open()
        async with aiohttp.ClientSession(f"http://127.0.0.1:{endpoint.port}") as session:
            door = Door(endpoint, session, taken)
            yield door
            for writer in door.writers:
                writer.close()
                with suppress(ConnectionError):
                    await writer.wait_closed()


async def test_what_discord_signed_is_let_in_whatever_its_content_type_says() -> None:
    async with open_door() as door:
        assert await door.post(PING) == (200, b'{"type": 1}')
        assert await door.post(COMMAND) == (202, b"")
        odd = {"Content-Type": "multipart/form-data; boundary=x", "Content-Encoding": "gzip"}
        assert await door.post(COMMAND, SIGNER.headers(COMMAND) | odd) == (202, b"")
        assert door.taken == [json.loads(COMMAND)] * 2
        unsure = COMMAND.replace(b'"7"', f'"{UNSURE}"'.encode())
        assert await door.post(unsure) == (503, b"")
        for nothing in (b"", b"{", b"[]", b"1", b'{"type":1}', b"\xff", b"[" * 100_000):
            assert await door.post(nothing) == (400, b"")
        assert len(door.taken) == 3


async def test_everything_else_is_refused_with_nothing_said() -> None:
    async with open_door() as door:
        good = SIGNER.headers(COMMAND)
        old = str(int(time.time()) - 400)
        name, stamp = "X-Signature-Ed25519", "X-Signature-Timestamp"
        for headers in (
            {},
            {name: good[name]},
            {stamp: good[stamp]},
            good | {name: "0" * 128},
            good | {name: good[name].upper()},
            good | {stamp: "soon"},
            SIGNER.headers(COMMAND, old),
            Signer().headers(COMMAND),
            SIGNER.headers(PING),
        ):
            assert await door.post(COMMAND, headers) == (401, b"")
        twice = [*good.items(), (name, good[name])]
        async with door.session.post(PATH, data=COMMAND, headers=twice) as answer:
            assert answer.status == 401
        assert await door.post(b"{", {}) == (401, b"")  # what is not signed is not parsed
        async with door.session.get(PATH) as answer:
            assert answer.status == 405
        for path in ("/", f"{PATH}/", "/healthz"):
            async with door.session.post(path, data=PING, headers=SIGNER.headers(PING)) as answer:
                assert answer.status == 404
        assert door.taken == []


async def test_a_body_that_is_too_long_is_refused() -> None:
    async with open_door(replace(PATIENCE, linger=0.05)) as door:
        longest = PING[:-1] + b" " * (MOST_BYTES - len(PING)) + b"}"
        assert (await door.post(longest))[0] == 200
        assert (await door.post(longest + b" "))[0] == 413
        head = f"POST {PATH} HTTP/1.1\r\nHost: here\r\n"
        told = await door.connect(f"{head}Content-Length: {MOST_BYTES + 1}\r\n\r\n".encode())
        assert (await told.read()).startswith(b"HTTP/1.1 413 ")
        piece = b"10000\r\n" + b" " * 0x10000 + b"\r\n"
        endless = await door.connect(f"{head}Transfer-Encoding: chunked\r\n\r\n".encode() + piece * 20)
        assert (await endless.read(13)) == b"HTTP/1.1 413 "
        assert door.taken == []


async def test_whoever_lets_us_wait_is_hung_up_on() -> None:
    async with asyncio.timeout(5), open_door(HASTY) as door:
        head = f"POST {PATH} HTTP/1.1\r\nHost: here\r\n".encode()
        silent, slow = await door.connect(b""), await door.connect(head)
        assert (await silent.read(), await slow.read()) == (b"", b"")
        bodiless = await door.connect(head + b"Content-Length: 9\r\n\r\n12345")
        assert (await bodiless.read()).startswith(b"HTTP/1.1 408 ")
        resting = await door.connect(b"GET / HTTP/1.1\r\nHost: here\r\n\r\n" + head)
        assert (await resting.read()).startswith(b"HTTP/1.1 404 ")
        assert (await door.post(PING))[0] == 200


async def test_a_crowd_is_turned_away() -> None:
    async with open_door(most=3) as door:
        for _ in range(3):
            await door.connect(b"")
        assert await (await door.connect(b"")).read() == b""


async def test_an_endpoint_is_shut_before_it_is_open_and_after_a_stop() -> None:
    async def take(_: Mapping[str, Any]) -> bool:
        raise AssertionError("nothing was sent")

    async with Endpoint(PublicKey(SIGNER.public, time.time), take) as endpoint:
        with pytest.raises(RuntimeError):
            _ = endpoint.port
        with pytest.raises(RuntimeError):
            await endpoint.open()
        assert not (await endpoint.finding())["interactions"].ok
        await endpoint.bind("127.0.0.1", 0)
        port = endpoint.port
        with pytest.raises(ConnectionRefusedError):
            await asyncio.open_connection("127.0.0.1", port)
        await endpoint.open()
        assert (await endpoint.finding())["interactions"].ok
        async with Endpoint(PublicKey(SIGNER.public, time.time), take) as other:
            with pytest.raises(StartupError, match=f"^HTTP_PORT: cannot listen on port {port} of 127.0.0.1 "):
                await other.bind("127.0.0.1", port)
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(f"GET {PATH} HTTP/1.1\r\nHost: here\r\n\r\n".encode())
        assert (await reader.readuntil(b"\r\n")).endswith(b" 405 Method Not Allowed\r\n")
        endpoint.shut()
        async with asyncio.timeout(5):
            await reader.read()  # a proxy must hear at once that nobody is at the other end any more
        writer.close()
        assert not (await endpoint.finding())["interactions"].ok
        with pytest.raises(ConnectionRefusedError):
            await asyncio.open_connection("127.0.0.1", port)


def test_discord_py_is_kept_from_warning_of_what_is_meant(caplog: pytest.LogCaptureFixture) -> None:
    log = logging.getLogger("discord.client")
    words = "Application has an interaction endpoint URL set, this means components will not be received."
    with unwarned():
        log.warning(words)
        log.warning("something else")
    assert caplog.messages == ["something else"]
    log.warning(words)
    assert caplog.messages[1:] == [words]


async def test_a_key_that_is_not_the_apps_is_warned_of(
    settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    async with (
        LoopbackDiscord() as other,
        taking(app_at(other, settings), other, SIGNER.public),
        asyncio.timeout(10),
    ):
        while "is not the key of this app" not in caplog.text:  # noqa: ASYNC110 - a log tells nobody
            await asyncio.sleep(0.01)


@pytest.fixture
async def served(settings: Settings) -> AsyncGenerator[LoopbackDiscord]:
    """Give a Discord that posts to the real bot."""
    async with LoopbackDiscord() as made, taking(app_at(made, settings), made) as port:
        await posted_to(made, port)
        yield made
        assert not made.unknown


def test_copies_are_known_for_as_long_as_their_time_stamp_is_good_and_some_at_a_time() -> None:
    now = 1000.0
    copies = Copies(lambda: now, most=3)
    assert [copies.is_new(number) for number in (1, 2, 1)] == [True, True, False]
    now += 599
    assert [copies.is_new(number) for number in (1, 3)] == [False, True]
    now += 1
    assert [copies.is_new(number) for number in (1, 3)] == [True, False]
    assert [copies.is_new(number) for number in (4, 5, 3)] == [True, True, True]


async def test_people_are_answered_in_every_kind_of_channel_however_little_is_told_of_it(
    served: LoopbackDiscord,
) -> None:
    place: events.Where = {"guild_id": served.guild_ids[0]}
    archived = {"archived": False, "auto_archive_duration": 60, "archive_timestamp": payloads.now()}
    for kind, more in (
        *((kind, {"parent_id": "78", "thread_metadata": archived}) for kind in (10, 11, 12)),
        *((kind, {}) for kind in (0, 2, 5, 13, 15)),
    ):
        event = events.slash(served.world, "about", where=place)
        event["channel"] = {
            "id": event["channel_id"],
            "type": kind,
            "name": "there",
            "permissions": "8",
            **more,
        }
        assert "interactions come over HTTP" in (await served.send(event)).text, kind


async def test_the_real_bot_answers_what_is_posted_each_but_once(
    served: LoopbackDiscord, sandbox: Sandbox
) -> None:
    seeds = sandbox.seed()
    about = await served.slash("about")
    assert "interactions come over HTTP" in about.text
    looked = await served.slash("pluralkit system", {"ref": seeds.pluralkit_system})
    assert (looked.type, "Harbour Lights" in looked.text) == (5, True)
    asked = len(sandbox.pluralkit.requests)
    again = json.dumps(looked.interaction).encode()
    [url] = served.endpoints
    async with aiohttp.ClientSession() as session:
        async with session.post(url, data=again, headers=served.signer.headers(again)) as answer:
            assert answer.status == 202
        lacking = b'{"id":"7","type":2}'
        async with session.post(url, data=lacking, headers=served.signer.headers(lacking)) as answer:
            assert answer.status == 500
    assert len(sandbox.pluralkit.requests) == asked
    assert "Switchboard" in (await served.slash("about")).text
