"""/pluralkit find and random."""

from __future__ import annotations

import random as chance
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, TypeVar

import discord
from discord import app_commands

from bot.api.pluralkit import Code, Group, Member, Roster
from bot.api.pluralkit.sights import both
from bot.errors import Forbidden, UserError
from bot.services import Provider
from bot.ui.card import Card
from bot.ui.pluralkit.finding import found_card
from bot.ui.pluralkit.words import sentence
from cogs.pluralkit.asking import Asking, Question, place, see, show, turn
from cogs.pluralkit.eyes import of_whom, whose
from cogs.pluralkit.groups import GroupQuestion
from cogs.pluralkit.members import SEARCH_MOST, MemberQuestion

if TYPE_CHECKING:
    from bot.app import App

T = TypeVar("T", Member, Group)
_PAGE = 20
Kind = Literal["member", "group"]


@dataclass(frozen=True)
class FindQuestion(Question, code="fd"):
    """Which members and groups of a system have a text in their names."""

    page: int = 0
    name: str = ""

    async def look(self, asking: Asking) -> Card:
        """Show a page of them, the best first, members before groups."""
        client = asking.eyes.client
        system, (members, groups) = await both(
            client.system(self.system), both(client.members(self.system), client.groups(self.system))
        )
        if members is None and groups is None:
            raise UserError(f"{sentence(Code.MEMBERS_HIDDEN)} {sentence(Code.GROUPS_HIDDEN)}")
        found: Sequence[Member | Group] = [
            *Roster(members or (), "member").matching(self.name),
            *Roster(groups or (), "group").matching(self.name),
        ]
        page, pages = place(self.page, len(found), _PAGE)
        hidden = [
            *([sentence(Code.MEMBERS_HIDDEN)] if members is None else []),
            *([sentence(Code.GROUPS_HIDDEN)] if groups is None else []),
        ]
        turns = turn(page, pages, lambda to: replace(self, page=to))
        buttons = asking.buttons(*turns, share=replace(self, page=page))
        shown = found[page * _PAGE : (page + 1) * _PAGE]
        return found_card(system, self.name, shown, len(found), (page, pages), hidden, buttons)


@dataclass(frozen=True)
class RandomQuestion(Question, code="r"):
    """Any member, or any group, of a system."""

    kind: str = "member"

    async def look(self, asking: Asking) -> Card:
        """Draw one and show it."""
        client = asking.eyes.client
        again = None if asking.public else see("Another", self)
        if self.kind == "group":
            group = _drawn(await client.groups(self.system), Code.GROUPS_HIDDEN, "groups")
            return await GroupQuestion("", group.id).shown(asking, group, again)
        member = _drawn(await client.members(self.system), Code.MEMBERS_HIDDEN, "members")
        return await MemberQuestion("", member.id).shown(asking, member, again)


def _drawn(things: Sequence[T] | None, hidden: Code, what: str) -> T:
    if things is None:
        raise Forbidden(Provider.PLURALKIT, code=hidden)
    if not things:
        raise UserError(f"This system shows no {what}, so there is none to draw.")
    return chance.choice(things)  # noqa: S311 - nothing depends on who is drawn


@of_whom
@app_commands.describe(
    name="A part of the name, display name or id",
)
async def find(
    interaction: discord.Interaction[App],
    name: app_commands.Range[str, 1, SEARCH_MOST],
    ref: str | None = None,
    user: discord.User | None = None,
    share: bool = False,
) -> None:
    """Find by name."""
    await show(interaction, FindQuestion(whose(ref, user), 0, " ".join(name.split())), share=share)


@of_whom
@app_commands.describe(
    kind="What to draw",
)
async def draw_one(
    interaction: discord.Interaction[App],
    kind: Kind = "member",
    ref: str | None = None,
    user: discord.User | None = None,
    share: bool = False,
) -> None:
    """Draw one."""
    await show(interaction, RandomQuestion(whose(ref, user), kind), share=share)
