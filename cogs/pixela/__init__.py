"""/pixela: habit graphs kept at pixe.la."""

from __future__ import annotations

from typing import TYPE_CHECKING

from discord import app_commands

from cogs._place import EVERYWHERE_CONTEXTS, EVERYWHERE_INSTALLS
from cogs.pixela.graphs import graph_group
from cogs.pixela.pixels import PixelaPixels
from cogs.pixela.remind import PixelaRemind
from cogs.pixela.sheets import export_graph, import_file, stop_all
from cogs.pixela.stopwatch import stopwatch
from cogs.pixela.streaks import streaks
from cogs.pixela.user import PixelaUser
from cogs.pixela.webhooks import PixelaWebhooks

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
    pixela.add_command(PixelaPixels())
    pixela.add_command(PixelaWebhooks())
    pixela.add_command(
        app_commands.Command(
            name="stopwatch", description="Start or stop counting minutes", callback=stopwatch
        )
    )
    pixela.add_command(PixelaRemind())
    pixela.add_command(
        app_commands.Command(name="export", description="A graph as a CSV file", callback=export_graph)
    )
    pixela.add_command(
        app_commands.Command(name="import", description="Record the days of a CSV file", callback=import_file)
    )
    app.before_finish.append(stop_all)
    pixela.add_command(graph_group())
    pixela.add_command(
        app_commands.Command(name="streaks", description="How your graphs stand", callback=streaks)
    )
    app.tree.add_command(pixela)
