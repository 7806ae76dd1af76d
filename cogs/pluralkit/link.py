"""/pluralkit link and unlink: a member's own system token."""

from __future__ import annotations

from typing import TYPE_CHECKING

import discord
from discord import app_commands

from bot.api.pluralkit import check_token
from bot.errors import NotConnected
from bot.report import answer
from bot.services import Provider, Service
from bot.ui.forms import Form, text_field
from bot.ui.given import Given
from bot.ui.links import unlinked_card
from bot.ui.pluralkit.systems import linked_card
from cogs._place import scope_of
from cogs._trial import tried_first
from cogs.pluralkit.rosters import GROUPS, MEMBERS

if TYPE_CHECKING:
    from bot.app import App


@app_commands.describe(everywhere="Also in other servers and direct messages")
async def link(interaction: discord.Interaction[App], everywhere: bool = False) -> None:
    """Open the form for the token."""
    await interaction.response.send_modal(LinkSystemForm(str(int(everywhere))))


async def unlink(interaction: discord.Interaction[App]) -> None:
    """Remove the stored token."""
    await interaction.response.defer(ephemeral=True, thinking=True)
    removed = await interaction.client.connections.unlink(scope_of(interaction), Provider.PLURALKIT)
    for names in (MEMBERS, GROUPS):
        names.forget(interaction)
    if removed is None:
        raise NotConnected("No system of yours is linked here. `/pluralkit link` links one.")
    card = unlinked_card("PluralKit", removed.account, everywhere=removed.everywhere)
    await answer(interaction, card)


class LinkSystemForm(Form, template=r"pluralkit:link:(?P<everywhere>[01])", service=Service.PLURALKIT):
    """Asks for a system's token."""

    def __init__(self, everywhere: str) -> None:
        token = text_field(
            "token",
            "Token of your system",
            hint="pk;token in a DM to PluralKit shows it. It is tried first, then kept encrypted.",
            lengths=(64, 128),
        )
        super().__init__("Link your PluralKit system", f"pluralkit:link:{everywhere}", token)
        self._everywhere = everywhere == "1"

    async def submit(self, interaction: discord.Interaction[App], given: Given) -> None:
        """Try the token, and keep it."""
        token = check_token(given.text("token"))
        await interaction.response.defer(ephemeral=True, thinking=True)
        with tried_first(
            "PluralKit refused this token, so nothing was stored. `pk;token` shows the one in force."
        ):
            system = await interaction.client.connections.link_pluralkit(
                scope_of(interaction), token, everywhere=self._everywhere
            )
        await answer(interaction, linked_card(system, everywhere=self._everywhere))
