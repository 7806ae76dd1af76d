"""Who changed what: the list of one server, what of it is posted, how long it is kept."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bot.services import Provider, Service
from bot.storage.audit import KEPT_SECONDS, Action, AuditBook, Entry, forget_old_entries
from bot.storage.channels import ChannelBook, Channels
from bot.storage.database import Database
from tests.storage.samples import ADA, BEN, HARBOUR, VILLAGE, Clock

Rows = Callable[[str], list[tuple[object, ...]]]
LOG, ALARM = 3001, 3002


async def test_a_server_reads_its_own_entries_the_newest_first(database: Database) -> None:
    book = AuditBook(database, HARBOUR)
    await book.note_export(ADA, 5)  # also in a server of which nothing is known yet
    await AuditBook(database, VILLAGE).note_export(BEN, 6)
    reset = Entry(HARBOUR, BEN, Action.RESET, 7, Service.MIDJOURNEY, "23")
    await book.add(reset)
    key = Entry(HARBOUR, None, Action.CHOSEN, 8, Provider.USEAPI, "spare")
    await book.add(key)
    assert await book.list(most=2) == [key, reset]
    assert await book.list(most=2, skip=2) == [Entry(HARBOUR, ADA, Action.EXPORTED, 5, None, "changes")]
    assert await book.count() == 3
    with pytest.raises(ValueError, match="its own server"):
        await AuditBook(database, VILLAGE).add(reset)


async def test_what_managers_do_is_left_to_be_posted_in_the_chosen_channel_and_no_links_of_members(
    database: Database, rows: Rows
) -> None:
    clock = Clock()
    channels = ChannelBook(database, HARBOUR, clock)
    book = AuditBook(database, HARBOUR)
    posted = (
        "SELECT channel_id, action, detail FROM notices JOIN audit ON audit.id = audit_id ORDER BY audit_id"
    )
    await book.note_export(ADA, 5)
    assert await channels.chosen() == Channels()
    await channels.choose_alerts(ALARM, ADA)
    assert rows(posted) == []
    await channels.choose_audit(LOG, ADA)
    assert await channels.chosen() == Channels(LOG, ALARM)
    for action in (Action.CREATED, Action.LINKED, Action.UNLINKED, Action.ERASED, Action.RESET):
        await book.add(Entry(HARBOUR, BEN, action, 6, Service.PIXELA))
    await AuditBook(database, VILLAGE).note_export(BEN, 6)
    await channels.choose_alerts(None, ADA)
    await channels.choose_audit(None, ADA)  # the last one to be told there
    await book.note_export(ADA, 9)
    assert rows(posted) == [
        (LOG, "audit channel", f"<#{LOG}>"),
        (LOG, "reset", ""),
        (LOG, "alert channel", "none"),
        (LOG, "audit channel", "none"),
    ]
    assert await channels.chosen() == Channels()
    assert await ChannelBook(database, VILLAGE, clock).chosen() == Channels()
    assert await ChannelBook(database, 1003, clock).chosen() == Channels()


async def test_entries_are_forgotten_after_400_days(database: Database) -> None:
    book = AuditBook(database, HARBOUR)
    assert await forget_old_entries(database, 10.0) == 0
    for at in (10, 11):
        await book.note_export(ADA, at)
    assert await forget_old_entries(database, KEPT_SECONDS + 10) == 0
    assert await forget_old_entries(database, KEPT_SECONDS + 11) == 1
    assert [entry.at for entry in await book.list(most=9)] == [11]
