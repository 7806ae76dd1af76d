"""/privacy: a person's own data, in every server."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import discord
from discord import app_commands

from bot.report import answer
from bot.storage.people import Kept, PersonalData
from bot.storage.schema import NOWHERE
from bot.ui.card import note
from bot.ui.lasting import LastingButton
from bot.ui.privacy import KeptData, OwnSecret, erase_card, erased_card, export_card, privacy_card
from cogs._place import EVERYWHERE_CONTEXTS, EVERYWHERE_INSTALLS

if TYPE_CHECKING:
    from bot.app import App


class AskButton(LastingButton, template=r"privacy:ask"):
    """Asks before it deletes."""

    def __init__(self) -> None:
        super().__init__("Delete all of it", "privacy:ask", discord.ButtonStyle.danger)

    async def press(self, interaction: discord.Interaction[App]) -> None:
        """Ask."""
        await interaction.response.edit_message(view=erase_card([EraseButton(), KeepDataButton()]))


class ExportButton(LastingButton, template=r"privacy:export"):
    """Hands out the data of whoever presses it."""

    def __init__(self) -> None:
        super().__init__("As a file", "privacy:export")

    async def press(self, interaction: discord.Interaction[App]) -> None:
        """Send the file."""
        await _send_file(interaction)


class EraseButton(LastingButton, template=r"privacy:erase"):
    """Deletes the data of whoever presses it."""

    def __init__(self) -> None:
        super().__init__("Yes, delete it", "privacy:erase", discord.ButtonStyle.danger)

    async def press(self, interaction: discord.Interaction[App]) -> None:
        """Give up what is still being made, delete, and say what is gone."""
        await interaction.response.defer()
        await interaction.client.jobs.give_up_all(interaction.user.id)
        removed = await _data_of(interaction).erase()
        await interaction.edit_original_response(view=erased_card(removed))


class KeepDataButton(LastingButton, template=r"privacy:keep"):
    """Goes back without deleting."""

    def __init__(self) -> None:
        super().__init__("Keep it", "privacy:keep")

    async def press(self, interaction: discord.Interaction[App]) -> None:
        """Say that nothing happened."""
        await interaction.response.edit_message(view=note("Nothing was deleted."))


class Privacy(app_commands.Group):
    """The commands of /privacy."""

    def __init__(self) -> None:
        super().__init__(
            name="privacy",
            description="Your own data",
            allowed_contexts=EVERYWHERE_CONTEXTS,
            allowed_installs=EVERYWHERE_INSTALLS,
        )

    @app_commands.command(description="What is kept of you, in every server")
    async def show(self, interaction: discord.Interaction[App]) -> None:
        """Show what is kept."""
        kept = await _data_of(interaction).look()
        await answer(
            interaction, privacy_card(_shown(kept), interaction.guild_id, [ExportButton(), AskButton()])
        )

    @app_commands.command(description="A file of what is kept of you, in every server")
    async def export(self, interaction: discord.Interaction[App]) -> None:
        """Send the file."""
        await _send_file(interaction)

    @app_commands.command(description="Delete what is kept of you, in every server")
    async def delete(self, interaction: discord.Interaction[App]) -> None:
        """Ask, then delete."""
        await answer(interaction, erase_card([EraseButton(), KeepDataButton()]))


async def _send_file(interaction: discord.Interaction[App]) -> None:
    await interaction.response.defer(ephemeral=True, thinking=True)
    found = await _data_of(interaction).export()
    file = json.dumps({"you": str(interaction.user.id), **found}, indent=2, ensure_ascii=False).encode()
    await answer(interaction, export_card(sum(map(len, found.values())), file))


def _data_of(interaction: discord.Interaction[App]) -> PersonalData:
    app = interaction.client
    return PersonalData(app.database, interaction.user.id, app.clock)


def _shown(kept: Kept) -> KeptData:
    secrets = [
        OwnSecret(
            credential.service,
            credential.account,
            None if credential.guild_id == NOWHERE else credential.guild_id,
            credential.everywhere,
            credential.set_at,
        )
        for credential in kept.credentials
    ]
    return KeptData(
        secrets,
        kept.connected,
        kept.audited,
        kept.jobs,
        kept.reminders,
        kept.graphs,
        kept.cancelled,
        kept.unsettled,
        kept.drafts,
        kept.errands,
    )


async def setup(app: App) -> None:
    """Load the commands."""
    app.tree.add_command(Privacy())
