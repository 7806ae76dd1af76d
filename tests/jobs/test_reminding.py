"""Reminders come once a day, whatever happens to the bot, the clocks, the graph and the channel."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

from bot.sandbox.pixela import Design
from bot.sandbox.upstream import Trouble
from tests.cogs.making_scene import later
from tests.cogs.pixela_scene import held, link, says, user
from tests.cogs.reminding_scene import DAY, begin, change, days, due_at, go_to, press, remind, text_of, told
from tests.stage import Stage


async def test_a_day_that_has_something_is_left_out_and_nought_is_nothing(stage: Stage) -> None:
    walks = await begin(stage)
    await remind(stage)
    walks.put("20260301", "3")
    walks.put("20260302", "0")
    for day in ("01", "02"):
        reads = stage.sandbox.pixela.count("GET", "*/walks/pixels")
        await go_to(stage, f"2026-03-{day} 20:30")
        assert stage.sandbox.pixela.count("GET", "*/walks/pixels") == reads + 1
    assert days(stage) == ["2026-03-02"]


async def test_a_time_that_the_clocks_leave_out_or_repeat_is_told_once(stage: Stage) -> None:
    await begin(stage)
    await remind(stage, "2:30")
    for start in ("2026-03-28 00:00", "2026-10-24 00:00"):
        begins = datetime.fromisoformat(start).replace(tzinfo=UTC).timestamp()
        await later(stage, begins - stage.now())
        while stage.now() < begins + 50 * 3600:
            await later(stage, 2 * 3600)
    assert days(stage) == [
        *("2026-03-28", "2026-03-29", "2026-03-30"),
        *("2026-10-24", "2026-10-25", "2026-10-26"),
    ]


async def test_what_was_missed_by_less_than_three_hours_is_told_late_and_the_rest_left_out(
    stage: Stage,
) -> None:
    await begin(stage)
    await remind(stage)
    await go_to(stage, "2026-03-01 22:35")
    (message,) = told(stage)
    assert "This is 2 h 5 min late: it was due at <t:1772397000:t>." in text_of(message)
    await go_to(stage, "2026-03-02 23:30")
    assert days(stage) == ["2026-03-01"]
    await go_to(stage, "2026-03-03 20:30")
    assert days(stage) == ["2026-03-01", "2026-03-03"]
    await go_to(stage, "2026-03-06 21:00")  # of the days that were missed the last one is told
    await later(stage, 5)
    assert days(stage) == ["2026-03-01", "2026-03-03", "2026-03-06"]


async def test_a_reminder_of_a_bot_that_was_killed_is_told_once(stage: Stage) -> None:
    await begin(stage)
    await remind(stage)
    due = await due_at(stage)
    await change(stage, f"posting_at = {due}")  # killed right before the message
    await go_to(stage, "2026-03-01 20:30")
    assert days(stage) == ["2026-03-01"]
    (message,) = told(stage)
    # Killed right after the message.
    await change(stage, f"next_at = {due}, due_at = {due}, posting_at = {due}")
    await stage.restart()
    await later(stage, 600)
    assert [each.id for each in told(stage)] == [message.id]
    assert await stage.rows("SELECT next_at, posting_at FROM reminders") == [(due + DAY, None)]


async def test_what_discord_does_not_take_is_tried_again_until_it_does(stage: Stage) -> None:
    await begin(stage)
    await remind(stage)
    stage.env.inject_error("POST", f"/channels/{stage.channel.id}/messages", status=500, times=None)
    await go_to(stage, "2026-03-01 20:30")
    await later(stage, 20)
    assert told(stage) == []
    assert await stage.rows("SELECT ref FROM reminders WHERE tries > 0 AND posting_at > 0")
    stage.env.backend.faults.clear()
    await later(stage, 700)
    assert "Walks" in text_of(told(stage)[-1])
    assert len(told(stage)) == 1
    await go_to(stage, "2026-03-02 20:30")
    stage.env.inject_error("POST", f"/channels/{stage.channel.id}/messages", status=400, code=50035)
    await go_to(stage, "2026-03-03 20:30")
    assert len(told(stage)) == 2
    await go_to(stage, "2026-03-04 20:30")
    assert days(stage)[-1] == "2026-03-04"
    assert len(told(stage)) == 3


async def test_where_the_bot_may_not_write_the_member_is_told_alone(stage: Stage) -> None:
    await begin(stage)
    await remind(stage)
    stage.env.inject_error(
        "POST", f"/channels/{stage.channel.id}/messages", status=403, code=50013, times=None
    )
    await go_to(stage, "2026-03-01 20:30")
    alone = stage.member.user.dm_channel
    (message,) = told(stage, alone)
    assert f"It was set in <#{stage.channel.id}>, where nothing may be written." in text_of(message)
    await stage.member.user.click(message, label="Done")
    assert held(stage, "20260301", "walks") == "1.00"
    # Killed right after that message: it is looked for there too.
    due = await due_at(stage) - DAY
    await change(stage, f"next_at = {due}, due_at = {due}, posting_at = {due}")
    user(stage).graphs["walks"].pixels.clear()
    await later(stage, 100)
    assert len(told(stage, alone)) == 1
    stage.env.inject_error("POST", "/channels/*/messages", status=403, code=50007, times=None)
    await go_to(stage, "2026-03-02 20:30")
    assert len(told(stage, alone)) == 1
    stage.env.inject_error("POST", "/users/@me/channels", status=403, code=50007, times=None)
    await stage.restart()  # which forgets the channel of direct messages
    await go_to(stage, "2026-03-03 20:30")
    assert len(told(stage, alone)) == 1
    assert "next" in await says(stage, "remind list")


async def test_the_day_is_that_of_the_graph_where_its_zone_is_another(stage: Stage) -> None:
    walks = await begin(stage)
    walks.design = Design(name="Walks", unit="km", timezone="Asia/Tokyo")
    await remind(stage, "20:00", timezone="UTC")
    await remind(stage, "20:30", timezone="UTC")
    await go_to(stage, "2026-03-01 14:00")
    walks.put("20260301", "5")  # late on Sunday in Tokyo
    await go_to(stage, "2026-03-01 20:00")
    assert "for Monday, 2026-03-02" in text_of(told(stage)[-1])
    await press(stage, "Done")
    assert {day: str(pixel.quantity) for day, pixel in walks.pixels.items()} == {
        "20260301": "5",
        "20260302": "1.00",
    }
    await go_to(stage, "2026-03-01 20:30")
    assert days(stage) == ["2026-03-02"]
    walks.design = Design(name="Walks", unit="km", timezone="America/New_York")
    await go_to(stage, "2026-03-02 20:00")
    assert days(stage) == ["2026-03-02"]  # which it is there again
    await go_to(stage, "2026-03-03 20:00")
    assert days(stage)[1:] == ["2026-03-03"]
    walks.design = Design(name="Walks", unit="km", timezone="Asia/Tokyo")
    stage.sandbox.pixela.fail(Trouble.DROP, times=None)
    await go_to(stage, "2026-03-04 20:00")  # by what was known of the graph
    assert days(stage)[-1] == "2026-03-04"


async def test_a_message_that_may_have_been_sent_is_looked_for_by_the_day_that_it_names(
    stage: Stage,
) -> None:
    walks = await begin(stage)
    await remind(stage)
    due = await due_at(stage)
    await go_to(stage, "2026-03-01 20:30")
    await change(stage, f"next_at = {due}, due_at = {due}, posting_at = {due}")
    walks.design = Design(name="Walks", unit="km", timezone="Asia/Tokyo")
    backend = stage.env.backend
    for number in range(250):  # meanwhile much was written there
        backend.create_message(stage.channel.id, stage.member.id, str(number))
    await later(stage, 600)
    assert days(stage) == ["2026-03-01"]
    assert await stage.rows("SELECT next_at, posting_at FROM reminders") == [(due + DAY, None)]


async def test_a_graph_or_a_token_that_is_gone_is_told_and_ends_the_reminder_on_the_third_day(
    stage: Stage,
) -> None:
    walks = await begin(stage)
    await remind(stage)
    await remind(stage, "22:00", graph="reading", timezone="Europe/Berlin")
    graphs = user(stage).graphs
    del graphs["walks"]
    await go_to(stage, "2026-03-01 20:30")
    assert (
        "The graph **Walks** is not there any more. If that stays so, this reminder is stopped in 2 days."
        in (text_of(told(stage)[-1]))
    )
    assert "[Done]" not in str(told(stage)[-1].components)
    await go_to(stage, "2026-03-02 20:30")
    graphs["walks"] = walks
    graphs["reading"].pixels.clear()
    await says(stage, "user unlink")
    await go_to(stage, "2026-03-02 21:00")
    assert "Your Pixela user that has **Reading** is not linked any more" in text_of(told(stage)[-1])
    assert len(told(stage)) == 2  # nothing of Walks on the second day
    await link(stage)
    await go_to(stage, "2026-03-03 21:00")
    assert days(stage) == ["2026-03-03", "2026-03-03"]
    await says(stage, "user unlink")
    for day in ("04", "05", "06", "07"):
        await go_to(stage, f"2026-03-{day} 21:00")
    news = [text_of(message) for message in told(stage)[4:]]
    assert [("in 2 days" in text, "So this reminder is stopped." in text) for text in news] == [
        *((True, False), (True, False)),
        *((False, True), (False, True)),
    ]
    assert "`/pixela remind set` sets one again." in news[-1]
    assert await stage.rows("SELECT * FROM reminders") == []


async def test_a_404_that_is_not_pixelas_says_nothing_of_graph_or_token(stage: Stage) -> None:
    await begin(stage)
    await remind(stage)
    stage.sandbox.pixela.fail(status=404, body=b"404 page not found", times=None)
    await go_to(stage, "2026-03-01 20:30")
    assert days(stage) == ["2026-03-01"]
    assert await stage.rows("SELECT refusals FROM reminders") == [(0,)]


async def test_a_row_that_cannot_be_worked_on_holds_up_no_other(stage: Stage) -> None:
    await begin(stage)
    await remind(stage)
    await change(stage, "minute = 9999")
    await remind(stage)
    await go_to(stage, "2026-03-01 20:30")
    assert days(stage) == ["2026-03-01"]
    assert stage.forgive()
    assert await stage.rows("SELECT tries FROM reminders WHERE minute = 9999 AND due_at > next_at") == [(1,)]


async def test_a_bot_that_stops_finishes_the_reminder_that_is_under_way(stage: Stage) -> None:
    await begin(stage)
    await remind(stage)
    stage.sandbox.pixela.fail(Trouble.SLOW, path="*/walks/pixels", seconds=0.1)
    passing = asyncio.create_task(later(stage, await due_at(stage) - stage.now()))
    async with asyncio.timeout(10):
        while not stage.sandbox.pixela.count("GET", "*/walks/pixels"):  # noqa: ASYNC110 - it tells nobody
            await asyncio.sleep(0)
    await stage.app.reminders.close()
    await passing
    assert days(stage) == ["2026-03-01"]
    assert await stage.rows("SELECT ref FROM reminders WHERE posting_at IS NULL AND lease_until = 0")


async def test_many_reminders_of_one_minute_come_in_one_turn(stage: Stage) -> None:
    await begin(stage)
    await remind(stage)
    columns = "guild_id, user_id, channel_id, graph, graph_name, quantity, minute, timezone, next_at, due_at"
    for number in range(19):
        copied = f"'{number:012x}', {columns}, tries, lease_until, fence FROM reminders LIMIT 1"
        await stage.execute(
            f"INSERT INTO reminders (ref, {columns}, tries, lease_until, fence) SELECT {copied}"
        )
    await later(stage, await due_at(stage) - stage.now())
    assert days(stage) == ["2026-03-01"] * 20
