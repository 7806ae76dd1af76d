"""Make the tables of reminders, of graphs used last and of begun users, and add roles that may record."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

_SNOWFLAKE = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Make the tables, and widen that of the servers."""
    op.add_column("guilds", sa.Column("recorders", sa.Text, nullable=False, server_default=""))
    op.create_table(
        "last_graphs",
        sa.Column("guild_id", _SNOWFLAKE, _of_a_guild(), primary_key=True, autoincrement=False),
        sa.Column("user_id", _SNOWFLAKE, primary_key=True, autoincrement=False),
        sa.Column("graph", sa.Text, nullable=False),
        sqlite_strict=True,
    )
    op.create_index("last_graphs_by_user", "last_graphs", ["user_id"])
    op.create_table(
        "unsettled_users",
        sa.Column("guild_id", _SNOWFLAKE, _of_a_guild(), primary_key=True, autoincrement=False),
        sa.Column("owner_id", _SNOWFLAKE, primary_key=True, autoincrement=False),
        sa.Column("account", sa.Text, primary_key=True),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sa.Column("made_here", sa.Integer, nullable=False),
        sqlite_strict=True,
    )
    op.create_index("unsettled_users_by_owner", "unsettled_users", ["owner_id"])
    _create_reminders()


def _create_reminders() -> None:
    op.create_table(
        "reminders",
        sa.Column("id", _SNOWFLAKE, primary_key=True, autoincrement=True),
        sa.Column("ref", sa.Text, nullable=False),
        sa.Column("guild_id", _SNOWFLAKE, _of_a_guild(), nullable=False),
        sa.Column("user_id", _SNOWFLAKE, nullable=False),
        sa.Column("channel_id", _SNOWFLAKE, nullable=False),
        sa.Column("graph", sa.Text, nullable=False),
        sa.Column("graph_name", sa.Text, nullable=False),
        sa.Column("quantity", sa.Text, nullable=False),
        sa.Column("minute", sa.Integer, nullable=False),
        sa.Column("timezone", sa.Text, nullable=False),
        sa.Column("next_at", _SNOWFLAKE, nullable=False),
        sa.Column("due_at", _SNOWFLAKE, nullable=False),
        sa.Column("posting_at", _SNOWFLAKE),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("lease_by", sa.Text),
        sa.Column("lease_until", _SNOWFLAKE, nullable=False),
        sa.Column("fence", sa.Integer, nullable=False),
        sqlite_strict=True,
        sqlite_autoincrement=True,
    )
    op.create_index("reminders_by_ref", "reminders", ["ref"], unique=True)
    op.create_index("reminders_by_due_at", "reminders", ["due_at"])
    op.create_index("reminders_by_place", "reminders", ["guild_id", "user_id"])
    op.create_index("reminders_by_user", "reminders", ["user_id"])
    op.create_table(
        "reminder_days",
        sa.Column(
            "reminder_id",
            _SNOWFLAKE,
            sa.ForeignKey("reminders.id", ondelete="CASCADE"),
            primary_key=True,
            autoincrement=False,
        ),
        sa.Column("day", sa.Integer, primary_key=True, autoincrement=False),
        sqlite_strict=True,
    )


def _of_a_guild() -> sa.ForeignKey:
    return sa.ForeignKey("guilds.guild_id", ondelete="CASCADE")
