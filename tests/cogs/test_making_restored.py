"""Jobs in a database that was put back to a backup: none is sent that may have been made since."""

from __future__ import annotations

import pytest

from bot.storage.unsent import NOTE, end_unsent
from tests.cogs.making_scene import (
    MIDJOURNEY,
    connect,
    imagine,
    imagined,
    in_channel,
    later,
    made,
    submits,
    subscriber,
)
from tests.databases import file_of
from tests.stage import Stage


@pytest.mark.sqlite("its files alone are restored")
async def test_what_was_still_to_be_made_is_told_and_not_sent_unless_its_end_is_seen(
    stage: Stage, database_url: str
) -> None:
    await connect(stage)
    await imagined(stage, "made since")
    stage.sandbox.useapi.take(10_000)
    subscriber(stage).midjourney[MIDJOURNEY].max_jobs = 1
    await imagine(stage, "at work")
    await imagine(stage, "still waiting")
    await stage.execute("UPDATE jobs SET state = 'waiting' WHERE state = 'told'")
    sent, texts = len(submits(stage)), len(in_channel(stage))
    assert end_unsent(file_of(database_url), stage.now() * 1000) == 2
    for _ in range(3):
        await later(stage, 61)
    assert len(submits(stage)) == sent
    assert len(made(stage)) == 2
    told = [text for text in in_channel(stage) if NOTE in text]
    assert len(told) == 1
    assert "still waiting" in told[0]
    assert len(in_channel(stage)) == texts + 1
