"""Nobody is reminded in a server that they left, that keeps them from Pixela, or that removed the app."""

from __future__ import annotations

from bot.access import RuleKind
from bot.services import Service
from bot.storage.access import AccessBook
from tests.cogs.making_scene import later, posts
from tests.cogs.reminding_scene import DAY, begin, change, days, go_to, remind, told
from tests.stage import Stage


async def test_whoever_left_the_server_is_reminded_no_more(stage: Stage) -> None:
    await begin(stage)
    await remind(stage)
    path = f"/guilds/{stage.guild.id}/members/{stage.member.id}"
    stage.env.inject_error("GET", path, status=403, code=50001)
    await go_to(stage, "2026-03-01 20:30")
    stage.env.inject_error("GET", path, status=404, code=10004)
    await go_to(stage, "2026-03-02 20:30")
    assert days(stage) == ["2026-03-01", "2026-03-02"]
    stage.env.inject_error("GET", path, status=500, times=None)
    await go_to(stage, "2026-03-03 20:30")
    await later(stage, 20)
    assert len(days(stage)) == 2
    stage.env.backend.faults.clear()
    await later(stage, 700)
    assert days(stage)[2:] == ["2026-03-03"]
    stage.guild.remove_member(stage.member)
    await go_to(stage, "2026-03-04 20:30")
    assert len(days(stage)) == 3
    assert await stage.rows("SELECT * FROM reminders") == []
    assert any("ends: its member has left the server" in line for line in stage.log)


async def test_whom_the_rules_of_the_server_keep_from_pixela_is_reminded_no_more(stage: Stage) -> None:
    await begin(stage)
    role = stage.guild.create_role("walkers")
    rules = AccessBook(stage.app.database, stage.guild.id, stage.now)
    backend = stage.env.backend
    thread = backend.create_thread(stage.channel.id, name="paths", owner_id=stage.member.id)
    await remind(stage)
    await remind(stage, "21:35")
    await change(stage, f"channel_id = {thread.id} WHERE minute = 1295")
    await rules.set(Service.PIXELA, RuleKind.ALLOWED_CHANNEL, [stage.channel.id], stage.admin.id)
    await go_to(stage, "2026-03-01 20:35")
    assert days(stage) == ["2026-03-01", "2026-03-01"]  # a thread counts as its channel
    await change(stage, "channel_id = 0 WHERE minute = 1295")
    await change(stage, "channel_id = 4711 WHERE minute = 1290")
    other = stage.guild.create_text_channel("other")
    await rules.set(Service.PIXELA, RuleKind.ALLOWED_CHANNEL, [other.id], stage.admin.id)
    await go_to(stage, "2026-03-02 20:35")
    assert len(told(stage, stage.member.user.dm_channel)) == 2  # what comes there is in no channel
    await rules.set(Service.PIXELA, RuleKind.DENIED_ROLE, [role.id], stage.admin.id)
    await change(stage, f"channel_id = {stage.channel.id} WHERE minute = 1290")
    await go_to(stage, "2026-03-03 20:35")
    assert len(told(stage, stage.member.user.dm_channel)) == 3
    assert await stage.rows("SELECT minute FROM reminders") == [(1295,)]
    backend.add_member_role(stage.guild.id, stage.member.id, role.id)
    await go_to(stage, "2026-03-04 20:35")
    assert len(told(stage, stage.member.user.dm_channel)) == 3
    assert await stage.rows("SELECT * FROM reminders") == []
    assert any("ends: its member may not use Pixela there any more" in line for line in stage.log)


async def test_in_a_server_that_removed_the_app_nobody_is_reminded(stage: Stage) -> None:
    await begin(stage)
    await remind(stage)
    await stage.app.guild_rows.leave([stage.guild.id])
    await go_to(stage, "2026-03-01 20:30")
    assert posts(stage) == []
    assert len(await stage.rows("SELECT * FROM reminders")) == 1
    # A clock that was put back by days: what was planned is planned anew.
    await stage.app.guild_rows.arrive([stage.guild.id])
    await change(stage, f"next_at = next_at + {9 * DAY}, due_at = due_at + {9 * DAY}")
    await go_to(stage, "2026-03-02 12:00")
    await go_to(stage, "2026-03-02 20:30")
    assert days(stage) == ["2026-03-02"]
