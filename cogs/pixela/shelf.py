"""All graphs that somebody may see here: one's own and the server's."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, TypeVar

import discord

from bot.api.pixela import Graph, PixelaClient
from bot.errors import ApiError, BotError, InvalidInput, NotAllowed, NotConnected, NotFound, Unauthorised
from bot.ui.failure import explain
from bot.ui.pixela.graphs import title_of
from cogs.pixela.habit import open_user

if TYPE_CHECKING:
    from bot.app import App

T = TypeVar("T")
Look = Callable[[PixelaClient, Graph, bool], Awaitable[T]]
"""What to find out of a graph; True: it is the server's."""

_AT_ONCE = 4
"""Graphs that are looked at side by side, so that many of them are no burst."""
_NOTES = 3
"""Graphs in trouble that are told one by one; the others are counted."""


async def every_graph(interaction: discord.Interaction[App], look: Look[T]) -> tuple[list[T], Sequence[str]]:
    """Return what there is to find out of each graph, one's own first, and what could not be looked at.

    Raises :class:`~bot.errors.BotError` where there is no graph at all.
    """
    found: list[T] = []
    notes: list[str] = []
    own_error: BotError | None = None
    for shared in (False, True):
        try:
            async with open_user(interaction, shared=shared) as client:
                seen, missing = await _looked(client, look, shared=shared)
                found += seen
                notes += missing
        except (NotConnected, NotAllowed, ApiError) as error:
            own_error = own_error if shared else error
            notes += _note(error, shared=shared)
    if not found:
        raise own_error or InvalidInput("There is no graph yet. `/pixela graph create` makes one.")
    return found, notes


async def _looked(client: PixelaClient, look: Look[T], *, shared: bool) -> tuple[Sequence[T], Sequence[str]]:
    """Return what there is to find out of a user's graphs, and of which it could not be.

    Raises :class:`~bot.errors.ApiError` where that is all of them.
    """
    graphs = [*enumerate(await client.graphs())]
    left = iter(graphs)
    seen: dict[int, T] = {}
    failed: dict[int, tuple[Graph, ApiError]] = {}

    async def work() -> None:
        for place, graph in left:
            try:
                seen[place] = await look(client, graph, shared)
            except NotFound:
                continue  # it was deleted just now
            except Unauthorised:
                raise
            except ApiError as error:
                failed[place] = graph, error

    workers = [asyncio.create_task(work()) for _ in graphs[:_AT_ONCE]]
    try:
        for worker in workers:
            await worker
    finally:
        for worker in workers:
            worker.cancel()
        await asyncio.gather(*workers, return_exceptions=True)
    missing = [failed[place] for place in sorted(failed)]
    if missing and not seen:
        raise missing[0][1]
    return [seen[place] for place in sorted(seen)], _missing_notes(missing)


def _missing_notes(missing: Sequence[tuple[Graph, ApiError]]) -> Sequence[str]:
    notes = [f"{title_of(graph)}: {explain(error)}" for graph, error in missing[:_NOTES]]
    more = len(missing) - len(notes)
    return [*notes, f"{more} more could not be looked at."] if more else notes


def _note(error: BotError, *, shared: bool) -> list[str]:
    """Return what to say of graphs that are missing for a reason that can be mended."""
    if isinstance(error, ApiError):
        return [f"{'The graphs of this server' if shared else 'Your own graphs'}: {explain(error)}"]
    # Where a server has no user or one's roles do not reach there is nothing to say; a token is refused.
    return [str(error)] if shared and error.__cause__ is not None else []
