"""/pluralkit create: a new member or group of one's own."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar

import discord

from bot.api.pluralkit import ME
from bot.ui.card import Card
from bot.ui.pluralkit.sheets import GROUP, MEMBER
from bot.ui.pluralkit.writing import created_card
from bot.ui.sheets import Sheet
from cogs._drafts import open_edit
from cogs.pluralkit.asking import Question, SeeButton
from cogs.pluralkit.eyes import owner_of
from cogs.pluralkit.groups import GroupQuestion, GroupsQuestion
from cogs.pluralkit.members import MemberQuestion, MembersQuestion
from cogs.pluralkit.rosters import GROUPS, MEMBERS
from cogs.pluralkit.writing import OwnEdit, require_own

if TYPE_CHECKING:
    from bot.app import App

_NEW_MEMBER = replace(MEMBER["profile"], title="A new member")
_NEW_GROUP = replace(GROUP["profile"], title="A new group")


class NewMemberEdit(OwnEdit):
    """A new member."""

    kind: ClassVar[str] = "pluralkit.member.new"

    @property
    def question(self) -> Question:
        """The members."""
        return MembersQuestion(ME)

    def sheet(self) -> Sheet:
        """Return the form."""
        return _NEW_MEMBER

    async def write(self, interaction: discord.Interaction[App], changes: dict[str, Any]) -> Card:
        """Create the member."""
        async with owner_of(interaction) as owner:
            made = await owner.create_member(changes)
        MEMBERS.forget(interaction)
        return created_card(made, [SeeButton(MemberQuestion("", made.id).pack(), "See it")])


class NewGroupEdit(OwnEdit):
    """A new group."""

    kind: ClassVar[str] = "pluralkit.group.new"

    @property
    def question(self) -> Question:
        """The groups."""
        return GroupsQuestion(ME)

    def sheet(self) -> Sheet:
        """Return the form."""
        return _NEW_GROUP

    async def write(self, interaction: discord.Interaction[App], changes: dict[str, Any]) -> Card:
        """Create the group."""
        async with owner_of(interaction) as owner:
            made = await owner.create_group(changes)
        GROUPS.forget(interaction)
        return created_card(made, [SeeButton(GroupQuestion("", made.id).pack(), "See it")])


async def member(interaction: discord.Interaction[App]) -> None:
    """Open the form for a new member."""
    await require_own(interaction)
    await open_edit(interaction, NewMemberEdit())


async def group(interaction: discord.Interaction[App]) -> None:
    """Open the form for a new group."""
    await require_own(interaction)
    await open_edit(interaction, NewGroupEdit())
