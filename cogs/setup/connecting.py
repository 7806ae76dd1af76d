"""The forms in which a server's own secrets are typed; each is tried before it is stored."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

import discord

from bot.api.pixela import check_token, check_username
from bot.connections import Stored
from bot.errors import ApiError, Unauthorised, UserError
from bot.key_names import LONGEST, MAIN, label_of_key
from bot.report import report
from bot.services import Provider
from bot.ui.card import Card
from bot.ui.failure import untried
from bot.ui.forms import Form, check_secret, text_field
from bot.ui.text import code
from cogs._place import require_manager
from cogs.setup.pages import answer_form

if TYPE_CHECKING:
    from bot.app import App

_KEY_LENGTHS = (8, 200)
_HINT = "It is tried first, then kept encrypted. Nobody is shown it again."

Show = Callable[[discord.Interaction[Any], str], Awaitable[Card]]
"""Make the panel anew, with a sentence on what was done."""


def connect_form(provider: Provider, show: Show, *, key_name: str | None = None) -> Form:
    """Make the form for a service that has a secret of the server's own.

    ``key_name`` is the name of the key of useapi.net that is to be replaced, which stands in its field then.
    """
    return _pixela_form(show) if provider is Provider.PIXELA else _useapi_form(show, key_name)


def _useapi_form(show: Show, key_name: str | None) -> Form:
    label, box = text_field(
        "key", "API key of useapi.net", hint=_HINT, placeholder="user:12345-…", lengths=_KEY_LENGTHS
    )
    name_label, name_box = text_field(
        "name",
        "Name of this key",
        hint="Left empty, it replaces the default key. Another name adds a key. Everybody may read it.",
        placeholder=MAIN,
        required=False,
        lengths=(1, LONGEST),
        typed="" if key_name is None else label_of_key(key_name),
    )

    async def submit(interaction: discord.Interaction[App]) -> None:
        guild_id = require_manager(interaction)
        key = check_secret(box.value, "key of useapi.net")
        name = name_box.value.strip() or None

        async def connect() -> Card:
            app = interaction.client
            try:
                stored = await app.connections.connect_useapi(guild_id, interaction.user.id, key, name)
            except Unauthorised:
                raise UserError(
                    "useapi.net refused this key, so nothing was stored. Check it and try again."
                ) from None
            except ApiError as error:
                raise UserError(untried(error)) from error
            app.watch.hurry(guild_id)
            return await show(interaction, _done(stored))

        await answer_form(interaction, connect)

    return Form("Connect useapi.net", label, name_label, submit=submit, failed=report)


def _done(stored: Stored) -> str:
    end = "replaces the old one" if stored.replaced else "is stored"
    name = code(label_of_key(stored.name))
    if stored.name == stored.default:
        return f"✅ The key works and {end}. It is {name}, the default."
    default = code(label_of_key(stored.default))
    return f"✅ The key works and {end}. It is {name}; the default is {default}."


def _pixela_form(show: Show) -> Form:
    name_label, name_box = text_field(
        "username", "Pixela user of this server", hint="Members record on its graphs.", lengths=(1, 40)
    )
    label, box = text_field("token", "Its token", hint=_HINT, lengths=(8, 128))

    async def submit(interaction: discord.Interaction[App]) -> None:
        guild_id = require_manager(interaction)
        username, token = check_username(name_box.value), check_token(box.value)

        async def connect() -> Card:
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
            return await show(interaction, f"✅ The token of `{username}` works and {end}.")

        await answer_form(interaction, connect)

    return Form("Connect Pixela", name_label, label, submit=submit, failed=report)
