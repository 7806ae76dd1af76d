"""The tables of what passes: forms that stand open, what is under way, and who is at what for all."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, LargeBinary, Table, Text

from bot.storage.schema.ground import GUILD, Snowflake, metadata

drafts = Table(
    "drafts",
    metadata,
    Column("key", Text, primary_key=True),
    Column("guild_id", Snowflake, ForeignKey(GUILD, ondelete="CASCADE"), nullable=False),
    Column("user_id", Snowflake, nullable=False),
    Column("kind", Text, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Column("expires_at", Snowflake, nullable=False),
    Column("taken", Integer, nullable=False, server_default="0"),
    Index("drafts_by_guild", "guild_id"),
    Index("drafts_by_user", "user_id", "expires_at"),
    Index("drafts_by_expires_at", "expires_at"),
    sqlite_strict=True,
)
"""Forms of which more has to be known than fits into their id: what stood in them, and what was typed.
``taken``: one was sent, and is being saved, so that it is saved once."""

# Of each kind a person has one at a time. Whoever carries it out renews the lease, and ends where the row is
# gone, bears another key, or says that it was stopped.
errands = Table(
    "errands",
    metadata,
    Column("user_id", Snowflake, primary_key=True, autoincrement=False),
    Column("kind", Text, primary_key=True),
    Column("key", Text, nullable=False),
    Column("stopped", Integer, nullable=False, server_default="0"),
    Column("lease_until", Snowflake, nullable=False),
    Index("errands_by_key", "key", unique=True),
    Index("errands_by_lease_until", "lease_until"),
    sqlite_strict=True,
)

presses = Table(
    "presses",
    metadata,
    Column("key", Text, primary_key=True),
    Column("expires_at", Snowflake, nullable=False),
    Index("presses_by_expires_at", "expires_at"),
    sqlite_strict=True,
)
"""Buttons that were pressed and must not be pressed a second time, by whomever."""

# An interaction that was acknowledged and takes long, by its id, with its token. Whoever answers it renews
# the lease, and removes the row at the end. ``doubtful``: somebody else had acknowledged it, and may
# have died.
owed_answers = Table(
    "owed_answers",
    metadata,
    Column("id", Snowflake, primary_key=True, autoincrement=False),
    Column("sealed", LargeBinary, nullable=False),
    Column("expires_at", Snowflake, nullable=False),
    Column("doubtful", Integer, nullable=False),
    Column("lease_by", Text),
    Column("lease_until", Snowflake, nullable=False),
    Column("fence", Integer, nullable=False),
    Index("owed_answers_by_lease_until", "lease_until"),
    sqlite_strict=True,
)

duties = Table(
    "duties",
    metadata,
    Column("name", Text, primary_key=True),
    Column("lease_by", Text, nullable=False),
    Column("lease_until", Snowflake, nullable=False),
    sqlite_strict=True,
)
"""What one of several workers does for all of them, and who does it for now."""
