"""What is told of each request that was sent."""

from __future__ import annotations

import logging
from contextlib import suppress

import pytest

from bot.api.attempts import Attempt
from bot.api.limiter import Limiter
from bot.api.pixela import PixelaDialect
from bot.api.policy import JSON, Setback
from bot.api.transport import Pace, Transport
from bot.api.useapi import UseapiDialect
from bot.errors import ApiError, Unreachable
from bot.measures import Measures
from bot.sandbox.upstream import Trouble
from bot.services import Provider
from tests.api.desk import LONG, READ, WRITES, Desk, closed_port


def observed(desk: Desk, url: str, seen: list[Attempt]) -> Transport:
    """Return a transport whose attempts are told, first to somebody who cannot bear it."""
    pace = Pace(timeouts=LONG, clock=desk.time.clock, sleep=desk.time.sleep, jitter=lambda: 0.0)

    def broken(_attempt: Attempt) -> None:
        raise ValueError("not today")

    observers = [broken, seen.append]
    return Transport(desk.session, Provider.USEAPI, url, UseapiDialect(), Limiter({}), pace, observers)


async def test_every_attempt_is_told_as_it_ended(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    seen: list[Attempt] = []
    transport = observed(desk, desk.shop.url, seen)
    desk.shop.fail(status=503, times=1)
    desk.shop.fail(Trouble.HTML, times=1)
    desk.shop.fail(Trouble.DROP, times=1)
    await transport.send(READ)
    await transport.send(WRITES["POST"])
    assert [(each.status, each.setback) for each in seen] == [
        (503, None),
        (200, Setback.GARBLED),
        (None, Setback.CUT_OFF),
        (200, None),
        (200, None),
    ]
    assert [each.ended for each in seen] == ["503", "garbled", "cut_off", "200", "200"]
    assert {each.provider for each in seen} == {Provider.USEAPI}
    assert all(each.seconds >= 0 for each in seen)
    # Who looks on cannot make a call fail, and is heard of.
    failures = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert len(failures) == 5


async def test_what_was_never_connected_is_told_and_counted(desk: Desk) -> None:
    seen: list[Attempt] = []
    with pytest.raises(Unreachable):
        await observed(desk, f"http://127.0.0.1:{closed_port()}", seen).send(WRITES["POST"])
    measures = Measures()
    for attempt in seen:
        measures.note_attempt(attempt)
    assert measures.calls == {(Provider.USEAPI, "not_connected"): 4}
    assert sum(measures.call_times[Provider.USEAPI].counts) == 4


@pytest.mark.parametrize(
    ("status", "body", "answered"),
    [
        (200, {"isSuccess": True}, True),
        (404, {"isSuccess": False}, True),
        (429, {"isSuccess": False}, True),
        (503, {"isSuccess": False, "isRejected": True}, True),
        (503, {"isSuccess": False}, False),
        (500, {}, False),
    ],
)
async def test_what_a_service_refuses_as_it_says_it_does_is_an_answer(
    desk: Desk, status: int, body: dict[str, JSON], answered: bool
) -> None:
    seen: list[Attempt] = []
    pace = Pace(timeouts=LONG, clock=desk.time.clock, sleep=desk.time.sleep, jitter=lambda: 0.0)
    transport = Transport(
        desk.session, Provider.PIXELA, desk.shop.url, PixelaDialect(), Limiter({}), pace, [seen.append]
    )
    desk.shop.refuse_with(status, body, times=1)
    with suppress(ApiError):
        await transport.send(READ)
    assert seen[0].answered is answered
