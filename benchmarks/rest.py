"""The door of the REST API: reads, records, asks for the token, calls, answers. Routes are elsewhere."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, TypeAlias

from aiohttp import web

from benchmarks.faults import Fault
from benchmarks.wire import API_PATH, Call, Refusal, json_answer, read_call

_log = logging.getLogger(__name__)

Work: TypeAlias = Callable[[Call], Any]
"""Does what a request asks for and returns the JSON to answer with; None is 204. May raise a Refusal."""


@dataclass(frozen=True, slots=True)
class Route:
    """One route of the API, in aiohttp's spelling."""

    method: str
    path: str
    work: Work
    open: bool = False
    """Whether it takes no token: the path holds one of its own."""


class Rest:
    """Serves routes and records every request; ``most_requests`` bounds the record."""

    def __init__(self, token: str, most_requests: int | None) -> None:
        self._token = token
        self.requests: deque[Call] = deque(maxlen=most_requests)
        self.unknown: list[Call] = []
        """Requests that no route takes: gaps of the loopback, or of the bot. Expect it to be empty."""
        self.faults: list[Fault] = []

    def mount(self, app: web.Application, routes: Iterable[Route]) -> None:
        """Add the routes to an application, and behind them the one for whatever else is asked."""
        for route in routes:
            app.router.add_route(
                route.method, API_PATH + route.path, self._door(route.work, open_=route.open)
            )
        app.router.add_route("*", "/{anything:.*}", self._door(self._unknown, open_=True))

    def _door(self, work: Work, *, open_: bool) -> Callable[[web.Request], Any]:
        async def handle(request: web.Request) -> web.StreamResponse:
            call = await read_call(request)
            self.requests.append(call)
            fault = next((fault for fault in self.faults if fault.hits(call)), None)
            if fault is not None and fault.trouble in {"drop", "status"}:
                return _withheld(request, call) if fault.trouble == "drop" else _failed(call, fault)
            if fault is not None and fault.trouble == "slow":
                await asyncio.sleep(fault.seconds)
            if open_ or request.headers.get("Authorization") == f"Bot {self._token}":
                answer = _worked(call, work)
            else:
                answer = _answered(call, {"message": "401: Unauthorized", "code": 0}, 401)
            return _withheld(request, call) if fault is not None and fault.trouble == "lost" else answer

        return handle

    def _unknown(self, call: Call) -> Any:
        """Answer a request that nothing here knows, and say so loudly."""
        self.unknown.append(call)
        _log.error("the loopback has no route for %s %s", call.method, call.path)
        raise Refusal(404, 0, "404: Not Found")


def _worked(call: Call, work: Work) -> web.Response:
    """Do the work and return its answer or its refusal."""
    try:
        body = work(call)
    except Refusal as refusal:
        return _answered(call, refusal.body, refusal.status)
    if body is None:
        call.status = 204
        return web.Response(status=204)
    return _answered(call, body, 200)


def _answered(call: Call, body: Any, status: int) -> web.Response:
    call.status = status
    return json_answer(body, status)


def _failed(call: Call, fault: Fault) -> web.Response:
    answer = _answered(call, fault.answer(), fault.status)
    answer.headers.update(fault.headers())
    return answer


def _withheld(request: web.Request, call: Call) -> web.Response:
    """Close the connection: the client never learns what became of its request."""
    call.status = 0
    if request.transport is not None:
        request.transport.abort()
    return web.Response()
