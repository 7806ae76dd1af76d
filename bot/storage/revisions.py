"""Which schema a database has, and how it gets the newest. All of it runs inside one transaction."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, text

from bot.errors import StartupError
from bot.storage import schema

_LOCK = 0x5B0A_2D01
"""The number under which processes queue up to change the schema."""
_MIGRATIONS = Path(__file__).parent / "migrations"


def find_revision(connection: Connection) -> str | None:
    """Return the revision of the schema, None where there is none yet."""
    if not connection.dialect.has_table(connection, "alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one_or_none()


def check_revision(found: str | None) -> None:
    """Raise :class:`~bot.errors.StartupError` where a database is newer than this code."""
    known = {path.name[:4] for path in (_MIGRATIONS / "versions").glob("0*.py")}
    if found is not None and found not in known:
        raise StartupError(
            f"DATABASE_URL: the database has schema {found} and this program knows {schema.HEAD} at "
            "the most; run the newer program, or restore the backup made before it"
        )


def bring_up_to_date(connection: Connection) -> None:
    """Give a database the newest schema. Raises what :func:`check_revision` raises."""
    if connection.dialect.name == "postgresql":  # pragma: no cover - a drill, with a real server
        # SQLite lets one writer in at a time; here processes that start together have to queue up.
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
    found = find_revision(connection)
    check_revision(found)
    if found is None:
        _create(connection)
    else:  # nothing happens where another process was quicker
        _migrate(connection)


def _create(connection: Connection) -> None:
    # A new database gets the newest schema at once, which is what all revisions make in turn.
    schema.metadata.create_all(connection, checkfirst=False)
    connection.execute(schema.guilds.insert().values(guild_id=schema.NOWHERE, joined_at=0))
    schema.version.create(connection)
    connection.execute(schema.version.insert().values(version_num=schema.HEAD))


def _migrate(connection: Connection) -> None:
    # Alembic costs a third of a second and 7 MB: it is imported only where the schema is behind.
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    # A percent sign means something to the parser of Alembic's settings.
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
