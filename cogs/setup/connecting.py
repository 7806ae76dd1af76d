"""The forms in which a server's own secrets are typed; each is tried before it is stored."""

from __future__ import annotations

from typing import TYPE_CHECKING

import discord

from bot.api.pixela import check_token, check_username
from bot.connections import Stored
from bot.key_names import LONGEST, MAIN, label_of_key
from bot.services import Provider
from bot.ui.card import Card
from bot.ui.forms import Form, check_secret, text_field
from bot.ui.given import Given
from bot.ui.text import code
from cogs._place import require_manager
from cogs._trial import tried_first, unknown_user
from cogs.setup.pages import PANEL, answer_form, show_page

if TYPE_CHECKING:
    from bot.app import App

_KEY_LENGTHS = (8, 200)
_HINT = "It is tried first, then kept encrypted. Nobody is shown it again."

_PAGE = r"(?P<page>[a-z]{1,20})"


class UseapiForm(Form, template=rf"setup:connect:useapi:{_PAGE}"):
    """Asks for a key of useapi.net; ``page`` is shown anew afterwards.

    ``key_name`` is the name of the key that is to be replaced, which stands in its field then.
    """

    def __init__(self, page: str, key_name: str | None = None) -> None:
        key = text_field(
            "key", "API key of useapi.net", hint=_HINT, placeholder="user:12345-…", lengths=_KEY_LENGTHS
        )
        name = text_field(
            "name",
            "Name of this key",
            hint="Left empty, it replaces the default key. Another name adds a key. Everybody may read it.",
            placeholder=MAIN,
            required=False,
            lengths=(1, LONGEST),
            typed="" if key_name is None else label_of_key(key_name),
        )
        super().__init__("Connect useapi.net", f"setup:connect:useapi:{page}", key, name)
        self._page = page

    async def submit(self, interaction: discord.Interaction[App], given: Given) -> None:
        """Try the key, and keep it."""
        guild_id = require_manager(interaction)
        key = check_secret(given.text("key"), "key of useapi.net")
        name = given.text("name").strip() or None

        async def connect() -> Card:
            app = interaction.client
            with tried_first("useapi.net refused this key, so nothing was stored. Check it and try again."):
                stored = await app.connections.connect_useapi(guild_id, interaction.user.id, key, name)
            app.watch.hurry(guild_id)
            return await show_page(interaction, self._page, _done(stored))

        await answer_form(interaction, connect)


class PixelaForm(Form, template=rf"setup:connect:pixela:{_PAGE}"):
    """Asks for the server's own user at Pixela; ``page`` is shown anew afterwards."""

    def __init__(self, page: str) -> None:
        name = text_field(
            "username", "Pixela user of this server", hint="Members record on its graphs.", lengths=(1, 40)
        )
        token = text_field("token", "Its token", hint=_HINT, lengths=(8, 128))
        super().__init__("Connect Pixela", f"setup:connect:pixela:{page}", name, token)
        self._page = page

    async def submit(self, interaction: discord.Interaction[App], given: Given) -> None:
        """Try the token, and keep it."""
        guild_id = require_manager(interaction)
        username, token = check_username(given.text("username")), check_token(given.text("token"))

        async def connect() -> Card:
            connections = interaction.client.connections
            with tried_first(unknown_user(username)):
                replaced = await connections.connect_pixela(guild_id, interaction.user.id, username, token)
            end = "replaces the old one" if replaced else "is stored"
            return await show_page(interaction, self._page, f"✅ The token of `{username}` works and {end}.")

        await answer_form(interaction, connect)


def connect_form(provider: Provider) -> Form:
    """Make the form for a service that has a secret of the server's own; the panel is shown afterwards."""
    return PixelaForm(PANEL) if provider is Provider.PIXELA else UseapiForm(PANEL)


def _done(stored: Stored) -> str:
    end = "replaces the old one" if stored.replaced else "is stored"
    name = code(label_of_key(stored.name))
    if stored.name == stored.default:
        return f"✅ The key works and {end}. It is {name}, the default."
    default = code(label_of_key(stored.default))
    return f"✅ The key works and {end}. It is {name}; the default is {default}."
