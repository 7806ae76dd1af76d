"""Make the tables of jobs and of remix modes, and the mark that opens a server's buttons to all."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_SNOWFLAKE = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Make the tables, and widen that of the servers."""
    # Not as a batch: that may make the table anew, and dropping the old one would take every row with it
    # that points at a server.
    op.add_column("guilds", sa.Column("open_buttons", sa.Integer, nullable=False, server_default="0"))
    _create_jobs()
    op.create_table(
        "remix_modes",
        sa.Column("guild_id", _SNOWFLAKE, _of_a_guild(), primary_key=True, autoincrement=False),
        sa.Column("channel", sa.Text, primary_key=True),
        sa.Column("is_on", sa.Integer, nullable=False),
        sqlite_strict=True,
    )


def _create_jobs() -> None:
    op.create_table(
        "jobs",
        sa.Column("id", _SNOWFLAKE, primary_key=True, autoincrement=True),
        sa.Column("ref", sa.Text, nullable=False),
        sa.Column("guild_id", _SNOWFLAKE, _of_a_guild(), nullable=False),
        sa.Column("user_id", _SNOWFLAKE, nullable=False),
        sa.Column("service", sa.Text, nullable=False),
        sa.Column("lane", sa.Text, nullable=False),
        sa.Column("asked", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("outcome", sa.Text),
        sa.Column("note", sa.Text),
        sa.Column("upstream_id", sa.Text),
        sa.Column("body", sa.Text),
        sa.Column("created_at", _SNOWFLAKE, nullable=False),
        sa.Column("sent_at", _SNOWFLAKE),
        sa.Column("ended_at", _SNOWFLAKE),
        sa.Column("cancelled_by", _SNOWFLAKE),
        sa.Column("due_at", _SNOWFLAKE),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("misses", sa.Integer, nullable=False),
        sa.Column("lease_by", sa.Text),
        sa.Column("lease_until", _SNOWFLAKE, nullable=False),
        sa.Column("fence", sa.Integer, nullable=False),
        sa.Column("channel_id", _SNOWFLAKE, nullable=False),
        sa.Column("message_id", _SNOWFLAKE),
        sa.Column("reply_token", sa.LargeBinary),
        sa.Column("reply_until", _SNOWFLAKE),
        sa.Column("upload_limit", _SNOWFLAKE, nullable=False),
        sa.Column("shown", sa.Text),
        sa.Column("shown_at", _SNOWFLAKE, nullable=False),
        sa.Column("posting_at", _SNOWFLAKE),
        sqlite_strict=True,
        sqlite_autoincrement=True,
    )
    op.create_index("jobs_by_ref", "jobs", ["ref"], unique=True)
    unfinished = sa.text("due_at IS NOT NULL")
    op.create_index(
        "jobs_by_due_at", "jobs", ["due_at"], sqlite_where=unfinished, postgresql_where=unfinished
    )
    op.create_index("jobs_by_service", "jobs", ["guild_id", "service", "id"])
    op.create_index("jobs_by_lane", "jobs", ["guild_id", "state", "lane"])
    op.create_index("jobs_by_user", "jobs", ["user_id"])
    op.create_index("jobs_by_upstream_id", "jobs", ["guild_id", "upstream_id"])
    op.create_index("jobs_by_ended_at", "jobs", ["ended_at"])


def _of_a_guild() -> sa.ForeignKey:
    return sa.ForeignKey("guilds.guild_id", ondelete="CASCADE")
