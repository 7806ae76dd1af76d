"""/pixela remind, and the buttons under a reminder."""

from __future__ import annotations

from datetime import date

import discord

from bot.sandbox import PIXELA_TOKEN, PIXELA_USERNAME
from bot.sandbox.upstream import Trouble
from bot.services import Provider
from bot.storage.database import Database
from bot.storage.reminder_days import ReminderDays
from tests.cogs.making_scene import later, posts
from tests.cogs.pixela_scene import connect_pixela, held, pixela, says, user
from tests.cogs.pixela_scene import press as turn
from tests.cogs.reminding_scene import add_walks, begin, days, go_to, press, remind, text_of, told
from tests.stage import Stage, everything, shown


async def test_a_member_is_reminded_every_day_and_records_it_once_with_a_button(stage: Stage) -> None:
    await begin(stage)
    said = await remind(stage, quantity="2.5")
    assert "**Walks**, every day at 21:30 (Europe/Berlin)" in said
    assert f"in <#{stage.channel.id}>, for all there to see" in said
    await go_to(stage, "2026-03-01 20:29")
    assert told(stage) == []
    await go_to(stage, "2026-03-01 20:30")
    (message,) = told(stage)
    first, small, foot = text_of(message).splitlines()
    assert first == f"⏰ <@{stage.member.id}> **Walks** for Sunday, 2026-03-01"
    assert small == "-# Done adds 2.5."
    assert foot.startswith("-# 21:30 (Europe/Berlin) · reminder `")
    (post,) = posts(stage)
    assert post["allowed_mentions"] == {"parse": [], "users": [stage.member.id]}
    assert (post["enforce_nonce"], len(post["nonce"]) <= 25) == (True, True)

    stranger = await press(stage, "Done", stage.admin)
    (refusal,) = stranger.followups
    assert refusal.ephemeral
    assert "This is somebody else's reminder." in shown(refusal)
    pressed = await press(stage, "Done")
    assert held(stage, "20260301", "walks") == "2.50"
    done = text_of(told(stage)[-1])
    assert done.startswith("### Walks\n✅ **2026-03-01** (today) holds ")
    assert "holds **2.5 km**, before that nothing" in done
    assert "🔥 Streak: **1 day**" in done
    ref = foot.split("`")[1].partition("-")[0]
    assert pressed.response is not None
    await stage.press(stage.member, f"px:done:{ref}:20260301", pressed.response)
    assert text_of(told(stage)[-1]) == done
    assert held(stage, "20260301", "walks") == "2.50"
    await says(stage, "pixel add", quantity="1", graph="walks", date="2026-03-01")
    again = everything(await stage.press(stage.member, f"px:done:{ref}:20260301", pressed.response))
    assert "Done was pressed for this day already." in again
    assert held(stage, "20260301", "walks") == "3.50"

    await go_to(stage, "2026-03-02 20:30")
    await stage.restart()
    await go_to(stage, "2026-03-03 20:30")
    assert days(stage) == ["2026-03-01", "2026-03-02", "2026-03-03"]
    await press(stage, "Done")
    assert "🔥 Streak: **1 day**" in text_of(told(stage)[-1])
    await press(stage, "Stop reminding")
    assert "🔕 The reminder of **Walks** at 21:30 (Europe/Berlin) is stopped." in text_of(told(stage)[-1])
    await go_to(stage, "2026-03-04 20:30")
    assert len(days(stage)) == 3


async def test_a_reminder_set_in_a_direct_message_comes_there(stage: Stage) -> None:
    form = await stage.member.user.slash("pixela user link", username=PIXELA_USERNAME)
    await stage.member.user.submit_modal(form, {"token": PIXELA_TOKEN})
    await go_to(stage, "2026-03-01 12:00")
    add_walks(stage)
    said = await stage.member.user.slash("pixela remind set", time="9pm", graph="walks", timezone="utc")
    assert "at 21:00 (UTC), as a direct message." in shown(said)
    await go_to(stage, "2026-03-01 21:00")
    (message,) = told(stage, stage.member.user.dm_channel)
    await stage.member.user.click(message, label="Done")
    assert held(stage, "20260301", "walks") == "1.00"
    assert "None here." in await says(stage, "remind list")


async def test_while_pixela_is_in_trouble_the_reminder_comes_and_done_says_what_is_wrong(
    stage: Stage,
) -> None:
    await begin(stage)
    await remind(stage)
    stage.sandbox.pixela.fail(Trouble.DROP, times=None)
    await go_to(stage, "2026-03-01 20:30")
    assert days(stage) == ["2026-03-01"]
    assert "Pixela cannot be reached right now." in everything(await press(stage, "Done"))
    stage.sandbox.pixela.clear_faults()
    stage.sandbox.pixela.refuse_with(400, {"message": "no", "isSuccess": False}, path="*/add")
    assert "Pixela refused it" in everything(await press(stage, "Done"))
    stage.sandbox.pixela.fail(status=500, path="*/add")
    assert "it did not go through" in everything(await press(stage, "Done"))
    stage.sandbox.pixela.fail(Trouble.DROP, path="*/add")
    assert "it is not certain whether it went through" in everything(await press(stage, "Done"))
    # It may still be on its way, for as long as a call may take.
    assert "what came of that is not known yet" in everything(await press(stage, "Done"))
    await later(stage, 60)
    stage.sandbox.pixela.fail(Trouble.LOST, path="*/add")
    await press(stage, "Done")
    assert "it went through" in text_of(told(stage)[-1])
    assert held(stage, "20260301", "walks") == "1.00"


async def test_a_press_that_a_killed_bot_left_half_done_is_finished_by_the_next_one(stage: Stage) -> None:
    walks = await begin(stage)
    await remind(stage)
    noted = "INSERT INTO reminder_days SELECT id, {}, {} FROM reminders"
    await go_to(stage, "2026-03-01 20:30")
    await stage.execute(noted.format(20260301, stage.now()))  # killed before Pixela was called
    await stage.restart()
    if not stage.app.database.is_a_file:  # where another process may live on
        await later(stage, 60)
    await press(stage, "Done")
    assert "holds **1 km**, before that nothing" in text_of(told(stage)[-1])
    assert held(stage, "20260301", "walks") == "1.00"
    await go_to(stage, "2026-03-02 20:30")
    await stage.execute(noted.format(20260302, stage.now()))  # killed before the answer
    walks.put("20260302", "1")
    await later(stage, 60)  # as where another process lives on
    await press(stage, "Done")
    assert "holds **1 km**, before that nothing" in text_of(told(stage)[-1])
    assert held(stage, "20260302", "walks") == "1"


async def test_of_two_presses_in_two_processes_one_records_the_day(stage: Stage) -> None:
    await begin(stage)
    await remind(stage)
    await go_to(stage, "2026-03-01 20:30")
    reminder = await stage.app.reminders.queue.find(await one_ref(stage))
    assert reminder is not None
    url = stage.app.settings.database_url.get_secret_value()
    elsewhere = await Database.open(url)
    days = ReminderDays(elsewhere, stage.now)
    claim = await days.claim(reminder, date(2026, 3, 1))
    assert claim is not None
    assert "what came of that is not known yet" in everything(await press(stage, "Done"))
    assert held(stage, "20260301", "walks") is None
    await days.drop(claim)
    await elsewhere.close()
    await press(stage, "Done")
    assert held(stage, "20260301", "walks") == "1.00"


async def test_a_button_of_a_month_ago_or_of_a_graph_that_is_gone_records_nothing(stage: Stage) -> None:
    await begin(stage)
    await remind(stage)
    await go_to(stage, "2026-03-01 20:30")
    await go_to(stage, "2026-04-03 20:30")
    old = told(stage)[0]
    assert "This is too long ago for a button." in everything(await stage.member.click(old, label="Done"))
    del user(stage).graphs["walks"]
    assert "The graph is not there any more" in everything(await press(stage, "Done"))
    assert "Walks" in await says(stage, "remind remove", reminder=await one_ref(stage))
    for label in ("Done", "Stop reminding"):
        assert "This reminder was removed" in everything(await press(stage, label))


async def one_ref(stage: Stage) -> str:
    ((ref,),) = await stage.rows("SELECT ref FROM reminders")
    return str(ref)


async def test_reminders_are_listed_completed_and_removed_by_their_owner(stage: Stage) -> None:
    await begin(stage)
    await remind(stage, "7")
    assert "You have this reminder already." in await remind(stage, "7:00")
    await remind(stage, timezone="Asia/Tokyo")
    listed = await says(stage, "remind list")
    assert "**Walks** at 07:00 (Europe/Berlin) · next <t:" in listed
    assert "**Walks** at 21:30 (Asia/Tokyo) · next <t:" in listed
    found = await stage.member.autocomplete(stage.channel, "pixela remind remove", "reminder", "tokyo")
    ((name, ref),) = [(choice["name"], choice["value"]) for choice in found]
    assert name == "21:30 Asia/Tokyo · Walks"
    other = stage.guild.add_member(stage.env.create_user("eve"))
    assert await other.autocomplete(stage.channel, "pixela remind remove", "reminder", "") == []
    assert "no such reminder of yours" in await says(stage, "remind remove", other, reminder=ref)
    assert "None here." in await says(stage, "remind list", other)
    # As where another worker was asked the same: that one removes it, and says so.
    stage.env.inject_error("POST", "/interactions/*/callback", status=400, code=40060)
    await stage.member.slash(stage.channel, "pixela remind remove", reminder=ref)
    assert stage.forgive() == []
    assert "Removed: `21:30 Asia/Tokyo · Walks`." in await says(stage, "remind remove", reminder=ref)
    for wrong in ("25:00", "noon"):
        assert "A time of day is typed like" in await remind(stage, wrong)
    assert "A time zone is typed by region and city" in await remind(stage, timezone="CEST")
    assert "A quantity is a number" in await remind(stage, quantity="1e3")
    for nought in ("0", "-0.00"):
        assert "Done must add something" in await remind(stage, "8", quantity=nought)
    for hour in range(24):
        await remind(stage, f"{hour}:01")
    assert "You have 25 reminders here" in await remind(stage, "0:02")
    first = await pixela(stage, "remind list")
    assert "25 in all." in shown(first)
    assert (" at 00:01 " in shown(first), " at 23:01 " in shown(first)) == (True, False)
    await stage.restart()
    second = await turn(stage, first, "Next →")
    assert (" at 00:01 " in shown(second), " at 23:01 " in shown(second)) == (False, True)
    assert shown(await turn(stage, second, "← Back")) == shown(first)
    zones = await stage.member.autocomplete(stage.channel, "pixela remind set", "timezone", "berl")
    assert [zone["value"] for zone in zones][:1] == ["Europe/Berlin"]


async def test_reminders_of_the_servers_graphs_are_stopped_by_managers_and_ask_for_roles(
    stage: Stage,
) -> None:
    await connect_pixela(stage)
    await go_to(stage, "2026-03-01 12:00")
    add_walks(stage)
    await remind(stage, graph="server:walks")
    assert f"<@{stage.member.id}>" in await says(stage, "remind list", stage.admin)
    await go_to(stage, "2026-03-01 20:30")
    role = stage.guild.create_role("walkers")
    await stage.app.guild_rows.set_recorders(stage.guild.id, [role.id], stage.admin.id)
    assert "Your roles do not allow you" in everything(await press(stage, "Done"))
    await stage.app.guild_rows.set_recorders(stage.guild.id, [], stage.admin.id)
    await press(stage, "Done")
    assert held(stage, "20260301", "walks") == "1.00"
    other = stage.guild.add_member(stage.env.create_user("eve"))
    assert "This is somebody else's reminder." in everything(await press(stage, "Stop reminding", other))
    await press(stage, "Stop reminding", stage.admin)
    assert "is stopped" in text_of(told(stage)[-1])
    await remind(stage, graph="server:walks")
    await stage.app.connections.disconnect(stage.guild.id, stage.admin.id, Provider.PIXELA)
    await go_to(stage, "2026-03-02 20:30")
    assert "The server's Pixela user that has **Walks** is not connected any more." in text_of(
        told(stage)[-1]
    )


async def test_a_manager_sees_and_stops_everybodys_reminders_of_the_server(stage: Stage) -> None:
    await begin(stage)
    await remind(stage)
    await remind(stage, "7")
    (daily,) = await stage.rows("SELECT ref FROM reminders WHERE minute = 1290")
    listed = await says(stage, "remind list", stage.admin)
    assert f"at 21:30 (Europe/Berlin) · <@{stage.member.id}> · `{daily.ref}` · next <t:" in listed
    for typed in ("21:30", str(daily.ref)):
        found = await stage.admin.autocomplete(stage.channel, "pixela remind remove", "reminder", typed)
        assert [choice["name"] for choice in found] == [f"21:30 Europe/Berlin · Walks · of {stage.member.id}"]
    removed = await says(stage, "remind remove", stage.admin, reminder=str(daily.ref))
    assert f"Removed: `21:30 Europe/Berlin · Walks`. It was <@{stage.member.id}>'s." in removed
    await go_to(stage, "2026-03-02 06:00")
    await press(stage, "Stop reminding", stage.admin)
    assert "is stopped" in text_of(told(stage)[-1])
    assert await stage.rows("SELECT ref FROM reminders") == []


async def test_where_a_member_may_not_write_a_reminder_comes_as_a_direct_message(stage: Stage) -> None:
    await begin(stage)
    silent = discord.PermissionOverwrite(send_messages=False)
    board = stage.guild.create_text_channel("board", overwrites={stage.member: silent})
    said = await stage.member.slash(board, "pixela remind set", time="21:30", graph="walks")
    assert "every day at 21:30 (Europe/Berlin), as a direct message." in shown(said)
    await go_to(stage, "2026-03-01 20:30")
    assert told(stage, board) == []
    (message,) = told(stage, stage.member.user.dm_channel)
    assert "It was set in" not in text_of(message)


async def test_whoever_left_the_server_records_nothing_for_it(stage: Stage) -> None:
    await connect_pixela(stage)
    await go_to(stage, "2026-03-01 12:00")
    add_walks(stage)
    await remind(stage, graph="server:walks")
    path = f"/channels/{stage.channel.id}/messages"
    stage.env.inject_error("POST", path, status=403, code=50013, times=None)
    await go_to(stage, "2026-03-01 20:30")
    alone = stage.member.user.dm_channel
    (message,) = told(stage, alone)
    stage.guild.remove_member(stage.member)
    assert "You are not in the server any more" in everything(
        await stage.member.user.click(message, label="Done")
    )
    assert held(stage, "20260301", "walks") is None


async def test_reminders_that_cannot_be_read_complete_to_nothing(stage: Stage) -> None:
    await begin(stage)
    await remind(stage)
    await stage.execute("ALTER TABLE reminders RENAME TO hidden")
    assert await stage.member.autocomplete(stage.channel, "pixela remind remove", "reminder", "") == []
