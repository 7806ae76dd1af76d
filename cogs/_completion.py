"""Completing what commands of several cogs take."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any

import discord
from discord import app_commands

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
            accounts = await interaction.client.connections.glance(
                server(interaction), service, seconds=_SECONDS
            )
        except Exception as error:  # noqa: BLE001 - a list that stays empty is better than one that fails
            _log.info("accounts could not be completed: %s", type(error).__name__)
            return []
        return [
            app_commands.Choice(name=choice_name(account), value=account.channel)
            for account in sorted(accounts.values(), key=lambda account: account.channel)
            if current.strip() in account.channel and _SNOWFLAKE.fullmatch(account.channel)
        ][:CHOICES]

    return complete
