"""Who is at the front since when, and what was before, by the owner and by anybody."""

from datetime import datetime

import pytest

from bot.api.pluralkit import ME, Code
from bot.api.pluralkit.sights import FrontSight, see_front, see_history
from bot.errors import Forbidden
from bot.sandbox.pluralkit.entities import Member
from tests.api.desk import Desk, golden
from tests.api.pluralkit_desk import Harbour, ago, client


@pytest.fixture
def crew(harbour: Harbour) -> list[Member]:
    """Give the members of a system that never switched."""
    harbour.forget_switches()
    return harbour.system.members


async def front(harbour: Harbour) -> FrontSight:
    return await see_front(harbour.anybody(), harbour.system.id)


async def test_each_is_at_the_front_since_the_first_switch_without_a_break(
    harbour: Harbour, crew: list[Member]
) -> None:
    wren, tam, pilot = crew[:3]
    for minutes, there in ((90, [wren, pilot]), (60, [tam]), (40, [tam, wren]), (20, [pilot, wren, tam])):
        harbour.switched(minutes, *there)
    sight = await front(harbour)
    assert sight.front is not None
    assert [each.id for each in sight.front.members] == [pilot.id, wren.id, tam.id]
    assert sight.since == {pilot.id: ago(20), wren.id: ago(40), tam.id: ago(60)}
    assert (sight.unfinished, sight.history_hidden) == (set(), False)


async def test_who_was_there_from_the_first_switch_on_is_not_unfinished(
    harbour: Harbour, crew: list[Member]
) -> None:
    harbour.switched(60, crew[0])
    harbour.switched(20, crew[0], crew[1])
    sight = await front(harbour)
    assert sight.since == {crew[0].id: ago(60), crew[1].id: ago(20)}
    assert sight.unfinished == set()


@pytest.mark.parametrize(("switches", "unfinished"), [(499, False), (500, True), (620, True)])
async def test_who_was_there_longer_than_is_looked_back_is_unfinished(
    harbour: Harbour, crew: list[Member], switches: int, *, unfinished: bool
) -> None:
    for number in range(switches):
        harbour.switched(number + 1, crew[0], crew[1 + number % 2])
    sight = await front(harbour)
    assert sight.since == {crew[0].id: ago(min(switches, 500)), crew[1].id: ago(1)}
    assert sight.unfinished == ({crew[0].id} if unfinished else set())


async def test_no_further_is_looked_back_than_is_needed(harbour: Harbour, crew: list[Member]) -> None:
    for number in range(450):
        harbour.switched(number + 1, crew[number % 2])
    assert (await front(harbour)).since == {crew[0].id: ago(1)}
    assert harbour.emulator.count("GET", "*/switches") == 1


@pytest.mark.parametrize("switched_out", [False, True], ids=["no switch ever", "switched out"])
async def test_where_nobody_is_at_the_front_nothing_is_looked_back(
    harbour: Harbour, crew: list[Member], *, switched_out: bool
) -> None:
    if switched_out:
        harbour.switched(60, crew[0])
        harbour.switched(20)
    sight = await front(harbour)
    assert (sight.front is not None) is switched_out
    assert (sight.since, sight.unfinished, sight.history_hidden) == ({}, set(), False)
    assert harbour.emulator.count("GET", "*/switches") == 0


async def test_where_the_history_is_private_only_the_last_switch_counts(
    harbour: Harbour, crew: list[Member]
) -> None:
    harbour.system.private.add("front_history_privacy")
    harbour.switched(60, crew[0])
    harbour.switched(20, crew[0])
    theirs = await front(harbour)
    assert (theirs.since, theirs.unfinished) == ({crew[0].id: ago(20)}, {crew[0].id})
    assert theirs.history_hidden
    mine = await see_front(harbour.own(), ME)
    assert (mine.since, mine.unfinished, mine.history_hidden) == ({crew[0].id: ago(60)}, set(), False)


async def test_a_front_that_is_private_is_said_so(harbour: Harbour, crew: list[Member]) -> None:
    harbour.switched(20, crew[0])
    harbour.system.private.add("front_privacy")
    with pytest.raises(Forbidden) as caught:
        await front(harbour)
    assert caught.value.code == Code.FRONT_HIDDEN
    assert (await see_front(harbour.own(), ME)).since == {crew[0].id: ago(20)}


async def test_a_switch_to_come_is_the_front_already(harbour: Harbour, crew: list[Member]) -> None:
    harbour.switched(60, crew[0])
    harbour.switched(-30, crew[0], crew[1])
    assert (await front(harbour)).since == {crew[0].id: ago(60), crew[1].id: ago(-30)}


async def test_a_deleted_member_neither_stays_nor_breaks_the_stay_of_others(
    harbour: Harbour, crew: list[Member]
) -> None:
    gone, wren = crew[:2]
    harbour.switched(60, wren)
    harbour.switched(40, gone, wren)
    harbour.switched(20, gone, wren)
    harbour.emulator.world.remove_member(gone)
    assert (await front(harbour)).since == {wren.id: ago(60)}
    harbour.switched(10)
    assert (await front(harbour)).since == {}


async def test_another_refusal_does_not_pass_for_a_private_history(desk: Desk) -> None:
    desk.shop.fail(status=200, body=golden("pluralkit", "system_public"), path="/systems/hrbrla")
    desk.shop.fail(status=200, body=golden("pluralkit", "fronters_public"), path="*/fronters")
    desk.shop.fail(status=403, body=golden("pluralkit", "error_403"), path="*/switches")
    with pytest.raises(Forbidden):
        await see_front(client(desk), "hrbrla")


@pytest.mark.parametrize(
    ("before", "length", "minutes", "has_older"),
    [
        (None, 2, [1, 2], True),
        (None, 4, [1, 2, 3, 4], True),
        (None, 5, [1, 2, 3, 4, 5], False),
        (None, 9, [1, 2, 3, 4, 5], False),
        (ago(3), 2, [4, 5], False),
        (ago(2), 1, [3], True),
        (ago(5), 2, [], False),
    ],
)
async def test_a_history_is_seen_page_by_page(
    harbour: Harbour,
    crew: list[Member],
    before: datetime | None,
    length: int,
    minutes: list[int],
    *,
    has_older: bool,
) -> None:
    for number in range(1, 6):
        harbour.switched(number, crew[number])
    page = await see_history(harbour.anybody(), harbour.system.id, before=before, length=length)
    assert [each.timestamp for each in page.switches] == [ago(each) for each in minutes]
    assert [[*each.members] for each in page.switches] == [[crew[each].id] for each in minutes]
    assert page.has_older is has_older
    assert (page.system.id, page.names.list_hidden) == (harbour.system.id, False)


async def test_a_history_whose_names_are_private_has_ids_alone(harbour: Harbour) -> None:
    harbour.system.private.add("member_list_privacy")
    page = await see_history(harbour.anybody(), harbour.system.id, before=None, length=3)
    assert (len(page.switches), page.names.list_hidden, page.names.by_id) == (3, True, {})


async def test_a_history_that_is_private_is_said_so(harbour: Harbour) -> None:
    harbour.system.private.add("front_history_privacy")
    with pytest.raises(Forbidden) as caught:
        await see_history(harbour.anybody(), harbour.system.id, before=None, length=3)
    assert caught.value.code == Code.HISTORY_HIDDEN
    assert (await see_history(harbour.own(), ME, before=None, length=3)).switches
