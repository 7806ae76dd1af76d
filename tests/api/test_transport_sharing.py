"""Equal reads that are in flight at once are sent once."""

import asyncio
import gc

import pytest
from pydantic import SecretStr

from bot.api.call import Call
from bot.api.policy import Effect, Reply
from bot.api.transport import Transport
from bot.errors import Forbidden
from bot.sandbox.upstream import Trouble
from tests.api.desk import Desk


def knock(key: str | None = None, effect: Effect = Effect.READ, **query: str) -> Call:
    auth = None if key is None else ("Authorization", SecretStr(key))
    return Call("GET", ("door",), effect, query=query, auth=auth)


async def waiting(desk: Desk, *calls: Call) -> tuple[Transport, list[asyncio.Task[Reply]]]:
    """Send the calls at once and return who waits for an answer, the shop's door being shut."""
    transport = desk.transport()
    tasks = [asyncio.create_task(transport.send(call)) for call in calls]
    await desk.shop.knocks.acquire()
    return transport, tasks


async def test_equal_reads_are_sent_once_and_answered_alike(desk: Desk) -> None:
    _, tasks = await waiting(desk, *[knock("mine") for _ in range(20)])
    desk.shop.door.set()
    assert {reply.body for reply in await asyncio.gather(*tasks)} == {b'{"n":1}'}
    assert len(desk.shop.requests) == 1


async def test_a_read_that_is_over_is_sent_anew(desk: Desk) -> None:
    desk.shop.door.set()
    transport = desk.transport()
    assert [(await transport.send(knock())).body for _ in range(2)] == [b'{"n":1}', b'{"n":2}']


@pytest.mark.parametrize(
    "other",
    [
        knock("yours"),
        knock(),
        knock("mine", page="2"),
        knock("mine", Effect.WRITE),
        Call("POST", ("door",), Effect.READ, auth=("Authorization", SecretStr("mine"))),
        Call("GET", ("door",), Effect.READ, json={"page": 2}, auth=("Authorization", SecretStr("mine"))),
    ],
)
async def test_reads_that_differ_are_not_shared(desk: Desk, other: Call) -> None:
    _, tasks = await waiting(desk, knock("mine"), other)
    await desk.shop.knocks.acquire()
    desk.shop.door.set()
    await asyncio.gather(*tasks)
    assert len(desk.shop.requests) == 2


async def test_writes_are_never_shared(desk: Desk) -> None:
    _, tasks = await waiting(desk, *[knock("mine", Effect.WRITE)] * 3)
    await desk.shop.knocks.acquire()
    await desk.shop.knocks.acquire()
    desk.shop.door.set()
    await asyncio.gather(*tasks)
    assert len(desk.shop.requests) == 3


@pytest.mark.parametrize("writer", ["mine", None])
async def test_a_read_begun_after_a_write_does_not_join_one_begun_before(
    desk: Desk, writer: str | None
) -> None:
    transport, (early,) = await waiting(desk, knock("mine"))
    auth = None if writer is None else ("Authorization", SecretStr(writer))
    await transport.send(Call("PUT", ("thing",), Effect.WRITE, auth=auth))
    late = asyncio.create_task(transport.send(knock("mine")))
    await desk.shop.knocks.acquire()
    joining = asyncio.create_task(transport.send(knock("mine")))
    desk.shop.door.set()
    await asyncio.gather(early, late, joining)
    assert desk.shop.count("GET", "/door") == 2


async def test_a_read_with_a_deadline_of_its_own_is_not_shared(desk: Desk) -> None:
    transport, tasks = await waiting(desk, knock())
    hasty = asyncio.create_task(transport.send(knock(), deadline=5.0))
    await desk.shop.knocks.acquire()
    desk.shop.door.set()
    await asyncio.gather(hasty, *tasks)


async def test_whoever_gives_up_does_not_take_the_answer_from_the_others(desk: Desk) -> None:
    _, (first, *others) = await waiting(desk, *[knock()] * 4)
    first.cancel()
    with pytest.raises(asyncio.CancelledError):
        await first
    desk.shop.door.set()
    assert {reply.body for reply in await asyncio.gather(*others)} == {b'{"n":1}'}
    assert len(desk.shop.requests) == 1


async def test_an_error_reaches_everybody_who_waits(desk: Desk) -> None:
    desk.shop.fail(Trouble.STATUS, status=403)
    transport = desk.transport()
    ended = await asyncio.gather(*[transport.send(knock()) for _ in range(3)], return_exceptions=True)
    assert [type(each) for each in ended] == [Forbidden] * 3
    assert len(desk.shop.requests) == 1


async def test_an_error_that_nobody_waits_for_any_more_is_not_reported_as_lost(desk: Desk) -> None:
    lost: list[dict[str, object]] = []
    asyncio.get_running_loop().set_exception_handler(lambda _loop, context: lost.append(context))
    _, (waiter,) = await waiting(desk, knock())
    shared = the_read_itself()
    waiter.cancel()
    await desk.shop.close()
    await asyncio.wait([shared, waiter])
    del shared, waiter
    await asyncio.sleep(0)
    gc.collect()
    assert lost == []


async def test_a_read_that_is_ended_from_outside_ends_for_everybody_and_may_be_sent_anew(desk: Desk) -> None:
    transport, tasks = await waiting(desk, *[knock()] * 2)
    the_read_itself().cancel()
    ends = await asyncio.gather(*tasks, return_exceptions=True)
    assert [type(end) for end in ends] == [asyncio.CancelledError] * 2
    desk.shop.door.set()
    assert (await transport.send(knock())).body == b'{"n":2}'


def the_read_itself() -> asyncio.Task[object]:
    """Return the task that the waiters share."""
    return next(task for task in asyncio.all_tasks() if task.get_name() == "useapi read")
