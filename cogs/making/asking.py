"""What the commands that make something have in common: checking what was typed, taking the order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol
from urllib.parse import urlsplit

import discord

from bot.errors import InvalidInput
from bot.jobs.orders import MAX_INPUT
from bot.orders import Order
from bot.ui.text import is_visible
from cogs._keys import key_of_order
from cogs._place import server_of

if TYPE_CHECKING:
    from bot.app import App

_KINDS = {"image/png": "PNG", "image/jpeg": "JPEG", "image/webp": "WebP"}
_MOST_ID = 20
_LINK_MOST = 1024


class File(Protocol):
    """A file that somebody attached, in an option or in a form."""

    @property
    def url(self) -> str:
        """Where it is."""
        ...

    @property
    def size(self) -> int:
        """Its bytes."""
        ...

    @property
    def content_type(self) -> str | None:
        """What it says it is."""
        ...


async def take(interaction: discord.Interaction[App], order: Order) -> None:
    """Take an order: it is written down, answered in public, and sent."""
    guild_id = server_of(interaction)
    await interaction.client.gate.admit(interaction, order.service)
    key_name = await key_of_order(interaction, order, guild_id)
    await interaction.client.jobs.take(interaction, order, guild_id, key_name)


def check_words(text: str | None, what: str, most: int) -> str:
    """Return what was typed. Raises :class:`~bot.errors.InvalidInput` where it is empty or too long."""
    bare = (text or "").strip()
    if not is_visible(bare):
        raise InvalidInput(f"The {what} is empty. Write what you would like to see.")
    if len(bare) > most:
        raise InvalidInput(f"The {what} has {len(bare)} characters; {most} is the most. Shorten it.")
    return bare


def check_channel(channel: str | None) -> str | None:
    """Return the account to use, None where the service is to choose."""
    if channel is None or not channel.strip():
        return None
    bare = channel.strip()
    if not (bare.isascii() and bare.isdigit() and len(bare) <= _MOST_ID):
        raise InvalidInput("`channel` is the id of an account's channel. Pick it from the list.")
    return bare


def check_picture(
    interaction: discord.Interaction[App],
    file: File | None,
    link: str | None,
    *,
    fetched_here: bool,
    most: int = MAX_INPUT,
) -> str | None:
    """Return the address of a picture that was attached or linked, None where there is neither.

    ``fetched_here``: whether it is fetched by us, so from the hosts that are allowed alone.
    Raises :class:`~bot.errors.InvalidInput`.
    """
    if file is not None and link is not None:
        raise InvalidInput("Attach a picture or give a link, not both.")
    if file is not None:
        return _check_file(interaction, file, most, fetched_here=fetched_here)
    return None if link is None else check_link(interaction, link, fetched_here=fetched_here)


def check_link(interaction: discord.Interaction[App], link: str, *, fetched_here: bool) -> str:
    """Return the link of a picture. Raises :class:`~bot.errors.InvalidInput`."""
    bare = link.strip()
    if fetched_here:
        if interaction.client.media.allows(bare):
            return bare
        hosts = ", ".join(f"`{host}`" for host in interaction.client.settings.media_hosts)
        raise InvalidInput(
            f"Pictures are fetched from {hosts} only. Attach the picture instead of linking it."
        )
    if not _is_https(bare):
        raise InvalidInput("A link to a picture starts with https:// and holds no blanks. Check it.")
    return bare


def _check_file(interaction: discord.Interaction[App], file: File, most: int, *, fetched_here: bool) -> str:
    kind = (file.content_type or "").split(";")[0].strip().lower()
    if kind not in _KINDS:
        raise InvalidInput(f"Pictures can be {', '.join(_KINDS.values())}. Attach one of these.")
    if file.size > most:
        raise InvalidInput(f"The picture is larger than {most // 1024**2} MB. Attach a smaller one.")
    if fetched_here and not interaction.client.media.allows(file.url):
        raise InvalidInput(
            "Discord keeps this file on a host that the operator did not allow (setting `MEDIA_HOSTS`)."
        )
    return file.url


def _is_https(link: str) -> bool:
    try:
        parts = urlsplit(link)
        usable = parts.scheme == "https" and parts.hostname is not None and "." in parts.hostname
        return usable and parts.username is None and parts.port != 0 and _is_plain(link)
    except ValueError:
        return False


def _is_plain(link: str) -> bool:
    return len(link) <= _LINK_MOST and link.isprintable() and not {*' "<>\\'} & {*link}
