"""Through whose eyes PluralKit is looked at: a member's own, with a linked token, or anybody's."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import discord
from discord import app_commands

from bot.api.pluralkit import ME, Code, PluralKitClient, PluralKitOwner, parse_system_ref
from bot.errors import InvalidInput, NotConnected, NotFound, UserError
from bot.ui.pluralkit.words import unknown_system
from cogs._place import scope_of

if TYPE_CHECKING:
    from bot.app import App

UNLINKED = (
    "This needs your own system: link it first with `/pluralkit link`. `pk;token` in a DM shows the token."
)


SHARE = "Show it to everybody here"
of_whom = app_commands.describe(
    ref="Id in any spelling, UUID, or account id", user="Somebody whose system it is", share=SHARE
)
"""Describes the options of a query about a system."""


@dataclass(frozen=True, slots=True)
class Eyes:
    """A client to look with. ``me`` is what names the asker's own system for it."""

    client: PluralKitClient
    me: str
    now: datetime

    def system(self, ref: str) -> str:
        """Return what names a system for this client, where ``@me`` is the asker's own."""
        return self.me if ref == ME else ref


@asynccontextmanager
async def own_eyes(interaction: discord.Interaction[App]) -> AsyncGenerator[Eyes]:
    """Give the asker's own eyes: what is private in the own system is seen, where it is linked."""
    connections = interaction.client.connections
    async with connections.pluralkit(scope_of(interaction)) as owner:
        if owner is None:
            yield Eyes(connections.pluralkit_public(), str(interaction.user.id), now_of(interaction))
        else:
            yield Eyes(owner, ME, now_of(interaction))


async def public_eyes(interaction: discord.Interaction[App], ref: str) -> Eyes:
    """Return anybody's eyes, to look at the system ``ref``.

    Only for ``@me`` a linked token is used: it tells which system that is.
    """
    me = str(interaction.user.id)
    if ref == ME:
        async with interaction.client.connections.pluralkit(scope_of(interaction)) as owner:
            # Asked for anew each time, since ids can change.
            me = me if owner is None else (await owner.system(ME)).id
    return Eyes(interaction.client.connections.pluralkit_public(), me, now_of(interaction))


@asynccontextmanager
async def owner_of(interaction: discord.Interaction[App]) -> AsyncGenerator[PluralKitOwner]:
    """Give PluralKit as the asker's own. Raises :class:`~bot.errors.NotConnected`."""
    async with interaction.client.connections.pluralkit(scope_of(interaction)) as owner:
        if owner is None:
            raise NotConnected(UNLINKED)
        yield owner


def now_of(interaction: discord.Interaction[App]) -> datetime:
    """Return the app's time."""
    return datetime.fromtimestamp(interaction.client.clock(), UTC)


def whose(ref: str | None, user: discord.User | discord.Member | None) -> str:
    """Return whose system is meant: that of an id, of a Discord user or, with neither, one's own.

    Raises :class:`~bot.errors.InvalidInput`.
    """
    if ref is not None and user is not None:
        raise InvalidInput("Give either `ref` or `user`, not both.")
    return str(user.id) if user is not None else parse_system_ref(ref or ME)


@contextmanager
def known(system: str) -> Generator[None]:
    """Say in a sentence that there is no such system, by what it was looked for."""
    try:
        yield
    except NotFound as error:
        if error.code != Code.SYSTEM_UNKNOWN:
            raise
        raise UserError(unknown_system(system)) from None
