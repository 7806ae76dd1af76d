"""/help: every command, told from the command tree itself, so that it cannot be out of date."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import discord
from discord import app_commands
from discord.ext import commands

from bot.errors import InvalidInput
from bot.report import answer
from bot.ui.about import CommandHelp, command_card, help_card

if TYPE_CHECKING:
    from bot.app import App

_CHOICES = 25


async def _complete(interaction: discord.Interaction[App], current: str) -> list[app_commands.Choice[str]]:
    wanted = current.strip().lstrip("/").lower()
    names = [entry.name for entry in _entries(interaction.client.tree) if wanted in entry.name]
    return [app_commands.Choice(name=f"/{name}", value=name) for name in names][:_CHOICES]


class Help(commands.Cog):
    """The command of /help."""

    @app_commands.command(description="What this app can do")
    @app_commands.allowed_installs(guilds=True, users=True)
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)
    @app_commands.describe(command="Which command to explain")
    @app_commands.autocomplete(command=_complete)
    async def help(self, interaction: discord.Interaction[App], command: str | None = None) -> None:
        """Show every command, or one of them."""
        entries = {entry.name: entry for entry in _entries(interaction.client.tree)}
        if command is None:
            await answer(interaction, help_card(list(entries.values())))
            return
        entry = entries.get(command.strip().lstrip("/").lower())
        if entry is None:
            raise InvalidInput("There is no such command. Pick one of the suggestions, or run `/help` alone.")
        await answer(interaction, command_card(entry))


def _entries(tree: app_commands.CommandTree[Any]) -> Iterator[CommandHelp]:
    for command in sorted(tree.walk_commands(), key=lambda command: command.qualified_name):
        if isinstance(command, app_commands.Command):
            yield _entry(command)


def _entry(command: app_commands.Command[Any, ..., Any]) -> CommandHelp:
    top = command.root_parent or command
    contexts = top.allowed_contexts
    return CommandHelp(
        name=command.qualified_name,
        description=command.description,
        options=[
            (option.display_name, str(option.description), option.required) for option in command.parameters
        ],
        managers_only=top.default_permissions is not None,
        in_servers_only=contexts is not None and not contexts.dm_channel,
    )


async def setup(app: App) -> None:
    """Load the command."""
    await app.add_cog(Help())
