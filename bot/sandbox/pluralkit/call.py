"""One request that the front server has let pass, and the pages that answer it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeAlias, TypeVar

from bot.sandbox.pluralkit.documented import Documented
from bot.sandbox.pluralkit.entities import Group, Member, Switch, System
from bot.sandbox.pluralkit.errors import failed, refused
from bot.sandbox.pluralkit.references import as_snowflake
from bot.sandbox.pluralkit.world import World
from bot.sandbox.upstream import JSON

Tell: TypeAlias = Callable[[System, str, str | None, JSON], None]
"""Takes a system whose webhook is to hear of something, the event's type, its subject's id, its data."""


@dataclass(frozen=True, slots=True)
class SwitchOf:
    """A switch, and the system under whose path it was asked for."""

    system: System
    switch: Switch


S = TypeVar("S", System, Member, Group, SwitchOf, None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Call(Generic[S]):
    """One request: what its path names, who asks, and what else it says."""

    name: str
    """Method and path, for complaints."""
    subject: S
    caller: System | None
    """The system whose token came with it; None: nobody's."""
    world: World
    now: datetime
    path: Mapping[str, str]
    query: Mapping[str, str]
    content_type: str
    body: bytes
    documented: Documented
    complain: Callable[[str], None]
    tell: Tell

    @property
    def owner(self) -> System | None:
        """The system that owns what the path names; None: the path names nothing."""
        match self.subject:
            case Member() | Group() | SwitchOf():
                return self.subject.system
            case subject:
                return subject

    @property
    def own(self) -> bool:
        """Whether the caller owns what the path names."""
        return self.caller is not None and self.caller is self.owner

    def demand_own(self) -> None:
        """Refuse whoever does not own what the path names. Raises :class:`RefusalError`."""
        match self.subject:
            case Member():
                self.demand_token()
                refusal = refused(30006)
            case Group():
                self.demand_token()
                refusal = refused(30007)
            case _:
                refusal = failed(403)
        if not self.own:
            raise refusal

    def demand_token(self) -> System:
        """Return the system that asks. Raises :class:`RefusalError` where that is nobody."""
        if self.caller is None:
            raise failed(401)
        return self.caller

    @property
    def system_everywhere(self) -> bool:
        """Whether members and groups name their system in lists too."""
        return not self.documented.system_on_single_get


@dataclass(frozen=True, slots=True)
class Page(Generic[S]):
    """One route. ``path`` stands under the API's mount.

    ``answer`` returns the JSON of a 200, or None for a 204, or raises :class:`RefusalError` in the
    vendor's order of checks.
    """

    path: str
    answer: Callable[[Call[S]], JSON]
    query: frozenset[str] = frozenset()
    """The query keys that it knows."""
    front: bool = False
    """Whether the front server answers by itself, without the inner one."""
    method: str = "GET"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pages:
    """Pages that belong together, by what their paths name."""

    systems: tuple[Page[System], ...] = ()
    switches: tuple[Page[SwitchOf], ...] = ()
    members: tuple[Page[Member], ...] = ()
    groups: tuple[Page[Group], ...] = ()
    nothing: tuple[Page[None], ...] = ()


def see(call: Call[S], *, hidden: bool, code: int) -> None:
    """Refuse with ``code`` what is hidden from all but its owner."""
    if hidden and not call.own:
        raise refused(code)


def number(text: str) -> int:
    """Read a Discord id. Raises :class:`RefusalError`."""
    found = as_snowflake(text)
    if found is None:
        raise failed(400)
    return found


def autoproxied_guild(call: Call[System]) -> int:
    """Return the guild whose autoproxy is asked for; channels have none yet."""
    if "guild_id" not in call.query or "channel_id" in call.query:
        raise refused(50001)
    return number(call.query["guild_id"])
