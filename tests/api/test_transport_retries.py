"""What is sent again and what never is, seen from the server."""

import asyncio
import dataclasses

import aiohttp
import pytest

from bot.api.call import Call
from bot.api.limiter import Budget, Limiter
from bot.api.pixela import PixelaDialect
from bot.api.policy import Effect, Patience
from bot.api.transport import Timeouts
from bot.errors import ApiError, Broken, RateLimited, Uncertain, Unreachable
from bot.sandbox.upstream import Trouble, Upstream
from bot.services import Provider
from tests.api.desk import LONG, READ, SHORT, WRITES, Desk, Time, closed_port, golden

PATIENCE = Patience(deadline=20.0, ceiling=10.0, repeats=3, base=0.5, cap=4.0)
SETBACKS: list[tuple[Trouble, dict[str, object], type[ApiError]]] = [
    (Trouble.DROP, {}, Unreachable),
    (Trouble.LOST, {}, Unreachable),
    (Trouble.HANG, {}, Unreachable),
    (Trouble.HTML, {}, Broken),
    (Trouble.TRUNCATED, {}, Broken),
    *((Trouble.STATUS, {"status": status}, Broken) for status in (301, 302, 307, 500, 502, 503, 504)),
]
KINDS = pytest.mark.parametrize(("trouble", "wish", "kind"), SETBACKS)
EITHER = pytest.mark.parametrize("call", [READ, *WRITES.values()], ids=["read", *WRITES])


def timeouts_for(trouble: Trouble) -> Timeouts:
    return SHORT if trouble is Trouble.HANG else LONG


@KINDS
async def test_a_read_is_sent_again_after_a_setback(
    desk: Desk, trouble: Trouble, wish: dict[str, object], kind: type[ApiError]
) -> None:
    del kind
    desk.shop.fail(trouble, **wish)
    assert (await desk.transport(timeouts=timeouts_for(trouble)).send(READ)).fields()["n"] == 1
    assert desk.shop.count("GET", "/thing") == 2


@KINDS
async def test_a_read_that_only_meets_setbacks_ends_with_the_last(
    desk: Desk, trouble: Trouble, wish: dict[str, object], kind: type[ApiError]
) -> None:
    desk.shop.fail(trouble, times=None, **wish)
    with pytest.raises(kind) as caught:
        await desk.transport(timeouts=timeouts_for(trouble), patience=PATIENCE, jitter=1.0).send(READ)
    assert type(caught.value) is kind
    assert desk.shop.count("GET", "/thing") == 4
    assert desk.time.slept == [0.5, 1.0, 2.0]


@KINDS
@pytest.mark.parametrize("method", WRITES)
async def test_a_write_that_may_have_been_done_is_sent_once(
    desk: Desk, trouble: Trouble, wish: dict[str, object], kind: type[ApiError], method: str
) -> None:
    del kind
    desk.shop.fail(trouble, **wish)
    with pytest.raises(Uncertain):
        await desk.transport(timeouts=timeouts_for(trouble)).send(WRITES[method])
    assert [seen.method for seen in desk.shop.requests] == [method]
    assert desk.time.slept == []


@pytest.mark.parametrize("method", WRITES)
@pytest.mark.parametrize("trouble", [Trouble.DROP, Trouble.LOST])
async def test_a_write_is_sent_once_where_a_kept_connection_breaks(
    desk: Desk, method: str, trouble: Trouble
) -> None:
    transport = desk.transport()
    await transport.send(READ)
    desk.shop.fail(trouble)
    with pytest.raises(Uncertain):
        await transport.send(WRITES[method])
    assert [seen.method for seen in desk.shop.requests] == ["GET", method]


@EITHER
async def test_a_connection_that_was_never_made_is_tried_again(desk: Desk, call: Call) -> None:
    port = closed_port()
    shop = type(desk.shop)()
    desk.time.on_sleep = lambda: shop.start(port)
    try:
        await desk.transport(f"http://127.0.0.1:{port}").send(call)
        assert len(shop.requests) == len(desk.time.slept) == 1
    finally:
        await shop.close()


@EITHER
async def test_nobody_at_home_is_unreachable_and_never_uncertain(desk: Desk, call: Call) -> None:
    with pytest.raises(Unreachable):
        await desk.transport(f"http://127.0.0.1:{closed_port()}", patience=PATIENCE).send(call)
    assert len(desk.time.slept) == 3


async def test_a_write_that_waits_for_a_connection_in_vain_is_not_uncertain(desk: Desk) -> None:
    # A busy machine may be late by a tenth of a second: both halves of the attempt outlast that.
    timeouts = Timeouts(connect=9.0, read=9.0, attempt=0.4)
    patience = dataclasses.replace(PATIENCE, repeats=0)
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=1)) as narrow:
        only_connection = asyncio.create_task(narrow.get(f"{desk.shop.url}/door"))
        await desk.shop.knocks.acquire()
        with pytest.raises(Unreachable):
            await Desk(narrow, desk.shop).transport(timeouts=timeouts, patience=patience).send(WRITES["POST"])
        desk.shop.door.set()
        await only_connection
    assert desk.shop.count("POST", "*") == 0


@EITHER
@pytest.mark.parametrize("wait", ["0", "3", "10", "2.5"])
async def test_a_wait_up_to_the_ceiling_is_waited(desk: Desk, call: Call, wait: str) -> None:
    desk.shop.fail(status=429, headers={"Retry-After": wait})
    await desk.transport(patience=PATIENCE).send(call)
    assert desk.time.slept == [float(wait)]


@EITHER
@pytest.mark.parametrize("wait", ["10.1", "3600"])
async def test_a_wait_above_the_ceiling_ends_the_call_at_once(desk: Desk, call: Call, wait: str) -> None:
    desk.shop.fail(status=429, headers={"Retry-After": wait})
    with pytest.raises(RateLimited) as caught:
        await desk.transport(patience=PATIENCE).send(call)
    assert caught.value.retry_after == float(wait)
    assert desk.time.slept == []


@EITHER
async def test_a_wait_beyond_the_deadline_ends_the_call_at_once(desk: Desk, call: Call) -> None:
    desk.shop.fail(status=429, headers={"Retry-After": "3"})
    with pytest.raises(RateLimited):
        await desk.transport(patience=PATIENCE).send(call, deadline=2.0)
    assert desk.time.slept == []


@EITHER
async def test_a_vendor_that_asks_to_wait_for_nothing_is_not_hammered(desk: Desk, call: Call) -> None:
    desk.shop.fail(status=429, headers={"Retry-After": "0"}, times=None)
    with pytest.raises(RateLimited):
        await desk.transport(patience=PATIENCE, jitter=1.0).send(call)
    assert len(desk.shop.requests) < 10


@EITHER
async def test_a_vendor_that_names_no_wait_is_asked_a_few_times(desk: Desk, call: Call) -> None:
    desk.shop.fail(status=429, times=None)
    with pytest.raises(RateLimited) as caught:
        await desk.transport(patience=PATIENCE).send(call)
    assert caught.value.retry_after is None
    assert len(desk.shop.requests) == 4


@EITHER
async def test_a_promised_refusal_is_repeated_until_it_succeeds(desk: Desk, call: Call) -> None:
    desk.shop.fail(status=503, body=golden("pixela", "rejection"), times=12)
    transport = desk.transport(provider=Provider.PIXELA, dialect=PixelaDialect(), patience=PATIENCE)
    assert (await transport.send(call)).status == 200
    assert len(desk.shop.requests) == 13


@EITHER
async def test_a_promised_refusal_is_repeated_until_the_deadline(desk: Desk, call: Call) -> None:
    desk.shop.fail(status=503, body=golden("pixela", "rejection"), times=None)
    transport = desk.transport(
        provider=Provider.PIXELA, dialect=PixelaDialect(), patience=PATIENCE, jitter=1.0
    )
    with pytest.raises(RateLimited):
        await transport.send(call)
    assert desk.time.slept == [0.5, 1.0, 2.0, 4.0, 4.0, 4.0, 4.0]


@pytest.mark.parametrize("method", WRITES)
async def test_an_outage_is_not_taken_for_the_promised_refusal(desk: Desk, method: str) -> None:
    desk.shop.fail(status=503, body=b'{"message":"Please retry this request.","isSuccess":false}')
    transport = desk.transport(provider=Provider.PIXELA, dialect=PixelaDialect())
    with pytest.raises(Uncertain) as caught:
        await transport.send(WRITES[method])
    assert caught.value.status == 503
    assert len(desk.shop.requests) == 1


async def test_the_deadline_of_the_caller_shortens_the_patience(desk: Desk) -> None:
    desk.shop.fail(status=500, times=None)
    with pytest.raises(Broken):
        await desk.transport(patience=PATIENCE, jitter=1.0).send(READ, deadline=1.2)
    assert desk.time.slept == [0.5]


async def test_the_deadline_of_the_caller_does_not_lengthen_the_patience(desk: Desk) -> None:
    desk.shop.fail(status=429, headers={"Retry-After": "9"}, times=None)
    with pytest.raises(RateLimited):
        await desk.transport(patience=PATIENCE).send(READ, deadline=1_000.0)
    assert desk.time.slept == [9.0, 9.0]


@EITHER
@pytest.mark.parametrize("deadline", [0.0, -1.0])
async def test_nothing_is_sent_where_no_time_is_left(desk: Desk, call: Call, deadline: float) -> None:
    with pytest.raises(Unreachable):
        await desk.transport().send(call, deadline=deadline)
    assert desk.shop.requests == []


async def test_nothing_is_sent_after_a_pause_that_took_too_long(desk: Desk) -> None:
    slow = Desk(desk.session, desk.shop, Time(lag=60.0))
    desk.shop.fail(status=500, times=None)
    with pytest.raises(Broken):
        await slow.transport().send(READ)
    assert len(desk.shop.requests) == 1


@pytest.mark.parametrize("timeouts", [Timeouts(read=9.0, attempt=0.04), Timeouts(read=0.04, attempt=9.0)])
async def test_an_answer_that_does_not_come_is_not_waited_for(desk: Desk, timeouts: Timeouts) -> None:
    desk.shop.fail(Trouble.HANG, times=None)
    with pytest.raises(Unreachable):
        async with asyncio.timeout(4.0):
            await desk.transport(timeouts=timeouts, patience=Patience(repeats=0)).send(READ)


async def test_an_attempt_lasts_no_longer_than_the_deadline(desk: Desk) -> None:
    desk.shop.fail(Trouble.HANG, times=None)
    timeouts = Timeouts(read=9.0, attempt=9.0)
    with pytest.raises(Unreachable):
        async with asyncio.timeout(4.0):
            await desk.transport(timeouts=timeouts, patience=Patience(repeats=0)).send(READ, deadline=0.04)


async def test_a_redirect_is_not_followed_to_another_host(desk: Desk) -> None:
    async with Upstream() as elsewhere:
        for status in (301, 302, 303, 307, 308):
            desk.shop.fail(status=status, headers={"Location": f"{elsewhere.url}/thing"})
            with pytest.raises(Broken):
                await desk.transport(patience=Patience(repeats=0)).send(READ)
            desk.shop.fail(status=status, headers={"Location": f"{elsewhere.url}/thing"})
            with pytest.raises(Uncertain):
                await desk.transport().send(WRITES["POST"])
        assert elsewhere.requests == []


async def test_a_call_without_room_in_its_budget_is_not_sent(desk: Desk) -> None:
    call = Call("GET", ("thing",), Effect.READ, scope="reads")
    transport = desk.transport(limiter=Limiter({"reads": Budget(1, 86_400)}, sleep=desk.time.sleep))
    await transport.send(call)
    with pytest.raises(RateLimited) as caught:
        await transport.send(call)
    assert caught.value.retry_after == pytest.approx(86_400, abs=60)
    assert caught.value.status is None
    assert len(desk.shop.requests) == 1
