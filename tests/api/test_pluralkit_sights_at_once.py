"""Two questions at once: where one of them fails, nothing is left of the other."""

import asyncio
from collections.abc import Iterable

import pytest
from aiohttp import web

from bot.api.pluralkit.sights import see_system
from bot.errors import Forbidden
from bot.sandbox.upstream import Trouble, Upstream
from tests.api.desk import Desk, golden
from tests.api.pluralkit_desk import client


class Stuck(Upstream):
    """A system that shows itself and then says no more."""

    def __init__(self) -> None:
        super().__init__()
        self.knocks = asyncio.Semaphore(0)
        """One to take for each question that is not answered."""

    def routes(self) -> Iterable[web.RouteDef]:
        """Return the system, and all that is asked about it."""
        return (
            web.get("/systems/{system}", self._system),
            web.get("/systems/{system}/{question}", self._question),
        )

    async def _system(self, _request: web.Request) -> web.Response:
        return web.Response(body=golden("pluralkit", "system_public"))

    async def _question(self, _request: web.Request) -> web.Response:
        self.knocks.release()
        await asyncio.Event().wait()
        return web.Response()


def ours() -> set[str]:
    """Name what runs here now, apart from the servers and from who asks."""
    coroutines = [task.get_coro() for task in asyncio.all_tasks() - {asyncio.current_task()}]
    names = {getattr(each, "__qualname__", "") for each in coroutines}
    return {name for name in names if not name.startswith("RequestHandler")}


@pytest.mark.parametrize(
    ("failing", "hanging"), [("members", "fronters"), ("fronters", "members")], ids=["first", "second"]
)
async def test_where_one_of_two_questions_fails_the_other_is_neither_awaited_nor_left_running(
    desk: Desk, failing: str, hanging: str
) -> None:
    desk.shop.fail(status=200, body=golden("pluralkit", "system_public"), path="/systems/hrbrla")
    desk.shop.fail(status=403, body=golden("pluralkit", "error_403"), path=f"*/{failing}")
    desk.shop.fail(Trouble.HANG, path=f"*/{hanging}")
    before = ours()
    with pytest.raises(Forbidden):
        await asyncio.wait_for(see_system(client(desk).within(9.0), "hrbrla"), 4)
    assert ours() == before


async def test_where_nobody_waits_any_more_neither_question_is_left_running(desk: Desk) -> None:
    async with Stuck() as stuck:
        before = ours()
        looking_on = asyncio.create_task(see_system(client(desk, stuck.url).within(9.0), "hrbrla"))
        for _ in range(2):
            await stuck.knocks.acquire()
        looking_on.cancel()
        with pytest.raises(asyncio.CancelledError):
            await looking_on
        assert ours() == before
