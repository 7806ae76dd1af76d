from __future__ import annotations

import pytest

from bot.services import Service
from bot.storage.audit import Action, AuditBook, Entry
from bot.storage.database import Database
from bot.storage.guilds import Guilds
from tests.storage.samples import ADA, HARBOUR, VILLAGE, Clock


async def test_what_changed_elsewhere_is_written_into_the_servers_own_book(database: Database) -> None:
    await Guilds(database, Clock()).arrive([HARBOUR])
    book = AuditBook(database, HARBOUR)
    entry = Entry(HARBOUR, ADA, Action.REGISTERED, 7, Service.MIDJOURNEY, "100000000000000021")
    await book.add(entry)
    assert await book.list(most=10) == [entry]
    with pytest.raises(ValueError, match="its own server"):
        await AuditBook(database, VILLAGE).add(entry)
