"""The settings of a server as a file, and everything of it removed for good."""

from __future__ import annotations

import json

from sqlalchemy import select

from bot.sandbox import USEAPI_KEY
from bot.storage.schema import metadata
from tests.cogs.making_scene import connect, imagine, later, made
from tests.cogs.pixela_scene import link
from tests.cogs.setup_scene import choose, file_of, first_answers, is_promised, panel, posted, press, turn_to
from tests.databases import FULL
from tests.stage import Stage, everything, fields, shown

WIPE = {"confirm": " DELETE "}


async def tables_of(stage: Stage) -> list[str]:
    """Return the tables that have a row of the server."""
    found: list[str] = []
    async with stage.app.database.reading() as connection:
        for table in metadata.sorted_tables:
            if "guild_id" in table.c:
                rows = await connection.execute(select(table).where(table.c.guild_id == stage.guild.id))
                found += [table.name] if rows.first() else []
    return found


async def furnish(stage: Stage) -> None:
    """Connect a server, and change something on every page."""
    await connect(stage)
    roles = [stage.guild.create_role("poets")]
    rules = await choose(stage, await turn_to(stage, "access"), "setup:access", "pika")
    await choose(stage, rules, "setup:rule:pika:deny", *roles)
    form = await press(stage, await turn_to(stage, "limits"), "Limits of Midjourney")
    await stage.admin.submit_modal(form, {"member_day": "9"})
    log = stage.guild.create_text_channel("log")
    await choose(stage, await turn_to(stage, "changes"), "setup:auditchannel", log)
    await choose(stage, await turn_to(stage, "alerts"), "setup:alertchannel", log)
    await posted(stage, log)


async def test_the_settings_are_handed_out_from_the_page_and_by_the_command(stage: Stage) -> None:
    await furnish(stage)
    await link(stage)
    page = await turn_to(stage, "data")
    await stage.restart()
    files = [
        file_of(stage, await press(stage, page, "Export")),
        file_of(stage, await stage.admin.slash(stage.channel, "setup export")),
    ]
    assert files[0] == files[1]
    settings = json.loads(files[0])
    assert [key["name"] for key in settings["keys"]] == [""]
    assert [rule["kind"] for rule in settings["access"]] == ["denied role"]
    assert [limit["member_day"] for limit in settings["limits"]] == [9]
    assert settings["audit_channel"] == settings["alert_channel"] is not None
    secrets = (USEAPI_KEY, USEAPI_KEY[-4:], stage.seeds.pixela_token, stage.seeds.pixela_username)
    assert not [secret for secret in secrets if secret in files[0]]
    assert "exported the settings" in shown(await turn_to(stage, "changes"))
    other = stage.another_server()
    theirs = file_of(stage, await other.admin.slash(other.channel, "setup export"))
    assert json.loads(theirs)["access"] == []
    assert all(map(is_promised, first_answers(stage)))


async def test_a_wrong_word_removes_nothing_and_the_right_one_everything(stage: Stage) -> None:
    await furnish(stage)
    other = stage.another_server()
    await other.connect_useapi()
    await link(stage)
    running = await imagine(stage)
    ((upstream,),) = await stage.rows("SELECT upstream_id FROM jobs")
    before = await tables_of(stage)
    assert {"credentials", "audit", "jobs", "access_rules", "service_limits", "tallies"} <= {*before}
    form = await press(stage, await turn_to(stage, "data"), "Purge …")
    assert fields(form) == ["confirm"]
    for word in ("delete", "DELETE it", "yes"):
        wrong = await stage.admin.submit_modal(form, {"confirm": word})
        assert "Nothing was removed: `DELETE` was not typed." in everything(wrong)
        form = await stage.admin.slash(stage.channel, "setup purge")
    assert await tables_of(stage) == before
    done = await stage.admin.submit_modal(form, WIPE)
    assert "### Everything of this server was removed" in everything(done)
    assert [job.jobid for job in made(stage)] == [upstream]
    assert [job.status.value for job in made(stage)] == ["cancelled"]
    assert "⚠️ This was cancelled." in shown(running)
    assert await tables_of(stage) == ["guilds"]
    assert {*await tables_of(other)} == {"guilds", "credentials", "audit"}
    home = shown(await panel(stage))
    assert "⚪ Not connected. Its commands answer once a key is set." in home
    assert "Recent changes" not in home
    # The server is not thought gone, also not after a restart, and can begin anew.
    await stage.restart()
    await later(stage, 3601)
    assert await stage.rows(f"SELECT left_at FROM guilds WHERE guild_id = {stage.guild.id}") == [(None,)]  # noqa: S608
    assert "✅ The key works and is stored." in shown(await stage.connect_useapi())


async def test_a_purge_that_was_cut_off_has_removed_the_secrets_and_can_be_done_again(stage: Stage) -> None:
    await furnish(stage)
    # The process dies between the two steps: here the second one fails.
    stage.refuse("DELETE", "guilds", FULL)
    form = await stage.admin.slash(stage.channel, "setup purge")
    failed = await stage.admin.submit_modal(form, WIPE)
    assert "This could not be done" in everything(failed)
    assert stage.forgive()
    assert "credentials" not in await tables_of(stage)
    assert "audit" in await tables_of(stage)
    stage.permit("guilds")
    await stage.restart()
    assert "⚪ Not connected" in shown(await panel(stage))
    form = await press(stage, await turn_to(stage, "data"), "Purge …")
    await stage.admin.submit_modal(form, WIPE)
    assert await tables_of(stage) == ["guilds"]
