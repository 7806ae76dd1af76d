"""/pluralkit groups and group."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import discord
from discord import app_commands

from bot.api.pluralkit import Code, Group, Roster
from bot.api.pluralkit.sights import both, see_group
from bot.errors import Forbidden
from bot.services import Provider
from bot.ui.card import Card, Clickable
from bot.ui.pluralkit.groups import group_card, groups_card
from cogs.pluralkit.asking import Asking, Question, Ref, place, show, turn
from cogs.pluralkit.choosing import chosen_group
from cogs.pluralkit.eyes import SHARE, Eyes, of_whom, whose
from cogs.pluralkit.rosters import complete_group

if TYPE_CHECKING:
    from bot.app import App

_GROUPS = 20
_MEMBERS = 25


@dataclass(frozen=True)
class GroupsQuestion(Question, code="gs"):
    """Which groups a system has."""

    page: int = 0

    async def look(self, asking: Asking) -> Card:
        """Show a page of them."""
        client = asking.eyes.client
        system, groups = await both(client.system(self.system), client.groups(self.system, with_members=True))
        if groups is None:
            raise Forbidden(Provider.PLURALKIT, code=Code.GROUPS_HIDDEN)
        ordered = Roster(groups, "group").things
        page, pages = place(self.page, len(ordered), _GROUPS)
        turns = turn(page, pages, lambda to: replace(self, page=to))
        buttons = asking.buttons(*turns, share=replace(self, page=page))
        return groups_card(system, ordered, page, _GROUPS, buttons)


@dataclass(frozen=True)
class GroupQuestion(Question, code="g"):
    """What a group is, and who is in it."""

    group: Ref = ""
    page: int = 0

    async def look(self, asking: Asking) -> Card:
        """Show the group and a page of its members."""
        return await self.shown(asking, await asking.eyes.client.group(self.group))

    async def shown(self, asking: Asking, group: Group, *more: Clickable | None) -> Card:
        """Show this group, with ``more`` buttons."""
        sight = await see_group(asking.eyes.client, group)
        if sight.members is not None:
            sight = replace(sight, members=Roster(sight.members, "member").things)
        page, pages = place(self.page, len(sight.members or ()), _MEMBERS)
        turns = turn(page, pages, lambda to: replace(self, page=to))
        buttons = asking.buttons(*turns, *more, share=replace(self, page=page))
        return group_card(sight, page, _MEMBERS, buttons)


@of_whom
async def groups(
    interaction: discord.Interaction[App],
    ref: str | None = None,
    user: discord.User | None = None,
    share: bool = False,
) -> None:
    """List groups."""
    await show(interaction, GroupsQuestion(whose(ref, user)), share=share)


@app_commands.describe(
    ref="Name or id of one of yours, any id",
    user="Somebody whose group it is",
    share=SHARE,
)
@app_commands.autocomplete(ref=complete_group)
async def group(
    interaction: discord.Interaction[App],
    ref: str | None = None,
    user: discord.User | None = None,
    share: bool = False,
) -> None:
    """Show a group; without a name, those that there are."""

    async def found(eyes: Eyes) -> Question:
        if ref is None:
            return GroupsQuestion(whose(None, user))
        return GroupQuestion("", await chosen_group(interaction, eyes, ref, user))

    await show(interaction, found, share=share)
