"""/setup: connecting a server, looking at the connection, testing it, taking it away."""

from __future__ import annotations

import pytest

from bot.sandbox import USEAPI_KEY
from bot.sandbox.upstream import Trouble
from tests.stage import Stage, buttons, everything, fields, shown

OTHER_KEY = "user:20002-otherkey9b1c"


async def test_the_form_asks_for_a_key_and_its_name(stage: Stage) -> None:
    form = await stage.admin.slash(stage.channel, "setup connect", service="useapi")
    assert fields(form) == ["key", "name"]


async def test_a_good_key_is_tried_then_stored_and_never_shown(stage: Stage) -> None:
    said = await stage.connect_useapi()
    assert said.ephemeral
    assert "✅ The key works and is stored." in shown(said)
    assert [seen.headers["authorization"] for seen in stage.sandbox.useapi.requests] == [
        f"Bearer {USEAPI_KEY}"
    ]
    assert USEAPI_KEY not in shown(said)
    assert USEAPI_KEY.encode() not in stage.database_bytes()
    [row] = await stage.rows("SELECT guild_id, owner_id, service, hint, set_by FROM credentials")
    assert row == (stage.guild.id, 0, "useapi", USEAPI_KEY[-4:], stage.admin.id)


async def test_a_key_without_any_account_is_good_too(stage: Stage) -> None:
    stage.sandbox.useapi.subscribe(OTHER_KEY)
    assert "✅ The key works and is stored." in shown(await stage.connect_useapi(OTHER_KEY))


async def test_a_refused_key_is_not_stored(stage: Stage) -> None:
    said = await stage.connect_useapi("user:1-never-sold")
    assert shown(said) == ("⚠️ useapi.net refused this key, so nothing was stored. Check it and try again.")
    assert said.ephemeral
    assert await stage.rows("SELECT * FROM credentials") == []
    assert await stage.rows("SELECT * FROM audit") == []


@pytest.mark.parametrize(
    ("trouble", "status", "sentence"),
    [
        (Trouble.STATUS, 500, "is in trouble"),
        (Trouble.STATUS, 302, "is in trouble"),
        (Trouble.HTML, 200, "is in trouble"),
        (Trouble.DROP, 200, "cannot be reached"),
    ],
)
async def test_a_key_that_could_not_be_tried_is_not_stored(
    stage: Stage, trouble: Trouble, status: int, sentence: str
) -> None:
    stage.sandbox.useapi.fail(trouble, status=status, times=None)
    said = shown(await stage.connect_useapi())
    assert sentence in said
    assert "The key could not be tried, so nothing was stored." in said
    assert await stage.rows("SELECT * FROM credentials") == []


async def test_a_bad_key_leaves_the_stored_one_in_force(stage: Stage) -> None:
    await stage.connect_useapi()
    await stage.connect_useapi("user:1-never-sold")
    assert "The key works: it reaches 2 Midjourney accounts." in shown(
        await stage.admin.slash(stage.channel, "setup test", service="useapi")
    )


async def test_what_cannot_be_a_key_is_refused_without_asking_upstream(stage: Stage) -> None:
    for typed in ("user:1 with blanks", "Schlüssel-mit-ü", "        ", "two\nlines-of-it"):
        said = shown(await stage.connect_useapi(typed))
        assert "That does not look like a key of useapi.net" in said
        assert not typed.strip() or typed not in said
    assert stage.sandbox.useapi.requests == []


async def test_a_new_key_replaces_the_old_one(stage: Stage) -> None:
    stage.sandbox.useapi.subscribe(OTHER_KEY)
    await stage.connect_useapi()
    said = shown(await stage.connect_useapi(OTHER_KEY))
    assert "✅ The key works and replaces the old one." in said
    assert "Key ending in `9b1c`" in said
    assert await stage.rows("SELECT count(*) FROM credentials") == [(1,)]
    await stage.admin.slash(stage.channel, "setup test", service="useapi")
    assert stage.sandbox.useapi.requests[-1].headers["authorization"] == f"Bearer {OTHER_KEY}"


async def test_the_panel_of_a_fresh_server_offers_to_connect(stage: Stage) -> None:
    panel = await stage.admin.slash(stage.channel, "setup status")
    assert panel.ephemeral
    assert shown(panel).splitlines() == [
        "### Setup of this server",
        "**useapi.net** · Pika and Midjourney",
        "⚪ Not connected. Its commands answer once a key is set.",
        "[Connect]",
        "**Pixela**",
        "Members link their own user with `/pixela user link`.",
        "Linked here by members: 0.",
        "⚪ No user of the server. Connect one, and members record on its graphs together.",
        "[Connect a user]",
        "**PluralKit** · needs no key",
        "Public look-ups work at once; private ones with `/pluralkit link`.",
        "Linked here by members: 0.",
        "**Access** · everybody may use everything, everywhere",
        "**Limits** · none",
        "**Health**",
        "⚪ Nobody watches: choose a channel for alerts below.",
    ]


async def test_the_panel_tells_by_whom_and_when_and_the_last_failure(stage: Stage) -> None:
    await stage.connect_useapi()
    connected = stage.now()
    await stage.env.advance_time(100)
    stage.sandbox.useapi.fail(status=500, times=None)
    await stage.admin.slash(stage.channel, "setup test", service="useapi")
    panel = await stage.admin.slash(stage.channel, "setup status")
    lines = shown(panel).splitlines()
    assert "🟢 Connected" in lines
    assert f"Key ending in `7f3a`, set <t:{connected}:R> by <@{stage.admin.id}>" in lines
    failed = connected + 100
    assert f"Last success: <t:{connected}:R> · last failure: <t:{failed}:R> (in trouble itself)" in lines
    assert buttons(panel)[:4] == ["Replace key", "Test", "Disconnect", "Open buttons to everybody"]


async def test_the_panel_counts_members_who_linked_their_own(stage: Stage) -> None:
    form = await stage.member.slash(stage.channel, "pixela user link", username=stage.seeds.pixela_username)
    await stage.member.submit_modal(form, {"token": stage.seeds.pixela_token})
    lines = shown(await stage.admin.slash(stage.channel, "setup status")).splitlines()
    assert "Linked here by members: 1." in lines
    assert "Linked here by members: 0." in lines


async def test_testing_without_a_key_says_how_to_connect(stage: Stage) -> None:
    said = shown(await stage.admin.slash(stage.channel, "setup test", service="useapi"))
    assert "not connected in this server yet" in said
    assert "`/setup connect`" in said


async def test_disconnecting_asks_and_keeps_when_told_to(stage: Stage) -> None:
    await stage.connect_useapi()
    asked = await stage.admin.slash(stage.channel, "setup disconnect", service="useapi")
    assert buttons(asked) == ["Remove the key", "Keep it"]
    assert asked.response is not None
    kept = await stage.admin.click(asked.response, label="Keep it")
    assert "🟢 Connected" in shown(kept)
    assert await stage.rows("SELECT count(*) FROM credentials") == [(1,)]


async def test_disconnecting_removes_the_key_and_every_trace_of_it(stage: Stage) -> None:
    await stage.connect_useapi()
    asked = await stage.admin.slash(stage.channel, "setup disconnect", service="useapi")
    assert asked.response is not None
    gone = await stage.admin.click(asked.response, label="Remove the key")
    assert "The key of useapi.net was removed." in shown(gone)
    assert "⚪ Not connected" in shown(gone)
    assert await stage.rows("SELECT * FROM credentials") == []
    again = await stage.admin.slash(stage.channel, "setup disconnect", service="useapi")
    assert shown(again) == "useapi.net is not connected here, so there is nothing to remove."


async def test_every_change_of_a_key_leaves_an_audit_row(stage: Stage) -> None:
    await stage.connect_useapi()
    await stage.connect_useapi()
    asked = await stage.admin.slash(stage.channel, "setup disconnect", service="useapi")
    assert asked.response is not None
    await stage.admin.click(asked.response, label="Remove the key")
    rows = await stage.rows("SELECT guild_id, actor_id, action, service FROM audit ORDER BY id")
    assert rows == [
        (stage.guild.id, stage.admin.id, action, "useapi")
        for action in ("connected", "connected", "disconnected")
    ]


async def test_a_service_that_has_no_key_is_refused(stage: Stage) -> None:
    said = await stage.force(stage.admin, "setup connect", service="pluralkit")
    assert "Only `useapi` and `pixela` can have a key of the server." in everything(said)
