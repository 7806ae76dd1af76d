"""Rows and a clock for the tests of the stores."""

from __future__ import annotations

from dataclasses import dataclass

from bot.services import Provider
from bot.storage.credentials import SERVER, Credential

HARBOUR, VILLAGE = 1001, 1002
"""Two servers."""
ADA, BEN = 2001, 2002
"""Two people."""


@dataclass
class Clock:
    """A clock that stands until it is set."""

    now: float = 1_800_000_000.75

    def __call__(self) -> float:
        """Return seconds since 1970."""
        return self.now


def credential(
    guild_id: int = HARBOUR,
    owner_id: int = SERVER,
    service: Provider = Provider.USEAPI,
    *,
    sealed: bytes = b"sealed",
    everywhere: bool = False,
    set_by: int = ADA,
) -> Credential:
    """Return a credential as it is when it was just set."""
    return Credential(
        guild_id=guild_id,
        owner_id=owner_id,
        service=service,
        sealed=sealed,
        hint="7f3a",
        account=None,
        everywhere=everywhere,
        set_by=set_by,
        set_at=1_800_000_000,
        succeeded_at=1_800_000_000,
    )
