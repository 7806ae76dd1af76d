"""The tables of habits at Pixela: reminders, and what is remembered of members' graphs and users."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, LargeBinary, Table, Text

from bot.storage.schema.ground import GUILD, Snowflake, metadata

last_graphs = Table(
    "last_graphs",
    metadata,
    Column(
        "guild_id", Snowflake, ForeignKey(GUILD, ondelete="CASCADE"), primary_key=True, autoincrement=False
    ),
    Column("user_id", Snowflake, primary_key=True, autoincrement=False),
    Column("graph", Text, nullable=False),
    Index("last_graphs_by_user", "user_id"),
    sqlite_strict=True,
)
"""The graph that a member used last in a place, which commands mean where none is named."""

# A row for each reminder. ``next_at`` is the time of day that is told of next, ``due_at`` when to look at the
# row, which is later where that was tried in vain, and ``posting_at`` since when its message is being sent,
# so that one of a worker that died is not sent twice. ``graph_zone`` is the graph's as it was when somebody
# looked, ``refusals`` on how many days in a row Pixela refused that. Times are seconds since 1970.
reminders = Table(
    "reminders",
    metadata,
    Column("id", Snowflake, primary_key=True, autoincrement=True),
    Column("ref", Text, nullable=False),
    Column("guild_id", Snowflake, ForeignKey(GUILD, ondelete="CASCADE"), nullable=False),
    Column("user_id", Snowflake, nullable=False),
    Column("channel_id", Snowflake, nullable=False),
    Column("graph", Text, nullable=False),
    Column("graph_name", Text, nullable=False),
    Column("quantity", Text, nullable=False),
    Column("minute", Integer, nullable=False),
    Column("timezone", Text, nullable=False),
    Column("next_at", Snowflake, nullable=False),
    Column("due_at", Snowflake, nullable=False),
    Column("posting_at", Snowflake),
    Column("tries", Integer, nullable=False),
    Column("lease_by", Text),
    Column("lease_until", Snowflake, nullable=False),
    Column("fence", Integer, nullable=False),
    Column("graph_zone", Text, nullable=False, server_default=""),
    Column("refusals", Integer, nullable=False, server_default="0"),
    Index("reminders_by_ref", "ref", unique=True),
    Index("reminders_by_due_at", "due_at"),
    Index("reminders_by_place", "guild_id", "user_id"),
    Index("reminders_by_user", "user_id"),
    sqlite_strict=True,
    sqlite_autoincrement=True,
)

reminder_days = Table(
    "reminder_days",
    metadata,
    Column(
        "reminder_id",
        Snowflake,
        ForeignKey("reminders.id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    ),
    Column("day", Integer, primary_key=True, autoincrement=False),
    Column("claimed_at", Snowflake, nullable=False, server_default="0"),
    sqlite_strict=True,
)
"""The days (yyyymmdd) for which Done was pressed, so that a day is recorded once, and since when (seconds
since 1970) a press is at it; 0 where none is any more."""

unsettled_users = Table(
    "unsettled_users",
    metadata,
    Column(
        "guild_id", Snowflake, ForeignKey(GUILD, ondelete="CASCADE"), primary_key=True, autoincrement=False
    ),
    Column("owner_id", Snowflake, primary_key=True, autoincrement=False),
    Column("account", Text, primary_key=True),
    Column("sealed", LargeBinary, nullable=False),
    Column("made_here", Integer, nullable=False),
    Index("unsettled_users_by_owner", "owner_id"),
    sqlite_strict=True,
)
"""Pixela users whose creation was begun, with their tokens, until it is known how that went."""
