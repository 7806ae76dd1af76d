"""Keys are rotated on a real PostgreSQL, beside a worker."""

from __future__ import annotations

import pytest
from pydantic import SecretStr

from bot.crypto import new_key
from bot.errors import StartupError
from bot.operator.doctor import examine
from bot.operator.rotation import drop_old, rotate
from bot.services import Service
from bot.settings import GivenSettings, Settings
from tests.operator.tenants import Tenants

pytestmark = pytest.mark.drill


def settings_of(server: str, keys: str) -> Settings:
    return GivenSettings(
        database_url=SecretStr(server),
        encryption_keys=SecretStr(keys),
        discord_api_url="http://127.0.0.1:1",
        pluralkit_url="http://127.0.0.1:1",
        services=(Service.PLURALKIT,),
    )


async def test_keys_are_rotated_there_too(server: str) -> None:
    old, new = new_key(), new_key()
    tenants = await Tenants.move_in(settings_of(server, old))
    for member in range(1, 80):
        await tenants.keep(member)
    await tenants.move_out()
    both = settings_of(server, f"{new},{old}")
    worker = await Tenants.move_in(both)
    with pytest.raises(StartupError, match="still needed, by 238 of"):
        await drop_old(both)
    told = await rotate(both)
    assert told[0] == "237 secrets are sealed with the newest key, 237 of them just now."
    assert told[2].startswith("Every worker must run with both keys by now")
    assert (await drop_old(both))[0].startswith("Nothing needs an old key any more")
    assert all([await worker.opens(member) for member in range(1, 80)])
    await worker.move_out()
    rotated = settings_of(server, new)
    lines = [line.text() async for line in examine(lambda: rotated)]
    assert "ok       keys: the one key opens this database and 237 secrets in it" in lines
    last = await Tenants.move_in(rotated)
    assert await last.opens(79)
    await last.move_out()
