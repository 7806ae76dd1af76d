"""/pluralkit membership: who is in which of one's own groups."""

from __future__ import annotations

from typing import TYPE_CHECKING

import discord
from discord import app_commands

from bot.errors import InvalidInput
from bot.report import answer
from bot.ui.pluralkit.writing import grouped_card
from cogs.pluralkit.asking import SeeButton
from cogs.pluralkit.eyes import owner_of
from cogs.pluralkit.groups import GroupQuestion
from cogs.pluralkit.rosters import GROUPS, MEMBERS, complete_group, complete_members
from cogs.pluralkit.writing import certain, chosen_all_own, chosen_own

if TYPE_CHECKING:
    from bot.app import App


@app_commands.describe(group="Name or id of one of yours", members="Names or ids, with commas between")
@app_commands.autocomplete(group=complete_group, members=complete_members)
async def add(interaction: discord.Interaction[App], group: str, members: str) -> None:
    """Put members into a group."""
    await _change(interaction, group, members, added=True)


@app_commands.describe(group="Name or id of one of yours", members="Names or ids, with commas between")
@app_commands.autocomplete(group=complete_group, members=complete_members)
async def remove(interaction: discord.Interaction[App], group: str, members: str) -> None:
    """Take members out of a group."""
    await _change(interaction, group, members, added=False)


async def _change(interaction: discord.Interaction[App], group: str, members: str, *, added: bool) -> None:
    await interaction.response.defer(ephemeral=True, thinking=True)
    chosen = await chosen_own(interaction, GROUPS, group)
    entries = await chosen_all_own(interaction, MEMBERS, members)
    if not entries:
        raise InvalidInput("Name at least one member, with commas between several.")
    look = GroupQuestion("", chosen.id)
    ids = [entry.id for entry in entries]
    async with certain(interaction, look):
        async with owner_of(interaction) as owner:
            change = owner.add_to_group if added else owner.remove_from_group
            await change(chosen.id, ids)
        buttons = [SeeButton(look.pack(), "See the group")]
        await answer(interaction, grouped_card(chosen, entries, buttons, added=added))
