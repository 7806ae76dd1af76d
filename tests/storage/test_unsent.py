from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bot.storage.database import Database
from bot.storage.unsent import NOTE, end_unsent
from bot.storage.work import Outcome, State
from tests.databases import file_of
from tests.storage.samples import lay, look

NOW = 1_800_000_000_000


@pytest.mark.sqlite("its files alone are restored")
async def test_what_was_still_to_be_made_is_ended_and_all_else_goes_on(
    database: Database, database_url: str
) -> None:
    rows = await lay(
        database,
        *(
            {
                "ref": state.value,
                "state": state.value,
                "reply_token": b"sealed",
                "message_id": 7,
                "lease_by": "a",
            }
            for state in State
        ),
    )
    file = file_of(database_url)
    assert end_unsent(file, NOW) == 2
    found = {before.state: (before, await look(database, before)) for before in rows}
    for state in (State.WAITING, State.SENDING):
        _, after = found.pop(state)
        assert (after.state, after.outcome, after.note) == (State.ENDED, Outcome.UNCERTAIN, NOTE)
        assert (after.ended_at, after.due_at, after.lease_by, after.reply_token) == (NOW, NOW, None, None)
        assert after.message_id == 7, "what it shows is looked at before anything is told"
    assert all(before == after for before, after in found.values())
    assert end_unsent(file, NOW + 1) == 0


def test_a_database_from_before_there_were_jobs_has_none_to_be_ended(tmp_path: Path) -> None:
    file = tmp_path / "old.db"
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("CREATE TABLE guilds (guild_id INTEGER)")
    assert end_unsent(file, NOW) == 0
