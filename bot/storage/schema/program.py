"""The tables in which the program keeps what it knows of itself."""

from __future__ import annotations

from sqlalchemy import Column, LargeBinary, MetaData, PrimaryKeyConstraint, String, Table, Text

from bot.storage.schema.ground import metadata

facts = Table(
    "facts",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", LargeBinary, nullable=False),
    sqlite_strict=True,
)
"""What the program knows of itself: the canary of the keys, the hash of the synced commands."""

version = Table(
    "alembic_version",
    MetaData(),
    Column("version_num", String(32), nullable=False),
    PrimaryKeyConstraint("version_num", name="alembic_version_pkc"),
)
"""Where Alembic keeps the revision, as it makes it itself; no table of ours."""
