"""The names of people's own members and groups, for completions and for what they type.

Completions come with every key that is pressed, so what was read is kept for a minute, by the
credential that it was read with: another one, or none, sees nothing of it.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Awaitable, Callable, Iterator, Sequence
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

import discord
from discord import app_commands

from bot.api.pluralkit import ME, Entry, Group, Member, PluralKitClient, Roster, shown_name
from bot.errors import InvalidInput, NotFound
from bot.services import Provider
from bot.ui.text import clip, one_line
from cogs._place import scope_of

if TYPE_CHECKING:
    from bot.app import App

_KEPT = 60
"""Seconds that names are kept, and that there is no system."""
_TROUBLE_KEPT = 5
"""Seconds in which completions do not ask again after they could not be had."""
_MOST_KEPT = 50
"""Rosters that are kept; one of 1,000 members takes 0.4 MB."""
_COMPLETION_SECONDS = 1.5
_CHOICES = 25
_LABEL_MOST = 100
_VALUE_MOST = 100
_PARTS_OF_A_NAME = 4
"""How many parts a name with commas may have to be completed beyond the first of them."""

Loaded = asyncio.Task[Roster[Entry] | None]
Read = Callable[[PluralKitClient, str], Awaitable[Sequence[Member] | Sequence[Group] | None]]


class Rosters:
    """The members, or the groups, of everybody's own system. ``what`` is the word for one of them."""

    def __init__(self, what: str, read: Read) -> None:
        self._what = what
        self._read = read
        self._of_apps: WeakKeyDictionary[discord.Client, dict[str, tuple[float, Loaded]]] = (
            WeakKeyDictionary()
        )

    async def of(self, interaction: discord.Interaction[App]) -> Roster[Entry] | None:
        """Return the asker's own, None where the list is private.

        Raises :class:`~bot.errors.ApiError`; :class:`~bot.errors.NotFound` where there is no system.
        """
        return await asyncio.shield(await self._load(interaction, insist=True))

    async def soon(self, interaction: discord.Interaction[App]) -> Roster[Entry] | None:
        """Return the asker's own where that can be had at once, else None: the next key finds it there."""
        loading = await self._load(interaction, insist=False)
        done, _ = await asyncio.wait({loading}, timeout=_COMPLETION_SECONDS)
        return loading.result() if done and loading.exception() is None else None

    def forget(self, interaction: discord.Interaction[App]) -> None:
        """Forget the asker's, because it was changed."""
        mine, kept = _prefix(interaction), self._kept(interaction)
        for key in [key for key in kept if key.startswith(mine)]:
            del kept[key]

    def _kept(self, interaction: discord.Interaction[App]) -> dict[str, tuple[float, Loaded]]:
        return self._of_apps.setdefault(interaction.client, {})

    async def _load(self, interaction: discord.Interaction[App], *, insist: bool) -> Loaded:
        """Return what is kept or, where that is too old, read anew; with ``insist`` no failure is kept."""
        key = await _key(interaction)
        now, kept = interaction.client.clock(), self._kept(interaction)
        for old in [each for each, (since, _) in kept.items() if since + _KEPT <= now]:
            del kept[old]
        since, loading = kept.get(key, (now, None))
        if loading is None or (_is_failed(loading) and (insist or since + _patience(loading) <= now)):
            loading = asyncio.create_task(self._fetch(interaction), name=f"names of {self._what}s")
            loading.add_done_callback(_failed)
            kept.pop(key, None)
            kept[key] = (now, loading)
            if len(kept) > _MOST_KEPT:
                del kept[next(iter(kept))]
        return loading

    async def _fetch(self, interaction: discord.Interaction[App]) -> Roster[Entry] | None:
        connections = interaction.client.connections
        async with connections.pluralkit(scope_of(interaction)) as owner:
            if owner is not None:
                found = await self._read(owner, ME)
            else:
                found = await self._read(connections.pluralkit_public(), str(interaction.user.id))
        if found is None:
            return None
        entries = [Entry(each.id, each.uuid, each.name, each.display_name) for each in found]
        return Roster(entries, self._what)


MEMBERS = Rosters("member", lambda client, system: client.members(system))
GROUPS = Rosters("group", lambda client, system: client.groups(system))


async def complete_member(
    interaction: discord.Interaction[App], current: str
) -> list[app_commands.Choice[str]]:
    """Complete one of the asker's own members."""
    return await _complete(MEMBERS, interaction, current)


async def complete_group(
    interaction: discord.Interaction[App], current: str
) -> list[app_commands.Choice[str]]:
    """Complete one of the asker's own groups."""
    return await _complete(GROUPS, interaction, current)


async def complete_members(
    interaction: discord.Interaction[App], current: str
) -> list[app_commands.Choice[str]]:
    """Complete the last of several of the asker's own members, with commas between them."""
    roster = await MEMBERS.soon(interaction)
    if roster is None:
        return []
    parts = current.split(",")
    # The last may have commas of its own, so that it began some commas ago.
    firsts = range(max(0, len(parts) - _PARTS_OF_A_NAME), len(parts))
    choices = {
        choice.value: choice
        for first in firsts
        for choice in _continued(roster, parts[:first], parts[first:])
    }
    return [*choices.values()][:_CHOICES]


async def _complete(
    rosters: Rosters, interaction: discord.Interaction[App], current: str
) -> list[app_commands.Choice[str]]:
    roster = await rosters.soon(interaction)
    if roster is None:
        return []
    return [
        app_commands.Choice(name=clip(_label(entry), _LABEL_MOST), value=roster.handle(entry))
        for entry in roster.matching(current)[:_CHOICES]
    ]


def _continued(
    roster: Roster[Entry], before: Sequence[str], last: Sequence[str]
) -> Iterator[app_commands.Choice[str]]:
    """Yield choices for ``last``, without those who are named ``before`` it."""
    chosen = "".join(f"{part.strip()}, " for part in before if part.strip())
    shown, taken = _shown(roster, before), _named(roster, before)
    for entry in roster.matching(",".join(last)):
        value = f"{chosen}{roster.handle(entry)}"
        if entry.uuid not in taken and len(value) <= _VALUE_MOST:
            yield app_commands.Choice(name=clip(f"{shown}{_label(entry)}", _LABEL_MOST), value=value)


def _named(roster: Roster[Entry], parts: Sequence[str]) -> set[str]:
    """Return the UUIDs of those that a list names, as far as it can be read yet."""
    try:
        named = roster.choose_all(",".join(parts))
    except InvalidInput:
        named = [entry for part in parts for entry in roster.named(part)]
    return {entry.uuid for entry in named}


def _label(entry: Entry) -> str:
    name = clip(one_line(shown_name(entry)), 60)
    other = clip(one_line(entry.name), 22) if entry.display_name else ""
    return f"{' · '.join(part for part in (name, other) if part)} ({entry.id})"


def _shown(roster: Roster[Entry], before: Sequence[str]) -> str:
    """Return those that were chosen already by their names, as far as they are known."""
    parts = [part.strip() for part in before if part.strip()]
    found = [roster.find(part) for part in parts]
    names = [
        part if entry is None else one_line(shown_name(entry))
        for part, entry in zip(parts, found, strict=True)
    ]
    return clip(", ".join(names), 50) + ", " if names else ""


async def _key(interaction: discord.Interaction[App]) -> str:
    linked = await interaction.client.connections.find_linked(scope_of(interaction), Provider.PLURALKIT)
    credential = b"" if linked is None else linked.sealed
    return f"{_prefix(interaction)}{hashlib.sha256(credential).hexdigest()}"


def _prefix(interaction: discord.Interaction[App]) -> str:
    return f"{interaction.user.id}:"


def _is_failed(loading: Loaded) -> bool:
    return loading.done() and _failed(loading)


def _patience(failed: Loaded) -> float:
    """Return how many seconds to live with a failure; that there is no system is none."""
    nobody = not failed.cancelled() and isinstance(failed.exception(), NotFound)
    return _KEPT if nobody else _TROUBLE_KEPT


def _failed(loading: Loaded) -> bool:
    """Say whether nothing was read, and take note of why, lest it is reported as lost."""
    return loading.cancelled() or loading.exception() is not None
