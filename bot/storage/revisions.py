"""Which schema a database has, and how it gets the newest. All of it runs inside one transaction."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from bot.errors import StartupError
from bot.storage import schema
from bot.storage.troubles import explain

_LOCK = 0x5B0A_2D01
"""The number under which processes queue up to change the schema."""
_MIGRATIONS = Path(__file__).parent / "migrations"


def find_revision(connection: Connection) -> str | None:
    """Return the revision of the schema, None where there is none yet."""
    if not connection.dialect.has_table(connection, "alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one_or_none()


def is_known(revision: str) -> bool:
    """Say whether this code has a revision."""
    return any(path.name[:4] == revision for path in (_MIGRATIONS / "versions").glob("0*.py"))


def check_revision(found: str | None, subject: str = "DATABASE_URL: the database") -> None:
    """Raise :class:`~bot.errors.StartupError` where a database is newer than this code.

    ``subject`` names the database, or what else it is.
    """
    if found is not None and not is_known(found):
        raise StartupError(
            f"{subject} has schema {found} and this program knows {schema.HEAD} at "
            "the most; run the newer program, or restore the backup made before it"
        )


def bring_up_to_date(connection: Connection) -> None:
    """Give a database the newest schema.

    Raises what :func:`check_revision` raises, and :class:`~bot.errors.StartupError` where a revision fails.
    """
    queue_up(connection)
    found = find_revision(connection)
    check_revision(found)
    if found is None:
        _create(connection)
    elif found != schema.HEAD:  # else another process was quicker
        migrate(connection, found)


def queue_up(connection: Connection) -> None:
    """Wait for other processes that change the schema, and have them wait until the transaction ends."""
    if connection.dialect.name == "postgresql":  # pragma: no cover - a drill, with a real server
        # SQLite lets one writer in at a time; here processes that start together have to queue up.
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})


def make_again(connection: Connection, revision: str) -> None:
    """Drop every table of ours, and make what they were in an earlier revision."""
    schema.metadata.drop_all(connection)
    schema.version.drop(connection)
    migrate(connection, None, to=revision)


def migrate(connection: Connection, found: str | None, *, to: str = schema.HEAD) -> None:
    """Run the revisions after the one that was found.

    Raises :class:`~bot.errors.StartupError` where one fails; the transaction is to be undone then.
    """
    # Alembic costs a third of a second and 7 MB: it is imported only where the schema is behind.
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    # A percent sign means something to the parser of Alembic's settings.
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, to)
    except Exception as error:  # a revision is code that may raise anything
        reason = explain(error) if isinstance(error, DBAPIError) else type(error).__name__
        raise StartupError(
            f"DATABASE_URL: the upgrade from schema {found} to {to} failed ({reason}); nothing was changed, "
            "and the former program still works with this database"
        ) from error


def _create(connection: Connection) -> None:
    # A new database gets the newest schema at once, which is what all revisions make in turn.
    schema.take_over_conditions(connection.dialect)
    schema.metadata.create_all(connection, checkfirst=False)
    connection.execute(schema.guilds.insert().values(guild_id=schema.NOWHERE, joined_at=0))
    schema.version.create(connection)
    connection.execute(schema.version.insert().values(version_num=schema.HEAD))
