"""Name keys, and make the tables of access, limits, alerts and what is posted for administrators."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

_SNOWFLAKE = sa.BigInteger().with_variant(sa.Integer, "sqlite")
_KEPT = (
    "guild_id",
    "owner_id",
    "service",
    "sealed",
    "hint",
    "account",
    "everywhere",
    "set_by",
    "set_at",
    "refused_at",
    "succeeded_at",
    "failed_at",
    "failure",
)


def upgrade() -> None:
    """Widen tables, and make the new ones."""
    op.add_column("guilds", sa.Column("audit_channel", _SNOWFLAKE))
    op.add_column("guilds", sa.Column("alert_channel", _SNOWFLAKE))
    op.add_column("audit", sa.Column("detail", sa.Text, nullable=False, server_default=""))
    op.add_column("jobs", sa.Column("key_name", sa.Text, nullable=False, server_default=""))
    op.add_column("reminders", sa.Column("graph_zone", sa.Text, nullable=False, server_default=""))
    op.add_column("reminders", sa.Column("refusals", sa.Integer, nullable=False, server_default="0"))
    op.add_column("reminder_days", sa.Column("claimed_at", _SNOWFLAKE, nullable=False, server_default="0"))
    _name_credentials()
    _create_rules()
    _create_notices()


def _name_credentials() -> None:
    """Make the table anew: SQLite cannot change a primary key."""
    op.drop_index("credentials_by_owner", "credentials")
    op.rename_table("credentials", "old_credentials")
    if op.get_bind().dialect.name == "postgresql":  # pragma: no cover - a drill, with a real server
        op.execute("ALTER INDEX credentials_pkey RENAME TO old_credentials_pkey")
    op.create_table(
        "credentials",
        sa.Column("guild_id", _SNOWFLAKE, _of_a_guild(), primary_key=True, autoincrement=False),
        sa.Column("owner_id", _SNOWFLAKE, primary_key=True, autoincrement=False),
        sa.Column("service", sa.Text, primary_key=True),
        sa.Column("name", sa.Text, primary_key=True, server_default=""),
        sa.Column("is_default", sa.Integer, nullable=False, server_default="1"),
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
    columns = ", ".join(_KEPT)
    op.execute(f"INSERT INTO credentials ({columns}) SELECT {columns} FROM old_credentials")  # noqa: S608 - our own names
    op.drop_table("old_credentials")
    op.create_index("credentials_by_owner", "credentials", ["owner_id"])
    only = sa.text("is_default = 1")
    op.create_index(
        "credentials_by_default",
        "credentials",
        ["guild_id", "owner_id", "service"],
        unique=True,
        sqlite_where=only,
        postgresql_where=only,
    )


def _create_rules() -> None:
    op.create_table(
        "access_rules",
        sa.Column("guild_id", _SNOWFLAKE, _of_a_guild(), primary_key=True, autoincrement=False),
        sa.Column("service", sa.Text, primary_key=True),
        sa.Column("kind", sa.Text, primary_key=True),
        sa.Column("subject_id", _SNOWFLAKE, primary_key=True, autoincrement=False),
        sqlite_strict=True,
    )
    op.create_table(
        "service_limits",
        sa.Column("guild_id", _SNOWFLAKE, _of_a_guild(), primary_key=True, autoincrement=False),
        sa.Column("service", sa.Text, primary_key=True),
        sa.Column("member_day", sa.Integer),
        sa.Column("member_at_once", sa.Integer),
        sa.Column("server_day", sa.Integer),
        sqlite_strict=True,
    )
    op.create_table(
        "tallies",
        sa.Column("guild_id", _SNOWFLAKE, _of_a_guild(), primary_key=True, autoincrement=False),
        sa.Column("service", sa.Text, primary_key=True),
        sa.Column("day", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("who", sa.Text, primary_key=True),
        sa.Column("count", sa.Integer, nullable=False),
        sqlite_strict=True,
    )
    op.create_index("tallies_by_day", "tallies", ["day"])


def _create_notices() -> None:
    op.create_table(
        "alerts",
        sa.Column("guild_id", _SNOWFLAKE, _of_a_guild(), primary_key=True, autoincrement=False),
        sa.Column("kind", sa.Text, primary_key=True),
        sa.Column("subject", sa.Text, primary_key=True),
        sa.Column("since", _SNOWFLAKE, nullable=False),
        sqlite_strict=True,
    )
    op.create_table(
        "duties",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("lease_by", sa.Text, nullable=False),
        sa.Column("lease_until", _SNOWFLAKE, nullable=False),
        sqlite_strict=True,
    )
    op.create_table(
        "notices",
        sa.Column("id", _SNOWFLAKE, primary_key=True, autoincrement=True),
        sa.Column("ref", sa.Text, nullable=False),
        sa.Column("guild_id", _SNOWFLAKE, _of_a_guild(), nullable=False),
        sa.Column("channel_id", _SNOWFLAKE, nullable=False),
        sa.Column("audit_id", _SNOWFLAKE, sa.ForeignKey("audit.id", ondelete="CASCADE")),
        sa.Column("body", sa.Text),
        sa.Column("due_at", _SNOWFLAKE, nullable=False),
        sa.Column("posting_at", _SNOWFLAKE),
        sa.Column("tries", sa.Integer, nullable=False, server_default="0"),
        sa.Column("lease_by", sa.Text),
        sa.Column("lease_until", _SNOWFLAKE, nullable=False, server_default="0"),
        sa.Column("fence", sa.Integer, nullable=False, server_default="0"),
        sqlite_strict=True,
        sqlite_autoincrement=True,
    )
    op.create_index("notices_by_ref", "notices", ["ref"], unique=True)
    op.create_index("notices_by_due_at", "notices", ["due_at"])
    op.create_index("notices_by_guild", "notices", ["guild_id"])
    op.create_index("notices_by_audit", "notices", ["audit_id"])


def _of_a_guild() -> sa.ForeignKey:
    return sa.ForeignKey("guilds.guild_id", ondelete="CASCADE")
