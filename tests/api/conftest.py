from collections.abc import AsyncGenerator

import aiohttp
import pytest

from tests.api.desk import AGENT, Desk, Shop


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
