"""What is under way, and what was pressed, as every worker knows it."""

from __future__ import annotations

import logging
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, contextmanager
from typing import TYPE_CHECKING

import discord

from bot.errors import InvalidInput
from bot.storage.errands import ErrandKind, Underway, forget_press, press_once

if TYPE_CHECKING:
    from bot.app import App

_log = logging.getLogger(__name__)


async def begin(interaction: discord.Interaction[App], kind: ErrandKind) -> Underway | None:
    """Begin an errand of whoever asks; None where another one of the kind is under way."""
    app = interaction.client
    return await Underway.begin(app.database, interaction.user.id, kind, app.clock)


async def begin_instead(interaction: discord.Interaction[App], kind: ErrandKind) -> Underway | None:
    """Begin an errand in place of another one of the kind; None where it cannot be noted."""
    app = interaction.client
    with _on_the_side():
        return await Underway.begin(app.database, interaction.user.id, kind, app.clock, instead=True)
    return None


async def is_wanted(underway: Underway) -> bool:
    """Say whether to go on with an errand. Where the database cannot tell, it goes on."""
    with _on_the_side():
        return await underway.is_wanted()
    return True


async def end(underway: Underway) -> None:
    """Note that an errand is over; where that fails, it counts as over once its lease ends."""
    with _on_the_side():
        await underway.end()


@asynccontextmanager
async def pressed_once(interaction: discord.Interaction[App], key: str, refusal: str) -> AsyncGenerator[None]:
    """Do what is inside once for all who press a button with a key; again only where it fails.

    Raises :class:`~bot.errors.InvalidInput` with ``refusal``.
    """
    app = interaction.client
    if not await press_once(app.database, key, app.clock()):
        raise InvalidInput(refusal)
    try:
        yield
    except Exception:  # raised again: whatever it was, it may be pressed once more
        with _on_the_side():
            await forget_press(app.database, key)
        raise


@contextmanager
def _on_the_side() -> Generator[None]:
    try:
        yield
    except Exception as error:  # noqa: BLE001 - what is under way is worth more than the note of it
        _log.warning("what is under way could not be noted (%s)", type(error).__name__)
