"""/pluralkit system, and the same for a person in a menu."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import discord

from bot.api.pluralkit.sights import see_system
from bot.ui.card import Card
from bot.ui.pluralkit.systems import system_card
from cogs.pluralkit.asking import Asking, Question, see, show
from cogs.pluralkit.eyes import of_whom, whose
from cogs.pluralkit.fronts import FrontersQuestion, HistoryQuestion
from cogs.pluralkit.groups import GroupsQuestion
from cogs.pluralkit.members import MembersQuestion

if TYPE_CHECKING:
    from bot.app import App


@dataclass(frozen=True)
class SystemQuestion(Question, code="s"):
    """What a system is."""

    async def look(self, asking: Asking) -> Card:
        """Show the system, with ways to the rest of it."""
        sight = await see_system(asking.eyes.client, self.system)
        ways = [
            see("Members", MembersQuestion(self.system)) if sight.members else None,
            see("Groups", GroupsQuestion(self.system)),
            see("Fronting", FrontersQuestion(self.system)) if sight.front else None,
            see("History", HistoryQuestion(self.system)) if sight.front else None,
        ]
        return system_card(sight, asking.buttons(*ways, share=self))


@of_whom
async def system(
    interaction: discord.Interaction[App],
    ref: str | None = None,
    user: discord.User | None = None,
    share: bool = False,
) -> None:
    """Show a system."""
    await show(interaction, SystemQuestion(whose(ref, user)), share=share)


async def system_of_user(interaction: discord.Interaction[App], user: discord.User) -> None:
    """Show the system of the person whose menu it is."""
    await show(interaction, SystemQuestion(str(user.id)), share=False)
