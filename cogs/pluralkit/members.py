"""/pluralkit members and member."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

import discord
from discord import app_commands

from bot.api.pluralkit import Code, FrontTally, Member, Roster
from bot.api.pluralkit.sights import MemberSight, both, presence_of, see_member
from bot.errors import Forbidden, InvalidInput
from bot.services import Provider
from bot.ui.card import Card, Clickable
from bot.ui.lasting import STALE
from bot.ui.pluralkit.members import SORTED_BY, Leaf, member_card, members_card
from cogs.pluralkit.asking import Asking, Question, Ref, place, see, show, turn
from cogs.pluralkit.choosing import chosen_member
from cogs.pluralkit.eyes import SHARE, Eyes, of_whom, whose
from cogs.pluralkit.rosters import complete_member

if TYPE_CHECKING:
    from bot.app import App

SHORT, FULL = 25, 5
"""Members on a page."""
SEARCH_MOST = 30
"""Characters: the search stands in the custom ids of the pages' buttons."""
Sort = Literal["name", "id", "birthday", "created", "messages"]

_NONE_LAST = chr(0x10FFFF)
_KEYS: Mapping[str, Callable[[Member], tuple[Any, ...]]] = {  # besides by name, as they come
    "id": lambda member: (len(member.id), member.id),
    # Through the year, whatever the year: that may be kept back.
    "birthday": lambda member: (member.birthday[5:] if member.birthday else _NONE_LAST,),
    "created": lambda member: (member.created.timestamp() if member.created else float("inf"),),
    "messages": lambda member: (-(member.message_count if member.message_count is not None else -1),),
}


@dataclass(frozen=True)
class MembersQuestion(Question, code="ms"):
    """Which members a system has."""

    sort: str = "name"
    full: bool = False
    page: int = 0
    search: str = ""

    async def look(self, asking: Asking) -> Card:
        """Show a page of them."""
        if self.sort not in SORTED_BY:
            raise InvalidInput(STALE)
        client = asking.eyes.client
        found, members = await both(client.system(self.system), client.members(self.system))
        if members is None:
            raise Forbidden(Provider.PLURALKIT, code=Code.MEMBERS_HIDDEN)
        listed = self._listed(members)
        length = FULL if self.full else SHORT
        page, pages = place(self.page, len(listed), length)
        leaf = Leaf(
            listed[page * length : (page + 1) * length],
            page,
            pages,
            len(listed),
            search=self.search,
            sort=self.sort,
        )
        other = replace(self, full=not self.full, page=0)
        buttons = asking.buttons(
            *turn(page, pages, lambda to: replace(self, page=to)),
            see("Shorter" if self.full else "In full", other) if listed else None,
            share=replace(self, page=page),
        )
        return members_card(found, leaf, full=self.full, buttons=buttons)

    def _listed(self, members: Sequence[Member]) -> Sequence[Member]:
        roster = Roster(members, "member")
        fitting = roster.matching(self.search) if self.search else roster.things
        kept = {member.id for member in fitting}
        by_name = [member for member in roster.things if member.id in kept]
        key = _KEYS.get(self.sort)
        return by_name if key is None else sorted(by_name, key=key)


@dataclass(frozen=True)
class MemberQuestion(Question, code="m"):
    """Who a member is; with ``whole``, its times at the front are counted to the first switch."""

    member: Ref = ""
    whole: bool = False

    async def look(self, asking: Asking) -> Card:
        """Show the member."""
        member = await asking.eyes.client.member(self.member)
        return await self.shown(asking, member)

    async def shown(self, asking: Asking, member: Member, *more: Clickable | None) -> Card:
        """Show this member, with ``more`` buttons."""
        sight = await see_member(asking.eyes.client, member, asking.eyes.now)
        if self.whole and sight.presence is not None:
            sight = await self._counted(asking, sight)
        whole = None if self.whole else whole_time(asking, sight)
        buttons = asking.buttons(*more, whole, share=self)
        return member_card(sight, buttons, asking.errand.note)

    async def _counted(self, asking: Asking, sight: MemberSight) -> MemberSight:
        tally = FrontTally(asking.eyes.now)
        await asking.errand.count(asking.eyes, sight.member.system or "", tally)
        presence = presence_of(sight.member.id, tally, is_whole=asking.errand.note is None)
        return replace(sight, presence=presence)


def whole_time(asking: Asking, sight: MemberSight) -> Clickable | None:
    """Return a way to all of a member's time, where the card cannot tell it; it is for the asker alone."""
    if asking.public or sight.presence is None or sight.presence.is_whole:
        return None
    return see("Count the whole time", MemberQuestion("", sight.member.id, whole=True))


@of_whom
@app_commands.describe(
    search="A part of the name or id",
    sort="What comes first",
    full="Five a page, with all they show",
)
async def members(
    interaction: discord.Interaction[App],
    ref: str | None = None,
    user: discord.User | None = None,
    search: app_commands.Range[str, 1, SEARCH_MOST] | None = None,
    sort: Sort = "name",
    full: bool = False,
    share: bool = False,
) -> None:
    """List members."""
    question = MembersQuestion(whose(ref, user), sort, full, 0, " ".join((search or "").split()))
    await show(interaction, question, share=share)


@app_commands.describe(
    ref="Name or id of one of yours, any id",
    user="Somebody whose member it is",
    share=SHARE,
)
@app_commands.autocomplete(ref=complete_member)
async def member(
    interaction: discord.Interaction[App],
    ref: str | None = None,
    user: discord.User | None = None,
    share: bool = False,
) -> None:
    """Show a member."""

    async def found(eyes: Eyes) -> Question:
        return MemberQuestion("", await chosen_member(interaction, eyes, ref, user))

    await show(interaction, found, share=share)
