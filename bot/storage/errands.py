"""What takes a while and that its person can stop, whichever worker is at it.

Of each kind a person has one at a time. Whoever is at it asks at each step whether it is still wanted, and
that renews its lease; one whose worker died stands in nobody's way for longer than a lease lasts.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from enum import StrEnum
from typing import Self

from sqlalchemy import ColumnElement, and_, delete, or_, select, update

from bot.storage.database import Database
from bot.storage.schema import errands, presses

LEASE_SECONDS = 60
"""How long an errand counts as under way without a sign of life."""
_RENEWED_EVERY = LEASE_SECONDS // 3
PRESS_SECONDS = 24 * 60 * 60
"""How long it is known that a button was pressed."""


class ErrandKind(StrEnum):
    """What kinds there are."""

    COUNT = "count"
    IMPORT = "import"


class Underway:
    """One errand that is under way here; :meth:`begin` begins it."""

    def __init__(
        self, database: Database, user_id: int, kind: ErrandKind, clock: Callable[[], float], key: str
    ) -> None:
        self.key = key
        """Names it in the id of the button that stops it."""
        self._database = database
        self._clock = clock
        self._renewed_at = clock()
        self._row = {"user_id": user_id, "kind": kind.value, "key": key}

    @classmethod
    async def begin(
        cls,
        database: Database,
        user_id: int,
        kind: ErrandKind,
        clock: Callable[[], float],
        *,
        instead: bool = False,
    ) -> Self | None:
        """Begin one; None where another of the person's is under way.

        ``instead``: such another one has to end for this one.
        """
        errand = cls(database, user_id, kind, clock, secrets.token_hex(8))
        now = int(clock())
        values = {"key": errand.key, "stopped": 0, "lease_until": now + LEASE_SECONDS}
        row = database.insert(errands).values(user_id=user_id, kind=kind.value, **values)
        taken = row.on_conflict_do_update(
            index_elements=["user_id", "kind"], set_=values, where=None if instead else _is_dead(now)
        )
        async with database.writing() as connection:
            done = await connection.execute(taken)
        return errand if done.rowcount > 0 else None

    async def is_wanted(self) -> bool:
        """Say whether to go on: nobody stopped it, forgot it, or began another in its place."""
        wanted = and_(self._is_it(), errands.c.stopped == 0)
        now = self._clock()
        if 0 <= now - self._renewed_at < _RENEWED_EVERY:
            query = select(errands.c.key).where(wanted)
            async with self._database.reading() as connection:
                return (await connection.execute(query)).first() is not None
        renewed = update(errands).where(wanted).values(lease_until=int(now) + LEASE_SECONDS)
        async with self._database.writing() as connection:
            done = await connection.execute(renewed)
        self._renewed_at = now
        return done.rowcount > 0

    async def end(self) -> None:
        """Note that it is over."""
        async with self._database.writing() as connection:
            await connection.execute(delete(errands).where(self._is_it()))

    def _is_it(self) -> ColumnElement[bool]:
        return and_(*(errands.c[name] == value for name, value in self._row.items()))


async def is_under_way(database: Database, user_id: int, kind: ErrandKind, now: float) -> bool:
    """Say whether somebody is at an errand of a person's."""
    own = and_(errands.c.user_id == user_id, errands.c.kind == kind.value)
    query = select(errands.c.key).where(own, ~_is_dead(int(now)))
    async with database.reading() as connection:
        return (await connection.execute(query)).first() is not None


async def stop_errand(
    database: Database, key: str, kind: ErrandKind, now: float, user_id: int | None = None
) -> bool:
    """Have an errand end at its next step; return whether somebody is at it, for a person where given."""
    which = [errands.c.key == key, errands.c.kind == kind.value]
    if user_id is not None:
        which.append(errands.c.user_id == user_id)
    stopped = update(errands).where(*which).values(stopped=1)
    async with database.writing() as connection:
        done = await connection.execute(stopped.returning(_is_dead(int(now))))
        return any(not is_dead for is_dead in done.scalars())


async def press_once(database: Database, key: str, now: float) -> bool:
    """Note that a button is pressed that may be pressed once; return whether this is the first time."""
    row = database.insert(presses).values(key=key, expires_at=int(now) + PRESS_SECONDS)
    async with database.writing() as connection:
        return (await connection.execute(row.on_conflict_do_nothing())).rowcount > 0


async def forget_press(database: Database, key: str) -> None:
    """Let a button be pressed once more."""
    async with database.writing() as connection:
        await connection.execute(delete(presses).where(presses.c.key == key))


def _is_dead(now: int) -> ColumnElement[bool]:
    """Choose what nobody is at; a time beyond what can be right was written before the clock was put back."""
    return or_(errands.c.lease_until <= now, errands.c.lease_until > now + 2 * LEASE_SECONDS)
