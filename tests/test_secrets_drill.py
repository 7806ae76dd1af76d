"""Secrets fed through every path of a real process, and looked for wherever something is left of it."""

from __future__ import annotations

import asyncio
import json
import signal
import sqlite3
import string
from base64 import b64encode
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import Any
from urllib.parse import quote

import aiohttp
import pytest

from benchmarks.answers import Answer
from benchmarks.loopback import LoopbackDiscord
from bot.crypto import new_key
from bot.sandbox import Sandbox, Seeds
from bot.sandbox.upstream import Trouble, Upstream
from tests.api.desk import closed_port
from tests.leaks import found
from tests.processes import PATIENCE, run, running

MANAGER = 1 << 5
BOT_TOKEN = "MTIwMDAwMDAwMDAwMDAwMDAwMQ.G4bQ1x.loopback-Discord-Token-of-the-Bot-0"
WRONG_KEY = "user:404-WrongKeyOfNobody1"
ACCOUNT_TOKEN = "account/Discord+token=of.an-account"
OTHER_TOKEN = "MTE5OTk5OTk5OTk5OTk5OTk5OQ.Gz9Qab.another-Discord_Token-of-an-account"
PIXELA_TOKEN = "pixela-Token-of-Ada-1"
WRONG_TOKEN = "pixela-Token-of-nobody-2"
THANKS_CODE = "ThanksCode4Ada77"
WRONG_PLURALKIT = b64encode(string.ascii_letters[:48].encode()).decode()
PASSWORD = "D4tabase!Passw0rd"
PROMPT = "a-lamp-that-nobody-else-may-read-of"
UNIT = "unitofhabits"
ACCOUNT = {"channel": "100000000000000099", "max_jobs": 3}


@pytest.fixture
async def discord() -> AsyncGenerator[LoopbackDiscord]:
    async with LoopbackDiscord(token=BOT_TOKEN) as made:
        yield made


def echo(
    upstream: Upstream, secret: str, *, status: int = 500, times: int | None = 1, method: str = "*"
) -> None:
    """Have an upstream answer with the secret in its body, as some do."""
    body = json.dumps(
        {"error": f"cannot do that with {secret}", "message": f"token={secret}", "token": secret}
    )
    headers = {"Content-Type": "application/json"}
    upstream.fail(status=status, body=body.encode(), headers=headers, times=times, method=method)


class People:
    """Whoever types secrets into the bot."""

    def __init__(self, discord: LoopbackDiscord) -> None:
        self.discord = discord

    async def fill(self, command: str, options: dict[str, Any], fields: dict[str, Any], **how: Any) -> Answer:
        """Run a command that opens a form, and send that."""
        form = await self.discord.slash(command, options, permissions=MANAGER)
        return await self.discord.submit(form, fields, **how)

    async def connect(self, key: str, **how: Any) -> Answer:
        """Connect the server."""
        return await self.fill("setup connect", {"service": "useapi"}, {"key": key}, **how)

    async def register(self, token: str, **how: Any) -> Answer:
        """Register an account."""
        return await self.fill("accounts pika register", ACCOUNT, {"discord_token": token}, **how)

    async def create(self, name: str, **how: Any) -> Answer:
        """Create a user at Pixela."""
        fields = {"token": PIXELA_TOKEN, "thanks_code": THANKS_CODE, "agree_terms": True, "not_minor": True}
        return await self.fill("pixela user create", {"username": name}, fields, **how)


async def feed_useapi(people: People, sandbox: Sandbox, key: str) -> None:
    """Connect and register, well and badly."""
    useapi = sandbox.useapi
    await people.connect(WRONG_KEY)
    echo(useapi, key, times=None)
    await people.connect(key)
    useapi.clear_faults()
    await people.connect(key)
    echo(useapi, ACCOUNT_TOKEN, method="POST")
    await people.register(ACCOUNT_TOKEN)
    echo(useapi, OTHER_TOKEN, status=400, method="POST")
    await people.register(OTHER_TOKEN)
    useapi.fail(Trouble.LOST, method="POST", times=1)
    await people.register(ACCOUNT_TOKEN)
    await people.register(OTHER_TOKEN)
    await people.discord.slash("accounts pika list", permissions=MANAGER)
    await people.discord.slash("midjourney imagine", {"prompt": PROMPT})


async def feed_pixela(people: People, sandbox: Sandbox) -> str:
    """Create, link and change a user, well and badly; return what opens a webhook of it."""
    discord, pixela = people.discord, sandbox.pixela
    link = {"username": "ada-2"}
    echo(pixela, PIXELA_TOKEN, method="POST")
    doubt = await people.create("ada-3")
    echo(pixela, THANKS_CODE, status=400, method="POST")
    refusal = await people.create("ada-4")
    made = await people.create("ada-2")
    assert "ada-2" in pixela.users, (doubt.text, refusal.text, made.text)
    await people.fill("pixela user link", link, {"token": WRONG_TOKEN})
    await people.fill("pixela user link", link, {"token": PIXELA_TOKEN})
    graph = {"id": "pages", "name": "Pages", "unit": UNIT, "type": "int", "color": "shibafu"}
    await discord.slash("pixela graph create", graph)
    await discord.slash("pixela webhook create", {"graph": "pages", "type": "increment"})
    await discord.slash("pixela webhook list")
    return next(iter(pixela.users["ada-2"].webhooks.values())).hash


async def feed_pluralkit(people: People, sandbox: Sandbox, seeds: Seeds) -> None:
    """Link a system, well and badly."""
    pluralkit = sandbox.pluralkit
    await people.fill("pluralkit link", {}, {"token": WRONG_PLURALKIT})
    echo(pluralkit, seeds.pluralkit_token, times=None)
    await people.fill("pluralkit link", {}, {"token": seeds.pluralkit_token})
    pluralkit.clear_faults()
    await people.fill("pluralkit link", {}, {"token": seeds.pluralkit_token})
    form = await people.discord.slash("pluralkit edit system")
    echo(pluralkit, seeds.pluralkit_token, status=400, method="PATCH")
    await people.discord.submit(form, {"name": PROMPT})


async def break_down(people: People, file: Path, key: str) -> None:
    """Have the handlers of forms raise what is no refusal."""
    form = await people.discord.slash("accounts pika register", ACCOUNT, permissions=MANAGER)
    with closing(sqlite3.connect(file, isolation_level=None, timeout=10)) as other:
        other.execute("ALTER TABLE credentials RENAME TO elsewhere")
        said = [
            await people.connect(key),
            await people.discord.submit(form, {"discord_token": ACCOUNT_TOKEN}),
        ]
        other.execute("ALTER TABLE elsewhere RENAME TO credentials")
    assert all("reference" in each.text for each in said)


@asynccontextmanager
async def drained(process: asyncio.subprocess.Process) -> AsyncGenerator[asyncio.Task[tuple[bytes, bytes]]]:
    """Read what a process logs until it ends, lest it waits for its reader."""
    reading = asyncio.create_task(process.communicate())
    try:
        yield reading
    finally:
        reading.cancel()
        await asyncio.wait({reading})


@pytest.mark.drill
async def test_no_secret_is_left_anywhere_in_clear(
    discord: LoopbackDiscord, sandbox: Sandbox, tmp_path: Path
) -> None:
    seeds, port, keys = sandbox.seed(), closed_port(), f"{new_key()},{new_key()}"
    file = tmp_path / "data" / "switchboard.db"
    settings = {
        "DISCORD_TOKEN": discord.token,
        "DISCORD_API_URL": discord.api_url,
        "ENCRYPTION_KEYS": keys,
        "USEAPI_URL": sandbox.useapi.url,
        "PIXELA_URL": sandbox.pixela.url,
        "PLURALKIT_URL": sandbox.pluralkit.url,
        "LOG_LEVEL": "DEBUG",
        "LOG_FORMAT": "json",
        "HEALTH_PORT": str(port),
        "JOB_POLL_SECONDS": "0.2",
    }
    async with running(tmp_path, "run", settings=settings) as process, drained(process) as logged:
        await discord.wait_ready(timeout=PATIENCE)
        people = People(discord)
        await people.connect(seeds.useapi_key)
        sandbox.useapi.fail(Trouble.SLOW, method="POST", seconds=30, times=1)
        slow = asyncio.create_task(people.register(OTHER_TOKEN, timeout=PATIENCE))
        await asyncio.gather(
            feed_pluralkit(people, sandbox, seeds),
            webhook := asyncio.create_task(feed_pixela(people, sandbox)),
        )
        await slow
        await feed_useapi(people, sandbox, seeds.useapi_key)
        await break_down(people, file, seeds.useapi_key)
        async with aiohttp.ClientSession(f"http://127.0.0.1:{port}") as session:
            told = [await (await session.get(path)).read() for path in ("/readyz", "/metrics")]
        copies = [
            await run(tmp_path, command, str(tmp_path / f"{command}.copy"), **settings)
            for command in ("backup", "export")
        ]
        assert [copy.code for copy in copies] == [0, 0]
        files = {path.name: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
        process.send_signal(signal.SIGTERM)
        log = (await logged)[1].decode()
    wrong = {"DATABASE_URL": f"postgresql+asyncpg://ada:{quote(PASSWORD)}@127.0.0.1:{closed_port()}/x"}
    unreachable = await run(tmp_path, "run", **settings | wrong)
    assert unreachable.code == 2
    secrets = {
        "the bot's token": discord.token,
        "a key of encryption": keys.partition(",")[0],
        "another": keys.partition(",")[2],
        "the useapi key": seeds.useapi_key,
        "a wrong one": WRONG_KEY,
        "an account's token": ACCOUNT_TOKEN,
        "another account's": OTHER_TOKEN,
        "Pixela's token": PIXELA_TOKEN,
        "a wrong one of Pixela": WRONG_TOKEN,
        "the thanks code": THANKS_CODE,
        "PluralKit's token": seeds.pluralkit_token,
        "a wrong one of PluralKit": WRONG_PLURALKIT,
        "a webhook": webhook.result(),
        "the database's password": PASSWORD,
    }
    assert found(secrets, json.dumps([*secrets.values()]).encode()) == [*secrets]
    assert {"switchboard.db", "backup.copy", "export.copy"} <= {*files}
    assert {name: found(secrets, text) for name, text in files.items() if found(secrets, text)} == {}
    said = [log.encode(), *told, *(f"{each.out}{each.err}".encode() for each in (*copies, unreachable))]
    assert [found(secrets, text) for text in said if found(secrets, text)] == []
    shown = {name: secret for name, secret in secrets.items() if name != "a webhook"}  # to whoever made it
    assert found(shown, json.dumps(discord.messages()).encode()) == []
    # Nor is anything logged that people typed, and the log shows that all of it happened.
    assert found({"a prompt": PROMPT, "a unit": UNIT}, log.encode()) == []
    endings = {record.get("outcome") for record in map(json.loads, log.splitlines())}
    assert {"answered", "refused", "upstream", "bug"} <= endings
    assert log.count("Traceback") >= 2
