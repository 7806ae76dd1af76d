"""What only a system's owner may ask of PluralKit: to see settings, and to change things.

``changes`` and ``fields`` are bodies as the API takes them (contract of its API v2, "Models"): only keys
that are there are changed. A write of unknown outcome raises :class:`~bot.errors.Uncertain`; a body
that is refused raises :class:`~bot.errors.Rejected` with what is wrong with each field.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TypeAlias

from pydantic import SecretStr

from bot.api.call import Call
from bot.api.pluralkit.client import ME, PluralKitClient, stamp
from bot.api.pluralkit.dialect import WRITES
from bot.api.pluralkit.models import (
    Autoproxy,
    Front,
    Group,
    Member,
    MemberGuild,
    System,
    SystemGuild,
    SystemSettings,
)
from bot.api.policy import JSON, Effect
from bot.api.transport import Transport

Changes: TypeAlias = Mapping[str, JSON]


class PluralKitOwner(PluralKitClient):
    """PluralKit as the owner of ``token``."""

    def __init__(self, transport: Transport, token: SecretStr, own: str | None = None) -> None:
        super().__init__(transport, token, own=own)

    # The system.

    async def edit_system(self, changes: Changes) -> System:
        """Change the own system and return it."""
        return await self._fetch(self._write("PATCH", "systems", ME, json=changes), System)

    async def edit_settings(self, changes: Changes) -> SystemSettings:
        """Change the own settings and return them."""
        return await self._fetch(
            self._write("PATCH", "systems", ME, "settings", json=changes), SystemSettings
        )

    async def system_guild(self, guild: int) -> SystemGuild:
        """Return the own settings in a Discord server.

        Raises :class:`~bot.errors.NotFound` where PluralKit was never used there.
        """
        return await self._fetch(self._of_system(ME, "guilds", str(guild)), SystemGuild)

    async def edit_system_guild(self, guild: int, changes: Changes) -> SystemGuild:
        """Change the own settings in a Discord server and return them."""
        call = self._write("PATCH", "systems", ME, "guilds", str(guild), json=changes)
        return await self._fetch(call, SystemGuild)

    async def autoproxy(self, guild: int) -> Autoproxy:
        """Return what is proxied by itself in a Discord server."""
        call = self._of_system(ME, "autoproxy", query={"guild_id": str(guild)})
        return await self._fetch(call, Autoproxy)

    async def edit_autoproxy(self, guild: int, changes: Changes) -> Autoproxy:
        """Change what is proxied by itself in a Discord server, and return it."""
        query = {"guild_id": str(guild)}
        call = self._write("PATCH", "systems", ME, "autoproxy", json=changes, query=query)
        return await self._fetch(call, Autoproxy)

    # Members.

    async def create_member(self, fields: Changes) -> Member:
        """Create a member (``name`` is required) and return it."""
        return await self._fetch(self._write("POST", "members", json=fields, by_address=True), Member)

    async def edit_member(self, member: str, changes: Changes) -> Member:
        """Change a member and return it."""
        return await self._fetch(self._write("PATCH", "members", member, json=changes), Member)

    async def delete_member(self, member: str) -> None:
        """Delete a member, from every old switch too."""
        await self._send(self._write("DELETE", "members", member))

    async def member_guild(self, member: str, guild: int) -> MemberGuild:
        """Return a member's settings in a Discord server.

        Raises :class:`~bot.errors.NotFound` where PluralKit was never used there.
        """
        return await self._fetch(self._read("members", member, "guilds", str(guild)), MemberGuild)

    async def edit_member_guild(self, member: str, guild: int, changes: Changes) -> MemberGuild:
        """Change a member's settings in a Discord server and return them."""
        call = self._write("PATCH", "members", member, "guilds", str(guild), json=changes)
        return await self._fetch(call, MemberGuild)

    # Groups and who is in them. Every list is of ids in exactly the API's own spelling.

    async def create_group(self, fields: Changes) -> Group:
        """Create a group (``name`` is required) and return it."""
        return await self._fetch(self._write("POST", "groups", json=fields, by_address=True), Group)

    async def edit_group(self, group: str, changes: Changes) -> Group:
        """Change a group and return it."""
        return await self._fetch(self._write("PATCH", "groups", group, json=changes), Group)

    async def delete_group(self, group: str) -> None:
        """Delete a group; its members stay."""
        await self._send(self._write("DELETE", "groups", group))

    async def add_to_group(self, group: str, members: Sequence[str]) -> None:
        """Put members into a group; those who are in it already stay."""
        await self._change_list(members, "groups", group, "members", "add")

    async def remove_from_group(self, group: str, members: Sequence[str]) -> None:
        """Take members out of a group."""
        await self._change_list(members, "groups", group, "members", "remove")

    async def set_group_members(self, group: str, members: Sequence[str]) -> None:
        """Make these the members of a group, and nobody else."""
        await self._change_list(members, "groups", group, "members", "overwrite")

    async def add_groups(self, member: str, groups: Sequence[str]) -> None:
        """Put a member into groups; where it is in already it stays."""
        await self._change_list(groups, "members", member, "groups", "add")

    async def remove_groups(self, member: str, groups: Sequence[str]) -> None:
        """Take a member out of groups."""
        await self._change_list(groups, "members", member, "groups", "remove")

    async def set_groups(self, member: str, groups: Sequence[str]) -> None:
        """Make these the groups that a member is in, and no others."""
        await self._change_list(groups, "members", member, "groups", "overwrite")

    # Switches.

    async def register_switch(self, members: Sequence[str], at: datetime | None = None) -> Front:
        """Register a switch, now or at a moment, and return it.

        ``members`` are in front order; none of them means that everybody leaves the front.
        """
        body: dict[str, JSON] = {"members": _list(members)}
        if at is not None:
            body["timestamp"] = stamp(at)
        return await self._fetch(self._write("POST", "systems", ME, "switches", json=body), Front)

    async def move_switch(self, switch: str, at: datetime) -> Front:
        """Change when a switch happened, and return it."""
        call = self._write("PATCH", "systems", ME, "switches", switch, json={"timestamp": stamp(at)})
        return await self._fetch(call, Front)

    async def edit_switch(self, switch: str, members: Sequence[str]) -> Front:
        """Change who a switch brought to the front, and return it."""
        path = ("systems", ME, "switches", switch, "members")
        return await self._fetch(self._write("PATCH", *path, json=_list(members)), Front)

    async def delete_switch(self, switch: str) -> None:
        """Delete a switch: the one before it then lasts until the one after it."""
        await self._send(self._write("DELETE", "systems", ME, "switches", switch))

    async def _change_list(self, refs: Sequence[str], *path: str) -> None:
        await self._send(self._write("POST", *path, json=_list(refs)))

    async def _send(self, call: Call) -> None:
        await self._transport.send(call, deadline=self.deadline)

    def _write(
        self,
        method: str,
        *path: str,
        json: Changes | JSON = None,
        query: Mapping[str, str] | None = None,
        by_address: bool = False,
    ) -> Call:
        return Call(
            method,
            path,
            Effect.WRITE,
            query=query or {},
            json=dict(json) if isinstance(json, Mapping) else json,
            auth=self._auth,
            scope=WRITES,
            by_address=by_address,
        )


def _list(refs: Sequence[str]) -> list[JSON]:
    return [*refs]
