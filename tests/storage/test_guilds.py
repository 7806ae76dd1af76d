from __future__ import annotations

from collections.abc import Callable, Sequence

from bot.services import Provider
from bot.shards import Shards
from bot.storage.audit import Action, AuditBook, Entry
from bot.storage.credentials import SERVER, Credentials
from bot.storage.database import Database
from bot.storage.guilds import GRACE, Guilds
from bot.storage.schema import NOWHERE
from bot.storage.schema import guilds as table
from bot.storage.unsettled import Unsettled
from tests.storage.samples import ADA, BEN, HARBOUR, VILLAGE, Clock, ask, credential, work_queue

Rows = Callable[[str], list[tuple[object, ...]]]
NOW = 1_800_000_000


async def test_servers_that_arrived_are_present_and_nowhere_is_none_of_them(database: Database) -> None:
    guilds = Guilds(database, Clock())
    assert await guilds.present() == frozenset()
    await guilds.arrive([HARBOUR])
    await guilds.arrive([VILLAGE])
    assert await guilds.present() == {HARBOUR, VILLAGE}
    await guilds.leave([HARBOUR])
    assert await guilds.present() == {VILLAGE}


async def test_a_process_with_some_of_the_shards_is_told_of_the_servers_on_those(database: Database) -> None:
    guilds = Guilds(database, Clock())
    servers = [(number << 22) + 5 for number in range(262_144_000_000, 262_144_000_008)]
    for guild_id in servers:
        await guilds.arrive([guild_id])
    for ids in ([0, 1], [3], range(4)):
        shards = Shards(4, ids)
        assert await guilds.present(shards) == {each for each in servers if shards.have(each)}


async def test_a_server_keeps_the_day_it_joined_when_it_is_seen_again(database: Database, rows: Rows) -> None:
    clock = Clock()
    guilds = Guilds(database, clock)
    await guilds.arrive([HARBOUR])
    clock.now += 100
    await guilds.arrive([HARBOUR])
    await guilds.leave([HARBOUR])
    await guilds.arrive([HARBOUR])
    assert rows("SELECT * FROM guilds") == [
        (NOWHERE, 0, None, 0, "", None, None),
        (HARBOUR, NOW, None, 0, "", None, None),
    ]


async def test_a_server_that_is_gone_keeps_the_time_when_it_was_first_missed(
    database: Database, rows: Rows
) -> None:
    clock = Clock()
    guilds = Guilds(database, clock)
    await guilds.arrive([HARBOUR])
    await guilds.leave([HARBOUR, 404])
    clock.now += 100
    await guilds.leave([HARBOUR])
    assert rows("SELECT guild_id, left_at FROM guilds WHERE left_at IS NOT NULL") == [(HARBOUR, NOW)]


async def test_no_server_leaving_changes_nothing(database: Database) -> None:
    guilds = Guilds(database, Clock())
    await guilds.arrive([HARBOUR])
    await guilds.leave([])
    assert await guilds.present() == {HARBOUR}


async def test_more_servers_may_be_gone_at_once_than_a_statement_takes(
    database: Database, rows: Rows
) -> None:
    clock = Clock()
    guilds = Guilds(database, clock)
    many = [{"guild_id": guild_id, "joined_at": NOW} for guild_id in range(1, 33_001)]
    async with database.writing() as connection:
        await connection.execute(table.insert(), many)
    await guilds.leave(range(1, 33_001))
    assert await guilds.present() == frozenset()
    clock.now += GRACE
    assert await guilds.purge(here=[1]) == 32_999
    assert rows("SELECT guild_id, left_at FROM guilds") == [(NOWHERE, None), (1, None)]


async def test_a_servers_rows_go_after_seven_days_to_the_second(database: Database) -> None:
    assert GRACE == 7 * 24 * 60 * 60
    clock = Clock(NOW)
    guilds = Guilds(database, clock)
    await guilds.arrive([HARBOUR])
    await guilds.leave([HARBOUR])
    clock.now = NOW + GRACE - 1
    assert await guilds.purge() == 0
    clock.now = NOW + GRACE
    assert await guilds.purge() == 1
    assert await guilds.purge() == 0


async def test_a_server_that_came_back_is_not_purged(database: Database) -> None:
    clock = Clock()
    guilds = Guilds(database, clock)
    await guilds.arrive([HARBOUR])
    await guilds.leave([HARBOUR])
    await guilds.arrive([HARBOUR])
    clock.now += 2 * GRACE
    assert await guilds.purge() == 0
    assert await guilds.present() == {HARBOUR}


async def test_a_purge_takes_the_servers_secrets_and_audit_and_nobody_elses(
    database: Database, rows: Rows
) -> None:
    clock = Clock()
    guilds = Guilds(database, clock)
    for guild_id in (HARBOUR, VILLAGE, NOWHERE):
        await Credentials(database, guild_id, clock).put(credential(guild_id), Action.CONNECTED)
    await Credentials(database, HARBOUR, clock).put(credential(HARBOUR, ADA), Action.LINKED)
    await guilds.leave([HARBOUR])
    clock.now += GRACE
    assert await guilds.purge() == 1
    left = [(NOWHERE,), (VILLAGE,)]
    assert rows("SELECT guild_id FROM guilds ORDER BY guild_id") == left
    assert rows("SELECT guild_id FROM credentials ORDER BY guild_id") == left
    assert rows("SELECT guild_id FROM audit ORDER BY guild_id") == left


async def test_a_purge_takes_the_servers_jobs_and_remix_modes_and_nobody_elses(
    database: Database, rows: Rows
) -> None:
    clock = Clock()
    guilds = Guilds(database, clock)
    for guild_id in (HARBOUR, VILLAGE):
        await guilds.arrive([guild_id])
        await ask(database, clock, f"of {guild_id}", guild_id=guild_id)
        await guilds.note_remixing(guild_id, "3001", is_on=True)
    held = await work_queue(database, clock).claim_one(1)
    assert held is not None
    await guilds.leave([HARBOUR])
    clock.now += GRACE
    assert await guilds.purge() == 1
    assert rows("SELECT guild_id FROM jobs") == rows("SELECT guild_id FROM remix_modes") == [(VILLAGE,)]
    assert not await work_queue(database, clock).save(held, tries=1)


async def test_only_who_asked_may_press_buttons_until_a_server_opens_them(database: Database) -> None:
    guilds = Guilds(database, Clock())
    assert not await guilds.has_open_buttons(HARBOUR)
    await guilds.arrive([HARBOUR])
    assert not await guilds.has_open_buttons(HARBOUR)
    await guilds.open_buttons(HARBOUR, ADA, to_all=True)
    assert await guilds.has_open_buttons(HARBOUR)
    assert not await guilds.has_open_buttons(VILLAGE)
    await guilds.open_buttons(HARBOUR, BEN, to_all=False)
    assert not await guilds.has_open_buttons(HARBOUR)
    assert await _noted(database) == [
        Entry(HARBOUR, BEN, Action.BUTTONS, NOW, None, "for who asked"),
        Entry(HARBOUR, ADA, Action.BUTTONS, NOW, None, "for everybody"),
    ]


async def test_what_a_server_chose_does_not_change_when_it_is_seen_again(
    database: Database, rows: Rows
) -> None:
    guilds = Guilds(database, Clock())
    await guilds.open_buttons(HARBOUR, ADA, to_all=True)
    await guilds.set_recorders(HARBOUR, [4002, 4001], ADA)
    assert await guilds.present() == frozenset()
    await guilds.arrive([HARBOUR])
    await guilds.open_buttons(HARBOUR, ADA, to_all=True)
    assert rows("SELECT * FROM guilds WHERE joined_at > 0") == [
        (HARBOUR, NOW, None, 1, "4001 4002", None, None)
    ]


async def test_everybody_may_record_until_a_server_chooses_roles(database: Database) -> None:
    guilds = Guilds(database, Clock())
    assert await guilds.recorders(HARBOUR) == frozenset()
    await guilds.set_recorders(HARBOUR, [4001, 4002], ADA)
    assert await guilds.recorders(HARBOUR) == {4001, 4002}
    assert await guilds.recorders(VILLAGE) == frozenset()
    await guilds.set_recorders(HARBOUR, [], BEN)
    assert await guilds.recorders(HARBOUR) == frozenset()
    assert await _noted(database) == [
        Entry(HARBOUR, BEN, Action.RECORDERS, NOW, Provider.PIXELA, "everybody"),
        Entry(HARBOUR, ADA, Action.RECORDERS, NOW, Provider.PIXELA, "<@&4001> <@&4002>"),
    ]


async def _noted(database: Database) -> Sequence[Entry]:
    return await AuditBook(database, HARBOUR).list(most=10)


async def test_the_graph_used_last_is_of_one_member_in_one_place(database: Database) -> None:
    guilds = Guilds(database, Clock())
    assert await guilds.find_last_graph(HARBOUR, ADA) is None
    for graph in ("reading", "server:running"):
        await guilds.note_last_graph(HARBOUR, ADA, graph)
        assert await guilds.find_last_graph(HARBOUR, ADA) == graph
    assert await guilds.find_last_graph(HARBOUR, BEN) is None
    assert await guilds.find_last_graph(NOWHERE, ADA) is None
    assert await guilds.present() == frozenset()


async def test_a_purge_takes_what_members_used_and_began_in_the_server(
    database: Database, rows: Rows
) -> None:
    clock = Clock()
    guilds = Guilds(database, clock)
    for guild_id in (HARBOUR, VILLAGE):
        await guilds.arrive([guild_id])
        await guilds.note_last_graph(guild_id, ADA, "reading")
        await Unsettled(database, guild_id, ADA).put("ada", b"sealed", made_here=True)
    await guilds.leave([HARBOUR])
    clock.now += GRACE
    assert await guilds.purge() == 1
    assert rows("SELECT guild_id FROM last_graphs") == [(VILLAGE,)]
    assert rows("SELECT guild_id FROM unsettled_users") == [(VILLAGE,)]


async def test_the_remix_mode_is_noted_for_each_account_of_each_server(database: Database) -> None:
    guilds = Guilds(database, Clock())
    for guild_id in (HARBOUR, VILLAGE):
        await guilds.arrive([guild_id])
    assert not await guilds.is_remixing(HARBOUR, "3001")
    await guilds.note_remixing(HARBOUR, "3001", is_on=True)
    assert await guilds.is_remixing(HARBOUR, "3001")
    assert not await guilds.is_remixing(HARBOUR, "3002")
    assert not await guilds.is_remixing(VILLAGE, "3001")
    await guilds.note_remixing(HARBOUR, "3001", is_on=False)
    assert not await guilds.is_remixing(HARBOUR, "3001")


async def test_the_row_of_no_server_is_never_purged(database: Database, rows: Rows) -> None:
    clock = Clock()
    guilds = Guilds(database, clock)
    await guilds.leave([NOWHERE])
    clock.now += 100 * GRACE
    assert await guilds.purge() == 0
    assert rows("SELECT guild_id FROM guilds") == [(NOWHERE,)]


async def test_a_secret_can_be_put_before_the_server_was_seen(database: Database) -> None:
    await Credentials(database, HARBOUR, Clock()).put(credential(), Action.CONNECTED)
    assert await Credentials(database, HARBOUR, Clock()).find(SERVER, Provider.USEAPI) is not None


async def test_a_server_that_uses_only_the_commands_is_never_taken_for_one_that_is_gone(
    database: Database,
) -> None:
    clock = Clock()
    servers, store = Guilds(database, clock), Credentials(database, HARBOUR, clock)
    await store.put(credential(), Action.CONNECTED)
    assert await servers.present() == frozenset()
    await servers.arrive([HARBOUR])
    assert await servers.present() == {HARBOUR}
    await servers.leave([HARBOUR])
    await store.put(credential(), Action.CONNECTED)
    clock.now += GRACE
    assert await servers.purge() == 0
    assert await store.find(SERVER, Provider.USEAPI) is not None


async def test_a_server_that_is_there_after_all_keeps_its_rows(database: Database) -> None:
    clock = Clock()
    servers, store = Guilds(database, clock), Credentials(database, HARBOUR, clock)
    await servers.arrive([HARBOUR])
    await store.put(credential(), Action.CONNECTED)
    assert await servers.over() == frozenset()
    await servers.leave([HARBOUR])
    clock.now += GRACE
    assert await servers.over() == {HARBOUR}
    assert await servers.purge(among=[]) == 0  # became so since it was asked where the app is
    assert await servers.purge(here=[HARBOUR]) == 0
    assert await servers.present() == {HARBOUR}
    assert await servers.purge() == 0
    assert await store.find(SERVER, Provider.USEAPI) is not None
