"""/pixela user: a member's own user at Pixela."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import discord
from discord import app_commands, ui
from pydantic import SecretStr

from bot.api.pixela import PixelaClient, check_token, check_username, new_token
from bot.errors import ApiError, Conflict, InvalidInput, NotConnected, Unauthorised, Uncertain, UserError
from bot.report import answer, report
from bot.services import Provider
from bot.storage.audit import Action
from bot.storage.credentials import Credential
from bot.ui.failure import untried
from bot.ui.forms import Form, check_box, text_field
from bot.ui.links import replacement, unlinked_card
from bot.ui.pixela import TERMS, created_card, linked_card, uncertain_card, unkept_card
from cogs._place import scope_of

if TYPE_CHECKING:
    from bot.app import App

_TOKEN_LENGTHS = (8, 128)


@dataclass(frozen=True, slots=True)
class _Application:
    """What the form of /pixela user create was filled in with."""

    username: str
    token: SecretStr
    made_by_us: bool
    thanks_code: str | None

    @property
    def shown_token(self) -> SecretStr | None:
        """The token where the person has not seen it yet."""
        return self.token if self.made_by_us else None


class PixelaUser(app_commands.Group):
    """The commands of /pixela user."""

    def __init__(self) -> None:
        super().__init__(name="user", description="Your user at Pixela")

    @app_commands.command(description="Create a user at Pixela and link it")
    @app_commands.describe(username="2-33 of a-z, 0-9 and -, a letter first")
    async def create(self, interaction: discord.Interaction[App], username: str) -> None:
        """Open the form for a new user."""
        await interaction.response.send_modal(_create_form(check_username(username)))

    @app_commands.command(description="Link a user that you have at Pixela")
    @app_commands.describe(username="Its name", everywhere="Also in other servers and direct messages")
    async def link(
        self, interaction: discord.Interaction[App], username: str, everywhere: bool = False
    ) -> None:
        """Open the form for the token."""
        await interaction.response.send_modal(_link_form(check_username(username), everywhere=everywhere))

    @app_commands.command(description="Forget your Pixela token here")
    async def unlink(self, interaction: discord.Interaction[App]) -> None:
        """Remove the stored token."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        removed = await interaction.client.connections.unlink(scope_of(interaction), Provider.PIXELA)
        if removed is None:
            raise NotConnected("No Pixela user of yours is linked here. `/pixela user link` links one.")
        card = unlinked_card("Pixela", removed.account, everywhere=removed.everywhere)
        await answer(interaction, card)


def _create_form(username: str) -> Form:
    token_label, token_box = text_field(
        "token",
        "Token (8 to 128 characters)",
        hint="A password of your choice. Left empty, a strong one is made and shown once.",
        required=False,
        lengths=(0, _TOKEN_LENGTHS[1]),
    )
    code_label, code_box = text_field(
        "thanks_code", "Thanks code", hint="For supporters of Pixela.", required=False, lengths=(0, 200)
    )
    terms_label, terms_box = check_box("agree_terms", "I agree to Pixela's terms of service")
    adult_label, adult_box = check_box(
        "not_minor", "I am not a minor", hint="Or I am, and have my parents' consent to use Pixela."
    )

    async def submit(interaction: discord.Interaction[App]) -> None:
        if not (terms_box.value and adult_box.value):
            raise InvalidInput(
                "Pixela takes users only who agree to its terms and are not minors (or have their parents' "
                "consent). Tick both boxes, or nothing is created."
            )
        typed = token_box.value
        token = check_token(typed) if typed else new_token()
        application = _Application(username, token, not typed, code_box.value.strip() or None)
        await interaction.response.defer(ephemeral=True, thinking=True)
        await _create(interaction, application)

    return Form(
        f"Create {username}"[:45],
        ui.TextDisplay(TERMS),
        token_label,
        code_label,
        terms_label,
        adult_label,
        submit=submit,
        failed=report,
    )


async def _create(interaction: discord.Interaction[App], application: _Application) -> None:
    connections = interaction.client.connections
    client = connections.new_pixela(application.username, application.token)
    try:
        await client.create(agree_terms=True, not_minor=True, thanks_code=application.thanks_code)
    except Conflict:
        raise UserError(
            f"The name `{application.username}` is taken at Pixela. Choose another one, or link it with "
            "`/pixela user link` if it is yours."
        ) from None
    except Uncertain:
        if not await _exists(client):
            await answer(interaction, uncertain_card(application.username, application.shown_token))
            return
    try:
        before = await connections.keep_pixela(
            scope_of(interaction),
            application.username,
            application.token,
            everywhere=False,
            action=Action.CREATED,
        )
    except Exception as error:  # noqa: BLE001 - the user is there by now, and its token must not be lost
        await report(interaction, error)
        card = unkept_card(application.username, application.shown_token)
        await interaction.followup.send(view=card, ephemeral=True)
        return
    replaced = _replaced(before, application.username)
    card = created_card(application.username, application.shown_token, replaced=replaced)
    await answer(interaction, card)


def _replaced(before: Credential | None, username: str) -> str | None:
    if before is None:
        return None
    return replacement(before.account, username, everywhere=before.everywhere)


async def _exists(client: PixelaClient) -> bool:
    """Look whether a user whose creation was not confirmed is there, with this very token."""
    try:
        await client.graphs()
    except ApiError:
        return False
    return True


def _link_form(username: str, *, everywhere: bool) -> Form:
    label, box = text_field(
        "token",
        "Token",
        hint="It is tried first, then kept encrypted. Nobody is shown it again.",
        lengths=_TOKEN_LENGTHS,
    )

    async def submit(interaction: discord.Interaction[App]) -> None:
        token = check_token(box.value)
        await interaction.response.defer(ephemeral=True, thinking=True)
        connections = interaction.client.connections
        try:
            graphs = await connections.new_pixela(username, token).graphs()
        except Unauthorised:
            raise UserError(
                f"Pixela knows no user `{username}` with this token, so nothing was stored. Check both."
            ) from None
        except ApiError as error:
            raise UserError(untried(error)) from error
        before = await connections.keep_pixela(
            scope_of(interaction), username, token, everywhere=everywhere, action=Action.LINKED
        )
        ids = [graph.id for graph in graphs]
        replaced = _replaced(before, username)
        await answer(interaction, linked_card(username, ids, replaced=replaced, everywhere=everywhere))

    return Form(f"Link {username}"[:45], label, submit=submit, failed=report)
