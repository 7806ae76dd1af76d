"""/pixela: habit graphs kept at pixe.la."""

from __future__ import annotations

from typing import TYPE_CHECKING

from discord import app_commands

from cogs._place import EVERYWHERE_CONTEXTS, EVERYWHERE_INSTALLS
from cogs.pixela.user import PixelaUser

if TYPE_CHECKING:
    from bot.app import App


async def setup(app: App) -> None:
    """Load the commands."""
    pixela = app_commands.Group(
        name="pixela",
        description="Habit graphs at pixe.la",
        allowed_contexts=EVERYWHERE_CONTEXTS,
        allowed_installs=EVERYWHERE_INSTALLS,
    )
    pixela.add_command(PixelaUser())
    app.tree.add_command(pixela)
