"""Walking back through a front history, however it is answered."""

from collections.abc import AsyncIterable, Iterable, Sequence
from datetime import datetime, timedelta

import pytest
from aiohttp import web

from bot.api.limiter import Budget, Limiter
from bot.api.pluralkit import MOST_SWITCHES, WALKS, Code, Switch, walk_back
from bot.api.policy import JSON
from bot.errors import Broken, Forbidden, RateLimited
from bot.sandbox.upstream import Upstream, answer
from tests.api.desk import Desk
from tests.api.pluralkit_desk import A_DAY, NOON, Harbour, ago, client, page, switch, uuid_of


class Endless(Upstream):
    """A history that goes on for ever: a hundred switches more, ``step`` apart, whatever is asked for."""

    def __init__(self, step: timedelta) -> None:
        super().__init__()
        self._step = step
        self._made = 0

    def routes(self) -> Iterable[web.RouteDef]:
        """Return the history alone."""
        return (web.get("/systems/{system}/switches", self._switches),)

    async def _switches(self, _request: web.Request) -> web.Response:
        lines: list[JSON] = []
        for _ in range(100):
            self._made += 1
            moment = NOON - self._made * self._step
            lines.append({"id": uuid_of(str(self._made)), "timestamp": moment.isoformat(), "members": []})
        return answer(lines)


async def walked(walk: AsyncIterable[Sequence[Switch]]) -> list[Switch]:
    """Return all switches of a walk, in the order in which they came."""
    return [each async for some in walk for each in some]


def history(harbour: Harbour, moments: Iterable[datetime]) -> list[str]:
    """Let these be the moments of all switches; return the switches' ids, the newest first."""
    harbour.forget_switches()
    crew = harbour.system.members
    made = [
        harbour.emulator.world.add_switch(system=harbour.system, at=moment, members=[crew[n % len(crew)]])
        for n, moment in enumerate(moments)
    ]
    return [each.uuid for each in sorted(made, key=lambda each: each.at, reverse=True)]


def asked(harbour: Harbour) -> int:
    return harbour.emulator.count("GET", "*/switches")


@pytest.mark.parametrize(
    ("switches", "requests"), [(0, 1), (1, 1), (99, 1), (100, 2), (101, 2), (198, 2), (199, 3), (250, 3)]
)
async def test_a_walk_sees_every_switch_once_the_newest_first(
    harbour: Harbour, switches: int, requests: int
) -> None:
    ids = history(harbour, (ago(n + 1) for n in range(switches)))
    pages = [page async for page in walk_back(harbour.anybody(), harbour.seeded.system_id)]
    assert [each.id for page in pages for each in page] == ids
    assert all(pages)
    assert asked(harbour) == requests


@pytest.mark.parametrize(("newer", "equal"), [(99, 2), (95, 11), (60, 60), (99, 99), (0, 99), (98, 3)])
async def test_switches_of_one_moment_at_the_end_of_a_page_are_not_lost(
    harbour: Harbour, newer: int, equal: int
) -> None:
    moments = [ago(1 + (n if n < newer else newer + max(0, n - newer - equal + 1))) for n in range(240)]
    ids = history(harbour, moments)
    seen = await walked(walk_back(harbour.anybody(), harbour.seeded.system_id))
    assert len(seen) == len(ids)
    assert {each.id for each in seen} == {*ids}
    assert [each.timestamp for each in seen] == sorted(moments, reverse=True)


async def test_more_switches_of_one_moment_than_can_be_asked_for_end_the_walk(harbour: Harbour) -> None:
    history(harbour, [ago(n + 1) if n < 60 else ago(99) for n in range(160)])
    seen = await walked(walk_back(harbour.anybody(), harbour.seeded.system_id))
    assert len(seen) == len({each.id for each in seen}) == 160
    assert asked(harbour) == 3


@pytest.mark.parametrize("apart", [1, 0], ids=["a minute apart", "of one moment"])
async def test_an_upstream_that_always_says_the_same_ends_the_walk(desk: Desk, apart: int) -> None:
    same = [switch(n * apart, "wrenq", seed=str(n)) for n in range(MOST_SWITCHES)]
    desk.shop.refuse_with(200, page(same), times=None)
    assert await walked(walk_back(client(desk), "hrbrla")) == same
    assert len(desk.shop.requests) == 2


@pytest.mark.parametrize(
    ("step", "most", "seen", "requests"),
    [(60, 250, 250, 3), (0, 250, 250, 3), (60, 100, 100, 1), (60, 30, 30, 1), (-60, 250, 100, 2)],
    ids=["older for ever", "one moment for ever", "a page", "less than a page", "newer for ever"],
)
async def test_an_upstream_without_end_is_walked_through_to_the_most_alone(
    desk: Desk, step: int, most: int, seen: int, requests: int
) -> None:
    async with Endless(timedelta(seconds=step)) as endless:
        pk = client(desk, endless.url)
        found = await walked(walk_back(pk, "hrbrla", most=most))
        assert len(found) == len({each.id for each in found}) == seen
        assert len(endless.requests) == requests


@pytest.mark.parametrize(("most", "requests"), [(0, 0), (1, 1), (100, 1), (101, 2), (150, 2), (999, 2)])
async def test_a_walk_goes_as_far_as_it_may(harbour: Harbour, most: int, requests: int) -> None:
    ids = history(harbour, (ago(n + 1) for n in range(150)))
    seen = await walked(walk_back(harbour.anybody(), harbour.seeded.system_id, most=most))
    assert [each.id for each in seen] == ids[:most]
    assert asked(harbour) == requests


async def test_each_page_is_asked_for_from_a_microsecond_after_the_last_switch(harbour: Harbour) -> None:
    history(harbour, (ago(n + 1) for n in range(101)))
    await walked(walk_back(harbour.own(), harbour.seeded.system_id))
    queries = [dict(seen.query) for seen in harbour.emulator.requests]
    assert queries == [{"limit": "100"}, {"limit": "100", "before": "2026-08-02T10:20:00.000001Z"}]


async def test_switches_in_disorder_are_put_in_order(desk: Desk) -> None:
    lines = [switch(minutes) for minutes in (5, 1, 3)]
    desk.shop.refuse_with(200, page(lines))
    assert await walked(walk_back(client(desk), "hrbrla")) == [lines[1], lines[2], lines[0]]


async def test_switches_that_are_to_come_are_not_in_a_history(harbour: Harbour) -> None:
    history(harbour, [ago(-10), ago(10)])
    seen = await walked(walk_back(harbour.anybody(), harbour.seeded.system_id))
    assert [each.timestamp for each in seen] == [ago(10)]


async def test_a_history_that_is_private_is_not_walked_through(harbour: Harbour) -> None:
    harbour.system.private.add("front_history_privacy")
    with pytest.raises(Forbidden) as caught:
        await walked(walk_back(harbour.anybody(), harbour.seeded.system_id))
    assert caught.value.code == Code.HISTORY_HIDDEN
    assert await walked(walk_back(harbour.own(), harbour.seeded.system_id))


async def test_what_was_seen_before_a_failure_was_seen(desk: Desk) -> None:
    lines = [switch(n) for n in range(MOST_SWITCHES)]
    desk.shop.refuse_with(200, page(lines))
    desk.shop.fail(status=503, times=None)
    walk = walk_back(client(desk), "hrbrla")
    assert await anext(walk) == lines
    with pytest.raises(Broken):
        await anext(walk)


async def test_a_walk_through_the_history_of_others_leaves_room_to_them(desk: Desk) -> None:
    limiter = Limiter({WALKS: Budget(2, A_DAY)}, sleep=desk.time.sleep)
    async with Endless(timedelta(minutes=1)) as endless:
        pk = client(desk, endless.url, limiter=limiter)
        with pytest.raises(RateLimited):
            await walked(walk_back(pk, "hrbrla"))
        assert len(endless.requests) == 2
        assert await pk.switches("hrbrla")
