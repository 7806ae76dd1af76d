"""/pixela user profile and delete: what becomes of a user that is linked."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import discord
from discord import ui

from bot.api.pixela import PixelaClient, ProfileFields
from bot.errors import ApiError, BotError, InvalidInput, NotFound, Unauthorised, Uncertain, UserError
from bot.report import answer, report
from bot.services import Provider, Service
from bot.ui.forms import Form, text_field
from bot.ui.pixela.user import (
    deleted_user_card,
    deletion_words,
    profile_card,
)
from cogs._drafts import keep_draft
from cogs._place import scope_of

if TYPE_CHECKING:
    from bot.app import App

_EMPTIED = "-"
"""What is typed to empty a field, since a blank one stays as it is."""
_STAYS = "Left empty, it stays."
_STAYS_OR_GOES = f"Left empty, it stays; a lone {_EMPTIED} removes it."
_ZONE = "timezone"
"""The one field of a profile that cannot be emptied."""


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


_PROFILE: Mapping[str, tuple[str, str]] = {
    "display_name": ("Display name", "What the page calls you."),
    "title": ("Title", "Shown for supporters of Pixela."),
    "about_url": ("Link about you", "For supporters, like https://example.com."),
    "timezone": ("Time zone", "Like Europe/Berlin."),
    "pinned_graph_id": ("Pinned graph", "The id of a graph of yours."),
}
"""What the form asks for by custom id: label and hint. A form has five fields at most."""


async def open_profile_form(interaction: discord.Interaction[App]) -> None:
    """Open the form for the profile, empty: Pixela does not tell what stands there.

    Raises :class:`~bot.errors.NotConnected`.
    """
    credential = await interaction.client.connections.require_pixela(scope_of(interaction))
    await interaction.response.send_modal(_profile_form(credential.account or "", {}))


def _profile_form(username: str, typed: Mapping[str, str]) -> Form:
    parts = {
        name: text_field(
            name,
            label,
            hint=f"{hint} {_STAYS if name == _ZONE else _STAYS_OR_GOES}",
            required=False,
            lengths=(0, 200),
            typed=typed.get(name, ""),
        )
        for name, (label, hint) in _PROFILE.items()
    }

    async def submit(interaction: discord.Interaction[App]) -> None:
        given = {name: box.value for name, (_, box) in parts.items()}
        try:
            await _save_profile(interaction, username, given)
        except BotError as error:
            again = keep_draft(interaction, lambda: _profile_form(username, given))
            await report(interaction, error, [again])

    return Form(
        "Profile at Pixela",
        *(label for label, _ in parts.values()),
        submit=submit,
        failed=report,
        service=Service.PIXELA,
    )


async def _save_profile(
    interaction: discord.Interaction[App], username: str, given: Mapping[str, str]
) -> None:
    filled = {name: text.strip() for name, text in given.items() if text.strip()}
    if filled.get(_ZONE) == _EMPTIED:
        raise InvalidInput("A time zone cannot be empty. Type `UTC` for none.")
    if not filled:
        raise InvalidInput("Nothing was changed: every field was left empty.")
    values = {name: "" if text == _EMPTIED else text for name, text in filled.items()}
    fields = ProfileFields(
        display_name=values.get("display_name"),
        title=values.get("title"),
        about_url=values.get("about_url"),
        timezone=values.get("timezone"),
        pinned_graph_id=values.get("pinned_graph_id"),
    )
    fields.body()  # refuses what breaks a rule before anything is promised
    await interaction.response.defer(ephemeral=True, thinking=True)
    await _send_profile(interaction, username, fields)
    await answer(interaction, profile_card(username, [_PROFILE[name][0] for name in filled]))


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


async def open_delete_form(interaction: discord.Interaction[App]) -> None:
    """Open the form in which the name is typed. Raises :class:`~bot.errors.NotConnected`."""
    credential = await interaction.client.connections.require_pixela(scope_of(interaction))
    username = credential.account or ""
    label, box = text_field(
        "username",
        "Its name, to be sure",
        hint="Typed exactly, it is deleted at once.",
        lengths=(1, 40),
    )

    async def submit(interaction: discord.Interaction[App]) -> None:
        if box.value.strip() != username:
            raise InvalidInput(f"Nothing was deleted: that is not the name, which is `{username}`.")
        await interaction.response.defer(ephemeral=True, thinking=True)
        await _delete(interaction, username)

    words = ui.TextDisplay[ui.LayoutView](deletion_words(username))
    title = f"Delete {username}"[:45]
    await interaction.response.send_modal(
        Form(title, words, label, submit=submit, failed=report, service=Service.PIXELA)
    )


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
