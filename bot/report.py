"""The one way a failure reaches a person and the log.

All of Discord's funnels end here: the command tree, forms, lasting buttons and loops. A person reads
one sentence that says what happened and what to do next. For a bug of ours the sentence carries the
reference of the interaction, which all its lines in the log bear, one with the traceback; the person never
reads the exception.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Any

import discord
from discord import app_commands

from bot.answering import current_request
from bot.errors import ApiError, NotAllowed, UserError, VaultError
from bot.measures import Ending
from bot.reference import bear, borne, new_reference
from bot.storage.reaching import Unconfirmed
from bot.storage.troubles import find_reason
from bot.ui.card import Card, Clickable, warning
from bot.ui.failure import explain
from bot.ui.text import code

_log = logging.getLogger(__name__)

_CALM_SECONDS = 1.0
"""How long a loop lets a database be that is full or locked; nothing would come of asking more often."""
_END_SECONDS = 0.5
"""How long a loop waits for a database at its end."""
_UNKNOWN_INTERACTION = 10062
"""Discord's code for an interaction that was answered too late, or twice."""
_ANSWERED_ALREADY = 40060
"""Discord's code for an interaction that another worker, or a try whose answer was lost, acknowledged."""
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
    if _is_over(interaction, cause):
        return
    try:
        await answer(interaction, warning(_sentence(interaction, cause)).buttons(buttons))
    except Exception as failure:  # noqa: BLE001 - nobody is left to report to
        if not _is_over(interaction, failure):
            _ends(Ending.UNTOLD)
            _log.warning("%s: the person could not be told (%s)", _name(interaction), type(failure).__name__)


async def tell(interaction: discord.Interaction[Any], sentence: str) -> None:
    """Show a sentence to the person alone, as :func:`report` does for a failure. Never raises."""
    await report(interaction, NotAllowed(sentence))


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
async def loop_turn(name: str, reference: str | None = None) -> AsyncGenerator[None]:
    """Guard one turn of a loop: what goes wrong is logged, and the loop lives on.

    All lines that are logged from here on in this task bear ``reference``, that of a job for instance.
    """
    if reference is not None:
        bear(reference)
    try:
        yield
    except Exception as error:  # noqa: BLE001 - a loop must outlive whatever one turn raises
        reason = find_reason(error)
        if reason is not None:
            _log.error("%s failed and will be tried again: %s", name, reason)
            await asyncio.sleep(_CALM_SECONDS)
            return
        _log.exception("%s failed and will be tried again (reference %s)", name, new_reference())


@asynccontextmanager
async def last_turn(name: str) -> AsyncGenerator[None]:
    """Guard what a loop does at its end: a database that hangs must not keep the app from leaving Discord."""
    with suppress(TimeoutError):
        async with asyncio.timeout(_END_SECONDS), loop_turn(name):
            yield


def _is_over(interaction: discord.Interaction[Any], error: Exception) -> bool:
    """Say whether Discord takes no answer of ours any more, or here, and note why."""
    number = error.code if isinstance(error, discord.HTTPException) else None
    if number == _UNKNOWN_INTERACTION:
        _ends(Ending.LATE)
        _log.warning("%s was answered too late for Discord", _name(interaction))
    elif number == _ANSWERED_ALREADY:
        _ends(Ending.ELSEWHERE)
        _log.info("%s was acknowledged already", _name(interaction))
    elif number in _GONE:
        _ends(Ending.GONE)
        _log.info("%s: the message to show it in is gone", _name(interaction))
    return number in {_UNKNOWN_INTERACTION, _ANSWERED_ALREADY, *_GONE}


def _sentence(interaction: discord.Interaction[Any], error: Exception) -> str:
    if isinstance(error, UserError):
        _ends(Ending.REFUSED)
        return str(error)
    if isinstance(error, ApiError):
        _ends(Ending.UPSTREAM)
        _log.info("%s: %s", _name(interaction), error)
        return explain(error)
    if isinstance(error, app_commands.TransformerError):
        _ends(Ending.REFUSED)
        return f"{code(str(error.value))} does not fit here. Pick one of the suggestions, or check it."
    for kind, sentence in _REFUSALS:
        if isinstance(error, kind):
            _ends(Ending.REFUSED)
            return sentence
    _ends(Ending.BUG)
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
    reference = borne() or new_reference()
    _log.error("%s failed (reference %s)", _name(interaction), reference, exc_info=error)
    if isinstance(error, VaultError):
        return (
            "The stored secret for this cannot be opened. Set it again; if that does not help, tell whoever "
            f"runs this app the reference {code(reference)}."
        )
    if isinstance(error, Unconfirmed):
        return (
            "The database was lost while this was being written down, so it may have been done or not. Look "
            f"before you try again; if it stays, tell whoever runs this app the reference {code(reference)}."
        )
    reason = find_reason(error)
    if reason is not None:
        return (
            f"This could not be done, because {reason}. Try again in a while; if it stays, tell whoever runs "
            f"this app the reference {code(reference)}."
        )
    return (
        f"Something went wrong on our side, and it is logged. Try again; if it stays, tell whoever runs this "
        f"app the reference {code(reference)}."
    )


def _ends(ending: Ending) -> None:
    """Note how the interaction ends; what comes later says more of it than what came before."""
    request = current_request()
    if request is not None and request.ending is not Ending.CUT_OFF:
        request.ending = ending


def _name(interaction: discord.Interaction[Any]) -> str:
    command = interaction.command
    if command is not None:
        return f"/{command.qualified_name}"
    request = current_request()
    return "an interaction" if request is None else f"the {request.kind} {request.name}"
