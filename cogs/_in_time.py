"""What a form has to wait for, ended in time for Discord: a form cannot be promised."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from bot.errors import UserError

FORM_SECONDS = 2.0
"""Discord waits three seconds for a form to open."""
BUSY = "The database is busy right now. Try again in a moment."


@asynccontextmanager
async def in_time_for_a_form(slow: str = BUSY, seconds: float = FORM_SECONDS) -> AsyncGenerator[None]:
    """Give up what takes longer than Discord waits. Raises :class:`~bot.errors.UserError` with ``slow``."""
    try:
        async with asyncio.timeout(seconds):
            yield
    except TimeoutError:
        raise UserError(slow) from None
