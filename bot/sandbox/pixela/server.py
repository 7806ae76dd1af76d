"""The server: authentication and the 25 % rule in front of the endpoints."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterable

from aiohttp import web

from bot.sandbox.pixela.analysis import analyze
from bot.sandbox.pixela.book import User, hash_token
from bot.sandbox.pixela.call import Call
from bot.sandbox.pixela.choices import Choices
from bot.sandbox.pixela.endpoints import ENDPOINTS, Endpoint
from bot.sandbox.pixela.front import lost, objection
from bot.sandbox.pixela.graphs import create_graph
from bot.sandbox.pixela.pictures.hostility import Hostility
from bot.sandbox.pixela.refusal import Refusal, rejection, wrong_token
from bot.sandbox.upstream import Handler, Upstream, answer


class Pixela(Upstream):
    """An emulated pixe.la.

    ``rejection_rate`` is the share of covered requests that the 25 % rule turns away, drawn from
    ``dice`` (give a seeded one to repeat a run). ``clock`` gives seconds since 1970. Time zones other
    than UTC need the system's tz database; without it they are refused as unknown.
    """

    def __init__(
        self,
        *,
        clock: Callable[[], float] = time.time,
        rejection_rate: float = 0.25,
        dice: random.Random | None = None,
        choices: Choices | None = None,
    ) -> None:
        super().__init__(clock=clock)
        self.rejection_rate = rejection_rate
        self.dice = dice or random.Random()  # noqa: S311 - no secret depends on it
        self.choices = choices or Choices()
        self.reject_next = 0
        """How many of the next covered requests of users who are not exempt are certainly rejected."""
        self.users: dict[str, User] = {}
        self.hostility: Hostility | None = None
        """What is wrong with every picture; None: nothing."""

    def add_user(
        self, username: str, token: str, *, thanks_code: str | None = None, created: float | None = None
    ) -> User:
        """Seed a user, replacing one of the same name; ``created`` is in seconds since 1970, or now."""
        moment = self.clock() if created is None else created
        self.users[username] = user = User(username, hash_token(token), moment, thanks_code)
        return user

    def routes(self) -> Iterable[web.RouteDef]:
        """Return a route for each endpoint of the table."""
        return [
            # No HEAD beside GET: the contract does not know it.
            web.RouteDef(
                each.method,
                each.path,
                self._serve(each),
                {"allow_head": False} if each.method == "GET" else {},
            )
            for each in ENDPOINTS
        ]

    def unknown(self, request: web.Request) -> web.StreamResponse:
        """Answer a path, or a method on a path, that Pixela does not have."""
        return objection(request, self.choices) or lost(request, self.choices)

    def _serve(self, endpoint: Endpoint) -> Handler:
        async def serve(request: web.Request) -> web.StreamResponse:
            page = objection(request, self.choices)
            if page is not None:
                return page
            body = await request.read()
            try:
                if not self._is_public(endpoint):
                    self._admit(request, endpoint)
                return endpoint.work(self._call(request, body))
            except Refusal as refusal:
                return answer(refusal.body, refusal.status)

        return serve

    def _admit(self, request: web.Request, endpoint: Endpoint) -> None:
        username = request.match_info["username"]
        user = self.users.get(username)
        if user is None or not user.knows(request.headers.get("X-USER-TOKEN", "")):
            raise wrong_token(username)
        if self._covers(endpoint) and not user.is_exempt(self.choices) and self._draw():
            raise rejection()

    def _is_public(self, endpoint: Endpoint) -> bool:
        return endpoint.public and not (endpoint.work is analyze and self.choices.analysis_needs_token)

    def _covers(self, endpoint: Endpoint) -> bool:
        creates_graph = endpoint.work is create_graph
        return endpoint.rejectable or (creates_graph and self.choices.reject_graph_creation)

    def _draw(self) -> bool:
        if self.reject_next > 0:
            self.reject_next -= 1
            return True
        return self.dice.random() < self.rejection_rate

    def _call(self, request: web.Request, body: bytes) -> Call:
        return Call(
            name=f"{request.method} {request.path}",
            users=self.users,
            choices=self.choices,
            now=self.clock(),
            path=request.match_info,
            query=request.query,
            body=body,
            complain=self.complain,
            hostility=self.hostility,
        )
