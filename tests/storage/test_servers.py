"""One server's settings as they are handed out, and everything of it removed."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from sqlalchemy import event, select

from bot.access import RuleKind
from bot.limits import LimitKind
from bot.services import Provider, Service
from bot.storage.access import AccessBook
from bot.storage.alerts import AlertDesk, AlertKind
from bot.storage.audit import Action
from bot.storage.channels import ChannelBook, Channels
from bot.storage.credentials import Credentials
from bot.storage.database import Database
from bot.storage.drafts import Draft, Drafts
from bot.storage.guilds import Guilds
from bot.storage.limits import LimitBook
from bot.storage.overview import read_overview
from bot.storage.reminders import ReminderBook, Wish
from bot.storage.schema import metadata, reminder_days, reminders
from bot.storage.servers import ServerData
from bot.storage.unsettled import Unsettled
from bot.storage.work import State, WorkBook
from tests.storage.samples import ADA, BEN, HARBOUR, VILLAGE, Clock, ask, credential

LOG, ALARM = 3001, 3002
POET, GUEST = 4001, 4002


async def furnish(database: Database, clock: Clock, guild_id: int) -> None:
    """Give a server a row in every table that is about servers."""
    servers = Guilds(database, clock)
    await servers.arrive([guild_id])
    channels = ChannelBook(database, guild_id, clock)
    await channels.choose_audit(LOG, ADA)
    await channels.choose_alerts(ALARM, ADA)
    keys = Credentials(database, guild_id, clock)
    await keys.put(credential(guild_id, sealed=b"sealed secret"), Action.CONNECTED)
    await keys.put(replace(credential(guild_id), name="spare", set_by=None), Action.CONNECTED)
    await keys.put(credential(guild_id, BEN, Provider.PIXELA, set_by=BEN), Action.LINKED)
    await servers.open_buttons(guild_id, ADA, to_all=True)
    await servers.set_recorders(guild_id, [POET], ADA)
    await servers.note_last_graph(guild_id, BEN, "walks")
    await servers.note_remixing(guild_id, "21", is_on=True)
    await AccessBook(database, guild_id, clock).set(Service.PIKA, RuleKind.DENIED_ROLE, {GUEST}, ADA)
    await LimitBook(database, guild_id, clock).change(Service.PIKA, {LimitKind.SERVER_DAY: 9}, ADA)
    desk = AlertDesk(database, clock)
    await desk.settle(AlertKind.SERVICE, {guild_id: {"pixela": 5}}, among=[guild_id])
    await ask(database, clock, f"job {guild_id}", guild_id=guild_id)
    wish = Wish(f"{guild_id}", LOG, "walks", "Walks", "1", 60, "UTC", next_at=9)
    await ReminderBook(database, guild_id, BEN).add(wish)
    await Unsettled(database, guild_id, BEN).put("walker", b"sealed", made_here=True)
    await Drafts(database, BEN, clock).add(f"of {guild_id}", Draft(guild_id, "a form", b"sealed"))
    async with database.writing() as connection:
        day = "SELECT id, 20260301, 0 FROM reminders WHERE true ON CONFLICT DO NOTHING"
        await connection.exec_driver_sql(f"INSERT INTO reminder_days {day}")


async def counts(database: Database, guild_id: int) -> dict[str, int]:
    """Return how many rows of a server each table has."""
    found: dict[str, int] = {}
    async with database.reading() as connection:
        for table in metadata.sorted_tables:
            if "guild_id" in table.c:
                rows = await connection.execute(select(table).where(table.c.guild_id == guild_id))
                found[table.name] = len(rows.all())
        days = select(reminder_days).join(reminders).where(reminders.c.guild_id == guild_id)
        found["days"] = len((await connection.execute(days)).all())
    return found


async def test_the_settings_are_handed_out_whole_and_without_secrets(database: Database) -> None:
    clock = Clock()
    assert (await ServerData(database, VILLAGE, clock).export(BEN))["keys"] == []  # nothing known of it yet
    await furnish(database, clock, HARBOUR)
    settings = await ServerData(database, HARBOUR, clock).export(ADA)
    key = {"provider": "useapi", "account": None, "set_at": 1_800_000_000}
    assert settings == {
        "server": str(HARBOUR),
        "open_buttons": True,
        "recorders": [str(POET)],
        "audit_channel": str(LOG),
        "alert_channel": str(ALARM),
        "keys": [
            key | {"name": "", "is_default": True, "set_by": str(ADA)},
            key | {"name": "spare", "is_default": False, "set_by": None},
        ],
        "access": [{"service": "pika", "kind": "denied role", "id": str(GUEST)}],
        "limits": [{"service": "pika", "member_day": None, "member_at_once": None, "server_day": 9}],
    }
    text = json.dumps(settings)
    assert "sealed" not in text
    assert "7f3a" not in text
    assert str(BEN) not in text  # what members linked is theirs
    (newest,) = (await read_overview(database, HARBOUR)).recent[:1]
    assert (newest.action, newest.actor_id) == (Action.EXPORTED, ADA)


async def test_the_panel_reads_one_server_at_once(database: Database) -> None:
    clock = Clock()
    nothing = await read_overview(database, HARBOUR)
    assert (nothing.keys, nothing.channels, nothing.open_buttons, nothing.running) == (
        [],
        Channels(),
        False,
        0,
    )
    await furnish(database, clock, HARBOUR)
    found = await read_overview(database, HARBOUR)
    assert [key.name for key in found.keys] == ["", "spare"]
    assert found.linked == {Provider.PIXELA: 1}
    assert (found.open_buttons, found.recorders, found.running) == (True, {POET}, 1)
    assert found.channels == Channels(LOG, ALARM)
    assert found.rules[Service.PIKA].denied_roles == {GUEST}
    assert found.limits[Service.PIKA].server_day == 9
    assert [entry.action for entry in found.recent] == [Action.LIMITS, Action.ACCESS, Action.RECORDERS]
    assert [alert.subject for alert in found.alerts] == ["pixela"]
    assert await read_overview(database, VILLAGE) == nothing


async def test_a_purge_leaves_no_row_of_the_server_and_touches_no_other(
    database: Database, rows: Callable[[str], list[tuple[object, ...]]]
) -> None:
    clock = Clock()
    for guild_id in (HARBOUR, VILLAGE):
        await furnish(database, clock, guild_id)
    before = await counts(database, HARBOUR)
    assert before == await counts(database, VILLAGE)
    assert [name for name, count in before.items() if not count] == []
    data = ServerData(database, HARBOUR, clock)
    (given_up,) = await data.give_up(ADA)
    assert (given_up.ref, given_up.cancelled_by, given_up.state) == (f"job {HARBOUR}", ADA, State.WAITING)
    untouched = await WorkBook(database, VILLAGE, clock).find(f"job {VILLAGE}")
    assert untouched is not None
    assert untouched.cancelled_by is None
    await data.purge()
    assert {name for name, count in (await counts(database, HARBOUR)).items() if count} == {"guilds"}
    assert await counts(database, VILLAGE) == before
    assert len(rows("SELECT * FROM reminder_days")) == 1
    assert HARBOUR in await Guilds(database, clock).present()
    assert await ChannelBook(database, HARBOUR, clock).chosen() == Channels()
    await data.purge()
    await ServerData(database, 1003, clock).purge()
    assert 1003 not in await Guilds(database, clock).present()


async def test_secrets_are_gone_first_whatever_comes_in_between(database: Database) -> None:
    clock = Clock()
    await furnish(database, clock, HARBOUR)
    written: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        written.append(" ".join(statement.split()[:3]))

    def commit(_connection: Any) -> None:
        written.append("COMMIT")

    async with database.writing() as connection:
        engine = connection.engine.sync_engine
    event.listen(engine, "before_cursor_execute", note)
    event.listen(engine, "commit", commit)
    await ServerData(database, HARBOUR, clock).purge()
    first = written[: written.index("COMMIT")]
    assert {"DELETE FROM credentials", "DELETE FROM unsettled_users", "DELETE FROM jobs"} <= {*first}
    assert "DELETE FROM guilds" in written[written.index("COMMIT") :]
