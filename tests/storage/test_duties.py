"""What one of several workers does for all of them."""

from __future__ import annotations

from collections.abc import Callable

from bot.storage.database import Database
from bot.storage.duties import Duties
from tests.storage.samples import Clock


async def test_one_has_a_duty_and_another_takes_it_over_when_that_one_is_gone(database: Database) -> None:
    clock = Clock()
    one, two = (Duties(database, name, clock, alone=False) for name in ("one", "two"))
    assert await one.take("watch", 150)
    assert not await two.take("watch", 150)
    assert await two.take("another", 150)
    clock.now += 100
    assert await one.take("watch", 150)
    clock.now += 149
    assert not await two.take("watch", 150)
    clock.now += 1
    assert await two.take("watch", 150)
    assert not await one.take("watch", 150)
    clock.now -= 10_000  # the clock was put back
    assert await one.take("watch", 150)
    await two.give_back("watch")  # it is not its own
    assert not await two.take("watch", 150)
    await one.give_back("watch")
    assert await two.take("watch", 150)


async def test_one_that_is_alone_has_every_duty_and_writes_nothing(
    database: Database, rows: Callable[[str], list[tuple[object, ...]]]
) -> None:
    one = Duties(database, "one", Clock(), alone=True)
    assert await one.take("watch", 150)
    await one.give_back("watch")
    assert rows("SELECT * FROM duties") == []
