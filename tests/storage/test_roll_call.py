"""Servers compared with a list of them that comes page by page."""

from __future__ import annotations

from array import array
from collections.abc import Callable

from hypothesis import given
from hypothesis import strategies as st

from bot.storage.database import Database
from bot.storage.guilds import Guilds
from bot.storage.places import be_known
from bot.storage.roll_call import Absent, RollCall
from bot.storage.schema import guilds as table
from tests.storage.samples import HARBOUR, VILLAGE, Clock

LATER, LAST = 1003, 1004


async def test_only_what_was_there_before_the_list_is_judged_by_it(
    database: Database, rows: Callable[[str], list[tuple[object, ...]]]
) -> None:
    clock = Clock()
    guilds = Guilds(database, clock)
    await guilds.arrive([HARBOUR])
    await guilds.arrive([VILLAGE])
    clock.now += 100
    call = RollCall(database, int(clock.now))
    await guilds.arrive([LATER])
    assert [*await call.present()] == [HARBOUR, VILLAGE]
    assert await call.leave([HARBOUR, LATER, 404], int(clock.now)) == 1
    assert await guilds.present() == {VILLAGE, LATER}
    await guilds.leave([VILLAGE])
    assert await call.arrive([HARBOUR, VILLAGE, 404]) == 0  # left since the list began
    clock.now += 100
    async with database.writing() as connection:
        await connection.execute(be_known(database, LAST))
    call = RollCall(database, int(clock.now))
    assert await call.arrive([HARBOUR, LATER, LAST, 404]) == 2
    assert await call.arrive([HARBOUR, LATER, LAST, 404]) == 0
    assert rows(
        "SELECT guild_id, joined_at - 1800000000, left_at FROM guilds WHERE guild_id > 0 ORDER BY 1"
    ) == [
        (HARBOUR, 0, None),
        (VILLAGE, 0, 1_800_000_100),
        (LATER, 100, None),
        (LAST, 200, None),
    ]


async def test_many_servers_are_read_and_left_in_parts(database: Database) -> None:
    clock = Clock()
    guilds = Guilds(database, clock)
    many = range(10_000, 14_500)
    async with database.writing() as connection:
        await connection.execute(table.insert(), [{"guild_id": guild_id} for guild_id in many])
    clock.now += 1
    call = RollCall(database, int(clock.now))
    assert await call.arrive(many) == len(many)
    clock.now += 1
    call = RollCall(database, int(clock.now))
    assert [*await call.present()] == [*many]
    assert await call.leave(many, int(clock.now)) == len(many)
    assert await guilds.present() == frozenset()


@given(st.sets(st.integers(1, 60)), st.sets(st.integers(1, 60)), st.integers(1, 7))
def test_what_a_list_lacks_is_found_however_it_is_paged(
    present: set[int], listed: set[int], size: int
) -> None:
    absent, ordered = Absent(array("q", sorted(present))), sorted(listed)
    for start in range(0, len(ordered), size):
        absent.note(ordered[start : start + size])
    assert [*absent.end()] == sorted(present - listed)
