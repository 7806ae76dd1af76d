"""/pluralkit edit: one's own system, members and groups, each part in a form with what stands."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal

import discord
from discord import app_commands

from bot.api.pluralkit import ME, Entry, Member, shown_name
from bot.ui.card import Card
from bot.ui.pluralkit.marks import named
from bot.ui.pluralkit.sheets import GROUP, MEMBER, SYSTEM, member_details
from bot.ui.pluralkit.writing import saved_card
from bot.ui.sheets import Sheet
from bot.ui.text import clip, one_line
from cogs._place import server_of
from cogs.pluralkit.asking import Question, SeeButton
from cogs.pluralkit.eyes import owner_of
from cogs.pluralkit.groups import GroupQuestion
from cogs.pluralkit.members import MemberQuestion
from cogs.pluralkit.rosters import GROUPS, MEMBERS, complete_group, complete_member
from cogs.pluralkit.systems import SystemQuestion
from cogs.pluralkit.writing import chosen_own, in_time_for_a_form, open_sheet

if TYPE_CHECKING:
    from bot.app import App

_TITLE_MOST = 45
"""Characters that Discord takes as the title of a form."""
SystemPart = Literal["profile", "pictures", "privacy", "server"]
MemberPart = Literal["profile", "details", "pictures", "privacy", "server"]
GroupPart = Literal["profile", "pictures", "privacy"]


@app_commands.describe(part="What of it")
async def system(interaction: discord.Interaction[App], part: SystemPart = "profile") -> None:
    """Open a form with a part of one's own system."""
    guild = server_of(interaction) if part == "server" else 0
    async with in_time_for_a_form(), owner_of(interaction) as owner:
        stands = await (owner.system_guild(guild) if guild else owner.system(ME))

    async def save(interaction: discord.Interaction[App], changes: dict[str, Any]) -> Card:
        async with owner_of(interaction) as owner:
            await (owner.edit_system_guild(guild, changes) if guild else owner.edit_system(changes))
        return _saved("Your system", changes, SystemQuestion(ME))

    await open_sheet(interaction, SYSTEM[part], dict(stands), save, SystemQuestion(ME))


@app_commands.describe(ref="Name or id of one of yours", part="What of it")
@app_commands.autocomplete(ref=complete_member)
async def member(interaction: discord.Interaction[App], ref: str, part: MemberPart = "profile") -> None:
    """Open a form with a part of one of one's own members."""
    guild = server_of(interaction) if part == "server" else 0
    async with in_time_for_a_form():
        chosen = await chosen_own(interaction, MEMBERS, ref)
        async with owner_of(interaction) as owner:
            stands = await (owner.member_guild(chosen.id, guild) if guild else owner.member(chosen.id))
    sheet = MEMBER[part]
    if part == "details" and isinstance(stands, Member):
        sheet = member_details(tuple(stands.proxy_tags))
    look = MemberQuestion("", chosen.id)

    async def save(interaction: discord.Interaction[App], changes: dict[str, Any]) -> Card:
        async with owner_of(interaction) as owner:
            if guild:
                await owner.edit_member_guild(chosen.id, guild, changes)
            else:
                await owner.edit_member(chosen.id, changes)
        MEMBERS.forget(interaction)
        return _saved(_called(chosen), changes, look)

    await open_sheet(interaction, _titled(sheet, chosen), dict(stands), save, look)


@app_commands.describe(ref="Name or id of one of yours", part="What of it")
@app_commands.autocomplete(ref=complete_group)
async def group(interaction: discord.Interaction[App], ref: str, part: GroupPart = "profile") -> None:
    """Open a form with a part of one of one's own groups."""
    async with in_time_for_a_form():
        chosen = await chosen_own(interaction, GROUPS, ref)
        async with owner_of(interaction) as owner:
            stands = await owner.group(chosen.id)
    look = GroupQuestion("", chosen.id)

    async def save(interaction: discord.Interaction[App], changes: dict[str, Any]) -> Card:
        async with owner_of(interaction) as owner:
            await owner.edit_group(chosen.id, changes)
        GROUPS.forget(interaction)
        return _saved(_called(chosen), changes, look)

    await open_sheet(interaction, _titled(GROUP[part], chosen), dict(stands), save, look)


def _titled(sheet: Sheet, entry: Entry) -> Sheet:
    """Return the form with whose it is in its title, which shows as it is."""
    name = one_line(shown_name(entry))
    return replace(sheet, title=clip(f"{sheet.title}: {name}", _TITLE_MOST))


def _called(entry: Entry) -> str:
    return f"**{named(entry)}**"


def _saved(what: str, changes: dict[str, Any], look: Question) -> Card:
    return saved_card(what, changes.get("privacy") or changes, [SeeButton(look.pack(), "See it")])
