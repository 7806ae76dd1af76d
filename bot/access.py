"""Rules of who may use a service in a server and where, as values."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum


class RuleKind(StrEnum):
    """What a row says of the role or the channel that it names."""

    ALLOWED_ROLE = "allowed role"
    DENIED_ROLE = "denied role"
    ALLOWED_CHANNEL = "allowed channel"


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules of a service. What is empty sets no rule."""

    allowed_roles: frozenset[int] = frozenset()
    """One of them is needed."""
    denied_roles: frozenset[int] = frozenset()
    """None of them may be there, whatever else is."""
    allowed_channels: frozenset[int] = frozenset()
    """Where it may be used; a thread counts as its parent."""

    def of(self, kind: RuleKind) -> frozenset[int]:
        """Return the roles or channels of a kind."""
        return {
            RuleKind.ALLOWED_ROLE: self.allowed_roles,
            RuleKind.DENIED_ROLE: self.denied_roles,
            RuleKind.ALLOWED_CHANNEL: self.allowed_channels,
        }[kind]

    def broken_by(self, roles: Collection[int], channels: Collection[int]) -> RuleKind | None:
        """Return the rule that refuses a member with these roles in these channels, None where none does.

        A thread is two channels here: itself and its parent.
        """
        if not self.denied_roles.isdisjoint(roles):
            return RuleKind.DENIED_ROLE
        if self.allowed_roles and self.allowed_roles.isdisjoint(roles):
            return RuleKind.ALLOWED_ROLE
        if self.allowed_channels and self.allowed_channels.isdisjoint(channels):
            return RuleKind.ALLOWED_CHANNEL
        return None
