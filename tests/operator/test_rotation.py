"""``python -m bot rotate-key``, with a bot running beside it and without one."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncGenerator, Callable, Coroutine
from contextlib import asynccontextmanager, closing
from pathlib import Path

import pytest

from bot.crypto import Keyring, new_key
from bot.errors import StartupError, VaultError
from bot.keyfile import KeyFile
from bot.operator.rotation import drop_old, rotate
from bot.settings import Settings
from bot.storage.database import database_file
from bot.storage.lock import held
from bot.storage.seals import CANARY
from bot.vault import check_vault, key_file
from tests import databases
from tests.operator.tenants import Tenants, secret_of, settings_at
from tests.storage.samples import HARBOUR

NEXT_DAY = 4e9
NOTHING_LEFT = "There is one key alone: no old one is left to drop."


def keys_of(settings: Settings) -> list[bytes]:
    path = key_file(settings)
    assert path is not None
    return KeyFile(path).find() or []


def file_of(settings: Settings) -> Path:
    file = database_file(settings.database_url.get_secret_value())
    assert file is not None
    return file


async def why_not(turn: Coroutine[None, None, list[str]]) -> str:
    with pytest.raises(StartupError) as stopped:
        await turn
    return "\n".join(stopped.value.problems)


@asynccontextmanager
async def restarted(settings: Settings) -> AsyncGenerator[Tenants]:
    tenants = await Tenants.move_in(settings)
    try:
        yield tenants
    finally:
        await tenants.move_out()


async def test_keys_are_rotated_under_a_running_bot_which_opens_and_keeps_secrets_all_the_while(
    operated: Settings, tenants: Tenants
) -> None:
    (first,) = keys_of(operated)
    with held(operated.database_url.get_secret_value()):
        told = await rotate(operated)
        second, old = keys_of(operated)
        assert old == first
        assert told[0] == "9 secrets are sealed with the newest key, 9 of them just now."
        assert await tenants.opens(1)
        await tenants.keep(4)
        assert (await rotate(operated))[0].startswith("12 secrets are sealed with the newest key, 0 of")
        assert "still be writing with the old key" in await why_not(drop_old(operated))
        await drop_old(operated, clock=lambda: NEXT_DAY)
        assert keys_of(operated) == [second]
        assert all([await tenants.opens(member) for member in (1, 2, 3, 4)])
    async with restarted(operated) as after:
        assert all([await after.opens(member) for member in (1, 2, 3, 4)])
    assert await drop_old(operated) == [NOTHING_LEFT]


async def test_a_bot_that_slept_through_both_steps_seals_with_the_key_that_is_left(
    operated: Settings, tenants: Tenants
) -> None:
    await rotate(operated)
    await drop_old(operated)  # nothing holds the lock, so nothing has to settle
    await tenants.keep(4)
    async with restarted(operated) as after:
        assert await after.opens(4)


async def test_no_old_key_goes_while_something_needs_it(
    operated: Settings, tenants: Tenants, log_lines: list[str]
) -> None:
    tenants.keyring = Keyring(keys_of(operated))  # a bot that cannot read the file any more
    await rotate(operated)
    before = keys_of(operated)
    await tenants.keep(4)
    assert "an old key is still needed, by 3 of what is sealed" in await why_not(drop_old(operated))
    assert keys_of(operated) == before
    assert (await rotate(operated))[0] == "12 secrets are sealed with the newest key, 3 of them just now."
    assert keys_of(operated) == before
    await drop_old(operated)
    async with restarted(operated) as after:
        assert await after.opens(4)
    assert not [line for line in log_lines if secret_of(4).get_secret_value() in line]


async def test_what_no_key_opens_is_told_and_left_as_it_is(operated: Settings, tenants: Tenants) -> None:
    with closing(sqlite3.connect(file_of(operated))) as raw, raw:
        raw.execute("UPDATE credentials SET sealed = x'00' WHERE owner_id = 1")
        raw.execute("UPDATE unsettled_users SET owner_id = 99 WHERE owner_id = 2")
    told = await rotate(operated)
    assert told[0].startswith("2 of 9 secrets open with no key that is there. They stay as they are")
    assert told[1:3] == [
        f"  credentials: server {HARBOUR}, owner 1, pixela",
        f"  unsettled_users: server {HARBOUR}, owner 99, pixela",
    ]
    assert told[3].startswith("7 secrets are sealed")
    await drop_old(operated)
    with closing(sqlite3.connect(file_of(operated))) as raw, raw:
        assert raw.execute("SELECT sealed FROM credentials WHERE owner_id = 1").fetchall() == [(b"\0",)]
        raw.execute("UPDATE jobs SET reply_token = x'00'")
        raw.executemany(
            "INSERT INTO unsettled_users VALUES (?, ?, 'x', x'00', 0)",
            [(HARBOUR, n) for n in range(200, 210)],
        )
    assert "  and 5 more" in await rotate(operated)
    with pytest.raises(VaultError):
        await tenants.opens(3)


async def test_keys_that_are_a_setting_are_the_operators_to_change(database_url: str) -> None:
    file = databases.file_of(database_url)
    one, two = new_key(), new_key()
    old, both, new = settings_at(file, one), settings_at(file, f"{two},{one}"), settings_at(file, two)
    async with restarted(old) as tenants:
        await tenants.keep(1)
        assert "holds one key; put a new one and a comma in front" in await why_not(rotate(old))
        with held(database_url):
            assert "was started with other keys; restart it" in await why_not(rotate(both))
            assert await tenants.opens(1)
    async with restarted(both) as tenants:
        with held(database_url):
            assert "is still needed" in await why_not(drop_old(both))
            assert len(await rotate(both)) == 2
            assert await drop_old(both) == [
                "Nothing needs an old key any more: leave the first one of ENCRYPTION_KEYS alone there."
            ]
            assert await tenants.opens(1)
    async with restarted(new) as tenants:
        assert await tenants.opens(1)
        assert await drop_old(new) == [NOTHING_LEFT]
    assert not file.with_name(f"{file.name}.key").exists()


@pytest.mark.usefixtures("tenants")
async def test_nothing_is_done_to_a_database_that_cannot_be_used(operated: Settings, tmp_path: Path) -> None:
    nowhere = settings_at(tmp_path / "new" / "switchboard.db")
    file, before = file_of(operated), keys_of(operated)
    with closing(sqlite3.connect(file)) as raw:

        async def refused(
            statement: str, turn: Callable[[Settings], Coroutine[None, None, list[str]]]
        ) -> str:
            raw.execute(statement)
            raw.commit()
            return await why_not(turn(operated))

        for turn in (rotate, drop_old):
            assert "no key was made for this database yet" in await why_not(turn(nowhere))
            older = "UPDATE alembic_version SET version_num = '0003'"
            assert "schema 0003; start the bot once" in await refused(older, turn)
            assert "run the newer program" in await refused(
                "UPDATE alembic_version SET version_num = '9999'", turn
            )
    assert keys_of(operated) == before
    assert not (tmp_path / "new").exists()


async def test_a_lost_key_file_is_not_made_anew_and_one_that_cannot_be_changed_stays(
    operated: Settings, tenants: Tenants
) -> None:
    path = key_file(operated)
    assert path is not None
    before = path.read_text()
    with KeyFile(path).changing():
        assert "another process is changing" in await why_not(rotate(operated))
    elsewhere = path.with_name("elsewhere")
    path.rename(elsewhere)
    assert "is missing; put the key of this database back" in await why_not(rotate(operated))
    assert not path.exists()
    elsewhere.rename(path)
    path.write_text(new_key())
    assert "none of the keys opens this database" in await why_not(rotate(operated))
    path.write_text(before)
    assert await tenants.opens(1)


async def test_an_old_key_that_is_taken_away_too_early_stops_the_start(
    operated: Settings, tenants: Tenants
) -> None:
    path = key_file(operated)
    assert path is not None
    path.write_text(f"{new_key()},{path.read_text()}")
    newest, _ = path.read_text().split(",")
    path.write_text(newest)
    with pytest.raises(StartupError, match="none of the keys opens this database"):
        check_vault(operated, await tenants.database.find_fact(CANARY))
