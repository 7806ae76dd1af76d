"""Pictures of the Pixela emulator that are spoilt on purpose."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.sandbox.pixela import HUGE_BYTES, Hostility
from bot.sandbox.pixela.pictures.hostility import endless
from tests.sandbox.pixela_calls import GRAPH, Caller, calling


@pytest.fixture
async def call() -> AsyncIterator[Caller]:
    async with calling() as caller:
        yield caller


@pytest.mark.parametrize(
    ("hostility", "mark", "smallest", "largest"),
    [
        (Hostility.NO_SVG, b"<!doctype html>", 50, 500),
        (Hostility.CUT_SHORT, b"<svg ", 1_000, 50_000),
        (Hostility.LINKS, b'href="file:///etc/passwd"', 10_000, 500_000),
        (Hostility.ENTITIES, b'SYSTEM "file:///etc/passwd"', 10_000, 500_000),
        (Hostility.DEEP, b"<g><g><g><g>", 300_000, 500_000),
        (Hostility.CROWDED, b"<rect", 5_000_000, 50_000_000),
        (Hostility.SCRIPT, b"<script>", 10_000, 500_000),
        (Hostility.SIZES, b'width="NaN"', 10_000, 500_000),
    ],
)
async def test_a_picture_can_be_spoilt(
    call: Caller, hostility: Hostility, mark: bytes, smallest: int, largest: int
) -> None:
    call.px.hostility = hostility
    reply = await call("GET", GRAPH, query={"mode": "short"})
    assert (reply.status, reply.headers["Content-Type"].split(";")[0]) == (200, "image/svg+xml")
    assert mark in reply.body
    assert smallest < len(reply.body) < largest


async def test_a_huge_picture_is_streamed_without_a_length(call: Caller) -> None:
    call.px.hostility = Hostility.HUGE
    async with call.session.get(f"{call.px.url}{GRAPH}") as response:
        assert "Content-Length" not in response.headers
        assert await response.content.read(100_000)
        response.close()  # as a client does that has had enough
    call.px.hostility = None
    assert (await call("GET", GRAPH)).status == 200


async def test_a_huge_picture_has_fifty_megabytes() -> None:
    assert sum([len(block) async for block in endless("<svg></svg>")]) == HUGE_BYTES == 50_000_000
