"""What people wait for: each interaction, from its arrival to its end.

Every way in which discord.py hands us an interaction comes by :func:`follow`: the command tree, forms,
lasting buttons and what is expired. Each gets a reference that all lines logged on its behalf bear, one line
in the log at its end, and a place among those that a stop waits for.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine
from contextvars import ContextVar
from time import perf_counter
from typing import Any

import discord

from bot.measures import Ending, Kind, Measures
from bot.reference import bear, new_reference

_log = logging.getLogger(__name__)

UNKNOWN = "unknown"
"""The name of what belongs to no command that we know."""
STOPPING = "The app is being restarted. Try again in a minute."
CUT_OFF = (
    "The app had to stop before this was done. It may have gone through or not: look before you try again, "
    "in a minute."
)
_TELL_SECONDS = 1.5
"""How long a stop waits until those are told whose wish was cut off."""
_KINDS = {
    discord.InteractionType.application_command: Kind.COMMAND,
    discord.InteractionType.autocomplete: Kind.COMPLETION,
    discord.InteractionType.modal_submit: Kind.FORM,
    discord.InteractionType.component: Kind.BUTTON,
}

Tell = Callable[[discord.Interaction[Any], str], Coroutine[Any, Any, None]]
"""Shows a sentence to the person alone; never raises."""


class Request:
    """One interaction while it is answered. It holds nothing of what was typed."""

    __slots__ = ("answered_at", "began_at", "ending", "kind", "name", "reference")

    def __init__(self, kind: Kind, name: str) -> None:
        self.kind = kind
        self.name = name
        """The command's qualified name; for a form the name of what opened it; for a button its class."""
        self.reference = new_reference()
        self.began_at = perf_counter()
        self.answered_at: float | None = None
        self.ending: Ending | None = None


_current: ContextVar[Request | None] = ContextVar("request", default=None)


def current_request() -> Request | None:
    """Return the interaction on whose behalf this runs, None where there is none."""
    return _current.get()


def opener() -> str:
    """Return what a form that is made here is called by: what the person did to get it."""
    request = _current.get()
    return UNKNOWN if request is None else request.name


async def follow(interaction: discord.Interaction[Any], name: str | None = None) -> bool:
    """Follow an interaction until the task that this runs in ends; return whether to go on with it.

    ``name`` is what it is called by, where it is no command. While the app is stopping the person is told so.
    """
    answering: Answering = interaction.client.answering
    return await answering.begin(interaction, name)


class Answering:
    """The interactions that are being answered by one app."""

    def __init__(self, measures: Measures, tell: Tell) -> None:
        self._measures = measures
        self._tell = tell
        self._tasks: dict[asyncio.Task[Any], tuple[Request, discord.Interaction[Any]]] = {}
        self.is_stopping = False

    async def begin(self, interaction: discord.Interaction[Any], name: str | None) -> bool:
        """Do as :func:`follow`."""
        task = asyncio.current_task()
        request = Request(_KINDS.get(interaction.type, Kind.BUTTON), name or _name(interaction))
        _current.set(request)
        bear(request.reference)
        if task is not None:
            self._tasks[task] = request, interaction
            # In a context of its own, which bears the reference too.
            task.add_done_callback(self._end)
        if not self.is_stopping:
            return True
        request.ending = Ending.REFUSED
        if request.kind is not Kind.COMPLETION:
            await self._tell(interaction, STOPPING)
        return False

    async def settle(self, interaction_id: int, seconds: float) -> None:
        """Wait until an interaction that just arrived is dealt with, at most so long."""
        await asyncio.sleep(0)  # it comes by begin first
        running = [task for task, (_, found) in self._tasks.items() if found.id == interaction_id]
        if running:
            await asyncio.wait(running, timeout=seconds)

    async def finish(self, seconds: float) -> None:
        """Take nothing more; wait for what is being answered, and tell those whom that takes too long."""
        self.is_stopping = True
        await asyncio.sleep(0)  # what just arrived comes by begin first
        running = {*self._tasks} - {asyncio.current_task()}
        if running:
            _, running = await asyncio.wait(running, timeout=seconds)
        cut_off = [self._tasks[task] for task in running if task in self._tasks]
        for task in running:
            task.cancel()
        for request, _ in cut_off:
            request.ending = Ending.CUT_OFF
        telling = {
            asyncio.create_task(self._tell(interaction, CUT_OFF))
            for request, interaction in cut_off
            if request.kind is not Kind.COMPLETION
        }
        if telling:
            await asyncio.wait(telling, timeout=_TELL_SECONDS)

    def _end(self, task: asyncio.Task[Any]) -> None:
        request, interaction = self._tasks.pop(task)
        now = perf_counter()
        seconds = now - request.began_at
        ending = request.ending
        if ending is None:
            ending = Ending.ANSWERED if interaction.response.is_done() else Ending.UNANSWERED
        first = None if request.answered_at is None else request.answered_at - request.began_at
        self._measures.note_interaction(request.kind, request.name, ending, seconds, first)
        _write(request, interaction, ending, seconds)


def _write(request: Request, interaction: discord.Interaction[Any], ending: Ending, seconds: float) -> None:
    level = logging.DEBUG if request.kind is Kind.COMPLETION else logging.INFO
    if not _log.isEnabledFor(level):
        return
    milliseconds, server, user = round(seconds * 1000), interaction.guild_id, interaction.user.id
    fields = {
        "kind": str(request.kind),
        "command": request.name,
        "outcome": str(ending),
        "milliseconds": milliseconds,
        "server": None if server is None else str(server),
        "user": str(user),
    }
    _log.log(
        level,
        "%s %s: %s in %d ms (server %s, user %s)",
        *(request.kind, request.name, ending, milliseconds, "none" if server is None else server, user),
        extra={"fields": fields},
    )


def _name(interaction: discord.Interaction[Any]) -> str:
    command = interaction.command
    return UNKNOWN if command is None else command.qualified_name
