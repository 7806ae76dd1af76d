"""Fixtures: people who have done what the commands under test need."""

from __future__ import annotations

from collections.abc import AsyncGenerator

import pytest

from tests.bodies import check_bodies
from tests.cogs.pluralkit_owner import Owner
from tests.cogs.pluralkit_scene import link
from tests.stage import Stage


@pytest.fixture
async def owner(stage: Stage) -> AsyncGenerator[Owner]:
    """Give the administrator with the seeded system linked; nobody else ever sees an answer."""
    yield Owner(stage, await link(stage))
    assert not stage.channel.history(viewer=stage.member)
    check_bodies(stage)
