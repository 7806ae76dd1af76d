"""The one way a failure reaches a person and the log.

All of Discord's funnels end here: the command tree, forms, lasting buttons and loops. A person reads
one sentence that says what happened and what to do next. For a bug of ours the sentence carries a
reference that the log has too, with the traceback; the person never reads the exception.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import discord
from discord import app_commands

from bot.errors import ApiError, UserError, VaultError
from bot.ui.card import Card, Clickable, warning
from bot.ui.failure import explain
from bot.ui.text import code

_log = logging.getLogger(__name__)

_UNKNOWN_INTERACTION = 10062
"""Discord's code for an interaction that was answered too late, or twice."""
_GONE = {10008, 10015, 50027}
"""Discord's codes for a message that is gone, because whom it was for dismissed it or somebody deleted it,
and for an interaction of more than a quarter of an hour ago."""


async def report(
    interaction: discord.Interaction[Any], error: Exception, buttons: Sequence[Clickable] = ()
) -> None:
    """Tell the person, and the log where it is for the operator to know. Never raises.

    ``buttons`` are ways out of it.
    """
    cause = error.original if isinstance(error, app_commands.CommandInvokeError) else error
    if isinstance(cause, discord.NotFound) and cause.code == _UNKNOWN_INTERACTION:
        _log.warning("%s was answered too late for Discord", _name(interaction))
        return
    if isinstance(cause, discord.HTTPException) and cause.code in _GONE:
        _log.info("%s: the message to show it in is gone", _name(interaction))
        return
    try:
        await answer(interaction, warning(_sentence(interaction, cause)).buttons(buttons))
    except Exception as failure:  # noqa: BLE001 - nobody is left to report to
        _log.warning("%s: the person could not be told (%s)", _name(interaction), type(failure).__name__)


async def answer(interaction: discord.Interaction[Any], card: Card) -> None:
    """Show a card to the person alone, whatever was answered before.

    A promised answer ("thinking") is filled in; otherwise the card is a message of its own.
    """
    response = interaction.response
    if not response.is_done():
        await response.send_message(view=card, files=card.files(), ephemeral=True)
    elif response.type is discord.InteractionResponseType.deferred_channel_message:
        await interaction.edit_original_response(view=card, attachments=card.files())
    else:
        await interaction.followup.send(view=card, files=card.files(), ephemeral=True)


@asynccontextmanager
async def loop_turn(name: str) -> AsyncGenerator[None]:
    """Guard one turn of a loop: what goes wrong is logged, and the loop lives on."""
    try:
        yield
    except Exception:  # noqa: BLE001 - a loop must outlive whatever one turn raises
        _log.exception("%s failed and will be tried again (reference %s)", name, _reference())


def _sentence(interaction: discord.Interaction[Any], error: Exception) -> str:
    if isinstance(error, UserError):
        return str(error)
    if isinstance(error, ApiError):
        _log.info("%s: %s", _name(interaction), error)
        return explain(error)
    if isinstance(error, app_commands.TransformerError):
        return f"{code(str(error.value))} does not fit here. Pick one of the suggestions, or check it."
    for kind, sentence in _REFUSALS:
        if isinstance(error, kind):
            return sentence
    return _bug(interaction, error)


_REFUSALS: Sequence[tuple[type[app_commands.AppCommandError], str]] = (
    (
        app_commands.CommandSignatureMismatch,
        "This command has changed. Wait a minute, reload Discord, and run it again.",
    ),
    (
        app_commands.CommandNotFound,
        "This command is gone. Wait a minute, reload Discord, and look for it in the list.",
    ),
    (app_commands.NoPrivateMessage, "This command works in a server only."),
    (
        app_commands.MissingPermissions,
        "This needs the permission Manage Server. Ask somebody who has it.",
    ),
)


def _bug(interaction: discord.Interaction[Any], error: Exception) -> str:
    reference = _reference()
    _log.error("%s failed (reference %s)", _name(interaction), reference, exc_info=error)
    if isinstance(error, VaultError):
        return (
            "The stored secret for this cannot be opened. Set it again; if that does not help, tell whoever "
            f"runs this app the reference {code(reference)}."
        )
    return (
        f"Something went wrong on our side, and it is logged. Try again; if it stays, tell whoever runs this "
        f"app the reference {code(reference)}."
    )


def _reference() -> str:
    return secrets.token_hex(4)


def _name(interaction: discord.Interaction[Any]) -> str:
    command = interaction.command
    if command is not None:
        return f"/{command.qualified_name}"
    kind = interaction.type.name.replace("_", " ")
    return f"a {kind}"
