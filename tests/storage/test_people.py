from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import BigInteger

from bot.services import Provider
from bot.storage.audit import Action
from bot.storage.credentials import SERVER, Credentials
from bot.storage.database import Database
from bot.storage.drafts import Draft, Drafts
from bot.storage.errands import ErrandKind, Underway
from bot.storage.guilds import Guilds
from bot.storage.people import NOBODY, PERSONS, Kept, PersonalData
from bot.storage.schema import NOWHERE, metadata
from bot.storage.unsettled import Unsettled
from bot.storage.work import State, WorkBook
from tests.databases import Outside, everything_in
from tests.storage.samples import ADA, BEN, HARBOUR, VILLAGE, Clock, ask, credential, lay, look

NAMES = {ADA: "ada", BEN: "ben"}
Rows = Callable[[str], list[tuple[object, ...]]]


async def put(database: Database, guild_id: int, owner_id: int, service: Provider, set_by: int) -> None:
    kept = credential(guild_id, owner_id, service, set_by=set_by, everywhere=guild_id == NOWHERE)
    await Credentials(database, guild_id, Clock()).put(kept, Action.LINKED)


async def settle(database: Database) -> None:
    """Let Ada and Ben each leave traces in two servers and outside of them."""
    await put(database, HARBOUR, SERVER, Provider.USEAPI, ADA)
    await put(database, VILLAGE, SERVER, Provider.USEAPI, BEN)
    for person in (ADA, BEN):
        await put(database, HARBOUR, person, Provider.PIXELA, person)
        await put(database, NOWHERE, person, Provider.PLURALKIT, person)
        await Guilds(database, Clock()).note_last_graph(HARBOUR, person, "reading")
        for guild_id in (HARBOUR, NOWHERE):
            await Unsettled(database, guild_id, person).put(NAMES[person], b"sealed", made_here=True)
        await Drafts(database, person, Clock()).add(
            f"of {NAMES[person]}", Draft(HARBOUR, "a form", b"sealed")
        )
        await Underway.begin(database, person, ErrandKind.IMPORT, Clock())
    await Credentials(database, VILLAGE, Clock()).remove(SERVER, Provider.USEAPI, ADA, Action.DISCONNECTED)
    for guild_id in (HARBOUR, VILLAGE):
        await ask(database, Clock(), f"of ada in {guild_id}", guild_id=guild_id, user_id=ADA)
    for canceller in (ADA, BEN):
        await ask(database, Clock(), f"cancelled by {NAMES[canceller]}", user_id=BEN)
        assert await WorkBook(database, HARBOUR, Clock()).cancel(
            f"cancelled by {NAMES[canceller]}", canceller
        )


def mentions(outside: Outside, person: int) -> list[str]:
    """Return every column of any table that holds a person's id, as a number or within a text."""
    found: list[str] = []
    for table, columns in metadata.tables.items():
        names = columns.c.keys()
        content = outside.execute(f'SELECT {", ".join(names)} FROM "{table}"')  # noqa: S608 - names of the schema
        hits = {
            name for row in content for name, value in zip(names, row, strict=True) if holds(value, person)
        }
        found += [f"{table}.{name}" for name in names if name in hits]
    return found


def holds(value: object, person: int) -> bool:
    return str(person).encode() in (value if isinstance(value, bytes) else str(value).encode())


async def test_of_somebody_unknown_nothing_is_kept(database: Database) -> None:
    assert await PersonalData(database, ADA, Clock()).look() == Kept((), 0, 0, 0, 0)
    assert await PersonalData(database, ADA, Clock()).erase() == 0


async def test_a_person_sees_what_is_kept_of_them_in_every_server(database: Database) -> None:
    await settle(database)
    kept = await PersonalData(database, ADA, Clock()).look()
    assert {(own.guild_id, own.service) for own in kept.credentials} == {
        (HARBOUR, Provider.PIXELA),
        (NOWHERE, Provider.PLURALKIT),
    }
    assert {own.owner_id for own in kept.credentials} == {ADA}
    assert (kept.connected, kept.audited, kept.jobs) == (1, 4, 2)
    assert (kept.drafts, kept.errands) == (1, 1)
    assert kept.unsettled == ("ada",)


async def test_after_erasing_no_row_of_any_table_holds_the_persons_id(
    database: Database, outside: Outside
) -> None:
    await settle(database)
    assert sorted(mentions(outside, ADA)) == [
        "audit.actor_id",
        "credentials.owner_id",
        "credentials.set_by",
        "drafts.user_id",
        "errands.user_id",
        "jobs.cancelled_by",
        "jobs.user_id",
        "last_graphs.user_id",
        "unsettled_users.owner_id",
    ]
    others = mentions(outside, BEN)
    assert await PersonalData(database, ADA, Clock()).erase() == 2
    assert mentions(outside, ADA) == []
    assert mentions(outside, BEN) == others
    assert await PersonalData(database, ADA, Clock()).look() == Kept((), 0, 0, 0, 0)


async def test_erasing_leaves_the_servers_key_and_other_peoples_secrets(
    database: Database, rows: Rows
) -> None:
    await settle(database)
    await PersonalData(database, ADA, Clock()).erase()
    left = rows("SELECT guild_id, owner_id, set_by FROM credentials ORDER BY guild_id, owner_id")
    assert left == [(NOWHERE, BEN, BEN), (HARBOUR, SERVER, None), (HARBOUR, BEN, BEN)]


async def test_erasing_takes_a_persons_jobs_and_leaves_other_peoples_cancelled(
    database: Database, rows: Rows
) -> None:
    await settle(database)
    await PersonalData(database, ADA, Clock()).erase()
    assert rows("SELECT ref, user_id, cancelled_by FROM jobs ORDER BY id") == [
        ("cancelled by ada", BEN, NOBODY),
        ("cancelled by ben", BEN, BEN),
    ]


async def test_what_is_unfinished_for_a_person_is_not_wanted_any_more(database: Database) -> None:
    left = {"user_id": BEN}, {"state": "told", "cancelled_by": None}
    laid = await lay(
        database,
        *({"ref": state.value, "state": state.value} for state in State),
        *({"ref": f"left {number}"} | row for number, row in enumerate(left)),
    )
    unfinished = await PersonalData(database, ADA, Clock()).give_up()
    assert [work.state for work in unfinished] == [state for state in State if state is not State.TOLD]
    assert {work.cancelled_by for work in unfinished} == {ADA}
    assert [(await look(database, work)).cancelled_by for work in laid] == [ADA] * 4 + [None] * 3


async def test_erasing_is_audited_without_a_name(database: Database, rows: Rows) -> None:
    await settle(database)
    await PersonalData(database, ADA, Clock()).erase()
    erased = rows("SELECT guild_id, actor_id, service FROM audit WHERE action = 'erased' ORDER BY guild_id")
    assert erased == [(NOWHERE, None, "pluralkit"), (HARBOUR, None, "pixela")]


async def test_erasing_twice_changes_nothing_more(database: Database, outside: Outside) -> None:
    await settle(database)
    await PersonalData(database, ADA, Clock()).erase()
    before = everything_in(outside)
    assert await PersonalData(database, ADA, Clock()).erase() == 0
    assert everything_in(outside) == before


def test_every_column_that_may_hold_a_persons_id_is_known() -> None:
    ids = {
        column.name
        for table in metadata.tables.values()
        for column in table.c
        if isinstance(column.type, BigInteger) and column.name.endswith(("_id", "_by"))
    }
    others = {"guild_id", "channel_id", "message_id", "subject_id", "audit_id", "reminder_id"}
    assert ids - others == PERSONS


async def test_what_others_asked_for_is_handed_out_to_nobody_else(database: Database) -> None:
    clock = Clock()
    await ask(database, clock, "lighthouse", user_id=BEN)
    await WorkBook(database, HARBOUR, clock).cancel("lighthouse", ADA)
    await put(database, HARBOUR, SERVER, Provider.USEAPI, ADA)
    found = await PersonalData(database, ADA, clock).export()
    assert found["jobs"] == []
    assert found["jobs of others that were cancelled"] == [
        {"guild_id": str(HARBOUR), "service": "midjourney", "ref": "lighthouse"}
    ]
    (key,) = found["keys of servers"]
    assert (key["service"], "sealed" in key, "hint" in key) == ("useapi", False, False)
    assert str(BEN) not in str(found)
    kept = await PersonalData(database, ADA, clock).look()
    assert (kept.cancelled, kept.connected, kept.jobs) == (1, 1, 0)
