"""Keys are lost, and their rotation is killed again and again, with the program as real processes."""

from __future__ import annotations

import asyncio
import random
import signal
from pathlib import Path

import pytest

from bot.crypto import Keyring, Place
from bot.keyfile import KeyFile
from bot.operator.sealing import Survey, survey
from bot.storage.seals import ANSWER
from tests.operator.tenants import Tenants, secret_of, settings_at
from tests.processes import PATIENCE, ended, run, start
from tests.storage.samples import HARBOUR, lay

pytestmark = pytest.mark.drill

KILLS = 7
MANY = 3000
"""Secrets beside those of members: enough to be killed among."""
TOKEN = "MTIzNDU2Nzg5MDEyMzQ1Njc4.Gabcde.not-a-token-of-anybody-at-all"


async def test_a_lost_key_file_stops_every_command_in_one_sentence_and_nothing_is_made_anew(
    tmp_path: Path,
) -> None:
    file = tmp_path / "data" / "switchboard.db"
    key = file.with_name("switchboard.db.key")
    tenants = await Tenants.move_in(settings_at(file))
    await tenants.keep(1)
    await tenants.move_out()
    key.rename(tmp_path / "kept elsewhere")
    before = file.read_bytes()
    settings = {"DISCORD_TOKEN": TOKEN, "DISCORD_API_URL": "http://127.0.0.1:1"}
    ends = await asyncio.gather(
        *(run(tmp_path, command, **settings) for command in ("run", "check", "rotate-key", "doctor"))
    )
    lost = f"ENCRYPTION_KEYS: is not set and {key} is missing; put the key of this database back"
    assert [end.code for end in ends] == [2] * 4
    assert [end.err for end in ends[:3]] == [f"{lost}\n"] * 3
    assert f"problem  keys: {lost}\n" in ends[3].out
    assert not key.exists()
    assert file.read_bytes() == before
    (tmp_path / "kept elsewhere").rename(key)
    end = await run(tmp_path, "check")
    assert end.code == 0, end.err


async def test_every_secret_opens_whenever_the_rotation_is_killed_and_once_it_is_finished(
    tmp_path: Path, chance: random.Random
) -> None:
    file = tmp_path / "data" / "switchboard.db"
    keys = KeyFile(file.with_name("switchboard.db.key"))
    tenants = await Tenants.move_in(settings_at(file))
    await fill(tenants)
    used, members, kills = {keys.path.read_text()}, 0, 0
    while kills < KILLS:
        members += 1
        await tenants.keep(members)  # the bot is running all the while
        found = await look(tenants, keys)
        finished = not found.old and len(found.keys) == 2
        if await killed(
            tmp_path, chance, keys, *(["rotate-key", "--drop-old"] if finished else ["rotate-key"])
        ):
            kills += 1
        used |= {*keys.path.read_text().split(",")}
        assert (await look(tenants, keys)).lost == []
        assert await tenants.opens(chance.randint(1, members))
    for step in ([], ["--drop-old"]):
        end = await run(tmp_path, "rotate-key", *step)
        assert end.code == 0, end.err
    found = await look(tenants, keys)
    assert (len(found.keys), found.old, found.lost) == (1, 0, [])
    assert found.total == MANY + 3 * members
    assert all([await tenants.opens(member) for member in range(1, members + 1)])
    await tenants.move_out()
    assert not [*file.parent.glob(".*")]
    assert len(used) > 1


async def fill(tenants: Tenants) -> None:
    """Keep many secrets at once."""
    sealed = (
        (member, tenants.keyring.seal(secret_of(member), Place(HARBOUR, member, ANSWER)))
        for member in range(10_000, 10_000 + MANY)
    )
    rows = [{"ref": f"job{member}", "user_id": member, "reply_token": token} for member, token in sealed]
    for first in range(0, MANY, 500):
        await lay(tenants.database, *rows[first : first + 500])


async def look(tenants: Tenants, keys: KeyFile) -> Survey:
    """Try to open everything with the keys that lie in the file now."""
    async with tenants.database.reading() as connection:
        return await survey(connection, Keyring(keys.find() or []))


async def killed(folder: Path, chance: random.Random, keys: KeyFile, *command: str) -> bool:
    """Kill a command at any moment, mostly soon after it began to change something; say whether it lived."""
    process = await start(folder, *command, settings={})
    wal = folder / "data" / "switchboard.db-wal"

    def state() -> tuple[int, int]:
        return keys.path.stat().st_ino, wal.stat().st_mtime_ns

    before, is_blind = state(), chance.random() < 0.2
    async with asyncio.timeout(PATIENCE):
        while not is_blind and process.returncode is None and state() == before:  # noqa: ASYNC110 - files tell nobody
            await asyncio.sleep(0.001)
    await asyncio.sleep(chance.uniform(0, 1.0 if is_blind else 0.2))
    if process.returncode is None:
        process.kill()
    return (await ended(process)).code == -signal.SIGKILL
