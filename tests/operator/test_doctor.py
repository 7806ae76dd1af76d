"""``python -m bot doctor``: a line for each look, whatever is the matter."""

from __future__ import annotations

import asyncio
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.crypto import new_key
from bot.errors import StartupError
from bot.operator.doctor import Line, examine
from bot.operator.rotation import drop_old, rotate
from bot.settings import Settings
from bot.storage.database import database_file
from bot.storage.lock import held
from bot.storage.schema import HEAD
from bot.vault import key_file
from tests.databases import make_stale
from tests.limits_server import hostile
from tests.operator.answering import answer, answering, dated
from tests.operator.tenants import Tenants, settings_at

NOW = 1_800_000_000.0
NAMES = ("useapi.net", "Pixela", "PluralKit")
TOKEN = SecretStr("MTIzNDU2Nzg5MDEyMzQ1Njc4.Gabcde.not-a-token-of-anybody-at-all")


@pytest.fixture(autouse=True)
def alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Put the doctor into a folder without a file of settings."""
    folder = tmp_path / "home"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


async def looks(settings: Settings, url: str = "", *, now: float = NOW) -> list[Line]:
    """Return what the doctor finds, with everything at one address."""
    if url:
        names = ("discord_api_url", "useapi_url", "pixela_url", "pluralkit_url")
        settings = settings.model_copy(update=dict.fromkeys(names, url))
    return [line async for line in examine(lambda: settings, clock=lambda: now)]


def texts(lines: list[Line], level: str) -> list[str]:
    return [f"{line.subject}: {line.said}" for line in lines if line.level.value == level]


def files_of(settings: Settings) -> tuple[Path, Path]:
    """Return the database and its key."""
    file, key = database_file(settings.database_url.get_secret_value()), key_file(settings)
    assert file is not None
    assert key is not None
    return file, key


async def test_all_is_well_beside_a_running_bot_and_nothing_is_changed(
    operated: Settings, tenants: Tenants
) -> None:
    settings = operated.model_copy(update={"discord_token": TOKEN})
    file, _ = files_of(operated)
    async with answering(dated(NOW)) as url:
        with held(settings.database_url.get_secret_value()):
            before = {path: path.read_bytes() for path in file.parent.glob(f"{file.name}*")}
            lines = await looks(settings, url)
            after = {path: path.read_bytes() for path in file.parent.glob(f"{file.name}*")}
            assert await tenants.opens(1)
    shared = file.with_name(f"{file.name}-shm")  # where readers say that they read
    assert before.pop(shared) is not None
    assert after.pop(shared) is not None
    assert after == before
    services = ("Discord", "useapi.net", "Pixela", "PluralKit")
    names = ", ".join(f"{name} ({url.removeprefix('http://')})" for name in services)
    assert [line.text() for line in lines][:-1] == [
        "ok       settings: all of them can be read",
        f"ok       database: sound, schema {HEAD}",
        "ok       keys: the one key opens this database and 9 secrets in it",
        f"ok       network: answers come from {names}",
        "ok       clock: within 30 seconds of those that answered",
    ]
    assert lines[-1].subject == "disk"
    assert "MB free in" in lines[-1].said
    assert not any(line.is_problem for line in lines)


async def test_everything_that_is_wrong_is_told_at_once_and_no_secret(
    operated: Settings, tenants: Tenants, alone: Path
) -> None:
    file, key = files_of(operated)
    old = key.read_text()
    await rotate(operated)
    tenants.keyring = type(tenants.keyring).from_text(old)
    await tenants.keep(4)
    key.chmod(0o644)
    (alone / ".env").write_text("DISCORD_TOKN=hunter2\n")
    (alone / ".env").chmod(0o600)
    with closing(sqlite3.connect(file)) as raw, raw:
        raw.execute("UPDATE credentials SET sealed = x'00' WHERE owner_id = 1")
        raw.execute("UPDATE jobs SET guild_id = 77 WHERE user_id = 2")
    async with answering(dated(NOW - 86_400)) as url:
        wrong = {"pluralkit_url": "http://127.0.0.1:1", "shard_count": 4, "shard_ids": (0, 1)}
        settings = operated.model_copy(update=wrong | {"discord_api_url": url})
        lines = await looks(settings.model_copy(update=dict.fromkeys(("useapi_url", "pixela_url"), url)))
    problems, warnings = texts(lines, "problem"), texts(lines, "warning")
    assert problems[0] == "settings: DISCORD_TOKEN is not set; it is on the Bot page of your app"
    assert problems[1] == "database: 1 rows of jobs point at nothing; restore a backup"
    assert problems[2].startswith("keys: 2 of 12 secrets open with no key that is there.")
    assert warnings[0] == "settings: .env: DISCORD_TOKN is no setting and is ignored; is DISCORD_TOKEN meant?"
    assert warnings.pop(1).startswith("settings: SHARD_IDS names some of the shards; the processes with the")
    assert warnings[1].startswith("keys: 3 seals of 10 secrets need an old key; `python -m bot rotate-key`")
    assert warnings[2] == f"files: {key} may be used by others (mode 0644); `chmod 600` keeps them out"
    assert warnings[3].startswith("network: PluralKit (127.0.0.1:1) cannot be reached: no connection (")
    assert warnings[4].startswith("clock: 86,400 seconds ahead: reminders come at a wrong time")
    said = "\n".join(line.text() for line in lines)
    assert not [secret for secret in ("hunter2", *key.read_text().split(","), "the-token") if secret in said]


async def test_an_old_key_that_nothing_needs_is_a_warning_until_it_is_dropped(
    operated: Settings, tenants: Tenants
) -> None:
    await rotate(operated)
    needless = "keys: an old key is needed by nothing; `python -m bot rotate-key --drop-old` takes it away"
    async with answering(answer()) as url:
        assert needless in texts(await looks(operated, url), "warning")
        await drop_old(operated)
        lines = await looks(operated, url)
    assert needless not in texts(lines, "warning")
    assert "clock: no answer told the time, so it was compared with nothing" in texts(lines, "warning")
    assert await tenants.opens(1)


async def test_without_discord_nothing_works_and_without_a_service_its_commands(operated: Settings) -> None:
    lines = await looks(operated.model_copy(update={"services": ()}), "http://127.0.0.1:1")
    assert len([line for line in lines if line.subject == "network"]) == 1
    assert any(
        line.startswith("network: Discord (127.0.0.1:1) cannot be") for line in texts(lines, "problem")
    )


async def test_an_answer_that_is_not_the_servers_own_is_no_answer(operated: Settings) -> None:
    broken, refusing = answer(status="502 Bad Gateway"), answer(status="401 Unauthorized")
    async with answering(broken) as wrong, answering(refusing) as right:
        lines = await looks(operated, wrong)
        settings = operated.model_copy(update={"useapi_url": right, "pixela_url": right})
        mixed = await looks(settings.model_copy(update={"discord_api_url": right, "pluralkit_url": wrong}))
    host, other = wrong.removeprefix("http://"), right.removeprefix("http://")
    said = "does not work: it answers with HTTP status"
    assert [line.said for line in lines if line.is_problem and line.subject == "network"] == [
        f"Discord ({host}) {said} 502; look at DNS, firewall and proxy, and at discordstatus.com"
    ]
    told = [f"network: {name} ({host}) {said} 502; its commands say so to members" for name in NAMES]
    assert [line for line in texts(lines, "warning") if "network" in line] == told
    assert not [line for line in texts(lines, "ok") if "network" in line]
    assert f"network: Discord ({other}) {said} 401; look at DNS" in "\n".join(texts(mixed, "problem"))
    assert f"network: answers come from useapi.net ({other}), Pixela ({other})" in texts(mixed, "ok")


async def test_a_database_that_is_not_sound_is_one_problem_and_the_looks_go_on(
    operated: Settings, tenants: Tenants
) -> None:
    await tenants.move_out()
    file, _ = files_of(operated)
    whole = file.read_bytes()

    async def problems() -> list[str]:
        lines = await looks(operated, "http://127.0.0.1:1")
        assert lines[-1].subject == "disk"
        return [line.said for line in lines if line.is_problem and line.subject == "database"]

    make_stale(file)
    [line] = await problems()
    assert line.startswith("DATABASE_URL: the database file is damaged; `python -m bot restore FILE`")
    file.write_bytes(whole)
    with closing(sqlite3.connect(file)) as raw, raw:
        raw.execute("DROP TABLE unsettled_users")
    [line] = await problems()
    assert line.startswith("DATABASE_URL: the database is not whole, it lacks the table unsettled_users; ")
    file.write_bytes(whole)
    with closing(sqlite3.connect(file)) as raw, raw:
        raw.execute("UPDATE unsettled_users SET account = CAST(x'ff' AS TEXT) WHERE owner_id = 1")  # no UTF-8
    assert await problems() == ["DATABASE_URL: the database cannot be used (OperationalError)"]


async def test_a_clock_behind_is_told_too_and_one_server_that_agrees_is_enough(operated: Settings) -> None:
    async with answering(dated(NOW)) as right, answering(dated(NOW + 3600)) as wrong:
        mixed = operated.model_copy(update={"discord_api_url": right, "pixela_url": wrong})
        assert "clock: within 30 seconds" in "\n".join(texts(await looks(mixed), "ok"))
        lines = await looks(operated, wrong)
    assert any(line.startswith("clock: 3,600 seconds behind:") for line in texts(lines, "warning"))


async def test_what_stops_a_start_is_a_problem_and_nothing_is_made(
    operated: Settings, tenants: Tenants, tmp_path: Path, alone: Path
) -> None:
    def wrong() -> Settings:
        raise StartupError("LOG_LEVEL: is wrong", "SERVICES: is wrong")

    (alone / ".env").write_text("LOG_LEVL=hunter2\n")
    told = [line.text() async for line in examine(wrong)]
    assert told == [
        "problem  settings: LOG_LEVEL: is wrong",
        "problem  settings: SERVICES: is wrong",
        "warning  settings: .env: LOG_LEVL is no setting and is ignored; is LOG_LEVEL meant?",
    ]
    nowhere = "http://127.0.0.1:1"
    new = settings_at(tmp_path / "new" / "switchboard.db")
    lines = await looks(new, nowhere)
    assert "database: not made yet; the first run makes it" in texts(lines, "ok")
    assert not (tmp_path / "new").exists()
    await tenants.move_out()
    file, key = files_of(operated)
    key.rename(key.with_name("elsewhere"))
    assert (
        f"keys: ENCRYPTION_KEYS: is not set and {key} is missing; put the key of this database back"
        in texts(await looks(operated, nowhere), "problem")
    )
    assert not key.exists()
    key.with_name("elsewhere").rename(key)
    with closing(sqlite3.connect(file)) as raw, raw:
        raw.execute("UPDATE alembic_version SET version_num = '0003'")
    behind = f"database: schema 0003; the next run brings it to {HEAD}"
    assert behind in texts(await looks(operated, nowhere), "ok")
    file.write_bytes(b"no database, and long enough to be read as the header of one" * 100)
    lines = await looks(operated, nowhere)
    assert any(line.startswith("database: DATABASE_URL: the file is not") for line in texts(lines, "problem"))


async def test_a_key_as_a_setting_and_a_database_elsewhere_are_looked_at_as_far_as_they_are_here() -> None:
    elsewhere = settings_at(Path("unused"), new_key()).model_copy(
        update={"database_url": SecretStr("postgresql+asyncpg://ada:hunter2@127.0.0.1:1/switchboard")}
    )
    lines = await looks(elsewhere, "http://127.0.0.1:1")
    assert "disk: the database is kept elsewhere" in texts(lines, "ok")
    assert any("the database server does not answer" in line for line in texts(lines, "problem"))
    assert "hunter2" not in "\n".join(line.text() for line in lines)


async def test_the_server_where_workers_count_together_is_tried(
    operated: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def count(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while await reader.read(4096):
            writer.write(b":0\r\n")

    async with hostile(count) as url, answering(dated(NOW)) as services:
        there = operated.model_copy(update={"rate_limit_url": SecretStr(url)})
        assert "limits: the server of RATE_LIMIT_URL counts" in texts(await looks(there, services), "ok")
        gone = SecretStr("redis://:hunter2@127.0.0.1:1/0")
        away = operated.model_copy(update={"rate_limit_url": gone, "workers": 3})
        lines = await looks(away, services)
        assert (
            "limits: the server of RATE_LIMIT_URL cannot be reached (Connection refused); "
            "meanwhile each worker calls services at 1/3 of what they allow (WORKERS)"
        ) in texts(lines, "warning")
        monkeypatch.setitem(sys.modules, "valkey.asyncio", None)
        lines = await looks(away, services)
    assert "limits: RATE_LIMIT_URL: needs the package valkey (make install brings it)" in texts(
        lines, "problem"
    )
