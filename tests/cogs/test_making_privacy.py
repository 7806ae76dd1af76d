"""What members ask for is theirs: it is in no log, it is counted for them, and it goes when they say so."""

from __future__ import annotations

from tests.bodies import check_bodies
from tests.cogs.making_scene import (
    PICTURE,
    UNTIL_DONE,
    ask,
    connect,
    create,
    imagine,
    imagined,
    later,
    made,
    posts,
    press,
)
from tests.stage import Stage, everything, shown

SECRET = "zanzibar-lighthouse"


def _tokens(stage: Stage) -> set[str]:
    """Return what the answers to interactions can be changed with."""
    paths = [request.path.split("/") for request in stage.env.http_requests if "/messages/" in request.path]
    return {path[3] for path in paths if path[1] == "webhooks"}


async def test_no_prompt_and_no_token_of_an_answer_is_logged_or_lies_open(stage: Stage) -> None:
    await connect(stage)
    grid = await imagined(stage, f"a {SECRET}")
    await press(stage, grid, "U1")
    await create(stage, f"a {SECRET}", image=PICTURE)
    stage.sandbox.useapi.fail(status=400, method="POST")
    await imagine(stage, f"a {SECRET} breakdown")
    await ask(stage, "midjourney jobs")
    await later(stage, UNTIL_DONE)
    tokens = _tokens(stage)
    assert len(tokens) >= 4
    log = "\n".join(stage.log)
    kept = stage.database_bytes()
    assert SECRET not in log
    assert not [token for token in tokens if token in log or token.encode() in kept]
    assert SECRET.encode() in kept
    assert await stage.rows("SELECT count(*) FROM jobs WHERE reply_token IS NOT NULL") == [(0,)]


async def test_what_one_had_made_is_counted_and_goes_with_the_rest(stage: Stage) -> None:
    await connect(stage)
    await imagined(stage, f"a {SECRET}")
    running = await imagine(stage, f"another {SECRET}")
    await create(stage, who=stage.admin)
    kept = shown(await stage.member.slash(stage.channel, "privacy show"))
    assert "**What you had made with Pika and Midjourney:** 2, with the words and links" in kept
    asked = await stage.member.slash(stage.channel, "privacy delete")
    assert "what is still being made for you is given up" in shown(asked)
    await press(stage, asked, "Yes, delete it")
    assert await stage.rows("SELECT user_id FROM jobs") == [(stage.admin.id,)]
    assert "Nothing." in shown(await stage.member.slash(stage.channel, "privacy show"))
    made(stage)[1].finish()
    await later(stage, 61)
    assert "🛠️ Begun." in shown(running)
    assert posts(stage) == []
    assert "not kept here any more" in everything(await press(stage, running, "Cancel"))
    check_bodies(stage)
