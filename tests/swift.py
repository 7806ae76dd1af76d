"""The real bot and SimCord's Discord, without what every test would have to wait for anew."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

import simcord
from discord import app_commands

from bot.app import App
from bot.services import Service
from tests.databases import Outside, chosen


class SwiftApp(App):
    """The real bot, which takes over the commands that an earlier one with the same services loaded.

    Making them anew takes a tenth of what a test takes. They know nothing of the bot that runs them.
    """

    async def load_commands(self) -> None:
        """Fill the tree."""
        loaded = _LOADED.get(self.settings.services)
        if loaded is None:
            await super().load_commands()
            _LOADED[self.settings.services] = self.tree.get_commands(), [*self.before_finish]
            return
        found, ends = loaded
        for command in found:
            self.tree.add_command(command)
        self.before_finish += ends


_AppCommand: TypeAlias = "app_commands.Command[Any, ..., Any] | app_commands.Group | app_commands.ContextMenu"
_LOADED: dict[Sequence[Service], tuple[list[_AppCommand], list[Callable[[App], None]]]] = {}


class Told:
    """What Discord was told of the commands, and the bot's note of it, for the bots that start later.

    Without it each would tell Discord anew.
    """

    def __init__(self) -> None:
        self._commands: list[dict[str, Any]] | None = None
        self._noted: list[tuple[Any, ...]] = []

    def note(self, env: simcord.Env, database: Outside) -> None:
        """Note what was told at the first start of all."""
        if self._commands is not None:
            return
        tellings = [request for request in env.http_requests if request.path.endswith("/commands")]
        commands: Any = tellings[-1].json
        self._commands = [
            {name: value for name, value in command.items() if name != "nsfw"} for command in commands
        ]
        self._noted = database.execute("SELECT name, value FROM facts WHERE name LIKE 'commands of %'")

    def recall(self, database: Outside) -> None:
        """Have a fresh database know what was told."""
        for name, value in self._noted:
            database.execute("INSERT INTO facts (name, value) VALUES (?, ?)", name, value)

    def brief(self, env: simcord.Env) -> None:
        """Have a fresh Discord know what it was told."""
        if self._commands is not None:
            env.backend.register_commands(None, self._commands)


_AT_ONCE = 300.0


class SwiftEnv(simcord.Env):
    """SimCord's environment, which looks more often whether the bot is done.

    By default an action that waits for nothing takes 50 ms, which is most of a test's time.
    """

    async def advance_time(self, seconds: float) -> None:
        """Let time go by, by no more at once than the bot can do what comes due in it.

        Loops that share a database with others look into it every few seconds, and over a network.
        """
        while chosen() is not None and seconds > _AT_ONCE:
            await super().advance_time(_AT_ONCE)
            seconds -= _AT_ONCE
        await super().advance_time(seconds)

    async def _settle_internal(
        self,
        *,
        timeout: float | None = None,  # noqa: ASYNC109 - as SimCord has it
        idle: float = 0.005,
        dispatch: str | None = None,
        _deadline: float | None = None,
    ) -> None:
        await super()._settle_internal(timeout=timeout, idle=idle, dispatch=dispatch, _deadline=_deadline)
