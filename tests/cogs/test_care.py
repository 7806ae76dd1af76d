"""What must not happen behind a person's back: lost tokens, false alarms, things kept for nothing."""

from __future__ import annotations

import asyncio
import sqlite3

import pytest

from bot.sandbox import PIXELA_USERNAME
from bot.storage.database import database_file
from tests.stage import Stage, shown


async def test_creating_a_user_says_which_link_it_takes_the_place_of(stage: Stage) -> None:
    form = await stage.member.slash(stage.channel, "pixela user link", username=PIXELA_USERNAME)
    await stage.member.submit_modal(form, {"token": stage.seeds.pixela_token})
    form = await stage.member.slash(stage.channel, "pixela user create", username="ben-2")
    said = await stage.member.submit_modal(form, {"agree_terms": True, "not_minor": True})
    assert f"It takes the place of `{PIXELA_USERNAME}`, whose token is forgotten." in shown(said)


async def test_what_was_done_upstream_stays_done_where_only_the_notes_about_it_fail(stage: Stage) -> None:
    await stage.connect_useapi()
    await stage.execute("UPDATE credentials SET succeeded_at = 0")
    stage.refuse("UPDATE", "credentials", "no")
    form = await stage.admin.slash(
        stage.channel, "accounts pika register", channel="123456789012345678", max_jobs=3
    )
    said = await stage.admin.submit_modal(form, {"discord_token": "a" * 30})
    assert "The account is registered." in shown(said)
    assert any("could not be noted" in line for line in stage.log)


async def test_a_completion_that_was_cut_short_is_no_failure_of_the_service(stage: Stage) -> None:
    await stage.connect_useapi()
    stage.sandbox.useapi.refuse_with(500, times=None)
    choices = await stage.admin.autocomplete(stage.channel, "accounts pika show", "channel", "1")
    assert choices == []
    assert await stage.rows("SELECT failed_at FROM credentials") == [(None,)]


async def test_cards_leave_nothing_behind_in_memory(stage: Stage) -> None:
    before = len(asyncio.all_tasks())
    for _ in range(5):
        await stage.admin.slash(stage.channel, "help")
        await stage.admin.slash(stage.channel, "setup status")
    assert len(asyncio.all_tasks()) <= before


@pytest.mark.sqlite("another process holds its lock")
@pytest.mark.parametrize("driver", [""], ids=["with threads"])
async def test_a_database_that_is_held_up_delays_no_first_answer(stage: Stage) -> None:
    await stage.connect_useapi()
    asked = await stage.admin.slash(stage.channel, "setup disconnect", service="useapi")
    assert asked.response is not None
    file = database_file(stage.app.settings.database_url.get_secret_value())
    assert file is not None
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    loop = asyncio.get_running_loop()
    loop.call_later(0.2, other.execute, "ROLLBACK")
    pressed = await stage.admin.click(asked.response, label="Remove the key")
    other.close()
    assert pressed.deferred
    assert "The key of useapi.net was removed." in shown(pressed) or "removed" in shown(asked)
