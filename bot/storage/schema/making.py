"""The tables of what is made: jobs, times in milliseconds since 1970, and the accounts' remix modes."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, LargeBinary, Table, Text, text

from bot.storage.schema.ground import GUILD, Snowflake, metadata

_UNFINISHED = text("due_at IS NOT NULL")

# A row for each thing that somebody asked Pika or Midjourney to make. ``due_at`` is empty once nothing is
# left to do. Times here are milliseconds, since waits may be shorter than a second.
jobs = Table(
    "jobs",
    metadata,
    Column("id", Snowflake, primary_key=True, autoincrement=True),
    Column("ref", Text, nullable=False),
    Column("guild_id", Snowflake, ForeignKey(GUILD, ondelete="CASCADE"), nullable=False),
    Column("user_id", Snowflake, nullable=False),
    Column("service", Text, nullable=False),
    Column("lane", Text, nullable=False),
    Column("asked", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("outcome", Text),
    Column("note", Text),
    Column("upstream_id", Text),
    Column("body", Text),
    Column("created_at", Snowflake, nullable=False),
    Column("sent_at", Snowflake),
    Column("ended_at", Snowflake),
    Column("cancelled_by", Snowflake),
    Column("due_at", Snowflake),
    Column("tries", Integer, nullable=False),
    Column("misses", Integer, nullable=False),
    Column("lease_by", Text),
    Column("lease_until", Snowflake, nullable=False),
    Column("fence", Integer, nullable=False),
    Column("channel_id", Snowflake, nullable=False),
    Column("message_id", Snowflake),
    Column("reply_token", LargeBinary),
    Column("reply_until", Snowflake),
    Column("upload_limit", Snowflake, nullable=False),
    Column("shown", Text),
    Column("shown_at", Snowflake, nullable=False),
    Column("posting_at", Snowflake),
    Column("key_name", Text, nullable=False, server_default=""),
    Index("jobs_by_ref", "ref", unique=True),
    # Of what is unfinished alone, so that a look at what is due costs the same however many rows are kept.
    Index("jobs_by_due_at", "due_at", sqlite_where=_UNFINISHED),
    Index("jobs_by_service", "guild_id", "service", "id"),
    Index("jobs_by_lane", "guild_id", "state", "lane"),
    Index("jobs_by_user", "user_id"),
    Index("jobs_by_upstream_id", "guild_id", "upstream_id"),
    Index("jobs_by_ended_at", "ended_at"),
    sqlite_strict=True,
    # SQLite would give the id of a removed row to the next one, and a worker may still be at the old one.
    sqlite_autoincrement=True,
)

remix_modes = Table(
    "remix_modes",
    metadata,
    Column(
        "guild_id", Snowflake, ForeignKey(GUILD, ondelete="CASCADE"), primary_key=True, autoincrement=False
    ),
    Column("channel", Text, primary_key=True),
    Column("is_on", Integer, nullable=False),
    sqlite_strict=True,
)
"""Whether Midjourney's remix mode was on when an account was last told to switch it."""
