"""Make the first tables: servers, credentials, audit and facts."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_SNOWFLAKE = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Make the first tables, and the row that stands for "no server"."""
    guilds = op.create_table(
        "guilds",
        sa.Column("guild_id", _SNOWFLAKE, primary_key=True, autoincrement=False),
        sa.Column("joined_at", _SNOWFLAKE),
        sa.Column("left_at", _SNOWFLAKE),
        sqlite_strict=True,
    )
    op.create_index("guilds_by_left_at", "guilds", ["left_at"])
    op.bulk_insert(guilds, [{"guild_id": 0, "joined_at": 0}])
    _create_credentials()
    _create_audit()
    op.create_table(
        "facts",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("value", sa.LargeBinary, nullable=False),
        sqlite_strict=True,
    )


def _create_credentials() -> None:
    op.create_table(
        "credentials",
        sa.Column("guild_id", _SNOWFLAKE, _of_a_guild(), primary_key=True, autoincrement=False),
        sa.Column("owner_id", _SNOWFLAKE, primary_key=True, autoincrement=False),
        sa.Column("service", sa.Text, primary_key=True),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sa.Column("hint", sa.Text, nullable=False),
        sa.Column("account", sa.Text),
        sa.Column("everywhere", sa.Integer, nullable=False),
        sa.Column("set_by", _SNOWFLAKE),
        sa.Column("set_at", _SNOWFLAKE, nullable=False),
        sa.Column("refused_at", _SNOWFLAKE),
        sa.Column("succeeded_at", _SNOWFLAKE),
        sa.Column("failed_at", _SNOWFLAKE),
        sa.Column("failure", sa.Text),
        sqlite_strict=True,
    )
    op.create_index("credentials_by_owner", "credentials", ["owner_id"])


def _create_audit() -> None:
    op.create_table(
        "audit",
        sa.Column("id", _SNOWFLAKE, primary_key=True, autoincrement=True),
        sa.Column("guild_id", _SNOWFLAKE, _of_a_guild(), nullable=False),
        sa.Column("actor_id", _SNOWFLAKE),
        sa.Column("action", sa.Text, nullable=False),
        sa.Column("service", sa.Text, nullable=False),
        sa.Column("at", _SNOWFLAKE, nullable=False),
        sqlite_strict=True,
    )
    op.create_index("audit_by_guild", "audit", ["guild_id", "at"])
    op.create_index("audit_by_actor", "audit", ["actor_id"])


def _of_a_guild() -> sa.ForeignKey:
    return sa.ForeignKey("guilds.guild_id", ondelete="CASCADE")
