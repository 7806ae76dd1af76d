"""/pixela user token: a new token that is never lost, and thanks codes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import discord
from discord import ui
from pydantic import SecretStr

from bot.api.pixela import PixelaClient, check_token
from bot.connections import home_of
from bot.errors import ApiError, BotError, InvalidInput, NotFound, Uncertain, UserError
from bot.report import answer, report
from bot.services import Service
from bot.storage.audit import Action
from bot.storage.credentials import Credential
from bot.ui.forms import Form, text_field
from bot.ui.given import Given
from bot.ui.pixela.user import LOST_FOR_GOOD, changed_card, token_unkept_card, token_unsure_card
from cogs._place import scope_of
from cogs.pixela.care import USERNAME, another_user, same_user

if TYPE_CHECKING:
    from bot.app import App

TOKEN_LENGTHS = (8, 128)


class TokenForm(Form, template=rf"pixela:token:{USERNAME}", service=Service.PIXELA):
    """Asks for a new token, a thanks code, or both."""

    def __init__(self, username: str) -> None:
        token = text_field(
            "token",
            "New token (8 to 128 characters)",
            hint="Left empty, the token stays.",
            required=False,
            lengths=(0, TOKEN_LENGTHS[1]),
        )
        code = text_field(
            "thanks_code",
            "Thanks code",
            hint="For supporters of Pixela. Left empty, it stays.",
            required=False,
            lengths=(0, 200),
        )
        words = ui.TextDisplay[ui.LayoutView](LOST_FOR_GOOD)
        super().__init__(f"Token of {username}", f"pixela:token:{username}", words, token, code)
        self._username = username

    async def submit(self, interaction: discord.Interaction[App], given: Given) -> None:
        """Change what was typed, if it is the same user still."""
        typed = given.text("token")
        token = check_token(typed) if typed else None
        thanks_code = given.text("thanks_code").strip() or None
        if token is None and thanks_code is None:
            raise InvalidInput(
                "Nothing was changed: the form was left empty. Type a new token, a thanks code, or both."
            )
        await interaction.response.defer(ephemeral=True, thinking=True)
        await _change(interaction, self._username, token, thanks_code)


async def open_token_form(interaction: discord.Interaction[App]) -> None:
    """Open the form for a new token. Raises :class:`~bot.errors.NotConnected`."""
    username = (await interaction.client.connections.require_pixela(scope_of(interaction))).account or ""
    await interaction.response.send_modal(TokenForm(username))


async def _change(
    interaction: discord.Interaction[App], username: str, token: SecretStr | None, thanks_code: str | None
) -> None:
    if token is None:
        await _set_thanks(interaction, username, thanks_code)
        await answer(interaction, changed_card(username, token=False, thanks=True, confirmed=True))
        return
    credential = await _begin(interaction, username, token)
    connections, home = interaction.client.connections, home_of(credential)
    confirmed = True
    try:
        async with same_user(interaction, username) as client:
            await client.update(new_token=token, thanks_code=thanks_code)
    except Uncertain:
        confirmed = False
        holds = await _which_holds(interaction, credential, token)
        if holds is not token:  # it may still be on its way, so it stays written down
            await answer(interaction, token_unsure_card(username, old_holds=holds is not None))
            return
    except (ApiError, UserError) as error:  # certainly not done
        await connections.settle_pixela(home, username)
        raise _unknown_code(error) if thanks_code else error from None
    if await _kept(interaction, credential, token):
        await connections.settle_pixela(home, username)
        thanks = thanks_code is not None
        await answer(interaction, changed_card(username, token=True, thanks=thanks, confirmed=confirmed))


async def _begin(interaction: discord.Interaction[App], username: str, token: SecretStr) -> Credential:
    """Write a new token down before Pixela is told, and return where the old one is.

    So neither is lost where this process ends meanwhile: see :meth:`~bot.connections.Connections.pixela`.
    """
    connections = interaction.client.connections
    credential = await connections.require_pixela(scope_of(interaction))
    if credential.account != username:
        raise another_user("changed")
    await connections.recover_pixela(credential)  # of an earlier change, whose end nobody was told
    await connections.begin_pixela(home_of(credential), username, token, made_here=False)
    return credential


async def _set_thanks(interaction: discord.Interaction[App], username: str, code: str | None) -> None:
    try:
        async with same_user(interaction, username) as client:
            await client.update(thanks_code=code)
    except Uncertain:
        raise UserError(
            "Pixela did not confirm that it took the thanks code. Run the command again: the same code "
            "twice does no harm."
        ) from None
    except ApiError as error:
        raise _unknown_code(error) from None


def _unknown_code(error: BotError) -> BotError:
    if not isinstance(error, NotFound):
        return error
    return UserError("Pixela does not know this thanks code, so nothing was changed. Check it.")


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
    except UserError:  # the old one was refused by now, and the new one was found to hold
        return new
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
