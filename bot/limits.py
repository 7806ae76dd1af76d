"""How many jobs may be made in a server, as values.

Days begin at midnight, UTC. Every job counts that is taken, by a command or by a button, except one that
the upstream did not take.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bot.errors import UserError
from bot.services import Service

DAY = 24 * 3600
"""Seconds of a day."""


class LimitKind(StrEnum):
    """What is limited. The values are the names of the columns."""

    MEMBER_DAY = "member_day"
    MEMBER_AT_ONCE = "member_at_once"
    SERVER_DAY = "server_day"

    @property
    def words(self) -> str:
        """What it is called."""
        return _NAMES[self]


@dataclass(frozen=True, slots=True)
class Limits:
    """How many jobs of a service; None means any number."""

    member_day: int | None = None
    member_at_once: int | None = None
    server_day: int | None = None


@dataclass(frozen=True, slots=True)
class Made:
    """How many jobs of a service there are: of a member today and not over yet, and of all today."""

    member_day: int
    member_at_once: int
    server_day: int

    def reached(self, limits: Limits) -> LimitKind | None:
        """Return the limit at which nothing more may be made, None where there is none."""
        for kind in LimitKind:
            most: int | None = getattr(limits, kind.value)
            if most is not None and getattr(self, kind.value) >= most:
                return kind
        return None


class LimitReached(UserError):
    """A member or a server has made as many jobs as its administrators allow."""

    def __init__(self, service: Service, kind: LimitKind, most: int, ends_at: int) -> None:
        words = _WORDS[kind] if most else _NONE
        jobs = "job" if most == 1 else "jobs"
        super().__init__(words.format(service=service.label, most=most, jobs=jobs, ends_at=ends_at))


_NAMES = {
    LimitKind.MEMBER_DAY: "a member a day",
    LimitKind.MEMBER_AT_ONCE: "a member at once",
    LimitKind.SERVER_DAY: "the server a day",
}
_NONE = (
    "No {service} {jobs} may be made here: the limit is 0. Somebody with the permission Manage Server sets "
    "this in `/setup status`."
)
_ASK = "Somebody with the permission Manage Server sets this in `/setup status`."
_WORDS = {
    LimitKind.MEMBER_DAY: "A member may make {most} {service} {jobs} a day here, and yours are made. More "
    f"can be made <t:{{ends_at}}:R>; `/limits` shows what is left. {_ASK}",
    LimitKind.MEMBER_AT_ONCE: "A member may have {most} {service} {jobs} made at once here, and yours are at "
    f"work. Wait until one is done; `/limits` shows what is left. {_ASK}",
    LimitKind.SERVER_DAY: "This server may make {most} {service} {jobs} a day, and they are made. More "
    f"can be made <t:{{ends_at}}:R>; `/limits` shows what is left. {_ASK}",
}
