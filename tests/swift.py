"""The real bot and SimCord's Discord, without what every test would have to wait for anew."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, TypeAlias

import simcord
from discord import app_commands

from bot.app import App
from bot.services import Service


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

    Without it each would tell Discord anew. ``empty`` is a database in which nothing is noted.
    """

    def __init__(self, empty: Path) -> None:
        self._file = empty
        self._commands: list[dict[str, Any]] | None = None

    def note(self, env: simcord.Env, database: Path) -> None:
        """Note what was told at the first start of all."""
        if self._commands is not None:
            return
        tellings = [request for request in env.http_requests if request.path.endswith("/commands")]
        commands: Any = tellings[-1].json
        self._commands = [
            {name: value for name, value in command.items() if name != "nsfw"} for command in commands
        ]
        self._file = self._noted(database)

    def _noted(self, database: Path) -> Path:
        """Make a database that knows no more than what was told."""
        file = self._file.with_name("told.db")
        shutil.copy(self._file, file)
        with closing(sqlite3.connect(file)) as made:
            made.execute("ATTACH ? AS used", [str(database)])
            made.execute("INSERT INTO facts SELECT * FROM used.facts WHERE name LIKE 'commands of %'")
            made.commit()
        return file

    def recall(self, database: Path) -> None:
        """Have a fresh database know what was told."""
        if self._commands is not None:
            shutil.copy(self._file, database)

    def brief(self, env: simcord.Env) -> None:
        """Have a fresh Discord know what it was told."""
        if self._commands is not None:
            env.backend.register_commands(None, self._commands)


class SwiftEnv(simcord.Env):
    """SimCord's environment, which looks more often whether the bot is done.

    By default an action that waits for nothing takes 50 ms, which is most of a test's time.
    """

    async def _settle_internal(
        self,
        *,
        timeout: float | None = None,  # noqa: ASYNC109 - as SimCord has it
        idle: float = 0.005,
        dispatch: str | None = None,
        _deadline: float | None = None,
    ) -> None:
        await super()._settle_internal(timeout=timeout, idle=idle, dispatch=dispatch, _deadline=_deadline)
