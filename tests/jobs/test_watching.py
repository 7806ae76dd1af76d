"""What is wrong is told in the channel that a server chose, once when it begins and once when it is over."""

from __future__ import annotations

import pytest
import simcord

from bot.api.attempts import Attempt
from bot.api.policy import Setback
from bot.jobs.outlook import DOWN_AFTER, UP_AFTER, Outlook
from bot.sandbox.upstream import Trouble
from bot.services import Provider, Service
from bot.storage.duties import Duties
from tests.cogs.making_scene import NOTICED, connect, later
from tests.cogs.setup_scene import choose, panel, posted, text_of, turn_to
from tests.stage import Stage, shown
from tests.storage.samples import Clock

PIXELA = Provider.PIXELA


async def watched(stage: Stage) -> simcord.ChannelHandle:
    """Let a server choose a channel for its alerts."""
    channel = stage.guild.create_text_channel("alarm")
    await choose(stage, await turn_to(stage, "alerts"), "setup:alertchannel", channel)
    return channel


async def minutes(stage: Stage, number: int) -> None:
    """Let minutes pass, one by one."""
    for _ in range(number):
        await later(stage, 60)


async def told(stage: Stage, channel: simcord.ChannelHandle) -> list[str]:
    """Return the first lines of what was told, oldest first."""
    return [text.splitlines()[0] for text in await posted(stage, channel)]


async def test_a_key_that_is_refused_and_replaced_is_told_once_each(stage: Stage) -> None:
    await connect(stage)
    channel = await watched(stage)
    stage.sandbox.useapi.refuse_with(401, times=None)
    await minutes(stage, 17)  # nobody uses it, and it is found out all the same
    await stage.restart()
    await minutes(stage, 2)
    (line,) = await told(stage, channel)
    assert line.startswith("⚠️ The key of useapi.net is refused")
    assert "replaces it with `/setup connect`" in text_of(channel.history()[-1])
    assert "🔴 The key of useapi.net is refused, since" in shown(await panel(stage))
    stage.sandbox.useapi.clear_faults()
    await stage.connect_useapi()
    await minutes(stage, 2)
    await stage.restart()
    await minutes(stage, 2)
    first, *others = await told(stage, channel)
    assert first == line
    over = [each for each in others if NOTICED not in each]
    assert len(over) == 1
    assert "the key of useapi.net works, or was replaced or removed" in over[0]


async def test_a_key_that_is_refused_now_and_then_is_told_once(stage: Stage) -> None:
    await connect(stage)
    channel = await watched(stage)
    for _ in range(4):
        fault = stage.sandbox.useapi.refuse_with(401, times=None, path="/v2/*")
        await stage.admin.slash(stage.channel, "setup test", service="useapi")
        await minutes(stage, 1)
        fault.times = 0
        await stage.admin.slash(stage.channel, "setup test", service="useapi")
        await minutes(stage, 1)
    refused = [line for line in await told(stage, channel) if "key" in line]
    assert len(refused) == 1
    await minutes(stage, 3)
    assert "works, or was replaced or removed" in (await told(stage, channel))[-1]


async def test_an_account_with_a_notice_is_told_and_once_more_when_it_is_cleared(stage: Stage) -> None:
    await connect(stage)
    await minutes(stage, 2)
    channel = await watched(stage)
    await later(stage, 5)
    (line,) = await told(stage, channel)  # before the next minute
    assert line.startswith(f"⚠️ The account `{NOTICED}` has a notice that waits to be read")
    # While a key cannot be asked, what was known of its accounts stands.
    fault = stage.sandbox.useapi.refuse_with(402, times=None, path="/v2/*")
    await minutes(stage, 17)
    assert await told(stage, channel) == [line]
    fault.times = 0
    await stage.admin.slash(stage.channel, "accounts midjourney reset", channel=NOTICED)
    await later(stage, 5)
    assert "no notice any more" in (await told(stage, channel))[1]  # not a quarter of an hour later
    await stage.restart()
    await minutes(stage, 17)
    assert len(await told(stage, channel)) == 2
    assert await stage.rows("SELECT * FROM alerts") == []
    # With the key goes what is nobody's business any more, without a word.
    account = stage.sandbox.useapi.subscribers[stage.seeds.useapi_key].midjourney[NOTICED]
    account.pending_mod_message = "Read this"
    await minutes(stage, 17)
    assert len(await told(stage, channel)) == 3
    assert "has a notice" in shown(await panel(stage))
    await stage.app.connections.disconnect(stage.guild.id, stage.admin.id, Provider.USEAPI)
    assert "has a notice" not in shown(await panel(stage))
    await minutes(stage, 2)
    assert await stage.rows("SELECT * FROM alerts") == []
    assert len(await told(stage, channel)) == 3


async def test_a_service_that_is_down_for_five_minutes_is_told_once_and_once_more_when_it_is_back(
    stage: Stage,
) -> None:
    channel = await watched(stage)
    other = stage.another_server()
    theirs = await watched(other)
    await choose(other, await turn_to(other, "alerts"), "setup:alertchannel")
    await minutes(stage, 3)
    stage.sandbox.pixela.fail(Trouble.DROP, times=None)
    stage.sandbox.useapi.fail(times=None)  # which is nothing to a server without a key of it
    await minutes(stage, 5)
    assert await told(stage, channel) == []
    assert "🟠 Pixela: no call has worked since" in shown(await panel(stage))
    await minutes(stage, 4)
    (line,) = await told(stage, channel)
    assert line.startswith("⚠️ Pixela cannot be used, for 5 min")
    await stage.restart()
    await minutes(stage, 8)
    home = shown(await panel(stage))
    assert "🔴 Pixela cannot be used, since" in home
    assert "🟠 Pixela" not in home
    # One that comes and goes is not back.
    for _ in range(6):
        stage.sandbox.pixela.clear_faults()
        await minutes(stage, 1)
        stage.sandbox.pixela.fail(status=503, times=None)
        await minutes(stage, 1)
    assert await told(stage, channel) == [line]
    stage.sandbox.pixela.clear_faults()
    await minutes(stage, 5)
    assert "Pixela can be used again" in (await told(stage, channel))[1]
    await stage.restart()
    await minutes(stage, 8)
    assert len(await told(stage, channel)) == 2
    assert await told(other, theirs) == []


async def test_a_server_that_tells_nobody_is_not_looked_at(stage: Stage) -> None:
    await connect(stage)
    before = [len(upstream.requests) for upstream in stage.sandbox.upstreams]
    await minutes(stage, 20)
    assert [len(upstream.requests) for upstream in stage.sandbox.upstreams] == before
    without = stage.app.settings.model_copy(update={"services": (Service.PLURALKIT,)})
    await stage.restart(without)
    await watched(stage)
    await minutes(stage, 5)
    asked = [len(upstream.requests) for upstream in stage.sandbox.upstreams]
    assert asked[0:2] == before[0:2]
    assert asked[2] > before[2]


@pytest.mark.parametrize("was_down", [False, True])
def test_how_a_service_is_doing_is_told_by_how_calls_end(was_down: bool) -> None:
    clock = Clock()
    outlook = Outlook(clock)

    def end(status: int | None, setback: Setback | None = None) -> None:
        is_answer = setback is None and status is not None and status < 500
        outlook.observe(Attempt(PIXELA, status, setback, 0.1, answered=is_answer))

    def is_down() -> bool:
        return outlook.is_down(PIXELA, was_down=was_down)

    assert outlook.is_quiet(PIXELA, 100)
    assert is_down() is was_down  # as long as nobody knows
    for ending in ((500, None), (None, Setback.TIMED_OUT), (200, Setback.GARBLED)):
        end(*ending)
        assert outlook.failing_since(PIXELA) == int(clock.now)
    clock.now += DOWN_AFTER - 1
    assert is_down() is was_down
    clock.now += 1
    assert is_down()
    assert outlook.is_quiet(PIXELA, 100)
    end(429)  # a refusal is an answer
    assert outlook.failing_since(PIXELA) is None
    assert not outlook.is_quiet(PIXELA, 100)
    assert is_down() is was_down
    clock.now += UP_AFTER
    assert not is_down()
    assert outlook.is_quiet(PIXELA, 100)
    clock.now -= 10_000  # the clock was put back
    assert outlook.is_quiet(PIXELA, 100)


async def test_what_is_changed_at_one_worker_is_told_soon_though_another_watches_for_all(
    stage: Stage,
) -> None:
    await connect(stage)
    channel = await watched(stage)
    await later(stage, 5)
    assert len(await told(stage, channel)) == 1
    database = stage.app.database
    another = Duties(database, "another", stage.now, alone=False)
    assert await another.take("watch", 150)
    stage.app.watch._duties = Duties(database, "this", stage.app.clock, alone=False)  # pyright: ignore[reportPrivateUsage] - one of several, though on SQLite
    account = stage.sandbox.useapi.subscribers[stage.seeds.useapi_key].midjourney[NOTICED]
    account.pending_mod_message = None
    for _ in range(17):
        await later(stage, 60)
        assert await another.take("watch", 150)
    assert len(await told(stage, channel)) == 1
    account.pending_mod_message = "Read this"
    await stage.admin.slash(stage.channel, "accounts midjourney reset", channel=NOTICED)
    await later(stage, 5)
    assert "no notice any more" in (await told(stage, channel))[1]
