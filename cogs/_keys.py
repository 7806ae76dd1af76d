"""Which of a server's keys of useapi.net something is done with."""

from __future__ import annotations

import logging
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

import discord
from discord import app_commands

from bot.connections import NO_SUCH_KEY, Reach
from bot.errors import ApiError, InvalidInput, NotFound, VaultError
from bot.key_names import label_of_key, read_key_name
from bot.orders import Order
from bot.services import Service
from bot.ui.text import clip, code
from cogs._place import require_manager

if TYPE_CHECKING:
    from bot.app import App

_log = logging.getLogger(__name__)

_SECONDS = 1.2
"""How long an answer that cannot be deferred waits for the lists of accounts."""


async def key_of_order(interaction: discord.Interaction[App], order: Order, guild_id: int) -> str:
    """Return the name of the key that a job is made with: its parent's, its account's, else the default.

    It ends in time for an answer. Raises :class:`~bot.errors.NotConnected`, and
    :class:`~bot.errors.InvalidInput` where no key has the account.
    """
    connections = interaction.client.connections
    default = await connections.require_useapi(guild_id, order.key)
    if order.key is not None or order.channel is None or len(await connections.list_useapi(guild_id)) == 1:
        return default.name
    reaches = await connections.glance(guild_id, order.service, seconds=_SECONDS)
    found = _holder(reaches, order.channel)
    if found is not None:
        return found.key.name
    # One that cannot be asked now may have it: where it does not, the service says so, and nothing is made.
    unknown = next((reach for reach in reaches if reach.trouble is not None), None)
    if unknown is None:
        raise InvalidInput(
            f"No key of this server has an account on channel {code(order.channel)}. Pick one from the list."
        )
    return unknown.key.name


async def key_of_account(
    interaction: discord.Interaction[App], guild_id: int, service: Service, channel: str
) -> str:
    """Return the name of the key that has an account. A key that is alone is not asked.

    Raises :class:`~bot.errors.NotConnected`, :class:`~bot.errors.InvalidInput` where none has it, and what
    a key came to that could not be asked.
    """
    connections = interaction.client.connections
    default = await connections.require_useapi(guild_id)
    if len(await connections.list_useapi(guild_id)) == 1:
        return default.name
    reaches = await connections.accounts(guild_id, service)
    found = _holder(reaches, channel)
    if found is not None:
        return found.key.name
    for reach in reaches:
        if reach.trouble is not None:
            raise reach.trouble
    raise _not_registered(service, channel)


@contextmanager
def registered(service: Service, channel: str) -> Generator[None]:
    """Ask for an account inside. Raises :class:`~bot.errors.InvalidInput` where it is not registered."""
    try:
        yield
    except NotFound:
        raise _not_registered(service, channel) from None


def _not_registered(service: Service, channel: str) -> InvalidInput:
    return InvalidInput(
        f"Channel `{channel}` is not registered. `/accounts {service} list` shows the ones that are."
    )


async def key_of_job(
    interaction: discord.Interaction[App], guild_id: int, service: Service, jobid: str
) -> str | None:
    """Return the name of the key that knows a job upstream; None where that cannot be told in time."""
    connections = interaction.client.connections
    if len(await connections.list_useapi(guild_id)) < 2:
        return None
    try:
        key, _ = await connections.find_job(guild_id, service, jobid, seconds=_SECONDS)
    except (ApiError, VaultError):
        return None
    return key.name


async def chosen_key(interaction: discord.Interaction[App], guild_id: int, typed: str | None) -> str:
    """Return the name of the key that somebody typed, or of the default one.

    Raises :class:`~bot.errors.NotConnected` and :class:`~bot.errors.InvalidInput`, without what was typed:
    that may be a key.
    """
    default = await interaction.client.connections.require_useapi(guild_id)
    if typed is None:
        return default.name
    try:
        found = await interaction.client.connections.find_useapi(guild_id, read_key_name(typed))
    except InvalidInput:
        found = None
    if found is None:
        raise InvalidInput(NO_SUCH_KEY)
    return found.name


async def complete_key(interaction: discord.Interaction[App], current: str) -> list[app_commands.Choice[str]]:
    """Complete the name of a key, for managers; empty on any trouble."""
    try:
        keys = await interaction.client.connections.list_useapi(require_manager(interaction))
    except Exception as error:  # noqa: BLE001 - a list that stays empty is better than one that fails
        _log.info("keys could not be completed: %s", type(error).__name__)
        return []
    labels = [(label_of_key(key.name), " (default)" if key.is_default else "") for key in keys]
    wanted = current.strip().casefold()
    return [
        app_commands.Choice(name=clip(f"{label}{mark}", 100), value=label)
        for label, mark in labels
        if wanted in label.casefold()
    ]


def _holder(reaches: Sequence[Reach], channel: str) -> Reach | None:
    return next((reach for reach in reaches if channel in reach.accounts), None)
