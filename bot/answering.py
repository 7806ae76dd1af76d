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
from dataclasses import dataclass
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

    __slots__ = ("answered_at", "began_at", "ending", "is_handed_on", "kind", "name", "reference")

    def __init__(self, kind: Kind, name: str) -> None:
        self.kind = kind
        self.name = name
        """The command's qualified name; for a form and a button the name of its class."""
        self.reference = new_reference()
        self.began_at = perf_counter()
        self.answered_at: float | None = None
        self.ending: Ending | None = None
        self.is_handed_on = False
        """Whether what is left of it is written down, and done also where this process ends."""


_current: ContextVar[Request | None] = ContextVar("request", default=None)


def current_request() -> Request | None:
    """Return the interaction on whose behalf this runs, None where there is none."""
    return _current.get()


def hand_on() -> None:
    """Say that what is left of an interaction is written down: it is done also where this process ends."""
    request = _current.get()
    if request is not None:
        request.is_handed_on = True


async def follow(interaction: discord.Interaction[Any], name: str | None = None) -> bool:
    """Follow an interaction until the task that this runs in ends; return whether to go on with it.

    ``name`` is what it is called by, where it is no command. While the app is stopping the person is told so.
    """
    answering: Answering = interaction.client.answering
    return await answering.begin(interaction, name)


@dataclass(frozen=True, slots=True)
class Settled:
    """How far an interaction has come, and the task that answers it."""

    request: Request
    interaction: discord.Interaction[Any]
    task: asyncio.Task[Any]

    @property
    def is_acknowledged(self) -> bool:
        """Whether Discord took a first answer to it, whosever it was. Of suggestions nobody needs to know."""
        request = self.request
        unasked = self.is_elsewhere or request.is_handed_on or request.kind is Kind.COMPLETION
        return unasked or self.interaction.response.is_done()

    @property
    def is_elsewhere(self) -> bool:
        """Whether another worker had acknowledged it before."""
        return self.request.ending is Ending.ELSEWHERE

    @property
    def is_cut_off(self) -> bool:
        """Whether a stop cut it off; the person is told, where Discord is quick enough to let us."""
        return self.request.ending is Ending.CUT_OFF

    @property
    def is_open(self) -> bool:
        """Whether something is left to do that nobody would do if this process died."""
        request = self.request
        return not (self.task.done() or request.is_handed_on or request.kind is Kind.COMPLETION)


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

    async def settle(self, interaction_id: int, seconds: float) -> Settled | None:
        """Wait until an interaction that just arrived is dealt with, at most so long; return how far it is.

        None where it is not being answered here: it was dealt with before, or is none that we know.
        """
        await asyncio.sleep(0)  # it comes by begin first
        for task, (request, interaction) in self._tasks.items():
            if interaction.id == interaction_id:
                await asyncio.wait({task}, timeout=seconds)
                return Settled(request, interaction, task)
        return None

    async def finish(self, seconds: float) -> None:
        """Take nothing more; wait for what is being answered, and tell those whom that takes too long."""
        self.is_stopping = True
        await asyncio.sleep(0)  # what just arrived comes by begin first
        running = {*self._tasks} - {asyncio.current_task()}
        if running:
            _, running = await asyncio.wait(running, timeout=seconds)
        left = [self._tasks[task] for task in running if task in self._tasks]
        cut_off = [(request, interaction) for request, interaction in left if not request.is_handed_on]
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
