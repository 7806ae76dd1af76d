"""/pixela user profile and delete: what becomes of a user that is linked."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, ClassVar

import discord
from discord import ui

from bot.api.pixela import PixelaClient, ProfileFields
from bot.errors import ApiError, InvalidInput, NotFound, Unauthorised, Uncertain, UserError
from bot.report import answer
from bot.services import Provider, Service
from bot.ui.forms import Form, text_field
from bot.ui.given import Given
from bot.ui.pixela.user import (
    deleted_user_card,
    deletion_words,
    profile_card,
)
from bot.ui.sheets import Sheet, TextPart
from cogs._drafts import Edit, open_edit
from cogs._place import scope_of

if TYPE_CHECKING:
    from bot.app import App

_EMPTIED = "-"
"""What is typed to empty a field, since a blank one stays as it is."""
_STAYS = "Left empty, it stays."
_STAYS_OR_GOES = f"Left empty, it stays; a lone {_EMPTIED} removes it."
_PROFILE_MOST = 200
USERNAME = r"(?P<username>[a-z][a-z0-9-]{1,32})"
"""A user in the custom id of a form."""


@asynccontextmanager
async def same_user(
    interaction: discord.Interaction[App], username: str, what: str = "changed"
) -> AsyncGenerator[PixelaClient]:
    """Give the member's own user, who has to be the one that a form was opened for.

    Raises :class:`~bot.errors.InvalidInput` where it is another one by now.
    """
    async with interaction.client.connections.pixela(scope_of(interaction)) as client:
        if client.username != username:
            raise another_user(what)
        yield client


def another_user(what: str) -> InvalidInput:
    """Return what to raise where another user is linked than the one that a form was opened for."""
    return InvalidInput(f"Nothing was {what}: another user was linked meanwhile. Run the command again.")


def _emptied(text: str) -> str:
    bare = text.strip()
    return "" if bare == _EMPTIED else bare


def _zone(text: str) -> str:
    if text.strip() == _EMPTIED:
        raise InvalidInput("A time zone cannot be empty. Type `UTC` for none.")
    return text.strip()


def _part(key: str, label: str, hint: str) -> TextPart:
    return TextPart(key, label, _emptied, _PROFILE_MOST, hint=f"{hint} {_STAYS_OR_GOES}")


_PROFILE = Sheet(
    "Profile at Pixela",
    (
        _part("display_name", "Display name", "What the page calls you."),
        _part("title", "Title", "Shown for supporters of Pixela."),
        _part("about_url", "Link about you", "For supporters, like https://example.com."),
        TextPart("timezone", "Time zone", _zone, _PROFILE_MOST, hint=f"Like Europe/Berlin. {_STAYS}"),
        _part("pinned_graph_id", "Pinned graph", "The id of a graph of yours."),
    ),
)


class ProfileEdit(Edit):
    """The profile of a user. Nothing stands in it: Pixela does not tell what the profile is."""

    kind: ClassVar[str] = "pixela.profile"
    unchanged: ClassVar[str] = "Nothing was changed: every field was left empty."
    service: ClassVar[Service | None] = Service.PIXELA
    username: str

    def sheet(self) -> Sheet:
        """Return the form."""
        return _PROFILE

    async def save(self, interaction: discord.Interaction[App], changes: dict[str, Any]) -> None:
        """Send what was filled in, if it is the same user still."""
        await _send_profile(interaction, self.username, ProfileFields(**changes))
        labels = [part.label for part in _PROFILE.parts if part.key in changes and isinstance(part, TextPart)]
        await answer(interaction, profile_card(self.username, labels))


async def open_profile_form(interaction: discord.Interaction[App]) -> None:
    """Open the form for the profile. Raises :class:`~bot.errors.NotConnected`."""
    credential = await interaction.client.connections.require_pixela(scope_of(interaction))
    await open_edit(interaction, ProfileEdit(username=credential.account or ""))


async def _send_profile(interaction: discord.Interaction[App], username: str, fields: ProfileFields) -> None:
    try:
        async with same_user(interaction, username) as client:
            await client.update_profile(fields)
    except Uncertain:
        raise UserError(
            "Pixela did not confirm that it changed the profile. Send the form again: the same fields twice "
            "do no harm."
        ) from None
    except NotFound:
        raise UserError(
            "Pixela does not know the graph that is to be pinned, so nothing was changed. "
            "`/pixela graph list` shows yours."
        ) from None


class DeleteUserForm(Form, template=rf"pixela:delete:{USERNAME}", service=Service.PIXELA):
    """Asks for the name of the user that is to be deleted."""

    def __init__(self, username: str) -> None:
        label = text_field(
            "username", "Its name, to be sure", hint="Typed exactly, it is deleted at once.", lengths=(1, 40)
        )
        words = ui.TextDisplay[ui.LayoutView](deletion_words(username))
        super().__init__(f"Delete {username}", f"pixela:delete:{username}", words, label)
        self._username = username

    async def submit(self, interaction: discord.Interaction[App], given: Given) -> None:
        """Delete the user, if it is the same one still."""
        if given.text("username").strip() != self._username:
            raise InvalidInput(f"Nothing was deleted: that is not the name, which is `{self._username}`.")
        await interaction.response.defer(ephemeral=True, thinking=True)
        await _delete(interaction, self._username)


async def open_delete_form(interaction: discord.Interaction[App]) -> None:
    """Open the form in which the name is typed. Raises :class:`~bot.errors.NotConnected`."""
    credential = await interaction.client.connections.require_pixela(scope_of(interaction))
    await interaction.response.send_modal(DeleteUserForm(credential.account or ""))


async def _delete(interaction: discord.Interaction[App], username: str) -> None:
    connections, scope = interaction.client.connections, scope_of(interaction)
    confirmed = True
    try:
        async with same_user(interaction, username, "deleted") as client:
            await client.delete()
    except Uncertain:
        confirmed = False
        await _require_gone(interaction)
    await connections.unlink(scope, Provider.PIXELA)
    await answer(interaction, deleted_user_card(username, confirmed=confirmed))


async def _require_gone(interaction: discord.Interaction[App]) -> None:
    """See that a user whose deletion was not confirmed is gone. Raises :class:`~bot.errors.UserError`."""
    try:
        async with interaction.client.connections.pixela(scope_of(interaction)) as client:
            await client.graphs()
    except Unauthorised:
        return
    except ApiError:
        raise UserError(
            "Pixela did not confirm, and it is not certain whether the user is gone. The token is kept; run "
            "the command again in a few minutes, which does no harm."
        ) from None
    raise UserError("Pixela did not confirm, and the user is still there. Run the command again.")
