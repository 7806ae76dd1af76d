"""/accounts: the Discord accounts through which useapi.net drives Pika and Midjourney."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.services import Service
from cogs._place import GUILD_CONTEXTS, GUILD_INSTALLS, MANAGERS, ManagerGroup
from cogs.accounts.midjourney import MidjourneyAccounts
from cogs.accounts.pika import PikaAccounts

if TYPE_CHECKING:
    from bot.app import App


async def setup(app: App) -> None:
    """Load the commands of the services that are on."""
    accounts = ManagerGroup(
        name="accounts",
        description="Accounts that Pika and Midjourney run on",
        allowed_contexts=GUILD_CONTEXTS,
        allowed_installs=GUILD_INSTALLS,
        default_permissions=MANAGERS,
    )
    if Service.PIKA in app.settings.services:
        accounts.add_command(PikaAccounts())
    if Service.MIDJOURNEY in app.settings.services:
        accounts.add_command(MidjourneyAccounts())
    app.tree.add_command(accounts)
