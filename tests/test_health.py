"""Health over HTTP, in this process: what probes get, however many there are and whatever hangs."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager

import aiohttp
import pytest

from bot.answering import Request
from bot.answering import _current as on_behalf_of  # pyright: ignore[reportPrivateUsage] - set by discord.py's tasks
from bot.api.attempts import Attempt
from bot.errors import StartupError
from bot.exposition import Exposition
from bot.health import Finding, Health, Watch, first_answers
from bot.measures import Ending, Kind, Measures
from bot.services import Provider
from bot.storage.census import Census
from bot.storage.work import State

READY = b"GET /readyz HTTP/1.1\r\nHost: it\r\n\r\n"
Writer = asyncio.StreamWriter
FINE = Finding(ok=True, detail="fine")


class Part:
    """Something to look at, which counts how often that is done."""

    def __init__(self) -> None:
        self.looks = 0
        self.finding = FINE
        self.door = asyncio.Event()
        self.door.set()

    async def look(self) -> Mapping[str, Finding]:
        """Look, once the door is open."""
        self.looks += 1
        await self.door.wait()
        if self.finding.detail == "raise":
            raise ValueError("a-secret-in-an-exception")
        return {"part": self.finding}


async def nothing(_found: Mapping[str, Finding]) -> bytes:
    return b"nothing 1\n"


@asynccontextmanager
async def served(*watches: Watch, idle: float = 60) -> AsyncGenerator[tuple[Health, aiohttp.ClientSession]]:
    health = Health([*watches], nothing, idle=idle)
    await health.start("127.0.0.1", 0)
    try:
        async with aiohttp.ClientSession(f"http://127.0.0.1:{health.port}") as session:
            yield health, session
    finally:
        await health.close()


async def crowd_at(health: Health, many: int, said: bytes) -> list[tuple[asyncio.StreamReader, Writer]]:
    """Connect so often, one after the other, and say something, which the server has read by then."""
    crowd: list[tuple[asyncio.StreamReader, Writer]] = []
    for _ in range(many):
        reader, writer = await asyncio.open_connection("127.0.0.1", health.port)
        writer.write(said)
        crowd.append((reader, writer))
        for _ in range(20):
            await asyncio.sleep(0)
    return crowd


async def read(session: aiohttp.ClientSession, path: str) -> tuple[int, str]:
    async with session.get(path) as answer:
        return answer.status, await answer.text()


async def test_readiness_is_that_of_every_part(caplog: pytest.LogCaptureFixture) -> None:
    part, other = Part(), Part()
    async with served(Watch("part", part.look, every=0), Watch("other", other.look, every=0)) as (_, session):
        assert await read(session, "/healthz") == (200, "alive\n")
        status, text = await read(session, "/readyz")
        assert (status, json.loads(text)["ready"]) == (200, True)
        part.finding = Finding(ok=False, detail="tired")
        other.finding = Finding(ok=True, detail="raise")
        status, text = await read(session, "/readyz")
        assert status == 503
        assert json.loads(text) == {
            "ready": False,
            "parts": {
                "part": {"ok": False, "detail": "tired"},
                "other": {"ok": False, "detail": "ValueError"},
            },
        }
        part.finding = other.finding = Finding(ok=False, detail="tired", needed=False)
        status, text = await read(session, "/readyz")
        assert (status, json.loads(text)["ready"]) == (200, True)
        assert json.loads(text)["parts"]["part"] == {"ok": False, "detail": "tired"}
        assert await read(session, "/metrics") == (200, "nothing 1\n")
        assert (await read(session, "/elsewhere"))[0] == 404
        async with session.post("/healthz") as answer:
            assert answer.status == 405
    assert "a-secret" not in caplog.text


async def test_many_probes_are_one_look() -> None:
    part = Part()
    async with served(Watch("part", part.look, every=60)) as (_, session):
        await asyncio.gather(*(read(session, path) for path in ("/readyz", "/metrics") * 20))
    assert part.looks == 1


async def test_a_part_that_hangs_keeps_nobody_waiting_and_is_looked_at_once() -> None:
    part = Part()
    part.door.clear()
    async with served(Watch("part", part.look, limit=0.02)) as (_, session):
        for _ in range(3):
            status, text = await read(session, "/readyz")
            assert status == 503
            assert "does not answer within 0.02 s" in text
        assert part.looks == 1
        part.door.set()
        await asyncio.sleep(0)
        assert (await read(session, "/readyz"))[0] == 200
        assert part.looks == 1


async def test_a_stop_ends_a_look_that_hangs() -> None:
    part = Part()
    part.door.clear()
    async with asyncio.timeout(5), served(Watch("part", part.look, limit=0.01, end=0.01)) as (_, session):
        await read(session, "/readyz")


async def test_a_crowd_that_asks_nothing_makes_room_and_one_that_asks_is_answered() -> None:
    part = Part()
    part.door.clear()
    async with asyncio.timeout(20), served(Watch("part", part.look, limit=60)) as (health, session):
        asking = await crowd_at(health, 40, READY)
        resting = await crowd_at(health, 30, b"")
        assert await read(session, "/healthz") == (200, "alive\n")
        for reader, _ in resting[:7]:
            assert await reader.read() == b""
        more = await crowd_at(health, 24, READY)
        refused = await crowd_at(health, 3, b"")
        for reader, _ in refused:
            assert await reader.read() == b"", "everybody else is being answered"
        part.door.set()
        for reader, _ in (*asking, *more):
            assert (await reader.readline()).startswith(b"HTTP/1.1 200")
        for _, writer in (*asking, *resting, *more, *refused):
            writer.close()


async def test_who_does_not_ask_soon_is_not_waited_for() -> None:
    async with asyncio.timeout(5), served(idle=0.05) as (health, _):
        for begun in (b"", READY[:-1], b"POST /healthz HTTP/1.1\r\nHost: it\r\nContent-Length: 9\r\n\r\n"):
            [(reader, writer)] = await crowd_at(health, 1, begun)
            await reader.read()
            writer.close()


async def test_a_port_that_is_taken_is_one_sentence() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        health = Health([], nothing)
        with pytest.raises(StartupError) as caught:
            await health.start("127.0.0.1", port)
        await health.close()
    [line] = caught.value.problems
    assert line.startswith(f"HEALTH_PORT: cannot listen on port {port} of 127.0.0.1 (")
    with pytest.raises(RuntimeError):
        _ = health.port


def test_the_metrics_are_what_was_counted_in_words_that_prometheus_reads() -> None:
    measures = Measures()
    measures.note_interaction(Kind.COMMAND, "pluralkit system", Ending.ANSWERED, 0.2, 0.02)
    measures.note_attempt(Attempt(Provider.PIXELA, 503, None, 0.3))
    exposition = Exposition(measures)
    census = Census({State.WAITING: 2, State.RUNNING: 1}, waiting_since=40_000, due_since=None)
    lines = exposition.text({"gateway": True, "database": False}, census, 100_000).decode().splitlines()
    for line in (
        'switchboard_interactions_total{command="pluralkit system",kind="command",outcome="answered"} 1.0',
        'switchboard_interaction_seconds_bucket{command="pluralkit",kind="command",le="0.1"} 0.0',
        'switchboard_interaction_seconds_bucket{command="pluralkit",kind="command",le="0.25"} 1.0',
        'switchboard_interaction_seconds_count{command="pluralkit",kind="command"} 1.0',
        'switchboard_interaction_first_answer_seconds_sum{command="pluralkit",kind="command"} 0.02',
        'switchboard_upstream_calls_total{service="pixela",status="503"} 1.0',
        'switchboard_upstream_call_seconds_bucket{le="+Inf",service="pixela"} 1.0',
        'switchboard_part_ok{part="database"} 0.0',
        'switchboard_jobs{state="waiting"} 2.0',
        "switchboard_job_queue_age_seconds 60.0",
        "switchboard_job_overdue_seconds 0.0",
    ):
        assert line in lines
    assert any(line.startswith("process_resident_memory_bytes ") for line in lines)
    without = exposition.text({}, None, 0).decode()
    assert "switchboard_interactions_total{" in without
    assert "switchboard_jobs" not in without


async def test_the_first_answer_to_an_interaction_is_noted_among_the_requests_to_discord() -> None:
    request = Request(Kind.COMMAND, "about")
    async with (
        served() as (health, _),
        aiohttp.ClientSession(f"http://127.0.0.1:{health.port}", trace_configs=[first_answers()]) as session,
    ):
        await read(session, "/interactions/1/a-token/callback")  # on nobody's behalf
        on_behalf_of.set(request)
        await read(session, "/webhooks/1/a-token")
        assert request.answered_at is None
        await read(session, "/interactions/1/a-token/callback")
        first = request.answered_at
        assert first is not None
        await read(session, "/interactions/1/a-token/callback")
        assert request.answered_at == first
