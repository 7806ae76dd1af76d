"""A server's shared graphs: connecting a Pixela user, and who may record."""

from __future__ import annotations

import pytest

from bot.sandbox import PIXELA_TOKEN, PIXELA_USERNAME
from bot.sandbox.upstream import Trouble
from bot.services import Service
from tests.bodies import check_bodies, parts_of
from tests.cogs.pixela_scene import connect_pixela, graph, held, link, message_of, says, user
from tests.stage import Stage, buttons, everything, fields, shown

SHARED = "server:reading"
REFUSAL = "⚠️ This needs the permission Manage Server. Ask somebody who has it."


async def test_a_user_is_tried_and_connected_and_members_record_on_its_graphs(stage: Stage) -> None:
    form = await stage.admin.slash(stage.channel, "setup connect", service="pixela")
    assert fields(form) == ["username", "token"]
    said = await connect_pixela(stage)
    assert said.ephemeral
    assert f"✅ The token of `{PIXELA_USERNAME}` works and is stored." in shown(said)
    lines = shown(said).splitlines()
    assert f"🟢 Connected as `{PIXELA_USERNAME}`" in lines
    assert f"Token ending in `{PIXELA_TOKEN[-4:]}`, set <t:{stage.now()}:R> by <@{stage.admin.id}>" in lines
    assert "Who may record on its graphs: everybody" in lines
    assert PIXELA_TOKEN.encode() not in stage.database_bytes()
    graph(stage).put("20260101", "4")
    choices = await stage.member.autocomplete(stage.channel, "pixela pixel increment", "graph", "reading")
    assert [(choice["name"], choice["value"]) for choice in choices] == [
        ("Server · Reading (reading)", SHARED)
    ]
    assert "holds **5 pages**" in await says(stage, "pixel increment", graph=SHARED)
    assert "holds **6 pages**" in await says(stage, "pixel increment")
    assert held(stage) == "6"
    rows = await stage.rows("SELECT actor_id, action, service FROM audit")
    assert rows == [(stage.admin.id, "connected", "pixela")]
    assert "replaces the old one" in shown(await connect_pixela(stage))
    check_bodies(stage)


async def test_what_is_wrong_or_cannot_be_tried_is_not_stored(stage: Stage) -> None:
    wrong = shown(await connect_pixela(stage, token="not-its-token"))
    assert wrong == (
        f"⚠️ Pixela knows no user `{PIXELA_USERNAME}` with this token, so nothing was stored. Check both."
    )
    assert "2 to 33 characters" in shown(await connect_pixela(stage, username="NOT A NAME"))
    assert "8 to 128 characters" in shown(await connect_pixela(stage, token="tokén-of-mine"))
    stage.sandbox.pixela.fail(Trouble.DROP, times=None)
    assert "could not be tried, so nothing was stored" in shown(await connect_pixela(stage))
    assert await stage.rows("SELECT * FROM credentials") == []
    nothing = await stage.admin.slash(stage.channel, "setup disconnect", service="pixela")
    assert shown(nothing) == "Pixela is not connected here, so there is nothing to remove."
    untested = await stage.admin.slash(stage.channel, "setup test", service="pixela")
    assert "This server has no Pixela user of its own." in shown(untested)


async def test_the_panel_tests_replaces_and_disconnects_after_a_restart(stage: Stage) -> None:
    await stage.connect_useapi()
    await connect_pixela(stage)
    panel = await stage.admin.slash(stage.channel, "setup status")
    own = ["Replace user", "Test user", "Disconnect user"]
    assert buttons(panel) == ["Replace key", "Test", "Disconnect", "Open buttons to everybody", *own]
    await stage.restart()
    tested = await stage.admin.click(message_of(panel), label="Test user")
    assert f"✅ The token works: `{PIXELA_USERNAME}` has 3 graphs." in shown(tested)
    stage.sandbox.pixela.add_user(PIXELA_USERNAME, "changed-elsewhere")
    refused = shown(await stage.admin.slash(stage.channel, "setup test", service="pixela"))
    assert "⚠️ Pixela refused the token of this server's user." in refused
    assert "🔴 The token was refused: replace it" in refused
    member = await says(stage, "pixel increment", graph=SHARED)
    assert "Somebody with the permission Manage Server replaces it with `/setup connect`." in member
    stage.sandbox.pixela.fail(times=None)
    broken = shown(await stage.admin.slash(stage.channel, "setup test", service="pixela"))
    assert "is in trouble" in broken
    form = await stage.admin.click(message_of(panel), label="Replace user")
    assert fields(form) == ["username", "token"]
    asked = await stage.admin.click(message_of(panel), label="Disconnect user")
    assert buttons(asked) == ["Remove the token", "Keep it"]
    kept = await stage.admin.click(message_of(asked), label="Keep it")
    assert "🔴 The token was refused" in shown(kept)
    removed = await stage.press(stage.admin, "setup:forget:pixela", message_of(kept))
    assert "The token of the server's Pixela user was removed." in everything(removed)
    twice = await stage.press(stage.admin, "setup:forget:pixela", message_of(kept))
    assert "There was no token to remove." in everything(twice)
    assert await stage.rows("SELECT service FROM credentials") == [("useapi",)]
    check_bodies(stage)


async def test_roles_that_may_record_are_chosen_and_heeded(stage: Stage) -> None:
    runners, readers = stage.guild.create_role("runners"), stage.guild.create_role("readers")
    said = await connect_pixela(stage)
    await stage.restart()
    chosen = await stage.admin.select(message_of(said), [runners], custom_id="setup:recorders")
    assert "✅ Those roles may record now." in shown(chosen)
    assert f"Who may record on its graphs: <@&{runners.id}>, and those who manage the server" in shown(chosen)
    ticked = [
        part["default_values"] for part in parts_of(message_of(chosen).components) if part.get("type") == 6
    ]
    assert [int(value["id"]) for value in ticked[0]] == [runners.id]
    refusal = "Your roles do not allow you to use the server's graphs."
    assert refusal in await says(stage, "pixel increment", graph=SHARED)
    unnamed = await says(stage, "pixel increment")
    assert "No Pixela user of yours is linked here." in unnamed
    assert unnamed.endswith("Graphs of this server are offered by the option `graph`.")
    assert "holds" in await says(stage, "pixel increment", stage.admin, graph=SHARED)
    stage.env.backend.add_member_role(stage.guild.id, stage.member.id, runners.id)
    assert "holds" in await says(stage, "pixel increment", graph=SHARED)
    # Who has which roles is told by every interaction, also before the server is known after a start.
    ids = {"guild_id": str(stage.guild.id), "role_id": str(runners.id)}
    stage.env.backend.emit("GUILD_ROLE_DELETE", ids)
    assert "holds" in await says(stage, "pixel increment", graph=SHARED)
    both = await stage.admin.select(message_of(chosen), [readers], custom_id="setup:recorders")
    assert refusal in await says(stage, "pixel increment")
    # Used last and not to be had any more, it does not stand in the way of one's own.
    user(stage).graphs = {"reading": graph(stage)}
    await link(stage)
    own = await says(stage, "pixel increment")
    assert "holds" in own
    await says(stage, "user unlink")
    await stage.app.guild_rows.note_last_graph(stage.guild.id, stage.member.id, SHARED)
    everybody = await stage.admin.select(message_of(both), [], custom_id="setup:recorders")
    assert "✅ Everybody may record now." in shown(everybody)
    assert "holds" in await says(stage, "pixel increment")
    stage.demote(stage.admin)
    late = await stage.admin.select(message_of(everybody), [readers], custom_id="setup:recorders")
    assert everything(late) == REFUSAL
    assert await stage.app.guild_rows.recorders(stage.guild.id) == frozenset()
    check_bodies(stage)


async def test_a_role_that_is_gone_is_not_ticked_and_one_server_sees_nothing_of_another(stage: Stage) -> None:
    await connect_pixela(stage)
    await stage.app.guild_rows.set_recorders(stage.guild.id, [404404], stage.admin.id)
    panel = await stage.admin.slash(stage.channel, "setup status")
    assert "Who may record on its graphs: <@&404404>" in shown(panel)
    selects = [part for part in parts_of(message_of(panel).components) if part.get("type") == 6]
    assert not selects[0].get("default_values")
    other = stage.another_server()
    assert "⚪ No user of the server." in shown(await other.admin.slash(other.channel, "setup status"))
    assert "no Pixela user of its own" in await says(other, "pixel increment", graph=SHARED)
    in_dm = await stage.member.user.slash("pixela pixel increment", graph=SHARED)
    assert "A server's graph can be used in that server only." in shown(in_dm)


@pytest.mark.parametrize(
    ("services", "offered"),
    [
        ((Service.PIXELA,), ["pixela"]),
        ((Service.PIKA, Service.PLURALKIT), ["useapi"]),
    ],
)
async def test_only_services_that_are_on_can_be_connected(
    stage: Stage, services: tuple[Service, ...], offered: list[str]
) -> None:
    await stage.restart(stage.app.settings.model_copy(update={"services": services}))
    missing = ({"useapi", "pixela"} - {*offered}).pop()
    said = everything(await stage.force(stage.admin, "setup connect", service=missing))
    assert f"Only `{offered[0]}` can have a key of the server." in said
    form = await stage.admin.slash(stage.channel, "setup connect", service=offered[0])
    assert fields(form) == (["username", "token"] if offered == ["pixela"] else ["key", "name"])
