"""The world that the emulator answers from, and how things are put into it and found in it."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps
from typing import Concatenate, Final, Generic, ParamSpec, Protocol, TypeVar

from bot.sandbox.pluralkit.entities import Group, Member, Message, Switch, System
from bot.sandbox.pluralkit.timeline import place
from bot.sandbox.pluralkit.times import snowflake_time

ORIGINAL_KNOWN_FOR: Final = timedelta(minutes=30)
"""How long a message is also found by the id of the message that it replaced."""

_ALPHABET = "abcefghjknoprstuvwxyz"
"""The letters of newly made ids: the vendor leaves out those that are easily mistaken."""


class _Named(Protocol):
    id: str
    uuid: str


P = ParamSpec("P")
T = TypeVar("T")
N = TypeVar("N", bound=_Named)


class Shelf(Generic[N]):
    """Things of one kind, found by short id or UUID. Ids are unique per kind, not over all kinds."""

    def __init__(self, kind: str) -> None:
        self._kind = kind
        self._by_name: dict[str, N] = {}
        self.made = 0
        """How many things were ever added."""

    def add(self, thing: N) -> None:
        """Add a thing, making the ids that it lacks. Raises ``ValueError`` where one is taken."""
        nth = f"{self._kind} {2 * self.made}"
        thing.id = thing.id or self._free_id(nth)
        thing.uuid = thing.uuid or _uuid(nth)
        if thing.id in self._by_name or thing.uuid in self._by_name:
            raise ValueError(f"{thing.id} or {thing.uuid} is taken")
        self._by_name[thing.id] = self._by_name[thing.uuid] = thing
        self.made += 1

    def remove(self, thing: N) -> None:
        """Take a thing away. Its ids are not given to another that asks for none."""
        del self._by_name[thing.id], self._by_name[thing.uuid]

    def find(self, name: str) -> N | None:
        """Return the thing with that short id or UUID, both in lower case and the latter hyphenated."""
        return self._by_name.get(name)

    def _free_id(self, seed: str) -> str:
        """Make a short id that nothing has: among thousands two seeds may give the same letters."""
        name = _short_id(seed)
        while name in self._by_name:
            name = _short_id(name)
        return name


def _puts(make: Callable[P, T]) -> Callable[[Callable[[World, T], None]], Callable[Concatenate[World, P], T]]:
    """Let a method that puts a thing into the world take the fields of the thing instead."""

    def decorate(put: Callable[[World, T], None]) -> Callable[Concatenate[World, P], T]:
        @wraps(put)
        def add(world: World, *args: P.args, **fields: P.kwargs) -> T:
            thing = make(*args, **fields)
            put(world, thing)
            return thing

        return add

    return decorate


class World:
    """Every system that the emulator knows, with all that belongs to them.

    Ids that are not given are made from the order of adding, so that the same calls make the same
    world.
    """

    def __init__(self) -> None:
        self.systems = Shelf[System]("system")
        self.members = Shelf[Member]("member")
        self.groups = Shelf[Group]("group")
        self.switches: dict[str, Switch] = {}
        """By UUID in lower case with hyphens."""
        self.messages: dict[int, Message] = {}
        """By the id of the proxied message."""
        self._switches_made = 0
        self._by_account: dict[int, System] = {}
        self._by_token: dict[str, System] = {}

    @_puts(System)
    def add_system(self, system: System) -> None:
        """Add a system, given the fields of :class:`System` by keyword, and return it."""
        self.systems.add(system)
        self._by_account |= dict.fromkeys(system.accounts, system)
        if system.token is not None:
            self._by_token[system.token] = system

    @_puts(Member)
    def add_member(self, member: Member) -> None:
        """Add a member, given the fields of :class:`Member` by keyword, and return it."""
        self.members.add(member)
        member.number = self.members.made
        member.system.members.append(member)

    @_puts(Group)
    def add_group(self, group: Group) -> None:
        """Add a group, given the fields of :class:`Group` by keyword, and return it."""
        self.groups.add(group)
        group.system.groups.append(group)

    @_puts(Switch)
    def add_switch(self, switch: Switch) -> None:
        """Add a switch, given the fields of :class:`Switch` by keyword, and return it."""
        switch.uuid = switch.uuid or _uuid(f"switch {self._switches_made}")
        self._switches_made += 1
        self.switches[switch.uuid] = switch
        place(switch.system.switches, switch)

    @_puts(Message)
    def add_message(self, message: Message) -> None:
        """Add a proxied message, given the fields of :class:`Message` by keyword, and return it."""
        self.messages[message.id] = message

    def remove_member(self, member: Member) -> None:
        """Delete a member, and take it out of its groups, of every old switch and of what names it."""
        system = member.system
        self.members.remove(member)
        system.members.remove(member)
        for crowd in (*system.groups, *system.switches):
            if member in crowd.members:
                crowd.members.remove(member)
        for autoproxy in system.autoproxy.values():
            if autoproxy.member is member:
                autoproxy.member = None
        for message in self.messages.values():
            if message.member is member:
                message.member = None

    def remove_group(self, group: Group) -> None:
        """Delete a group; its members stay."""
        self.groups.remove(group)
        group.system.groups.remove(group)

    def remove_switch(self, switch: Switch) -> None:
        """Delete a switch."""
        del self.switches[switch.uuid]
        switch.system.switches.remove(switch)

    def move_switch(self, switch: Switch, at: datetime) -> None:
        """Change when a switch was."""
        switch.system.switches.remove(switch)
        switch.at = at
        place(switch.system.switches, switch)

    def find_by_token(self, token: str | None) -> System | None:
        """Return the system whose token this is. A wrong token is no error: it is nobody's."""
        return None if token is None else self._by_token.get(token)

    def find_by_account(self, account: int) -> System | None:
        """Return the system that a Discord account is linked to."""
        return self._by_account.get(account)

    def find_message(self, id_: int, now: datetime) -> Message | None:
        """Return a message by its id, or by its original's while that is remembered."""
        if id_ in self.messages:
            return self.messages[id_]
        since = now - ORIGINAL_KNOWN_FOR
        return next(
            (
                message
                for message in self.messages.values()
                if message.original == id_ and snowflake_time(message.id) > since
            ),
            None,
        )


def _short_id(seed: str) -> str:
    """Return six letters that follow from a seed."""
    return "".join(_ALPHABET[byte % len(_ALPHABET)] for byte in hashlib.sha256(seed.encode()).digest()[:6])


def _uuid(seed: str) -> str:
    """Return a UUID that follows from a seed and looks random."""
    return str(uuid.UUID(bytes=hashlib.sha256(seed.encode()).digest()[-16:], version=4))
