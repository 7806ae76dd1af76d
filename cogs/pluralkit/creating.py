"""/pluralkit create: a new member or group of one's own."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import discord

from bot.api.pluralkit import ME
from bot.ui.card import Card
from bot.ui.pluralkit.sheets import GROUP, MEMBER
from bot.ui.pluralkit.writing import created_card
from cogs.pluralkit.asking import SeeButton
from cogs.pluralkit.eyes import owner_of
from cogs.pluralkit.groups import GroupQuestion, GroupsQuestion
from cogs.pluralkit.members import MemberQuestion, MembersQuestion
from cogs.pluralkit.rosters import GROUPS, MEMBERS
from cogs.pluralkit.writing import open_sheet, require_own

if TYPE_CHECKING:
    from bot.app import App

_NEW_MEMBER = replace(MEMBER["profile"], title="A new member")
_NEW_GROUP = replace(GROUP["profile"], title="A new group")


async def member(interaction: discord.Interaction[App]) -> None:
    """Open the form for a new member."""
    await require_own(interaction)
    await open_sheet(interaction, _NEW_MEMBER, {}, _save_member, MembersQuestion(ME))


async def group(interaction: discord.Interaction[App]) -> None:
    """Open the form for a new group."""
    await require_own(interaction)
    await open_sheet(interaction, _NEW_GROUP, {}, _save_group, GroupsQuestion(ME))


async def _save_member(interaction: discord.Interaction[App], fields: dict[str, Any]) -> Card:
    async with owner_of(interaction) as owner:
        made = await owner.create_member(fields)
    MEMBERS.forget(interaction)
    return created_card(made, [SeeButton(MemberQuestion("", made.id).pack(), "See it")])


async def _save_group(interaction: discord.Interaction[App], fields: dict[str, Any]) -> Card:
    async with owner_of(interaction) as owner:
        made = await owner.create_group(fields)
    GROUPS.forget(interaction)
    return created_card(made, [SeeButton(GroupQuestion("", made.id).pack(), "See it")])
