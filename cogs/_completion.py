"""Completing what commands of several cogs take."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Coroutine, Sequence
from typing import TYPE_CHECKING, Any

import discord
from discord import app_commands

from bot.api.useapi import Account
from bot.connections import Reach
from bot.services import Service
from bot.ui.accounts import choice_name

if TYPE_CHECKING:
    from bot.app import App

_log = logging.getLogger(__name__)

CHOICES = 25
"""How many choices Discord takes."""
_SECONDS = 1.5
_SNOWFLAKE = re.compile(r"[0-9]{17,20}")

Completion = Callable[["discord.Interaction[App]", str], Coroutine[Any, Any, list[app_commands.Choice[str]]]]
"""What completes an option from what is typed so far."""


def account_of(service: Service, server: Callable[[discord.Interaction[App]], int]) -> Completion:
    """Return what completes an account of a service by its channel; empty on any trouble.

    ``server`` returns the server's id, and raises :class:`~bot.errors.NotAllowed` where it is not to be told.
    """

    async def complete(interaction: discord.Interaction[App], current: str) -> list[app_commands.Choice[str]]:
        try:
            reaches = await interaction.client.connections.glance(
                server(interaction), service, seconds=_SECONDS
            )
        except Exception as error:  # noqa: BLE001 - a list that stays empty is better than one that fails
            _log.info("accounts could not be completed: %s", type(error).__name__)
            return []
        return [
            app_commands.Choice(name=choice_name(account, key_name), value=account.channel)
            for account, key_name in _by_channel(reaches)
            if current.strip() in account.channel and _SNOWFLAKE.fullmatch(account.channel)
        ][:CHOICES]

    return complete


def _by_channel(reaches: Sequence[Reach]) -> Sequence[tuple[Account, str | None]]:
    """Return each account once, with the name of its key where there are several, in order."""
    found: dict[str, tuple[Account, str | None]] = {}
    for reach in reaches:
        if reach.trouble is not None:
            _log.info("accounts could not be completed: %s", type(reach.trouble).__name__)
        for channel, account in reach.accounts.items():
            found.setdefault(channel, (account, reach.key.name if len(reaches) > 1 else None))
    return [found[channel] for channel in sorted(found)]
