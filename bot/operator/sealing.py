"""What is sealed with which key, and sealing it anew with the newest one."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass, field

from bot.crypto import Keyring, Place, key_id_of
from bot.errors import VaultError
from bot.storage.database import Database
from bot.storage.seals import CANARY, SEALED, Reader, Sealed, SealedColumn, read_sealed, replace_sealed

_AT_ONCE = 200
"""Rows in one transaction: a bot that serves beside us waits for some milliseconds at most."""
_NAMED = 10
"""Secrets that are named one by one."""
_PASSES = 10
"""How often to go through everything where rows are written meanwhile."""


@dataclass
class Survey:
    """What was found of the sealed secrets; the canary is none of them."""

    keys: Sequence[bytes]
    """The names of the keys that there are, newest first."""
    opening: Counter[bytes] = field(default_factory=Counter[bytes])
    """How many open, by the name of the key."""
    lost: list[str] = field(default_factory=list[str])
    """Where those are that no key opens."""
    canary: bytes = b""
    """The name of the key that opens the canary."""

    @property
    def total(self) -> int:
        """How many secrets there are."""
        return self.opening.total() + len(self.lost)

    @property
    def old(self) -> int:
        """How many still need a key that is not the newest, the canary among them."""
        return sum(self.opening[key] + (self.canary == key) for key in self.keys[1:])


async def survey(connection: Reader, keyring: Keyring) -> Survey:
    """Try to open everything; nothing is changed."""
    found = Survey(keyring.ids)
    for source in SEALED:
        async for batch in _batches(connection, source):
            for each in batch:
                _count(found, keyring, source, each)
    return found


def lost_lines(found: Survey) -> list[str]:
    """Return what to tell of the secrets that no key opens: nothing where there is none."""
    if not found.lost:
        return []
    head = (
        f"{len(found.lost)} of {found.total} secrets open with no key that is there. They stay as they "
        "are; put their key back behind the others, or have them entered anew:"
    )
    more = [f"  and {len(found.lost) - _NAMED} more"] if len(found.lost) > _NAMED else []
    return [head, *(f"  {where}" for where in found.lost[:_NAMED]), *more]


async def reseal(database: Database, keyring: Keyring) -> int:
    """Seal everything with the newest key that opens and is sealed with another; return how many.

    Every row opens at every moment with the keys of the ring. It can be broken off anywhere and begun
    anew. The canary comes last, and only once nothing else is left to do.
    """
    done, (*sources, canary) = 0, SEALED
    for _ in range(_PASSES):
        begun = 0
        for source in sources:
            tried, kept = await _pass(database, keyring, source)
            begun, done = begun + tried, done + kept
        if not begun:
            await _pass(database, keyring, canary)
            break
    return done


async def _pass(database: Database, keyring: Keyring, source: SealedColumn) -> tuple[int, int]:
    """Seal what needs it anew; return how much that was, and how much was not changed meanwhile."""
    tried = done = 0
    async with database.reading() as connection:
        async for batch in _batches(connection, source):
            changes = [(each, fresh) for each in batch if (fresh := _resealed(keyring, each))]
            if changes:
                tried += len(changes)
                done += await replace_sealed(database, source, changes)
    return tried, done


def _resealed(keyring: Keyring, each: Sealed) -> bytes | None:
    """Seal a secret anew; None where that is not needed, or where no key opens it."""
    if key_id_of(each.sealed) == keyring.ids[0]:
        return None
    try:
        return keyring.seal(keyring.open(each.sealed, _place(each)), _place(each))
    except VaultError:
        return None


def _count(found: Survey, keyring: Keyring, source: SealedColumn, each: Sealed) -> None:
    key = key_id_of(each.sealed) or b""
    try:
        keyring.open(each.sealed, _place(each))
    except VaultError:
        found.lost.append(f"{source.name}: server {each.guild_id}, owner {each.owner_id}, {each.service}")
        return
    if each.service == CANARY:
        found.canary = key
    else:
        found.opening[key] += 1


async def _batches(connection: Reader, source: SealedColumn) -> AsyncGenerator[Sequence[Sealed]]:
    batch = await read_sealed(connection, source, most=_AT_ONCE)
    while batch:
        yield batch
        batch = await read_sealed(connection, source, most=_AT_ONCE, after=batch[-1])


def _place(each: Sealed) -> Place:
    return Place(each.guild_id, each.owner_id, each.service)
