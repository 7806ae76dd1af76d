"""The tables of servers: their keys, what their administrators set, and what they are told."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, LargeBinary, Table, Text, text

from bot.storage.schema.ground import GUILD, Snowflake, metadata

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

_DEFAULT = text("is_default = 1")

# ``name`` tells the several keys apart that a server may have of a service, one of which is the default; a
# member's own have none.
credentials = Table(
    "credentials",
    metadata,
    Column(
        "guild_id", Snowflake, ForeignKey(GUILD, ondelete="CASCADE"), primary_key=True, autoincrement=False
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
    ),
    sqlite_strict=True,
)

audit = Table(
    "audit",
    metadata,
    Column("id", Snowflake, primary_key=True, autoincrement=True),
    Column("guild_id", Snowflake, ForeignKey(GUILD, ondelete="CASCADE"), nullable=False),
    Column("actor_id", Snowflake),
    Column("action", Text, nullable=False),
    Column("service", Text, nullable=False),
    Column("at", Snowflake, nullable=False),
    Column("detail", Text, nullable=False, server_default=""),
    Index("audit_by_guild", "guild_id", "at"),
    Index("audit_by_actor", "actor_id"),
    sqlite_strict=True,
)

access_rules = Table(
    "access_rules",
    metadata,
    Column(
        "guild_id", Snowflake, ForeignKey(GUILD, ondelete="CASCADE"), primary_key=True, autoincrement=False
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
        "guild_id", Snowflake, ForeignKey(GUILD, ondelete="CASCADE"), primary_key=True, autoincrement=False
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
        "guild_id", Snowflake, ForeignKey(GUILD, ondelete="CASCADE"), primary_key=True, autoincrement=False
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
        "guild_id", Snowflake, ForeignKey(GUILD, ondelete="CASCADE"), primary_key=True, autoincrement=False
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
    Column("guild_id", Snowflake, ForeignKey(GUILD, ondelete="CASCADE"), nullable=False),
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
