"""Runs the revisions on the connection that :mod:`bot.storage.database` hands over."""

from __future__ import annotations

from alembic import context
from sqlalchemy import Connection

from bot.storage.schema import metadata


def _migrate() -> None:
    connection = context.config.attributes["connection"]
    if not isinstance(connection, Connection):
        raise TypeError("migrations run on the connection they are given")
    context.configure(connection=connection, target_metadata=metadata, transaction_per_migration=False)
    context.run_migrations()


_migrate()
