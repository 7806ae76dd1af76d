"""What ``python -m bot check`` tells: whether the program would start. It makes and changes nothing."""

from __future__ import annotations

from bot.api.sharing import SharedCounts
from bot.errors import StartupError
from bot.settings import Settings
from bot.storage import schema
from bot.storage.inspection import Inspection, inspect
from bot.storage.revisions import check_revision
from bot.storage.shape import check_whole
from bot.vault import CANARY, check_vault


async def report_lines(settings: Settings) -> list[str]:
    """Return a line for each thing that was looked at.

    Raises :class:`~bot.errors.StartupError` with a line per problem where the start would stop.
    """
    found = await inspect(settings.database_url.get_secret_value(), CANARY)
    problems: list[str] = []
    for check in (
        lambda: check_revision(found.revision),
        lambda: check_whole(found.lacking),
        lambda: check_vault(settings, found.canary),
        lambda: _check_limits(settings),
    ):
        try:
            check()
        except StartupError as error:
            problems += error.problems
    if problems:
        raise StartupError(*problems)
    token = "set" if settings.discord_token is not None else "not set; `run` needs it"
    return [
        "settings: fine",
        f"DISCORD_TOKEN: {token}",
        f"database: {_schema(found)}",
        f"key: {_key(settings, found)}",
        f"services: {', '.join(service.label for service in settings.services)}",
        f"limits of services: {_limits(settings)}",
    ]


def _schema(found: Inspection) -> str:
    if found.revision is None:
        return "not made yet; the first run makes it"
    if found.revision == schema.HEAD:
        return f"fine, schema {found.revision}"
    return f"schema {found.revision}; the next run brings it to {schema.HEAD}"


def _key(settings: Settings, found: Inspection) -> str:
    if found.canary is not None:
        return "opens this database"
    return "set" if settings.encryption_keys is not None else "not made yet; the first run makes it"


def _check_limits(settings: Settings) -> None:
    if settings.rate_limit_url is not None:
        SharedCounts(settings.rate_limit_url, str)  # it connects with the first call


def _limits(settings: Settings) -> str:
    if settings.rate_limit_url is not None:
        return "counted at the server of RATE_LIMIT_URL; `doctor` tries it"
    if settings.workers > 1:
        return f"each of {settings.workers} workers keeps to its own share"
    return "all for this one worker"
