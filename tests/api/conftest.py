from collections.abc import AsyncGenerator

import aiohttp
import pytest

from bot.sandbox.pluralkit import PluralKit, seed
from tests.api.desk import AGENT, Desk, Shop
from tests.api.pixela_desk import Alice, alice_at
from tests.api.pluralkit_desk import NOON, Harbour


@pytest.fixture
async def session() -> AsyncGenerator[aiohttp.ClientSession]:
    """Give a session as the app makes one: connections are kept and used again."""
    async with aiohttp.ClientSession(
        headers={"User-Agent": AGENT}, cookie_jar=aiohttp.DummyCookieJar()
    ) as opened:
        yield opened


@pytest.fixture
async def desk(session: aiohttp.ClientSession) -> AsyncGenerator[Desk]:
    """Give a place to send calls from, and a shop to send them to."""
    async with Shop() as shop:
        yield Desk(session, shop)


@pytest.fixture
async def harbour(desk: Desk) -> AsyncGenerator[Harbour]:
    """Give PluralKit's emulator at noon, seeded, without limits; what it complains of fails the test."""
    opened = desk.time.now
    async with PluralKit(
        clock=lambda: NOON.timestamp() + desk.time.now - opened, limits_on=False
    ) as emulator:
        people = {"account_id": 10**17, "other_account_id": 10**17 + 1}
        places = {"guild_id": 10**17 + 2, "channel_id": 10**17 + 3}
        yield Harbour(desk, emulator, seed(emulator, **people, **places))
        assert emulator.complaints == []


@pytest.fixture
def alice(desk: Desk) -> Alice:
    """Give a user of Pixela whose calls go to the shop."""
    return alice_at(desk)
