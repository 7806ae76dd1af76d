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
from bot.services import Provider, Service
from bot.storage.audit import Action
from bot.storage.credentials import Credential
from bot.ui.failure import explain
from bot.ui.forms import Form, check_box, text_field
from bot.ui.given import Given
from bot.ui.links import replacement, unlinked_card
from bot.ui.pixela.user import TERMS, created_card, earlier_words, linked_card, uncertain_card, unkept_card
from cogs._place import scope_of
from cogs._trial import tried_first, unknown_user
from cogs.pixela.care import USERNAME, open_delete_form, open_profile_form
from cogs.pixela.token import TOKEN_LENGTHS, open_token_form

if TYPE_CHECKING:
    from bot.app import App


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
        await interaction.response.send_modal(CreateUserForm(check_username(username)))

    @app_commands.command(description="Link a user that you have at Pixela")
    @app_commands.describe(username="Its name", everywhere="Also in other servers and direct messages")
    async def link(
        self, interaction: discord.Interaction[App], username: str, everywhere: bool = False
    ) -> None:
        """Open the form for the token."""
        await interaction.response.send_modal(LinkUserForm(str(int(everywhere)), check_username(username)))

    @app_commands.command(description="Change your token or thanks code")
    async def token(self, interaction: discord.Interaction[App]) -> None:
        """Open the form for a new token."""
        await open_token_form(interaction)

    @app_commands.command(description="Change your public profile")
    async def profile(self, interaction: discord.Interaction[App]) -> None:
        """Open the form for the profile."""
        await open_profile_form(interaction)

    @app_commands.command(description="Delete your user at Pixela for good")
    async def delete(self, interaction: discord.Interaction[App]) -> None:
        """Open the form that asks for the name."""
        await open_delete_form(interaction)

    @app_commands.command(description="Forget your Pixela token here")
    async def unlink(self, interaction: discord.Interaction[App]) -> None:
        """Remove the stored token."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        removed = await interaction.client.connections.unlink(scope_of(interaction), Provider.PIXELA)
        if removed is None:
            raise NotConnected("No Pixela user of yours is linked here. `/pixela user link` links one.")
        card = unlinked_card("Pixela", removed.account, everywhere=removed.everywhere)
        await answer(interaction, card)


class CreateUserForm(Form, template=rf"pixela:create:{USERNAME}", service=Service.PIXELA):
    """Asks for what a new user needs besides its name."""

    def __init__(self, username: str) -> None:
        token = text_field(
            "token",
            "Token (8 to 128 characters)",
            hint="A password of your choice. Left empty, a strong one is made and shown once.",
            required=False,
            lengths=(0, TOKEN_LENGTHS[1]),
        )
        code = text_field(
            "thanks_code", "Thanks code", hint="For supporters of Pixela.", required=False, lengths=(0, 200)
        )
        terms = check_box("agree_terms", "I agree to Pixela's terms of service")
        adult = check_box(
            "not_minor", "I am not a minor", hint="Or I am, and have my parents' consent to use Pixela."
        )
        words = ui.TextDisplay[ui.LayoutView](TERMS)
        super().__init__(f"Create {username}", f"pixela:create:{username}", words, token, code, terms, adult)
        self._username = username

    async def submit(self, interaction: discord.Interaction[App], given: Given) -> None:
        """Create the user."""
        if not (given.is_ticked("agree_terms") and given.is_ticked("not_minor")):
            raise InvalidInput(
                "Pixela takes users only who agree to its terms and are not minors (or have their parents' "
                "consent). Tick both boxes, or nothing is created."
            )
        typed = given.text("token")
        token = check_token(typed) if typed else new_token()
        thanks_code = given.text("thanks_code").strip() or None
        await interaction.response.defer(ephemeral=True, thinking=True)
        await _create(interaction, _Application(self._username, token, not typed, thanks_code))


class LinkUserForm(Form, template=rf"pixela:link:(?P<everywhere>[01]):{USERNAME}", service=Service.PIXELA):
    """Asks for the token of a user that is to be linked."""

    def __init__(self, everywhere: str, username: str) -> None:
        token = text_field(
            "token",
            "Token",
            hint="It is tried first, then kept encrypted. Nobody is shown it again.",
            lengths=TOKEN_LENGTHS,
        )
        super().__init__(f"Link {username}", f"pixela:link:{everywhere}:{username}", token)
        self._everywhere = everywhere == "1"
        self._username = username

    async def submit(self, interaction: discord.Interaction[App], given: Given) -> None:
        """Try the token, and keep it."""
        token, username = check_token(given.text("token")), self._username
        await interaction.response.defer(ephemeral=True, thinking=True)
        connections = interaction.client.connections
        with tried_first(unknown_user(username)):
            graphs = await connections.new_pixela(username, token).graphs()
        scope, everywhere = scope_of(interaction), self._everywhere
        before = await connections.keep_pixela(
            scope, username, token, everywhere=everywhere, action=Action.LINKED
        )
        await connections.settle_pixela(scope, username)
        ids = [graph.id for graph in graphs]
        replaced = _replaced(before, username)
        await answer(interaction, linked_card(username, ids, replaced=replaced, everywhere=everywhere))


async def _create(interaction: discord.Interaction[App], application: _Application) -> None:
    begun = await _begun(interaction, application.username)
    if begun is not None:
        earlier = earlier_words(
            shown=begun.made_by_us,
            other_token=begun.token != application.token,
            thanks=application.thanks_code is not None,
        )
        await _keep(interaction, begun, earlier)
        return
    scope, name = scope_of(interaction), application.username
    connections = interaction.client.connections
    await connections.begin_pixela(scope, name, application.token, made_here=application.made_by_us)
    client = connections.new_pixela(name, application.token)
    try:
        await client.create(agree_terms=True, not_minor=True, thanks_code=application.thanks_code)
    except Uncertain:
        if not await _exists(client):
            await answer(interaction, uncertain_card(name, application.shown_token))
            return
    except (ApiError, InvalidInput) as error:
        await connections.settle_pixela(scope, name)
        raise _taken(name) if isinstance(error, Conflict) else error from None
    await _keep(interaction, application)


async def _begun(interaction: discord.Interaction[App], username: str) -> _Application | None:
    """Return what an earlier attempt made of the user after all; None where the user is not there."""
    connections = interaction.client.connections
    begun = await connections.find_begun_pixela(scope_of(interaction), username)
    if begun is None:
        return None
    try:
        await connections.new_pixela(username, begun.token).graphs()
    except Unauthorised:
        return None
    except ApiError as error:
        raise UserError(
            f"Whether an earlier attempt created `{username}` could not be looked at. {explain(error)}"
        ) from error
    return _Application(username, begun.token, begun.made_here, None)


async def _keep(
    interaction: discord.Interaction[App], application: _Application, earlier: str | None = None
) -> None:
    """Store the user's token and tell of the user, who is there by now: its token must not be lost."""
    connections, scope = interaction.client.connections, scope_of(interaction)
    name, token = application.username, application.token
    try:
        before = await connections.keep_pixela(scope, name, token, everywhere=False, action=Action.CREATED)
    except Exception as error:  # noqa: BLE001 - it is handed out in any case
        await report(interaction, error)
        card = unkept_card(name, application.shown_token)
        await interaction.followup.send(view=card, ephemeral=True)
        return
    replaced = _replaced(before, name)
    await answer(interaction, created_card(name, application.shown_token, replaced=replaced, earlier=earlier))
    # Not before: where this process ends until then, running the command again shows the token.
    await connections.settle_pixela(scope, name)


def _taken(username: str) -> UserError:
    return UserError(
        f"The name `{username}` is taken at Pixela. Choose another one, or link it with "
        "`/pixela user link` if it is yours."
    )


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
