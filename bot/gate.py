"""The second gate of a server: who may use a service, and where. Discord's own permissions are the first.

Every way to a service goes through here: commands and completions by the tree, what was pressed or chosen
by :mod:`bot.ui.lasting`, forms by :mod:`bot.submitting`.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping
from typing import Any

import discord

from bot.access import Rules
from bot.errors import NotAllowed
from bot.services import Service
from bot.storage.access import AccessBook
from bot.storage.database import Database
from bot.ui.access import refusal

KEPT_SECONDS = 5.0
"""How long rules that were read stand: a change made in another process is heeded after that."""
_MOST_KEPT = 2000
"""Servers whose rules are kept at a time."""
_PREFIXES: Mapping[str, Service] = {"pk": Service.PLURALKIT, "px": Service.PIXELA}
"""What the custom ids of a service begin with; jobs are asked about where their row is read."""


class Gate:
    """Lets through whom the rules of a server let through. ``clock`` gives seconds since 1970."""

    def __init__(self, database: Database, clock: Callable[[], float]) -> None:
        self._database = database
        self._clock = clock
        self._kept: OrderedDict[int, tuple[float, Mapping[Service, Rules]]] = OrderedDict()

    async def admit(self, interaction: discord.Interaction[Any], service: Service) -> None:
        """See that a member may use a service here. Raises :class:`~bot.errors.NotAllowed`.

        Where the app is the person's own, in direct messages or by a user install, no server has a say.
        """
        guild_id = interaction.guild_id
        alone = interaction.is_user_integration() and not interaction.is_guild_integration()
        if guild_id is None or alone:
            return
        rules = (await self.rules(guild_id)).get(service)
        if rules is None:
            return
        broken = rules.broken_by(role_ids(interaction), channel_ids(interaction))
        if broken is not None:
            raise NotAllowed(refusal(service, broken, rules.of(broken)))

    async def admit_press(self, interaction: discord.Interaction[Any]) -> None:
        """Do as :meth:`admit`, for the service that a button or a select belongs to."""
        custom_id = str((interaction.data or {}).get("custom_id", ""))
        service = _PREFIXES.get(custom_id.partition(":")[0])
        if service is not None:
            await self.admit(interaction, service)

    async def rules(self, guild_id: int) -> Mapping[Service, Rules]:
        """Return the rules of a server, as they were some seconds ago at the most."""
        kept = self._kept.get(guild_id)
        now = self._clock()
        if kept is not None and 0 <= now - kept[0] < KEPT_SECONDS:
            return kept[1]
        found = await AccessBook(self._database, guild_id, self._clock).rules()
        self._kept[guild_id] = (now, found)
        self._kept.move_to_end(guild_id)
        if len(self._kept) > _MOST_KEPT:
            self._kept.popitem(last=False)
        return found

    def forget(self, guild_id: int) -> None:
        """Read the rules of a server anew when they are needed next: they were changed."""
        self._kept.pop(guild_id, None)


def role_ids(interaction: discord.Interaction[Any]) -> frozenset[int]:
    """Return the roles of whoever did this, that of everybody too, as Discord sent them along.

    discord.py's own list leaves those out whose server it does not know, as after a restart.
    """
    roles: Any = getattr(interaction.user, "_roles", ())
    return frozenset(roles) | {interaction.guild_id or 0}


def channel_ids(interaction: discord.Interaction[Any]) -> frozenset[int]:
    """Return the channel where this was done and, for a thread, its parent."""
    channel = interaction.channel
    parent_id = channel.parent_id if isinstance(channel, discord.Thread) else None
    return frozenset(found for found in (interaction.channel_id, parent_id) if found is not None)


if "_roles" not in discord.Member.__slots__:
    raise RuntimeError("this discord.py keeps roles in another way; install the version in the lock")
