"""Make the tables of what passes and every worker has to know: open forms, errands, presses."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

_SNOWFLAKE = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Make the new tables."""
    op.create_table(
        "drafts",
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column(
            "guild_id", _SNOWFLAKE, sa.ForeignKey("guilds.guild_id", ondelete="CASCADE"), nullable=False
        ),
        sa.Column("user_id", _SNOWFLAKE, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sa.Column("expires_at", _SNOWFLAKE, nullable=False),
        sa.Column("taken", sa.Integer, nullable=False, server_default="0"),
        sqlite_strict=True,
    )
    op.create_index("drafts_by_guild", "drafts", ["guild_id"])
    op.create_index("drafts_by_user", "drafts", ["user_id", "expires_at"])
    op.create_index("drafts_by_expires_at", "drafts", ["expires_at"])
    op.create_table(
        "errands",
        sa.Column("user_id", _SNOWFLAKE, primary_key=True, autoincrement=False),
        sa.Column("kind", sa.Text, primary_key=True),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("stopped", sa.Integer, nullable=False, server_default="0"),
        sa.Column("lease_until", _SNOWFLAKE, nullable=False),
        sqlite_strict=True,
    )
    op.create_index("errands_by_key", "errands", ["key"], unique=True)
    op.create_index("errands_by_lease_until", "errands", ["lease_until"])
    op.create_table(
        "presses",
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("expires_at", _SNOWFLAKE, nullable=False),
        sqlite_strict=True,
    )
    op.create_index("presses_by_expires_at", "presses", ["expires_at"])
