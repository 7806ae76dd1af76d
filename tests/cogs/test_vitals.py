"""What is looked at of the real bot to say whether it is well."""

from __future__ import annotations

import asyncio
from math import inf

from bot.health import Finding
from bot.vitals import Vitals, shared_limits
from tests.cogs.making_scene import connect, imagine
from tests.limits_server import hostile, sharing
from tests.stage import Stage


async def test_the_parts_of_a_running_bot_and_its_jobs_are_told(stage: Stage) -> None:
    app = stage.app
    loops = {"jobs": lambda: -15.0, "reminders": lambda: 31.0, "purge": lambda: inf}
    vitals = Vitals(app, app.database, loops, app.answering, app.measures, app.clock)
    assert {*loops} <= {*app.loops}
    assert await vitals.loops() == {
        "loop of jobs": Finding(ok=True, detail="takes its turns"),
        "loop of reminders": Finding(ok=False, detail="is 31 s late"),
        "loop of purge": Finding(ok=False, detail="has ended"),
    }
    await connect(stage)
    await imagine(stage)
    before = await stage.rows("SELECT * FROM facts WHERE name = 'last probed'")
    assert (await vitals.database())["database"].ok
    text = (await vitals.metrics({"database": Finding(ok=True, detail="")})).decode()
    assert 'switchboard_jobs{state="running"} 1.0' in text
    assert 'switchboard_jobs{state="waiting"} 0.0' in text
    assert 'switchboard_part_ok{part="database"} 1.0' in text
    assert (
        'switchboard_interactions_total{command="midjourney imagine",kind="command",outcome="answered"} 1.0'
        in text
    )
    assert 'switchboard_upstream_calls_total{service="useapi",status="200"}' in text
    for identity in (
        stage.guild.id,
        stage.member.id,
        stage.admin.id,
        "lamp by the sea",
        stage.seeds.useapi_key,
    ):
        assert str(identity) not in text
    # Asked again at once it reads, and does not write.
    await stage.execute("DELETE FROM facts WHERE name = 'last probed'")
    assert before == []
    assert (await vitals.database())["database"].ok
    assert await stage.rows("SELECT * FROM facts WHERE name = 'last probed'") == []
    bare = Vitals(app, app.database, {}, app.answering, app.measures, app.clock)
    assert await bare.loops() == {"loops": Finding(ok=False, detail="not started yet")}
    app.answering.is_stopping = True
    assert await bare.gateway() == {"gateway": Finding(ok=False, detail="the app is stopping")}


async def test_a_bot_is_ready_also_where_calls_are_not_counted_together() -> None:
    async def count(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while await reader.read(4096):
            writer.write(b":0\r\n")

    async with hostile(count) as url, sharing(url, "redis://127.0.0.1:1/0") as [there, away]:
        told = Finding(ok=True, detail="calls are counted together")
        assert await shared_limits(there) == {"shared limits": told}
        detail = "the server cannot be reached (Connection refused); each worker keeps to its own share"
        told = Finding(ok=False, detail=detail, needed=False)
        assert await shared_limits(away) == {"shared limits": told}
