"""What is under way as several workers see it: one at a time, stopped from anywhere, in nobody's way."""

from __future__ import annotations

from bot.storage.database import Database
from bot.storage.errands import (
    LEASE_SECONDS,
    PRESS_SECONDS,
    ErrandKind,
    Underway,
    forget_press,
    is_under_way,
    press_once,
    stop_errand,
)
from bot.storage.passing import SLOW_SECONDS, forget_passed
from bot.storage.people import PersonalData
from tests.storage.samples import ADA, BEN, Clock


async def begin(
    database: Database, clock: Clock, user_id: int = ADA, *, instead: bool = False
) -> Underway | None:
    return await Underway.begin(database, user_id, ErrandKind.IMPORT, clock, instead=instead)


async def test_a_person_has_one_errand_of_a_kind_at_a_time_and_any_worker_stops_it(
    database: Database,
) -> None:
    clock = Clock()
    first = await begin(database, clock)
    assert first is not None
    assert await begin(database, clock) is None
    assert await begin(database, clock, BEN) is not None
    assert await Underway.begin(database, ADA, ErrandKind.COUNT, clock) is not None
    assert await is_under_way(database, ADA, ErrandKind.IMPORT, clock())
    assert await first.is_wanted()
    assert not await stop_errand(database, first.key, ErrandKind.IMPORT, clock(), BEN)
    assert not await stop_errand(database, first.key, ErrandKind.COUNT, clock())
    assert not await stop_errand(database, "0" * 16, ErrandKind.IMPORT, clock())
    assert await first.is_wanted()
    assert await stop_errand(database, first.key, ErrandKind.IMPORT, clock(), ADA)
    assert not await first.is_wanted()
    await first.end()
    assert not await is_under_way(database, ADA, ErrandKind.IMPORT, clock())
    assert await begin(database, clock) is not None


async def test_an_errand_that_shows_no_life_is_in_nobodys_way_after_its_lease(database: Database) -> None:
    clock = Clock()
    first = await begin(database, clock)
    assert first is not None
    for _ in range(5):
        clock.now += LEASE_SECONDS / 2
        assert await first.is_wanted()
        assert await forget_passed(database, clock()) == 0
        assert await begin(database, clock) is None
    clock.now += LEASE_SECONDS + 1
    assert not await is_under_way(database, ADA, ErrandKind.IMPORT, clock())
    assert not await stop_errand(database, first.key, ErrandKind.IMPORT, clock(), ADA)
    second = await begin(database, clock)
    assert second is not None
    assert not await first.is_wanted()
    await first.end()
    assert await second.is_wanted()
    third = await begin(database, clock, instead=True)
    assert third is not None
    assert not await second.is_wanted()
    clock.now -= 24 * 3600  # the clock is put back: what it wrote lies far ahead
    assert not await is_under_way(database, ADA, ErrandKind.IMPORT, clock())
    assert await begin(database, clock) is not None
    await PersonalData(database, ADA, clock).erase()
    assert not await third.is_wanted()


async def test_one_that_waited_for_long_goes_on_whenever_what_has_passed_is_removed(
    database: Database,
) -> None:
    clock = Clock()
    slow = await begin(database, clock)
    assert slow is not None
    clock.now += LEASE_SECONDS + SLOW_SECONDS - 1
    assert await forget_passed(database, clock()) == 0
    assert await slow.is_wanted()
    clock.now += LEASE_SECONDS + SLOW_SECONDS + 1
    assert await forget_passed(database, clock()) == 1
    assert not await slow.is_wanted()


async def test_a_button_is_pressed_once_for_a_day_or_until_that_failed(database: Database) -> None:
    clock = Clock()
    assert [await press_once(database, "a", clock()) for _ in range(2)] == [True, False]
    assert await press_once(database, "b", clock())
    await forget_press(database, "b")
    assert await press_once(database, "b", clock())
    clock.now += PRESS_SECONDS - 2
    assert await forget_passed(database, clock()) == 0
    clock.now += 2
    assert await forget_passed(database, clock()) == 2
    assert await press_once(database, "a", clock())
