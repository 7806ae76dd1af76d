"""The page of all that is kept of a server: handed out, and removed."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import discord

from bot.errors import InvalidInput
from bot.report import answer
from bot.storage.servers import ServerData
from bot.ui.administration.data import data_page, purged_card
from bot.ui.administration.frame import file_card
from bot.ui.card import Card
from bot.ui.forms import Form, text_field
from bot.ui.given import Given
from bot.ui.lasting import LastingButton
from cogs._place import require_manager
from cogs.setup.pages import BackButton, Page, add_page, answer_form

if TYPE_CHECKING:
    from bot.app import App

_WORD = "DELETE"


class ExportButton(LastingButton, template=r"setup:export"):
    """Hands out the settings."""

    def __init__(self) -> None:
        super().__init__("Export", "setup:export")

    async def press(self, interaction: discord.Interaction[App]) -> None:
        """Send the file."""
        await export(interaction)


class PurgeButton(LastingButton, template=r"setup:purge"):
    """Asks for the word that removes everything."""

    def __init__(self) -> None:
        super().__init__("Purge …", "setup:purge", discord.ButtonStyle.danger)

    async def press(self, interaction: discord.Interaction[App]) -> None:
        """Open the form."""
        await ask_to_purge(interaction)


async def export(interaction: discord.Interaction[App]) -> None:
    """Hand out the settings of a server as JSON, without secrets."""
    guild_id = require_manager(interaction)
    await interaction.response.defer(ephemeral=True, thinking=True)
    data = ServerData(interaction.client.database, guild_id, interaction.client.clock)
    settings = await data.export(interaction.user.id)
    interaction.client.notices.hurry()
    file = json.dumps(settings, indent=2, ensure_ascii=False).encode()
    await answer(
        interaction, file_card("The settings of this server, without secrets.", "settings.json", file)
    )


class PurgeForm(Form, template=r"setup:purge"):
    """Asks for the word."""

    def __init__(self) -> None:
        label = text_field(
            "confirm",
            f"Type {_WORD} to remove everything",
            hint="Keys, members' links, reminders, jobs, rules and changes of this server. There is no way "
            "back.",
            placeholder=_WORD,
            lengths=(1, 20),
        )
        super().__init__("Remove all data of this server", "setup:purge", label)

    async def submit(self, interaction: discord.Interaction[App], given: Given) -> None:
        """Remove everything, for who may manage the server."""
        guild_id = require_manager(interaction)
        if given.text("confirm").strip() != _WORD:
            raise InvalidInput(f"Nothing was removed: `{_WORD}` was not typed.")
        await answer_form(interaction, lambda: _purge(interaction, guild_id))


async def ask_to_purge(interaction: discord.Interaction[App]) -> None:
    """Open the form in which a purge is confirmed."""
    require_manager(interaction)
    await interaction.response.send_modal(PurgeForm())


async def _purge(interaction: discord.Interaction[App], guild_id: int) -> Card:
    app = interaction.client
    # While the key is there with which jobs are cancelled upstream.
    await app.jobs.give_up_server(guild_id, interaction.user.id)
    await ServerData(app.database, guild_id, app.clock).purge()
    app.gate.forget(guild_id)
    return purged_card()


async def _show(interaction: discord.Interaction[App], done: str | None) -> Card:
    require_manager(interaction)
    return data_page([[ExportButton(), PurgeButton(), BackButton()]], done)


add_page("data", Page("Data", "Export the settings, or remove everything", _show))
