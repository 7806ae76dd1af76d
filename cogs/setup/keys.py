"""The pages of the several keys of useapi.net that a server may have."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import discord

from bot.errors import InvalidInput
from bot.key_names import label_of_key
from bot.services import Provider
from bot.storage.credentials import Credential
from bot.ui.administration.keys import KeyLine, key_page, keys_page, remove_key_page
from bot.ui.card import Card, Clickable
from bot.ui.lasting import LastingButton, LastingSelect
from bot.ui.text import code
from cogs._place import require_manager
from cogs.setup.connecting import UseapiForm
from cogs.setup.pages import BackButton, Page, add_page, turn_to

if TYPE_CHECKING:
    from bot.app import App

_NAME = r"(?P<name>.{0,32})"
_KEYS = "keys"
_GONE = "This key is not there any more. Open `/setup status` again."


class KeySelect(LastingSelect, template=r"setup:keys"):
    """Chooses a key."""

    def __init__(self, keys: Sequence[Credential] = ()) -> None:
        options = [
            discord.SelectOption(label=label_of_key(key.name), value=f"key:{key.name}") for key in keys
        ]
        super().__init__("setup:keys", placeholder="Change a key …", options=options)

    async def choose(self, interaction: discord.Interaction[App], values: Sequence[str]) -> None:
        """Show its page."""
        name = values[0].removeprefix("key:")
        await turn_to(interaction, lambda: _key(interaction, name))


class AddKeyButton(LastingButton, template=r"setup:addkey"):
    """Opens the form for another key."""

    def __init__(self) -> None:
        super().__init__("Add a key", "setup:addkey", discord.ButtonStyle.primary)

    async def press(self, interaction: discord.Interaction[App]) -> None:
        """Open the form."""
        require_manager(interaction)
        await interaction.response.send_modal(UseapiForm(_KEYS))


class ReplaceKeyButton(LastingButton, template=rf"setup:rekey:{_NAME}"):
    """Opens the form for a key in place of one."""

    def __init__(self, name: str) -> None:
        super().__init__("Replace it", f"setup:rekey:{name}", discord.ButtonStyle.primary)
        self._name = name

    async def press(self, interaction: discord.Interaction[App]) -> None:
        """Open the form, with the name in it."""
        require_manager(interaction)
        await interaction.response.send_modal(UseapiForm(_KEYS, self._name))


class DefaultKeyButton(LastingButton, template=rf"setup:default:{_NAME}"):
    """Makes a key the default."""

    def __init__(self, name: str) -> None:
        super().__init__("Make it the default", f"setup:default:{name}")
        self._name = name

    async def press(self, interaction: discord.Interaction[App]) -> None:
        """Do so, and show all keys."""
        guild_id = require_manager(interaction)

        async def choose() -> Card:
            connections = interaction.client.connections
            key = await connections.choose_useapi(guild_id, interaction.user.id, self._name)
            interaction.client.notices.hurry()
            return await _show(interaction, f"✅ {code(label_of_key(key.name))} is the default key now.")

        await turn_to(interaction, choose)


class RemoveKeyButton(LastingButton, template=rf"setup:unkey:{_NAME}"):
    """Asks before it removes a key."""

    def __init__(self, name: str) -> None:
        super().__init__("Remove it …", f"setup:unkey:{name}", discord.ButtonStyle.danger)
        self._name = name

    async def press(self, interaction: discord.Interaction[App]) -> None:
        """Ask."""
        require_manager(interaction)
        buttons = [ForgetKeyButton(self._name), BackButton(_KEYS)]
        await interaction.response.edit_message(view=remove_key_page(self._name, [buttons]))


class ForgetKeyButton(LastingButton, template=rf"setup:unkeyed:{_NAME}"):
    """Removes a key."""

    def __init__(self, name: str) -> None:
        super().__init__("Remove the key", f"setup:unkeyed:{name}", discord.ButtonStyle.danger)
        self._name = name

    async def press(self, interaction: discord.Interaction[App]) -> None:
        """Remove it, and show all keys."""
        guild_id = require_manager(interaction)

        async def remove() -> Card:
            connections = interaction.client.connections
            gone = await connections.disconnect(guild_id, interaction.user.id, Provider.USEAPI, self._name)
            interaction.client.notices.hurry()
            named = f"The key {code(label_of_key(self._name))} was removed."
            return await _show(interaction, named if gone else "There was no such key to remove.")

        await turn_to(interaction, remove)


async def _show(interaction: discord.Interaction[App], done: str | None) -> Card:
    keys = await interaction.client.connections.list_useapi(require_manager(interaction))
    chosen: list[list[Clickable]] = [[KeySelect(keys)]] if keys else []
    return keys_page([_line(key) for key in keys], [*chosen, [AddKeyButton(), BackButton()]], done)


async def _key(interaction: discord.Interaction[App], name: str) -> Card:
    key = await interaction.client.connections.find_useapi(require_manager(interaction), name)
    if key is None:
        raise InvalidInput(_GONE)
    default = [] if key.is_default else [DefaultKeyButton(key.name)]
    buttons = [ReplaceKeyButton(key.name), *default, RemoveKeyButton(key.name), BackButton(_KEYS)]
    return key_page(_line(key), [buttons])


def _line(key: Credential) -> KeyLine:
    return KeyLine(
        key.name,
        key.hint,
        key.set_by,
        key.set_at,
        is_default=key.is_default,
        is_refused=key.refused_at is not None,
    )


add_page(_KEYS, Page("Keys", "The keys of useapi.net: which is the default, which goes", _show))
