"""Fixtures: the emulators, the app before it is on Discord, and a stage with people on it."""

from __future__ import annotations

import asyncio
import gc
import logging
import os
import shutil
from collections.abc import AsyncGenerator, Generator
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit

import pytest
import simcord
from hypothesis import settings as hypothesis_settings
from pydantic import SecretStr

from bot.app import App
from bot.crypto import new_key
from bot.demo.files import HOST, Attachments
from bot.log import RedactingFormatter
from bot.media import WebSource
from bot.sandbox import PIXELA_TOKEN, USEAPI_KEY, Residents, Sandbox
from bot.settings import GivenSettings, Settings
from bot.storage.database import Database
from tests import inline_sqlite
from tests.stage import MANAGER, LineCollector, Stage, make_app
from tests.swift import SwiftEnv, Told

# Nearly all that a test makes lives until its end: looking for cycles every few moments took a sixth of the
# suite's time.
gc.freeze()
gc.set_threshold(100_000, 50, 100)

ENOUGH = 32 * 1024 * 1024
"""Bytes that the databases of a worker fit into; there is one at a time."""

# How long an example takes depends on what else the machine does.
hypothesis_settings.register_profile("untimed", deadline=None)
hypothesis_settings.load_profile("untimed")


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return an empty database of the newest schema, to be copied."""
    file = tmp_path_factory.mktemp("template") / "empty.db"

    async def make() -> None:
        database = await Database.open(f"sqlite+aiosqlite:///{file}")
        await database.close()

    asyncio.run(make())
    return file


@pytest.fixture(scope="session")
def disk(tmp_path_factory: pytest.TempPathFactory) -> Generator[Path]:
    """Give a folder for databases: in memory where there is some, since every commit waits for a disk."""
    memory = Path("/dev/shm")  # noqa: S108 - a folder of our own in it
    if not os.access(memory, os.W_OK) or shutil.disk_usage(memory).free < ENOUGH:
        yield tmp_path_factory.mktemp("databases")
        return
    with TemporaryDirectory(dir=memory, prefix="switchboard-tests-") as folder:
        yield Path(folder)


@pytest.fixture
def database_file(disk: Path) -> Generator[Path]:
    """Give the path of a database that is not there yet."""
    with TemporaryDirectory(dir=disk) as folder:
        yield Path(folder) / "switchboard.db"


@pytest.fixture
def database_url(migrated: Path, database_file: Path) -> str:
    """Return the address of a fresh database."""
    shutil.copy(migrated, database_file)
    return f"sqlite+aiosqlite:///{database_file}"


@pytest.fixture
async def database(database_url: str) -> AsyncGenerator[Database]:
    """Give a fresh database, open."""
    opened = await Database.open(database_url)
    yield opened
    await opened.close()


@pytest.fixture
async def sandbox() -> AsyncGenerator[Sandbox]:
    """Give the emulators, running and empty; what they complain of fails the test."""
    async with Sandbox() as running:
        running.pixela.rejection_rate = 0
        running.pluralkit.limits_on = False
        yield running
        assert [line for upstream in running.upstreams for line in upstream.complaints] == []


@pytest.fixture
def driver() -> str:
    """Return what stands behind the address of the database that the bot uses: how it is driven."""
    return f"?plugin={inline_sqlite.NAME}"


@pytest.fixture
def settings(sandbox: Sandbox, database_url: str, database_file: Path, driver: str, told: Told) -> Settings:
    """Return settings that point at the emulators and a fresh database."""
    told.recall(database_file)
    return GivenSettings(
        database_url=SecretStr(f"{database_url}{driver}"),
        encryption_keys=SecretStr(new_key()),
        useapi_url=sandbox.useapi.url,
        pixela_url=sandbox.pixela.url,
        pluralkit_url=sandbox.pluralkit.url,
        media_hosts=(HOST, urlsplit(sandbox.useapi.url).netloc),
    )


@pytest.fixture
async def files() -> AsyncGenerator[Attachments]:
    """Give what the bot downloads from: what people attach, and the emulators."""
    async with WebSource("Switchboard-tests") as web:
        yield Attachments(web)


@pytest.fixture
async def app(settings: Settings, files: Attachments) -> AsyncGenerator[App]:
    """Give the real bot, not yet on Discord."""
    made = make_app(settings, source=files)
    async with made:
        yield made


@pytest.fixture
def log_lines() -> Generator[list[str]]:
    """Give every line that is logged during the test, from DEBUG on.

    All but those of aiosqlite: an operator never sees them, and they are most of a test's time.
    """
    lines: list[str] = []
    collector = LineCollector(lines, RedactingFormatter())
    root = logging.getLogger()
    level = root.level
    root.addHandler(collector)
    root.setLevel(logging.DEBUG)
    logging.getLogger("aiosqlite").setLevel(logging.WARNING)
    yield lines
    root.setLevel(level)
    root.removeHandler(collector)


@pytest.fixture(scope="session")
def told(migrated: Path) -> Told:
    """Give what Discord was told of the commands by an earlier start of the bot: nothing at first."""
    return Told(migrated)


@pytest.fixture
async def stage(
    app: App,
    sandbox: Sandbox,
    files: Attachments,
    log_lines: list[str],
    told: Told,
    database_file: Path,
) -> AsyncGenerator[Stage]:
    """Give a server with an administrator and a member, the bot in it, and seeded upstreams."""
    env = SwiftEnv(app, shard_count=1, check_errors=False)
    told.brief(env)
    await env.start()
    told.note(env, database_file)
    files.store = env.backend.cdn
    made = _set_the_stage(env, app, sandbox, log_lines)
    made.files = files
    try:
        yield made
        assert made.bugs() == []
        assert made.references() == []
        secrets = (USEAPI_KEY, PIXELA_TOKEN, made.seeds.pluralkit_token)
        assert not [line for line in log_lines if any(secret in line for secret in secrets)]
    finally:
        await env.shutdown()
        await made.app.close()


def _set_the_stage(env: simcord.Env, app: App, sandbox: Sandbox, log_lines: list[str]) -> Stage:
    guild = env.create_guild("Harbour")
    channel = guild.create_text_channel("general")
    managers = guild.create_role("managers", permissions=MANAGER)
    admin = guild.add_member(env.create_user("ada"), roles=[managers])
    member = guild.add_member(env.create_user("ben"))
    # What happened lies before the bot's present, which is SimCord's.
    for upstream in sandbox.upstreams:
        upstream.clock = lambda: env.now().timestamp()
    residents = Residents(
        account_id=admin.id, other_account_id=member.id, guild_id=guild.id, channel_id=channel.id
    )
    return Stage(env, app, sandbox, sandbox.seed(residents), guild, channel, admin, member, log_lines)
