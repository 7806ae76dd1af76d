"""From what a member typed to a graph that is ready to be used: one's own, or the server's shared one."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from types import TracebackType
from typing import TYPE_CHECKING

import discord
from discord import app_commands

from bot.api.pixela import Graph, PixelaClient, check_graph_id
from bot.errors import ApiError, InvalidInput, NotAllowed, NotConnected, NotFound
from bot.gate import role_ids
from bot.storage.guilds import SHARED
from bot.storage.schema import NOWHERE
from bot.ui.text import clip, one_line
from cogs._place import scope_of

if TYPE_CHECKING:
    from bot.app import App

_log = logging.getLogger(__name__)

GRAPH = r"(?P<graph>(?:server:)?[a-z][a-z0-9-]{1,16})"
"""A graph in the custom id of a lasting button."""
_GLANCE_SECONDS = 1.5
COMPLETION_SECONDS = 1.8
"""How long a completion may take in all: Discord shows none that comes after three seconds."""
_CHOICES = 25


@dataclass(frozen=True, slots=True)
class Habit:
    """A graph and the client to use it with."""

    client: PixelaClient
    graph: Graph
    name: str
    """What options and buttons call it: its id, for the server's behind :data:`SHARED`."""
    now: datetime

    @property
    def today(self) -> date:
        """Which day it is on the graph."""
        return self.graph.today(self.now)

    @property
    def is_shared(self) -> bool:
        """Whether it is the server's."""
        return self.name.startswith(SHARED)


def open_habit(
    interaction: discord.Interaction[App], name: str | None, *, changing: bool = False
) -> AbstractAsyncContextManager[Habit]:
    """Give the graph that is meant, and note that it was used.

    Without a name it is the one used last here, or the only one there is; one of the server's that is not
    to be had any more gives way to one's own. ``changing`` what it is (not what it holds) is for managers
    where it is the server's. Raises :class:`~bot.errors.UserError` and :class:`~bot.errors.ApiError`.
    """
    return _Opening(interaction, (name or "").strip(), changing=changing)


class _Opening(AbstractAsyncContextManager[Habit]):
    """What :func:`open_habit` returns.

    No generator, since SimCord cannot look into one that waits between two tries, and takes it for stuck.
    """

    def __init__(self, interaction: discord.Interaction[App], name: str, *, changing: bool) -> None:
        self._interaction = interaction
        self._name = name
        self._changing = changing
        self._open = AsyncExitStack()

    async def __aenter__(self) -> Habit:
        if self._name:
            return await self._enter(self._name)
        app, scope = self._interaction.client, scope_of(self._interaction)
        last = await app.guild_rows.find_last_graph(scope.guild_id, scope.user_id)
        try:
            return await self._enter(last)
        except (NotConnected, NotAllowed) as error:
            if last is None or not last.startswith(SHARED):
                raise
            lost = error
        try:
            return await self._enter(None)
        except NotConnected:
            raise lost from None

    async def _enter(self, bare: str | None) -> Habit:
        app, scope = self._interaction.client, scope_of(self._interaction)
        shared = bare is not None and bare.startswith(SHARED)
        async with AsyncExitStack() as stack:
            opening = open_user(self._interaction, shared=shared, changing=self._changing)
            try:
                client = await stack.enter_async_context(opening)
            except NotConnected as error:
                raise error if bare is not None else await _pointing_on(self._interaction, error) from None
            asked = None if bare is None else bare.removeprefix(SHARED)
            graph = await _graph(client, asked, remembered=not self._name)
            full = f"{SHARED}{graph.id}" if shared else graph.id
            await app.guild_rows.note_last_graph(scope.guild_id, scope.user_id, full)
            self._open = stack.pop_all()
        return Habit(client, graph, full, datetime.fromtimestamp(app.clock(), UTC))

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool | None:
        return await self._open.__aexit__(kind, error, trace)


async def _pointing_on(interaction: discord.Interaction[App], error: NotConnected) -> NotConnected:
    """Return what to tell somebody without a user: where the server has one, of its graphs too."""
    guild_id = scope_of(interaction).guild_id
    if guild_id == NOWHERE or await interaction.client.connections.find_server_pixela(guild_id) is None:
        return error
    return NotConnected(f"{error} Graphs of this server are offered by the option `graph`.")


@asynccontextmanager
async def open_user(
    interaction: discord.Interaction[App], *, shared: bool = False, changing: bool = False
) -> AsyncGenerator[PixelaClient]:
    """Give Pixela as the member's own user, or with ``shared`` as the server's.

    Raises :class:`~bot.errors.NotConnected` and :class:`~bot.errors.NotAllowed`.
    """
    connections = interaction.client.connections
    if not shared:
        async with connections.pixela(scope_of(interaction)) as client:
            yield client
        return
    guild_id = await require_recorder(interaction, changing=changing)
    async with connections.server_pixela(guild_id) as client:
        yield client


async def require_recorder(interaction: discord.Interaction[App], *, changing: bool = False) -> int:
    """Return the server's id where the member may record on its graphs, or with ``changing`` change them.

    Raises :class:`~bot.errors.NotAllowed`.
    """
    scope = scope_of(interaction)
    if scope.guild_id == NOWHERE:
        raise NotAllowed("A server's graph can be used in that server only.")
    if interaction.permissions.manage_guild:
        return scope.guild_id
    if changing:
        raise NotAllowed("The server's graphs are changed by those with the permission Manage Server.")
    allowed = await interaction.client.guild_rows.recorders(scope.guild_id)
    if allowed and not allowed & role_ids(interaction):
        raise NotAllowed(
            "Your roles do not allow you to use the server's graphs. Ask somebody who manages the server."
        )
    return scope.guild_id


async def complete_graph(
    interaction: discord.Interaction[App], current: str
) -> list[app_commands.Choice[str]]:
    """Complete a graph by name or id, one's own and the server's; empty on any trouble."""
    try:
        async with asyncio.timeout(COMPLETION_SECONDS):
            own, shared = await asyncio.gather(
                _glimpsed(interaction, shared=False), _glimpsed(interaction, shared=True)
            )
    except Exception as error:  # noqa: BLE001 - a list that stays empty is better than one that fails
        _log.info("graphs could not be completed: %s", type(error).__name__)
        return []
    wanted = current.strip().casefold()
    named = [(_title(graph), graph.id) for graph in own]
    named += [(f"Server · {_title(graph)}", f"{SHARED}{graph.id}") for graph in shared]
    return [
        app_commands.Choice(name=clip(title, 100), value=value)
        for title, value in named
        if wanted in title.casefold() or wanted in value
    ][:_CHOICES]


async def glance_at(
    interaction: discord.Interaction[App], *, shared: bool = False, changing: bool = False
) -> PixelaClient:
    """Return Pixela for a completion, as :func:`open_user` gives it; how it goes is not noted.

    Raises :class:`~bot.errors.NotConnected` and :class:`~bot.errors.NotAllowed`.
    """
    connections = interaction.client.connections
    if not shared:
        return await connections.glance_pixela(scope_of(interaction), seconds=_GLANCE_SECONDS)
    guild_id = await require_recorder(interaction, changing=changing)
    return await connections.glance_server_pixela(guild_id, seconds=_GLANCE_SECONDS)


async def _glimpsed(interaction: discord.Interaction[App], *, shared: bool) -> Sequence[Graph]:
    try:
        return await (await glance_at(interaction, shared=shared)).graphs()
    except (NotConnected, NotAllowed, ApiError) as error:
        _log.debug("graphs could not be completed: %s", type(error).__name__)
        return ()


def _title(graph: Graph) -> str:
    return f"{one_line(graph.name) or graph.id} ({graph.id})"


async def _graph(client: PixelaClient, asked: str | None, *, remembered: bool) -> Graph:
    if asked is None:
        return _only(await client.graphs())
    try:
        return await client.graph(check_graph_id(asked))
    except NotFound:
        error = InvalidInput(f"There is no graph `{asked}`. `/pixela graph list` shows those that there are.")
    except InvalidInput as rule:
        error = rule
    return _named(await client.graphs(), asked, error, remembered=remembered)


def _named(graphs: Sequence[Graph], asked: str, error: InvalidInput, *, remembered: bool) -> Graph:
    """Return the graph that is called so; one that was only remembered may be any other by now."""
    named = [graph for graph in graphs if graph.name.strip().casefold() == asked.casefold()]
    if len(named) == 1:
        return named[0]
    if remembered:
        return _only(graphs)
    raise error


def _only(graphs: Sequence[Graph]) -> Graph:
    if not graphs:
        raise InvalidInput("There is no graph yet. `/pixela graph create` makes one.")
    if len(graphs) > 1:
        raise InvalidInput("There are several graphs: say which with the option `graph`.")
    return graphs[0]
