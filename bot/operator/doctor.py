"""``python -m bot doctor``: looks at everything that a bot depends on, and changes nothing of it."""

from __future__ import annotations

import os
import shutil
import stat
import time
from collections.abc import AsyncGenerator, Callable, Generator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from http import HTTPStatus
from urllib.parse import urlsplit

from bot.api.sharing import SharedCounts
from bot.errors import StartupError
from bot.operator.reach import Answer, ask
from bot.operator.sealing import lost_lines, survey
from bot.redaction import redact
from bot.services import Provider
from bot.settings import ENV_FILE, Settings, odd_names
from bot.storage import schema
from bot.storage.database import database_file
from bot.storage.files import SIDES, beside
from bot.storage.inspection import Inspection, inspect, snapshot
from bot.storage.revisions import check_revision
from bot.storage.seals import CANARY, Reader
from bot.storage.shape import check_whole
from bot.storage.soundness import find_orphans, size_of
from bot.storage.troubles import needed_at_start
from bot.vault import check_vault, read_keyring

_SKEW = 30
"""Seconds by which clocks may differ."""
_LITTLE, _TOO_LITTLE = 256 * 2**20, 32 * 2**20
"""Bytes of free space from which on down it is a warning, and a problem."""
_FOR_OTHERS = stat.S_IRWXG | stat.S_IRWXO


class Level(Enum):
    """How bad something is."""

    OK = "ok"
    WARNING = "warning"
    PROBLEM = "problem"
    """The bot does not start, or loses something."""


@dataclass(frozen=True, slots=True)
class Line:
    """What one look found, and the way out of it."""

    level: Level
    subject: str
    said: str

    def text(self) -> str:
        """Return the line as it is printed."""
        return f"{self.level.value:<8} {self.subject}: {self.said}"

    @property
    def is_problem(self) -> bool:
        """Whether the operator has to do something."""
        return self.level is Level.PROBLEM


Lines = AsyncGenerator[Line]


async def examine(load: Callable[[], Settings], *, clock: Callable[[], float] = time.time) -> Lines:
    """Yield a line for each look. ``load`` reads the settings; ``clock`` gives seconds since 1970."""
    try:
        settings = load()
    except StartupError as error:
        for problem in error.problems:
            yield Line(Level.PROBLEM, "settings", problem)
        for remark in odd_names():
            yield Line(Level.WARNING, "settings", remark)
        return
    secrets = settings.secrets()
    for looks in (_settings, _database, _services, _limits, _disk):
        async for line in looks(settings, clock):
            yield Line(line.level, line.subject, redact(line.said, secrets))


async def _settings(settings: Settings, clock: Callable[[], float]) -> Lines:
    del clock
    for remark in odd_names():
        yield Line(Level.WARNING, "settings", remark)
    if settings.discord_token is None:
        yield Line(Level.PROBLEM, "settings", "DISCORD_TOKEN is not set; it is on the Bot page of your app")
    else:
        yield Line(Level.OK, "settings", "all of them can be read")
    some = settings.shard_ids is not None and len(settings.shard_ids) != settings.shard_count
    if some and database_file(settings.database_url.get_secret_value()) is not None:
        said = "SHARD_IDS names some of the shards; the processes with the others need the same database, "
        yield Line(Level.WARNING, "settings", f"{said}and several can share a PostgreSQL only (DATABASE_URL)")


async def _database(settings: Settings, clock: Callable[[], float]) -> Lines:
    del clock
    url = settings.database_url.get_secret_value()
    try:
        found = await inspect(url, CANARY, indexes=True)
        check_revision(found.revision)
        check_whole(found.lacking)
    except StartupError as error:
        for problem in error.problems:
            yield Line(Level.PROBLEM, "database", problem)
        return
    if found.revision is None:
        yield Line(Level.OK, "database", "not made yet; the first run makes it")
    elif found.revision != schema.HEAD:
        yield Line(Level.OK, "database", f"schema {found.revision}; the next run brings it to {schema.HEAD}")
    async for line in _opened(settings, found):
        yield line
    for line in _modes(settings):
        yield line


async def _opened(settings: Settings, found: Inspection) -> Lines:
    """Read what only a key opens, where the schema is the newest."""
    subject = "keys"
    try:
        check_vault(settings, found.canary)
        subject = "database"
        if found.revision == schema.HEAD:
            async with snapshot(settings.database_url.get_secret_value()) as connection:
                with needed_at_start():
                    async for line in _content(settings, connection):
                        yield line
    except StartupError as error:
        for problem in error.problems:
            yield Line(Level.PROBLEM, subject, problem)


async def _content(settings: Settings, connection: Reader) -> Lines:
    orphans = await find_orphans(connection)
    for table, rows in orphans.items():
        said = f"{rows} rows of {table} point at nothing; restore a backup"
        yield Line(Level.PROBLEM, "database", said)
    if not orphans:
        yield Line(Level.OK, "database", f"sound, schema {schema.HEAD}")
    async for line in _keys(settings, connection):
        yield line


async def _keys(settings: Settings, connection: Reader) -> Lines:
    found = await survey(connection, read_keyring(settings))
    for said in lost_lines(found):
        yield Line(Level.PROBLEM, "keys", said)
    opened = found.opening.total()
    if found.old:
        said = f"{found.old} seals of {opened} secrets need an old key; `python -m bot rotate-key` goes on"
        yield Line(Level.WARNING, "keys", said)
    elif len(found.keys) > 1:
        said = "an old key is needed by nothing; `python -m bot rotate-key --drop-old` takes it away"
        yield Line(Level.WARNING, "keys", said)
    else:
        yield Line(Level.OK, "keys", f"the one key opens this database and {opened} secrets in it")


def _modes(settings: Settings) -> Generator[Line]:
    """Say whose files others may read; those that are not there are left out."""
    paths = [ENV_FILE]
    file = database_file(settings.database_url.get_secret_value())
    if file is not None:
        paths += [beside(file, side) for side in ("", *SIDES, ".key")]
    there = [path for path in paths if path.is_file()]
    for path in there:
        mode = stat.S_IMODE(path.stat().st_mode)
        if mode & _FOR_OTHERS:
            said = f"{path} may be used by others (mode {mode:04o}); `chmod 600` keeps them out"
            yield Line(Level.WARNING, "files", said)
        if not os.access(path, os.R_OK) or not (path == ENV_FILE or os.access(path, os.W_OK)):
            yield Line(Level.PROBLEM, "files", f"{path} cannot be used by user id {os.getuid()}")


async def _services(settings: Settings, clock: Callable[[], float]) -> Lines:
    """Ask Discord and the services; where Discord does not answer, nothing works."""
    discord, *services = await ask(_addresses(settings), clock)
    wrong = _wrong(discord, served=discord.status == HTTPStatus.OK)
    if wrong is not None:
        said = f"{wrong}; look at DNS, firewall and proxy, and at discordstatus.com"
        yield Line(Level.PROBLEM, "network", said)
    well = [] if wrong else [discord]
    for answer in services:
        # Without a key, or at an address that means nothing there, a service that works refuses.
        wrong = _wrong(answer, served=(answer.status or 0) < HTTPStatus.INTERNAL_SERVER_ERROR)
        if wrong is None:
            well.append(answer)
        else:
            yield Line(Level.WARNING, "network", f"{wrong}; its commands say so to members")
    if well:
        yield Line(Level.OK, "network", f"answers come from {', '.join(answer.name for answer in well)}")
    yield _time([answer.ahead for answer in (discord, *services) if answer.ahead is not None])


def _wrong(answer: Answer, *, served: bool) -> str | None:
    """Say what is wrong with an answer, None where it is one of the server that was asked."""
    if answer.failure is not None:
        return f"{answer.name} cannot be reached: {answer.failure}"
    return None if served else f"{answer.name} does not work: it answers with HTTP status {answer.status}"


def _addresses(settings: Settings) -> Mapping[str, str]:
    urls = {
        Provider.USEAPI: settings.useapi_url,
        Provider.PIXELA: settings.pixela_url,
        Provider.PLURALKIT: settings.pluralkit_url,
    }
    used = {service.provider for service in settings.services}
    services = {_named(each.label, url): url for each, url in urls.items() if each in used}
    return {_named("Discord", settings.discord_api_url): f"{settings.discord_api_url}/gateway", **services}


def _named(label: str, url: str) -> str:
    return f"{label} ({urlsplit(url).netloc})"


def _time(ahead: Sequence[float]) -> Line:
    """Compare the clocks. One server that agrees with us is enough: theirs may be wrong, too."""
    if not ahead:
        return Line(Level.WARNING, "clock", "no answer told the time, so it was compared with nothing")
    least = min(ahead, key=abs)
    if abs(least) <= _SKEW:
        return Line(Level.OK, "clock", f"within {_SKEW} seconds of those that answered")
    said = (
        f"{abs(least):,.0f} seconds {'ahead' if least > 0 else 'behind'}: reminders come at a wrong time, "
        "jobs may be given up early or late, and signatures are refused; let NTP set it"
    )
    return Line(Level.WARNING, "clock", said)


async def _limits(settings: Settings, clock: Callable[[], float]) -> Lines:
    """Try where workers count their calls together; what that leaves there is gone after two seconds."""
    del clock
    if settings.rate_limit_url is None:
        return
    try:
        shared = SharedCounts(settings.rate_limit_url, str)
    except StartupError as error:
        for problem in error.problems:
            yield Line(Level.PROBLEM, "limits", problem)
        return
    trouble = await shared.look()
    await shared.close()
    if trouble is None:
        yield Line(Level.OK, "limits", "the server of RATE_LIMIT_URL counts")
        return
    share = (
        "as often as they allow" if settings.workers == 1 else f"at 1/{settings.workers} of what they allow"
    )
    said = f"the server of RATE_LIMIT_URL {trouble}; meanwhile each worker calls services {share} (WORKERS)"
    yield Line(Level.WARNING, "limits", said)


async def _disk(settings: Settings, clock: Callable[[], float]) -> Lines:
    del clock
    file = database_file(settings.database_url.get_secret_value())
    if file is None:
        yield Line(Level.OK, "disk", "the database is kept elsewhere")
        return
    folder = next(each for each in file.absolute().parents if each.is_dir())
    size, free = size_of(file), shutil.disk_usage(folder).free
    said = f"{free / 2**20:,.0f} MB free in {folder}; the database takes {size / 2**20:,.1f} MB"
    if not os.access(folder, os.W_OK | os.X_OK):
        yield Line(Level.PROBLEM, "disk", f"{folder} cannot be written by user id {os.getuid()}")
    if free < _TOO_LITTLE:
        yield Line(Level.PROBLEM, "disk", f"{said}; make room, or writes will fail soon")
    elif free < max(_LITTLE, 2 * size):
        yield Line(Level.WARNING, "disk", f"{said}; a backup or an upgrade needs room for a copy")
    else:
        yield Line(Level.OK, "disk", said)
