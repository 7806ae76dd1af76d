"""/pluralkit settings and autoproxy: what PluralKit does for one's own system."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Literal

import discord
from discord import app_commands

from bot.api.pluralkit import ME, Autoproxy, PluralKitOwner, shown_name
from bot.errors import ApiError, InvalidInput, NotConnected
from bot.report import answer
from bot.ui.card import Card
from bot.ui.pluralkit.preferences import autoproxy_card, settings_card
from bot.ui.pluralkit.sheets import AUTOPROXY, SETTINGS
from bot.ui.pluralkit.writing import saved_card
from bot.ui.sheets import Sheet
from cogs._drafts import open_edit
from cogs._place import server_of
from cogs.pluralkit.asking import Asking, Question, SeeButton
from cogs.pluralkit.eyes import UNLINKED, owner_of
from cogs.pluralkit.rosters import MEMBERS, complete_member
from cogs.pluralkit.writing import OwnEdit, certain, chosen_own, in_time, own

if TYPE_CHECKING:
    from bot.app import App

_WITH_MEMBER = {"latch", "member"}
Mode = Literal["off", "front", "latch", "member"]


@dataclass(frozen=True)
class SettingsQuestion(Question, code="se"):
    """What the settings of one's own system are."""

    async def look(self, asking: Asking) -> Card:
        """Show them, to their owner alone."""
        return settings_card(await _owner(asking).settings(ME))


@dataclass(frozen=True)
class AutoproxyQuestion(Question, code="ap"):
    """What is proxied by itself in a server."""

    guild: int = 0

    async def look(self, asking: Asking) -> Card:
        """Show it, to its owner alone."""
        owner = _owner(asking)
        autoproxy = await owner.autoproxy(self.guild)
        ref = autoproxy.autoproxy_member
        return autoproxy_card(autoproxy, None if ref is None else shown_name(await owner.member(ref)))


class SettingsEdit(OwnEdit):
    """The settings of one's own system."""

    kind: ClassVar[str] = "pluralkit.settings"

    @property
    def question(self) -> Question:
        """The settings."""
        return SettingsQuestion(ME)

    def sheet(self) -> Sheet:
        """Return the form."""
        return SETTINGS

    async def write(self, interaction: discord.Interaction[App], changes: dict[str, Any]) -> Card:
        """Edit the settings."""
        async with owner_of(interaction) as owner:
            await owner.edit_settings(changes)
        return saved_card("Settings", changes, [SeeButton(self.question.pack(), "See them")])


class AutoproxyEdit(OwnEdit):
    """What is proxied by itself in a server, ``stands`` being how that is so far."""

    kind: ClassVar[str] = "pluralkit.autoproxy"
    guild: int
    stands: Autoproxy

    @property
    def question(self) -> Question:
        """What is proxied."""
        return AutoproxyQuestion(ME, self.guild)

    def sheet(self) -> Sheet:
        """Return the form."""
        return AUTOPROXY

    async def write(self, interaction: discord.Interaction[App], changes: dict[str, Any]) -> Card:
        """Change it."""
        return await _save_autoproxy(interaction, self.guild, changes, self.stands)


async def settings(interaction: discord.Interaction[App]) -> None:
    """Open a form with the settings."""
    async with in_time(), owner_of(interaction) as owner:
        stands = await owner.settings(ME)
    await open_edit(interaction, SettingsEdit(), dict(stands))


@app_commands.describe(mode="Whose messages need no proxy tags", member="Who it is, for the mode member")
@app_commands.autocomplete(member=complete_member)
async def autoproxy(
    interaction: discord.Interaction[App], mode: Mode | None = None, member: str | None = None
) -> None:
    """Change what is proxied by itself here, or open a form with it."""
    guild = server_of(interaction)
    if mode is None and member is None:
        await _open_autoproxy(interaction, guild)
        return
    await interaction.response.defer(ephemeral=True, thinking=True)
    async with owner_of(interaction) as owner:
        stands = await owner.autoproxy(guild)
    changes: dict[str, Any] = {"autoproxy_mode": mode or "member"}
    if member is not None:
        changes["autoproxy_member"] = member
    async with certain(interaction, AutoproxyQuestion(ME, guild)):
        await answer(interaction, await _save_autoproxy(interaction, guild, changes, stands))


async def _open_autoproxy(interaction: discord.Interaction[App], guild: int) -> None:
    async with in_time(), owner_of(interaction) as owner:
        stands = await owner.autoproxy(guild)
        entry = (await own(interaction, MEMBERS)).find(stands.autoproxy_member or "")
    name = stands.autoproxy_member if entry is None else shown_name(entry)
    fields = dict(stands) | {"autoproxy_member": name}
    await open_edit(interaction, AutoproxyEdit(guild=guild, stands=stands), fields)


async def _save_autoproxy(
    interaction: discord.Interaction[App], guild: int, changes: dict[str, Any], stands: Autoproxy
) -> Card:
    """Change what is proxied by itself from what ``stands``; the member is named as a person would."""
    mode = changes.get("autoproxy_mode", stands.autoproxy_mode)
    named = changes.get("autoproxy_member")
    if named is not None and mode not in _WITH_MEMBER:
        raise InvalidInput(
            "A member goes with the modes `member` (one member) and `latch` (whoever spoke last) only. "
            "Choose one of them, or name no member."
        )
    if mode == "member" and not changes.get("autoproxy_member", stands.autoproxy_member):
        raise InvalidInput("The mode `member` (one member) needs a member: name which.")
    if named is not None:
        changes = changes | {"autoproxy_member": (await chosen_own(interaction, MEMBERS, named)).id}
    async with owner_of(interaction) as owner:
        saved = await owner.edit_autoproxy(guild, changes)
    return autoproxy_card(saved, await _name(interaction, saved.autoproxy_member))


async def _name(interaction: discord.Interaction[App], ref: str | None) -> str | None:
    """Return what a member is called; its id, where that cannot be read: what was done is done."""
    try:
        entry = None if ref is None else (await own(interaction, MEMBERS)).find(ref)
    except ApiError:
        return ref
    return ref if entry is None else shown_name(entry)


def _owner(asking: Asking) -> PluralKitOwner:
    client = asking.eyes.client
    if not isinstance(client, PluralKitOwner):
        raise NotConnected(UNLINKED)
    return client
