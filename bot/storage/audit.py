"""Who changed which secret and when. Never the secret."""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import Insert

from bot.services import Provider
from bot.storage.schema import audit


class Action(StrEnum):
    """What was done to a secret."""

    CONNECTED = "connected"
    """The server's key was set or replaced."""
    DISCONNECTED = "disconnected"
    """The server's key was removed."""
    CREATED = "created"
    """A member made an upstream user here, whose credential is kept."""
    LINKED = "linked"
    """A member's own credential was set or replaced."""
    UNLINKED = "unlinked"
    """A member's own credential was removed."""
    ERASED = "erased"
    """A person asked for all of their data to be removed; the row has no actor."""


def audit_entry(guild_id: int, actor_id: int | None, action: Action, service: Provider, at: int) -> Insert:
    """Make the row, to be written in the transaction of the change itself. ``at``: seconds since 1970."""
    return audit.insert().values(
        guild_id=guild_id, actor_id=actor_id, action=action.value, service=service.value, at=at
    )
