"""/pluralkit: systems, members and who is fronting."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cogs.pluralkit.queries import PluralKit

if TYPE_CHECKING:
    from bot.app import App


async def setup(app: App) -> None:
    """Load the commands."""
    app.tree.add_command(PluralKit())
