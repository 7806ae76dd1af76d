"""Where a command was used and what that allows."""

from __future__ import annotations

from typing import Any

import discord
from discord import app_commands

from bot.connections import Scope
from bot.errors import NotAllowed
from bot.storage.schema import NOWHERE

EVERYWHERE_CONTEXTS = app_commands.AppCommandContext(guild=True, dm_channel=True, private_channel=True)
EVERYWHERE_INSTALLS = app_commands.AppInstallationType(guild=True, user=True)
GUILD_CONTEXTS = app_commands.AppCommandContext(guild=True)
GUILD_INSTALLS = app_commands.AppInstallationType(guild=True)
MANAGERS = discord.Permissions(manage_guild=True)


def scope_of(interaction: discord.Interaction[Any]) -> Scope:
    """Return where a member's own secret belongs: this server, or the person alone.

    It is the person alone outside a server, and in a server where only the person installed the app.
    """
    alone = interaction.is_user_integration() and not interaction.is_guild_integration()
    if interaction.guild_id is None or alone:
        return Scope(NOWHERE, interaction.user.id)
    return Scope(interaction.guild_id, interaction.user.id)


def server_of(interaction: discord.Interaction[Any]) -> int:
    """Return the server's id. Raises :class:`~bot.errors.NotAllowed` outside a server."""
    if interaction.guild_id is None:
        raise NotAllowed("This works in a server only.")
    return interaction.guild_id


def require_manager(interaction: discord.Interaction[Any]) -> int:
    """Return the server's id where the person may manage it.

    Discord shows these commands to managers only, but a server may override that for a role, and a
    button stays where it was shown: so the app checks too. Raises :class:`~bot.errors.NotAllowed`.
    """
    guild_id = server_of(interaction)
    if not interaction.permissions.manage_guild:
        raise NotAllowed("This needs the permission Manage Server. Ask somebody who has it.")
    return guild_id


class ManagerGroup(app_commands.Group):
    """A group of commands for those who may manage the server; its subgroups must be of it too."""

    async def interaction_check(self, interaction: discord.Interaction[Any], /) -> bool:
        """Refuse everybody else. Completions do not come by here, so each checks by itself."""
        try:
            require_manager(interaction)
        except NotAllowed:
            raise app_commands.MissingPermissions(["manage_guild"]) from None
        return True
