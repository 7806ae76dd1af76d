"""Every column that holds something sealed, so that all of it can be sealed anew with another key.

A column of bytes belongs into :data:`SEALED` or, where it holds no secret, into the list of its test:
what is forgotten here could not be opened any more once an old key is dropped.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from sqlalchemy import Column, ColumnElement, Text, and_, literal, select, true, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.services import Provider
from bot.storage.database import Database
from bot.storage.schema import credentials, drafts, facts, jobs, owed_answers, unsettled_users

ANSWER = "answer"
"""What the tokens of answers are sealed as."""
OWED = "owed answer"
"""The same for interactions that are still being answered, each to its own id."""
DRAFT = "draft of "
"""What drafts are sealed as, with their kind behind it."""
CANARY = "canary"
"""The name of the fact that tells whether a key is the right one, and what it is sealed as."""


@dataclass(frozen=True, slots=True)
class SealedColumn:
    """A column with sealed secrets, and what says where each of them belongs."""

    column: Column[Any]
    guild_id: Column[Any] | int
    owner_id: Column[Any] | int
    service: ColumnElement[Any] | str
    only: ColumnElement[bool] = field(default_factory=true)
    """Which of the rows."""

    @property
    def name(self) -> str:
        """How to name it to an operator."""
        return self.column.table.name


SEALED: Sequence[SealedColumn] = (
    SealedColumn(credentials.c.sealed, credentials.c.guild_id, credentials.c.owner_id, credentials.c.service),
    SealedColumn(
        unsettled_users.c.sealed,
        unsettled_users.c.guild_id,
        unsettled_users.c.owner_id,
        Provider.PIXELA.value,
    ),
    SealedColumn(jobs.c.reply_token, jobs.c.guild_id, jobs.c.user_id, ANSWER),
    SealedColumn(owed_answers.c.sealed, 0, owed_answers.c.id, OWED),
    SealedColumn(
        drafts.c.sealed, drafts.c.guild_id, drafts.c.user_id, literal(DRAFT, Text).concat(drafts.c.kind)
    ),
    SealedColumn(facts.c.value, 0, 0, CANARY, only=facts.c.name == CANARY),
)
"""The canary comes last: as long as anything needs an old key, so does the start."""


@dataclass(frozen=True, slots=True)
class Sealed:
    """One sealed secret, and where it belongs."""

    row: tuple[Any, ...]
    """The primary key."""
    guild_id: int
    owner_id: int
    service: str
    sealed: bytes = field(repr=False)


Reader: TypeAlias = AsyncConnection
"""What reads come from."""


async def read_sealed(
    connection: Reader, source: SealedColumn, *, most: int, after: Sealed | None = None
) -> Sequence[Sealed]:
    """Return what is sealed in a column: so many, in an order that stays, from the first or ``after`` one."""
    key = _key(source)
    place = [_value(part) for part in (source.guild_id, source.owner_id, source.service)]
    query = select(*key, *place, source.column).where(source.only, source.column.is_not(None))
    if after is not None:
        last = (literal(value, column.type) for value, column in zip(after.row, key, strict=True))
        query = query.where(tuple_(*key) > tuple_(*last))
    rows = await connection.execute(query.order_by(*key).limit(most))
    return [_read(tuple(row)) for row in rows]


async def replace_sealed(
    database: Database, source: SealedColumn, changes: Sequence[tuple[Sealed, bytes]]
) -> int:
    """Put other seals in place of those that were read, in one transaction; return how many.

    What was changed or removed since it was read is left as it is.
    """
    key, column, done = _key(source), source.column, 0
    async with database.writing() as connection:
        for read, fresh in changes:
            same = and_(*(each == value for each, value in zip(key, read.row, strict=True)))
            statement = update(column.table).where(same, column == read.sealed)
            done += (await connection.execute(statement.values({column: fresh}))).rowcount
    return done


def _key(source: SealedColumn) -> Sequence[Column[Any]]:
    return [*source.column.table.primary_key.columns]


def _read(row: tuple[Any, ...]) -> Sealed:
    *key, guild_id, owner_id, service, sealed = row
    return Sealed(tuple(key), guild_id, owner_id, service, sealed)


def _value(part: ColumnElement[Any] | int | str) -> ColumnElement[Any]:
    return part if isinstance(part, ColumnElement) else literal(part)
