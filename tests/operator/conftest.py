"""Fixtures: a bot with secrets in its database."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from bot.settings import Settings
from tests.jobs.conftest import chance
from tests.operator.tenants import Tenants, settings_at

__all__ = ["chance", "operated", "tenants"]


@pytest.fixture
def operated(database_url: str) -> Settings:
    """Return settings with a fresh database, whose keys lie in a file."""
    return settings_at(Path(database_url.partition("///")[2]))


@pytest.fixture
async def tenants(operated: Settings) -> AsyncGenerator[Tenants]:
    """Give a bot with the secrets of three members."""
    made = await Tenants.move_in(operated)
    for member in (1, 2, 3):
        await made.keep(member)
    yield made
    await made.move_out()
