"""Whatever happens to the server that counts for all: calls go on, at this worker's own share."""

from __future__ import annotations

import asyncio
import logging
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import TypeAlias

import pytest
from pydantic import SecretStr

from bot.api.limiter import Budget, Limiter
from bot.api.sharing import SharedCounts, Waits
from bot.errors import StartupError
from tests.api.desk import closed_port
from tests.certificates import serving_as
from tests.limits_server import NEEDS_ONE, Answer, LimitsServer, hostile, sharing
from tests.processes import PATIENCE

A_DAY = 86_400
DAILY = Budget(6, A_DAY)
LATE = "does not answer in time"
PASSWORD = "hunter2-of-the-limits"
Reader: TypeAlias = asyncio.StreamReader
Writer: TypeAlias = asyncio.StreamWriter


def saying(answer: bytes) -> Answer:
    """Return what answers everything with the same."""

    async def say(reader: Reader, writer: Writer) -> None:
        while await reader.read(4096):
            writer.write(answer)

    return say


async def silence(reader: Reader, _writer: Writer) -> None:
    while await reader.read(4096):
        pass


async def hang_up(_reader: Reader, writer: Writer) -> None:
    writer.close()


async def keeps_to_its_share(shared: SharedCounts) -> None:
    """Assert that a third of the budget goes, at once, and no more."""
    limiter = Limiter({"reads": DAILY}, shared=shared, workers=3)
    began = time.monotonic()
    told = [await limiter.wait("reads", "me", at_most=0) for _ in range(3)]
    assert time.monotonic() - began < 2
    assert told == [None, None, pytest.approx(A_DAY, abs=60)]


@pytest.mark.parametrize(
    ("answer", "trouble"),
    [
        (silence, LATE),
        (hang_up, "cannot be reached"),
        (saying(b"HTTP/1.1 400 Bad Request\r\n\r\n"), "does not answer as a Valkey or Redis does"),
        (saying(b"+OK\r\n"), "does not answer as a Valkey or Redis does"),
        (saying(b"$-1\r\n"), "does not answer as a Valkey or Redis does"),
        (saying(b":many\r\n"), "does not answer as a Valkey or Redis does"),
        (saying(b"*1000000000\r\n"), LATE),
        (saying(b"-LOADING it is loading\r\n"), "is still loading its data"),
        (saying(b"-NOPERM this user may not\r\n"), "does not permit our user to do that"),
        (saying(b"-MISCONF cannot write to disk\r\n"), "refuses (MISCONF)"),
        (saying(b"-hunter2-of-the-limits\r\n"), "refuses"),
    ],
    ids=lambda value: "" if isinstance(value, str) else None,
)
async def test_calls_go_on_where_the_server_is_hostile(
    answer: Answer, trouble: str, caplog: pytest.LogCaptureFixture
) -> None:
    waits = Waits(answer=0.05, look=0.05) if trouble == LATE else None
    async with hostile(answer) as url, sharing(url, waits=waits) as [shared]:
        await keeps_to_its_share(shared)
        assert (await shared.look() or "").startswith(trouble)
        await keeps_to_its_share(shared)
    [line] = [record.getMessage() for record in caplog.records if record.name == "bot.api.sharing"]
    assert "calls of services are not counted together: the server of RATE_LIMIT_URL" in line
    assert trouble in line
    assert PASSWORD not in line


async def test_calls_go_on_where_nobody_listens(tmp_path: Path) -> None:
    urls = (
        f"redis://ada:{PASSWORD}@127.0.0.1:{closed_port()}/0",
        f"unix://{tmp_path / 'nothing'}",
        "valkey://no-such-host.invalid",
    )
    async with sharing(*urls) as [closed, missing, nameless]:
        for shared in (closed, missing, nameless):
            await keeps_to_its_share(shared)
        assert await closed.look() == "cannot be reached (Connection refused)"
        assert await missing.look() == "cannot be reached (No such file or directory)"
        assert (await nameless.look() or "").startswith(("cannot be reached (", "does not answer in time"))


@NEEDS_ONE
@pytest.mark.parametrize(
    ("options", "trouble"),
    [
        ((), "refuses the password"),
        (("--maxmemory", "1"), "is out of memory"),
        (("--replicaof", "127.0.0.1", "1"), "is a replica that must not be written to"),
    ],
    ids=["another password", "no memory", "a replica"],
)
async def test_calls_go_on_where_the_server_does_not_serve_us(
    options: tuple[str, ...], trouble: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with LimitsServer(tmp_path, *options, password=PASSWORD) as server:
        url = server.url if options else server.url.replace(PASSWORD, f"{PASSWORD}-another")
        async with sharing(url) as [shared]:
            await keeps_to_its_share(shared)
            assert await shared.look() == trouble
    assert PASSWORD not in caplog.text


@NEEDS_ONE
async def test_an_outage_is_told_once_and_so_is_its_end(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    now, server = 1000.0, LimitsServer(tmp_path)
    await server.start()
    async with sharing(server.url, clock=lambda: now) as [shared]:
        assert await shared.look() is None
        assert await shared.take(DAILY, "reads", "me") == 0.0
        for _ in range(2):
            await server.stop()
            assert [await shared.take(DAILY, "reads", "me") for _ in range(3)] == [None] * 3
            assert await shared.look() == "cannot be reached (Connection refused)"
            await server.start()
            assert await shared.take(DAILY, "reads", "me") is None  # it is let alone for a while
            now += 5
            assert await shared.take(DAILY, "reads", "me") is None  # tried again, with nobody waiting
            assert await shared.look() is None
            assert await shared.take(DAILY, "reads", "me") == 0.0
    await server.stop()
    told = [record.getMessage() for record in caplog.records if record.name == "bot.api.sharing"]
    assert len(told) == 4
    assert ["not counted" in line for line in told] == [True, False] * 2


async def test_a_late_answer_is_nobodys_and_no_outage_where_a_look_on_another_connection_finds_none(
    caplog: pytest.LogCaptureFixture,
) -> None:
    connections = 0

    async def slow_at_first(reader: Reader, writer: Writer) -> None:
        nonlocal connections
        connections += 1
        is_first = connections == 1
        while said := await reader.read(4096):
            if b"EVALSHA" in said:
                if is_first:
                    await asyncio.sleep(0.3)
                writer.write(b":7000000\r\n" if is_first else b":0\r\n")
            else:
                writer.write(b"+OK\r\n")

    async with hostile(slow_at_first) as url, sharing(url) as [shared]:
        assert await shared.take(DAILY, "reads", "me") is None
        assert await shared.look() is None
        assert [await shared.take(DAILY, "reads", "me") for _ in range(3)] == [0.0] * 3
    assert connections == 2
    assert not caplog.records


@NEEDS_ONE
async def test_calls_that_are_given_up_leave_the_others_their_own_answers(tmp_path: Path) -> None:
    async with LimitsServer(tmp_path) as server, sharing(server.url) as [shared]:
        for turns in range(40):
            task = asyncio.create_task(shared.take(DAILY, "reads", "me"))
            for _ in range(turns):
                await asyncio.sleep(0)
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
        told = [await shared.take(Budget(3, A_DAY), "others", "me") for _ in range(4)]
    assert told == [0.0, 0.0, 0.0, pytest.approx(A_DAY, abs=60)]


async def test_whoever_queued_for_a_server_that_failed_does_not_ask_it_too() -> None:
    asked = 0

    async def count(reader: Reader, _writer: Writer) -> None:
        nonlocal asked
        while await reader.read(4096):
            asked += 1

    async with hostile(count) as url, sharing(url) as [shared]:
        began = time.monotonic()
        assert await asyncio.gather(*(shared.take(DAILY, "reads", "me") for _ in range(200))) == [None] * 200
        assert time.monotonic() - began < 2
    assert asked <= 16


async def test_whoever_queues_too_long_goes_by_the_own_share_and_that_is_no_trouble() -> None:
    door = asyncio.Event()

    async def behind_a_door(reader: Reader, writer: Writer) -> None:
        while await reader.read(4096):
            await door.wait()
            writer.write(b":0\r\n")

    waits = Waits(answer=PATIENCE, turn=0.01, look=PATIENCE)
    async with hostile(behind_a_door) as url, sharing(url, waits=waits) as [shared]:
        asking = [asyncio.create_task(shared.take(DAILY, "reads", "me")) for _ in range(12)]
        done, _ = await asyncio.wait(asking, timeout=PATIENCE, return_when=asyncio.FIRST_COMPLETED)
        assert {task.result() for task in done} == {None}
        door.set()
        told = await asyncio.gather(*asking)
        assert (told.count(None), told.count(0.0)) == (4, 8)
        assert await shared.take(DAILY, "reads", "me") == 0.0


@pytest.mark.parametrize(
    ("name", "is_known", "trouble"),
    [
        ("127.0.0.1", True, None),
        ("127.0.0.2", True, "has a certificate that is not trusted here"),
        ("127.0.0.1", False, "has a certificate that is not trusted here"),
    ],
    ids=["ours", "for another name", "of anybody"],
)
async def test_with_tls_the_server_is_the_one_that_its_certificate_names(
    name: str, is_known: bool, trouble: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    certificate = tmp_path / "certificate.pem"
    tls = serving_as(name, certificate)
    if is_known:
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    async with hostile(saying(b":0\r\n"), tls) as url, sharing(url) as [shared]:
        assert await shared.look() == trouble


def test_without_the_client_the_start_says_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "valkey.asyncio", None)
    url = SecretStr(f"valkey://:{PASSWORD}@127.0.0.1:1/0")
    with pytest.raises(StartupError) as caught:
        SharedCounts(url, str)
    assert caught.value.problems == ("RATE_LIMIT_URL: needs the package valkey (make install brings it)",)


async def test_closing_is_possible_at_any_moment() -> None:
    async with hostile(silence) as url:
        shared = SharedCounts(SecretStr(url), str)
        looking = asyncio.create_task(shared.look())
        await asyncio.sleep(0)
        await shared.close()
        with suppress(asyncio.CancelledError):
            await looking
