"""/pluralkit edit: one's own system, members and groups, each part in a form with what stands."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar, Literal

import discord
from discord import app_commands

from bot.api.pluralkit import ME, Entry, Member, ProxyTag, shown_name
from bot.ui.card import Card
from bot.ui.pluralkit.marks import named
from bot.ui.pluralkit.sheets import GROUP, MEMBER, SYSTEM, member_details
from bot.ui.pluralkit.writing import saved_card
from bot.ui.sheets import Sheet
from bot.ui.text import clip, one_line
from cogs._drafts import open_edit
from cogs._place import server_of
from cogs.pluralkit.asking import Question, SeeButton
from cogs.pluralkit.eyes import owner_of
from cogs.pluralkit.groups import GroupQuestion
from cogs.pluralkit.members import MemberQuestion
from cogs.pluralkit.rosters import GROUPS, MEMBERS, complete_group, complete_member
from cogs.pluralkit.systems import SystemQuestion
from cogs.pluralkit.writing import OwnEdit, chosen_own, in_time

if TYPE_CHECKING:
    from bot.app import App

_TITLE_MOST = 45
"""Characters that Discord takes as the title of a form."""
SystemPart = Literal["profile", "pictures", "privacy", "server"]
MemberPart = Literal["profile", "details", "pictures", "privacy", "server"]
GroupPart = Literal["profile", "pictures", "privacy"]


class SystemEdit(OwnEdit):
    """A part of one's own system; ``guild`` is the server that it is for, 0 for all."""

    kind: ClassVar[str] = "pluralkit.system"
    part: SystemPart
    guild: int

    @property
    def question(self) -> Question:
        """The system."""
        return SystemQuestion(ME)

    def sheet(self) -> Sheet:
        """Return the form of the part."""
        return SYSTEM[self.part]

    async def write(self, interaction: discord.Interaction[App], changes: dict[str, Any]) -> Card:
        """Edit the system."""
        async with owner_of(interaction) as owner:
            await (owner.edit_system_guild(self.guild, changes) if self.guild else owner.edit_system(changes))
        return _saved("Your system", changes, self.question)


class MemberEdit(OwnEdit):
    """A part of a member; ``called`` is what the member is called on cards, ``tags`` are the proxy tags."""

    kind: ClassVar[str] = "pluralkit.member"
    part: MemberPart
    guild: int
    ref: str
    title: str
    called: str
    tags: tuple[ProxyTag, ...] | None

    @property
    def question(self) -> Question:
        """The member."""
        return MemberQuestion("", self.ref)

    def sheet(self) -> Sheet:
        """Return the form of the part, with the member in its title."""
        sheet = MEMBER[self.part] if self.tags is None else member_details(self.tags)
        return replace(sheet, title=self.title)

    async def write(self, interaction: discord.Interaction[App], changes: dict[str, Any]) -> Card:
        """Edit the member."""
        async with owner_of(interaction) as owner:
            if self.guild:
                await owner.edit_member_guild(self.ref, self.guild, changes)
            else:
                await owner.edit_member(self.ref, changes)
        MEMBERS.forget(interaction)
        return _saved(self.called, changes, self.question)


class GroupEdit(OwnEdit):
    """A part of a group; ``called`` is what the group is called on cards."""

    kind: ClassVar[str] = "pluralkit.group"
    part: GroupPart
    ref: str
    title: str
    called: str

    @property
    def question(self) -> Question:
        """The group."""
        return GroupQuestion("", self.ref)

    def sheet(self) -> Sheet:
        """Return the form of the part, with the group in its title."""
        return replace(GROUP[self.part], title=self.title)

    async def write(self, interaction: discord.Interaction[App], changes: dict[str, Any]) -> Card:
        """Edit the group."""
        async with owner_of(interaction) as owner:
            await owner.edit_group(self.ref, changes)
        GROUPS.forget(interaction)
        return _saved(self.called, changes, self.question)


@app_commands.describe(part="What of it")
async def system(interaction: discord.Interaction[App], part: SystemPart = "profile") -> None:
    """Open a form with a part of one's own system."""
    guild = server_of(interaction) if part == "server" else 0
    async with in_time(), owner_of(interaction) as owner:
        stands = await (owner.system_guild(guild) if guild else owner.system(ME))
    await open_edit(interaction, SystemEdit(part=part, guild=guild), dict(stands))


@app_commands.describe(ref="Name or id of one of yours", part="What of it")
@app_commands.autocomplete(ref=complete_member)
async def member(interaction: discord.Interaction[App], ref: str, part: MemberPart = "profile") -> None:
    """Open a form with a part of one of one's own members."""
    guild = server_of(interaction) if part == "server" else 0
    async with in_time():
        chosen = await chosen_own(interaction, MEMBERS, ref)
        async with owner_of(interaction) as owner:
            stands = await (owner.member_guild(chosen.id, guild) if guild else owner.member(chosen.id))
    tags = tuple(stands.proxy_tags) if part == "details" and isinstance(stands, Member) else None
    edit = MemberEdit(
        part=part,
        guild=guild,
        ref=chosen.id,
        title=_title(MEMBER[part], chosen),
        called=_called(chosen),
        tags=tags,
    )
    await open_edit(interaction, edit, dict(stands))


@app_commands.describe(ref="Name or id of one of yours", part="What of it")
@app_commands.autocomplete(ref=complete_group)
async def group(interaction: discord.Interaction[App], ref: str, part: GroupPart = "profile") -> None:
    """Open a form with a part of one of one's own groups."""
    async with in_time():
        chosen = await chosen_own(interaction, GROUPS, ref)
        async with owner_of(interaction) as owner:
            stands = await owner.group(chosen.id)
    title = _title(GROUP[part], chosen)
    edit = GroupEdit(part=part, ref=chosen.id, title=title, called=_called(chosen))
    await open_edit(interaction, edit, dict(stands))


def _title(sheet: Sheet, entry: Entry) -> str:
    """Return the title of a form with whose it is, which shows as it is."""
    return clip(f"{sheet.title}: {one_line(shown_name(entry))}", _TITLE_MOST)


def _called(entry: Entry) -> str:
    return f"**{named(entry)}**"


def _saved(what: str, changes: dict[str, Any], look: Question) -> Card:
    return saved_card(what, changes.get("privacy") or changes, [SeeButton(look.pack(), "See it")])
