"""The forms in which a server's own secrets are typed; each is tried before it is stored."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

import discord

from bot.api.pixela import check_token, check_username
from bot.errors import ApiError, Unauthorised, UserError
from bot.report import answer, report
from bot.services import Provider
from bot.ui.card import Card
from bot.ui.failure import untried
from bot.ui.forms import Form, check_secret, text_field
from cogs._place import require_manager

if TYPE_CHECKING:
    from bot.app import App

_KEY_LENGTHS = (8, 200)
_HINT = "It is tried first, then kept encrypted. Nobody is shown it again."

Show = Callable[[discord.Interaction[Any], str], Awaitable[Card]]
"""Make the panel anew, with a sentence on what was done."""


def connect_form(provider: Provider, show: Show) -> Form:
    """Make the form for a service that has a secret of the server's own."""
    return _pixela_form(show) if provider is Provider.PIXELA else _useapi_form(show)


def _useapi_form(show: Show) -> Form:
    label, box = text_field(
        "key", "API key of useapi.net", hint=_HINT, placeholder="user:12345-…", lengths=_KEY_LENGTHS
    )

    async def submit(interaction: discord.Interaction[App]) -> None:
        guild_id = require_manager(interaction)
        key = check_secret(box.value, "key of useapi.net")
        await interaction.response.defer(ephemeral=True, thinking=True)
        try:
            replaced = await interaction.client.connections.connect_useapi(guild_id, interaction.user.id, key)
        except Unauthorised:
            raise UserError(
                "useapi.net refused this key, so nothing was stored. Check it and run the command again."
            ) from None
        except ApiError as error:
            raise UserError(untried(error)) from error
        done = "✅ The key works and replaces the old one." if replaced else "✅ The key works and is stored."
        await answer(interaction, await show(interaction, done))

    return Form("Connect useapi.net", label, submit=submit, failed=report)


def _pixela_form(show: Show) -> Form:
    name_label, name_box = text_field(
        "username", "Pixela user of this server", hint="Members record on its graphs.", lengths=(1, 40)
    )
    label, box = text_field("token", "Its token", hint=_HINT, lengths=(8, 128))

    async def submit(interaction: discord.Interaction[App]) -> None:
        guild_id = require_manager(interaction)
        username, token = check_username(name_box.value), check_token(box.value)
        await interaction.response.defer(ephemeral=True, thinking=True)
        connections = interaction.client.connections
        try:
            replaced = await connections.connect_pixela(guild_id, interaction.user.id, username, token)
        except Unauthorised:
            raise UserError(
                f"Pixela knows no user `{username}` with this token, so nothing was stored. Check both."
            ) from None
        except ApiError as error:
            raise UserError(untried(error)) from error
        end = "replaces the old one" if replaced else "is stored"
        await answer(interaction, await show(interaction, f"✅ The token of `{username}` works and {end}."))

    return Form("Connect Pixela", name_label, label, submit=submit, failed=report)
