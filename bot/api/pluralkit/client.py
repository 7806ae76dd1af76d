"""What anybody may ask of PluralKit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import copy
from datetime import UTC, datetime
from typing import Self, TypeVar

from pydantic import SecretStr, TypeAdapter

from bot.api.call import Call
from bot.api.pluralkit.dialect import READS, WALKS, Code
from bot.api.pluralkit.models import Front, Group, Member, Message, Switch, System, SystemSettings
from bot.api.policy import Effect
from bot.api.transport import Transport
from bot.errors import Forbidden

T = TypeVar("T")

ME = "@me"
"""What names the system of whoever asks."""
MOST_SWITCHES = 100
"""Switches that one answer has at most."""

_LIST_MOST = 8 * 1024 * 1024
"""Bytes that a list of members may have: 1,000 of them, with descriptions of 1,000 characters."""


class PluralKitClient:
    """PluralKit, as the owner of ``token`` or, without one, as anybody.

    A ``system`` is named as :func:`~bot.api.pluralkit.refs.parse_system_ref` returns it, a member or a
    group as :func:`~bot.api.pluralkit.refs.parse_ref` does. Calls raise
    :class:`~bot.errors.ApiError`; one that is refused carries the vendor's
    :class:`~bot.api.pluralkit.dialect.Code`. ``own`` is the short id of the token's own system, where
    it is known.
    """

    def __init__(
        self, transport: Transport, token: SecretStr | None = None, *, own: str | None = None
    ) -> None:
        self._transport = transport
        self._auth = None if token is None else ("Authorization", token)
        self._own = frozenset[str]() if token is None else frozenset({ME, own or ME})
        self.deadline: float | None = None
        """Seconds that a call may take, None for the usual patience."""

    def within(self, seconds: float) -> Self:
        """Return the same client with less patience, for what must be answered at once."""
        hurried = copy(self)
        hurried.deadline = seconds
        return hurried

    def owns(self, system: str | None) -> bool:
        """Say whether this is known to be the system that the token belongs to."""
        return system in self._own

    async def system(self, system: str) -> System:
        """Return a system.

        Raises :class:`~bot.errors.NotFound`, and for ``@me`` without a valid token
        :class:`~bot.errors.Unauthorised`.
        """
        return await self._fetch(self._of_system(system), System)

    async def settings(self, system: str) -> SystemSettings:
        """Return a system's settings, for others only some."""
        return await self._fetch(self._of_system(system, "settings"), SystemSettings)

    async def members(self, system: str) -> Sequence[Member] | None:
        """Return the members that may be seen, None where the list is private. Order unspecified."""
        call = self._of_system(system, "members", most=_LIST_MOST)
        return await self._unless(Code.MEMBERS_HIDDEN, call, _MEMBERS)

    async def groups(self, system: str, *, with_members: bool = False) -> Sequence[Group] | None:
        """Return the groups that may be seen, None where the list is private. Order unspecified."""
        query = {"with_members": "true"} if with_members else {}
        call = self._of_system(system, "groups", query=query, most=_LIST_MOST)
        return await self._unless(Code.GROUPS_HIDDEN, call, _GROUPS)

    async def fronters(self, system: str) -> Front | None:
        """Return the switch in force, None where no switch was ever registered.

        Raises :class:`~bot.errors.Forbidden` with ``FRONT_HIDDEN`` where that is private.
        """
        reply = await self._transport.send(self._of_system(system, "fronters"), deadline=self.deadline)
        return None if reply.status == 204 else self._transport.read(reply, Front)

    async def switches(
        self,
        system: str,
        *,
        before: datetime | None = None,
        limit: int = MOST_SWITCHES,
        walking: bool = False,
    ) -> Sequence[Switch]:
        """Return at most ``limit`` (100) switches before a moment, the newest first.

        ``walking``: one of many such calls, which leaves room for others. Raises
        :class:`~bot.errors.Forbidden` with ``HISTORY_HIDDEN`` where the history is private.
        """
        query = {"limit": str(limit)}
        if before is not None:
            query["before"] = stamp(before)
        call = self._of_system(system, "switches", query=query, walking=walking)
        return await self._fetch(call, _SWITCHES)

    async def switch(self, system: str, switch: str) -> Front:
        """Return one switch by its UUID. Raises :class:`~bot.errors.NotFound`, also where that is private."""
        return await self._fetch(self._of_system(system, "switches", switch), Front)

    async def member(self, member: str) -> Member:
        """Return a member, a hidden one too. Raises :class:`~bot.errors.NotFound`."""
        return await self._fetch(self._read("members", member), Member)

    async def member_groups(self, member: str) -> Sequence[Group] | None:
        """Return the groups that a member is in, None where the system's groups are private."""
        call = self._read("members", member, "groups", most=_LIST_MOST)
        return await self._unless(Code.GROUPS_HIDDEN, call, _GROUPS)

    async def group(self, group: str) -> Group:
        """Return a group, a hidden one too. Raises :class:`~bot.errors.NotFound`."""
        return await self._fetch(self._read("groups", group), Group)

    async def group_members(self, group: str) -> Sequence[Member] | None:
        """Return the members of a group that may be seen, None where that list is private."""
        call = self._read("groups", group, "members", most=_LIST_MOST)
        return await self._unless(Code.GROUP_MEMBERS_HIDDEN, call, _MEMBERS)

    async def message(self, message: str) -> Message:
        """Return a proxied message by its id, or for half an hour by that of the one it replaced.

        Raises :class:`~bot.errors.NotFound`.
        """
        return await self._fetch(self._read("messages", message), Message)

    async def _fetch(self, call: Call, shape: type[T] | TypeAdapter[T]) -> T:
        return await self._transport.fetch(call, shape, deadline=self.deadline)

    async def _unless(self, hidden: Code, call: Call, shape: TypeAdapter[T]) -> T | None:
        try:
            return await self._fetch(call, shape)
        except Forbidden as error:
            if error.code != hidden:
                raise
            return None

    def _of_system(
        self,
        system: str,
        *more: str,
        query: Mapping[str, str] | None = None,
        most: int = 256 * 1024,
        walking: bool = False,
    ) -> Call:
        # The vendor counts what an owner reads of the own system for that system, all else by address.
        own = self.owns(system)
        return self._read("systems", system, *more, query=query, most=most, own=own, walking=walking)

    def _read(
        self,
        *path: str,
        query: Mapping[str, str] | None = None,
        most: int = 256 * 1024,
        own: bool = False,
        walking: bool = False,
    ) -> Call:
        return Call(
            "GET",
            path,
            Effect.READ,
            query=query or {},
            auth=self._auth,
            scope=READS,
            throttle=WALKS if walking and not own else "",
            by_address=not own,
            most=most,
        )


def stamp(moment: datetime) -> str:
    """Write a moment as the API takes it: UTC, with ``Z``, to the microsecond."""
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


_MEMBERS = TypeAdapter(list[Member])
_GROUPS = TypeAdapter(list[Group])
_SWITCHES = TypeAdapter(list[Switch])
