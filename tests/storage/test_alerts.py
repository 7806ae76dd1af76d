"""What is wrong is told once when it begins and once when it is over."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace

from bot.services import Provider
from bot.storage.alerts import Alert, AlertBook, AlertDesk, AlertKind, News
from bot.storage.audit import Action
from bot.storage.channels import ChannelBook
from bot.storage.credentials import Credentials
from bot.storage.database import Database
from bot.storage.guilds import Guilds
from tests.storage.samples import ADA, BEN, HARBOUR, VILLAGE, Clock, credential

Rows = Callable[[str], list[tuple[object, ...]]]
KEY, ACCOUNT, SERVICE = AlertKind.KEY, AlertKind.ACCOUNT, AlertKind.SERVICE
CHANNEL = 3001
LOST = Alert(KEY, "useapi:lost", 5)


async def watch(database: Database, clock: Clock, *guild_ids: int) -> AlertDesk:
    """Let servers choose a channel for their alerts."""
    for guild_id in guild_ids:
        await ChannelBook(database, guild_id, clock).choose_alerts(CHANNEL, ADA)
    return AlertDesk(database, clock)


def told(rows: Rows) -> list[tuple[object, News]]:
    """Return what servers are to be told."""
    found = rows("SELECT guild_id, body FROM notices WHERE body IS NOT NULL ORDER BY id")
    return [(guild_id, News.from_json(str(body))) for guild_id, body in found]


async def test_what_begins_and_what_is_over_is_told_once_each(database: Database, rows: Rows) -> None:
    clock = Clock()
    desk = await watch(database, clock, HARBOUR, VILLAGE)
    among = [HARBOUR, VILLAGE]
    for _ in range(2):  # another worker, or the same after a restart
        await desk.settle(KEY, {HARBOUR: {"useapi:lost": 5}}, among=among)
    began = clock.now
    assert told(rows) == [(HARBOUR, News(LOST, over=False, at=int(began)))]
    assert await AlertBook(database, HARBOUR).standing() == [LOST]
    assert await AlertBook(database, VILLAGE).standing() == []
    await desk.settle(SERVICE, {}, among=among)  # another kind
    await desk.settle(KEY, {}, among=[VILLAGE])  # another server
    assert await desk.known(KEY) == {HARBOUR: {"useapi:lost"}}
    clock.now += 60
    for _ in range(2):
        await desk.settle(KEY, {}, among=among)
    assert told(rows)[1:] == [(HARBOUR, News(LOST, over=True, at=int(clock.now)))]
    assert await desk.known(KEY) == {}


async def test_two_workers_that_see_the_same_tell_it_once(database: Database, rows: Rows) -> None:
    clock = Clock()
    desk = await watch(database, clock, HARBOUR)
    other = AlertDesk(database, clock)
    for found, count in ((True, 1), (False, 2)):
        wrong = {HARBOUR: {"pixela": 5}} if found else {}
        await asyncio.gather(*(each.settle(SERVICE, wrong, among=[HARBOUR]) for each in (desk, other)))
        assert len(told(rows)) == count


async def test_a_server_that_is_looked_at_twice_is_told_once(database: Database, rows: Rows) -> None:
    desk = await watch(database, Clock(), HARBOUR)
    for wrong in ({HARBOUR: {"pixela": 5}}, {}):
        before = len(told(rows))
        await desk.settle(SERVICE, wrong, among=[HARBOUR, HARBOUR])
        assert len(told(rows)) == before + 1


async def test_servers_that_chose_no_channel_or_removed_the_app_are_not_told(
    database: Database, rows: Rows
) -> None:
    clock = Clock()
    desk = await watch(database, clock, HARBOUR, VILLAGE)
    await desk.settle(SERVICE, {VILLAGE: {"pixela": 5}}, among=[VILLAGE])
    await ChannelBook(database, VILLAGE, clock).choose_alerts(None, ADA)
    assert await AlertBook(database, VILLAGE).standing() == []  # nobody would ever say that it is over
    await Guilds(database, clock).leave([HARBOUR])
    assert await desk.watched() == frozenset()
    before = told(rows)
    await desk.settle(KEY, {HARBOUR: {"useapi:": 5}, VILLAGE: {"useapi:": 5}}, among=[HARBOUR, VILLAGE])
    assert told(rows) == before
    # The channel was taken away by another worker while this one had found that it was over.
    await Guilds(database, clock).arrive([HARBOUR])
    await desk.settle(KEY, {HARBOUR: {"useapi:": 5}}, among=[HARBOUR])
    before = told(rows)
    async with database.writing() as connection:
        await connection.exec_driver_sql("UPDATE guilds SET alert_channel = NULL")
    await desk.settle(KEY, {}, among=[HARBOUR])
    assert told(rows) == before


async def test_the_servers_own_keys_that_were_refused_are_found(database: Database) -> None:
    clock = Clock()
    desk = await watch(database, clock, HARBOUR, VILLAGE)
    assert await desk.connected() == frozenset()
    keys = Credentials(database, HARBOUR, clock)
    main, spare = credential(), replace(credential(sealed=b"spare"), name="spare")
    theirs = credential(owner_id=BEN, service=Provider.PIXELA)
    for each in (main, spare, theirs):
        await keys.put(each, Action.CONNECTED)
    assert await desk.connected() == {HARBOUR}
    assert await desk.refused_keys() == {}
    await keys.note_failure(spare, "Unauthorised", refused=True)
    await keys.note_failure(theirs, "Unauthorised", refused=True)
    await keys.note_failure(main, "Unreachable", refused=False)
    assert await desk.refused_keys() == {HARBOUR: {"useapi:spare": int(clock.now)}}
    await keys.note_success(spare)
    assert await desk.refused_keys() == {}


async def test_what_concerns_useapi_is_let_be_where_no_key_of_it_is_left(
    database: Database, rows: Rows
) -> None:
    clock = Clock()
    desk = await watch(database, clock, HARBOUR, VILLAGE)
    await Credentials(database, VILLAGE, clock).put(credential(VILLAGE), Action.CONNECTED)
    await desk.drop_unconnected()
    for guild_id in (HARBOUR, VILLAGE):
        await desk.settle(ACCOUNT, {guild_id: {"23": 5}}, among=[guild_id])
        await desk.settle(SERVICE, {guild_id: {"useapi": 5, "pixela": 5}}, among=[guild_id])
        await desk.settle(KEY, {guild_id: {"useapi:": 5}}, among=[guild_id])
    before = told(rows)
    await desk.drop_unconnected()
    left = [(alert.kind, alert.subject) for alert in await AlertBook(database, HARBOUR).standing()]
    assert left == [(KEY, "useapi:"), (SERVICE, "pixela")]
    assert len(await AlertBook(database, VILLAGE).standing()) == 4
    assert told(rows) == before
