"""/pixela user token, profile and delete: what becomes of a user that is linked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import discord
from discord import ui
from pydantic import SecretStr

from bot.api.pixela import PixelaClient, ProfileFields, check_token
from bot.errors import ApiError, BotError, InvalidInput, Unauthorised, Uncertain, UserError
from bot.report import answer, report
from bot.services import Provider
from bot.storage.audit import Action
from bot.storage.credentials import Credential
from bot.ui.forms import Form, text_field
from bot.ui.pixela.user import (
    LOST_FOR_GOOD,
    changed_card,
    deleted_user_card,
    deletion_words,
    profile_card,
    token_unkept_card,
    token_unsure_card,
)
from cogs._drafts import keep_draft
from cogs._place import scope_of

if TYPE_CHECKING:
    from bot.app import App

TOKEN_LENGTHS = (8, 128)
_EMPTIED = "-"
"""What is typed to empty a field, since a blank one stays as it is."""


async def open_token_form(interaction: discord.Interaction[App]) -> None:
    """Open the form for a new token. Raises :class:`~bot.errors.NotConnected`."""
    credential = await interaction.client.connections.require_pixela(scope_of(interaction))
    token_label, token_box = text_field(
        "token",
        "New token (8 to 128 characters)",
        hint="Left empty, the token stays.",
        required=False,
        lengths=(0, TOKEN_LENGTHS[1]),
    )
    code_label, code_box = text_field(
        "thanks_code",
        "Thanks code",
        hint="For supporters of Pixela. Left empty, it stays.",
        required=False,
        lengths=(0, 200),
    )

    async def submit(interaction: discord.Interaction[App]) -> None:
        token = check_token(token_box.value) if token_box.value else None
        thanks_code = code_box.value.strip() or None
        if token is None and thanks_code is None:
            raise InvalidInput("Nothing is to be changed: type a new token, a thanks code, or both.")
        await interaction.response.defer(ephemeral=True, thinking=True)
        await _change(interaction, token, thanks_code)

    title = f"Token of {credential.account}"[:45]
    words = ui.TextDisplay[ui.LayoutView](LOST_FOR_GOOD)
    await interaction.response.send_modal(
        Form(title, words, token_label, code_label, submit=submit, failed=report)
    )


async def _change(
    interaction: discord.Interaction[App], token: SecretStr | None, thanks_code: str | None
) -> None:
    connections, scope = interaction.client.connections, scope_of(interaction)
    credential = await connections.require_pixela(scope)
    username = credential.account or ""
    confirmed = True
    try:
        async with connections.pixela(scope) as client:
            await client.update(new_token=token, thanks_code=thanks_code)
    except Uncertain:
        if token is None:
            raise
        confirmed = False
        holds = await _which_holds(interaction, credential, token)
        if holds is not token:
            await answer(interaction, token_unsure_card(username, old_holds=holds is not None))
            return
    if token is not None and not await _kept(interaction, credential, token):
        return
    card = changed_card(
        username, token=token is not None, thanks=thanks_code is not None, confirmed=confirmed
    )
    await answer(interaction, card)


async def _which_holds(
    interaction: discord.Interaction[App], credential: Credential, new: SecretStr
) -> SecretStr | str | None:
    """Return ``new`` where that is the token in force, the word ``old`` for the old one, None if unknown."""
    connections = interaction.client.connections
    if await _works(connections.new_pixela(credential.account or "", new)):
        return new
    try:
        async with connections.pixela(scope_of(interaction)) as client:
            await client.graphs()
    except ApiError:
        return None
    return "old"


async def _works(client: PixelaClient) -> bool:
    try:
        await client.graphs()
    except ApiError:
        return False
    return True


async def _kept(interaction: discord.Interaction[App], credential: Credential, token: SecretStr) -> bool:
    """Store the token that holds now, where the old one stood; say so and return False where that fails."""
    username = credential.account or ""
    try:
        await interaction.client.connections.keep_pixela(
            scope_of(interaction), username, token, everywhere=credential.everywhere, action=Action.LINKED
        )
    except Exception as error:  # noqa: BLE001 - Pixela has it, and the person must know
        await report(interaction, error)
        await interaction.followup.send(view=token_unkept_card(username), ephemeral=True)
        return False
    return True


_PROFILE: Mapping[str, tuple[str, str]] = {
    "display_name": ("Display name", "What the page calls you."),
    "title": ("Title", "Shown for supporters of Pixela."),
    "about_url": ("Link about you", "Shown for supporters. Begins with https://"),
    "timezone": ("Time zone", "Like Europe/Berlin."),
    "pinned_graph_id": ("Pinned graph", "The id of a graph of yours."),
}
"""What the form asks for by custom id: label and hint. A form has five fields at most."""


async def open_profile_form(interaction: discord.Interaction[App]) -> None:
    """Open the form for the profile, empty: Pixela does not tell what stands there.

    Raises :class:`~bot.errors.NotConnected`.
    """
    await interaction.client.connections.require_pixela(scope_of(interaction))
    await interaction.response.send_modal(_profile_form({}))


def _profile_form(typed: Mapping[str, str]) -> Form:
    parts = {
        name: text_field(
            name,
            label,
            hint=f"{hint} Empty: stays; {_EMPTIED} empties it.",
            required=False,
            lengths=(0, 200),
            typed=typed.get(name, ""),
        )
        for name, (label, hint) in _PROFILE.items()
    }

    async def submit(interaction: discord.Interaction[App]) -> None:
        given = {name: box.value for name, (_, box) in parts.items()}
        try:
            await _save_profile(interaction, given)
        except BotError as error:
            await report(interaction, error, [keep_draft(interaction, lambda: _profile_form(given))])

    return Form("Profile at Pixela", *(label for label, _ in parts.values()), submit=submit, failed=report)


async def _save_profile(interaction: discord.Interaction[App], given: Mapping[str, str]) -> None:
    filled = {name: text.strip() for name, text in given.items() if text.strip()}
    if filled.get("timezone") == _EMPTIED:
        raise InvalidInput("A time zone cannot be empty. Type `UTC` for none.")
    if not filled:
        raise InvalidInput("Nothing is to be changed: every field was left empty.")
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
    connections = interaction.client.connections
    async with connections.pixela(scope_of(interaction)) as client:
        await client.update_profile(fields)
        username = client.username
    await answer(interaction, profile_card(username, [_PROFILE[name][0] for name in filled]))


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
    await interaction.response.send_modal(Form(title, words, label, submit=submit, failed=report))


async def _delete(interaction: discord.Interaction[App], username: str) -> None:
    connections, scope = interaction.client.connections, scope_of(interaction)
    if (await connections.require_pixela(scope)).account != username:
        raise InvalidInput("Nothing was deleted: another user was linked meanwhile. Run the command again.")
    confirmed = True
    try:
        async with connections.pixela(scope) as client:
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
