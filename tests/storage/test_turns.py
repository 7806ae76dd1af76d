"""Writers of one process queue up, so that none of them waits for those who came after it."""

from __future__ import annotations

import asyncio

import pytest

from bot.storage.database import Database

WRITERS = 60


@pytest.mark.sqlite("its one lock; elsewhere nobody waits for a turn")
async def test_writers_have_their_turn_in_the_order_in_which_they_came(database: Database) -> None:
    order: list[int] = []

    async def write(number: int) -> None:
        async with database.writing():
            order.append(number)

    await asyncio.gather(*(write(number) for number in range(WRITERS)))
    assert order == [*range(WRITERS)]
