"""The plain subcommands of /pluralkit: looking up, linking, unlinking."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import discord
from discord import app_commands

from bot.api.pluralkit import FRONT_HIDDEN, PluralKitClient, check_token, parse_system_ref
from bot.connections import Connections, Scope
from bot.errors import ApiError, Forbidden, InvalidInput, NotConnected, NotFound, Unauthorised, UserError
from bot.report import answer, report
from bot.services import Provider
from bot.ui.card import note
from bot.ui.failure import untried
from bot.ui.forms import Form, text_field
from bot.ui.links import unlinked_card
from bot.ui.pluralkit import SystemView, linked_card, system_card
from cogs._place import EVERYWHERE_CONTEXTS, EVERYWHERE_INSTALLS, scope_of

if TYPE_CHECKING:
    from bot.app import App


class PluralKit(app_commands.Group):
    """The commands of /pluralkit."""

    def __init__(self) -> None:
        super().__init__(
            name="pluralkit",
            description="Systems at PluralKit",
            allowed_contexts=EVERYWHERE_CONTEXTS,
            allowed_installs=EVERYWHERE_INSTALLS,
        )

    @app_commands.command(description="Look a system up; yours, if you name none")
    @app_commands.describe(
        ref="Id in any spelling, UUID, or account id",
        user="Somebody whose system it is",
        share="Show it to everybody here",
    )
    async def system(
        self,
        interaction: discord.Interaction[App],
        ref: str | None = None,
        user: discord.User | None = None,
        share: bool = False,
    ) -> None:
        """Show a system."""
        if ref is not None and user is not None:
            raise InvalidInput("Give either `ref` or `user`, not both.")
        wanted = str(user.id) if user is not None else parse_system_ref(ref or "@me")
        await interaction.response.defer(ephemeral=True, thinking=True)
        view = await _look_up(interaction, wanted, public=share)
        if not share:
            await answer(interaction, system_card(view))
            return
        # What was promised to one person cannot be shown to all: the card follows as a message.
        await answer(interaction, note("Shared below."))
        await interaction.followup.send(view=system_card(view))

    @app_commands.command(description="Link your own system with its token")
    @app_commands.describe(everywhere="Also in other servers and direct messages")
    async def link(self, interaction: discord.Interaction[App], everywhere: bool = False) -> None:
        """Open the form for the token."""
        await interaction.response.send_modal(_link_form(everywhere=everywhere))

    @app_commands.command(description="Forget your PluralKit token here")
    async def unlink(self, interaction: discord.Interaction[App]) -> None:
        """Remove the stored token."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        removed = await interaction.client.connections.unlink(scope_of(interaction), Provider.PLURALKIT)
        if removed is None:
            raise NotConnected("No system of yours is linked here. `/pluralkit link` links one.")
        card = unlinked_card("PluralKit", removed.account, everywhere=removed.everywhere)
        await answer(interaction, card)


async def _look_up(interaction: discord.Interaction[App], wanted: str, *, public: bool) -> SystemView:
    connections = interaction.client.connections
    scope = scope_of(interaction)
    if public:
        own = await _own_ref(connections, scope) if wanted == "@me" else wanted
        return await _view(connections.pluralkit_public(), own)
    async with connections.pluralkit(scope) as client:
        if client is not None:
            return await _view(client, wanted)
    return await _view(connections.pluralkit_public(), str(scope.user_id) if wanted == "@me" else wanted)


async def _own_ref(connections: Connections, scope: Scope) -> str:
    """Return what names the person's own system to anybody: its id where linked, else the account."""
    async with connections.pluralkit(scope) as client:
        # Asked for anew each time, since ids can change.
        return str(scope.user_id) if client is None else (await client.system("@me")).uuid


async def _view(client: PluralKitClient, ref: str) -> SystemView:
    try:
        system = await client.system(ref)
    except NotFound:
        raise UserError(_unknown(ref)) from None
    same = ref if ref == "@me" else system.id
    members, fronters = await asyncio.gather(
        client.members(same), client.fronters(same), return_exceptions=True
    )
    if isinstance(members, BaseException):
        raise members
    if isinstance(fronters, Forbidden) and fronters.code == FRONT_HIDDEN:
        return SystemView(system, members, None, fronters_hidden=True)
    if isinstance(fronters, BaseException):
        raise fronters
    return SystemView(system, members, fronters, fronters_hidden=False)


def _unknown(ref: str) -> str:
    if ref.isdigit():
        return (
            "No PluralKit system belongs to that Discord account. Its owner makes one with `pk;system new`, "
            "or links the account to it with `pk;link`."
        )
    return "PluralKit knows no system with that id. Check it for a slip; the short ones have 5 or 6 letters."


def _link_form(*, everywhere: bool) -> Form:
    label, box = text_field(
        "token",
        "Token of your system",
        hint="`pk;token` in a DM to PluralKit shows it. It is tried first, then kept encrypted.",
        lengths=(64, 128),
    )

    async def submit(interaction: discord.Interaction[App]) -> None:
        token = check_token(box.value)
        await interaction.response.defer(ephemeral=True, thinking=True)
        try:
            system = await interaction.client.connections.link_pluralkit(
                scope_of(interaction), token, everywhere=everywhere
            )
        except Unauthorised:
            raise UserError(
                "PluralKit refused this token, so nothing was stored. `pk;token` shows the one in force."
            ) from None
        except ApiError as error:
            raise UserError(untried(error)) from error
        await answer(interaction, linked_card(system, everywhere=everywhere))

    return Form("Link your PluralKit system", label, submit=submit, failed=report)
