"""/pluralkit delete: a member or a group of one's own, once that was confirmed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import discord
from discord import app_commands

from bot.api.pluralkit import ME
from bot.report import answer
from bot.ui.card import Clickable, note
from bot.ui.lasting import LastingButton
from bot.ui.pluralkit.writing import ask_deletion_card
from cogs.pluralkit.eyes import owner_of
from cogs.pluralkit.groups import GroupsQuestion
from cogs.pluralkit.members import MembersQuestion
from cogs.pluralkit.rosters import GROUPS, MEMBERS, complete_group, complete_member
from cogs.pluralkit.writing import KeepButton, certain, chosen_own

if TYPE_CHECKING:
    from bot.app import App


class DeleteButton(LastingButton, template=r"pk:delete:(?P<kind>member|group):(?P<ref>[0-9A-Fa-f-]{36})"):
    """Deletes a member or a group."""

    def __init__(self, kind: str, ref: str) -> None:
        super().__init__("Delete for good", f"pk:delete:{kind}:{ref}", discord.ButtonStyle.danger)
        self._kind = kind
        self._ref = ref

    async def press(self, interaction: discord.Interaction[App]) -> None:
        """Delete it."""
        await interaction.response.defer()
        of_member = self._kind == "member"
        async with certain(interaction, MembersQuestion(ME) if of_member else GroupsQuestion(ME)):
            async with owner_of(interaction) as owner:
                await (owner.delete_member(self._ref) if of_member else owner.delete_group(self._ref))
            (MEMBERS if of_member else GROUPS).forget(interaction)
            await interaction.edit_original_response(view=note(f"The {self._kind} was deleted."))


@app_commands.describe(ref="Name or id of one of yours")
@app_commands.autocomplete(ref=complete_member)
async def member(interaction: discord.Interaction[App], ref: str) -> None:
    """Ask whether a member shall be deleted."""
    await interaction.response.defer(ephemeral=True, thinking=True)
    chosen = await chosen_own(interaction, MEMBERS, ref)
    async with owner_of(interaction) as owner:
        found = await owner.member(chosen.id)
    await answer(interaction, ask_deletion_card(found, _buttons("member", found.uuid)))


@app_commands.describe(ref="Name or id of one of yours")
@app_commands.autocomplete(ref=complete_group)
async def group(interaction: discord.Interaction[App], ref: str) -> None:
    """Ask whether a group shall be deleted."""
    await interaction.response.defer(ephemeral=True, thinking=True)
    chosen = await chosen_own(interaction, GROUPS, ref)
    async with owner_of(interaction) as owner:
        found = await owner.group(chosen.id)
    await answer(interaction, ask_deletion_card(found, _buttons("group", found.uuid)))


def _buttons(kind: str, ref: str) -> list[Clickable]:
    return [DeleteButton(kind, ref), KeepButton(kind)]
