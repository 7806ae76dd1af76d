"""Waiting between two tries where Pixela turns calls away, as the demo's page sees it.

SimCord lets time pass for what it knows to wait, and takes anything else that waits for stuck.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator

import pytest

from bot.api.policy import Patience
from bot.api.transport import Pace
from bot.app import App
from bot.demo.files import Attachments
from bot.settings import Settings
from tests.cogs.pixela_scene import TODAY, held, link, message_of, pixela
from tests.cogs.reminding_scene import add_walks, remind
from tests.stage import Stage, make_app


@pytest.fixture
async def app(settings: Settings, files: Attachments) -> AsyncGenerator[App]:
    """Give the real bot, which waits for a moment before it tries again."""
    pace = Pace(patience=Patience(base=0.01, cap=0.01))
    async with make_app(settings, pace, source=files) as made:
        yield made


async def test_done_waits_until_pixela_takes_its_calls(stage: Stage) -> None:
    await link(stage)
    add_walks(stage)
    await remind(stage)
    ((ref,),) = await stage.rows("SELECT ref FROM reminders")
    said = await pixela(stage, "pixel get", graph="walks")
    stage.sandbox.pixela.reject_next = 4
    await stage.press(stage.member, f"px:done:{ref}:{TODAY}", message_of(said))
    assert held(stage, TODAY, "walks") == "1.00"
