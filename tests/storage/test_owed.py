"""Answers that are owed: held by who answers, claimed by another where that one is gone."""

from __future__ import annotations

from collections.abc import Callable

from bot.storage.database import Database
from bot.storage.leases import LEASE_SECONDS
from bot.storage.owed import OwedAnswers
from tests.storage.samples import Clock

Rows = Callable[[str], list[tuple[object, ...]]]
ALL = "SELECT id, doubtful, lease_by, fence FROM owed_answers ORDER BY id"


async def test_whoever_answers_holds_it_until_that_is_done_and_another_claims_what_is_left(
    database: Database, rows: Rows
) -> None:
    clock = Clock()
    one, two = (OwedAnswers(database, name, clock) for name in ("one", "two"))
    end = int(clock.now) + 800
    for number in (7, 8):
        await one.owe(number, b"sealed", end)
    assert await two.claim(10) == []
    clock.now += LEASE_SECONDS - 1
    await one.renew([7, 8])
    clock.now += LEASE_SECONDS - 1
    await two.settle([7])  # it is not its own
    await one.settle([7])
    assert await two.claim(10) == []
    clock.now += 1
    [owed] = await two.claim(10)
    assert (owed.id, owed.sealed, owed.expires_at, owed.doubtful) == (8, b"sealed", end, 0)
    assert "sealed'" not in repr(owed)
    await one.renew([8])  # it was thought dead, and has it no longer
    await one.settle([8])
    assert rows(ALL) == [(8, 0, "two", 2)]
    await one.owe(8, b"sealed", end)  # it says anew that it is alive
    await two.end(owed)
    assert rows(ALL) == [(8, 0, "one", 3)]
    assert await two.is_any()
    await one.settle([8])
    assert rows(ALL) == []
    assert not await two.is_any()


async def test_what_somebody_else_may_be_answering_is_looked_after_once_that_one_had_the_time(
    database: Database, rows: Rows
) -> None:
    clock = Clock()
    one, two = (OwedAnswers(database, name, clock) for name in ("one", "two"))
    end = int(clock.now) + 800
    await two.doubt(7, b"sealed", end)
    await one.doubt(7, b"another", end)
    await one.owe(8, b"sealed", end)
    await two.doubt(8, b"sealed", end)
    assert rows(ALL) == [(7, 1, None, 0), (8, 0, "one", 1)]
    assert await two.claim(10) == []
    clock.now += LEASE_SECONDS
    claimed = await two.claim(1)
    assert [owed.doubtful for owed in [*claimed, *await one.claim(10)]] == [1, 0]
    await two.end(claimed[0])
    assert [row[0] for row in rows(ALL)] == [8]
    await one.take_over()
    assert [owed.id for owed in await two.claim(10)] == [8]
    await two.purge()
    assert [row[0] for row in rows(ALL)] == [8]
    clock.now = end
    await two.purge()
    assert rows(ALL) == []
