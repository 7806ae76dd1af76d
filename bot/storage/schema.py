"""The tables. Ids are Discord's snowflakes; times are seconds since 1970 (UTC), for jobs milliseconds.

SQLite keeps strict tables (a text never lands in an integer column); PostgreSQL does so anyway.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    text,
)

HEAD = "0004"
"""The revision that this code works with: the newest file in ``migrations/versions``."""

NOWHERE = 0
"""Stands for "no server" where a server's id is kept: the scope is the person alone. It has a row in
``guilds`` that is never removed, so that every other row can point at its server."""

metadata = MetaData()

Snowflake = BigInteger().with_variant(Integer, "sqlite")
"""64 bits everywhere: SQLite's only integer type has them, and strict tables know no other name."""

# ``joined_at`` is empty for a server that Discord never told us of: an app that was installed with its
# commands alone is used there all the same, and is never said to be gone.
guilds = Table(
    "guilds",
    metadata,
    Column("guild_id", Snowflake, primary_key=True, autoincrement=False),
    Column("joined_at", Snowflake),
    Column("left_at", Snowflake),
    Column("open_buttons", Integer, nullable=False, server_default="0"),
    Column("recorders", Text, nullable=False, server_default=""),
    Column("audit_channel", Snowflake),
    Column("alert_channel", Snowflake),
    Index("guilds_by_left_at", "left_at"),
    sqlite_strict=True,
)

_GUILD = "guilds.guild_id"

_DEFAULT = text("is_default = 1")

# ``name`` tells the several keys apart that a server may have of a service, one of which is the default; a
# member's own have none.
credentials = Table(
    "credentials",
    metadata,
    Column(
        "guild_id", Snowflake, ForeignKey(_GUILD, ondelete="CASCADE"), primary_key=True, autoincrement=False
    ),
    Column("owner_id", Snowflake, primary_key=True, autoincrement=False),
    Column("service", Text, primary_key=True),
    Column("name", Text, primary_key=True, server_default=""),
    Column("is_default", Integer, nullable=False, server_default="1"),
    Column("sealed", LargeBinary, nullable=False),
    Column("hint", Text, nullable=False),
    Column("account", Text),
    Column("everywhere", Integer, nullable=False),
    Column("set_by", Snowflake),
    Column("set_at", Snowflake, nullable=False),
    Column("refused_at", Snowflake),
    Column("succeeded_at", Snowflake),
    Column("failed_at", Snowflake),
    Column("failure", Text),
    Index("credentials_by_owner", "owner_id"),
    Index(
        "credentials_by_default",
        "guild_id",
        "owner_id",
        "service",
        unique=True,
        sqlite_where=_DEFAULT,
        postgresql_where=_DEFAULT,
    ),
    sqlite_strict=True,
)

audit = Table(
    "audit",
    metadata,
    Column("id", Snowflake, primary_key=True, autoincrement=True),
    Column("guild_id", Snowflake, ForeignKey(_GUILD, ondelete="CASCADE"), nullable=False),
    Column("actor_id", Snowflake),
    Column("action", Text, nullable=False),
    Column("service", Text, nullable=False),
    Column("at", Snowflake, nullable=False),
    Column("detail", Text, nullable=False, server_default=""),
    Index("audit_by_guild", "guild_id", "at"),
    Index("audit_by_actor", "actor_id"),
    sqlite_strict=True,
)

_UNFINISHED = text("due_at IS NOT NULL")

# A row for each thing that somebody asked Pika or Midjourney to make. ``due_at`` is empty once nothing is
# left to do. Times here are milliseconds, since waits may be shorter than a second.
jobs = Table(
    "jobs",
    metadata,
    Column("id", Snowflake, primary_key=True, autoincrement=True),
    Column("ref", Text, nullable=False),
    Column("guild_id", Snowflake, ForeignKey(_GUILD, ondelete="CASCADE"), nullable=False),
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
    Index("jobs_by_due_at", "due_at", sqlite_where=_UNFINISHED, postgresql_where=_UNFINISHED),
    Index("jobs_by_service", "guild_id", "service", "id"),
    Index("jobs_by_lane", "guild_id", "state", "lane"),
    Index("jobs_by_user", "user_id"),
    Index("jobs_by_upstream_id", "guild_id", "upstream_id"),
    Index("jobs_by_ended_at", "ended_at"),
    sqlite_strict=True,
    # SQLite would give the id of a removed row to the next one, and a worker may still be at the old one.
    sqlite_autoincrement=True,
)

access_rules = Table(
    "access_rules",
    metadata,
    Column(
        "guild_id", Snowflake, ForeignKey(_GUILD, ondelete="CASCADE"), primary_key=True, autoincrement=False
    ),
    Column("service", Text, primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("subject_id", Snowflake, primary_key=True, autoincrement=False),
    sqlite_strict=True,
)
"""Who may use a service in a server and where: a role or a channel a row."""

service_limits = Table(
    "service_limits",
    metadata,
    Column(
        "guild_id", Snowflake, ForeignKey(_GUILD, ondelete="CASCADE"), primary_key=True, autoincrement=False
    ),
    Column("service", Text, primary_key=True),
    Column("member_day", Integer),
    Column("member_at_once", Integer),
    Column("server_day", Integer),
    sqlite_strict=True,
)
"""How many jobs may be made in a server; what is empty is not limited."""

tallies = Table(
    "tallies",
    metadata,
    Column(
        "guild_id", Snowflake, ForeignKey(_GUILD, ondelete="CASCADE"), primary_key=True, autoincrement=False
    ),
    Column("service", Text, primary_key=True),
    Column("day", Integer, primary_key=True, autoincrement=False),
    Column("who", Text, primary_key=True),
    Column("count", Integer, nullable=False),
    Index("tallies_by_day", "day"),
    sqlite_strict=True,
)
"""How many jobs were taken on a day (since 1970, UTC): by a member, who is a pseudonym here that nobody
without the key can turn into an id, and with an empty ``who`` by the whole server."""

alerts = Table(
    "alerts",
    metadata,
    Column(
        "guild_id", Snowflake, ForeignKey(_GUILD, ondelete="CASCADE"), primary_key=True, autoincrement=False
    ),
    Column("kind", Text, primary_key=True),
    Column("subject", Text, primary_key=True),
    Column("since", Snowflake, nullable=False),
    sqlite_strict=True,
)
"""What a server was told is wrong and is not right again yet, so that it is told once."""

# A row for each message that a server is to get in a channel that it chose: an entry of its audit, or an
# alert. Removed once it is sent. Times are seconds since 1970.
notices = Table(
    "notices",
    metadata,
    Column("id", Snowflake, primary_key=True, autoincrement=True),
    Column("ref", Text, nullable=False),
    Column("guild_id", Snowflake, ForeignKey(_GUILD, ondelete="CASCADE"), nullable=False),
    Column("channel_id", Snowflake, nullable=False),
    Column("audit_id", Snowflake, ForeignKey("audit.id", ondelete="CASCADE")),
    Column("body", Text),
    Column("due_at", Snowflake, nullable=False),
    Column("posting_at", Snowflake),
    Column("tries", Integer, nullable=False, server_default="0"),
    Column("lease_by", Text),
    Column("lease_until", Snowflake, nullable=False, server_default="0"),
    Column("fence", Integer, nullable=False, server_default="0"),
    Index("notices_by_ref", "ref", unique=True),
    Index("notices_by_due_at", "due_at"),
    Index("notices_by_guild", "guild_id"),
    Index("notices_by_audit", "audit_id"),
    sqlite_strict=True,
    sqlite_autoincrement=True,
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

remix_modes = Table(
    "remix_modes",
    metadata,
    Column(
        "guild_id", Snowflake, ForeignKey(_GUILD, ondelete="CASCADE"), primary_key=True, autoincrement=False
    ),
    Column("channel", Text, primary_key=True),
    Column("is_on", Integer, nullable=False),
    sqlite_strict=True,
)
"""Whether Midjourney's remix mode was on when an account was last told to switch it."""

last_graphs = Table(
    "last_graphs",
    metadata,
    Column(
        "guild_id", Snowflake, ForeignKey(_GUILD, ondelete="CASCADE"), primary_key=True, autoincrement=False
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
    Column("guild_id", Snowflake, ForeignKey(_GUILD, ondelete="CASCADE"), nullable=False),
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
        "guild_id", Snowflake, ForeignKey(_GUILD, ondelete="CASCADE"), primary_key=True, autoincrement=False
    ),
    Column("owner_id", Snowflake, primary_key=True, autoincrement=False),
    Column("account", Text, primary_key=True),
    Column("sealed", LargeBinary, nullable=False),
    Column("made_here", Integer, nullable=False),
    Index("unsettled_users_by_owner", "owner_id"),
    sqlite_strict=True,
)
"""Pixela users whose creation was begun, with their tokens, until it is known how that went."""

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
