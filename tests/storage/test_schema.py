"""The tables as they are declared, apart from any database."""

from __future__ import annotations

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.schema import CreateIndex

from bot.storage import schema


def test_an_index_of_some_rows_alone_is_that_in_both_databases() -> None:
    schema.take_over_conditions(postgresql.dialect())
    indexes = {str(index.name): index for table in schema.metadata.tables.values() for index in table.indexes}
    for name, condition in {
        "credentials_by_default": "WHERE is_default = 1",
        "jobs_by_due_at": "WHERE due_at IS NOT NULL",
        "jobs_by_ref": "",
    }.items():
        for dialect in (sqlite.dialect(), postgresql.dialect()):
            made = str(CreateIndex(indexes[name]).compile(dialect=dialect))
            assert condition in made
            assert bool(condition) is ("WHERE" in made)
