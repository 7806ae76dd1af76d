"""``python -m bot serve`` as a real process, on a loopback Discord that posts interactions."""

from __future__ import annotations

import asyncio
import signal
import sqlite3
import time
from collections.abc import AsyncGenerator
from contextlib import closing
from pathlib import Path

import aiohttp
import pytest

from benchmarks.loopback import LoopbackDiscord
from benchmarks.messages import walk
from bot.answering import CUT_OFF
from bot.sandbox import Sandbox
from bot.sandbox.upstream import Trouble
from tests.api.desk import closed_port
from tests.processes import PATIENCE, ended, run, running
from tests.served import posted_to, serving, settings_for

MANAGER = 1 << 5
_GUILDS = "SELECT guild_id, left_at FROM guilds WHERE guild_id != 0"


@pytest.fixture
async def discord() -> AsyncGenerator[LoopbackDiscord]:
    async with LoopbackDiscord(guilds=2, channels=2) as made:
        yield made
        assert not made.unknown


async def test_everything_a_person_does_is_answered_over_http_also_after_a_restart(
    discord: LoopbackDiscord, sandbox: Sandbox, tmp_path: Path
) -> None:
    seeds = sandbox.seed()
    async with serving(discord, sandbox, tmp_path) as process:
        about = await discord.slash("about")
        assert "interactions come over HTTP" in about.text
        assert "about 2" in about.text
        form = await discord.slash("setup connect", {"service": "useapi"}, permissions=MANAGER)
        panel = await discord.submit(form, {"key": seeds.useapi_key})
        assert "The key works and is stored" in panel.text
        looked = await discord.slash("pluralkit system", {"ref": seeds.pluralkit_system})
        assert "Harbour Lights" in looked.text
        assert looked.type == 5
        typed = await discord.autocomplete("help", "command", {"command": "pixela gr"})
        assert "pixela graph list" in {choice["value"] for choice in typed.choices}
        menu = await discord.context_menu("PluralKit: system", target_user=1_000_000_000_000_000_002)
        assert "system" in menu.text
        process.send_signal(signal.SIGTERM)
        end = await ended(process)
    assert (end.code, "stopped as asked" in end.err) == (0, True)
    assert "endpoint URL set" not in end.err
    assert seeds.useapi_key not in end.err
    async with serving(discord, sandbox, tmp_path) as process:
        page = await discord.click(panel, "setup:open", ["changes"])
        assert "Recent changes" in page.text
        again = await discord.submit(form, {"key": seeds.useapi_key})
        assert "The key works and replaces the old one" in again.text
        file = await discord.click(page, "setup:changes:file")
        assert [each.filename for each in file.files] == ["changes.csv"]
    assert not discord.gateway.sessions
    assert not [call for call in discord.requests if "gateway" in call.path]
    assert len([call for call in discord.requests if call.method == "PUT"]) == 1


async def test_roles_and_channels_of_a_server_are_asked_for_without_a_gateway(
    discord: LoopbackDiscord, sandbox: Sandbox, tmp_path: Path
) -> None:
    guild_id = discord.guild_ids[0]
    async with serving(discord, sandbox, tmp_path):
        panel = await discord.slash("setup status", permissions=MANAGER)
        page = await discord.click(panel, "setup:open", ["alerts"])
        chosen = await discord.click(page, "setup:alertchannel", [guild_id + 1])
        assert "✅ Alerts are posted there now" in chosen.text
        found = [each.get("default_values") for each in walk(chosen.message["components"])]
        assert [{"id": guild_id + 1, "type": "channel"}] in found
        await discord.click(page, "setup:alertchannel", [guild_id + 2])
        discord.world.channels_per_guild = 1
        panel = await discord.click(page, "setup:back:panel")
        page = await discord.click(panel, "setup:open", ["alerts"])
        assert not any(each.get("default_values") for each in walk(page.message["components"]))
        assert "where I cannot post any more" in page.text


@pytest.mark.drill
async def test_a_stop_finishes_or_tells_whoever_waits_within_ten_seconds(
    discord: LoopbackDiscord, sandbox: Sandbox, tmp_path: Path
) -> None:
    seeds = sandbox.seed()
    async with serving(discord, sandbox, tmp_path) as process:
        form = await discord.slash("pixela user create", {"username": "ada-2"})
        sandbox.pixela.fail(Trouble.SLOW, method="POST", path="/v1/users", seconds=2)
        sandbox.pluralkit.fail(Trouble.SLOW, times=None, seconds=60)
        finished = await discord.submit(form, {"agree_terms": True, "not_minor": True}, until="first")
        cut_off = await discord.slash("pluralkit system", {"ref": seeds.pluralkit_system}, until="first")
        assert cut_off.seconds() < 1
        began = time.monotonic()
        process.send_signal(signal.SIGTERM)
        end = await ended(process)
    assert time.monotonic() - began < 10
    assert end.code == 0
    assert "Your token" in finished.text
    assert CUT_OFF in cut_off.text
    assert (finished.http_status, cut_off.http_status) == (202, 202)
    assert "Traceback" not in end.err


@pytest.mark.drill
async def test_before_the_rows_of_a_server_are_purged_discord_is_asked_whether_the_app_is_back_in_it(
    discord: LoopbackDiscord, sandbox: Sandbox, tmp_path: Path
) -> None:
    key = sandbox.seed().useapi_key
    back, gone = discord.guild_ids
    async with serving(discord, sandbox, tmp_path) as process:
        for guild_id in (back, gone):
            form = await discord.slash(
                "setup connect", {"service": "useapi"}, permissions=MANAGER, guild_id=guild_id
            )
            assert "is stored" in (await discord.submit(form, {"key": key})).text
        process.send_signal(signal.SIGTERM)
        assert (await ended(process)).code == 0
    del discord.world.guilds[gone]
    with closing(sqlite3.connect(tmp_path / "data" / "switchboard.db", isolation_level=None)) as rows:
        rows.execute("UPDATE guilds SET left_at = 1 WHERE guild_id != 0")
        async with serving(discord, sandbox, tmp_path):
            async with asyncio.timeout(PATIENCE):
                while rows.execute(_GUILDS).fetchall() != [(back, None)]:  # noqa: ASYNC110 - SQLite tells nobody
                    await asyncio.sleep(0.05)


@pytest.mark.drill
async def test_health_is_told_beside_it_and_a_second_on_one_file_or_port_is_refused(
    discord: LoopbackDiscord, sandbox: Sandbox, tmp_path: Path
) -> None:
    health, port = closed_port(), closed_port()
    settings = settings_for(discord, sandbox, port) | {"HEALTH_PORT": str(health)}
    beside = tmp_path / "beside"
    beside.mkdir()
    async with (
        running(tmp_path, "serve", settings=settings) as process,
        aiohttp.ClientSession(f"http://127.0.0.1:{health}") as session,
    ):
        await posted_to(discord, port)
        async with session.get("/readyz") as answer:
            found = await answer.json()
        assert found["ready"], found
        assert found["parts"]["interactions"] == {"ok": True, "detail": "taken over HTTP"}
        assert "gateway" not in found["parts"]
        second = await run(tmp_path, "serve", **settings)
        assert second.code == 2
        assert "Traceback" not in second.err
        elsewhere = await run(beside, "serve", **settings | {"HEALTH_PORT": ""})
        assert elsewhere.code == 2
        assert f"HTTP_PORT: cannot listen on port {port} of 127.0.0.1" in elsewhere.err
        process.send_signal(signal.SIGTERM)
        assert (await ended(process)).code == 0


@pytest.mark.drill
async def test_what_is_missing_or_does_not_fit_is_told_in_a_line(
    discord: LoopbackDiscord, sandbox: Sandbox, tmp_path: Path
) -> None:
    missing = await run(tmp_path, "serve")
    assert missing.code == 2
    told = missing.err.splitlines()
    assert [line.split(":")[0] for line in told] == ["DISCORD_TOKEN", "DISCORD_PUBLIC_KEY"]
    settings = settings_for(discord, sandbox, closed_port())
    async with running(tmp_path, "serve", settings=settings | {"DISCORD_PUBLIC_KEY": "1" * 64}) as process:
        async with asyncio.timeout(PATIENCE):
            assert process.stderr is not None
            async for line in process.stderr:
                if b"is not the key of this app" in line:
                    break
            else:
                raise AssertionError("nothing was said")
