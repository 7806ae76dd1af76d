"""Fixtures: a bot with secrets in its database."""

from __future__ import annotations

from collections.abc import AsyncGenerator

import pytest

from bot.settings import Settings
from tests.databases import file_of
from tests.jobs.conftest import chance
from tests.operator.tenants import Tenants, settings_at

__all__ = ["chance", "operated", "tenants"]


@pytest.fixture
def operated(database_url: str) -> Settings:
    """Return settings with a fresh database, whose keys lie in a file."""
    return settings_at(file_of(database_url))


@pytest.fixture
async def tenants(operated: Settings) -> AsyncGenerator[Tenants]:
    """Give a bot with the secrets of three members."""
    made = await Tenants.move_in(operated)
    for member in (1, 2, 3):
        await made.keep(member)
    yield made
    await made.move_out()
