"""How Pixela is asked as one user, and the list that proves a token."""

from __future__ import annotations

from collections.abc import Awaitable, Generator, Mapping, Sequence
from contextlib import contextmanager
from copy import copy
from typing import Self, TypeVar

from pydantic import SecretStr, TypeAdapter

from bot.api.call import ANSWER, Call
from bot.api.pixela.dialect import WRITES
from bot.api.pixela.models import Graph, Graphs
from bot.api.pixela.rules import check_graph_id, is_graph_id
from bot.api.policy import JSON, Effect
from bot.api.transport import Transport
from bot.errors import ApiError, NotFound, Unauthorised
from bot.services import Provider

T = TypeVar("T")

MOST_PICTURE = 500_000
"""Bytes of a picture that are taken; a year's is a tenth of that."""
MOST_PIXELS = 8 * 1024 * 1024
"""Bytes of a list of pixels: 365 with 10 KB of data each, with some room."""
_MOST_ANSWER = 1024 * 1024
"""Bytes of any other answer: a thousand graphs with long names and descriptions."""


class Caller:
    """Pixela as one user: the ground of :class:`~bot.api.pixela.client.PixelaClient`.

    A 404 means a wrong token as well as a missing thing, and the texts are no guide. Where something is
    asked for and not found, the list of graphs tells the two apart.
    """

    def __init__(self, transport: Transport, username: str, token: SecretStr) -> None:
        self._transport = transport
        self.username = username
        """Whose graphs these are; the name is public."""
        self._token = token
        self.deadline: float | None = None
        """Seconds that a call may take, None for the usual patience."""

    def within(self, seconds: float) -> Self:
        """Return the same client with less patience, for what must be answered at once."""
        hurried = copy(self)
        hurried.deadline = seconds
        return hurried

    async def graphs(self) -> Sequence[Graph]:
        """Return the user's graphs (contract 4.2), without those whose id none can be.

        Raises :class:`~bot.errors.Unauthorised` where the user does not exist or the token is wrong:
        the vendor answers 404 to both and does not tell them apart.
        """
        call = self._read(*self._user("graphs"))
        with _token_at_stake():
            graphs = (await self._fetch(call, Graphs)).graphs or ()
        return [graph for graph in graphs if is_graph_id(graph.id)]

    async def _of_thing(self, asked: Awaitable[T]) -> T:
        """Await what is asked of a thing, and tell a token that is wrong from a thing that is not there."""
        try:
            return await asked
        except NotFound:
            await self._prove_token()
            raise

    async def _of_user(self, asked: Awaitable[T]) -> T:
        """Await what is asked of the user alone, of whom a 404 says that the token is wrong."""
        with _token_at_stake():
            return await asked

    async def _prove_token(self) -> None:
        try:
            await self.graphs()
        except Unauthorised:
            raise
        except ApiError:
            return  # nothing is proven

    async def _fetch(self, call: Call, shape: type[T] | TypeAdapter[T]) -> T:
        return await self._transport.fetch(call, shape, deadline=self.deadline)

    async def _send(self, call: Call) -> bytes:
        return (await self._transport.send(call, deadline=self.deadline)).body

    def _user(self, *more: str) -> Sequence[str]:
        return ("v1", "users", self.username, *more)

    def _graph(self, graph_id: str, *more: str) -> Sequence[str]:
        return self._user("graphs", check_graph_id(graph_id), *more)

    def _read(
        self,
        *path: str,
        query: Mapping[str, str] | None = None,
        public: bool = False,
        most: int = _MOST_ANSWER,
        accept: str = ANSWER,
    ) -> Call:
        return Call(
            "GET",
            path,
            Effect.READ,
            query=query or {},
            auth=None if public else self._auth,
            secrets=(self._token,),
            most=most,
            accept=accept,
        )

    def _write(self, method: str, *path: str, json: JSON = None, hidden: Sequence[SecretStr] = ()) -> Call:
        secrets = (self._token, *hidden)
        return Call(method, path, Effect.WRITE, json=json, auth=self._auth, scope=WRITES, secrets=secrets)

    @property
    def _auth(self) -> tuple[str, SecretStr]:
        return ("X-USER-TOKEN", self._token)


@contextmanager
def _token_at_stake() -> Generator[None]:
    try:
        yield
    except NotFound as error:
        raise Unauthorised(Provider.PIXELA, status=error.status, reason=error.reason) from None
