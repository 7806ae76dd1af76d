"""The tables. Times are whole seconds since 1970 (UTC); ids are Discord's snowflakes.

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
)

HEAD = "0001"
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
    Index("guilds_by_left_at", "left_at"),
    sqlite_strict=True,
)

_GUILD = "guilds.guild_id"

credentials = Table(
    "credentials",
    metadata,
    Column(
        "guild_id", Snowflake, ForeignKey(_GUILD, ondelete="CASCADE"), primary_key=True, autoincrement=False
    ),
    Column("owner_id", Snowflake, primary_key=True, autoincrement=False),
    Column("service", Text, primary_key=True),
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
    Index("audit_by_guild", "guild_id", "at"),
    Index("audit_by_actor", "actor_id"),
    sqlite_strict=True,
)

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
