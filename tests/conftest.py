"""Fixtures: the emulators, the app before it is on Discord, and a stage with people on it."""

from __future__ import annotations

import asyncio
import gc
import logging
import os
import shutil
from collections.abc import AsyncGenerator, Generator
from contextlib import closing
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
from tests.databases import Databases, Files, Outside, Server, chosen
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


def pytest_report_header() -> str:
    """Say what databases the tests use."""
    return "databases: SQLite" if chosen() is None else "databases: PostgreSQL"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave out what is about SQLite where the databases are another's."""
    if chosen() is None:
        return
    for item in items:
        for mark in item.iter_markers("sqlite"):
            item.add_marker(pytest.mark.skip(reason=f"about SQLite itself: {mark.args[0]}"))


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


@pytest.fixture(scope="session")
def databases(request: pytest.FixtureRequest) -> Generator[Databases]:
    """Give where databases come from."""
    address = chosen()
    if address is None:
        yield Files(request.getfixturevalue("migrated"), request.getfixturevalue("disk"))
        return
    with closing(Server(address)) as server:
        server.prepare()
        yield server


@pytest.fixture
def database_url(databases: Databases) -> Generator[str]:
    """Give the address of a fresh database."""
    url = databases.make()
    yield url
    databases.drop(url)


@pytest.fixture
def outside(databases: Databases, database_url: str) -> Generator[Outside]:
    """Give the database as another program has it open, committing by itself."""
    with databases.opened(database_url) as made:
        yield made


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
def driver(databases: Databases) -> str:
    """Return what stands behind the address of the database that the bot uses: how it is driven."""
    return databases.driver


@pytest.fixture
def settings(sandbox: Sandbox, database_url: str, outside: Outside, driver: str, told: Told) -> Settings:
    """Return settings that point at the emulators and a fresh database."""
    told.recall(outside)
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
def told() -> Told:
    """Give what Discord was told of the commands by an earlier start of the bot: nothing at first."""
    return Told()


@pytest.fixture
async def stage(
    app: App,
    sandbox: Sandbox,
    files: Attachments,
    log_lines: list[str],
    told: Told,
    outside: Outside,
) -> AsyncGenerator[Stage]:
    """Give a server with an administrator and a member, the bot in it, and seeded upstreams."""
    env = SwiftEnv(app, shard_count=1, check_errors=False)
    told.brief(env)
    await env.start()
    told.note(env, outside)
    files.store = env.backend.cdn
    made = _set_the_stage(env, app, sandbox, log_lines)
    made.files, made.outside = files, outside
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
