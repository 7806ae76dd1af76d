"""Make the table of answers that are owed, so that nobody waits for a worker that died."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

_SNOWFLAKE = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Make the new table."""
    op.create_table(
        "owed_answers",
        sa.Column("id", _SNOWFLAKE, primary_key=True, autoincrement=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sa.Column("expires_at", _SNOWFLAKE, nullable=False),
        sa.Column("doubtful", sa.Integer, nullable=False),
        sa.Column("lease_by", sa.Text),
        sa.Column("lease_until", _SNOWFLAKE, nullable=False),
        sa.Column("fence", sa.Integer, nullable=False),
        sqlite_strict=True,
    )
    op.create_index("owed_answers_by_lease_until", "owed_answers", ["lease_until"])
