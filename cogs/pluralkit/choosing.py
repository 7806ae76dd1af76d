"""From what was typed to the member or group that is meant: one's own by name first, any by id."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

import discord

from bot.api.pluralkit import ME, Code, Group, Member, Roster, find_ref, parse_ref
from bot.errors import ApiError, NotFound, UserError
from bot.ui.pluralkit.words import sentence
from cogs.pluralkit.eyes import Eyes, known
from cogs.pluralkit.rosters import GROUPS, MEMBERS, Rosters

if TYPE_CHECKING:
    from bot.app import App

_BY_ID = "By their ids they can be looked up all the same."
T = TypeVar("T", Member, Group)
User = discord.User | discord.Member


@dataclass(frozen=True, slots=True)
class _Kind:
    """What is looked for: the word for one, and what is said where their list is private."""

    what: str
    hidden: Code


async def chosen_member(
    interaction: discord.Interaction[App], eyes: Eyes, ref: str | None, user: User | None
) -> str:
    """Return the id of the member that is meant; without ``ref`` it is the first at the front.

    Raises :class:`~bot.errors.UserError` and :class:`~bot.errors.ApiError`.
    """
    if ref is None:
        return await _first_fronter(eyes, user)
    if user is None:
        return await _own_or_any(interaction, MEMBERS, ref, "member")
    return await _persons(
        eyes, user, ref, _Kind("member", Code.MEMBERS_HIDDEN), eyes.client.members, eyes.client.member
    )


async def chosen_group(interaction: discord.Interaction[App], eyes: Eyes, ref: str, user: User | None) -> str:
    """Return the id of the group that is meant. Raises as :func:`chosen_member` does."""
    if user is None:
        return await _own_or_any(interaction, GROUPS, ref, "group")
    return await _persons(
        eyes, user, ref, _Kind("group", Code.GROUPS_HIDDEN), eyes.client.groups, eyes.client.group
    )


async def _persons(
    eyes: Eyes,
    user: User,
    ref: str,
    kind: _Kind,
    list_of: Callable[[str], Awaitable[Sequence[T] | None]],
    one: Callable[[str], Awaitable[T]],
) -> str:
    """Return the id of what is named in a person's system: by what it is called, else by id."""
    with known(str(user.id)):
        found = await list_of(str(user.id))
    roster = None if found is None else Roster(found, kind.what)
    by_id = find_ref(ref)
    if by_id is not None and (roster is None or not roster.named(ref)):
        try:
            return await _of_user(eyes, await one(by_id), user)
        except NotFound:  # a name may begin so
            if roster is None:
                raise
    if roster is None:
        raise UserError(f"{sentence(kind.hidden)} {_BY_ID}")
    return roster.choose(ref).id


async def _of_user(eyes: Eyes, thing: Member | Group, user: User) -> str:
    """Return the id of what was found by id, where it is of that person's system."""
    system = await eyes.client.system(str(user.id))
    if thing.system != system.id:
        raise UserError("That id is of another system. Leave `user` out to look it up.")
    return thing.id


async def _own_or_any(interaction: discord.Interaction[App], rosters: Rosters, ref: str, what: str) -> str:
    by_id = find_ref(ref)
    try:
        roster = await rosters.of(interaction)
    except ApiError as error:
        # Without a system of one's own, or while it cannot be read, there are still all others.
        if by_id is None and not isinstance(error, NotFound):
            raise
        roster = None
    if roster is not None and (roster.named(ref) or by_id is None):
        return roster.choose(ref).id
    return parse_ref(ref, what)


async def _first_fronter(eyes: Eyes, user: User | None) -> str:
    system = ME if user is None else str(user.id)
    with known(system):
        front = await eyes.client.fronters(eyes.system(system))
    if front is None or not front.members:
        why = "no switch was ever registered" if front is None else "nobody is at the front"
        raise UserError(f"Name a member with `ref`: {why}, so there is no member to show.")
    return front.members[0].id
