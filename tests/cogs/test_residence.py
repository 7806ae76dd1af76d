"""Servers that remove the app, take it back, or are away for a while."""

from __future__ import annotations

from simcord.backend import serializers

from tests.stage import Stage, shown

DAY = 24 * 3600


async def _dispatch(stage: Stage, event: str, **payload: object) -> None:
    stage.env.backend.emit(event, {"id": str(stage.guild.id), **payload})
    await stage.env.settle()


async def _come_back(stage: Stage) -> None:
    guild = stage.env.backend.get_guild(stage.guild.id)
    payload = dict(serializers.guild_create_payload(stage.env.backend, guild))
    del payload["unavailable"]
    await _dispatch(stage, "GUILD_CREATE", **payload)


async def _pass(stage: Stage, days: float) -> None:
    """Let days pass: the marks grow older, and the loop that looks at them comes round."""
    older = int(days * DAY) - 3600
    await stage.execute(f"UPDATE guilds SET left_at = left_at - {older}")  # noqa: S608 - a number
    await stage.env.advance_time(3600)


async def _left_at(stage: Stage) -> int | None:
    query = f"SELECT left_at FROM guilds WHERE guild_id = {stage.guild.id}"  # noqa: S608 - a number
    [(left_at,)] = await stage.rows(query)
    return left_at


async def _keys(stage: Stage) -> int:
    [(count,)] = await stage.rows("SELECT count(*) FROM credentials")
    return count


async def test_a_server_that_the_app_is_in_has_a_row(stage: Stage) -> None:
    await stage.env.settle()
    assert await _left_at(stage) is None


async def test_removing_the_app_marks_the_row_and_keeps_the_key(stage: Stage) -> None:
    await stage.connect_useapi()
    await _dispatch(stage, "GUILD_DELETE")
    assert await _left_at(stage) == stage.now()
    await _pass(stage, 6.9)
    assert await _keys(stage) == 1


async def test_a_week_after_removing_the_app_every_row_of_the_server_is_gone(stage: Stage) -> None:
    await stage.connect_useapi()
    await _dispatch(stage, "GUILD_DELETE")
    await _pass(stage, 7)
    assert await _keys(stage) == 0
    assert await stage.rows("SELECT * FROM audit") == []
    assert await stage.rows("SELECT guild_id FROM guilds") == [(0,)]


async def test_a_server_that_takes_the_app_back_within_the_week_keeps_its_key(stage: Stage) -> None:
    await stage.connect_useapi()
    await _dispatch(stage, "GUILD_DELETE")
    await _pass(stage, 6.9)
    await _come_back(stage)
    assert await _left_at(stage) is None
    await _pass(stage, 8)
    tested = await stage.admin.slash(stage.channel, "setup test", service="useapi")
    assert "✅ The key works" in shown(tested)


async def test_a_server_that_is_away_for_a_while_has_not_removed_the_app(stage: Stage) -> None:
    await stage.connect_useapi()
    await _dispatch(stage, "GUILD_DELETE", unavailable=True)
    assert await _left_at(stage) is None
    await _pass(stage, 8)
    await _come_back(stage)
    assert await _left_at(stage) is None
    assert await _keys(stage) == 1


async def test_what_members_linked_for_everywhere_outlives_every_server(stage: Stage) -> None:
    username = stage.seeds.pixela_username
    form = await stage.member.slash(stage.channel, "pixela user link", username=username, everywhere=True)
    await stage.member.submit_modal(form, {"token": stage.seeds.pixela_token})
    await _dispatch(stage, "GUILD_DELETE")
    await _pass(stage, 8)
    assert await _keys(stage) == 1


async def test_a_removal_while_the_app_was_down_is_noticed_at_the_start(stage: Stage) -> None:
    await stage.connect_useapi()
    other = stage.another_server()
    await other.connect_useapi()
    stage.env.backend.subscribers.clear()
    stage.env.backend.remove_guild(stage.guild.id)
    await stage.restart()
    rows = await stage.rows("SELECT guild_id FROM guilds WHERE left_at IS NOT NULL")
    assert rows == [(stage.guild.id,)]


async def test_a_server_that_came_back_while_the_app_was_down_is_not_purged_at_the_start(
    stage: Stage,
) -> None:
    await stage.connect_useapi()
    await _dispatch(stage, "GUILD_DELETE")
    await stage.execute("UPDATE guilds SET left_at = left_at - 3000000")
    await stage.restart()
    await _come_back(stage)
    await _pass(stage, 1)
    assert await _left_at(stage) is None
    assert await _keys(stage) == 1
