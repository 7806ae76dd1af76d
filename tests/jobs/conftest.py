"""What drills share."""

from __future__ import annotations

import logging
import random
import secrets

import pytest

_log = logging.getLogger(__name__)


@pytest.fixture
def chance() -> random.Random:
    """Return the chance that this run depends on, and say how to have the same again."""
    seed = secrets.randbits(32)
    _log.info("random.Random(%d)", seed)
    return random.Random(seed)  # noqa: S311 - nothing secret
