from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.sandbox.useapi_desk import Desk, open_desk


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    """Open a desk, and look for complaints at the end; a test that expects some clears them."""
    async with open_desk() as opened:
        yield opened
        assert opened.useapi.complaints == []
